"""Lecturers asked to teach: their answers, what they send along, and what they are paid."""

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainingmgr.domain.invitation import InvitationAnswer, LectureFileKind
from trainingmgr.extensions import ExactDecimal, Model, now
from trainingmgr.models.columns import choice


class Invitation(Model):
    """That a lecturer was asked for a session, and what they answered.

    `asked_starts_at` and `asked_ends_at` are the session's times as they were asked for, or answered to.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "lecturer_id"),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("training_session.id", ondelete="CASCADE"))
    lecturer_id: Mapped[int] = mapped_column(sa.ForeignKey("lecturer.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    asked_starts_at: Mapped[datetime]
    asked_ends_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    answer: Mapped[InvitationAnswer | None] = mapped_column(choice(InvitationAnswer))
    answered_at: Mapped[datetime | None]
    word: Mapped[str] = mapped_column(sa.String(500), default="")


class LecturerFee(Model):
    """What a lecturer is paid for a training, in yuan; signed for with the typed full name."""

    __tablename__ = "lecturer_fee"
    __table_args__ = (
        sa.UniqueConstraint("training_id", "lecturer_id"),
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
        sa.CheckConstraint("(signed_at IS NULL) = (signed_name = '')", name="signature_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    lecturer_id: Mapped[int] = mapped_column(sa.ForeignKey("lecturer.id", ondelete="CASCADE"), index=True)
    amount: Mapped[Decimal] = mapped_column(ExactDecimal())
    tax_note: Mapped[str] = mapped_column(sa.String(300), default="")
    signed_name: Mapped[str] = mapped_column(sa.String(120), default="")
    signed_at: Mapped[datetime | None]


class LectureFile(Model):
    """Slides for a session, or a biography, as a lecturer sent them; participants get slides that are released."""

    __tablename__ = "lecture_file"
    __table_args__ = (
        sa.CheckConstraint("kind = 'slides' OR session_id IS NULL", name="session_of_slides"),
        sa.CheckConstraint("released_at IS NULL OR kind = 'slides'", name="slides_released"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lecturer_id: Mapped[int] = mapped_column(sa.ForeignKey("lecturer.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("training_session.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[LectureFileKind] = mapped_column(choice(LectureFileKind))
    name: Mapped[str] = mapped_column(sa.String(120))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    file_key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    uploaded_at: Mapped[datetime] = mapped_column(default=now)
    released_at: Mapped[datetime | None]
