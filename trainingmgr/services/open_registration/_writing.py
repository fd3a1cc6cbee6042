"""What sending a registration and changing it share: what was written, put where it belongs."""

from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.mail import MailKind
from trainingmgr.domain.participant import Facts
from trainingmgr.domain.person import mask_id_number
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.registration_form import Checked
from trainingmgr.extensions import now
from trainingmgr.models import MailMessage, OwnRegistration, Person, Registration, Training, Unit
from trainingmgr.queries import enrolment, places
from trainingmgr.queries import person as people
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.mail.registered import tell
from trainingmgr.queries.own_registration import content_of, seal_content
from trainingmgr.queries.unit import unit_named

AT_ONCE = timedelta()
# Who acts by the public page has no account.
PARTICIPANT = Actor(None, "participant")

_MAILS_AN_HOUR = 3
_OF_PERSON = ("sex", "ethnicity", "email")
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
    was not written anew stays, and so does what the form does not ask any more.
    """
    before = content_of(own)
    content = {name: text for name, text in before.items() if name not in checked.personal}
    content |= {name: value for name, value in checked.values.items() if name in checked.personal}
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
    if "email" in checked.personal:
        own.email = checked.values.get("email", "")


def newly_written(own: OwnRegistration, checked: Checked) -> frozenset[str]:
    """The boxes of the person in which something else stands than they wrote before."""
    before = content_of(own)
    return frozenset(
        name for name in checked.personal if checked.values.get(name, "") != before.get(name, "")
    )


def fill(
    session: Session,
    training: Training,
    person: Person,
    registration: Registration,
    facts: Facts,
    boxes: Collection[str],
    *,
    theirs: bool,
) -> bool:
    """Put what stands in `boxes` where it belongs.

    `theirs` is whether all that is known of the person comes from this registration: then it is set, else only
    what was not known is added, but for mail and ID document. Tells whether an ID document that was written
    is the person's now.
    """
    unit = unit_of(session, training, facts) if "unit" in boxes else None
    if theirs:
        columns = {name: str(getattr(facts, name) or "") for name in _OF_PERSON if name in boxes}
        if "phone" in boxes:
            columns |= people.phone_columns(facts.phone or "")
        for column, value in columns.items():
            setattr(person, column, value)
    document_kept = enrolment.fill_in(session, person, facts, unit, boxes, theirs=theirs)
    if "unit" in boxes:
        registration.unit_id = unit.id if unit else None
    if "post" in boxes:
        registration.post = facts.post or ""
    session.flush()
    people.refresh_registration_keys(session, [person.id])
    return document_kept


def send_standing(
    session: Session,
    training: Training,
    registration: Registration,
    own: OwnRegistration,
    *,
    by_public: bool = False,
) -> bool:
    """Write a mail that says how the registration stands, with its address; False where none can be written.

    `by_public` is for what somebody without an account sets off: an address gets few of these an hour.
    """
    kind = _KINDS.get(registration.status)
    if kind is None:
        return False
    if by_public and _has_had_enough(session, training, own.email or registration.person.email):
        return False
    place = str(places.position(session, registration) or "")
    values = {registration.id: {"position": place}} if kind is MailKind.REGISTRATION_WAITLISTED else {}
    if not tell(session, training, kind, [registration.id], own=values, wait=AT_ONCE):
        return False
    own.link_sent_at = now()
    return True


def _has_had_enough(session: Session, training: Training, address: str) -> bool:
    had = sa.select(sa.func.count()).where(
        MailMessage.organisation_id == training.organisation_id,
        MailMessage.created_at > now() - timedelta(hours=1),
        MailMessage.kind.in_(set(_KINDS.values())),
        sa.func.lower(MailMessage.to_address) == address.lower(),
    )
    return (session.scalar(had) or 0) >= _MAILS_AN_HOUR
