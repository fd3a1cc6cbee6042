from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, make_site, make_training
from tests.timetables import make_lecturers, make_timetable
from trainingmgr.models import Lecturer, Site

Client = Callable[[str], FlaskClient]


def test_lecturers_are_listed_added_changed_and_deleted(
    session: Session, cast: Cast, client_as: Client
) -> None:
    make_training(session, cast.organisation, code="CLASS")
    client = client_as("organiser")
    filled = {"type": "person", "name": "李明", "unit": "某研究院", "title_zh": "研究员"}
    assert client.post("/t/CLASS/lecturers/new", data=filled).status_code == 303
    session.rollback()
    lecturer = session.scalars(sa.select(Lecturer)).one()
    assert "李明" in client.get("/t/CLASS/lecturers").text
    address = f"/t/CLASS/lecturers/{lecturer.id}"
    assert 'value="某研究院"' in client.get(address).text
    assert client.post(address, data=filled | {"phone": "010-12345678"}).status_code == 303
    assert "010-12345678" in client.get("/t/CLASS/lecturers").text
    assert "010-12345678" not in client_as("viewer").get("/t/CLASS/lecturers").text
    assert client.post(f"{address}/delete").status_code == 303
    assert "Nobody is on the list yet" in client.get("/t/CLASS/lecturers").text


def test_a_lecturer_refused_is_shown_beside_the_field(
    session: Session, cast: Cast, client_as: Client
) -> None:
    make_training(session, cast.organisation, code="CLASS")
    client = client_as("organiser")
    for filled, words in (
        ({"type": "person"}, "Type the person"),
        ({"type": "unit"}, "Type the name of the unit."),
        ({"type": "person", "name": "李明", "email": "nobody"}, "This is no mail address"),
    ):
        answer = client.post("/t/CLASS/lecturers/new", data=filled)
        assert answer.status_code == 422
        assert words in answer.text


def test_sites_are_listed_added_changed_and_deleted(session: Session, cast: Cast, client_as: Client) -> None:
    make_training(session, cast.organisation, code="CLASS")
    client = client_as("organiser")
    filled = {"name_zh": "清源社区", "district_zh": "青羊区", "host_contact": "联系人"}
    assert client.post("/t/CLASS/sites/new", data=filled).status_code == 303
    assert client.post("/t/CLASS/sites/new", data=filled).status_code == 422
    session.rollback()
    address = f"/t/CLASS/sites/{session.scalars(sa.select(Site)).one().id}"
    assert client.post(address, data=filled | {"address": "某路 1 号"}).status_code == 303
    assert "某路 1 号" in client.get("/t/CLASS/sites").text
    assert client.post(f"{address}/delete").status_code == 303
    assert "No site is on the list yet" in client.get("/t/CLASS/sites").text


def test_what_a_session_uses_is_not_deleted(session: Session, cast: Cast, client_as: Client) -> None:
    training = make_training(session, cast.organisation, code="CLASS")
    make_timetable(session, training, cast.organisation, 5)
    client = client_as("organiser")
    free = make_site(session, cast.organisation).id
    session.commit()
    assert "Delete this site" in client.get(f"/t/CLASS/sites/{free}").text
    lecturer, site = (
        session.scalars(sa.select(Lecturer.id).order_by(Lecturer.id)).first(),
        session.scalars(sa.select(Site.id).order_by(Site.id)).first(),
    )
    assert "Delete this site" not in client.get(f"/t/CLASS/sites/{site}").text
    assert "Delete this lecturer" not in client.get(f"/t/CLASS/lecturers/{lecturer}").text
    answer = client.post(f"/t/CLASS/lecturers/{lecturer}/delete", follow_redirects=True)
    assert "contributes to 5 sessions" in answer.text
    answer = client.post(f"/t/CLASS/sites/{site}/delete", follow_redirects=True)
    assert "cannot be deleted" in answer.text


def test_other_organisations_lecturers_and_sites_are_not_found(
    session: Session, cast: Cast, client_as: Client
) -> None:
    make_training(session, cast.organisation, code="CLASS")
    lecturer = make_lecturers(session, cast.elsewhere)[0].id
    site = make_site(session, cast.elsewhere).id
    client = client_as("owner")
    for address in (f"/t/CLASS/lecturers/{lecturer}", f"/t/CLASS/sites/{site}"):
        assert client.get(address).status_code == 404
        assert client.post(address, data={"type": "person", "name": "x", "name_zh": "x"}).status_code == 404
        assert client.post(f"{address}/delete").status_code == 404
