"""Photographs of people: where they lie, who has none, which certificates print them."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.designs import built_in
from trainingmgr.documents.pictures import pixels_of
from trainingmgr.domain.design import Design
from trainingmgr.domain.person import name_key
from trainingmgr.domain.photo import Doubt, Face, PhotoNeed, doubts_of_size, need_of
from trainingmgr.domain.registration import GONE_STATUSES, PRESENT_STATUSES
from trainingmgr.domain.unit import key_of as unit_key
from trainingmgr.extensions import storage
from trainingmgr.models import DesignVersion, Person, Registration, Training, Unit, UnitAlias
from trainingmgr.queries.certificate.offers import Offer, offers


def photo_key(digest: str) -> str:
    """Where the photograph with this SHA-256 lies in the storage."""
    return f"photos/{digest[:2]}/{digest}.jpg"


def unused_keys(session: Session, digests: Collection[str]) -> list[str]:
    """The keys of those of these photographs that no person has, for the caller to delete after the commit."""
    wanted = {digest for digest in digests if digest}
    if not wanted:
        return []
    # Said twice, so that SQLite takes the index, which holds none that are empty.
    of_these = sa.select(Person.photo).where(Person.photo.in_(wanted), Person.photo != "")
    return [photo_key(digest) for digest in sorted(wanted.difference(session.scalars(of_these)))]


def key_at(session: Session, training_id: int, registration_id: int) -> str | None:
    """Where the photograph of a participant lies; None without one, or for somebody of another training."""
    digest = session.scalar(
        sa.select(Person.photo)
        .join(Registration, Registration.person_id == Person.id)
        .where(Registration.id == registration_id, Registration.training_id == training_id)
    )
    return photo_key(digest) if digest else None


class Shown(NamedTuple):
    """A photograph as a page speaks of it: its pixels, and what is to be said of them."""

    width: int
    height: int
    doubts: tuple[Doubt, ...]


def shown(session: Session, training_id: int, registration_id: int) -> Shown | None:
    """What a participant's photograph is like; None where there is none, or its file is gone."""
    key = key_at(session, training_id, registration_id)
    if key is None:
        return None
    try:
        width, height = pixels_of(storage.get(key))
    except FileNotFoundError:
        return None
    return Shown(width, height, doubts_of_size(width, height))


def need(session: Session, offer: Offer) -> PhotoNeed:
    """Whether certificates of this kind print a photograph of their holder; lecturers have none."""
    if offer.for_lecturers:
        return PhotoNeed.NONE
    if offer.design_version_id is None:
        return need_of(built_in(offer.built_in) if offer.built_in else built_in())
    data = session.scalar(sa.select(DesignVersion.data).where(DesignVersion.id == offer.design_version_id))
    return need_of(msgspec.convert(data, Design))


def strongest_need(session: Session, training: Training) -> PhotoNeed:
    """What the kind of the training asks for that asks for most."""
    order = (PhotoNeed.NONE, PhotoNeed.WISHED, PhotoNeed.NEEDED)
    return max((need(session, one) for one in offers(session, training)), key=order.index)


class Count(NamedTuple):
    """How many are on the class, and how many of them have no photograph."""

    on_class: int
    missing: int


def count(session: Session, training_id: int) -> Count:
    """How many people on the class have a photograph."""
    row = session.execute(
        sa.select(sa.func.count(), sa.func.count(sa.func.nullif(Person.photo, "")))
        .select_from(Registration)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.training_id == training_id, Registration.status.in_(PRESENT_STATUSES))
    ).one()
    return Count(row[0], row[0] - row[1])


class Member(NamedTuple):
    """Somebody on the roster to whom a photograph may belong; `photo` is the SHA-256 of the present one."""

    id: int
    person_id: int
    name: str
    latin_name: str
    unit_id: int | None
    unit: str
    phone: str
    phone_tail: str
    id_index: bytes | None
    photo: str


def members(session: Session, training_id: int) -> list[Member]:
    """Everybody on the roster but those who will not come, in the order of names."""
    rows = session.execute(
        sa.select(
            Registration.id,
            Person.id,
            Person.name,
            Registration.latin_name,
            Registration.unit_id,
            sa.func.coalesce(Unit.name, ""),
            Person.phone,
            Person.phone_tail,
            Person.id_index,
            Person.photo,
        )
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(Unit, Unit.id == Registration.unit_id)
        .where(Registration.training_id == training_id, Registration.status.not_in(GONE_STATUSES))
        .order_by(Registration.sort_key, Registration.id)
    )
    return [Member._make(row) for row in rows]


def faces(session: Session, people: list[Member]) -> list[Face]:
    """The same people as names of files may speak of them."""
    aliases: dict[int, set[str]] = defaultdict(set)
    units = {one.unit_id for one in people if one.unit_id}
    for unit_id, key in session.execute(
        sa.select(UnitAlias.unit_id, UnitAlias.name_key).where(UnitAlias.unit_id.in_(units))
    ):
        aliases[unit_id].add(key)
    return [
        Face(
            one.id,
            frozenset(name_key(name) for name in (one.name, one.latin_name) if name),
            frozenset({unit_key(one.unit), *aliases[one.unit_id]} if one.unit_id else ()),
            "".join(filter(str.isdigit, one.phone.partition(";")[0])),
            one.id_index is not None,
        )
        for one in people
    ]
