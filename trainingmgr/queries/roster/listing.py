"""The roster page by page, in the order of names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.fonts import font_chain
from trainingmgr.domain.registration import PRESENT_STATUSES, RegistrationStatus, search_words
from trainingmgr.models import Category, Person, Registration, RegistrationTally, Unit

COUNT_CAP = 1000


class Place(Protocol):
    """Where a page begins: behind this row, or before it when going backwards."""

    @property
    def key(self) -> str: ...
    @property
    def id(self) -> int: ...
    @property
    def backwards(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to. All that are set must hold; `group` and `category_id` may be "" and 0: none."""

    text: str = ""
    status: RegistrationStatus | None = None
    category_id: int | None = None
    group: str | None = None

    @property
    def narrow(self) -> bool:
        """Tell whether anything but the status narrows the list."""
        return bool(search_words(self.text)) or self.category_id is not None or self.group is not None


class Row(NamedTuple):
    """One line of the roster; `category_id` and `unit` may be None, `phone` is in its normal form."""

    id: int
    name: str
    is_sample: bool
    latin_name: str
    unit: str | None
    post: str
    category_id: int | None
    group: str
    phone: str
    status: RegistrationStatus
    sort_key: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows; `previous` and `next` are the rows behind which the neighbours begin, None at an end."""

    rows: Sequence[Row]
    previous: tuple[str, int] | None
    next: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Facets:
    """What the filters offer: people by status, categories (id, name zh, name en), group names."""

    people: dict[RegistrationStatus, int]
    categories: dict[int, tuple[str, str]]
    groups: list[str]

    @property
    def total(self) -> int:
        return sum(self.people.values())

    @property
    def on_class(self) -> int:
        return sum(self.people.get(status, 0) for status in PRESENT_STATUSES)


def where(training_id: int, filters: Filters) -> list[sa.ColumnElement[bool]]:
    """The conditions on `Registration` that `filters` mean."""
    found: list[sa.ColumnElement[bool]] = [Registration.training_id == training_id]
    if filters.status is not None:
        found.append(Registration.status == filters.status)
    if filters.category_id is not None:
        wanted = filters.category_id
        found.append(Registration.category_id == wanted if wanted else Registration.category_id.is_(None))
    if filters.group is not None:
        found.append(Registration.group_name == filters.group)
    found += [Registration.search_text.contains(word, autoescape=True) for word in search_words(filters.text)]
    return found


def page(
    session: Session, training_id: int, filters: Filters, cursor: Place | None = None, size: int = 50
) -> Page:
    """The rows after (or before) `cursor`, in the order of names; one query.

    A cursor behind which nothing is left gives the first page.
    """
    backwards = cursor is not None and cursor.backwards
    inner = sa.select(Registration.__table__).where(*where(training_id, filters)).limit(size + 1)
    key = sa.tuple_(Registration.sort_key, Registration.id)
    if cursor is not None:
        edge = sa.tuple_(sa.literal(cursor.key), sa.literal(cursor.id))
        inner = inner.where(key < edge if backwards else key > edge)
    if backwards:
        inner = inner.order_by(Registration.sort_key.desc(), Registration.id.desc())
    else:
        inner = inner.order_by(Registration.sort_key, Registration.id)
    rows = [Row._make(found) for found in session.execute(_lines(inner.subquery("one")))]
    if cursor is not None and not rows:
        return page(session, training_id, filters, None, size)
    more = len(rows) > size
    if backwards:
        rows = rows[1:] if more else rows
        return Page(rows, _place(rows[0]) if more else None, _place(rows[-1]))
    rows = rows[:size]
    previous = _place(rows[0]) if cursor is not None else None
    return Page(rows, previous, _place(rows[-1]) if more else None)


def row(session: Session, training_id: int, registration_id: int) -> Row | None:
    """The line of one registration."""
    inner = sa.select(Registration.__table__).where(
        Registration.id == registration_id, Registration.training_id == training_id
    )
    found = session.execute(_lines(inner.subquery("one"))).first()
    return Row._make(found) if found else None


def _lines(one: sa.Subquery) -> sa.Select[Any]:
    return (
        sa.select(
            one.c.id,
            Person.name,
            one.c.is_sample,
            one.c.latin_name,
            Unit.name,
            one.c.post,
            one.c.category_id,
            one.c.group_name,
            Person.phone,
            one.c.status,
            one.c.sort_key,
        )
        .select_from(one)
        .join(Person, Person.id == one.c.person_id)
        .outerjoin(Unit, Unit.id == one.c.unit_id)
        .order_by(one.c.sort_key, one.c.id)
    )


def _place(found: Row) -> tuple[str, int]:
    return found.sort_key, found.id


def count(session: Session, training_id: int, filters: Filters) -> int:
    """How many registrations the filters leave, counted up to `COUNT_CAP` + 1."""
    some = sa.select(sa.literal(1)).where(*where(training_id, filters)).limit(COUNT_CAP + 1).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(some)) or 0


def ids(session: Session, training_id: int, filters: Filters) -> list[int]:
    """Every registration that the filters leave."""
    return list(session.scalars(sa.select(Registration.id).where(*where(training_id, filters))))


def facets(session: Session, training_id: int) -> Facets:
    """What the filters offer; one query, whose cost does not grow with the roster."""
    groups = _groups(training_id)
    rows = session.execute(
        sa.union_all(
            sa.select(
                sa.literal("status").label("kind"),
                RegistrationTally.status.label("key"),
                sa.literal("").label("zh"),
                sa.literal("").label("en"),
                RegistrationTally.people.label("number"),
            ).where(RegistrationTally.training_id == training_id),
            sa.select(
                sa.literal("category"),
                sa.cast(Category.position, sa.String),
                Category.name_zh,
                Category.name_en,
                Category.id,
            ).where(Category.training_id == training_id),
            sa.select(
                sa.literal("group"), groups.c.name, sa.literal(""), sa.literal(""), sa.literal(0)
            ).where(groups.c.name != ""),
        )
    ).all()
    return Facets(
        people={RegistrationStatus(r.key): r.number for r in rows if r.kind == "status" and r.number},
        categories={
            r.number: (r.zh, r.en)
            for r in sorted((r for r in rows if r.kind == "category"), key=lambda r: int(r.key))
        },
        groups=sorted((r.key for r in rows if r.kind == "group"), key=_natural),
    )


def group_names(session: Session, training_id: int) -> list[str]:
    """The groups that a training's people are in."""
    groups = _groups(training_id)
    return sorted(session.scalars(sa.select(groups.c.name).where(groups.c.name != "")), key=_natural)


