"""What a training asks of those who register, what they answered, and what they consented to."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainingmgr.domain.registration_form import ConsentBy
from trainingmgr.extensions import Model, now
from trainingmgr.models.columns import choice, not_blank


class RegistrationForm(Model):
    """A training's own form, as `domain.registration_form` reads it; a training without one has the first form."""

    __tablename__ = "registration_form"
    __table_args__ = (sa.UniqueConstraint("training_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    definition: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class RegistrationAnswer(Model):
    """What was answered in one box of a form.

    A sensitive answer is sealed for `registration_answer:<registration_id>:<key>` and kept until
    `keep_until`, the last day on which anybody needs it.
    """

    __tablename__ = "registration_answer"
    __table_args__ = (
        sa.UniqueConstraint("registration_id", "key"),
        sa.ForeignKeyConstraint(
            ["registration_id", "training_id"],
            ["registration.id", "registration.training_id"],
            ondelete="CASCADE",
            name="registration_of_training",
        ),
        sa.CheckConstraint("(value = '') = (value_sealed IS NOT NULL)", name="either_plain_or_sealed"),
        sa.Index("ix_registration_answer_training_id_key", "training_id", "key"),
        sa.Index(
            "ix_registration_answer_keep_until",
            "keep_until",
            sqlite_where=sa.text("keep_until IS NOT NULL"),
            postgresql_where=sa.text("keep_until IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int]
    registration_id: Mapped[int]
    key: Mapped[str] = mapped_column(sa.String(40))
    value: Mapped[str] = mapped_column(sa.Text, default="")
    value_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    keep_until: Mapped[date | None]
    changed_at: Mapped[datetime] = mapped_column(default=now)


class Consent(Model):
    """That somebody consented to one sensitive field, in the words that they were shown; one in force at a time.

    `withdrawn_at` is when it ended: taken back, or the ID document that it covers let go, its time being over.
    """

    __tablename__ = "consent"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["registration_id", "training_id"],
            ["registration.id", "registration.training_id"],
            ondelete="CASCADE",
            name="registration_of_training",
        ),
        sa.Index(
            "uq_consent_in_force",
            "registration_id",
            "key",
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
        sa.Index("ix_consent_training_id_key", "training_id", "key"),
        not_blank("text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int]
    registration_id: Mapped[int] = mapped_column(index=True)
    key: Mapped[str] = mapped_column(sa.String(40))
    text: Mapped[str] = mapped_column(sa.Text)
    given_by: Mapped[ConsentBy] = mapped_column(choice(ConsentBy))
    keep_until: Mapped[date]
    given_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
