"""Changing what a training asks. Each act names the `version` of the form that the organiser saw."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from sqlalchemy.orm import Session

from trainingmgr.domain import registration_form as domain
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration_form import (
    Condition,
    FieldKey,
    FormDefinition,
    Modes,
    QuestionInput,
    Sensitive,
)
from trainingmgr.extensions import transaction
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.locking import locked
from trainingmgr.queries.registration_answer import follow_form
from trainingmgr.queries.registration_form import (
    form_of,
    people_who_answered,
    without_lost_categories,
    write_definition,
)

Change = Callable[[FormDefinition], FormDefinition]


def set_modes(actor: Actor, training_id: int, modes: Mapping[str, Modes], *, version: int) -> None:
    """Say which fields and questions are asked, and which of them must be answered. Raises `stale`."""
    _change(
        actor,
        training_id,
        "registration_form.modes_set",
        lambda form: domain.with_modes(form, modes),
        version=version,
    )


def change_field(
    actor: Actor,
    training_id: int,
    key: FieldKey,
    *,
    modes: Modes,
    condition: Condition | None,
    sensitive: Sensitive | None,
    version: int,
) -> None:
    """Ask a built-in field in another way. Raises `stale` and what the domain's `change_field` raises."""
    _change(
        actor,
        training_id,
        "registration_form.field_changed",
        lambda form: domain.change_field(form, key, modes=modes, condition=condition, sensitive=sensitive),
        version=version,
        key=key.value,
    )


def add_question(actor: Actor, training_id: int, given: QuestionInput, *, version: int) -> None:
    """Add a question behind the others. Raises `stale` and what the domain's `add_question` raises."""
    _change(
        actor,
        training_id,
        "registration_form.question_added",
        lambda form: domain.add_question(form, given),
        version=version,
    )


def change_question(actor: Actor, training_id: int, key: str, given: QuestionInput, *, version: int) -> None:
    """Put a question otherwise. Raises `stale` and what the domain's `change_question` raises."""
    _change(
        actor,
        training_id,
        "registration_form.question_changed",
        lambda form: domain.change_question(form, key, given),
        version=version,
        key=key,
    )


def move_question(actor: Actor, training_id: int, key: str, direction: Literal["up", "down"]) -> None:
    """Let a question change places with its neighbour; at the end it stays. Raises NotFound."""
    _change(
        actor,
        training_id,
        "registration_form.question_moved",
        lambda form: domain.move_question(form, key, direction),
        key=key,
    )


def remove_question(actor: Actor, training_id: int, key: str) -> None:
    """Take away a question that nobody has answered.

    Raises NotFound, Refusal `registration_form.question_answered` (people), `.question_needed` (label).
    """

    def removed(session: Session, form: FormDefinition) -> FormDefinition:
        smaller = domain.remove_question(form, key)
        if people := people_who_answered(session, training_id, key):
            raise Refusal("registration_form.question_answered", people=people)
        return smaller

    _change(actor, training_id, "registration_form.question_removed", removed, key=key, reads=True)


def _change(
    actor: Actor,
    training_id: int,
    action: str,
    change: Callable[..., FormDefinition],
    *,
    version: int | None = None,
    reads: bool = False,
    **details: Any,
) -> None:
    with transaction() as session:
        # Whoever sends a registration takes the same lock, so the form stays as it is meanwhile.
        training = locked(session, training_id)
        form = form_of(session, training_id)
        if version is not None and version != form.version:
            raise Refusal("stale")
        changed = change(session, form.definition) if reads else change(form.definition)
        if without_lost_categories(session, training_id, changed) != changed:
            raise Refusal("roster.category_unknown")
        if changed != form.definition:
            write_definition(session, training_id, changed)
            follow_form(session, training, changed)
            audit.record(session, actor, action, "training", training_id, training=training, **details)