def _groups(training_id: int) -> sa.CTE:
    # One look into the index for each group; DISTINCT would read every row.
    of_training = Registration.training_id == training_id
    first = sa.select(sa.func.min(Registration.group_name).label("name")).where(of_training)
    found = first.cte("groups", recursive=True)
    following = (
        sa.select(sa.func.min(Registration.group_name))
        .where(of_training, Registration.group_name > found.c.name)
        .correlate(found)
        .scalar_subquery()
    )
    return found.union_all(sa.select(following).where(found.c.name.is_not(None)))


_NUMERALS = {c: str(n) for n, c in enumerate("零一二三四五六七八九")}


def _natural(text: str) -> tuple[Any, ...]:
    """An order in which 第2组 comes before 第10组 and 三组 before 十组."""
    plain = re.sub(r"([二三四五六七八九]?)十([一二三四五六七八九]?)", _tens, text)
    plain = "".join(_NUMERALS.get(c, c) for c in plain)
    return tuple(
        (0, int(part), "") if part.isdigit() else (1, 0, part)
        for part in re.findall(r"[0-9]+|[^0-9]+", plain)
    )


def _tens(found: re.Match[str]) -> str:
    return (_NUMERALS[found[1]] if found[1] else "1") + (_NUMERALS[found[2]] if found[2] else "0")


def missing_characters(*texts: str) -> tuple[str, ...]:
    """The characters of `texts` that no font of the certificates has, each once."""
    chain = font_chain()
    return tuple(dict.fromkeys(c for text in texts if text for c in chain.missing_characters(text)))
