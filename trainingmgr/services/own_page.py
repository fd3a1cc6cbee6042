"""A person's own page: opened by an organiser, closed or moved to another address by one."""

import sqlalchemy as sa

from trainingmgr.domain.refusal import NotFound
from trainingmgr.extensions import transaction
from trainingmgr.models import Person, Registration, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.own_page import new_key


def open_page(actor: Actor, training: Training, registration_id: int) -> str:
    """Give a participant's person a page under a new address, whose secret it returns.

    An address that was given before leads nowhere from then on. Raises NotFound.
    """
    key = new_key()
    _set(actor, training, registration_id, key, "person.page_opened")
    return key


def close_page(actor: Actor, training: Training, registration_id: int) -> None:
    """Let the address of the person's page lead nowhere. Raises NotFound."""
    _set(actor, training, registration_id, None, "person.page_closed")


def _set(actor: Actor, training: Training, registration_id: int, key: str | None, action: str) -> None:
    with transaction() as session:
        person_id = session.scalar(
            sa.select(Registration.person_id).where(
                Registration.id == registration_id, Registration.training_id == training.id
            )
        )
        if person_id is None:
            raise NotFound("not_found")
        # Past the version: whoever edits the person at this moment has nothing to compare.
        session.execute(
            sa.update(Person)
            .where(Person.id == person_id)
            .values(page_key=key)
            .execution_options(synchronize_session=False)
        )
        audit.record(session, actor, action, "person", person_id, training=training)
