"""Lines of the quota table, one at a time."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.quota import QuotaInput
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import Nomination, QuotaLine, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.services.quota import _records as records


def create(actor: Actor, training: Training, given: QuotaInput) -> QuotaLine:
    """Offer places: a new line at the end. Units not known yet are made.

    Raises Refusal `quota.category_unknown`, `quota.no_units`, `quota.unit_twice` (unit).
    """
    with transaction() as session:
        records.lock(session, training.id)
        records.check_category(session, training.id, given.category_id)
        line = QuotaLine(
            training_id=training.id,
            position=records.next_position(session, training.id),
            category_id=given.category_id or None,
            post=given.post,
            deadline=given.deadline,
            over=given.over,
            note=given.note,
        )
        session.add(line)
        session.flush()
        wanted = records.units(session, training.organisation_id, given.units)
        records.set_places(session, line, wanted)
        _note(session, actor, training, "quota.added", line, wanted)
    return line


def change(
    actor: Actor, training: Training, line_id: int, given: QuotaInput, version: int | None = None
) -> QuotaLine:
    """Change a line as a whole; `version` is the state that the edit began from.

    Raises NotFound, Refusal `stale`, what `create` raises, `quota.category_fixed` (people),
    `quota.places_taken` (unit, places, taken) for a unit that has named more people than that.
    """
    with transaction() as session:
        records.lock(session, training.id)
        line = _line(session, training, line_id)
        if version is not None and line.version != version:
            raise Refusal("stale")
        if (given.category_id or None) != line.category_id:
            records.check_category(session, training.id, given.category_id)
            _refuse_named(session, line)
            line.category_id = given.category_id or None
        line.post, line.deadline = given.post, given.deadline
        line.over, line.note = given.over, given.note
        wanted = records.units(session, training.organisation_id, given.units)
        records.set_places(session, line, wanted)
        _note(session, actor, training, "quota.changed", line, wanted)
    return line


def remove(actor: Actor, training: Training, line_id: int) -> None:
    """Take a line out that nobody was named for; drafts of it stay, without a line.

    Raises NotFound, Refusal `quota.line_in_use` (people).
    """
    with transaction() as session:
        records.lock(session, training.id)
        line = _line(session, training, line_id)
        people = records.people_named(session, line)
        if people:
            raise Refusal("quota.line_in_use", people=people)
        session.execute(
            sa.update(Nomination)
            .where(Nomination.line_id == line.id)
            .values(line_id=None)
            .execution_options(synchronize_session=False)
        )
        _note(
            session, actor, training, "quota.removed", line, {one.unit_id: one.places for one in line.places}
        )
        session.delete(line)


def _line(session: Session, training: Training, line_id: int) -> QuotaLine:
    line = session.scalar(
        sa.select(QuotaLine)
        .where(QuotaLine.id == line_id, QuotaLine.training_id == training.id)
        .with_for_update()
    )
    if line is None:
        raise NotFound("not_found")
    return line


def _refuse_named(session: Session, line: QuotaLine) -> None:
    people = records.people_named(session, line)
    if people:
        raise Refusal("quota.category_fixed", people=people)


def _note(
    session: Session, actor: Actor, training: Training, action: str, line: QuotaLine, wanted: dict[int, int]
) -> None:
    audit.record(
        session,
        actor,
        action,
        "quota_line",
        line.id,
        training=training,
        units=len(wanted),
        places=sum(wanted.values()),
    )
