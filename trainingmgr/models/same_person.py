"""Who is the same person as whom: those told apart for good, and merges that can still be taken back."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainingmgr.extensions import Model, now


class ApartPeople(Model):
    """Two people who look like one and were said to be two; the one with the lower id comes first."""

    __tablename__ = "apart_people"
    __table_args__ = (
        sa.UniqueConstraint("low_id", "high_id"),
        sa.CheckConstraint("low_id < high_id", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    low_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    high_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)


class ApartUnits(Model):
    """Two units whose names look like one's and that were said to be two; as `ApartPeople`."""

    __tablename__ = "apart_units"
    __table_args__ = (
        sa.UniqueConstraint("low_id", "high_id"),
        sa.CheckConstraint("low_id < high_id", name="in_order"),
        # A mark is no use of a unit, and goes where one of the two does.
        {"info": {"goes_along": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    low_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id", ondelete="CASCADE"))
    high_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id", ondelete="CASCADE"), index=True)


class PersonMerge(Model):
    """What is needed to take a merge back: kept for a day, and no longer than the person that it made.

    `sealed` holds the steps as text, sealed for `person_merge:<organisation_id>:<gone_id>`; `photo` is the
    SHA-256 of a photograph that nobody has any more unless the merge is taken back. It does not lie in
    the audit entry that tells of the merge, since that is kept for ever.
    """

    __tablename__ = "person_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_entry.id", ondelete="CASCADE"), unique=True)
    kept_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    gone_id: Mapped[int]
    sealed: Mapped[str] = mapped_column(sa.Text)
    photo: Mapped[str] = mapped_column(sa.String(64), default="")
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
