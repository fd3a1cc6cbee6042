"""Papers on their way into their holders' hands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from trainingmgr.domain.certificate import CertificateKind, CertificateStatus
from trainingmgr.domain.handing import Place
from trainingmgr.models import Certificate, Lecturer, Registration, Unit

PAGE = 50
OPEN, COLLECTED = "open", "collected"

_LecturerUnit = aliased(Unit)
_NAME = Certificate.snapshot["holder_name"].as_string()


class Paper(NamedTuple):
    """A valid certificate with what is known today of where its holder belongs.

    The name is the one on the paper; `detail` tells namesakes apart. `collected_by` is empty until
    it is collected.
    """

    id: int
    kind: CertificateKind
    serial: str
    name: str
    detail: str
    unit: str
    post: str
    group: str
    is_sample: bool
    collected_at: datetime | None
    collected_by: str
    handed_by: str

    @property
    def place(self) -> Place:
        return Place(self.unit, self.group)


def papers(session: Session, training_id: int, kind: CertificateKind | None = None) -> list[Paper]:
    """The valid certificates of a training (of one kind, or all), by serial; one statement."""
    found = _of(training_id, kind).order_by(Certificate.kind, Certificate.number)
    return [Paper._make(row) for row in session.execute(found)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the collection desk shows: words that must all be found, a kind, and `open`, `collected` or both."""

    words: Sequence[str] = ()
    kind: CertificateKind | None = None
    show: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """A page of the collection desk; the counts are over all papers of the kind, whatever is searched."""

    papers: list[Paper]
    total: int
    collected: int
    page: int
    pages: int

    @property
    def open(self) -> int:
        return self.total - self.collected


def desk(session: Session, training_id: int, wanted: Wanted, page: int = 1) -> Desk:
    """The papers that are wanted, those not collected first, by name; three statements."""
    total, collected = session.execute(
        sa.select(sa.func.count(), sa.func.count(Certificate.collected_at)).where(
            *_standing(training_id, wanted.kind)
        )
    ).one()
    query = _of(training_id, wanted.kind).where(*(_found(word) for word in wanted.words))
    if wanted.show in {OPEN, COLLECTED}:
        is_open = Certificate.collected_at.is_(None)
        query = query.where(is_open if wanted.show == OPEN else sa.not_(is_open))
    matching = session.scalar(query.with_only_columns(sa.func.count(), maintain_column_froms=True)) or 0
    pages = max(1, -(-matching // PAGE))
    page = min(max(page, 1), pages)
    rows = session.execute(
        query.order_by(
            Certificate.collected_at.is_not(None),
            sa.func.coalesce(Registration.sort_key, ""),
            Certificate.kind,
            Certificate.number,
        )
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return Desk([Paper._make(row) for row in rows], total, collected, page, pages)


def _standing(training_id: int, kind: CertificateKind | None) -> list[sa.ColumnElement[bool]]:
    found = [
        Certificate.training_id == training_id,
        Certificate.status == CertificateStatus.VALID,
        Certificate.erased_at.is_(None),
    ]
    return found if kind is None else [*found, Certificate.kind == kind]


def _of(training_id: int, kind: CertificateKind | None) -> sa.Select[Any]:
    printed = sa.func.coalesce(Certificate.snapshot["holder_unit"].as_string(), "")
    return (
        sa.select(
            Certificate.id,
            Certificate.kind,
            Certificate.serial,
            _NAME.label("name"),
            sa.func.coalesce(Certificate.snapshot["holder_detail"].as_string(), "").label("detail"),
            sa.func.coalesce(Unit.name, _LecturerUnit.name, printed).label("unit"),
            sa.func.coalesce(Registration.post, Lecturer.title_zh, "").label("post"),
            sa.func.coalesce(Registration.group_name, "").label("group"),
            Certificate.is_sample,
            Certificate.collected_at,
            Certificate.collected_by,
            Certificate.handed_by,
        )
        .outerjoin(Registration, Registration.id == Certificate.registration_id)
        .outerjoin(Unit, Unit.id == Registration.unit_id)
        .outerjoin(Lecturer, Lecturer.id == Certificate.lecturer_id)
        .outerjoin(_LecturerUnit, _LecturerUnit.id == Lecturer.unit_id)
        .where(*_standing(training_id, kind))
    )


def _found(word: str) -> sa.ColumnElement[bool]:
    return sa.or_(
        sa.func.lower(Certificate.serial).contains(word, autoescape=True),
        sa.func.lower(_NAME).contains(word, autoescape=True),
        Registration.search_text.contains(word, autoescape=True),
    )
