"""Taking somebody off a roster, and showing what is kept sealed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.roster_column import RosterOrder
from trainingmgr.extensions import db, storage, transaction
from trainingmgr.models import DataRequest, MailMessage, Person
from trainingmgr.queries import audit, known_people, places
from trainingmgr.queries import roster as roster_queries
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.locking import locked
from trainingmgr.queries.mail.erasing import blank
from trainingmgr.queries.person import open_id
from trainingmgr.queries.photo import unused_keys
from trainingmgr.queries.rights.asked import forget_requests
from trainingmgr.queries.roster import ExportRow, Filters
from trainingmgr.services.roster import _records as records


@dataclass(frozen=True, slots=True)
class Removed:
    """What went: the name, the attendance marks, the handed-out materials, and perhaps the person."""

    name: str
    marks: int
    handouts: int
    person_too: bool


def remove(actor: Actor, training_id: int, registration_id: int) -> Removed:
    """Take somebody off the roster, with their attendance and the notes of what they were handed.

    Of mails to them it stays that there were some.

    A person on no other training is forgotten altogether. A place that comes free goes to whoever waits
    longest, if the training wants that. Raises Refusal `roster.has_certificate`
    (name): a certificate number stays explained for ever.
    """
    try:
        with transaction() as session:
            training = records.the_training(session, training_id)
            known_people.lock_people(session, training.organisation_id)
            locked(session, training_id)
            standing = places.standing(session, training)
            registration = records.the_registration(session, training_id, registration_id)
            person = session.get_one(Person, registration.person_id)
            traces = roster_queries.traces(session, registration_id)
            if traces.certificates:
                raise Refusal("roster.has_certificate", name=person.name)
            name, photo, person_too = person.name, person.photo, not traces.other_trainings
            blank(session, MailMessage.registration_id == registration_id)
            session.delete(registration)
            session.flush()
            if person_too:
                forget_requests(session, DataRequest.person_id == person.id)
                session.delete(person)
            audit.record(
                session,
                actor,
                "roster.remove",
                "registration",
                registration_id,
                training=training,
                marks=traces.marks,
                handouts=traces.handouts,
                person_too=person_too,
            )
            places.fill_freed(session, actor, training, standing)
            photos = unused_keys(session, {photo}) if person_too else []
        for key in photos:
            storage.delete(key)
        return Removed(name, traces.marks, traces.handouts, person_too)
    except IntegrityError as error:
        # A number was given out between the look and the deed.
        raise Refusal("roster.has_certificate", name="") from error


def reveal(actor: Actor, training_id: int, registration_id: int) -> str:
    """The ID number in clear, with a note of who asked. Raises Refusal `roster.no_id`."""
    with transaction() as session:
        training = records.the_training(session, training_id)
        registration = records.the_registration(session, training_id, registration_id)
        person = session.get_one(Person, registration.person_id)
        if person.id_sealed is None:
            raise Refusal("roster.no_id")
        number = open_id(person.uid, person.id_sealed)
        audit.record(session, actor, "roster.reveal_id", "registration", registration_id, training=training)
        return number


def reveal_whole(
    actor: Actor,
    training_id: int,
    filters: Filters,
    columns: Iterable[str] = (),
    order: RosterOrder = RosterOrder.NAME,
) -> Iterator[ExportRow]:
    """The roster with ID numbers in clear, noted in the audit trail with `columns` before the first row is read."""
    with transaction() as session:
        training = records.the_training(session, training_id)
        chosen = roster_queries.ids(session, training_id, filters)
        audit.record(
            session,
            actor,
            "roster.export_in_clear",
            "training",
            training_id,
            training=training,
            people=len(chosen),
            columns=list(columns),
        )
    return roster_queries.export_rows(db.session(), training_id, filters, order=order, clear=True)
