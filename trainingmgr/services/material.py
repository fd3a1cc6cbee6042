"""Materials of a training, and handing them out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.material import MaterialKind
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import PRESENT_STATUSES
from trainingmgr.extensions import now, transaction
from trainingmgr.models import Handout, Material, Person, Registration, Training
from trainingmgr.queries import audit
from trainingmgr.queries import sheet as sheets
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.material import material_of
from trainingmgr.queries.sheet import Filters, Press
from trainingmgr.queries.upsert import upsert


@dataclass(frozen=True, slots=True)
class MaterialInput:
    """What may be said of a material."""

    kind: MaterialKind
    title_zh: str
    title_en: str = ""


def create(actor: Actor, training: Training, given: MaterialInput) -> Material:
    """Add a material. Raises Refusal `material_title_taken` (title)."""
    with transaction() as session:
        _title_free(session, training, given.title_zh)
        row = Material(
            training_id=training.id, kind=given.kind, title_zh=given.title_zh, title_en=given.title_en
        )
        session.add(row)
        session.flush()
        audit.record(
            session, actor, "material.created", "material", row.id, training=training, title=row.title_zh
        )
    return row


def change(actor: Actor, training: Training, material_id: int, given: MaterialInput) -> Material:
    """Change a material. Raises NotFound, Refusal `material_title_taken` (title)."""
    with transaction() as session:
        row = _material(session, training, material_id)
        _title_free(session, training, given.title_zh, but=row.id)
        before = [row.kind, row.title_zh, row.title_en]
        row.kind, row.title_zh, row.title_en = given.kind, given.title_zh, given.title_en
        audit.record(
            session,
            actor,
            "material.changed",
            "material",
            row.id,
            training=training,
            before=before,
            after=[given.kind, given.title_zh, given.title_en],
        )
    return row


def remove(actor: Actor, training: Training, material_id: int) -> None:
    """Remove a material that nobody has been given. Raises NotFound, Refusal `material_handed_out` (people)."""
    with transaction() as session:
        row = _material(session, training, material_id)
        # Whoever hands one out at this moment is waited for, and counted.
        session.refresh(row, with_for_update=True)
        people = session.scalar(
            sa.select(sa.func.count()).select_from(Handout).where(Handout.material_id == row.id)
        )
        if people:
            raise Refusal("material_handed_out", people=people)
        session.delete(row)
        audit.record(
            session, actor, "material.removed", "material", row.id, training=training, title=row.title_zh
        )


def hand_out(actor: Actor, training: Training, material_id: int, given: Mapping[int, bool]) -> datetime:
    """Record by registration id who has been given a material, or has given it back.

    Whoever has it already keeps the time. Raises NotFound, Refusal `not_on_class` (name).
    """
    with transaction() as session:
        at = now()
        _material(session, training, material_id)
        rows = session.execute(
            sa.select(Registration.id, Registration.status, Person.name, Handout.id.label("handout"))
            .join(Person, Person.id == Registration.person_id)
            .outerjoin(
                Handout,
                sa.and_(Handout.registration_id == Registration.id, Handout.material_id == material_id),
            )
            .where(Registration.training_id == training.id, Registration.id.in_(list(given)))
            .order_by(Registration.id)
        ).all()
        if len(rows) != len(given):
            raise NotFound("not_found")
        for row in rows:
            if given[row.id] and row.status not in PRESENT_STATUSES:
                raise Refusal("not_on_class", name=row.name)
        handed = [row.id for row in rows if given[row.id] and row.handout is None]
        back = [row.id for row in rows if not given[row.id] and row.handout is not None]
        _give(session, actor, training, material_id, handed, at)
        if back:
            session.execute(
                sa.delete(Handout)
                .where(Handout.material_id == material_id, Handout.registration_id.in_(back))
                .execution_options(synchronize_session=False)
            )
        _audit(session, actor, training, material_id, "material.handed_out", handed)
        _audit(session, actor, training, material_id, "material.taken_back", back)
    return at


def hand_out_rest(actor: Actor, training: Training, material_id: int, filters: Filters) -> Press:
    """Record that everybody who has none, of those that the words and the group mean, has been given one."""
    with transaction() as session:
        at = now()
        _material(session, training, material_id)
        ids = sheets.still_open(session, training, Handout, Handout.material_id == material_id, filters)
        _give(session, actor, training, material_id, ids, at)
        _audit(session, actor, training, material_id, "material.handed_out", ids)
    return Press(len(ids), at)


def undo_rest(actor: Actor, training: Training, material_id: int, at: datetime) -> int:
    """Take back what the actor's press at the instant `at` recorded."""
    with transaction() as session:
        _material(session, training, material_id)
        mine = sa.and_(
            Handout.material_id == material_id,
            Handout.given_by_id == actor.user_id,
            Handout.given_at == at,
        )
        ids = list(session.scalars(sa.select(Handout.registration_id).where(mine)))
        session.execute(sa.delete(Handout).where(mine).execution_options(synchronize_session=False))
        _audit(session, actor, training, material_id, "material.taken_back", ids)
    return len(ids)


def _give(
    session: Session, actor: Actor, training: Training, material_id: int, ids: list[int], at: datetime
) -> None:
    upsert(
        session,
        Handout,
        ("material_id", "registration_id"),
        [
            {
                "material_id": material_id,
                "registration_id": one,
                "training_id": training.id,
                "given_at": at,
                "given_by_id": actor.user_id,
                "is_sample": False,
            }
            for one in ids
        ],
        overwrite=False,
    )


def _material(session: Session, training: Training, material_id: int) -> Material:
    row = material_of(session, training, material_id)
    if row is None:
        raise NotFound("not_found")
    return row


def _title_free(session: Session, training: Training, title: str, but: int | None = None) -> None:
    taken = session.scalar(
        sa.select(Material.id).where(Material.training_id == training.id, Material.title_zh == title)
    )
    if taken is not None and taken != but:
        raise Refusal("material_title_taken", title=title)


def _audit(
    session: Session, actor: Actor, training: Training, material_id: int, action: str, ids: list[int]
) -> None:
    if ids:
        audit.record(
            session,
            actor,
            action,
            "material",
            material_id,
            training=training,
            people=len(ids),
            registrations=ids,
        )
