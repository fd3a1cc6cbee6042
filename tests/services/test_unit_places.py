"""Places that were offered to units bind the waiting list too, and what a unit leaves is its own first."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, at_once, look_again, make_line, make_registration, make_training, make_unit
from tests.nominations import name_person, token_of, typed
from trainingmgr.domain.participant import Facts
from trainingmgr.domain.quota import OverQuota
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus as S
from trainingmgr.extensions import db
from trainingmgr.models import Nomination, QuotaPlace, Registration, Training, Unit
from trainingmgr.queries import nomination as queries
from trainingmgr.services import nomination, roster

WAITED = datetime(2026, 4, 1, tzinfo=UTC)


class Offer:
    """A class of three seats that go on by themselves; two units are offered one place each on a line."""

    def __init__(self, session: Session, cast: Cast, over: OverQuota = OverQuota.WAITLIST) -> None:
        self.session, self.cast = session, cast
        self.training = make_training(session, cast.organisation, capacity=3, promotes_waiting=True)
        self.units = [make_unit(session, cast.organisation, name) for name in ("甲市民政局", "乙市民政局")]
        self.line = make_line(session, self.training, dict.fromkeys(self.units, 1), over=over)
        self.waiting = 0

    def person(self, name: str, status: S, unit: Unit | None = None) -> int:
        """Somebody, named by a unit or by nobody; of those who wait the earlier made have waited longer."""
        row = make_registration(self.session, self.training, name, status=status)
        if status is S.WAITLISTED:
            self.waiting += 1
            row.waitlisted_at = WAITED + timedelta(days=self.waiting)
        if unit is not None:
            self.session.add(
                Nomination(
                    training_id=self.training.id,
                    unit_id=unit.id,
                    line_id=self.line.id,
                    registration_id=row.id,
                    sent_at=WAITED,
                    content_sealed=b"",
                )
            )
        self.session.commit()
        return row.id

    def statuses(self) -> list[str]:
        look_again(self.session)
        wanted = sa.select(Registration.status).where(Registration.training_id == self.training.id)
        return [one.value for one in self.session.scalars(wanted.order_by(Registration.id))]


@pytest.fixture
def offer(session: Session, cast: Cast) -> Offer:
    return Offer(session, cast)


def test_a_place_that_comes_free_passes_by_those_whose_unit_has_had_its_places(offer: Offer) -> None:
    leaves = offer.person("走了", S.CONFIRMED)
    offer.person("甲一", S.CONFIRMED, offer.units[0])
    offer.person("甲二", S.WAITLISTED, offer.units[0])
    offer.person("乙一", S.WAITLISTED, offer.units[1])
    offer.person("乙二", S.WAITLISTED, offer.units[1])
    offer.person("散客", S.CONFIRMED)
    roster.set_status(offer.cast.actor(), offer.training.id, [leaves], S.WITHDRAWN)
    assert offer.statuses() == [
        "withdrawn",
        "confirmed",
        "waitlisted",
        "confirmed",
        "waitlisted",
        "confirmed",
    ]


def test_a_place_that_a_unit_leaves_goes_to_its_own_people_first(offer: Offer) -> None:
    offer.person("散客", S.WAITLISTED)
    leaves = offer.person("甲一", S.CONFIRMED, offer.units[0])
    offer.person("甲二", S.WAITLISTED, offer.units[0])
    offer.person("甲三", S.WAITLISTED, offer.units[0])
    for name in "子丑":
        offer.person(name, S.CONFIRMED)
    done = roster.set_status(offer.cast.actor(), offer.training.id, [leaves], S.WITHDRAWN)
    after = ["waitlisted", "withdrawn", "confirmed", "waitlisted", "confirmed", "confirmed"]
    assert offer.statuses() == after
    assert done.undo is not None
    roster.undo_bulk(offer.cast.actor(), offer.training.id, done.undo)
    assert offer.statuses() == [
        "waitlisted",
        "confirmed",
        "waitlisted",
        "waitlisted",
        "confirmed",
        "confirmed",
    ]


def test_the_place_of_somebody_not_approved_yet_goes_on_as_that(offer: Offer) -> None:
    leaves = offer.person("甲一", S.NOMINATED, offer.units[0])
    offer.person("散客", S.WAITLISTED)
    offer.person("乙一", S.WAITLISTED, offer.units[1])
    offer.person("甲二", S.WAITLISTED, offer.units[0])
    roster.update(offer.cast.actor(), offer.training.id, leaves, Facts(status=S.DECLINED))
    assert offer.statuses() == ["declined", "waitlisted", "waitlisted", "nominated"]


def test_where_the_line_lets_nobody_wait_the_place_goes_to_whoever_waits_longest(
    session: Session, cast: Cast
) -> None:
    offer = Offer(session, cast, OverQuota.REFUSE)
    leaves = offer.person("甲一", S.CONFIRMED, offer.units[0])
    offer.person("散客", S.WAITLISTED)
    offer.person("甲二", S.WAITLISTED, offer.units[0])
    roster.set_status(cast.actor(), offer.training.id, [leaves], S.WITHDRAWN)
    assert offer.statuses() == ["withdrawn", "confirmed", "waitlisted"]


def test_by_hand_more_than_a_unit_was_offered_takes_the_organisers_word(offer: Offer) -> None:
    offer.person("甲一", S.NOMINATED, offer.units[0])
    second = offer.person("甲二", S.WAITLISTED, offer.units[0])
    third = offer.person("乙一", S.WAITLISTED, offer.units[1])
    actor, training_id = offer.cast.actor(), offer.training.id
    with pytest.raises(Refusal) as caught:
        roster.set_status(actor, training_id, [second, third], S.CONFIRMED)
    assert (caught.value.code, caught.value.values) == (
        "places.beyond_quota",
        {"people": 1, "unit": "甲市民政局"},
    )
    with pytest.raises(Refusal, match=r"places.beyond_quota"):
        roster.update(actor, training_id, second, Facts(status=S.NOMINATED))
    assert roster.promote_first(actor, training_id, 2).changed == 1
    assert offer.statuses() == ["nominated", "waitlisted", "confirmed"]
    done = roster.set_status(actor, training_id, [second], S.CONFIRMED, beyond=True)
    assert (done.changed, done.over) == (1, 1)


def test_units_and_the_organiser_at_once_give_no_more_than_was_offered_and_never_wait_for_each_other(
    app: Flask, offer: Offer
) -> None:
    session, cast, training_id = offer.session, offer.cast, offer.training.id
    session.execute(sa.update(Training).values(capacity=40))
    session.execute(sa.update(QuotaPlace).values(places=4))
    session.commit()
    for number in range(4):
        offer.person(f"甲{number}", S.CONFIRMED, offer.units[0])
    token = token_of(session, cast, offer.training, offer.units[0])
    named = list(session.scalars(sa.select(Nomination.id).order_by(Nomination.id)))
    actor, line_id, unit_id = cast.actor(), offer.line.id, offer.units[0].id

    def unit_names(number: int) -> None:
        name_person(_entry(token), typed(f"新人{number}", phone=""), line_id)

    def unit_withdraws(number: int) -> None:
        nomination.withdraw(_entry(token), named[number])

    def another_address() -> None:
        nomination.renew(actor, db.session().get_one(Training, training_id), unit_id)

    acts: list[Callable[[], object]] = [another_address]
    for number in range(4):
        acts += [partial(unit_names, number), partial(unit_withdraws, number)]
        acts.append(partial(roster.promote_first, actor, training_id, 1))
    raised = at_once(app, *acts)
    assert all(isinstance(one, Refusal) for one in raised), raised
    look_again(session)
    holding = (
        sa.select(sa.func.count())
        .select_from(Nomination)
        .join(Registration, Registration.id == Nomination.registration_id)
        .where(Nomination.unit_id == unit_id, Registration.status.in_(["nominated", "confirmed"]))
    )
    assert (session.scalar(holding) or 0) <= 4


def _entry(token: str) -> queries.Entry:
    found = queries.entry(db.session(), token)
    assert found is not None
    return found
