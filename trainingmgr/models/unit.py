"""Units: ministries, departments, cities, associations, companies, media."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingmgr.domain.unit import UnitType
from trainingmgr.extensions import Model
from trainingmgr.models.columns import choice, not_blank


class Unit(Model):
    """A body known to an organisation by its name."""

    __tablename__ = "unit"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "name"),
        not_blank("name"),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_own_parent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(200), default="")
    type: Mapped[UnitType] = mapped_column(choice(UnitType), default=UnitType.OTHER)
    region: Mapped[str] = mapped_column(sa.String(60), default="")
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id", ondelete="SET NULL"), index=True)
    is_sample: Mapped[bool] = mapped_column(default=False)

    parent: Mapped["Unit | None"] = relationship(remote_side=[id])
    aliases: Mapped[list["UnitAlias"]] = relationship(cascade="all, delete-orphan", back_populates="unit")


class UnitAlias(Model):
    """Another name under which a unit stands on paper."""

    __tablename__ = "unit_alias"
    __table_args__ = (sa.UniqueConstraint("unit_id", "name"), not_blank("name"))

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(120))

    unit: Mapped[Unit] = relationship(back_populates="aliases")
