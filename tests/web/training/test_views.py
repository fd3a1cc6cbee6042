"""My trainings, the overview, settings and copies, as an organiser's browser sees them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import Cast, look_again, make_registration, make_session, make_training, make_unit
from trainingmgr.domain.participant import Facts
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.schedule import ContributorRole, ContributorType
from trainingmgr.models import (
    SAMPLE_NAME_ZH,
    Bus,
    Category,
    Contribution,
    Invitation,
    Lecturer,
    SessionBus,
    SessionGroup,
    StudyTopic,
    Training,
    TrainingSession,
)
from trainingmgr.queries import audit
from trainingmgr.services import roster

Client = Callable[[str], FlaskClient]


def _new(**changes: str) -> dict[str, str]:
    return {
        "code": "sz2026",
        "title_zh": "社会组织培训班",
        "title_en": "Class for social organisations",
        "start_date": "2026-06-01",
        "end_date": "2026-06-03",
        "place_zh": "深圳市",
        "hosts": "深圳市民政局\n示例协会",
        "time_zone": "Asia/Shanghai",
        "certificate_language": "both",
        "serial_pattern": "{code}-{seq:04d}",
        "rule_numerator": "6",
        "rule_denominator": "7",
        "class_hour_minutes": "45",
        "categories-0-name_zh": "各区民政局",
        "categories-0-post_zh": "局长",
        "study_topics-0-text_zh": "有关政策",
    } | changes


def test_the_list_shows_my_trainings_and_no_others(session: Session, cast: Cast, client_as: Client) -> None:
    make_training(session, cast.organisation, code="MINE", title_en="Our class")
    make_training(session, cast.elsewhere, code="THEIRS", title_en="Their class")
    page = client_as("viewer").get("/").get_data(as_text=True)
    assert "Our class" in page
    assert "Their class" not in page


def test_whoever_may_not_edit_is_offered_no_new_training(cast: Cast, client_as: Client) -> None:
    assert "New training" in client_as("organiser").get("/").get_data(as_text=True)
    assert "New training" not in client_as("viewer").get("/").get_data(as_text=True)


def test_a_training_is_made_with_its_hosts_categories_and_topics(
    session: Session, cast: Cast, client_as: Client
) -> None:
    answer = client_as("organiser").post(f"/organisations/{cast.organisation.id}/trainings/new", data=_new())
    assert (answer.status_code, answer.location) == (303, "/t/SZ2026")
    training = session.scalars(sa.select(Training).where(Training.code == "SZ2026")).one()
    assert [host.unit.name for host in training.hosts] == ["深圳市民政局", "示例协会"]
    assert [(one.name_zh, one.post_zh) for one in training.categories] == [("各区民政局", "局长")]
    assert [one.text_zh for one in training.study_topics] == ["有关政策"]
    assert training.end_date == date(2026, 6, 3)


def test_old_names_of_time_zones_are_offered_only_where_one_is_set(
    session: Session, cast: Cast, client_as: Client
) -> None:
    client = client_as("organiser")
    page = client.get(f"/organisations/{cast.organisation.id}/trainings/new").get_data(as_text=True)
    assert 'value="Asia/Shanghai"' in page
    assert 'value="PRC"' not in page
    make_training(session, cast.organisation, code="OLD", time_zone="PRC")
    assert 'value="PRC"' in client.get("/t/OLD/settings").get_data(as_text=True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "a b"}, "cannot be a code"),
        ({"title_zh": ""}, "This field is needed."),
        ({"end_date": "2026-05-01"}, "lies before the first"),
        ({"serial_pattern": "no number"}, ""),
        ({"rule_numerator": "8"}, "is no fraction"),
    ],
)
def test_a_faulty_field_is_named_and_what_was_typed_stays(
    session: Session, cast: Cast, client_as: Client, changes: dict[str, str], words: str
) -> None:
    answer = client_as("organiser").post(
        f"/organisations/{cast.organisation.id}/trainings/new", data=_new(**changes)
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert "深圳市民政局" in page
    assert session.scalar(sa.select(sa.func.count()).select_from(Training)) == 0


def test_a_code_that_is_taken_is_said_beside_the_code(
    session: Session, cast: Cast, client_as: Client
) -> None:
    make_training(session, cast.elsewhere, code="SZ2026")
    answer = client_as("organiser").post(f"/organisations/{cast.organisation.id}/trainings/new", data=_new())
    assert 'id="code-error"' in answer.get_data(as_text=True)


def test_settings_come_back_as_they_were_saved(session: Session, cast: Cast, client_as: Client) -> None:
    client = client_as("organiser")
    client.post(f"/organisations/{cast.organisation.id}/trainings/new", data=_new())
    page = client.get("/t/SZ2026/settings").get_data(as_text=True)
    assert 'value="各区民政局"' in page
    category = session.scalars(sa.select(Category)).one()
    version = session.scalars(sa.select(Training.version)).one()
    changed = _new(
        version=str(version),
        title_zh="新标题",
        **{
            "categories-0-id": str(category.id),
            "categories-0-name_zh": "各区局",
            "study_topics-0-text_zh": "",
        },
    )
    assert client.post("/t/SZ2026/settings", data=changed).status_code == 303
    look_again(session)
    training = session.scalars(sa.select(Training)).one()
    assert (training.title_zh, training.categories[0].id, training.categories[0].name_zh) == (
        "新标题",
        category.id,
        "各区局",
    )
    assert session.scalar(sa.select(sa.func.count()).select_from(StudyTopic)) == 0


def test_the_later_of_two_editors_is_told_and_loses_nothing(
    session: Session, cast: Cast, client_as: Client
) -> None:
    client = client_as("organiser")
    client.post(f"/organisations/{cast.organisation.id}/trainings/new", data=_new())
    version = str(session.scalars(sa.select(Training.version)).one())
    assert client.post("/t/SZ2026/settings", data=_new(version=version, title_zh="先")).status_code == 303
    late = client.post("/t/SZ2026/settings", data=_new(version=version, title_zh="后来的标题"))
    assert late.status_code == 409
    page = late.get_data(as_text=True)
    assert "Somebody else changed this" in page
    assert "后来的标题" in page


def test_the_overview_leads_to_what_is_to_be_done_next(
    session: Session, cast: Cast, client_as: Client
) -> None:
    make_training(session, cast.organisation, code="EMPTY")
    page = client_as("organiser").get("/t/EMPTY").get_data(as_text=True)
    assert "Plan the timetable" in page
    assert 'href="/t/EMPTY/schedule"' in page


def test_a_copy_takes_the_plan_and_leaves_the_people(session: Session, cast: Cast, client_as: Client) -> None:
    training = make_training(
        session, cast.organisation, code="OLD", host=make_unit(session, cast.organisation)
    )
    make_session(session, training)
    make_registration(session, training)
    answer = client_as("organiser").post(
        "/t/OLD/copy", data={"code": "NEW", "start_date": "2027-03-01", "title_zh": "明年的班"}
    )
    assert (answer.status_code, answer.location) == (303, "/t/NEW")
    page = client_as("organiser").get("/t/NEW").get_data(as_text=True)
    assert "Import the roster" in page
    assert "Plan the timetable" not in page


def test_a_copy_shows_what_comes_along_and_leaves_what_is_not_ticked(
    session: Session, cast: Cast, client_as: Client
) -> None:
    old = make_training(session, cast.organisation, code="OLD")
    lesson = make_session(session, old, title_zh="授课")
    make_session(session, old, start=datetime(2026, 6, 30, 9, tzinfo=UTC), title_zh="班期之外")
    lecturer = Lecturer(organisation_id=cast.organisation.id, type=ContributorType.PERSON, name="李明")
    bus = Bus(training_id=old.id, name="1号车", seats=45, plate="川A12345", driver="师傅")
    session.add_all([lecturer, bus])
    session.flush()
    part = Contribution(
        session_id=lesson.id, position=1, lecturer_id=lecturer.id, role=ContributorRole.LECTURE
    )
    session.add_all(
        [
            part,
            SessionGroup(session_id=lesson.id, group_name="第一组"),
            SessionBus(training_id=old.id, session_id=lesson.id, bus_id=bus.id, group_name="第一组"),
            Invitation(
                session_id=lesson.id,
                lecturer_id=lecturer.id,
                asked_starts_at=lesson.starts_at,
                asked_ends_at=lesson.ends_at,
            ),
        ]
    )
    session.commit()
    client = client_as("organiser")
    page = client.get("/t/OLD/copy").text
    shown = re.findall(
        r'value="(\w+)" id="part-\w+" checked>\s*<label[^>]*>.*?<span class="muted">(\d+)', page
    )
    assert shown == [("sessions", "1"), ("lecturers", "1"), ("groups", "1"), ("buses", "1")]
    assert "One session lies outside the days" in page
    given = {"start_date": "2027-03-01", "title_zh": "明年的班", "choose": "1"}
    for code, parts in (("WHOLE", ["sessions", "lecturers", "groups", "buses"]), ("BARE", ["sessions"])):
        client.post("/t/OLD/copy", data=given | {"code": code, "part": parts})
    look_again(session)

    def plan(code: str) -> tuple[object, ...]:
        training = session.scalars(sa.select(Training).where(Training.code == code)).one()
        (row,) = session.scalars(sa.select(TrainingSession).where(TrainingSession.training_id == training.id))
        own = session.scalars(sa.select(Bus).where(Bus.training_id == training.id)).all()
        return (
            row.title_zh,
            [one.lecturer_id for one in row.contributions],
            [one.group_name for one in row.groups],
            [(one.bus.name, one.group_name) for one in row.rides],
            [(one.name, one.seats, one.plate, one.driver) for one in own],
        )

    assert plan("WHOLE") == (
        "授课",
        [lecturer.id],
        ["第一组"],
        [("1号车", "第一组")],
        [("1号车", 45, "", "")],
    )
    assert plan("BARE") == ("授课", [], [], [], [])
    assert session.scalar(sa.select(sa.func.count()).select_from(Invitation)) == 1
    assert "Not asked yet" in client.get("/t/WHOLE/invitations").text


def test_an_archived_training_is_reopened(session: Session, cast: Cast, client_as: Client) -> None:
    training = make_training(session, cast.organisation, code="DONE")
    client = client_as("organiser")
    client.post("/t/DONE/archive")
    look_again(session)
    assert training.archived_at is not None
    client.post("/t/DONE/reopen")
    look_again(session)
    assert training.archived_at is None


def test_a_copy_of_a_sample_becomes_ones_own_when_asked(
    session: Session, cast: Cast, client_as: Client
) -> None:
    make_training(session, cast.organisation, code="DEMO", is_sample=True)
    given = {"start_date": "2027-03-01", "title_zh": "明年的班"}
    client_as("organiser").post("/t/DEMO/copy", data=given | {"code": "STILL"})
    client_as("organiser").post("/t/DEMO/copy", data=given | {"code": "OURS", "own": "y"})
    look_again(session)
    marks = dict(session.execute(sa.select(Training.code, Training.is_sample)).tuples().all())
    assert (marks["STILL"], marks["OURS"]) == (True, False)


def test_new_days_that_leave_sessions_outside_ask_what_becomes_of_them(
    session: Session, cast: Cast, client_as: Client
) -> None:
    client = client_as("organiser")
    training = make_training(session, cast.organisation, code="NEXT")
    make_session(session, training, title_en="Lesson")
    page = client.get("/t/NEXT/settings").text
    assert 'name="outside"' not in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    later = _new(code="NEXT", start_date="2026-05-18", end_date="2026-05-21") | {"version": version[1]}
    answer = client.post("/t/NEXT/settings", data=later)
    assert answer.status_code == 422
    assert "Say what is to become of them" in answer.text
    assert client.post("/t/NEXT/settings", data=later | {"outside": "stay"}).status_code == 303
    page = client.get("/t/NEXT/schedule").text
    assert "lies outside the training" in page
    assert "Move “Lesson” to Mon 18 May 2026, 09:00" in page
    address = re.search(r'action="([^"]+/mend)"', page)
    assert address


def test_settings_are_saved_while_sessions_stay_outside_the_days(
    session: Session, cast: Cast, client_as: Client
) -> None:
    client = client_as("organiser")
    training = make_training(session, cast.organisation, code="NEXT")
    make_session(session, training)

    def send(**changes: str) -> TestResponse:
        version = re.search(r'name="version" value="(\d+)"', client.get("/t/NEXT/settings").text)
        assert version
        days = {"start_date": "2026-05-18", "end_date": "2026-05-21"}
        return client.post("/t/NEXT/settings", data=_new(code="NEXT", version=version[1]) | days | changes)

    both = re.findall(r'name="outside"[^>]* value="(\w+)"', send().text)
    assert both == ["along", "stay"]
    assert send(outside="stay").status_code == 303
    assert send(title_zh="后来的标题").status_code == 303
    assert send(title_zh="更后的标题", outside="along").status_code == 303
    for wanted in ("", "along"):
        answer = send(end_date="2026-05-20", outside=wanted)
        assert answer.status_code == 422
        assert "Say what is to become of them" in answer.text
        assert re.findall(r'name="outside"[^>]* value="(\w+)"', answer.text) == ["stay"]
    answer = send(title_zh="", outside="along")
    assert answer.status_code == 422
    assert 'name="outside"' not in answer.text
    assert send(end_date="2026-05-20", outside="stay").status_code == 303


def test_the_last_changes_lead_to_whom_they_are_about(
    session: Session, cast: Cast, client_as: Client
) -> None:
    training = make_training(session, cast.organisation, code="LAST")
    row = make_registration(session, training, "王小明")
    gone = make_registration(session, training, "李华")
    roster.set_status(cast.actor(), training.id, [row.id], RegistrationStatus.WITHDRAWN)
    for one in (row, gone):
        roster.update(cast.actor(), training.id, one.id, Facts(post="处长"))
    roster.remove(cast.actor(), training.id, gone.id)
    page = client_as("organiser").get("/t/LAST").text
    assert f"/roster/{gone.id}" not in page[page.index('id="changes"') :]
    added = roster.add(cast.actor(), training.id, Facts(name="赵六")).registration_id
    page = client_as("organiser").get("/t/LAST").text
    changes = page[page.index('id="changes"') :]
    assert changes.count(f'<a href="/t/LAST/roster/{row.id}">王小明</a>') >= 1
    assert changes.count(f'<a href="/t/LAST/roster/{added}">赵六</a>') == 1
    assert "李华" not in changes


def test_the_last_changes_name_nobody_who_came_after_them(
    session: Session, cast: Cast, client_as: Client
) -> None:
    training = make_training(session, cast.organisation, code="LAST")
    wrong = make_registration(session, training, "王错").id
    roster.update(cast.actor(), training.id, wrong, Facts(post="处长"))
    roster.remove(cast.actor(), training.id, wrong)
    right = make_registration(session, training, "李对").id
    session.commit()
    page = client_as("organiser").get("/t/LAST").text
    changes = page[page.index('id="changes"') :]
    assert "李对" not in changes
    assert f"/roster/{right}" not in changes
    roster.update(cast.actor(), training.id, right, Facts(post="科长"))
    page = client_as("organiser").get("/t/LAST").text
    changes = page[page.index('id="changes"') :]
    assert changes.count(f'<a href="/t/LAST/roster/{right}">李对</a>') == 1


def test_the_last_changes_name_nobody_who_was_given_the_id_of_somebody_removed(
    session: Session, cast: Cast, client_as: Client
) -> None:
    training = make_training(session, cast.organisation, code="LAST")
    right = make_registration(session, training, "李对")
    # As a SQLite database did that is older than the revision since which no id is given twice.
    entry = audit.record(session, cast.actor(), "roster.remove", "registration", right.id, training=training)
    entry.at = right.created_at - timedelta(days=3)
    session.commit()
    page = client_as("organiser").get("/t/LAST").text
    assert "李对" not in page[page.index('id="changes"') :]


def test_samples_stand_apart_from_ones_own_trainings(session: Session, cast: Cast, client_as: Client) -> None:
    make_training(session, cast.organisation, code="TRY", is_sample=True)
    page = client_as("organiser").get("/").text
    assert "There is no training of your own yet." in page
    make_training(session, cast.organisation, code="OWN")
    page = client_as("organiser").get("/").text
    assert page.index("/t/OWN") < page.index("Samples, to try things out") < page.index("/t/TRY")
    assert "There is no training of your own yet." not in page


def test_whoever_makes_a_training_under_the_samples_name_is_led_to_a_name_of_their_own(
    session: Session, cast: Cast, client_as: Client
) -> None:
    here = cast.organisation
    make_training(session, here, code="TRY", is_sample=True)
    here.is_sample, here.name_zh = True, SAMPLE_NAME_ZH
    session.commit()
    pages = f"/organisations/{here.id}/trainings/new", "/t/TRY/copy"
    for address in pages:
        page = client_as("owner").get(address).text
        assert "still goes by the name of the samples" in page
        assert f'href="/o/{here.id}/name"' in page
        assert "An owner can change it" in client_as("organiser").get(address).text
    client_as("owner").post(f"/o/{here.id}/name", data={"name_zh": "某省民政厅"})
    for address in pages:
        assert "the name of the samples" not in client_as("owner").get(address).text
