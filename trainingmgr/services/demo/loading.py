"""Loading the demo trainings: each whole or not at all, and once."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import SAMPLE_NAME_ZH, Organisation, Training
from trainingmgr.queries.accounts import Actor
from trainingmgr.services.demo.home import NAME_EN, PLANS, home
from trainingmgr.services.demo.writing import Writer


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What `load` did: codes of the trainings written and of those that stood already.

    `people` are the registrations written.
    """

    loaded: tuple[str, ...]
    present: tuple[str, ...]
    people: int


def load(actor: Actor) -> DemoReport:
    """Write whichever demo training is missing; twice changes nothing.

    Raises Refusal `demo.code_taken` (code) where a training of somebody else bears a demo's code.
    """
    with transaction() as session:
        place = home(session)
        if place is None:
            place = Organisation(name_zh=SAMPLE_NAME_ZH, name_en=NAME_EN, is_sample=True)
            session.add(place)
            session.flush()
        standing = _standing(session, place)
        people = 0
        for code, plan in PLANS.items():
            if code not in standing:
                people += Writer(session, place.id, plan()).write(actor)
        loaded = tuple(code for code in PLANS if code not in standing)
        return DemoReport(loaded, tuple(sorted(standing)), people)


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
