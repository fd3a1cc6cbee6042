"""One participant changed in the list or by two at once: nothing that was typed is lost."""

import json
import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, make_training
from tests.web.pages import body, hidden
from trainingmgr.domain.participant import Facts
from trainingmgr.domain.person import IdType, read_id_number
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.models import Registration, Training
from trainingmgr.services import roster

NUMBER = "11010519491231002X"


HX = {"HX-Request": "true"}


ClientAs = Callable[[str], FlaskClient]


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CD2026")


@pytest.fixture
def wang(session: Session, cast: Cast, training: Training) -> int:
    facts = Facts(name="王小明", unit="成都市民政局", phone="+8613800138000", post="处长")
    return roster.add(cast.actor(), training.id, facts).registration_id


def test_a_cell_is_opened_saved_and_undone(session: Session, client_as: ClientAs, wang: int) -> None:
    client = client_as("organiser")
    form = body(client, f"/t/CD2026/roster/{wang}/field/post", headers=HX)
    assert hidden(form, "value") == "处长"
    sent = {"field": "post", "value": "局长", "version": hidden(form, "version"), "was": hidden(form, "was")}
    answer = client.post(f"/t/CD2026/roster/{wang}/field", data=sent, headers=HX)
    line = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert "局长" in line
    assert "Saved" in line
    session.rollback()
    assert session.get_one(Registration, wang).post == "局长"
    undo = re.search(r'hx-vals="([^"]*)"', answer.get_data(as_text=True))
    assert undo is not None
    client.post(f"/t/CD2026/roster/{wang}/field", data=json.loads(unescape(undo[1])), headers=HX)
    session.rollback()
    assert session.get_one(Registration, wang).post == "处长"


def test_a_cell_changed_by_somebody_else_shows_their_value_and_keeps_mine(
    session: Session, cast: Cast, client_as: ClientAs, training: Training, wang: int
) -> None:
    client = client_as("organiser")
    form = body(client, f"/t/CD2026/roster/{wang}/field/post", headers=HX)
    roster.update(cast.actor("owner"), training.id, wang, Facts(post="副局长"))
    sent = {"field": "post", "value": "局长", "version": hidden(form, "version"), "was": hidden(form, "was")}
    answer = client.post(f"/t/CD2026/roster/{wang}/field", data=sent, headers=HX)
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert "副局长" in page
    assert hidden(page, "value") == "局长"
    again = sent | {"version": hidden(page, "version"), "was": hidden(page, "was")}
    assert client.post(f"/t/CD2026/roster/{wang}/field", data=again, headers=HX).status_code == 200


def test_a_wrong_phone_in_a_cell_is_refused_in_words(client_as: ClientAs, wang: int) -> None:
    client = client_as("organiser")
    sent = {"field": "phone", "value": "12345"}
    answer = client.post(f"/t/CD2026/roster/{wang}/field", data=sent, headers=HX)
    assert answer.status_code == 422
    assert 'value="12345"' in answer.get_data(as_text=True)


def test_a_cell_is_saved_without_scripts_too(session: Session, client_as: ClientAs, wang: int) -> None:
    client = client_as("organiser")
    answer = client.post(
        f"/t/CD2026/roster/{wang}/field", data={"field": "group", "value": "第1组", "back": "q=wxm&evil=1"}
    )
    assert (answer.status_code, answer.location) == (303, "/t/CD2026/roster?q=wxm")
    session.rollback()
    assert session.get_one(Registration, wang).group_name == "第1组"
    assert client.get(f"/t/CD2026/roster/{wang}/field/post").location.endswith(f"/{wang}/edit")


def test_the_desk_notes_an_arrival_in_one_tap(session: Session, client_as: ClientAs, wang: int) -> None:
    client = client_as("front_desk")
    line = client.post(f"/t/CD2026/roster/{wang}/arrive", headers=HX).get_data(as_text=True)
    assert "Arrived" in line
    assert "Undo" in line
    assert client.post(f"/t/CD2026/roster/{wang}/arrive", data={"back": ""}).status_code == 303
    session.rollback()
    assert session.get_one(Registration, wang).status is RegistrationStatus.ARRIVED


def form_of(client: FlaskClient, registration_id: int) -> dict[str, str]:
    """What a browser would send back of the edit form, or of a conflict page, untouched."""
    return sent_back(client.get(f"/t/CD2026/roster/{registration_id}/edit").text)


