"""What a unit's page shows: the unit's own drafts and people, and nothing of anybody else."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.nomination import UNDECIDED_STATUSES, Nominee, Reading, read_nominee
from trainingmgr.domain.registration import EXPECTED_STATUSES, GONE_STATUSES, RegistrationStatus
from trainingmgr.models import Nomination, NominationNotice, NominationReceipt, Person, Registration
from trainingmgr.queries.nomination.asking import Askings, askings
from trainingmgr.queries.nomination.content import open_all, open_content


@dataclass(frozen=True, slots=True)
class Sent:
    """Somebody who was named, in the unit's own words.

    `replaces` is the name of the person whose place they took; `reason` why they left; `known_as` the
    name on the roster, which is another one where the organisation knows the person by it.
    """

    id: int
    registration_id: int
    line_id: int
    nominee: Nominee
    status: RegistrationStatus
    sent_at: datetime
    reason: str
    replaces: str
    known_as: str

    @property
    def gone(self) -> bool:
        return self.status in GONE_STATUSES

    @property
    def may_leave(self) -> bool:
        """Tell whether the unit may still take them back or replace them."""
        return self.status in EXPECTED_STATUSES

    @property
    def may_be_corrected(self) -> bool:
        """Tell whether the unit may still put right what it wrote of them."""
        return self.status in UNDECIDED_STATUSES


@dataclass(frozen=True, slots=True)
class Draft:
    """Somebody who was not sent yet. `source` is the row of the file they came in, `said` what was typed."""

    id: int
    line_id: int | None
    source: str
    said: dict[str, str]
    reading: Reading


def sent(session: Session, training_id: int, unit_id: int) -> list[Sent]:
    """Everybody whom the unit has named, in the order in which it did."""
    rows = session.execute(
        sa.select(Nomination, Registration.status, Registration.reason, Person.name)
        .join(Registration, Registration.id == Nomination.registration_id)
        .join(Person, Person.id == Registration.person_id)
        .where(Nomination.training_id == training_id, Nomination.unit_id == unit_id)
        .order_by(Nomination.sent_at, Nomination.id)
    ).all()
    people = {row.id: Nominee(**open_content(row.uid, row.content_sealed)) for row, *_ in rows}
    return [
        Sent(
            row.id,
            row.registration_id or 0,
            row.line_id or 0,
            people[row.id],
            status,
            row.sent_at or row.created_at,
            reason,
            people[row.replaces_id].name if row.replaces_id in people else "",
            known_as,
        )
        for row, status, reason, known_as in rows
    ]


def drafts(session: Session, training_id: int, unit_id: int, today: date) -> list[Draft]:
    """Everybody whom the unit has not sent yet, in the order in which they were written down."""
    rows = session.scalars(
        sa.select(Nomination)
        .where(
            Nomination.training_id == training_id,
            Nomination.unit_id == unit_id,
            Nomination.registration_id.is_(None),
        )
        .order_by(Nomination.id)
    )
    asked = askings(session, training_id)
    return [_draft(row, asked, today) for row in rows]


def draft_of(
    session: Session, training_id: int, unit_id: int, nomination_id: int, today: date
) -> Draft | None:
    """One of those drafts."""
    row = nomination_of(session, training_id, unit_id, nomination_id)
    if row is None or row.registration_id is not None:
        return None
    return _draft(row, askings(session, training_id), today)


def nomination_of(session: Session, training_id: int, unit_id: int, nomination_id: int) -> Nomination | None:
    """The unit's nomination with this id, sent or not."""
    return session.scalar(
        sa.select(Nomination).where(
            Nomination.id == nomination_id,
            Nomination.training_id == training_id,
            Nomination.unit_id == unit_id,
        )
    )


def _draft(row: Nomination, asked: Askings, today: date) -> Draft:
    said = open_all(row.uid, row.content_sealed)
    reading = read_nominee(said, today=today, asking=asked.of(row.line_id))
    return Draft(row.id, row.line_id, row.source, said, reading)


@dataclass(frozen=True, slots=True)
class Notice:
    """What the units are told."""

    text_zh: str = ""
    text_en: str = ""
    late_replacement: bool = False
    file_name: str = ""
    media_type: str = ""
    file_key: str | None = None


def notice_of(session: Session, training_id: int) -> Notice:
    """The training's notice, an empty one where none was written."""
    row = session.scalar(sa.select(NominationNotice).where(NominationNotice.training_id == training_id))
    if row is None:
        return Notice()
    return Notice(row.text_zh, row.text_en, row.late_replacement, row.file_name, row.media_type, row.file_key)


@dataclass(frozen=True, slots=True)
class Scan:
    """A stamped receipt that was sent back."""

    id: int
    unit_id: int
    file_name: str
    media_type: str
    size: int
    file_key: str
    created_at: datetime


def scans(session: Session, training_id: int, unit_id: int) -> list[Scan]:
    """The unit's stamped receipts, the latest first."""
    rows = session.scalars(_scans(training_id).where(NominationReceipt.unit_id == unit_id))
    return [_scan(row) for row in rows]


def scan_of(session: Session, training_id: int, receipt_id: int, unit_id: int | None = None) -> Scan | None:
    """One stamped receipt of the training, or, with `unit_id`, of that unit alone."""
    wanted = _scans(training_id).where(NominationReceipt.id == receipt_id)
    if unit_id is not None:
        wanted = wanted.where(NominationReceipt.unit_id == unit_id)
    row = session.scalar(wanted)
    return _scan(row) if row is not None else None


def _scans(training_id: int) -> sa.Select[NominationReceipt]:
    return (
        sa.select(NominationReceipt)
        .where(NominationReceipt.training_id == training_id)
        .order_by(NominationReceipt.id.desc())
    )


def _scan(row: NominationReceipt) -> Scan:
    return Scan(row.id, row.unit_id, row.file_name, row.media_type, row.size, row.file_key, row.created_at)
