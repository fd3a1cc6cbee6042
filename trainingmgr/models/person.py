"""People, as an organisation knows them over all its trainings."""

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingmgr.extensions import Model, now
from trainingmgr.models.columns import not_blank
from trainingmgr.models.unit import Unit


def new_uid() -> str:
    """A name for a row that stands before the row has a number."""
    return secrets.token_hex(12)


class Person(Model):
    """Somebody who takes part. Known by ID document where given, else by name with unit or phone.

    `id_sealed` is the ID number sealed for `person:<uid>:id_number`; `id_index` finds equal numbers
    without opening them; `id_masked` is what screens show. `phone` is normalised (E.164, extension
    as `;ext=`), `phone_tail` its last four digits. `name_key` is what equal names share, `pinyin`
    the key by which names are ordered. `photo` is the SHA-256 of the photograph in the storage,
    `page_key` the secret in the address of the person's own page, if it was opened.
    """

    __tablename__ = "person"
    __table_args__ = (
        sa.UniqueConstraint("id", "organisation_id"),
        sa.Index(
            "uq_person_organisation_id_id_index",
            "organisation_id",
            "id_index",
            unique=True,
            sqlite_where=sa.text("id_index IS NOT NULL"),
            postgresql_where=sa.text("id_index IS NOT NULL"),
        ),
        sa.CheckConstraint(
            "(id_sealed IS NULL) = (id_index IS NULL) AND (id_sealed IS NULL) = (id_type = '')",
            name="id_whole",
        ),
        sa.Index("ix_person_organisation_id_name_key", "organisation_id", "name_key"),
        sa.Index(
            "ix_person_organisation_id_phone_pinyin",
            "organisation_id",
            "phone",
            "pinyin",
            sqlite_where=sa.text("phone <> ''"),
            postgresql_where=sa.text("phone <> ''"),
        ),
        sa.Index(
            "ix_person_photo",
            "photo",
            sqlite_where=sa.text("photo <> ''"),
            postgresql_where=sa.text("photo <> ''"),
        ),
        not_blank("name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(24), unique=True, default=new_uid)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(120))
    name_key: Mapped[str] = mapped_column(sa.String(120))
    pinyin: Mapped[str] = mapped_column(sa.String(240))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id", ondelete="SET NULL"), index=True)
    sex: Mapped[str] = mapped_column(sa.String(8), default="")
    ethnicity: Mapped[str] = mapped_column(sa.String(40), default="")
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    phone_tail: Mapped[str] = mapped_column(sa.String(4), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    id_type: Mapped[str] = mapped_column(sa.String(24), default="")
    id_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    id_index: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))
    id_masked: Mapped[str] = mapped_column(sa.String(40), default="")
    photo: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")
    page_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit | None] = relationship()

    __mapper_args__ = {"version_id_col": version}
