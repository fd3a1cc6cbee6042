"""What the use cases share: writing who is where."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.arrangement import ArrangementKind
from trainingmgr.models import Placement, Registration
from trainingmgr.queries.arrangement import PLACE_OF
from trainingmgr.queries.upsert import upsert

_CHUNK = 500


def write(session: Session, training_id: int, kind: ArrangementKind, homes: Mapping[int, str]) -> None:
    """Put each of these registrations of the training into a container by its key; "" takes them out of theirs.

    Whoever is taken out is held nowhere any more.
    """
    out = sorted(one for one, key in homes.items() if not key)
    for some in chunks(out):
        session.execute(
            sa.delete(Placement)
            .where(Placement.kind == kind, Placement.registration_id.in_(some))
            .execution_options(synchronize_session=False)
        )
    if kind is ArrangementKind.GROUP:
        _write_groups(session, training_id, homes)
        return
    column = PLACE_OF[kind]
    rows = [
        {"training_id": training_id, "registration_id": one, "kind": kind, column: int(key)}
        for one, key in sorted(homes.items())
        if key
    ]
    known = set(
        session.scalars(
            sa.select(Placement.registration_id).where(
                Placement.training_id == training_id, Placement.kind == kind
            )
        )
    )
    upsert(
        session,
        Placement,
        ("registration_id", "kind"),
        [row | {"pinned": False} for row in rows if row["registration_id"] not in known],
    )
    upsert(
        session,
        Placement,
        ("registration_id", "kind"),
        [row for row in rows if row["registration_id"] in known],
    )


def _write_groups(session: Session, training_id: int, homes: Mapping[int, str]) -> None:
    by_name: dict[str, list[int]] = {}
    for one, key in sorted(homes.items()):
        by_name.setdefault(key, []).append(one)
    for name, people in by_name.items():
        for some in chunks(people):
            session.execute(
                sa.update(Registration)
                .where(
                    Registration.training_id == training_id,
                    Registration.id.in_(some),
                    Registration.group_name != name,
                )
                .values(group_name=name, version=Registration.version + 1)
                .execution_options(synchronize_session=False)
            )


def hold(
    session: Session, training_id: int, kind: ArrangementKind, people: Collection[int], *, held: bool
) -> None:
    """Hold people where they are, or no longer. They are somewhere."""
    ids = sorted(people)
    if kind is ArrangementKind.GROUP:
        for some in chunks(ids):
            session.execute(
                sa.delete(Placement)
                .where(Placement.kind == kind, Placement.registration_id.in_(some))
                .execution_options(synchronize_session=False)
            )
        if held:
            session.add_all(
                Placement(training_id=training_id, registration_id=one, kind=kind, pinned=True) for one in ids
            )
        return
    for some in chunks(ids):
        session.execute(
            sa.update(Placement)
            .where(
                Placement.training_id == training_id,
                Placement.kind == kind,
                Placement.registration_id.in_(some),
            )
            .values(pinned=held)
            .execution_options(synchronize_session=False)
        )


def chunks(ids: list[int]) -> list[list[int]]:
    """The ids in pieces that a statement may hold."""
    return [ids[at : at + _CHUNK] for at in range(0, len(ids), _CHUNK)]
