"""Making, changing and putting away trainings."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import (
    Cast,
    make_registration,
    make_session,
    make_training,
    make_unit,
)
from tests.trainings import WHOLE, created, issue, refusal
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.training import CategoryInput, HostRole, Outside, StudyTopicInput, TrainingInput
from trainingmgr.models import (
    Attendance,
    AuditEntry,
    Training,
    UnitAlias,
)
from trainingmgr.services import training as service
from trainingmgr.services.training import settings


def given_of(training: Training, **changes: Any) -> TrainingInput:
    lists = {"hosts": None, "co_hosts": None, "categories": None, "study_topics": None}
    plain = {
        name: getattr(training, name) for name in TrainingInput.__dataclass_fields__ if name not in lists
    }
    return TrainingInput(**(plain | lists | changes))


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


def test_a_code_taken_at_the_same_moment_is_refused_in_the_same_words(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_training(session, cast.elsewhere, code="NEW-1")
    # The other one's commit falls between our look and our write.
    monkeypatch.setattr(settings, "refuse_taken_code", lambda session, code: None)
    assert refusal(created, cast).code == "training.code_taken"
