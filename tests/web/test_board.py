"""The board: people by status, moved in bulk, with the places in sight."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_training
from tests.mails import set_server
from tests.queries.counting import statements
from tests.queries.test_roster import fill
from trainingmgr.domain.registration import RegistrationStatus as S
from trainingmgr.models import AuditEntry, MailMessage, Registration, Training
from trainingmgr.services import roster

ClientAs = Callable[[str], FlaskClient]
BOARD = "/t/CD2026/roster/board"


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CD2026", capacity=3)


def named(session: Session, training: Training, status: S, *names: str) -> list[int]:
    rows = [make_registration(session, training, one, status=status, email="a@example.org") for one in names]
    for number, row in enumerate(rows):
        row.sort_key = f"{number:02d}"
        if status is S.WAITLISTED:
            row.waitlisted_at = datetime(2026, 4, 20, tzinfo=UTC) - timedelta(days=number)
    session.commit()
    return [row.id for row in rows]


def column(page: str, status: S) -> str:
    found = re.search(rf'<section class="column" id="{status.value}".*?</section>', page, re.S)
    assert found is not None
    return found[0]


def people(page: str, status: S) -> list[str]:
    return re.findall(r'<a href="/t/CD2026/roster/\d+">([^<]+)</a>', column(page, status))


def body(client: FlaskClient, address: str = BOARD) -> str:
    return unescape(client.get(address).text)


def test_everybody_stands_under_their_status_and_who_waits_in_the_order_of_waiting(
    session: Session, client_as: ClientAs, training: Training
) -> None:
    named(session, training, S.NOMINATED, "甲", "乙")
    named(session, training, S.WAITLISTED, "丙", "丁", "戊")
    named(session, training, S.ARRIVED, "己")
    gone = named(session, training, S.DECLINED, "庚")
    session.get_one(Registration, gone[0]).reason = "名额已满"
    session.commit()
    page = body(client_as("viewer"))
    assert people(page, S.NOMINATED) == ["甲", "乙"]
    assert people(page, S.WAITLISTED) == ["戊", "丁", "丙"]
    assert re.findall(r'class="place">(\d)', page) == ["1", "2", "3"]
    assert "名额已满" in column(page, S.DECLINED)
    assert re.search(r"Free places</dt><dd>2", page)
    assert "Approve" not in page
    assert people(body(client_as("viewer"), f"{BOARD}?q=丁"), S.WAITLISTED) == ["丁"]
    assert 'class="place">2' in body(client_as("viewer"), f"{BOARD}?q=丁")


def test_a_column_is_walked_page_by_page_while_the_others_stay(
    session: Session, client_as: ClientAs, training: Training
) -> None:
    fill(session, training, [f"k{n:03d}" for n in range(70)], status=S.NOMINATED)
    waited = datetime(2026, 4, 20, tzinfo=UTC)
    fill(session, training, [f"w{n:03d}" for n in range(70)], status=S.WAITLISTED, waitlisted_at=waited)
    client = client_as("organiser")
    seen: list[list[str]] = []
    address = BOARD
    for _page in range(2):
        page = body(client, address)
        seen.append(people(page, S.WAITLISTED))
        onward = re.search(r'href="([^"]*waitlisted=[^"]*)">Next page', column(page, S.WAITLISTED))
        address = onward[1] if onward else ""
    assert [len(one) for one in seen] == [50, 20]
    assert len(set(seen[0] + seen[1])) == 70
    assert people(page, S.NOMINATED)[0] == "学员k000"
    back = re.search(r'href="([^"]*waitlisted=[^"]*)">Previous page', column(page, S.WAITLISTED))
    assert back is not None
    assert people(body(client, back[1]), S.WAITLISTED) == seen[0]
    for rubbish in ("x", "eyJhIjoxfQ", "WyJ4IiwxLGZhbHNlXQ"):
        assert people(body(client, f"{BOARD}?waitlisted={rubbish}"), S.WAITLISTED) == seen[0]


def test_the_board_takes_the_same_statements_for_ten_and_for_five_hundred(
    session: Session, cast: Cast, client_as: ClientAs
) -> None:
    costs = []
    for number in (10, 500):
        training = make_training(session, cast.organisation)
        fill(session, training, [f"k{n:04d}" for n in range(number)], status=S.NOMINATED)
        client = client_as("organiser")
        with statements() as seen:
            assert client.get(f"/t/{training.code}/roster/board").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 11


def test_ticked_people_are_approved_and_the_change_can_be_taken_back(
    session: Session, cast: Cast, client_as: ClientAs, training: Training
) -> None:
    ids = named(session, training, S.NOMINATED, "甲", "乙", "丙")
    client = client_as("organiser")
    sent = {"column": "nominated", "id": ids[:2], "to": "confirmed", "tell": "1"}
    answer = client.post(f"{BOARD}?q=", data=sent)
    assert (answer.status_code, answer.location) == (303, f"{BOARD}?q=")
    page = body(client)
    assert people(page, S.CONFIRMED) == ["甲", "乙"]
    assert "2 participants were changed. 2 mails are kept in the outbox." in page
    bar = re.search(r'action="(/t/CD2026/roster/undo/\d+)"', page)
    assert bar is not None
    # Later, and without the bar, the board's own list of changes offers the same.
    assert body(client).count(bar[1]) == 1
    assert bar[1] not in body(client_as("owner"))
    assert client.post(bar[1], data={"to": "board"}).location == BOARD
    assert people(body(client), S.NOMINATED) == ["甲", "乙", "丙"]
    assert bar[1] not in body(client)
    assert set(session.scalars(sa.select(MailMessage.status))) == {"cancelled"}
    set_server(session, cast.organisation)
    client.post(BOARD, data=sent)
    assert "2 participants were changed. 2 mails go out in two minutes." in body(client)


def test_what_is_refused_stays_ticked_and_typed(
    session: Session, client_as: ClientAs, training: Training
) -> None:
    ids = named(session, training, S.NOMINATED, "甲", "乙", "丙", "丁")
    client = client_as("organiser")
    sent = {"column": "nominated", "id": ids, "to": "confirmed", "reason": "再议", "tell": "1"}
    answer = client.post(BOARD, data=sent)
    page = column(unescape(answer.text), S.NOMINATED)
    assert answer.status_code == 422
    assert "free places: 3" in page
    assert len(re.findall(r'name="id" value="\d+"[^>]* checked', page)) == 4
    assert 'value="再议"' in page
    assert 'name="tell" value="1" checked' in page
    assert client.post(BOARD, data=sent | {"beyond": "1"}).status_code == 303
    assert people(body(client), S.CONFIRMED) == ["甲", "乙", "丙", "丁"]
    assert "Beyond the capacity or their units' places: 1." in body(client)
    look_again(session)
    assert session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()[-1].details["beyond"] == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"column": "nominated", "to": "declined"}, "Tick at least one"),
        ({"column": "nominated", "id": "1", "to": "arrived"}, "This step is not possible"),
        ({"column": "arrived", "id": "1", "to": "confirmed"}, "This step is not possible"),
        ({"column": "waitlisted", "to": "first", "number": "a few"}, "Enter how many"),
        ({"column": "nominated", "id": "1", "to": "declined", "reason": "长" * 201}, "200"),
    ],
)
def test_what_makes_no_sense_is_said_so(
    session: Session, client_as: ClientAs, training: Training, sent: dict[str, str], said: str
) -> None:
    named(session, training, S.NOMINATED, "甲")
    answer = client_as("organiser").post(BOARD, data=sent)
    assert answer.status_code == 422
    assert said in unescape(answer.text)


def test_whoever_was_moved_by_somebody_else_meanwhile_is_left(
    session: Session, cast: Cast, client_as: ClientAs, training: Training
) -> None:
    ids = named(session, training, S.NOMINATED, "甲", "乙")
    roster.set_status(cast.actor("owner"), training.id, ids[:1], S.DECLINED)
    client = client_as("organiser")
    client.post(BOARD, data={"column": "nominated", "id": ids, "to": "confirmed"})
    page = body(client)
    assert "Left as they were: 1 (somebody else has moved them meanwhile)." in page
    assert people(page, S.DECLINED) == ["甲"]
    assert people(page, S.CONFIRMED) == ["乙"]


def test_all_that_a_search_leaves_and_the_first_who_wait_are_moved_without_ticking(
    session: Session, client_as: ClientAs, training: Training
) -> None:
    named(session, training, S.NOMINATED, "王一", "王二", "李三")
    named(session, training, S.WAITLISTED, "丙", "丁", "戊")
    client = client_as("organiser")
    sent = {"column": "nominated", "all": "1", "to": "declined", "reason": "名额已满"}
    client.post(f"{BOARD}?q=王", data=sent)
    client.post(BOARD, data={"column": "waitlisted", "to": "first", "number": "2"})
    page = body(client)
    assert people(page, S.DECLINED) == ["王一", "王二"]
    assert column(page, S.DECLINED).count("名额已满") == 2
    assert people(page, S.WAITLISTED) == ["丙"]
