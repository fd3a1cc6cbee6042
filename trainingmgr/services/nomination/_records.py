"""What a unit's use cases share: its lines, and its people under a lock."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.nomination import FIELDS, MOST_DRAFTS
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.models import Nomination, QuotaLine, QuotaPlace, Training
from trainingmgr.models.person import new_uid
from trainingmgr.queries.nomination import Entry, askings, seal_content

_LONGEST = 600
_LONGEST_ANSWER = 2500


def today(training: Training) -> date:
    """The day in the training's own zone."""
    return datetime.now(ZoneInfo(training.time_zone)).date()


def place_of(session: Session, training_id: int, unit_id: int, line_id: int) -> QuotaPlace:
    """The unit's places on a line, held until the transaction ends. Raises Refusal `nomination.line_unknown`."""
    found = session.scalar(
        sa.select(QuotaPlace)
        .where(
            QuotaPlace.training_id == training_id,
            QuotaPlace.unit_id == unit_id,
            QuotaPlace.line_id == line_id,
        )
        .with_for_update()
    )
    if found is None:
        raise Refusal("nomination.line_unknown")
    return found


def lines_of(session: Session, training_id: int, unit_id: int) -> list[QuotaLine]:
    """The lines that offer the unit places, in their order."""
    return list(
        session.scalars(
            sa.select(QuotaLine)
            .join(QuotaPlace, QuotaPlace.line_id == QuotaLine.id)
            .where(QuotaLine.training_id == training_id, QuotaPlace.unit_id == unit_id)
            .order_by(QuotaLine.position)
        )
    )


def the_nomination(session: Session, entry: Entry, nomination_id: int, *, sent: bool) -> Nomination:
    """The unit's own nomination, held until the transaction ends. Raises NotFound."""
    row = session.scalar(
        sa.select(Nomination)
        .where(
            Nomination.id == nomination_id,
            Nomination.training_id == entry.training.id,
            Nomination.unit_id == entry.unit_id,
        )
        .with_for_update()
    )
    if row is None or (row.registration_id is not None) is not sent:
        raise NotFound("not_found")
    return row


def new_draft(session: Session, entry: Entry, typed: Mapping[str, str], line_id: int | None) -> Nomination:
    """A draft of what was typed. Raises Refusal `nomination.too_many_drafts` (limit)."""
    drafts = session.scalar(
        sa.select(sa.func.count())
        .select_from(Nomination)
        .where(
            Nomination.training_id == entry.training.id,
            Nomination.unit_id == entry.unit_id,
            Nomination.registration_id.is_(None),
        )
    )
    if (drafts or 0) >= MOST_DRAFTS:
        raise Refusal("nomination.too_many_drafts", limit=MOST_DRAFTS)
    uid = new_uid()
    row = Nomination(
        uid=uid,
        training_id=entry.training.id,
        unit_id=entry.unit_id,
        line_id=line_id,
        content_sealed=seal_content(uid, kept(typed, askings(session, entry.training.id).boxes())),
    )
    session.add(row)
    session.flush()
    return row


def kept(typed: Mapping[str, str], boxes: Collection[str]) -> dict[str, str]:
    """The fields of a nominee and the boxes of the training's form, each no longer than anybody types."""
    answers = {name: typed.get(name, "")[:_LONGEST_ANSWER] for name in boxes}
    return answers | {name: typed.get(name, "")[:_LONGEST] for name in FIELDS}
