"""People who may be one, as a browser compares and merges them."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_training
from tests.queries.counting import statements
from tests.web.pages import body
from trainingmgr.models import Person, Registration, Training

ClientAs = Callable[[str], FlaskClient]
PHONE = {"phone": "+8613800138000", "phone_tail": "8000"}


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CD2026")


@pytest.fixture
def two(session: Session, cast: Cast, training: Training) -> tuple[int, int]:
    one = make_registration(session, training, "王小明", post="处长", **PHONE)
    other = make_registration(session, training, "王小明", post="局长", email="w@example.org", **PHONE)
    return one.person_id, other.person_id


def people(cast: Cast) -> str:
    return f"/o/{cast.organisation.id}/people"


def test_a_pair_is_compared_and_merged_from_the_training_and_taken_back_there(
    session: Session, cast: Cast, client_as: ClientAs, training: Training, two: tuple[int, int]
) -> None:
    client, (one, other) = client_as("organiser"), two
    page = body(client, "/t/CD2026/roster/duplicates")
    assert "same name and phone" in page
    address = f"{people(cast)}/{one}/merge"
    assert f"{address}?other={other}&code=CD2026" in page
    compared = body(client, f"{address}?other={other}&code=CD2026")
    assert re.search(r'name="take-email" value="going" checked', compared)
    registrations = re.findall(rf'name="keep-{training.id}" value="(\d+)"', compared)
    assert len(registrations) == 2
    sent = {
        "other": other,
        "code": "CD2026",
        "take-email": "staying",
        f"keep-{training.id}": registrations[1],
    }
    answer = client.post(address, data=sent)
    assert answer.location == "/t/CD2026/roster/duplicates"
    look_again(session)
    row = session.scalars(sa.select(Registration)).one()
    assert (row.post, row.person_id) == ("局长", one)
    assert session.get_one(Person, one).email == ""
    page = body(client, "/t/CD2026/roster/duplicates")
    assert "registrations moved: 1. Registrations that became one: 1." in page
    change = re.search(r'name="change" value="(\d+)"', page)
    assert change is not None
    undone = client.post(f"{people(cast)}/undo-merge", data={"change": change[1], "code": "CD2026"})
    assert undone.location == "/t/CD2026/roster/duplicates"
    assert "everything is as it was" in body(client, f"{people(cast)}/duplicates")
    look_again(session)
    assert session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 2


def test_what_is_refused_is_said_and_stays_chosen(
    session: Session, cast: Cast, client_as: ClientAs, two: tuple[int, int]
) -> None:
    client, (one, other) = client_as("organiser"), two
    session.get_one(Person, other).is_sample = True
    session.commit()
    sent = {"other": other, "take-phone": "staying", "take-email": "staying"}
    answer = client.post(f"{people(cast)}/{one}/merge", data=sent)
    assert answer.status_code == 422
    assert "One of the two is a sample" in answer.text
    assert re.search(r'name="take-email" value="staying" checked', answer.text)
    assert client.get(f"{people(cast)}/{one}/merge?other={one}").status_code == 404
    assert client.get(f"{people(cast)}/{one}/merge?other=x").status_code == 404


def test_two_are_told_apart_and_the_merge_list_offers_what_can_be_taken_back(
    cast: Cast, client_as: ClientAs, two: tuple[int, int]
) -> None:
    client, (one, other) = client_as("organiser"), two
    apart = {"one": one, "other": other, "code": ""}
    assert client.post(f"{people(cast)}/apart", data=apart).location == f"{people(cast)}/duplicates"
    page = body(client, f"{people(cast)}/duplicates")
    assert "Compare the two" not in page
    assert 'name="undo" value="1"' in page
    client.post(f"{people(cast)}/apart", data=apart | {"undo": "1"})
    assert "Compare the two" in body(client, f"{people(cast)}/duplicates")
    client.post(f"{people(cast)}/{one}/merge", data={"other": other})
    body(client, f"{people(cast)}/duplicates")
    assert "undo-merge" in body(client, f"{people(cast)}/duplicates")
    assert "undo-merge" not in body(client_as("owner"), f"{people(cast)}/duplicates")


def test_the_lists_cost_the_same_for_few_and_for_many(
    session: Session, cast: Cast, client_as: ClientAs, training: Training
) -> None:
    client = client_as("organiser")
    costs = []
    for number in (2, 60):
        for at in range(number):
            make_registration(session, training, f"同名{at % (number // 2)}", **PHONE)
        for address in (f"{people(cast)}/duplicates", "/t/CD2026/roster/duplicates"):
            with statements() as seen:
                assert client.get(address).status_code == 200
            costs.append(len(seen))
    assert costs[:2] == costs[2:]
