"""Sensitive answers go when the time is over for which they were promised to be kept."""

from collections import defaultdict

from trainingmgr.extensions import now, transaction
from trainingmgr.models import Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.registration_answer import expired_answers, forget

_BY_ITSELF = Actor(None, "retention")


def forget_expired() -> int:
    """Delete what was consented to be kept until a day that has passed; gives of how many people."""
    with transaction() as session:
        due: dict[tuple[int, int], list[str]] = defaultdict(list)
        for one in expired_answers(session, now()):
            due[one.training_id, one.registration_id].append(one.key)
        people: dict[int, int] = defaultdict(int)
        for (training_id, registration_id), keys in due.items():
            forget(session, registration_id, keys)
            people[training_id] += 1
        for training_id, count in people.items():
            training = session.get_one(Training, training_id)
            audit.record(
                session,
                _BY_ITSELF,
                "registration.answers_expired",
                "training",
                training_id,
                training=training,
                people=count,
            )
        return len(due)
