"""How a lecturer or a site was judged, as the organiser keeps it by hand."""

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainingmgr.extensions import ExactDecimal, Model, now


class Evaluation(Model):
    """A score from 1 to 5 with words, of a lecturer or a site. `occasion` names the training in plain text."""

    __tablename__ = "evaluation"
    __table_args__ = (
        sa.CheckConstraint("(lecturer_id IS NULL) = (site_id IS NOT NULL)", name="of_one"),
        # In hundredths on SQLite, so that neither bound is written for one database alone.
        sa.CheckConstraint("score > 0", name="score_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lecturer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("lecturer.id", ondelete="CASCADE"), index=True
    )
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"), index=True)
    training_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("training.id", ondelete="SET NULL"), index=True
    )
    occasion: Mapped[str] = mapped_column(sa.String(160))
    score: Mapped[Decimal] = mapped_column(ExactDecimal())
    words: Mapped[str] = mapped_column(sa.String(1000), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
