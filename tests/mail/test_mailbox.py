"""Reading a mailbox: what is new in it and may be a bounce, with nothing in it changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from tests.mail.bounces import failed, message
from tests.mail.letter_box import LetterBox, letter_box
from trainingmgr.mail import MailboxError, Place, read_bounce, read_new

TODAY = date(2026, 5, 20)
LETTER = message("From: Wang <wang@example.net>\nContent-Type: text/plain", "Thank you!")


@pytest.fixture
def box() -> Iterator[LetterBox]:
    with letter_box() as one:
        yield one


def test_only_what_is_new_and_may_be_a_bounce_is_fetched(box: LetterBox) -> None:
    box.messages = {3: LETTER, 5: failed()}
    data, place = read_new(box.mailbox, Place(), TODAY)
    assert [read_bounce(one) is not None for one in data] == [True]
    assert place == Place(validity=7, last=5)
    assert any("SINCE 6-May-2026" in asked for asked in box.asked)

    assert read_new(box.mailbox, place, TODAY) == ([], place)
    box.messages[9] = failed()
    data, place = read_new(box.mailbox, place, TODAY)
    assert (len(data), place.last) == (1, 9)
    assert not any(asked.startswith(("SELECT", "UID STORE")) for asked in box.asked), "nothing is changed"
    assert not any("FETCH 3 " in asked for asked in box.asked), "nobody's letter is read"


def test_a_folder_that_was_numbered_anew_is_read_from_its_beginning(box: LetterBox) -> None:
    box.messages = {1: failed()}
    data, place = read_new(box.mailbox, Place(validity=6, last=400), TODAY)
    assert (len(data), place) == (1, Place(validity=7, last=1))


def test_an_empty_folder_keeps_the_place(box: LetterBox) -> None:
    assert read_new(box.mailbox, Place(), TODAY) == ([], Place(validity=7, last=0))


def test_servers_that_answer_in_another_order_or_want_to_know_the_program_are_read_too(
    box: LetterBox,
) -> None:
    box.messages, box.number_behind, box.wants_id = {1: LETTER, 2: failed()}, True, True
    data, _place = read_new(box.mailbox, Place(), TODAY)
    assert [read_bounce(one) is not None for one in data] == [True]


def test_a_wrong_password_and_a_server_that_is_away_say_so(box: LetterBox) -> None:
    with pytest.raises(MailboxError, match="wrong password"):
        read_new(replace(box.mailbox, password="x"), Place(), TODAY)
    with pytest.raises(MailboxError, match="refused"):
        read_new(replace(box.mailbox, port=1), Place(), TODAY)
