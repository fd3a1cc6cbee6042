"""Making, changing, copying and putting away trainings."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import (
    Cast,
    make_counter,
    make_registration,
    make_session,
    make_site,
    make_training,
    make_unit,
)
from tests.queries.counting import statements
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.schedule import ContributorRole, ContributorType, SessionKind
from trainingmgr.domain.training import CategoryInput, HostRole, Outside, StudyTopicInput, TrainingInput
from trainingmgr.models import (
    Attendance,
    AuditEntry,
    Category,
    Certificate,
    Contribution,
    Lecturer,
    Material,
    Registration,
    SerialCounter,
    StudyTopic,
    Training,
    TrainingSession,
    Unit,
    UnitAlias,
    UnplacedSession,
    VisitStop,
)
from trainingmgr.services import training as service
from trainingmgr.services.training import settings

WHOLE = TrainingInput(
    code="new-1",
    title_zh="社区治理培训班",
    title_en="Community governance",
    place_zh="成都",
    start_date=date(2026, 5, 11),
    end_date=date(2026, 5, 14),
    capacity=80,
    hosts=("民政部",),
    co_hosts=("四川省民政厅", "成都市民政局"),
    categories=(CategoryInput("省级", post_zh="处长"), CategoryInput("市级", post_zh="局长")),
    study_topics=(StudyTopicInput("政策"),),
)


def refusal(call: Any, *args: Any, **kwargs: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        call(*args, **kwargs)
    return refused.value


def created(cast: Cast, **changes: Any) -> Training:
    return service.create(cast.actor(), cast.organisation.id, replace(WHOLE, **changes))


def given_of(training: Training, **changes: Any) -> TrainingInput:
    lists = {"hosts": None, "co_hosts": None, "categories": None, "study_topics": None}
    plain = {
        name: getattr(training, name) for name in TrainingInput.__dataclass_fields__ if name not in lists
    }
    return TrainingInput(**(plain | lists | changes))


def issue(session: Session, registration: Registration, number: int, serial: str) -> None:
    session.add(
        Certificate(
            training_id=registration.training_id,
            counter_id=make_counter(session, registration.training_id),
            registration_id=registration.id,
            number=number,
            serial=serial,
            code="C" * 26,
            status=CertificateStatus.RESERVED,
            snapshot={},
            issue_date=date(2026, 5, 14),
        )
    )
    session.execute(sa.update(SerialCounter).values(next_number=number + 1))
    session.commit()


def test_a_training_is_made_with_its_hosts_categories_and_topics(session: Session, cast: Cast) -> None:
    known = make_unit(session, cast.organisation, "四川省民政厅")
    training = created(cast)
    session.expire_all()
    assert training.code == "NEW-1"
    assert [(one.role, one.unit.name) for one in training.hosts] == [
        (HostRole.HOST, "民政部"),
        (HostRole.CO_HOST, "四川省民政厅"),
        (HostRole.CO_HOST, "成都市民政局"),
    ]
    assert training.hosts[1].unit_id == known.id
    assert [(one.position, one.name_zh, one.post_zh) for one in training.categories] == [
        (1, "省级", "处长"),
        (2, "市级", "局长"),
    ]
    assert [one.text_zh for one in training.study_topics] == ["政策"]
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.training_id, entry.actor) == ("training.created", training.id, "organiser")


def test_a_code_is_taken_whoever_has_it(session: Session, cast: Cast) -> None:
    make_training(session, cast.elsewhere, code="NEW-1")
    assert refusal(created, cast).code == "training.code_taken"


def test_a_host_known_by_another_name_is_one_unit(session: Session, cast: Cast) -> None:
    unit = make_unit(session, cast.organisation, "民政部")
    session.add(UnitAlias(unit_id=unit.id, name="国家民政部"))
    session.commit()
    refused = refusal(created, cast, hosts=("民政部",), co_hosts=("国家民政部",))
    assert (refused.code, refused.values) == ("training.host_twice", {"name": "国家民政部"})
    assert session.scalar(sa.select(sa.func.count()).select_from(Training)) == 0


def test_an_edit_of_an_old_state_is_refused(session: Session, cast: Cast) -> None:
    training = created(cast)
    version = training.version
    service.update(cast.actor(), training, given_of(training, title_zh="甲"), version)
    refused = refusal(service.update, cast.actor(), training, given_of(training, title_zh="乙"), version)
    assert refused.code == "stale"
    session.expire_all()
    assert training.title_zh == "甲"


def test_a_change_of_the_lists_alone_is_noticed_by_a_second_editor(session: Session, cast: Cast) -> None:
    training = created(cast)
    version = training.version
    service.update(
        cast.actor(),
        training,
        given_of(training, study_topics=(StudyTopicInput("一"), StudyTopicInput("二"))),
    )
    session.expire_all()
    assert training.version > version
    assert [one.text_zh for one in training.study_topics] == ["一", "二"]
    details = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert details is not None
    assert details.details == {"fields": ["study_topics"]}


def test_saving_what_stands_changes_nothing(session: Session, cast: Cast) -> None:
    training = created(cast)
    version = training.version
    service.update(
        cast.actor(),
        training,
        given_of(
            training,
            hosts=WHOLE.hosts,
            co_hosts=WHOLE.co_hosts,
            categories=WHOLE.categories,
            study_topics=WHOLE.study_topics,
        ),
    )
    session.expire_all()
    assert training.version == version
    assert session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 1


def test_categories_are_renamed_swapped_and_dropped(session: Session, cast: Cast) -> None:
    training = created(cast)
    first, second = training.categories
    person = make_registration(session, training, category_id=first.id)
    swapped = (CategoryInput("省级", id=second.id), CategoryInput("市级", id=first.id))
    service.update(cast.actor(), training, given_of(training, categories=swapped))
    session.expire_all()
    assert [(one.id, one.name_zh) for one in training.categories] == [(second.id, "省级"), (first.id, "市级")]
    assert person.category_id == first.id

    only = (CategoryInput("市级", id=first.id), CategoryInput("其他"))
    service.update(cast.actor(), training, given_of(training, categories=only))
    session.expire_all()
    assert [one.name_zh for one in training.categories] == ["市级", "其他"]

    refused = refusal(
        service.update, cast.actor(), training, given_of(training, categories=(CategoryInput("其他"),))
    )
    assert (refused.code, refused.values) == ("training.category_in_use", {"name": "市级", "people": 1})


def test_days_may_not_leave_sessions_outside(session: Session, cast: Cast) -> None:
    training = created(cast)
    make_session(session, training)
    refused = refusal(
        service.update, cast.actor(), training, given_of(training, start_date=date(2026, 5, 12))
    )
    assert refused.code == "training.sessions_outside_dates"
    assert refused.values == {"sessions": 1, "first": date(2026, 5, 11), "last": date(2026, 5, 11)}


def test_sessions_left_outside_stay_or_the_timetable_goes_along_with_the_first_day(
    session: Session, cast: Cast
) -> None:
    training = created(cast)
    row = make_session(session, training)
    days = {"start_date": date(2026, 5, 18), "end_date": date(2026, 5, 21)}
    service.update(cast.actor(), training, given_of(training, **days), outside=Outside.STAY)
    session.expire_all()
    assert (row.starts_at.date(), row.sequence) == (date(2026, 5, 11), 0)
    service.update(cast.actor(), training, given_of(training, start_date=date(2026, 5, 11)))
    service.update(cast.actor(), training, given_of(training, **days), outside=Outside.ALONG)
    session.expire_all()
    assert row.starts_at.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%d %H:%M") == "18 09:00"
    assert row.sequence == 1
    short = given_of(training, start_date=date(2026, 5, 13), end_date=date(2026, 5, 13))
    make_session(session, training, start=datetime(2026, 5, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
    refused = refusal(service.update, cast.actor(), training, short, outside=Outside.ALONG)
    assert refused.code == "training.sessions_outside_dates"


@pytest.mark.parametrize("outside", list(Outside))
def test_what_became_of_sessions_left_outside_is_asked_once_for_the_same_days(
    session: Session, cast: Cast, outside: Outside
) -> None:
    training = created(cast)
    row = make_session(session, training)
    later = given_of(training, start_date=date(2026, 5, 12))
    service.update(cast.actor(), training, later, outside=Outside.STAY)
    renamed = given_of(training, title_zh="后来的标题", time_zone="Asia/Urumqi")
    service.update(cast.actor(), training, renamed, outside=outside)
    session.expire_all()
    assert training.title_zh == "后来的标题"
    assert row.starts_at.astimezone(ZoneInfo("Asia/Urumqi")).strftime("%d %H:%M") == "11 09:00"
    shorter = given_of(training, end_date=date(2026, 5, 13))
    if outside is not Outside.STAY:
        refused = refusal(service.update, cast.actor(), training, shorter, outside=outside)
        assert refused.code == "training.sessions_outside_dates"


def test_a_timetable_at_which_attendance_was_taken_stays_on_its_days(session: Session, cast: Cast) -> None:
    training = created(cast)
    row = make_session(session, training)
    who = make_registration(session, training)
    session.add(
        Attendance(
            training_id=training.id, session_id=row.id, registration_id=who.id, mark=AttendanceMark.PRESENT
        )
    )
    session.commit()
    later = given_of(training, start_date=date(2026, 5, 12))
    refused = refusal(service.update, cast.actor(), training, later, outside=Outside.ALONG)
    assert (refused.code, refused.values) == ("training.sessions_attended", {"sessions": 1})


def test_a_new_zone_keeps_the_times_of_day(session: Session, cast: Cast) -> None:
    training = created(cast)
    row = make_session(session, training)
    service.update(cast.actor(), training, given_of(training, time_zone="Asia/Urumqi"))
    session.expire_all()
    assert row.starts_at.astimezone(ZoneInfo("Asia/Urumqi")).strftime("%d %H:%M") == "11 09:00"
    assert row.sequence == 1


def test_the_code_stays_once_it_is_on_paper(session: Session, cast: Cast) -> None:
    training = created(cast)
    service.update(cast.actor(), training, given_of(training, code="new-2"))
    issue(session, make_registration(session, training), 1, "NEW-2-0001")
    assert (
        refusal(service.update, cast.actor(), training, given_of(training, code="new-3")).code
        == "training.code_frozen"
    )


def test_a_pattern_that_could_repeat_a_printed_number_is_refused(session: Session, cast: Cast) -> None:
    training = created(cast, serial_pattern="{code}-1{seq:02d}")
    issue(session, make_registration(session, training), 5, "NEW-1-105")
    refused = refusal(
        service.update, cast.actor(), training, given_of(training, serial_pattern="{code}-{seq:03d}")
    )
    assert (refused.code, refused.values) == ("training.pattern_collides", {"serial": "NEW-1-105"})
    service.update(cast.actor(), training, given_of(training, serial_pattern="{code}-X{seq:03d}"))


def test_two_trainings_do_not_share_a_pattern_without_code(session: Session, cast: Cast) -> None:
    created(cast, serial_pattern="MZ-{seq:04d}")
    refused = refusal(created, cast, code="new-2", serial_pattern="MZ-{seq:04d}")
    assert (refused.code, refused.values) == ("training.pattern_shared", {"code": "NEW-1"})


def test_the_pattern_of_another_organisations_training_is_taken_without_a_word_of_whose_it_is(
    session: Session, cast: Cast
) -> None:
    make_training(session, cast.elsewhere, code="SECRET", serial_pattern="MZ-{seq:04d}")
    refused = refusal(created, cast, serial_pattern="MZ-{seq:04d}")
    assert (refused.code, refused.values) == ("training.pattern_taken", {})


def test_a_copy_whose_first_numbers_are_on_paper_already_is_refused(session: Session, cast: Cast) -> None:
    training = created(cast)
    issue(session, make_registration(session, training), 1, "COPY-0001")
    refused = refusal(service.copy, cast.actor(), training, "COPY", date(2027, 1, 4))
    assert (refused.code, refused.values) == ("training.pattern_collides", {"serial": "COPY-0001"})


def test_archiving_and_reopening(session: Session, cast: Cast) -> None:
    training = created(cast)
    service.archive(cast.actor(), training)
    service.archive(cast.actor(), training)
    assert _archived(session, training)
    service.reopen(cast.actor(), training)
    assert not _archived(session, training)
    actions = list(session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions == ["training.created", "training.archived", "training.reopened"]


def _archived(session: Session, training: Training) -> bool:
    session.expire_all()
    return training.archived_at is not None


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


def test_a_code_taken_at_the_same_moment_is_refused_in_the_same_words(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_training(session, cast.elsewhere, code="NEW-1")
    # The other one's commit falls between our look and our write.
    monkeypatch.setattr(settings, "refuse_taken_code", lambda session, code: None)
    assert refusal(created, cast).code == "training.code_taken"
