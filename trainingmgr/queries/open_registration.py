"""How a training is open to whoever has its address."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.open_registration import OpenInput, OpenPlaces, OpenState, closing, state
from trainingmgr.domain.registration import PRESENT_STATUSES, RegistrationStatus
from trainingmgr.extensions import now
from trainingmgr.models import OpenRegistration, OwnRegistration, Registration, Training
from trainingmgr.queries import places
from trainingmgr.queries.certificate.facts import public_address


class Opening(NamedTuple):
    """How a training is open. `version` is 0 while nobody has set it."""

    given: OpenInput
    version: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How the public page stands at an instant."""

    given: OpenInput
    state: OpenState
    places: OpenPlaces
    closes_at: datetime

    @property
    def may_change(self) -> bool:
        """Whether whoever registered may still change or cancel."""
        return self.state not in {OpenState.OFF, OpenState.CLOSED}


def opening(session: Session, training_id: int) -> Opening:
    """How the training is open, as set."""
    row = session.scalar(sa.select(OpenRegistration).where(OpenRegistration.training_id == training_id))
    if row is None:
        return Opening(OpenInput(), 0)
    return Opening(OpenInput(**{one.name: getattr(row, one.name) for one in fields(OpenInput)}), row.version)


def standing(session: Session, training: Training) -> Standing:
    """How the training's page stands now; exact, and staying so, for whoever holds the lock of `queries.places`."""
    given = opening(session, training.id).given
    closes_at = closing(given.closes_at, training.start_date, training.time_zone)
    free = free_places(session, training, given.capacity)
    archived = training.archived_at is not None
    return Standing(given, state(given, closes_at, free, now(), archived=archived), free, closes_at)


def free_places(session: Session, training: Training, capacity: int | None) -> OpenPlaces:
    """How many of the training's places go this way and are free, and how many who came this way wait."""
    came = dict(
        session.execute(
            sa.select(Registration.status, sa.func.count())
            .join(OwnRegistration, OwnRegistration.registration_id == Registration.id)
            .where(OwnRegistration.training_id == training.id, OwnRegistration.by_form.is_(True))
            .group_by(Registration.status)
        )
        .tuples()
        .all()
    )
    limits = [places.of(session, training).left]
    if capacity is not None:
        limits.append(max(0, capacity - sum(came.get(status, 0) for status in PRESENT_STATUSES)))
    return OpenPlaces(
        min((one for one in limits if one is not None), default=None),
        came.get(RegistrationStatus.WAITLISTED, 0),
    )


def public_page(training: Training) -> str:
    """The address of the training's public page."""
    return f"{public_address()}/r/{training.code}"


def copy_opening(session: Session, source_id: int, target_id: int) -> None:
    """Let another training be open as this one, once it is switched on and its times are set."""
    given, version = opening(session, source_id)
    if version:
        values = asdict(given) | {"is_on": False, "opens_at": None, "closes_at": None}
        session.add(OpenRegistration(training_id=target_id, **values))
