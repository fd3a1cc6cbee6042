"""Changes to many and deleted sessions, taken back: once, by whoever made them, soon after."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_training
from tests.timetables import make_timetable
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus as S
from trainingmgr.extensions import now
from trainingmgr.models import AuditEntry, Contribution, Registration, Training, TrainingSession, VisitStop
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.roster import Filters
from trainingmgr.services import roster, schedule


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CD2026")


@pytest.fixture
def people(session: Session, training: Training) -> list[int]:
    made = [make_registration(session, training, name) for name in ("王小明", "李四", "张三")]
    for one, status in zip(made, (S.CONFIRMED, S.ARRIVED, S.NOMINATED), strict=True):
        one.status = status
    made[1].arrived_at = datetime.fromisoformat("2026-05-11T00:30:00+00:00")
    made[1].group_name = "第2组"
    session.commit()
    return [one.id for one in made]


def states(session: Session) -> list[tuple[S, str, str]]:
    look_again(session)
    rows = session.scalars(sa.select(Registration).order_by(Registration.id))
    return [(one.status, str(one.arrived_at), one.group_name) for one in rows]


@pytest.mark.parametrize(
    "change",
    [
        lambda actor, training, ids: roster.set_status(actor, training, ids, S.WITHDRAWN),
        lambda actor, training, ids: roster.set_status(actor, training, Filters(), S.ARRIVED),
        lambda actor, training, ids: roster.set_group(actor, training, ids, "第1组"),
    ],
)
def test_a_change_to_many_is_taken_back_whole(
    session: Session,
    cast: Cast,
    training: Training,
    people: list[int],
    change: Callable[[Actor, int, list[int]], roster.BulkDone],
) -> None:
    before = states(session)
    done = change(cast.actor(), training.id, people)
    assert states(session) != before
    assert done.undo is not None
    undone = roster.undo_bulk(cast.actor(), training.id, done.undo)
    assert undone == roster.Undone(done.changed, 0)
    assert states(session) == before
    assert (
        session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()[-1]
        == "roster.bulk_undone"
    )


def test_whoever_was_changed_since_is_left(
    session: Session, cast: Cast, training: Training, people: list[int]
) -> None:
    done = roster.set_group(cast.actor(), training.id, people, "第1组")
    roster.set_group(cast.actor("owner"), training.id, people[:1], "第3组")
    assert roster.undo_bulk(cast.actor(), training.id, done.undo or 0) == roster.Undone(2, 1)
    assert [one[2] for one in states(session)] == ["第3组", "第2组", ""]


def test_a_change_is_taken_back_once_by_whoever_made_it_and_soon(
    session: Session, cast: Cast, training: Training, people: list[int]
) -> None:
    other = make_training(session, cast.organisation, code="BJ2026")
    change = roster.set_group(cast.actor(), training.id, people, "第1组").undo or 0

    def refused(actor: Actor, training_id: int) -> None:
        with pytest.raises(Refusal) as caught:
            roster.undo_bulk(actor, training_id, change)
        assert caught.value.code == "undo_gone"

    refused(cast.actor("owner"), training.id)
    refused(cast.actor(), other.id)
    with time_machine.travel(now() + timedelta(hours=25), tick=False):
        refused(cast.actor(), training.id)
    roster.undo_bulk(cast.actor(), training.id, change)
    refused(cast.actor(), training.id)


def test_another_kind_of_entry_is_no_change_to_take_back(
    session: Session, cast: Cast, training: Training, people: list[int]
) -> None:
    done = roster.set_group(cast.actor(), training.id, people, "第1组")
    roster.undo_bulk(cast.actor(), training.id, done.undo or 0)
    with pytest.raises(Refusal, match="undo_gone"):
        schedule.restore_session(cast.actor(), training.id, done.undo or 0)
    with pytest.raises(Refusal, match="undo_gone"):
        roster.undo_bulk(cast.actor(), training.id, (done.undo or 0) + 1)


@pytest.fixture
def visit(session: Session, cast: Cast, training: Training) -> TrainingSession:
    make_timetable(session, training, cast.organisation, 5)
    row = session.scalars(sa.select(TrainingSession).order_by(TrainingSession.id.desc())).first()
    assert row is not None
    return row


def everything(session: Session) -> list[object]:
    look_again(session)
    left_out = {"id", "session_id", "sequence", "version"}
    return [
        {
            column.key: getattr(row, column.key)
            for column in sa.orm.class_mapper(table).column_attrs
            if column.key not in left_out
        }
        for table in (TrainingSession, Contribution, VisitStop)
        for row in session.scalars(sa.select(table).order_by(table.id))
    ]


def test_a_deleted_session_comes_back_as_it_was(
    session: Session, cast: Cast, training: Training, visit: TrainingSession
) -> None:
    before, uid = everything(session), visit.uid
    deletion = schedule.delete_session(cast.actor(), training.id, visit.id)
    assert everything(session) != before
    schedule.restore_session(cast.actor(), training.id, deletion)
    assert everything(session) == before
    back = session.scalars(sa.select(TrainingSession).where(TrainingSession.uid == uid)).one()
    assert back.sequence == 1
    with pytest.raises(Refusal, match="undo_gone"):
        schedule.restore_session(cast.actor(), training.id, deletion)


def test_a_deleted_session_stays_gone_when_what_it_needs_is_gone(
    session: Session, cast: Cast, training: Training, visit: TrainingSession
) -> None:
    site = visit.stops[0].site_id
    deletion = schedule.delete_session(cast.actor(), training.id, visit.id)
    schedule.delete_site(cast.actor(), cast.organisation.id, site)
    with pytest.raises(Refusal, match="undo_gone"):
        schedule.restore_session(cast.actor(), training.id, deletion)


def test_a_deleted_session_stays_gone_when_the_days_have_moved_away(
    session: Session, cast: Cast, training: Training, visit: TrainingSession
) -> None:
    for one in session.scalars(sa.select(TrainingSession).where(TrainingSession.id != visit.id)):
        session.delete(one)
    session.commit()
    deletion = schedule.delete_session(cast.actor(), training.id, visit.id)
    row = session.get_one(Training, training.id)
    row.start_date += timedelta(days=1)
    session.commit()
    with pytest.raises(Refusal, match="undo_gone"):
        schedule.restore_session(cast.actor(), training.id, deletion)


def test_why_somebody_was_declined_comes_back_and_lies_nowhere_in_clear(
    session: Session, cast: Cast, training: Training, people: list[int]
) -> None:
    roster.set_status(cast.actor(), training.id, people[2:], S.DECLINED, reason="身体原因")
    done = roster.set_status(cast.actor(), training.id, people[2:], S.CONFIRMED)
    assert "身体原因" not in str(session.scalars(sa.select(AuditEntry.details)).all())
    assert done.undo is not None
    roster.undo_bulk(cast.actor(), training.id, done.undo)
    look_again(session)
    row = session.get_one(Registration, people[2])
    assert (row.status, row.reason) == (S.DECLINED, "身体原因")
