"""Where somebody on a training belongs: group, and whatever else the roster is divided into."""

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.own_timetable import PlacementKind
from trainingmgr.models import Registration


class Placement(NamedTuple):
    """A place of one kind, as its name says it."""

    kind: PlacementKind
    name: str


def placements_of(session: Session, registration_ids: Collection[int]) -> dict[int, tuple[Placement, ...]]:
    """The placements of these registrations, by their ids."""
    rows = session.execute(
        sa.select(Registration.id, Registration.group_name).where(Registration.id.in_(registration_ids))
    )
    return {
        registration_id: (Placement(PlacementKind.GROUP, group),) if group else ()
        for registration_id, group in rows
    }
