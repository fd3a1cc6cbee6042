"""Answers of a participant as the organiser sees them and puts them right."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration_form import Checked, ConsentBy
from trainingmgr.extensions import transaction
from trainingmgr.models import Registration, Training
from trainingmgr.queries import audit, registration_answer
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.locking import locked
from trainingmgr.queries.registration_answer import AnswerRow
from trainingmgr.queries.registration_form import form_of


def answer(
    actor: Actor,
    training: Training,
    registration_id: int,
    checked: Checked,
    *,
    consents: Mapping[str, str],
    form_version: int,
    version: str,
) -> list[str]:
    """Set a participant's answers; gives the boxes that changed.

    `checked` is what was typed as the form in `form_version` judged it, `consents` what
    the participant has consented to, in the words shown. `version` is that of the answers that the edit began
    from. Raises NotFound, Refusal `registration_form.changed`, `stale`.
    """
    with transaction() as session:
        training = _locked(session, training.id, registration_id)
        form = form_of(session, training.id)
        if form.version != form_version:
            raise Refusal("registration_form.changed")
        if registration_answer.answers_of(session, registration_id).version != version:
            raise Refusal("stale")
        changed = registration_answer.keep_answers(
            session, training, registration_id, form.definition, checked.answers()
        )
        registration_answer.give_consents(
            session, training, registration_id, form.definition, consents, ConsentBy.ORGANISER
        )
        if changed or consents:
            audit.record(
                session,
                actor,
                "registration.answered",
                "registration",
                registration_id,
                training=training,
                fields=changed,
                consents=sorted(consents),
            )
        return changed


def reveal(actor: Actor, training: Training, registration_id: int) -> dict[str, str]:
    """A participant's answers with the sensitive ones in clear, with a note of who asked. Raises NotFound."""
    with transaction() as session:
        training = _locked(session, training.id, registration_id)
        opened = registration_answer.opened_answers(session, registration_id)
        audit.record(
            session,
            actor,
            "registration.answers_revealed",
            "registration",
            registration_id,
            training=training,
        )
        return opened


def reveal_all(actor: Actor, training: Training) -> list[AnswerRow]:
    """Everybody's answers with the sensitive ones in clear, with a note of who asked."""
    with transaction() as session:
        rows = registration_answer.whole_table(session, training.id, clear=True)
        audit.record(
            session,
            actor,
            "registration.answers_exported",
            "training",
            training.id,
            training=training,
            people=len(rows),
        )
        return rows


def withdraw(actor: Actor, training: Training, registration_id: int, field: str) -> None:
    """Note that a participant takes a consent back, and forget what it covered.

    Raises NotFound, for no such consent too.
    """
    with transaction() as session:
        training = _locked(session, training.id, registration_id)
        definition = form_of(session, training.id).definition
        if not registration_answer.withdraw_consents(session, definition, registration_id, [field]):
            raise NotFound("not_found")
        audit.record(
            session,
            actor,
            "registration.consent_withdrawn",
            "registration",
            registration_id,
            training=training,
            field=field,
        )


def _locked(session: Session, training_id: int, registration_id: int) -> Training:
    training = locked(session, training_id)
    found = session.scalar(
        sa.select(Registration.id)
        .where(Registration.id == registration_id, Registration.training_id == training_id)
        .with_for_update()
    )
    if found is None:
        raise NotFound("not_found")
    return training
