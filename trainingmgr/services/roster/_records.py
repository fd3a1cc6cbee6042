"""What the roster's use cases share: the records under a lock, and the columns that follow from others."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.crypto import SealBrokenError
from trainingmgr.domain.participant import Facts
from trainingmgr.domain.person import IdDocument
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import keyring
from trainingmgr.models import Category, Person, Registration, Training
from trainingmgr.queries import known_people
from trainingmgr.queries import person as people

_REASON = "audit_entry:roster.bulk_status:reason"


def the_training(session: Session, training_id: int) -> Training:
    """The training of a use case. Raises NotFound."""
    training = session.get(Training, training_id)
    if training is None:
        raise NotFound("not_found")
    return training


def the_registration(session: Session, training_id: int, registration_id: int) -> Registration:
    """A registration of the training, locked. Raises NotFound."""
    found = session.scalar(
        sa.select(Registration)
        .where(Registration.id == registration_id, Registration.training_id == training_id)
        .with_for_update()
    )
    if found is None:
        raise NotFound("not_found")
    return found


def check_category(session: Session, training_id: int, category_id: int | None) -> None:
    """Raise Refusal `roster.category_unknown` for a category of another training."""
    if category_id:
        category = session.get(Category, category_id)
        if category is None or category.training_id != training_id:
            raise Refusal("roster.category_unknown")


def set_columns(record: Person, columns: Mapping[str, Any]) -> None:
    """Set several columns of a person."""
    for column, value in columns.items():
        if getattr(record, column) != value:
            setattr(record, column, value)


def set_name(person: Person, name: str, pinyin: str = "") -> None:
    """Set the name with the keys that follow from it; `pinyin` where the organiser gave the key."""
    columns = people.name_columns(name)
    set_columns(person, columns | {"pinyin": pinyin} if pinyin else columns)


def set_document(session: Session, person: Person, document: IdDocument) -> None:
    """Seal an ID document into a person. Raises Refusal `roster.id_of_another` if somebody else bears it."""
    bearer = known_people.by_document(session, person.organisation_id, document)
    if bearer is not None and bearer.id != person.id:
        raise Refusal("roster.id_of_another", name=bearer.name)
    sealed = people.seal_id(person.uid, person.organisation_id, document.type, document.number)
    set_columns(person, {**sealed})


def set_personal(session: Session, person: Person, facts: Facts) -> None:
    """Set what belongs to the person rather than to the place on the training."""
    if facts.phone is not None:
        set_columns(person, people.phone_columns(facts.phone))
    for column in ("email", "ethnicity"):
        value = getattr(facts, column)
        if value is not None:
            setattr(person, column, value)
    if facts.sex is not None:
        person.sex = str(facts.sex)
    if facts.document is not None:
        set_document(session, person, facts.document)
    elif facts.no_document:
        set_columns(person, {**people.NO_ID})


def sealed_reason(reason: str) -> str:
    """Why somebody is gone, as the audit trail may keep it, which everybody reads who may look at it."""
    return b64encode(keyring.seal(reason.encode(), _REASON)).decode() if reason else ""


def opened_reason(sealed: str) -> str:
    """What `sealed_reason` was given; nothing where the keys are others by now, or it was written before it was sealed."""
    try:
        return keyring.unseal_bytes(b64decode(sealed, validate=True), _REASON).decode() if sealed else ""
    except (SealBrokenError, ValueError):
        return ""
