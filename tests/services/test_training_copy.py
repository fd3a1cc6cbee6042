"""A training made from another one."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import (
    Cast,
    make_registration,
    make_session,
    make_site,
    make_training,
    make_unit,
)
from tests.queries.counting import statements
from tests.trainings import created, issue, refusal
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.schedule import ContributorRole, ContributorType, SessionKind
from trainingmgr.models import (
    Attendance,
    Category,
    Certificate,
    Contribution,
    Lecturer,
    Material,
    Registration,
    StudyTopic,
    Training,
    TrainingSession,
    Unit,
    UnplacedSession,
    VisitStop,
)
from trainingmgr.services import training as service


def test_a_copy_whose_first_numbers_are_on_paper_already_is_refused(session: Session, cast: Cast) -> None:
    training = created(cast)
    issue(session, make_registration(session, training), 1, "COPY-0001")
    refused = refusal(service.copy, cast.actor(), training, "COPY", date(2027, 1, 4))
    assert (refused.code, refused.values) == ("training.pattern_collides", {"serial": "COPY-0001"})


def full_training(session: Session, cast: Cast) -> Training:
    training = created(
        cast, time_zone="Europe/Berlin", start_date=date(2026, 3, 26), end_date=date(2026, 3, 27)
    )
    berlin = ZoneInfo("Europe/Berlin")
    row = make_session(
        session,
        training,
        kind=SessionKind.SITE_VISIT,
        start=datetime(2026, 3, 26, 9, tzinfo=berlin),
        class_hours=Decimal("2.5"),
        compulsory=True,
        sequence=4,
    )
    lecturer = Lecturer(
        organisation_id=cast.organisation.id,
        type=ContributorType.UNNAMED,
        unit_id=make_unit(session, cast.organisation).id,
        title_zh="有关专家",
    )
    sites = [make_site(session, cast.organisation) for _ in range(2)]
    session.add(lecturer)
    session.flush()
    row.contributions.append(
        Contribution(position=1, lecturer_id=lecturer.id, role=ContributorRole.LECTURE, topic_zh="题目")
    )
    row.stops += [
        VisitStop(position=position, site_id=site.id, minutes=40)
        for position, site in enumerate(reversed(sites), start=1)
    ]
    session.add(Material(training_id=training.id, title_zh="手册"))
    person = make_registration(session, training, category_id=training.categories[0].id)
    session.add(
        Attendance(
            training_id=training.id, session_id=row.id, registration_id=person.id, mark=AttendanceMark.PRESENT
        )
    )
    session.commit()
    issue(session, person, 1, "NEW-1-0001")
    return training


def test_a_copy_has_the_plan_on_new_days_and_none_of_the_people(session: Session, cast: Cast) -> None:
    old = full_training(session, cast)
    new = service.copy(cast.actor(), old, "next", date(2026, 6, 1), title_zh="二期", title_en="Second")
    session.expire_all()

    assert (new.code, new.title_zh, new.title_en, new.capacity) == ("NEXT", "二期", "Second", 80)
    assert (new.start_date, new.end_date) == (date(2026, 6, 1), date(2026, 6, 2))
    assert [one.unit.name for one in new.hosts] == ["民政部", "四川省民政厅", "成都市民政局"]
    assert [(one.name_zh, one.post_zh) for one in new.categories] == [("省级", "处长"), ("市级", "局长")]
    assert [one.text_zh for one in new.study_topics] == ["政策"]
    row = session.scalars(sa.select(TrainingSession).where(TrainingSession.training_id == new.id)).one()
    source = session.scalars(sa.select(TrainingSession).where(TrainingSession.training_id == old.id)).one()
    assert row.uid != source.uid
    assert (row.sequence, row.class_hours, row.compulsory) == (0, Decimal("2.50"), True)
    assert [(one.lecturer_id, one.role, one.topic_zh) for one in row.contributions] == [
        (one.lecturer_id, one.role, one.topic_zh) for one in source.contributions
    ]
    assert [(one.site_id, one.minutes) for one in row.stops] == [(one.site_id, 40) for one in source.stops]
    assert session.scalar(sa.select(Material.title_zh).where(Material.training_id == new.id)) == "手册"
    for table in (Registration, Attendance, Certificate):
        assert not session.scalar(
            sa.select(sa.func.count()).select_from(table).where(table.training_id == new.id)
        )


def test_a_copy_reads_as_often_whatever_the_number_of_sessions(session: Session, cast: Cast) -> None:
    training = created(cast)
    read = []
    for number in range(2):
        for _each in range(1 + 3 * number):
            make_session(session, training)
            session.add(UnplacedSession(training_id=training.id, kind="lecture", title_zh="课", minutes=45))
        session.commit()
        session.expire_all()
        with statements() as sent:
            service.copy(cast.actor(), training, f"again-{number}", date(2026, 6, 1))
        read.append(sum(one.startswith("SELECT") for one in sent))
    assert read[0] == read[1]


def test_a_copy_keeps_the_times_of_day_when_the_clocks_have_changed(session: Session, cast: Cast) -> None:
    old = full_training(session, cast)
    new = service.copy(cast.actor(), old, "next", date(2026, 4, 2))
    row = session.scalars(sa.select(TrainingSession).where(TrainingSession.training_id == new.id)).one()
    assert row.starts_at == datetime(2026, 4, 2, 7, tzinfo=UTC)  # 09:00 in Berlin's summer
    assert row.ends_at == datetime(2026, 4, 2, 8, 30, tzinfo=UTC)


def test_a_copy_leaves_the_past_behind_and_a_sample_stays_one(session: Session, cast: Cast) -> None:
    old = make_training(
        session,
        cast.organisation,
        is_sample=True,
        feedback_zh="好",
        source_zh="据网站",
        issue_date=date(2026, 5, 20),
        title_en_translated=True,
    )
    new = service.copy(cast.actor(), old, "next", date(2027, 5, 11))
    assert (new.feedback_zh, new.source_zh, new.issue_date) == ("", "", None)
    assert (new.is_sample, new.title_en_translated, new.title_en) == (True, True, old.title_en)


def test_a_copy_of_a_sample_may_become_ones_own(session: Session, cast: Cast) -> None:
    old = make_training(session, cast.organisation, is_sample=True)
    make_session(session, old, is_sample=True, times_are_sample=True)
    session.add(Material(training_id=old.id, title_zh="手册", is_sample=True))
    session.commit()
    new = service.copy(cast.actor(), old, "next", date(2027, 5, 11), own=True)
    session.expire_all()
    assert (old.is_sample, new.is_sample) == (True, False)
    marks = session.execute(
        sa.select(TrainingSession.is_sample, TrainingSession.times_are_sample, Material.is_sample)
        .join(Material, Material.training_id == TrainingSession.training_id)
        .order_by(TrainingSession.id)
    ).all()
    assert [tuple(row) for row in marks] == [(True, True, True), (False, False, False)]


def test_a_copy_needs_a_free_code(session: Session, cast: Cast) -> None:
    old = created(cast)
    assert refusal(service.copy, cast.actor(), old, "new-1", date(2027, 1, 1)).code == "training.code_taken"
    assert refusal(service.copy, cast.actor(), old, "新", date(2027, 1, 1)).code == "training.bad_code"
    long = refusal(service.copy, cast.actor(), old, "n", date(2027, 1, 1), title_zh="长" * 121)
    assert long.code == "training.too_long"
    assert session.scalar(sa.select(sa.func.count()).select_from(Unit)) == 3
    assert session.scalar(sa.select(sa.func.count()).select_from(StudyTopic)) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Category)) == 2
