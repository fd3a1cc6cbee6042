"""Moving people by hand, holding them where they are, and taking a move back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy.orm import Session

from trainingmgr.domain.arrangement import ArrangementKind
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import Training
from trainingmgr.queries import arrangement as queries
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.arrangement import Plan
from trainingmgr.queries.locking import locked
from trainingmgr.services.arrangement import _records as records

UNDO_ACTIONS = frozenset({"arrangement.moved", "arrangement.accepted"})
MAX_UNDO = 2000


@dataclass(frozen=True, slots=True)
class Moved:
    """How many are elsewhere now, `placed` of them having been nowhere. `undo` names the change for `undo`; None where nothing changed."""

    people: int
    undo: int | None = None
    placed: int = 0


def move(actor: Actor, training_id: int, kind: ArrangementKind, people: Collection[int], to: str) -> Moved:
    """Put people into the container `to`, or with "" into none.

    Raises Refusal `arrangement.nobody` where none of them is on the class, `arrangement.no_such_holder`,
    `arrangement.full` (name, places, people), `arrangement.two_sexes` (name), `arrangement.sex_missing` (name).
    """
    with transaction() as session:
        training = locked(session, training_id)
        plan = queries.plan(session, training_id, kind)
        chosen = [one for one in dict.fromkeys(people) if one in plan.by_id]
        if not chosen:
            raise Refusal("arrangement.nobody")
        if to:
            _check(plan, chosen, to)
        homes = {one: to for one in chosen if plan.present.get(one, "") != to}
        undo = write_noted(session, actor, training, plan, homes, "arrangement.moved")
        return moved(plan, homes, undo)


def moved(plan: Plan, homes: Mapping[int, str], undo: int | None) -> Moved:
    """What became of a plan by putting people into new homes."""
    placed = sum(bool(to) and not plan.present.get(one) for one, to in homes.items())
    return Moved(len(homes), undo, placed)


def _check(plan: Plan, chosen: list[int], to: str) -> None:
    holder = next((one for one in plan.holders if one.key == to), None)
    if holder is None:
        raise Refusal("arrangement.no_such_holder")
    inside = {one.id for one in plan.inside[to]} | set(chosen)
    if holder.places is not None and len(inside) > holder.places:
        raise Refusal("arrangement.full", name=holder.name, places=holder.places, people=len(inside))
    if plan.kind is ArrangementKind.ROOM:
        missing = next((plan.by_id[one] for one in chosen if not plan.by_id[one].sex), None)
        if missing is not None:
            raise Refusal("arrangement.sex_missing", name=missing.name)
        if len({plan.by_id[one].sex for one in inside}) > 1:
            raise Refusal("arrangement.two_sexes", name=holder.name)


def write_noted(
    session: Session,
    actor: Actor,
    training: Training,
    plan: Plan,
    homes: Mapping[int, str],
    action: str,
    **details: Any,
) -> int | None:
    """Write who is where in the caller's transaction, with what an undo needs; gives the entry's number."""
    if not homes:
        return None
    before = [[one, plan.present.get(one, ""), one in plan.pinned, key] for one, key in sorted(homes.items())]
    records.write(session, training.id, plan.kind, homes)
    if len(before) <= MAX_UNDO:
        details["before"] = before
    entry = audit.record(
        session,
        actor,
        action,
        "training",
        training.id,
        training=training,
        kind=plan.kind.value,
        people=len(homes),
        **details,
    )
    session.flush()
    return entry.id if "before" in details else None


@dataclass(frozen=True, slots=True)
class Undone:
    """How many are where they were before, and how many were left where somebody has put them since."""

    kind: ArrangementKind
    back: int
    left: int


def undo(actor: Actor, training_id: int, change: int) -> Undone:
    """Take a move or an accepted proposal back: whoever is still where it put them is where they were before.

    Whose container is gone is left too. Raises Refusal `undo_gone`; `arrangement.undo_full` (name) where others have their places by now.
    """
    with transaction() as session:
        training = locked(session, training_id)
        entry = audit.to_undo(session, actor, training_id, change, UNDO_ACTIONS)
        if entry is None:
            raise Refusal("undo_gone")
        kind = ArrangementKind(entry.details["kind"])
        plan = queries.plan(session, training_id, kind)
        before = cast("list[tuple[int, str, bool, str]]", entry.details["before"])
        known = {one.key for one in plan.holders} | {""}
        if kind is ArrangementKind.GROUP:
            known |= {home for _one, home, _held, _key in before}
        back = {
            one: (home, held)
            for one, home, held, key in before
            if one in plan.by_id and plan.present.get(one, "") == key and home in known
        }
        _check_room(plan, {one: home for one, (home, _held) in back.items()})
        records.write(session, training_id, kind, {one: home for one, (home, _held) in back.items()})
        held_again = [one for one, (home, held) in back.items() if held and home]
        records.hold(session, training_id, kind, held_again, held=True)
        audit.record_undo(session, actor, "arrangement.undone", training, entry, people=len(back))
        return Undone(kind, len(back), len(before) - len(back))


def _check_room(plan: Plan, back: Mapping[int, str]) -> None:
    after = {**plan.present, **back}
    for holder in plan.holders:
        inside = [one for one, key in after.items() if key == holder.key]
        sexes = {plan.by_id[one].sex for one in inside}
        mixed = plan.kind is ArrangementKind.ROOM and len(sexes) > 1
        if any(one in back for one in inside) and (
            (holder.places is not None and len(inside) > holder.places) or mixed
        ):
            raise Refusal("arrangement.undo_full", name=holder.name)


def pin(actor: Actor, training_id: int, kind: ArrangementKind, people: Collection[int], *, held: bool) -> int:
    """Hold people where they are, so that no proposal moves them, or let go of them. Gives how many changed.

    Whoever is nowhere cannot be held and is passed over. Raises Refusal `arrangement.nobody`.
    """
    with transaction() as session:
        training = locked(session, training_id)
        plan = queries.plan(session, training_id, kind)
        chosen = {one for one in people if one in plan.present}
        if not chosen:
            raise Refusal("arrangement.nobody")
        changing = chosen - plan.pinned if held else chosen & plan.pinned
        records.hold(session, training_id, kind, changing, held=held)
        if changing:
            audit.record(
                session,
                actor,
                "arrangement.held" if held else "arrangement.let_go",
                "training",
                training_id,
                training=training,
                kind=kind.value,
                people=len(changing),
            )
        return len(changing)
