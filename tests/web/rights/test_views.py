"""A person reads, takes along, corrects and has deleted what is kept, and the organisation answers."""

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.certificates import add_person, issue, make_class
from tests.documents.reading import check, joined
from tests.factories import Cast, look_again
from tests.queries.counting import statements
from trainingmgr.models import DataRequest, Person, Registration, Training
from trainingmgr.services import own_page

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def who(session: Session, cast: Cast) -> Registration:
    training = make_class(session, cast, 0, code="LAW")
    row = add_person(session, training, "欧阳小明", latin_name="Ouyang Xiaoming", post="处长")
    issue(cast, training)
    return row


@pytest.fixture
def page(session: Session, cast: Cast, who: Registration) -> str:
    training = session.get_one(Training, who.training_id)
    return f"/me/{own_page.open_page(cast.actor(), training, who.id)}/data"


def test_everything_is_read_and_taken_along_by_whoever_has_the_address(
    client_as: SignIn, page: str, who: Registration
) -> None:
    nobody = client_as("nobody")
    shown = nobody.get(page)
    assert shown.headers["Referrer-Policy"] == "same-origin"
    for word in ("欧阳小明", "处长", "LAW-0001", "LAW"):
        assert word in shown.text
    copy = nobody.get(f"{page}/copy.json").data
    assert "欧阳小明".encode() in copy
    taken = json.loads(copy)["person"]
    assert (taken["name"], taken["trainings"][0]["post"]) == ("欧阳小明", "处长")
    assert taken["trainings"][0]["certificates"][0]["serial"] == "LAW-0001"
    assert taken["trainings"][0]["attendance"][0]["mark"] == "present"
    paper = nobody.get(f"{page}/copy.pdf").data
    check(paper)
    assert "OuyangXiaoming" in joined(paper)
    assert "LAW-0001" in joined(paper)
    assert nobody.get("/me/somebody-else/data/copy.json").status_code == 404


def test_a_correction_goes_from_the_person_to_the_organiser_and_back(
    session: Session, cast: Cast, client_as: SignIn, page: str, who: Registration
) -> None:
    nobody, organiser = client_as("nobody"), client_as("organiser")
    wrong = nobody.post(f"{page}/correction", data={"name": "欧阳晓明", "phone": "12"})
    assert wrong.status_code == 422
    assert 'value="欧阳晓明"' in wrong.text
    right = {"name": "欧阳晓明", "words": "身份证上是晓", "phone": "13911112222", "sex": "female"}
    assert nobody.post(f"{page}/correction", data=right).status_code == 303
    place = f"/o/{cast.organisation.id}/personal-data"
    waiting = organiser.get(place).text
    assert "欧阳晓明" in waiting
    assert "身份证上是晓" in waiting
    assert "<dd>139 1111 2222</dd>" in waiting
    assert "<dd>Female</dd>" in waiting
    assert '<del class="muted">欧阳小明</del> → 欧阳晓明' in waiting
    assert "Phone: 139 1111 2222" in nobody.get(page).text
    look_again(session)
    asked_id = session.scalars(sa.select(DataRequest.id)).one()
    organiser.post(f"{place}/requests/{asked_id}/correct", data={"answer": "Checked with your unit"})
    look_again(session)
    assert session.get_one(Person, who.person_id).name == "欧阳晓明"
    assert "Checked with your unit" in nobody.get(page).text
    again = organiser.post(
        f"{place}/requests/{asked_id}/decline", data={"answer": "No"}, follow_redirects=True
    )
    assert "Somebody has answered this request already." in again.text


def test_a_deletion_is_asked_for_looked_at_and_done_by_an_owner(
    session: Session, cast: Cast, client_as: SignIn, page: str, who: Registration
) -> None:
    nobody, owner = client_as("nobody"), client_as("owner")
    person_id = who.person_id
    nobody.post(f"{page}/deletion", data={"words": ""})
    erase = f"/o/{cast.organisation.id}/personal-data/people/{person_id}/erase"
    assert f'href="{erase}"' in owner.get(f"/o/{cast.organisation.id}/personal-data").text
    assert "LAW-0001" in owner.get(erase).text
    assert client_as("organiser").post(erase).status_code == 403
    assert owner.post(erase).status_code == 303
    look_again(session)
    assert session.get(Person, person_id) is None
    assert nobody.get(page).status_code == 404
    assert "Erased by law" in owner.get(f"/o/{cast.organisation.id}/personal-data").text


def test_times_are_set_by_an_owner_and_a_wrong_one_stays_on_the_page(
    cast: Cast, client_as: SignIn, who: Registration
) -> None:
    place, owner = f"/o/{cast.organisation.id}/personal-data", client_as("owner")
    wrong = owner.post(f"{place}/times", data={"photo": "-3", "mail": "40"})
    assert wrong.status_code == 422
    assert 'value="-3"' in wrong.text
    assert owner.post(f"{place}/times", data={"photo": "30", "mail": ""}).status_code == 303
    assert 'name="photo" type="number" value="30"' in " ".join(owner.get(place).text.split())
    assert client_as("organiser").post(f"{place}/wipe").status_code == 403
    assert owner.post(f"{place}/wipe", follow_redirects=True).text.count("0 records were wiped.") == 1


def test_the_pages_take_as_many_statements_for_many_trainings(
    session: Session, cast: Cast, client_as: SignIn, page: str, who: Registration
) -> None:
    nobody = client_as("nobody")
    nobody.get(page)
    with statements() as few:
        nobody.get(page)
    for number in range(3):
        training = make_class(session, cast, 0, code=f"MORE{number}")
        session.add(
            Registration(training_id=training.id, person_id=who.person_id, sort_key="w", search_text="w")
        )
    session.commit()
    with statements() as many:
        nobody.get(page)
    assert len(many) == len(few)
