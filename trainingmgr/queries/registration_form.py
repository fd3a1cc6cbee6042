"""What a training asks of those who register."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.registration_form import (
    FormDefinition,
    first_form,
    for_categories,
    read_form,
    write_form,
)
from trainingmgr.models import Category, RegistrationAnswer, RegistrationForm


class Form(NamedTuple):
    """A training's form. `version` changes with each change of it, and is 0 while nobody has touched it."""

    definition: FormDefinition
    version: int


def form_of(session: Session, training_id: int) -> Form:
    """The training's form, the first one where it has none of its own."""
    row = session.execute(
        sa.select(RegistrationForm.definition, RegistrationForm.version).where(
            RegistrationForm.training_id == training_id
        )
    ).first()
    return Form(read_form(row.definition), row.version) if row else Form(first_form(), 0)


def write_definition(session: Session, training_id: int, definition: FormDefinition) -> None:
    """Make this the training's form."""
    row = session.scalar(sa.select(RegistrationForm).where(RegistrationForm.training_id == training_id))
    if row is None:
        session.add(RegistrationForm(training_id=training_id, definition=write_form(definition)))
    else:
        row.definition = write_form(definition)
    session.flush()


def without_lost_categories(session: Session, training_id: int, definition: FormDefinition) -> FormDefinition:
    """The form without what it says of categories that the training has no more."""
    known = session.scalars(sa.select(Category.id).where(Category.training_id == training_id)).all()
    return for_categories(definition, dict(zip(known, known, strict=True)))


def drop_lost_categories(session: Session, training_id: int) -> None:
    """Let the training's form forget categories that are gone: a database may give their numbers again."""
    form = form_of(session, training_id)
    fitting = without_lost_categories(session, training_id, form.definition)
    if fitting != form.definition:
        write_definition(session, training_id, fitting)


def people_who_answered(session: Session, training_id: int, key: str) -> int:
    """How many people have answered a question of the training."""
    found = (
        sa.select(sa.func.count())
        .select_from(RegistrationAnswer)
        .where(RegistrationAnswer.training_id == training_id, RegistrationAnswer.key == key)
    )
    return session.scalar(found) or 0


def copy_form(session: Session, source_id: int, target_id: int) -> None:
    """Give another training the form of this one; its categories are known again by their places."""
    form = form_of(session, source_id)
    if not form.version:
        return
    session.flush()
    old, new = (_categories(session, training_id) for training_id in (source_id, target_id))
    renamed = {category_id: new[position] for position, category_id in old.items() if position in new}
    write_definition(session, target_id, for_categories(form.definition, renamed))


def _categories(session: Session, training_id: int) -> dict[int, int]:
    found = sa.select(Category.position, Category.id).where(Category.training_id == training_id)
    return dict(session.execute(found).tuples().all())
