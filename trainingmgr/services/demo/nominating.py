"""The places of a demo training, and its people as those whom their units named."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.nomination import Nominee
from trainingmgr.models import Category, Nomination, QuotaLine, QuotaPlace
from trainingmgr.models.person import new_uid
from trainingmgr.queries.nomination import seal_content
from trainingmgr.services.demo.plan import PersonPlan, TrainingPlan

# Names come in during the weeks before the class; no source says when.
_BEFORE = timedelta(days=14)


def write_nominations(
    session: Session,
    training_id: int,
    plan: TrainingPlan,
    registrations: Sequence[int],
    units: Mapping[str, int],
    first: datetime,
) -> None:
    """Offer each unit that sent somebody its places, a line a category, and say that it named them.

    Lines whose units are invented are samples. `first` is when the class begins.
    """
    if not plan.places:
        return
    invented = {one.name for one in plan.units if one.is_sample}
    categories = session.execute(
        sa.select(Category.position, Category.id)
        .where(Category.training_id == training_id)
        .order_by(Category.position)
    ).all()
    sent = {
        position: list(dict.fromkeys(one.unit for one in plan.people if one.category == position))
        for position, _ in categories
    }
    session.execute(
        sa.insert(QuotaLine),
        [
            {
                "training_id": training_id,
                "position": position,
                "category_id": category_id,
                "is_sample": bool(invented.intersection(sent[position])),
            }
            for position, category_id in categories
        ],
    )
    lines = dict(
        session.execute(
            sa.select(QuotaLine.position, QuotaLine.id).where(QuotaLine.training_id == training_id)
        )
        .tuples()
        .all()
    )
    session.execute(
        sa.insert(QuotaPlace),
        [
            {
                "training_id": training_id,
                "line_id": lines[position],
                "unit_id": units[name],
                "position": at,
                "places": plan.places,
            }
            for position, names in sent.items()
            for at, name in enumerate(names, 1)
        ],
    )
    rows = [
        _row(training_id, one, registration_id, units[one.unit], lines[one.category], first)
        for one, registration_id in zip(plan.people, registrations, strict=True)
    ]
    session.execute(sa.insert(Nomination), rows)


def _row(
    training_id: int, one: PersonPlan, registration_id: int, unit_id: int, line_id: int, first: datetime
) -> dict[str, Any]:
    uid = new_uid()
    said = Nominee(name=one.name, sex=one.sex, unit=one.unit, post=one.post, phone=one.phone)
    return {
        "uid": uid,
        "training_id": training_id,
        "unit_id": unit_id,
        "line_id": line_id,
        "registration_id": registration_id,
        "content_sealed": seal_content(uid, said.typed()),
        "created_at": first - _BEFORE,
        "sent_at": first - _BEFORE,
    }
