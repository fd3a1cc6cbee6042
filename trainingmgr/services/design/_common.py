"""What the use cases of designs share."""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.design import Design as Data
from trainingmgr.domain.design import write_design
from trainingmgr.domain.design.checks import LARGEST_DATA
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.models import Asset, Design, Organisation
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor

NAME_LENGTH = 80


def lock(session: Session, organisation_id: int) -> None:
    """Let nobody else change the organisation's names of designs, or its pictures, until the commit."""
    session.get_one(Organisation, organisation_id, with_for_update=True)


def design_of(session: Session, organisation_id: int, design_id: int, version: int | None = None) -> Design:
    """The organisation's design, locked until the commit.

    Raises NotFound, or Refusal `stale` if it is not at `version` any more.
    """
    row = session.get(Design, design_id, with_for_update=True)
    if row is None or row.organisation_id != organisation_id:
        raise NotFound("not_found")
    if version is not None and row.version != version:
        raise Refusal("stale")
    return row


def stored(session: Session, organisation_id: int, data: Data) -> dict[str, Any]:
    """The design as the database keeps it.

    Raises Refusal `design.too_large` (longest), or `design.picture_unknown` (count) for pictures that
    the organisation has not.
    """
    written = write_design(data)
    if len(written) > LARGEST_DATA:
        raise Refusal("design.too_large", longest=LARGEST_DATA)
    wanted = data.assets
    if wanted:
        lock(session, organisation_id)
        known = session.scalars(
            sa.select(Asset.sha256).where(Asset.organisation_id == organisation_id, Asset.sha256.in_(wanted))
        ).all()
        if missing := len(wanted) - len(known):
            raise Refusal("design.picture_unknown", count=missing)
    found: dict[str, Any] = msgspec.json.decode(written)
    return found


def name_free(session: Session, organisation_id: int, name: str, but: int | None = None) -> None:
    """Raises Refusal `design.name_taken` (name) if another design of the organisation has the name."""
    lock(session, organisation_id)
    taken = session.scalar(
        sa.select(Design.id).where(Design.organisation_id == organisation_id, Design.name_zh == name)
    )
    if taken is not None and taken != but:
        raise Refusal("design.name_taken", name=name)


def free_name(session: Session, organisation_id: int, wanted: str) -> str:
    """`wanted`, or with a number after it where designs of the organisation have that name."""
    lock(session, organisation_id)
    taken = set(session.scalars(sa.select(Design.name_zh).where(Design.organisation_id == organisation_id)))
    name, number = wanted[:NAME_LENGTH], 2
    while name in taken:
        ending = f"（{number}）"
        name, number = wanted[: NAME_LENGTH - len(ending)] + ending, number + 1
    return name


def record(session: Session, actor: Actor, action: str, row: Design, **details: Any) -> None:
    """Add the audit entry of an act on a design."""
    audit.record(
        session,
        actor,
        action,
        "design",
        row.id,
        organisation_id=row.organisation_id,
        name=row.name_zh,
        **details,
    )
