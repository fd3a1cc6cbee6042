"""What sending a registration and changing it share: what was written, put where it belongs."""

from datetime import timedelta

from sqlalchemy.orm import Session

from trainingmgr.domain.mail import MailKind
from trainingmgr.domain.participant import Facts
from trainingmgr.domain.person import mask_id_number
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.registration_form import Checked
from trainingmgr.extensions import now
from trainingmgr.models import OwnRegistration, Person, Registration, Training, Unit
from trainingmgr.queries import enrolment, places
from trainingmgr.queries import person as people
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.mail.registered import tell
from trainingmgr.queries.own_registration import content_of, seal_content
from trainingmgr.queries.unit import unit_named

AT_ONCE = timedelta()
# Who acts by the public page has no account.
PARTICIPANT = Actor(None, "participant")

_KINDS = {
    RegistrationStatus.NOMINATED: MailKind.REGISTRATION_RECEIVED,
    RegistrationStatus.WAITLISTED: MailKind.REGISTRATION_WAITLISTED,
    RegistrationStatus.CONFIRMED: MailKind.REGISTRATION_CONFIRMED,
    RegistrationStatus.ARRIVED: MailKind.REGISTRATION_CONFIRMED,
    RegistrationStatus.COMPLETED: MailKind.REGISTRATION_CONFIRMED,
}


def unit_of(session: Session, training: Training, facts: Facts) -> Unit | None:
    """The unit that was written, made where it was not known."""
    return unit_named(session, training.organisation_id, facts.unit) if facts.unit else None


def keep_content(own: OwnRegistration, checked: Checked, *, document_kept: bool) -> None:
    """Keep what was written of the person.

    An ID number that the person has not got is kept whole, for the organiser to see; else masked. One that
    was not written anew stays.
    """
    before = content_of(own)
    content = {name: value for name, value in checked.values.items() if name in checked.personal}
    number = content.pop("id_number", "")
    if not number:
        for name in ("id_type", "id_masked", "id_number"):
            content[name] = before.get(name, "")
    elif document_kept:
        content["id_masked"] = mask_id_number(number)
    else:
        content["id_number"] = number
    content["name"] = before.get("name", content.get("name", ""))
    seal_content(own, content)
    own.email = checked.values.get("email", "")


def fill(
    session: Session,
    person: Person,
    registration: Registration,
    facts: Facts,
    unit: Unit | None,
    *,
    overwrite: bool = False,
) -> bool:
    """Put facts where they belong; `overwrite` sets those of the person whatever was known.

    Tells whether an ID document that was written is the person's now.
    """
    if overwrite:
        columns = {name: str(getattr(facts, name) or "") for name in ("sex", "ethnicity", "email")}
        for column, value in (columns | people.phone_columns(facts.phone or "")).items():
            if getattr(person, column) != value:
                setattr(person, column, value)
    document_kept = enrolment.fill_in(session, person, facts, unit, anew=overwrite)
    registration.unit_id = unit.id if unit else None
    registration.post = facts.post or ""
    session.flush()
    people.refresh_registration_keys(session, [person.id])
    return document_kept


def send_standing(
    session: Session, training: Training, registration: Registration, own: OwnRegistration
) -> bool:
    """Write a mail that says how the registration stands, with its address; False where none can be written."""
    kind = _KINDS.get(registration.status)
    if kind is None:
        return False
    place = str(places.position(session, registration) or "")
    values = {registration.id: {"position": place}} if kind is MailKind.REGISTRATION_WAITLISTED else {}
    if not tell(session, training, kind, [registration.id], own=values, wait=AT_ONCE):
        return False
    own.link_sent_at = now()
    return True
