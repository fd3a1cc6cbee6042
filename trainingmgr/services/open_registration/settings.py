"""How a training is open."""

from dataclasses import asdict

import sqlalchemy as sa

from trainingmgr.domain.open_registration import OpenInput, check
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import OpenRegistration
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.locking import locked


def set_open(actor: Actor, training_id: int, given: OpenInput, *, version: int) -> None:
    """Say how the training is open; `version` is that of the state that the edit began from.

    Raises NotFound, Refusal `stale`, and what `domain.open_registration.check` raises.
    """
    check(given)
    with transaction() as session:
        training = locked(session, training_id)
        row = session.scalar(sa.select(OpenRegistration).where(OpenRegistration.training_id == training_id))
        if version != (row.version if row else 0):
            raise Refusal("stale")
        if row is None:
            row = OpenRegistration(training_id=training_id)
            session.add(row)
        values = asdict(given)
        changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
        for name in changed:
            setattr(row, name, values[name])
        session.flush()
        if changed:
            audit.record(
                session,
                actor,
                "open_registration.set",
                "training",
                training_id,
                training=training,
                fields=changed,
            )
