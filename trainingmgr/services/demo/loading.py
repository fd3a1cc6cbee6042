"""Loading the demo trainings: each whole or not at all, and once."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.membership import Role
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import (
    Membership,
    Organisation,
    Training,
    User,
)
from trainingmgr.queries.accounts import Actor
from trainingmgr.services.demo.home import NAME_EN, NAME_ZH, PLANS, home
from trainingmgr.services.demo.writing import Writer


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What `load` did: codes of the trainings written and of those that stood already.

    `people` are the registrations written, `owner_added` tells of a new membership.
    """

    loaded: tuple[str, ...]
    present: tuple[str, ...]
    people: int
    owner_added: bool


def load(actor: Actor, owner_user_id: int | None = None) -> DemoReport:
    """Write whichever demo training is missing; twice changes nothing.

    `owner_user_id` becomes an owner of the demo's organisation. Raises Refusal `demo.code_taken`
    (code) where a training of somebody else bears a demo's code, `demo.nobody_to_own` (user_id).
    """
    with transaction() as session:
        place = home(session)
        if place is None:
            place = Organisation(name_zh=NAME_ZH, name_en=NAME_EN, is_sample=True)
            session.add(place)
            session.flush()
        standing = _standing(session, place)
        people = 0
        for code, plan in PLANS.items():
            if code not in standing:
                people += Writer(session, place.id, plan()).write(actor)
        added = owner_user_id is not None and _add_owner(session, place, owner_user_id)
        loaded = tuple(code for code in PLANS if code not in standing)
        return DemoReport(loaded, tuple(sorted(standing)), people, added)


def _standing(session: Session, place: Organisation) -> set[str]:
    rows = session.execute(
        sa.select(Training.code, Training.organisation_id, Training.is_sample).where(
            Training.code.in_(tuple(PLANS))
        )
    ).all()
    for code, organisation_id, is_sample in rows:
        if organisation_id != place.id or not is_sample:
            raise Refusal("demo.code_taken", code=code)
    return {row[0] for row in rows}


def _add_owner(session: Session, place: Organisation, user_id: int) -> bool:
    if session.get(User, user_id) is None:
        raise Refusal("demo.nobody_to_own", user_id=user_id)
    if session.scalar(
        sa.select(Membership.id).where(Membership.user_id == user_id, Membership.organisation_id == place.id)
    ):
        return False
    session.add(Membership(user_id=user_id, organisation_id=place.id, role=Role.OWNER))
    return True