def sent_back(html: str) -> dict[str, str]:
    form = html[html.index("<form method=") :]
    found = dict(
        re.findall(
            r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', re.sub(r"<input[^>]*radio.*?>", "", form)
        )
    )
    for name, options in re.findall(r'<select[^>]* name="([^"]+)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        found[name] = chosen[1] if chosen else ""
    found |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', form, re.S))
    found |= dict(re.findall(r'type="radio" name="([^"]+)" value="([^"]+)" checked', form))
    return {name: unescape(value) for name, value in found.items()}


def test_two_who_edit_one_person_choose_field_by_field_and_lose_nothing(
    session: Session, cast: Cast, client_as: ClientAs, training: Training, wang: int
) -> None:
    client = client_as("organiser")
    sent = form_of(client, wang) | {"post": "局长", "group": "第1组", "note": "第一行"}
    theirs = Facts(post="副局长", email="w@example.org", note="素食")
    roster.update(cast.actor("owner"), training.id, wang, theirs)
    answer = client.post(f"/t/CD2026/roster/{wang}/edit", data=sent)
    page = unescape(answer.text)
    assert answer.status_code == 409
    assert "owner changed this participant at" in page
    chosen = sent_back(answer.text)
    picks = {name: value for name, value in chosen.items() if name.startswith("pick-")}
    # Who alone changed a field has it; where both did, mine stands ready and is marked.
    assert picks == {
        "pick-post": "mine", "pick-group": "mine", "pick-email": "theirs", "pick-note": "mine",
    }  # fmt: skip
    assert re.findall(r'<tr class="both">\s*<th scope="row">(\w+)', page) == ["Post", "Note"]
    assert "副局长" in page
    # Somebody changes it once more meanwhile: the page comes again, with the choices kept.
    roster.update(cast.actor("owner"), training.id, wang, Facts(group="第2组"))
    again = client.post(f"/t/CD2026/roster/{wang}/edit", data=chosen | {"pick-post": "theirs"})
    assert again.status_code == 409
    last = sent_back(again.text)
    assert {name for name in last if name.startswith("pick-")} == {"pick-group", "pick-note"}
    assert client.post(f"/t/CD2026/roster/{wang}/edit", data=last).status_code == 303
    session.rollback()
    row = session.get_one(Registration, wang)
    assert (row.post, row.group_name, row.note) == ("副局长", "第1组", "第一行")
    assert row.person.email == "w@example.org"


def test_whoever_typed_what_somebody_else_has_saved_is_not_asked(
    session: Session, cast: Cast, client_as: ClientAs, training: Training, wang: int
) -> None:
    client = client_as("organiser")
    sent = form_of(client, wang) | {"post": "局长"}
    roster.update(cast.actor("owner"), training.id, wang, Facts(post="局长"))
    assert client.post(f"/t/CD2026/roster/{wang}/edit", data=sent).status_code == 303


def test_two_id_numbers_typed_at_once_are_chosen_between_and_never_shown(
    session: Session, cast: Cast, client_as: ClientAs, training: Training, wang: int
) -> None:
    client = client_as("organiser")
    sent = form_of(client, wang) | {"id_number": NUMBER}
    other = read_id_number("320102198003071111", IdType.RESIDENT_ID, today=date(2026, 5, 1))
    roster.update(cast.actor("owner"), training.id, wang, Facts(document=other))
    answer = client.post(f"/t/CD2026/roster/{wang}/edit", data=sent)
    assert answer.status_code == 409
    assert "320***********1111" in answer.text
    assert "320102198003071111" not in answer.text
    theirs = sent_back(answer.text) | {"pick-document": "theirs"}
    assert client.post(f"/t/CD2026/roster/{wang}/edit", data=theirs).status_code == 303
    session.rollback()
    assert session.get_one(Registration, wang).person.id_masked == "320***********1111"


def test_a_cell_sent_without_scripts_shows_both_versions_too(
    session: Session, cast: Cast, client_as: ClientAs, training: Training, wang: int
) -> None:
    client = client_as("organiser")
    version = form_of(client, wang)["version"]
    roster.update(cast.actor("owner"), training.id, wang, Facts(post="副局长"))
    sent = {"field": "post", "value": "局长", "version": version, "was": "处长"}
    answer = client.post(f"/t/CD2026/roster/{wang}/field", data=sent)
    assert answer.status_code == 409
    assert sent_back(answer.text)["pick-post"] == "mine"
    assert client.post(f"/t/CD2026/roster/{wang}/edit", data=sent_back(answer.text)).status_code == 303
    session.rollback()
    assert session.get_one(Registration, wang).post == "局长"
