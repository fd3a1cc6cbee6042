"""What every use case that writes people shares: sealing of ID numbers, keys for order and search."""

from collections.abc import Collection, Iterable
from typing import Any, TypedDict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.person import (
    IdDocument,
    IdType,
    mask_id_number,
    name_key,
    phone_tail,
    pinyin_initials,
    pinyin_key,
)
from trainingmgr.domain.registration import search_text
from trainingmgr.extensions import keyring
from trainingmgr.models import Person, Registration, Unit

CHUNK = 5_000


class SealedId(TypedDict):
    """The four columns of `Person` that hold an ID document."""

    id_type: str
    id_sealed: bytes | None
    id_index: bytes | None
    id_masked: str


NO_ID = SealedId(id_type="", id_sealed=None, id_index=None, id_masked="")


def id_index(organisation_id: int, id_type: IdType | str, number: str) -> bytes:
    """The fingerprint by which an ID number is found among an organisation's people."""
    return keyring.blind_index(f"{IdType(id_type)}:{number}", f"person:{organisation_id}")


def id_indexes(organisation_id: int, documents: Iterable[IdDocument]) -> list[bytes]:
    """What `id_index` gives for each of many documents."""
    numbers = [f"{one.type}:{one.number}" for one in documents]
    return keyring.blind_indexes(numbers, f"person:{organisation_id}")


def seal_numbers(numbers: Iterable[tuple[str, str]]) -> list[bytes]:
    """The sealed ID numbers for pairs of a person's uid and number: what `seal_id` gives, for many at once."""
    return keyring.seal_each([(number, _place(uid)) for uid, number in numbers])


def _place(person_uid: str) -> str:
    return f"person:{person_uid}:id_number"


def seal_id(person_uid: str, organisation_id: int, id_type: IdType | str, number: str) -> SealedId:
    """The ID columns of the person `person_uid` for a checked number."""
    return SealedId(
        id_type=IdType(id_type).value,
        id_sealed=keyring.seal(number, _place(person_uid)),
        id_index=id_index(organisation_id, id_type, number),
        id_masked=mask_id_number(number),
    )


def open_id(person_uid: str, sealed: bytes | None) -> str:
    """The ID number of the person `person_uid`, empty where none is known. The caller audits the reveal."""
    return keyring.unseal(sealed, _place(person_uid)) if sealed else ""


def name_columns(name: str) -> dict[str, str]:
    """The columns of `Person` that follow from a clean name: `name`, `name_key`, `pinyin`."""
    return {"name": name, "name_key": name_key(name)[:120], "pinyin": pinyin_key(name)[:240]}


def phone_columns(phone: str) -> dict[str, str]:
    """The columns of `Person` that follow from a phone number in normal form."""
    return {"phone": phone, "phone_tail": phone_tail(phone)}


def registration_keys(name: str, pinyin: str, unit: str, tail: str, latin_name: str) -> dict[str, str]:
    """The columns of `Registration` that repeat the person's keys: `sort_key`, `search_text`.

    `unit` is the name of the registration's unit, `tail` the last digits of the person's phone, `latin_name`
    the registration's.
    """
    return {
        "sort_key": pinyin,
        "search_text": search_text(name, pinyin, pinyin_initials(name), unit, tail, latin_name),
    }


def refresh_registration_keys(session: Session, person_ids: Collection[int]) -> None:
    """Bring `sort_key` and `search_text` of all registrations of these people up to date, in the running transaction.

    Writes past the session's loaded objects: expire those that are read again.
    """
    ids = list(person_ids)
    for start in range(0, len(ids), CHUNK):
        rows = session.execute(
            sa.select(
                Registration.id,
                Person.name,
                Person.pinyin,
                Unit.name,
                Person.phone_tail,
                Registration.latin_name,
            )
            .join(Person, Person.id == Registration.person_id)
            .outerjoin(Unit, Unit.id == Registration.unit_id)
            .where(Registration.person_id.in_(ids[start : start + CHUNK]))
        )
        changes: list[dict[str, Any]] = [
            {"row_id": row_id, **registration_keys(name, pinyin, unit or "", tail, latin_name)}
            for row_id, name, pinyin, unit, tail, latin_name in rows
        ]
        if changes:
            table = Registration.__table__
            session.connection().execute(
                sa.update(table)  # type: ignore[arg-type]  # the table of a mapped class
                .where(table.c.id == sa.bindparam("row_id"))
                .values(sort_key=sa.bindparam("sort_key"), search_text=sa.bindparam("search_text")),
                changes,
            )
