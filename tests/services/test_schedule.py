from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, at_once, make_registration, make_session, make_site, make_training
from tests.timetables import make_lecturers
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.schedule import ContributorRole, ContributorType, SessionKind
from trainingmgr.models import (
    Attendance,
    AuditEntry,
    Contribution,
    Lecturer,
    Site,
    Training,
    TrainingSession,
    Unit,
    UnitAlias,
    Venue,
    VisitStop,
)
from trainingmgr.services.schedule import (
    ContributorDraft,
    LecturerDraft,
    SessionDraft,
    SiteDraft,
    StopDraft,
    copy_session,
    delete_lecturer,
    delete_session,
    delete_site,
    save_lecturer,
    save_session,
    save_site,
)


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation)


def _draft(**values: Any) -> SessionDraft:
    defaults: dict[str, Any] = {
        "kind": SessionKind.LECTURE,
        "title_zh": "专题授课",
        "day": date(2026, 5, 12),
        "start": time(9),
        "end": time(10, 30),
    }
    return SessionDraft(**(defaults | values))


def _row(session: Session, session_id: int) -> TrainingSession:
    row = session.get(TrainingSession, session_id)
    assert row is not None
    return row


def test_a_session_is_laid_with_instants_hours_and_an_audit_entry(
    session: Session, cast: Cast, training: Training
) -> None:
    row = _row(session, save_session(cast.actor(), training.id, _draft()))
    assert row.starts_at == datetime(2026, 5, 12, 1, tzinfo=UTC)
    assert row.class_hours == Decimal(2)
    assert row.sequence == 0
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.subject_id, entry.training_id) == ("session.add", row.id, training.id)


def test_contributors_keep_their_order_and_new_ones_are_known_afterwards(
    session: Session, cast: Cast, training: Training
) -> None:
    known = make_lecturers(session, cast.organisation)[1]
    drafts = (
        ContributorDraft(
            ContributorRole.LECTURE,
            lecturer=LecturerDraft(ContributorType.UNNAMED, unit="某专家委员会", title_zh="有关专家"),
        ),
        ContributorDraft(ContributorRole.SPEECH, lecturer_id=known.id, topic_zh="题目"),
    )
    saved = save_session(cast.actor(), training.id, _draft(contributors=drafts))
    parts = _row(session, saved).contributions
    assert [part.position for part in parts] == [1, 2]
    assert parts[0].lecturer.title_zh == "有关专家"
    assert (parts[1].lecturer_id, parts[1].topic_zh) == (known.id, "题目")
    save_session(cast.actor(), training.id, _draft(contributors=drafts[::-1]), session_id=saved)
    assert _row(session, saved).contributions[0].lecturer_id == known.id
    assert session.scalar(sa.select(sa.func.count()).select_from(Lecturer)) == 4


def test_a_unit_is_found_by_its_alias(session: Session, cast: Cast, training: Training) -> None:
    unit = Unit(organisation_id=cast.organisation.id, name="基层政权建设和社区治理司")
    unit.aliases.append(UnitAlias(name="基层政权和社区建设司"))
    session.add(unit)
    session.commit()
    unit_id = unit.id
    draft = LecturerDraft(ContributorType.UNIT, unit="基层政权和社区建设司")
    saved = save_lecturer(cast.actor(), cast.organisation.id, draft)
    lecturer = session.get(Lecturer, saved)
    assert lecturer is not None
    assert lecturer.unit_id == unit_id


def test_somebody_unnamed_gets_the_words_of_the_office(session: Session, cast: Cast) -> None:
    saved = save_lecturer(
        cast.actor(), cast.organisation.id, LecturerDraft(ContributorType.UNNAMED, unit="某局")
    )
    lecturer = session.get(Lecturer, saved)
    assert lecturer is not None
    assert lecturer.title_zh == "有关负责同志"


def test_stops_keep_their_order_and_new_sites_are_known_afterwards(
    session: Session, cast: Cast, training: Training
) -> None:
    site = make_site(session, cast.organisation)
    stops = (StopDraft(site=SiteDraft("清源社区", district_zh="青羊区"), minutes=40), StopDraft(site.id))
    for _time in range(2):
        saved = save_session(cast.actor(), training.id, _draft(kind=SessionKind.SITE_VISIT, stops=stops))
    found = _row(session, saved).stops
    assert (found[0].site.name_zh, found[0].minutes) == ("清源社区", 40)
    assert found[1].site_id == site.id
    assert session.scalar(sa.select(sa.func.count()).select_from(Site)) == 2


