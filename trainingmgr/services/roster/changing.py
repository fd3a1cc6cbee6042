"""Facts of one participant put right, in the list or in the form."""

from collections.abc import Mapping

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainingmgr.domain.participant import Facts
from trainingmgr.domain.person import pinyin_key
from trainingmgr.domain.quota import HOLDING_STATUSES
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import PRESENT_STATUSES, RegistrationStatus, next_statuses
from trainingmgr.extensions import now, transaction
from trainingmgr.models import Person, Registration, Training
from trainingmgr.queries import audit, known_people, places
from trainingmgr.queries import roster as roster_queries
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.locking import locked
from trainingmgr.queries.person import id_index, refresh_registration_keys
from trainingmgr.queries.unit import unit_named
from trainingmgr.services.roster import _records as records


def update(
    actor: Actor,
    training_id: int,
    registration_id: int,
    facts: Facts,
    *,
    version: str = "",
    was: Mapping[str, str] | None = None,
    beyond: bool = False,
) -> tuple[str, ...]:
    """Set facts of a participant; gives the names of those that changed.

    `version` is the participant's version that the edit began from. If it is another by now, the
    edit still goes through where every fact in `was` (field: text at the beginning) is as it was;
    else Refusal `stale`. Without a version nothing is compared. A place that comes free goes to whoever
    waits longest, if the training wants that. Other refusals: `roster.status_step` (name, status),
    `places.beyond_capacity` (people, left) and `places.beyond_quota` (people, unit) unless `beyond` was asked for, `roster.id_of_another` (name),
    `roster.category_unknown`.
    """
    try:
        with transaction() as session:
            training = records.the_training(session, training_id)
            known_people.lock_people(session, training.organisation_id)
            if facts.status is not None:
                locked(session, training_id)
            standing = places.standing(session, training) if facts.status is not None else None
            registration = records.the_registration(session, training_id, registration_id)
            before = roster_queries.participant(session, training_id, registration_id)
            if before is None:
                raise NotFound("not_found")
            if version and version != before.version and not _as_it_was(before, was):
                raise Refusal("stale")
            wanted = _changed(facts, before)
            if facts.document is not None and _same_document(session, registration, facts):
                wanted.pop("document")
            drops = facts.no_document and bool(before.id_type)
            changes = Facts(**wanted, no_document=drops)  # type: ignore[arg-type]
            over = _check_place(session, training, registration, changes, beyond=beyond)
            _apply(session, registration, changes)
            names = (*wanted, "document") if drops else tuple(wanted)
            if names:
                audit.record(
                    session,
                    actor,
                    "roster.update",
                    "registration",
                    registration_id,
                    training=training,
                    fields=list(names),
                    **({"beyond": over} if over else {}),
                )
            if standing is not None:
                places.fill_freed(session, actor, training, standing, but={registration_id})
            return names
    except IntegrityError as error:
        raise Refusal("roster.id_taken") from error


def _check_place(
    session: Session, training: Training, registration: Registration, changes: Facts, *, beyond: bool
) -> int:
    over = 0
    if changes.status in PRESENT_STATUSES and registration.status not in PRESENT_STATUSES:
        over = places.check(session, training, 1, beyond=beyond)
    if changes.status in HOLDING_STATUSES and registration.status not in HOLDING_STATUSES:
        over = max(over, places.check_units(session, training, [registration.id], beyond=beyond))
    return over


def _as_it_was(present: roster_queries.Participant, was: Mapping[str, str] | None) -> bool:
    return bool(was) and all(present.text(field) == text for field, text in (was or {}).items())


def _changed(facts: Facts, before: roster_queries.Participant) -> dict[str, object]:
    present: dict[str, object] = before._asdict() | {
        "unit": before.unit or "",
        "category_id": before.category_id or 0,
    }
    return {field: value for field, value in facts.given().items() if present.get(field) != value}


def _same_document(session: Session, registration: Registration, facts: Facts) -> bool:
    person = session.get_one(Person, registration.person_id)
    document = facts.document
    return document is not None and person.id_index == id_index(
        person.organisation_id, document.type, document.number
    )


def _apply(session: Session, registration: Registration, facts: Facts) -> None:
    person = session.get_one(Person, registration.person_id)
    records.check_category(session, registration.training_id, facts.category_id)
    for column, value in (
        ("post", facts.post),
        ("group_name", facts.group),
        ("latin_name", facts.latin_name),
        ("note", facts.note),
    ):
        if value is not None:
            setattr(registration, column, value)
    if facts.category_id is not None:
        registration.category_id = facts.category_id or None
    if facts.status is not None:
        move(registration, facts.status, person.name)
    if facts.unit is not None:
        _set_unit(session, registration, person, facts.unit)
    _set_name(person, facts)
    records.set_personal(session, person, facts)
    session.flush()
    refresh_registration_keys(session, [person.id])


def _set_unit(session: Session, registration: Registration, person: Person, name: str) -> None:
    unit = unit_named(session, person.organisation_id, name) if name else None
    # The person moves along where the class told their unit: it is what they are known by next time.
    if person.unit_id == registration.unit_id:
        person.unit_id = unit.id if unit else None
    registration.unit_id = unit.id if unit else None


def _set_name(person: Person, facts: Facts) -> None:
    own_key = person.pinyin if person.pinyin != pinyin_key(person.name)[:240] else ""
    if facts.name is not None:
        records.set_name(person, facts.name, own_key if facts.pinyin is None else facts.pinyin)
    elif facts.pinyin is not None:
        records.set_name(person, person.name, facts.pinyin)


def move(registration: Registration, status: RegistrationStatus, name: str) -> None:
    """Move a registration to another status. Raises Refusal `roster.status_step` (name, status)."""
    if status is registration.status:
        return
    if status not in next_statuses(registration.status):
        raise Refusal("roster.status_step", name=name, status=registration.status)
    if status is RegistrationStatus.ARRIVED and registration.arrived_at is None:
        registration.arrived_at = now()
    elif status not in {RegistrationStatus.ARRIVED, RegistrationStatus.COMPLETED}:
        registration.arrived_at = None
    registration.status = status


def arrive(actor: Actor, training_id: int, registration_id: int, *, arrived: bool = True) -> None:
    """Note at the desk that somebody has come (报到), or take that note back; done twice it changes nothing.

    Who stands there is there: whoever was nominated only is noted beyond the capacity too, and the audit says so. Raises Refusal `roster.status_step` where the status does not allow it.
    """
    with transaction() as session:
        training = locked(session, training_id)
        registration = records.the_registration(session, training_id, registration_id)
        there = {RegistrationStatus.ARRIVED, RegistrationStatus.COMPLETED}
        if (registration.status in there) == arrived:
            return
        person = session.get_one(Person, registration.person_id)
        coming = arrived and registration.status not in PRESENT_STATUSES
        over = places.check(session, training, 1, beyond=True) if coming else 0
        move(
            registration, RegistrationStatus.ARRIVED if arrived else RegistrationStatus.CONFIRMED, person.name
        )
        audit.record(
            session,
            actor,
            "roster.arrive" if arrived else "roster.arrive_undone",
            "registration",
            registration_id,
            training=training,
            **({"beyond": over} if over else {}),
        )
