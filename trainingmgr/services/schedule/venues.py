"""Rooms and halls of an organisation, where sessions are held."""

from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.place import check_point
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import Venue
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor


@dataclass(frozen=True, slots=True)
class VenueDraft:
    """A room as typed. Its Chinese name tells it from others."""

    name_zh: str
    name_en: str = ""
    address: str = ""
    capacity: int | None = None
    latitude: float | None = None
    longitude: float | None = None


def save_venue(actor: Actor, organisation_id: int, draft: VenueDraft, venue_id: int | None = None) -> int:
    """Add a room, or change the one with `venue_id`, and give the id. Sessions keep the place that they name.

    Raises Refusal `venue_exists`, and those of `check_point`; NotFound.
    """
    check_point(draft.latitude, draft.longitude)
    with transaction() as session:
        venue = _own(session, organisation_id, venue_id) if venue_id is not None else None
        twin = session.scalar(
            sa.select(Venue.id).where(
                Venue.organisation_id == organisation_id, Venue.name_zh == draft.name_zh
            )
        )
        if twin not in {None, venue_id}:
            raise Refusal("venue_exists", name=draft.name_zh)
        venue = venue or Venue(organisation_id=organisation_id)
        values = asdict(draft)
        fields = sorted(name for name, value in values.items() if getattr(venue, name) != value)
        for name, value in values.items():
            setattr(venue, name, value)
        session.add(venue)
        session.flush()
        action = "venue.change" if venue_id is not None else "venue.add"
        audit.record(
            session, actor, action, "venue", venue.id, organisation_id=organisation_id, fields=fields
        )
        return venue.id


def delete_venue(actor: Actor, organisation_id: int, venue_id: int) -> None:
    """Delete a room. Sessions keep the place that they name. Raises NotFound."""
    with transaction() as session:
        session.delete(_own(session, organisation_id, venue_id))
        audit.record(session, actor, "venue.delete", "venue", venue_id, organisation_id=organisation_id)


def _own(session: Session, organisation_id: int, venue_id: int) -> Venue:
    venue = session.get(Venue, venue_id, with_for_update=True)
    if venue is None or venue.organisation_id != organisation_id:
        raise NotFound("not_found")
    return venue
