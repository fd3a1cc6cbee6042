"""A person's place on one training, and rosters on their way in."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from trainingmgr.domain.registration import GONE_STATUSES, RegistrationStatus
from trainingmgr.extensions import Model, now
from trainingmgr.models.columns import choice
from trainingmgr.models.person import Person, new_uid
from trainingmgr.models.training import Category, Training
from trainingmgr.models.unit import Unit


class Registration(Model):
    """What one training knows of a person.

    `sort_key` repeats the person's pinyin key, so that a roster of any size is paged by one index;
    `search_text` is what the search box looks through: name, pinyin, initials, Latin name, unit,
    phone tail, in lower case; `indexed` tells that `roster_gram` holds it, which triggers take back where it changes. `unit_id` and `post` are those at the time of the class, as the paper needs them.
    `waitlisted_at` is since when somebody waits, by which the waiting list is ordered; `reason` why
    they were declined or withdrew. Both follow the status where it is set on the object; a statement
    that sets it for many sets them too (`queries.places.status_values`), or the database refuses it.
    """

    __tablename__ = "registration"
    __table_args__ = (
        sa.UniqueConstraint("training_id", "person_id"),
        sa.UniqueConstraint("id", "training_id"),
        sa.ForeignKeyConstraint(
            ["category_id", "training_id"],
            ["category.id", "category.training_id"],
            name="category_of_training",
        ),
        sa.CheckConstraint("(status = 'waitlisted') = (waitlisted_at IS NOT NULL)", name="waits_since"),
        sa.CheckConstraint("reason = '' OR status IN ('declined', 'withdrawn')", name="reason_of_gone"),
        sa.Index(
            "ix_registration_waiting",
            "training_id",
            "waitlisted_at",
            "id",
            sqlite_where=sa.text("waitlisted_at IS NOT NULL"),
            postgresql_where=sa.text("waitlisted_at IS NOT NULL"),
        ),
        sa.Index("ix_registration_roster", "training_id", "sort_key", "id"),
        sa.Index(
            "ix_registration_not_indexed",
            "training_id",
            # Said once more, or SQLite would rather take another index.
            "indexed",
            "sort_key",
            "id",
            sqlite_where=sa.text("indexed = 0"),
            postgresql_where=sa.text("NOT indexed"),
        ),
        sa.Index("ix_registration_of_unit", "training_id", "unit_id", "sort_key", "id"),
        sa.Index("ix_registration_roster_status", "training_id", "status", "sort_key", "id"),
        sa.Index("ix_registration_roster_group", "training_id", "group_name", "sort_key", "id"),
        sa.Index("ix_registration_roster_category", "training_id", "category_id", "sort_key", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    category_id: Mapped[int | None]
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id", ondelete="SET NULL"), index=True)
    post: Mapped[str] = mapped_column(sa.String(120), default="")
    group_name: Mapped[str] = mapped_column(sa.String(40), default="")
    latin_name: Mapped[str] = mapped_column(sa.String(120), default="")
    status: Mapped[RegistrationStatus] = mapped_column(
        choice(RegistrationStatus), default=RegistrationStatus.CONFIRMED
    )
    arrived_at: Mapped[datetime | None]
    waitlisted_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    sort_key: Mapped[str] = mapped_column(sa.String(240))
    search_text: Mapped[str] = mapped_column(sa.Text)
    indexed: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    training: Mapped[Training] = relationship()
    person: Mapped[Person] = relationship()
    unit: Mapped[Unit | None] = relationship()
    category: Mapped[Category | None] = relationship(
        primaryjoin="Registration.category_id == Category.id",
        foreign_keys="Registration.category_id",
        viewonly=True,
    )

    __mapper_args__ = {"version_id_col": version}

    @validates("status")
    def _follow(self, _name: str, value: RegistrationStatus | str) -> RegistrationStatus:
        status = RegistrationStatus(value)
        if status is not RegistrationStatus.WAITLISTED:
            self.waitlisted_at = None
        elif self.waitlisted_at is None:
            self.waitlisted_at = now()
        if status not in GONE_STATUSES:
            self.reason = ""
        return status


class RegistrationTally(Model):
    """How many registrations a training has in each status; kept by triggers, never written by code."""

    __tablename__ = "registration_tally"

    training_id: Mapped[int] = mapped_column(
        sa.ForeignKey("training.id", ondelete="CASCADE"), primary_key=True
    )
    status: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    people: Mapped[int] = mapped_column(default=0)


class RosterGram(Model):
    """A beginning or a pair of signs by which somebody is found in a large roster (`domain.registration.grams`)."""

    __tablename__ = "roster_gram"
    __table_args__ = (
        sa.PrimaryKeyConstraint("training_id", "gram", "sort_key", "registration_id"),
        {"sqlite_with_rowid": False, "info": {"goes_along": True}},
    )

    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    gram: Mapped[str] = mapped_column(sa.String(6))
    sort_key: Mapped[str] = mapped_column(sa.String(240))
    registration_id: Mapped[int] = mapped_column(
        sa.ForeignKey("registration.id", ondelete="CASCADE"), index=True
    )


class ImportDraft(Model):
    """An uploaded file between preview and confirmation; its bytes are sealed, since they may hold ID numbers.

    `mapping` says what the columns of a roster hold. That of another kind of file says which.
    """

    __tablename__ = "import_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(24), unique=True, default=new_uid)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    file_name: Mapped[str] = mapped_column(sa.String(255))
    content_sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
