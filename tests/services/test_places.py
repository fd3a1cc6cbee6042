"""Places of a training: no more are given than there are, and whoever waits longest gets what comes free."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, at_once, look_again, make_registration, make_training
from tests.mails import set_server
from trainingmgr.domain.mail import MailKind, MailStatus
from trainingmgr.domain.participant import Facts
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import PRESENT_STATUSES
from trainingmgr.domain.registration import RegistrationStatus as S
from trainingmgr.domain.training import TrainingInput
from trainingmgr.extensions import db, now
from trainingmgr.models import AuditEntry, MailMessage, Registration, Training
from trainingmgr.queries import places
from trainingmgr.queries.accounts import Actor
from trainingmgr.services import rights, roster
from trainingmgr.services import training as training_service

WAITED = datetime(2026, 4, 1, tzinfo=UTC)


def people(session: Session, training: Training, *statuses: S) -> list[int]:
    """Registrations in these statuses; of those who wait the later made have waited longer."""
    made = list[int]()
    for number, status in enumerate(statuses):
        row = make_registration(session, training, email=f"student{number}@example.org", status=status)
        if status is S.WAITLISTED:
            row.waitlisted_at = WAITED - timedelta(days=number)
        made.append(row.id)
    session.commit()
    return made


def statuses(session: Session) -> list[S]:
    look_again(session)
    return list(session.scalars(sa.select(Registration.status).order_by(Registration.id)))


def taken(session: Session) -> int:
    return sum(one in PRESENT_STATUSES for one in statuses(session))


@pytest.fixture
def full(session: Session, cast: Cast) -> Training:
    """A class of two seats, both taken, whose seats go on by themselves."""
    return make_training(session, cast.organisation, capacity=2, promotes_waiting=True)


def test_more_than_there_are_places_are_confirmed_only_by_the_organisers_word(
    session: Session, cast: Cast
) -> None:
    training = make_training(session, cast.organisation, capacity=2)
    ids = people(session, training, S.CONFIRMED, S.NOMINATED, S.NOMINATED)
    with pytest.raises(Refusal) as caught:
        roster.set_status(cast.actor(), training.id, ids, S.CONFIRMED)
    assert (caught.value.code, caught.value.values) == ("places.beyond_capacity", {"people": 2, "left": 1})
    assert taken(session) == 1
    done = roster.set_status(cast.actor(), training.id, ids, S.CONFIRMED, beyond=True)
    assert (done.changed, done.over, taken(session)) == (2, 1, 3)
    assert session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()[-1].details["beyond"] == 1


def test_one_by_one_the_capacity_holds_too(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation, capacity=1)
    here, named = people(session, training, S.CONFIRMED, S.NOMINATED)
    with pytest.raises(Refusal, match=r"places.beyond_capacity"):
        roster.update(cast.actor(), training.id, named, Facts(status=S.CONFIRMED))
    roster.update(cast.actor(), training.id, here, Facts(status=S.ARRIVED))
    roster.update(cast.actor(), training.id, here, Facts(status=S.CONFIRMED))
    roster.update(cast.actor(), training.id, named, Facts(status=S.CONFIRMED), beyond=True)
    assert taken(session) == 2


def raise_seats(actor: Actor, training_id: int, _ids: list[int]) -> None:
    row = db.session().get_one(Training, training_id)
    given = TrainingInput(
        code=row.code, title_zh=row.title_zh, start_date=row.start_date, end_date=row.end_date,
        capacity=3, promotes_waiting=True,
    )  # fmt: skip
    training_service.update(actor, row, given)


def erase(actor: Actor, training_id: int, ids: list[int]) -> None:
    session = db.session()
    organisation = session.get_one(Training, training_id).organisation_id
    rights.erase(actor, organisation, session.get_one(Registration, ids[0]).person_id)


@pytest.mark.parametrize(
    "leave",
    [
        lambda actor, training, ids: roster.set_status(actor, training, ids[:1], S.WITHDRAWN),
        lambda actor, training, ids: roster.set_status(actor, training, ids[:1], S.WAITLISTED),
        lambda actor, training, ids: roster.update(actor, training, ids[0], Facts(status=S.WITHDRAWN)),
        lambda actor, training, ids: roster.remove(actor, training, ids[0]),
        erase,
        raise_seats,
    ],
    ids=["withdrawn", "put on the list", "edited", "removed", "erased", "a seat more"],
)
def test_a_place_that_comes_free_goes_to_whoever_waits_longest(
    session: Session, cast: Cast, full: Training, leave: Callable[[Actor, int, list[int]], object]
) -> None:
    ids = people(session, full, S.CONFIRMED, S.ARRIVED, S.NOMINATED, S.WAITLISTED, S.WAITLISTED)
    leave(cast.actor(), full.id, ids)
    look_again(session)
    row = session.get_one(Registration, ids[4])
    assert (row.status, row.waitlisted_at) == (S.CONFIRMED, None)
    assert session.get_one(Registration, ids[3]).status is S.WAITLISTED
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "registration.promoted")).one()
    assert entry.details["registrations"] == [ids[4]]
    mail = session.scalars(sa.select(MailMessage)).one()
    assert (mail.kind, mail.registration_id) == (MailKind.REGISTRATION_PROMOTED, ids[4])
    assert mail.due_at > now() + timedelta(minutes=1)


def test_nobody_moves_up_where_the_organiser_does_it_or_no_place_is_free(
    session: Session, cast: Cast, full: Training
) -> None:
    by_hand = make_training(session, cast.organisation, capacity=1)
    gone, *_rest = people(session, by_hand, S.CONFIRMED, S.WAITLISTED)
    roster.set_status(cast.actor(), by_hand.id, [gone], S.WITHDRAWN)
    crowded = people(session, full, S.CONFIRMED, S.CONFIRMED, S.CONFIRMED, S.WAITLISTED)
    roster.set_status(cast.actor(), full.id, crowded[:1], S.WITHDRAWN)
    roster.set_status(cast.actor(), full.id, crowded[3:], S.DECLINED)
    assert statuses(session) == [S.WITHDRAWN, S.WAITLISTED, S.WITHDRAWN, S.CONFIRMED, S.CONFIRMED, S.DECLINED]


def test_who_is_put_on_the_list_is_not_the_one_to_move_up(
    session: Session, cast: Cast, full: Training
) -> None:
    ids = people(session, full, S.CONFIRMED, S.CONFIRMED)
    roster.set_status(cast.actor(), full.id, ids[:1], S.WAITLISTED)
    roster.update(cast.actor(), full.id, ids[1], Facts(status=S.WAITLISTED))
    assert statuses(session) == [S.CONFIRMED, S.WAITLISTED]


def test_the_first_of_those_waiting_are_promoted_at_a_word(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation, capacity=2)
    ids = people(session, training, S.WAITLISTED, S.WAITLISTED, S.WAITLISTED)
    assert places.waiting(session, training.id) == ids[::-1]
    assert [places.position(session, session.get_one(Registration, one)) for one in ids] == [3, 2, 1]
    done = roster.promote_first(cast.actor(), training.id, 2, tell=True)
    assert statuses(session) == [S.WAITLISTED, S.CONFIRMED, S.CONFIRMED]
    assert (
        session.scalars(sa.select(MailMessage.kind).order_by(MailMessage.id)).all()
        == [MailKind.REGISTRATION_PROMOTED] * 2
    )
    with pytest.raises(Refusal, match=r"places.beyond_capacity"):
        roster.promote_first(cast.actor(), training.id, 1)
    roster.undo_bulk(cast.actor(), training.id, done.undo or 0)
    look_again(session)
    assert places.waiting(session, training.id) == ids[::-1]


def test_taking_back_takes_the_promotion_back_before_anybody_is_told(
    session: Session, cast: Cast, full: Training
) -> None:
    set_server(session, cast.organisation)
    ids = people(session, full, S.CONFIRMED, S.CONFIRMED, S.WAITLISTED)
    done = roster.set_status(cast.actor(), full.id, ids[:1], S.WITHDRAWN, reason="另有公务", tell=True)
    assert (done.promoted, done.told) == (1, 1)
    look_again(session)
    assert session.get_one(Registration, ids[0]).reason == "另有公务"
    assert "原因：另有公务" in session.scalars(sa.select(MailMessage.body).order_by(MailMessage.id)).all()[-1]
    assert roster.undo_bulk(cast.actor(), full.id, done.undo or 0) == roster.Undone(1, 0)
    assert statuses(session) == [S.CONFIRMED, S.CONFIRMED, S.WAITLISTED]
    row = session.get_one(Registration, ids[2])
    assert row.waitlisted_at == WAITED - timedelta(days=2)
    assert set(session.scalars(sa.select(MailMessage.status))) == {MailStatus.CANCELLED}


def test_whoever_has_been_told_keeps_the_place(session: Session, cast: Cast, full: Training) -> None:
    set_server(session, cast.organisation)
    ids = people(session, full, S.CONFIRMED, S.CONFIRMED, S.WAITLISTED)
    done = roster.set_status(cast.actor(), full.id, ids[:1], S.WITHDRAWN)
    session.execute(sa.update(MailMessage).values(status=MailStatus.SENT))
    session.commit()
    with pytest.raises(Refusal, match=r"places.undo_beyond_capacity"):
        roster.undo_bulk(cast.actor(), full.id, done.undo or 0)
    assert statuses(session) == [S.WITHDRAWN, S.CONFIRMED, S.CONFIRMED]
    full.capacity = 3
    session.commit()
    assert roster.undo_bulk(cast.actor(), full.id, done.undo or 0) == roster.Undone(1, 0, kept=1)
    assert statuses(session) == [S.CONFIRMED, S.CONFIRMED, S.CONFIRMED]


def test_two_who_confirm_at_once_never_give_one_place_twice(app: Flask, session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation, capacity=3)
    ids = people(session, training, S.CONFIRMED, S.NOMINATED, S.NOMINATED, S.NOMINATED, S.NOMINATED)
    actor, training_id = cast.actor(), training.id
    session.rollback()
    raised = at_once(
        app,
        lambda: roster.set_status(actor, training_id, ids[1:3], S.CONFIRMED),
        lambda: roster.set_status(actor, training_id, ids[3:], S.CONFIRMED),
    )
    assert [str(getattr(one, "code", one)) for one in raised] == ["places.beyond_capacity"]
    assert taken(session) == 3


def test_all_who_leave_at_once_are_followed_by_one_each(
    app: Flask, session: Session, cast: Cast, full: Training
) -> None:
    ids = people(session, full, S.CONFIRMED, S.CONFIRMED, S.WAITLISTED, S.WAITLISTED, S.NOMINATED)
    actor, training_id = cast.actor(), full.id
    session.rollback()
    raised = at_once(
        app,
        lambda: roster.set_status(actor, training_id, ids[:1], S.WITHDRAWN),
        lambda: roster.update(actor, training_id, ids[1], Facts(status=S.WITHDRAWN)),
        lambda: roster.set_status(actor, training_id, ids[4:], S.CONFIRMED),
    )
    # The third finds no place, whichever comes first: what is left goes to those who wait.
    assert [str(getattr(one, "code", one)) for one in raised] == ["places.beyond_capacity"]
    assert statuses(session) == [S.WITHDRAWN, S.WITHDRAWN, S.CONFIRMED, S.CONFIRMED, S.NOMINATED]
