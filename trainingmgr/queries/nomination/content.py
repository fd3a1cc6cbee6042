"""What a unit said of a person, kept sealed."""

import json
from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.crypto import SealBrokenError
from trainingmgr.domain.nomination import FIELDS
from trainingmgr.extensions import keyring
from trainingmgr.models import Nomination, Registration, Training


def seal_content(uid: str, typed: dict[str, str]) -> bytes:
    """The sealed form of what was typed for the nomination `uid`."""
    said = {name: value for name, value in typed.items() if value}
    return keyring.seal(json.dumps(said, ensure_ascii=False), _place(uid))


def open_content(uid: str, sealed: bytes) -> dict[str, str]:
    """What was typed of the person, every field of it; empty where the keys are others by now."""
    said = open_all(uid, sealed)
    return {name: said.get(name, "") for name in FIELDS}


def open_all(uid: str, sealed: bytes) -> dict[str, str]:
    """Everything that was typed: the fields of a nominee, and answers to the training's own form."""
    try:
        said: dict[str, str] = json.loads(keyring.unseal(sealed, _place(uid)))
    except SealBrokenError:
        return {}
    return said


def forget(session: Session, person_ids: Collection[int], names: Collection[str]) -> None:
    """Take these fields out of what units said of people, wherever it is kept."""
    rows = session.scalars(
        sa.select(Nomination)
        .join(Registration, Registration.id == Nomination.registration_id)
        .where(Registration.person_id.in_(person_ids))
    )
    for row in rows:
        said = open_all(row.uid, row.content_sealed)
        row.content_sealed = seal_content(row.uid, said | dict.fromkeys(names, ""))
    session.flush()


def let_go(session: Session, registration_id: int, names: Collection[str]) -> dict[str, str]:
    """Take these fields out of what a unit said of one registration; gives what stood in them."""
    row = session.scalar(
        sa.select(Nomination).where(Nomination.registration_id == registration_id).with_for_update()
    )
    if row is None:
        return {}
    said = open_all(row.uid, row.content_sealed)
    gone = {name: said.pop(name) for name in names if name in said}
    if gone:
        row.content_sealed = seal_content(row.uid, said)
    return gone


def forget_drafts(session: Session, organisation_id: int, last_day: date) -> None:
    """Delete what units wrote down for classes that ended by `last_day` and never sent."""
    over = sa.select(Training.id).where(
        Training.organisation_id == organisation_id, Training.end_date <= last_day
    )
    session.execute(
        sa.delete(Nomination)
        .where(Nomination.registration_id.is_(None), Nomination.training_id.in_(over))
        .execution_options(synchronize_session=False)
    )


def _place(uid: str) -> str:
    return f"nomination:{uid}:content"
