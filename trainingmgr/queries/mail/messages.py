"""A message to many: who would get it, and what it says to one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.mail import Letter, MailKind, Template, check_message, render, render_message
from trainingmgr.domain.registration import PRESENT_STATUSES, RegistrationStatus
from trainingmgr.models import Organisation, Person, Registration, Training, Unit
from trainingmgr.queries.mail.queueing import shared_values, template_of
from trainingmgr.queries.roster import Filters, where


@dataclass(frozen=True, slots=True)
class Audience:
    """Who a message is for: everybody on the class, or those of one status; of a category or group where set.

    `category_id` 0 and `group` "" mean those without one.
    """

    status: RegistrationStatus | None = None
    category_id: int | None = None
    group: str | None = None


class Recipient(NamedTuple):
    """A participant; `address` is empty where none is known."""

    registration_id: int
    name: str
    address: str
    unit: str
    is_sample: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What the first one will read, how many get it, and who has no address."""

    letter: Letter
    reader: Recipient | None
    people: int
    without_address: list[Recipient]


def recipients(session: Session, training_id: int, audience: Audience) -> list[Recipient]:
    """Everybody whom `audience` means, with and without an address, in the order of the roster."""
    filters = Filters(status=audience.status, category_id=audience.category_id, group=audience.group)
    query = (
        sa.select(
            Registration.id,
            Person.name,
            Person.email,
            sa.func.coalesce(Unit.name, ""),
            Registration.is_sample,
        )
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(Unit, Unit.id == Registration.unit_id)
        .where(*where(training_id, filters))
        .order_by(Registration.sort_key, Registration.id)
    )
    if audience.status is None:
        query = query.where(Registration.status.in_(PRESENT_STATUSES))
    return [Recipient._make(row) for row in session.execute(query)]


def preview(
    session: Session, training: Training, audience: Audience, language: str, typed: Template
) -> Preview:
    """What sending `typed` would do. Raises what `domain.mail.check_message` refuses."""
    check_message(typed)
    people = recipients(session, training.id, audience)
    reader = next((one for one in people if one.address), None)
    shared = shared_values(session.get_one(Organisation, training.organisation_id), training, language)
    own = template_of(session, training.organisation_id, MailKind.MESSAGE, language)
    personal = values_for(typed, shared, reader or Recipient(0, "", "", "", is_sample=False))
    return Preview(
        letter=render(own, shared | {"name": reader.name if reader else ""} | personal),
        reader=reader,
        people=sum(1 for one in people if one.address),
        without_address=[one for one in people if not one.address],
    )


def values_for(typed: Template, shared: Mapping[str, str], reader: Recipient) -> dict[str, str]:
    """The variables of a message to `reader`, whose own ones are filled into what was typed first."""
    letter = render_message(typed, {**shared, "name": reader.name, "unit": reader.unit})
    return {"subject": letter.subject, "text": letter.body, "unit": reader.unit}
