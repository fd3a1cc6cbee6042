"""Drafts of a unit: written down, completed, thrown away."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from trainingmgr.domain.nomination import read_nominee
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import Nomination, Training
from trainingmgr.queries import audit
from trainingmgr.queries.nomination import Entry, askings, open_content, seal_content, still_open
from trainingmgr.services.nomination import _records as records


def save(
    entry: Entry, typed: Mapping[str, str], line_id: int | None, nomination_id: int | None = None
) -> int:
    """Keep what was typed of a person, complete or not, and give the draft's id.

    An empty ID number leaves the one of the draft `nomination_id` as it is, if that is a good one. Raises NotFound, Refusal
    `nomination.nothing_typed`, `nomination.line_unknown`, `nomination.too_many_drafts` (limit),
    `nomination.link_ended`, `nomination.archived`.
    """
    if not any(value.strip() for name, value in typed.items() if name not in {"unit", "id_type", "sex"}):
        raise Refusal("nomination.nothing_typed")
    with transaction() as session:
        training = still_open(session, entry)
        line_id = _line(session, entry, line_id)
        if nomination_id is None:
            row = records.new_draft(session, entry, typed, line_id)
        else:
            row = records.the_nomination(session, entry, nomination_id, sent=False)
            said = records.kept(typed, askings(session, training.id).boxes())
            if not said["id_number"]:
                said |= _known_number(training, row, said)
            row.line_id, row.content_sealed = line_id, seal_content(row.uid, said)
        audit.record(
            session,
            entry.actor,
            "nomination.draft_saved",
            "nomination",
            row.id,
            training=training,
            unit_id=entry.unit_id,
        )
        return row.id


def discard(entry: Entry, nomination_id: int) -> None:
    """Throw a draft away. Raises NotFound, Refusal `nomination.link_ended`, `nomination.archived`."""
    with transaction() as session:
        training = still_open(session, entry)
        session.delete(records.the_nomination(session, entry, nomination_id, sent=False))
        audit.record(
            session,
            entry.actor,
            "nomination.draft_discarded",
            "nomination",
            nomination_id,
            training=training,
            unit_id=entry.unit_id,
        )


def _known_number(training: Training, row: Nomination, said: dict[str, str]) -> dict[str, str]:
    before = read_nominee(open_content(row.uid, row.content_sealed), today=records.today(training))
    if "id_number" in before.wrong:
        return {}
    known = before.nominee
    return {"id_number": known.id_number, "id_type": said["id_type"] or known.id_type}


def _line(session: Session, entry: Entry, line_id: int | None) -> int | None:
    """The line that was chosen, or the only one there is."""
    lines = [one.id for one in records.lines_of(session, entry.training.id, entry.unit_id)]
    if line_id is None:
        return lines[0] if len(lines) == 1 else None
    if line_id not in lines:
        raise Refusal("nomination.line_unknown")
    return line_id
