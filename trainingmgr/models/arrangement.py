"""Groups, rooms and tables of a training, who is in which (and in which bus), and what is wished of that."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainingmgr.domain.arrangement import ArrangementKind, Relation
from trainingmgr.extensions import Model
from trainingmgr.models.columns import choice, not_blank


def _of_training(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column, "training_id"],
        [f"{table}.id", f"{table}.training_id"],
        ondelete="CASCADE",
        name=f"{table}_of_training",
    )


class TrainingGroup(Model):
    """A group that people are to be put into, before anybody is; `size` is how many it takes, None any number.

    Who is in a group stands in `registration.group_name`; this row is found by its name.
    """

    __tablename__ = "training_group"
    __table_args__ = (
        sa.UniqueConstraint("training_id", "name"),
        sa.CheckConstraint("size > 0", name="size_positive"),
        not_blank("name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(40))
    size: Mapped[int | None]


class LodgingRoom(Model):
    """A room that participants sleep in; `note` says on which floor, or what else helps to find it."""

    __tablename__ = "lodging_room"
    __table_args__ = (
        sa.UniqueConstraint("id", "training_id"),
        sa.UniqueConstraint("training_id", "name"),
        sa.CheckConstraint("beds BETWEEN 1 AND 20", name="beds"),
        not_blank("name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(40))
    beds: Mapped[int]
    note: Mapped[str] = mapped_column(sa.String(120), default="")
    is_sample: Mapped[bool] = mapped_column(default=False)


class DiningTable(Model):
    """A table that participants sit at."""

    __tablename__ = "dining_table"
    __table_args__ = (
        sa.UniqueConstraint("id", "training_id"),
        sa.UniqueConstraint("training_id", "name"),
        sa.CheckConstraint("seats BETWEEN 1 AND 200", name="seats"),
        not_blank("name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(40))
    seats: Mapped[int]
    note: Mapped[str] = mapped_column(sa.String(120), default="")
    is_sample: Mapped[bool] = mapped_column(default=False)


class Placement(Model):
    """Where a participant is put, and whether that is held. Of groups there is a row only for those held."""

    __tablename__ = "placement"
    __table_args__ = (
        sa.UniqueConstraint("registration_id", "kind"),
        _of_training("registration_id", "registration"),
        _of_training("room_id", "lodging_room"),
        _of_training("table_id", "dining_table"),
        _of_training("bus_id", "bus"),
        sa.CheckConstraint("(kind = 'room') = (room_id IS NOT NULL)", name="room_of_kind"),
        sa.CheckConstraint("(kind = 'table') = (table_id IS NOT NULL)", name="table_of_kind"),
        sa.CheckConstraint("(kind = 'bus') = (bus_id IS NOT NULL)", name="bus_of_kind"),
        sa.CheckConstraint("kind <> 'group' OR pinned", name="group_held"),
        sa.Index("ix_placement_training_id_kind", "training_id", "kind"),
        sa.Index("ix_placement_room_id", "room_id"),
        sa.Index("ix_placement_table_id", "table_id"),
        sa.Index("ix_placement_bus_id", "bus_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int]
    registration_id: Mapped[int]
    kind: Mapped[ArrangementKind] = mapped_column(choice(ArrangementKind))
    room_id: Mapped[int | None]
    table_id: Mapped[int | None]
    bus_id: Mapped[int | None]
    pinned: Mapped[bool] = mapped_column(default=False)


class ArrangementWish(Model):
    """A demand on certain participants, for one kind of container."""

    __tablename__ = "arrangement_wish"
    __table_args__ = (
        sa.UniqueConstraint("id", "training_id"),
        sa.Index("ix_arrangement_wish_training_id_kind", "training_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    kind: Mapped[ArrangementKind] = mapped_column(choice(ArrangementKind))
    relation: Mapped[Relation] = mapped_column(choice(Relation))


class ArrangementWishPerson(Model):
    """One whom a wish is about."""

    __tablename__ = "arrangement_wish_person"
    __table_args__ = (
        _of_training("wish_id", "arrangement_wish"),
        _of_training("registration_id", "registration"),
        sa.UniqueConstraint("wish_id", "registration_id"),
        sa.Index("ix_arrangement_wish_person_registration_id", "registration_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wish_id: Mapped[int]
    registration_id: Mapped[int]
    training_id: Mapped[int]


class ArrangementRank(Model):
    """A rank of posts, 1 being the highest: `words` are those that tell it, parted by spaces."""

    __tablename__ = "arrangement_rank"
    __table_args__ = (
        sa.UniqueConstraint("training_id", "position"),
        sa.CheckConstraint("position > 0", name="position_positive"),
        not_blank("words"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    position: Mapped[int]
    words: Mapped[str] = mapped_column(sa.String(200))


class Arrangement(Model):
    """What is ticked for one kind of container, and the proposal that waits for a word.

    `aims` is a `domain.arrangement.Aims`, `proposal` a `domain.arrangement.Proposal`.
    """

    __tablename__ = "arrangement"
    __table_args__ = (
        sa.UniqueConstraint("training_id", "kind"),
        sa.CheckConstraint("(proposal IS NULL) = (proposed_at IS NULL)", name="proposal_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    kind: Mapped[ArrangementKind] = mapped_column(choice(ArrangementKind))
    aims: Mapped[dict[str, Any]]
    proposal: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    proposed_at: Mapped[datetime | None]
