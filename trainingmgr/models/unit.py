"""Units: ministries, departments, cities, associations, companies, media."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingmgr.domain.unit import KEY_LIMIT, AliasKind, UnitKeys, UnitType, key_of, unit_keys
from trainingmgr.extensions import Model
from trainingmgr.models.columns import choice, not_blank


def _given(context: DefaultExecutionContext) -> dict[str, Any]:
    given: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return given


# Units are made in many places, in bulk too; each has the keys that follow from its name.
def _keys(context: DefaultExecutionContext) -> UnitKeys:
    given = _given(context)
    return unit_keys(given["name"], given.get("name_en") or "")


def _name_key(context: DefaultExecutionContext) -> str:
    return key_of(_given(context)["name"])


class Unit(Model):
    """A body known to an organisation by its name.

    `name_key` is what spellings of one name share, `pinyin` orders lists, `search_text` is what the search
    box looks through; all three follow from the names (`domain.unit.unit_keys`). `division_code` is the
    GB/T 2260 code of the division that the unit governs, `uscc` its unified social credit code. The
    contact is whoever takes letters about nominations.
    """

    __tablename__ = "unit"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "name"),
        not_blank("name"),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_own_parent"),
        sa.CheckConstraint("length(uscc) IN (0, 18)", name="uscc_whole"),
        sa.CheckConstraint("length(division_code) IN (0, 6)", name="division_code_whole"),
        sa.Index("ix_unit_organisation_id_name_key", "organisation_id", "name_key"),
        sa.Index("ix_unit_organisation_id_pinyin", "organisation_id", "pinyin", "id"),
        sa.Index(
            "uq_unit_organisation_id_uscc",
            "organisation_id",
            "uscc",
            unique=True,
            sqlite_where=sa.text("uscc <> ''"),
            postgresql_where=sa.text("uscc <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(200), default="")
    name_key: Mapped[str] = mapped_column(sa.String(KEY_LIMIT), default=_name_key)
    pinyin: Mapped[str] = mapped_column(
        sa.String(KEY_LIMIT), default=lambda context: _keys(context)["pinyin"]
    )
    search_text: Mapped[str] = mapped_column(sa.Text, default=lambda context: _keys(context)["search_text"])
    type: Mapped[UnitType] = mapped_column(choice(UnitType), default=UnitType.OTHER)
    region: Mapped[str] = mapped_column(sa.String(60), default="")
    division_code: Mapped[str] = mapped_column(sa.String(6), default="")
    uscc: Mapped[str] = mapped_column(sa.String(18), default="")
    contact_name: Mapped[str] = mapped_column(sa.String(80), default="")
    contact_phone: Mapped[str] = mapped_column(sa.String(40), default="")
    contact_email: Mapped[str] = mapped_column(sa.String(254), default="")
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id", ondelete="SET NULL"), index=True)
    is_sample: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    parent: Mapped["Unit | None"] = relationship(remote_side=[id])
    aliases: Mapped[list["UnitAlias"]] = relationship(
        cascade="all, delete-orphan", back_populates="unit", order_by="UnitAlias.id"
    )

    __mapper_args__ = {"version_id_col": version}


class UnitAlias(Model):
    """Another name under which a unit stands on paper.

    `since` and `until` say from when to when it bore it, as YYYY, YYYY-MM or YYYY-MM-DD, empty where
    nobody knows.
    """

    __tablename__ = "unit_alias"
    __table_args__ = (sa.UniqueConstraint("unit_id", "name"), not_blank("name"))

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(120))
    name_key: Mapped[str] = mapped_column(sa.String(KEY_LIMIT), default=_name_key, index=True)
    kind: Mapped[AliasKind] = mapped_column(choice(AliasKind), default=AliasKind.ALIAS)
    since: Mapped[str] = mapped_column(sa.String(10), default="")
    until: Mapped[str] = mapped_column(sa.String(10), default="")

    unit: Mapped[Unit] = relationship(back_populates="aliases")
