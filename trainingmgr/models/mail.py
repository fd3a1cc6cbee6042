"""Mail as rows: written with the change that it tells of, sent in the background."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainingmgr.domain.mail import MailStatus
from trainingmgr.extensions import Model, now
from trainingmgr.models.columns import choice, not_blank
from trainingmgr.models.person import new_uid


class MailMessage(Model):
    """One mail to one address. `certificate_id` names the certificate that goes with it as a file."""

    __tablename__ = "mail_message"
    __table_args__ = (
        sa.Index("ix_mail_message_status_id", "status", "id"),
        sa.UniqueConstraint("certificate_id"),
        not_blank("to_address"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(24), unique=True, default=new_uid)
    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    training_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("training.id", ondelete="CASCADE"), index=True
    )
    registration_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("registration.id", ondelete="SET NULL"), index=True
    )
    certificate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificate.id", ondelete="CASCADE"))
    to_name: Mapped[str] = mapped_column(sa.String(120), default="")
    to_address: Mapped[str] = mapped_column(sa.String(254))
    subject: Mapped[str] = mapped_column(sa.String(300))
    body: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(8), default="zh")
    status: Mapped[MailStatus] = mapped_column(choice(MailStatus), default=MailStatus.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(sa.String(300), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
