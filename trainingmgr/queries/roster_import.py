"""What an incoming roster is compared with: the people and categories already there."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.models import Category, Person, Registration

T = TypeVar("T")
CHUNK = 5_000


class KnownPerson(NamedTuple):
    """Somebody the organisation knows; the columns from `registration_id` on are None off this roster."""

    person_id: int
    uid: str
    version: int
    name: str
    name_key: str
    pinyin: str
    unit_id: int | None
    sex: str
    ethnicity: str
    phone: str
    email: str
    id_type: str
    id_index: bytes | None
    id_masked: str
    is_sample: bool
    registration_id: int | None
    registration_version: int | None
    registered_unit_id: int | None
    post: str | None
    category_id: int | None
    group_name: str | None
    latin_name: str | None
    note: str | None
    status: str | None


def known_people(
    session: Session,
    organisation_id: int,
    training_id: int,
    name_keys: Collection[str],
    id_indexes: Collection[bytes],
) -> list[KnownPerson]:
    """Everybody of the organisation who bears one of the names or one of the ID documents."""
    if not session.scalar(sa.select(sa.exists().where(Person.organisation_id == organisation_id))):
        return []
    found: dict[int, KnownPerson] = {}
    columns: tuple[tuple[Any, Collection[Any]], ...] = (
        (Person.name_key, name_keys),
        (Person.id_index, id_indexes),
    )
    for column, wanted in columns:
        for part in _parts(sorted(wanted)):
            rows = session.execute(
                sa.select(
                    Person.id, Person.uid, Person.version, Person.name, Person.name_key, Person.pinyin,
                    Person.unit_id, Person.sex, Person.ethnicity, Person.phone, Person.email, Person.id_type,
                    Person.id_index, Person.id_masked, Person.is_sample, Registration.id, Registration.version,
                    Registration.unit_id, Registration.post, Registration.category_id,
                    Registration.group_name, Registration.latin_name, Registration.note, Registration.status,
                )
                .outerjoin(
                    Registration,
                    sa.and_(Registration.person_id == Person.id, Registration.training_id == training_id),
                )
                .where(Person.organisation_id == organisation_id, column.in_(part))
            )  # fmt: skip
            found.update((row[0], KnownPerson._make(row)) for row in rows)
    return [found[person_id] for person_id in sorted(found)]


def _parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


class KnownCategory(NamedTuple):
    """A training's category of participants."""

    id: int
    name_zh: str
    name_en: str


def known_categories(session: Session, training_id: int) -> list[KnownCategory]:
    """The training's categories in their order."""
    rows = session.execute(
        sa.select(Category.id, Category.name_zh, Category.name_en)
        .where(Category.training_id == training_id)
        .order_by(Category.position)
    )
    return [KnownCategory._make(row) for row in rows]
