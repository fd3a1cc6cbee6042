"""Sensitive answers go when the time is over for which they were promised to be kept."""

import logging
from collections import defaultdict

from trainingmgr.extensions import db, now, transaction
from trainingmgr.models import Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.registration_answer import expired_answers, let_expire

_BY_ITSELF = Actor(None, "retention")
_log = logging.getLogger(__name__)


def forget_expired() -> int:
    """Delete what was consented to be kept until a day that has passed; gives of how many people.

    A training that cannot be worked on is left for the next time, and holds up no other.
    """
    people = 0
    for training_id in sorted({one.training_id for one in expired_answers(db.session(), now())}):
        try:
            people += _forget(training_id)
        except Exception:
            _log.exception("expired answers of a training were left; that is tried again")
    return people


def _forget(training_id: int) -> int:
    with transaction() as session:
        due: dict[int, list[str]] = defaultdict(list)
        for one in expired_answers(session, now()):
            if one.training_id == training_id:
                due[one.registration_id].append(one.key)
        for registration_id, keys in due.items():
            let_expire(session, registration_id, keys)
        audit.record(
            session,
            _BY_ITSELF,
            "registration.answers_expired",
            "training",
            training_id,
            training=session.get_one(Training, training_id),
            people=len(due),
        )
        return len(due)
