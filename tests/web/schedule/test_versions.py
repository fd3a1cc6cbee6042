"""A draft beside what was published: what publishing changes, who sees what, and who is told."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_session, make_training
from tests.mails import as_read, set_server
from tests.timetables import make_lecturers
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.schedule import ContributorRole
from trainingmgr.models import Contribution, MailMessage, Person, SessionGroup, TimetableVersion, Training
from trainingmgr.queries.schedule import timetable
from trainingmgr.queries.schedule.outside import seen_by_outsiders
from trainingmgr.services import schedule

Client = Callable[[str], FlaskClient]


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    """A lecture for all by somebody with an address, and one for the first group."""
    training = make_training(session, cast.organisation, code="CLASS")
    lecturer = make_lecturers(session, cast.organisation)[0]
    lecturer.email = "chen@example.org"
    whole = make_session(session, training, title_zh="开班式", title_en="")
    whole.contributions = [Contribution(position=1, lecturer_id=lecturer.id, role=ContributorRole.SPEECH)]
    make_session(session, training, title_zh="分组授课", title_en="").groups = [
        SessionGroup(group_name="一组")
    ]
    for name, group, email in (
        ("甲某", "一组", "a@example.org"),
        ("乙某", "二组", "b@example.org"),
        ("丙某", "一组", ""),
    ):
        make_registration(session, training, name, group_name=group, email=email)
    return training


def _publish(client: FlaskClient, **more: str) -> str:
    page = client.get("/t/CLASS/schedule/versions").text
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', page)
    assert seen, page
    return client.post(
        "/t/CLASS/schedule/versions", data={"seen": seen[1], **more}, follow_redirects=True
    ).text


def test_outsiders_see_what_was_published_last(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    assert "<h1>Publish the timetable</h1>" in client.get("/t/CLASS/schedule/versions").text
    assert len(seen_by_outsiders(session, training).entries) == 2
    warning = "One clash stands in it"
    assert warning in client.get("/t/CLASS/schedule/versions").text
    assert warning not in client_as("viewer").get("/t/CLASS/schedule/versions").text
    assert "Version 1 is published" in _publish(client)
    assert warning not in client.get("/t/CLASS/schedule/versions").text
    look_again(session)
    before = timetable(session, training)
    late = next(one for one in before.entries if one.title_zh == "分组授课")
    schedule.delete_session(cast.actor(), training.id, late.id)
    make_session(session, training, title_zh="结业式", title_en="")
    look_again(session)
    assert seen_by_outsiders(session, training) == before
    assert len(seen_by_outsiders(session, training, "二组").entries) == 1
    draft = client.get("/t/CLASS/schedule/versions").text
    assert "change 2 sessions of version 1" in draft
    assert "Not published yet" in client.get("/t/CLASS/schedule").text
    assert "Version 2 is published" in _publish(client, note="场地有变")
    look_again(session)
    assert seen_by_outsiders(session, training) == timetable(session, training)
    compared = client.get("/t/CLASS/schedule/versions/compare?before=2&after=1").text
    assert sorted(re.findall(r'<li class="(\w+)">', compared)) == ["added", "taken_out"]
    assert client_as("viewer").get("/t/CLASS/schedule/versions/1").status_code == 200


def test_a_lecturer_who_is_deleted_stands_in_no_version_any_more(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    _publish(client_as("organiser"))
    look_again(session)
    part = session.scalars(sa.select(Contribution)).one()
    lecturer = part.lecturer_id
    session.delete(part)
    session.commit()
    schedule.delete_lecturer(cast.actor(), cast.organisation.id, lecturer)
    look_again(session)
    assert "陈越良" not in session.scalars(sa.select(TimetableVersion.snapshot)).one()
    assert [one.contributors for one in seen_by_outsiders(session, training).entries] == [(), ()]


def test_what_was_looked_at_is_published_or_nothing(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    stale = client.post("/t/CLASS/schedule/versions", data={"seen": "0" * 64})
    assert stale.status_code == 422
    assert "was changed since you looked" in stale.text
    _publish(client)
    with pytest.raises(Refusal, match="timetable_published_already"):
        schedule.publish(cast.actor(), training.id, seen="")
    empty = make_training(session, cast.organisation)
    with pytest.raises(Refusal, match="timetable_empty"):
        schedule.publish(cast.actor(), empty.id, seen="")
    assert client.get("/t/CLASS/schedule/versions/9").status_code == 404


def test_each_is_told_of_their_own_changes_once(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    _publish(client)
    person = session.scalars(sa.select(Person).where(Person.email == "a@example.org")).one()
    person.page_key = "k" * 43
    session.commit()
    late = next(one for one in timetable(session, training).entries if one.groups)
    schedule.delete_session(cast.actor(), training.id, late.id)
    page = _publish(client, note="请谅解")
    assert "Participants concerned: 2, lecturers: 0; with a mail address: 1." in page
    assert "Write one mail" in page
    assert "An owner of the organisation sets it." in page
    told = client.post("/t/CLASS/schedule/versions/2/tell", follow_redirects=True).text
    assert "One mail was written" in told
    again = client.post("/t/CLASS/schedule/versions/2/tell", follow_redirects=True).text
    assert "were written to already" in again
    look_again(session)
    mail = session.scalars(sa.select(MailMessage)).one()
    assert mail.to_address == "a@example.org"
    assert "取消：5月11日（周一） 09:00–10:30 《分组授课》：一组。" in mail.body
    assert "请谅解" in mail.body
    assert f"/me/{'k' * 43}\n" in as_read(session, mail)
    assert "开班式" not in mail.body
    first = client.post("/t/CLASS/schedule/versions/1/tell", follow_redirects=True).text
    assert "Version 2 holds by now" in first


def test_the_button_says_that_mails_are_sent_where_a_server_sends_them_and_else_leads_to_it(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    owner = client_as("owner")
    page = _publish(owner)
    assert re.search(r"Write \d mails", page)
    assert "Set the mail server" in page
    set_server(session, cast.organisation)
    page = owner.get("/t/CLASS/schedule/versions/1").text
    assert re.search(r"Send \d mails", page)
    assert "No mail server is set" not in page


def test_a_first_version_tells_participants_and_lecturers_what_is_theirs(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    assert "Participants concerned: 3, lecturers: 1; with a mail address: 3." in _publish(client)
    client.post("/t/CLASS/schedule/versions/1/tell")
    look_again(session)
    mails = {one.to_address: one for one in session.scalars(sa.select(MailMessage))}
    assert sorted(mails) == ["a@example.org", "b@example.org", "chen@example.org"]
    assert mails["chen@example.org"].lecturer_id is not None
    assert [mails[f"{who}@example.org"].body.count("新增：") for who in ("a", "b", "chen")] == [2, 1, 1]
