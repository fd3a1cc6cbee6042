"""Units that name people, for tests."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from tests.factories import Cast, make_line, make_unit
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.models import NominationLink, QuotaLine, Registration, Training, Unit
from trainingmgr.queries import nomination as queries
from trainingmgr.queries.nomination import Entry, address_token
from trainingmgr.services import nomination as service


def typed(name: str = "王芳", **values: str) -> dict[str, str]:
    """What a unit types of a person, complete enough to be sent."""
    return {"name": name, "post": "处长", "phone": "13800138000"} | values


def offered(
    session: Session, cast: Cast, training: Training, places: int = 1, name: str = "", **values: Any
) -> tuple[QuotaLine, Unit]:
    """A line that offers one unit places."""
    unit = make_unit(session, cast.organisation, name)
    return make_line(session, training, {unit: places}, **values), unit


def token_of(session: Session, cast: Cast, training: Training, unit: Unit) -> str:
    """The secret part of the unit's address, made where there is none in force."""
    service.make_links(cast.actor(), training, [unit.id])
    session.rollback()
    link = queries.link_in_force(session, training.id, unit.id)
    assert isinstance(link, NominationLink)
    return address_token(link.key)


def page_of(session: Session, cast: Cast, training: Training, unit: Unit) -> str:
    """The address of a unit's page."""
    return f"/n/{token_of(session, cast, training, unit)}"


def entry_of(session: Session, cast: Cast, training: Training, unit: Unit) -> Entry:
    """What the unit's address leads to."""
    found = queries.entry(session, token_of(session, cast, training, unit))
    assert found is not None
    return found


def name_person(
    entry: Entry, person: Mapping[str, str] | None = None, line_id: int | None = None
) -> service.Outcome:
    """Write a person down and send them."""
    return service.send(entry, service.save(entry, person or typed(), line_id))


def picture() -> bytes:
    """A scan, as small as one can be."""
    out = BytesIO()
    Image.new("L", (20, 20)).save(out, "PNG")
    return out.getvalue()


def statuses(session: Session, training: Training) -> list[RegistrationStatus]:
    """The statuses of a training's registrations in their order."""
    session.rollback()
    session.expire_all()
    rows = session.query(Registration).filter_by(training_id=training.id).order_by(Registration.id)
    return [row.status for row in rows]
