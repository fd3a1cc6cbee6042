"""Buses of a training, and which of them goes along on which visit."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import Bus, Registration, SessionBus, Training, TrainingSession
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.bus import bus_of, group_sizes


@dataclass(frozen=True, slots=True)
class BusDraft:
    """A bus as typed. A leader from the class goes before one by name."""

    name: str
    seats: int
    plate: str = ""
    driver: str = ""
    driver_phone: str = ""
    leader: str = ""
    leader_phone: str = ""
    leader_registration_id: int | None = None


def save_bus(actor: Actor, training_id: int, draft: BusDraft, bus_id: int | None = None) -> int:
    """Add a bus, or change the one with `bus_id`, and give the id. Raises Refusal `bus_exists` (name); NotFound."""
    with transaction() as session:
        row = _own(session, training_id, bus_id) if bus_id is not None else None
        twin = session.scalar(sa.select(Bus.id).where(Bus.training_id == training_id, Bus.name == draft.name))
        if twin not in {None, bus_id}:
            raise Refusal("bus_exists", name=draft.name)
        values = asdict(draft)
        if draft.leader_registration_id is not None:
            _check_leader(session, training_id, draft.leader_registration_id)
            values |= {"leader": "", "leader_phone": ""}
        row = row or Bus(training_id=training_id)
        fields = sorted(name for name, value in values.items() if getattr(row, name) != value)
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)
        session.flush()
        audit.record(
            session,
            actor,
            "bus.change" if bus_id is not None else "bus.add",
            "bus",
            row.id,
            training=session.get_one(Training, training_id),
            name=row.name,
            fields=fields,
        )
        return row.id


def delete_bus(actor: Actor, training_id: int, bus_id: int) -> None:
    """Take a bus away, off every visit too. Raises NotFound."""
    with transaction() as session:
        row = _own(session, training_id, bus_id)
        audit.record(
            session,
            actor,
            "bus.delete",
            "bus",
            bus_id,
            training=session.get_one(Training, training_id),
            name=row.name,
        )
        session.delete(row)


def set_rides(actor: Actor, training_id: int, session_id: int, rides: Mapping[int, Sequence[str]]) -> None:
    """Say which buses go along on a visit, by their ids, each with the groups that ride in it, if that is said.

    Raises NotFound, also for a group that nobody of the class is in, unless the visit is for it or it rides already.
    """
    with transaction() as session:
        visit = session.get(TrainingSession, session_id, with_for_update=True)
        if visit is None or visit.training_id != training_id:
            raise NotFound("not_found")
        known = {
            *group_sizes(session, training_id),
            *(one.group_name for one in visit.groups),
            *(one.group_name for one in visit.rides),
        }
        wanted = set()
        for bus_id, groups in rides.items():
            if bus_of(session, training_id, bus_id) is None or not set(groups) <= known:
                raise NotFound("not_found")
            wanted |= {(bus_id, group) for group in groups or ("",)}
        if wanted == {(ride.bus_id, ride.group_name) for ride in visit.rides}:
            return
        visit.rides.clear()
        session.flush()
        visit.rides.extend(
            SessionBus(training_id=training_id, bus_id=bus_id, group_name=group)
            for bus_id, group in sorted(wanted)
        )
        audit.record(
            session,
            actor,
            "bus.rides_set",
            "session",
            session_id,
            training=session.get_one(Training, training_id),
            title=visit.title_zh,
            buses=len({bus_id for bus_id, _group in wanted}),
        )


def _own(session: Session, training_id: int, bus_id: int) -> Bus:
    row = session.get(Bus, bus_id, with_for_update=True)
    if row is None or row.training_id != training_id:
        raise NotFound("not_found")
    return row


def _check_leader(session: Session, training_id: int, registration_id: int) -> None:
    found = session.scalar(
        sa.select(Registration.id).where(
            Registration.id == registration_id, Registration.training_id == training_id
        )
    )
    if found is None:
        raise NotFound("not_found")
