"""The buses of a training, and which of them goes along on which visit."""

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingmgr.extensions import Model
from trainingmgr.models.columns import not_blank

if TYPE_CHECKING:
    from trainingmgr.models.schedule import AnySession


class Bus(Model):
    """A bus that people of a training ride in. Its name tells it from the training's others.

    Who leads it is either a participant (`leader_registration_id`) or somebody by name (`leader`).
    """

    __tablename__ = "bus"
    __table_args__ = (
        sa.UniqueConstraint("id", "training_id"),
        sa.UniqueConstraint("training_id", "name"),
        sa.CheckConstraint("seats > 0", name="seats_positive"),
        sa.CheckConstraint("leader = '' OR leader_registration_id IS NULL", name="one_leader"),
        not_blank("name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(40))
    seats: Mapped[int]
    plate: Mapped[str] = mapped_column(sa.String(20), default="")
    driver: Mapped[str] = mapped_column(sa.String(60), default="")
    driver_phone: Mapped[str] = mapped_column(sa.String(40), default="")
    leader: Mapped[str] = mapped_column(sa.String(120), default="")
    leader_phone: Mapped[str] = mapped_column(sa.String(40), default="")
    leader_registration_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("registration.id", ondelete="SET NULL"), index=True
    )
    is_sample: Mapped[bool] = mapped_column(default=False)


class SessionBus(Model):
    """A bus that goes along on a visit, with a group that rides in it; an empty group: nobody said who rides."""

    __tablename__ = "session_bus"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "bus_id", "group_name"),
        sa.ForeignKeyConstraint(
            ["session_id", "training_id"],
            ["training_session.id", "training_session.training_id"],
            name="session_of_training",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["bus_id", "training_id"],
            ["bus.id", "bus.training_id"],
            name="bus_of_training",
            ondelete="CASCADE",
        ),
        sa.Index("ix_session_bus_bus_id", "bus_id"),
        sa.Index("ix_session_bus_training_id", "training_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int]
    session_id: Mapped[int]
    bus_id: Mapped[int]
    group_name: Mapped[str] = mapped_column(sa.String(40), default="")

    session: Mapped["AnySession"] = relationship(back_populates="rides", overlaps="bus")
    bus: Mapped[Bus] = relationship(overlaps="rides,session")
