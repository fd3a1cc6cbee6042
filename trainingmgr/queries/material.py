"""Reads about what is handed out."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.material import MaterialKind
from trainingmgr.domain.registration import PRESENT_STATUSES
from trainingmgr.models import Handout, Material, Registration, Training
from trainingmgr.queries import sheet as sheets
from trainingmgr.queries.sheet import Filters, Place, Sheet, Ticks

GIVEN = "given"


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """A material with how many of the people on the class have it, and how many people ever got it."""

    id: int
    kind: MaterialKind
    title_zh: str
    title_en: str
    is_sample: bool
    people: int
    given: int
    ever_given: int


def lines(session: Session, training: Training) -> list[MaterialLine]:
    """The training's materials in order of their making; two statements."""
    people = sheets.headcount(session, training.id, PRESENT_STATUSES)
    here = sa.func.count(sa.case((Registration.status.in_(PRESENT_STATUSES), Handout.id)))
    rows = session.execute(
        sa.select(
            Material.id,
            Material.kind,
            Material.title_zh,
            Material.title_en,
            Material.is_sample,
            here,
            sa.func.count(Handout.id),
        )
        .outerjoin(Handout, Handout.material_id == Material.id)
        .outerjoin(Registration, Registration.id == Handout.registration_id)
        .where(Material.training_id == training.id)
        .group_by(Material.id)
        .order_by(Material.id)
    )
    return [MaterialLine(*row[:5], people, *row[5:]) for row in rows]


def material_of(session: Session, training: Training, material_id: int) -> Material | None:
    """The training's material with this id, if it has one."""
    return session.scalar(
        sa.select(Material).where(Material.id == material_id, Material.training_id == training.id)
    )


def sheet(
    session: Session, training: Training, material_id: int, filters: Filters, place: Place | None = None
) -> Sheet:
    """The handing-out sheet of one material: `given` for whoever has it."""
    ticks = Ticks(
        Handout,
        sa.and_(Handout.registration_id == Registration.id, Handout.material_id == material_id),
        sa.case((Handout.id.is_not(None), sa.literal(GIVEN)), else_=sa.null()),
        Handout.given_by_id,
        Handout.given_at,
    )
    return sheets.read(session, training, PRESENT_STATUSES, ticks, filters, place)
