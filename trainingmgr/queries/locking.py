"""Holding a training: of those who change what depends on its others, each finds what the one before did."""

from sqlalchemy.orm import Session

from trainingmgr.domain.refusal import NotFound
from trainingmgr.models import Training


def locked(session: Session, training_id: int) -> Training:
    """The training, held until the end of the transaction; rows that only name it may still be added. Raises NotFound."""
    training = session.get(Training, training_id, with_for_update={"key_share": True})
    if training is None:
        raise NotFound("not_found")
    return training