@pytest.mark.parametrize(
    ("change", "sequence"),
    [
        ({"start": time(9, 15)}, 1),
        ({"title_zh": "另一题"}, 1),
        ({"place_zh": "礼堂"}, 1),
        ({"compulsory": True}, 0),
        ({"description_zh": "说明"}, 0),
    ],
)
def test_the_calendar_sequence_grows_with_time_place_and_title_alone(
    session: Session, cast: Cast, training: Training, change: dict[str, Any], sequence: int
) -> None:
    saved = save_session(cast.actor(), training.id, _draft())
    save_session(cast.actor(), training.id, _draft(**change), session_id=saved)
    assert _row(session, saved).sequence == sequence


def test_a_change_from_an_old_state_is_refused_and_changes_nothing(
    session: Session, cast: Cast, training: Training
) -> None:
    saved = save_session(cast.actor(), training.id, _draft())
    version = _row(session, saved).version
    save_session(cast.actor(), training.id, _draft(title_zh="先改"), session_id=saved, version=version)
    with pytest.raises(Refusal) as refused:
        save_session(cast.actor(), training.id, _draft(title_zh="后改"), session_id=saved, version=version)
    assert refused.value.code == "stale"
    assert _row(session, saved).title_zh == "先改"


def test_changing_contributors_alone_makes_a_new_version(
    session: Session, cast: Cast, training: Training
) -> None:
    known = make_lecturers(session, cast.organisation)[0]
    saved = save_session(cast.actor(), training.id, _draft())
    version = _row(session, saved).version
    part = ContributorDraft(ContributorRole.LECTURE, lecturer_id=known.id)
    save_session(cast.actor(), training.id, _draft(contributors=(part,)), session_id=saved)
    assert _row(session, saved).version == version + 1


@pytest.mark.parametrize("day", [date(2026, 5, 10), date(2026, 5, 15)])
def test_a_day_outside_the_training_is_refused(cast: Cast, training: Training, day: date) -> None:
    with pytest.raises(Refusal) as refused:
        save_session(cast.actor(), training.id, _draft(day=day))
    assert refused.value.code == "session_outside_days"
    assert refused.value.values["first"] == "2026-05-11"


def test_times_set_by_hand_are_no_sample_any_more(session: Session, cast: Cast, training: Training) -> None:
    row = make_session(session, training, times_are_sample=True)
    save_session(cast.actor(), training.id, _draft(), session_id=row.id)
    assert not _row(session, row.id).times_are_sample


def test_another_organisations_lecturer_site_or_session_does_not_exist(
    session: Session, cast: Cast, training: Training
) -> None:
    lecturer = make_lecturers(session, cast.elsewhere)[0].id
    site = make_site(session, cast.elsewhere).id
    other = make_session(session, make_training(session, cast.elsewhere)).id
    contributor = ContributorDraft(ContributorRole.LECTURE, lecturer_id=lecturer)
    for draft in (_draft(contributors=(contributor,)), _draft(stops=(StopDraft(site),))):
        with pytest.raises(NotFound):
            save_session(cast.actor(), training.id, draft)
    with pytest.raises(NotFound):
        save_session(cast.actor(), training.id, _draft(), session_id=other)
    with pytest.raises(NotFound):
        delete_lecturer(cast.actor(), cast.organisation.id, lecturer)
    assert session.scalar(sa.select(sa.func.count()).select_from(Contribution)) == 0


def test_a_copy_has_everything_but_the_time_and_a_name_of_its_own(
    session: Session, cast: Cast, training: Training
) -> None:
    lecturer = make_lecturers(session, cast.organisation)[0].id
    site = make_site(session, cast.organisation).id
    saved = save_session(
        cast.actor(),
        training.id,
        _draft(
            contributors=(ContributorDraft(ContributorRole.LECTURE, lecturer_id=lecturer),),
            stops=(StopDraft(site, minutes=30),),
        ),
    )
    made = _row(session, copy_session(cast.actor(), training.id, saved, date(2026, 5, 13), time(14)))
    assert made.ends_at == datetime(2026, 5, 13, 7, 30, tzinfo=UTC)
    assert made.uid != _row(session, saved).uid
    assert [part.lecturer_id for part in made.contributions] == [lecturer]
    assert [(stop.site_id, stop.minutes) for stop in made.stops] == [(site, 30)]


def test_a_copy_past_midnight_is_refused(session: Session, cast: Cast, training: Training) -> None:
    row = make_session(session, training)
    with pytest.raises(Refusal) as refused:
        copy_session(cast.actor(), training.id, row.id, date(2026, 5, 13), time(23))
    assert refused.value.code == "session_past_midnight"


def test_a_session_goes_with_its_parts(session: Session, cast: Cast, training: Training) -> None:
    lecturer = make_lecturers(session, cast.organisation)[0].id
    site = make_site(session, cast.organisation).id
    part = ContributorDraft(ContributorRole.LECTURE, lecturer_id=lecturer)
    saved = save_session(cast.actor(), training.id, _draft(contributors=(part,), stops=(StopDraft(site),)))
    delete_session(cast.actor(), training.id, saved)
    for table in (TrainingSession, Contribution, VisitStop):
        assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    delete_lecturer(cast.actor(), cast.organisation.id, lecturer)
    delete_site(cast.actor(), cast.organisation.id, site)


