"""Books and papers that a class is given, and who got them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainingmgr.domain.material import MaterialKind
from trainingmgr.extensions import Model, now
from trainingmgr.models.columns import choice, not_blank


class Material(Model):
    """Something that is handed out to participants."""

    __tablename__ = "material"
    __table_args__ = (
        sa.UniqueConstraint("id", "training_id"),
        sa.UniqueConstraint("training_id", "title_zh"),
        not_blank("title_zh"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    kind: Mapped[MaterialKind] = mapped_column(choice(MaterialKind), default=MaterialKind.BOOK)
    title_zh: Mapped[str] = mapped_column(sa.String(120))
    title_en: Mapped[str] = mapped_column(sa.String(240), default="")
    is_sample: Mapped[bool] = mapped_column(default=False)


class Handout(Model):
    """One piece of material in one participant's hands."""

    __tablename__ = "handout"
    __table_args__ = (
        sa.UniqueConstraint("material_id", "registration_id"),
        sa.ForeignKeyConstraint(
            ["material_id", "training_id"],
            ["material.id", "material.training_id"],
            ondelete="CASCADE",
            name="material_of_training",
        ),
        sa.ForeignKeyConstraint(
            ["registration_id", "training_id"],
            ["registration.id", "registration.training_id"],
            ondelete="CASCADE",
            name="registration_of_training",
        ),
        sa.Index("ix_handout_registration_id", "registration_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int]
    material_id: Mapped[int]
    registration_id: Mapped[int]
    given_at: Mapped[datetime] = mapped_column(default=now)
    given_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    is_sample: Mapped[bool] = mapped_column(default=False)