def test_a_session_with_attendance_stays(session: Session, cast: Cast, training: Training) -> None:
    row = make_session(session, training)
    registration = make_registration(session, training)
    session.add(
        Attendance(
            training_id=training.id,
            session_id=row.id,
            registration_id=registration.id,
            mark=AttendanceMark.PRESENT,
        )
    )
    session.commit()
    with pytest.raises(Refusal) as refused:
        delete_session(cast.actor(), training.id, row.id)
    assert (refused.value.code, refused.value.values) == ("session_has_attendance", {"count": 1})
    assert session.get(TrainingSession, row.id) is not None


def test_what_sessions_use_stays(session: Session, cast: Cast, training: Training) -> None:
    lecturer = make_lecturers(session, cast.organisation)[0].id
    site = make_site(session, cast.organisation).id
    part = ContributorDraft(ContributorRole.LECTURE, lecturer_id=lecturer)
    save_session(cast.actor(), training.id, _draft(contributors=(part,), stops=(StopDraft(site),)))
    with pytest.raises(Refusal) as refused:
        delete_lecturer(cast.actor(), cast.organisation.id, lecturer)
    assert refused.value.code == "lecturer_in_use"
    with pytest.raises(Refusal) as refused:
        delete_site(cast.actor(), cast.organisation.id, site)
    assert refused.value.code == "site_in_use"


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (LecturerDraft(ContributorType.PERSON), "lecturer_nameless"),
        (LecturerDraft(ContributorType.UNIT), "lecturer_unit_missing"),
        (LecturerDraft(ContributorType.UNNAMED, title_zh="有关专家"), "lecturer_unit_missing"),
        (
            LecturerDraft(ContributorType.PERSON, name="陈越良", unit="中央组织部组织二局", title_zh="局长"),
            "lecturer_exists",
        ),
    ],
)
def test_a_lecturer_that_cannot_be_is_refused(
    session: Session, cast: Cast, draft: LecturerDraft, code: str
) -> None:
    make_lecturers(session, cast.organisation)
    with pytest.raises(Refusal) as refused:
        save_lecturer(cast.actor(), cast.organisation.id, draft)
    assert refused.value.code == code


def test_a_lecturer_changes_in_place(session: Session, cast: Cast) -> None:
    lecturer = make_lecturers(session, cast.organisation)[0].id
    draft = LecturerDraft(ContributorType.PERSON, name="陈越良", title_zh="司长")
    save_lecturer(cast.actor(), cast.organisation.id, draft, lecturer)
    changed = session.get(Lecturer, lecturer)
    assert changed is not None
    assert (changed.title_zh, changed.unit_id) == ("司长", None)


def test_two_who_name_one_new_unit_at_once_get_the_same(app: Flask, session: Session, cast: Cast) -> None:
    actor, organisation_id = cast.actor(), cast.organisation.id
    session.rollback()

    def named(who: str, unit: str) -> Callable[[], object]:
        draft = LecturerDraft(ContributorType.PERSON, name=who, unit=unit)
        return lambda: save_lecturer(actor, organisation_id, draft)

    for unit in (f"新单位{number}" for number in range(8)):
        assert at_once(app, named("甲", unit), named("乙", unit), named("丙", unit)) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(Unit)) == 8


def test_one_site_stands_once_in_a_district(session: Session, cast: Cast) -> None:
    save_site(cast.actor(), cast.organisation.id, SiteDraft("清源社区", district_zh="青羊区"))
    save_site(cast.actor(), cast.organisation.id, SiteDraft("清源社区", district_zh="武侯区"))
    with pytest.raises(Refusal) as refused:
        save_site(cast.actor(), cast.organisation.id, SiteDraft("清源社区", district_zh="青羊区"))
    assert refused.value.code == "site_exists"


def test_a_place_that_bears_the_name_of_a_room_is_named_in_both_languages(
    session: Session, cast: Cast, training: Training
) -> None:
    session.add(Venue(organisation_id=cast.organisation.id, name_zh="锦江厅", name_en="Jinjiang Hall"))
    session.add(Venue(organisation_id=cast.elsewhere.id, name_zh="别厅", name_en="Other"))
    session.commit()
    places = []
    for zh, en in (("锦江厅", ""), ("", "Jinjiang Hall"), ("锦江厅", "The Hall"), ("别厅", "")):
        row = _row(session, save_session(cast.actor(), training.id, _draft(place_zh=zh, place_en=en)))
        places.append((row.place_zh, row.place_en))
        session.rollback()
    both = ("锦江厅", "Jinjiang Hall")
    assert places == [both, both, ("锦江厅", "The Hall"), ("别厅", "")]
