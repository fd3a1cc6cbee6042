"""Mail as rows, written with the change that it tells of and sent in the background; an organisation's mail server and texts."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainingmgr.domain.mail import MailFault, MailKind, MailSecurity, MailStatus
from trainingmgr.extensions import Model, now
from trainingmgr.models.columns import choice, not_blank
from trainingmgr.models.person import new_uid


class MailMessage(Model):
    """One mail to one address. `certificate_id` names the certificate that goes with it as a file.

    A certificate has one mail of its own; those that the organiser sends again name in `repeats_id` what
    they repeat, and what was repeated once is not repeated a second time. `worker` is whoever has the mail
    in hand until `lease_until`; `due_at` is when it may be tried. `fault` tells what went wrong, `answer`
    what the server said, be it good or bad. `batch` is shared by what was sent to many at once, each of
    whom gets it once. Subject and body lack the secret parts of addresses, which are put in when the mail leaves
    (`queries.mail.hidden`). Where somebody's data was erased (`erased_at`), address, name and text are gone.
    """

    __tablename__ = "mail_message"
    __table_args__ = (
        sa.Index("ix_mail_message_status_id", "status", "id"),
        sa.Index("ix_mail_message_organisation_id_id", "organisation_id", "id"),
        sa.Index("ix_mail_message_organisation_id_status_id", "organisation_id", "status", "id"),
        sa.Index("ix_mail_message_training_id_id", "training_id", "id"),
        sa.Index("ix_mail_message_training_id_status_id", "training_id", "status", "id"),
        sa.Index("ix_mail_message_certificate_id", "certificate_id", "id"),
        sa.Index(
            "uq_mail_message_certificate_id",
            "certificate_id",
            unique=True,
            sqlite_where=sa.text("repeats_id IS NULL"),
            postgresql_where=sa.text("repeats_id IS NULL"),
        ),
        sa.UniqueConstraint("repeats_id"),
        sa.Index(
            "uq_mail_message_batch_registration_id",
            "batch",
            "registration_id",
            unique=True,
            sqlite_where=sa.text("batch <> ''"),
            postgresql_where=sa.text("batch <> ''"),
        ),
        sa.CheckConstraint(
            "(length(trim(to_address)) > 0) = (erased_at IS NULL)", name="address_unless_erased"
        ),
        sa.CheckConstraint("erased_at IS NULL OR (subject = '' AND body = '')", name="erased_is_bare"),
        sa.CheckConstraint("NOT is_sample OR status IN ('kept', 'cancelled')", name="sample_is_never_sent"),
        sa.CheckConstraint("status <> 'sending' OR lease_until IS NOT NULL", name="sending_has_lease"),
        sa.CheckConstraint("lease_until IS NULL OR status IN ('queued', 'sending')", name="lease_under_way"),
        sa.CheckConstraint("language IN ('zh', 'en')", name="language"),
        sa.CheckConstraint("repeats_id IS NULL OR repeats_id < id", name="repeats_an_earlier_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(24), unique=True, default=new_uid)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    training_id: Mapped[int | None] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    registration_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("registration.id", ondelete="SET NULL"), index=True
    )
    certificate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificate.id", ondelete="CASCADE"))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id", ondelete="SET NULL"), index=True)
    lecturer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("lecturer.id", ondelete="SET NULL"), index=True
    )
    repeats_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mail_message.id", ondelete="CASCADE"))
    kind: Mapped[MailKind] = mapped_column(choice(MailKind))
    language: Mapped[str] = mapped_column(sa.String(8), default="zh")
    to_name: Mapped[str] = mapped_column(sa.String(120), default="")
    to_address: Mapped[str] = mapped_column(sa.String(254))
    subject: Mapped[str] = mapped_column(sa.String(300))
    body: Mapped[str] = mapped_column(sa.Text)
    calendar: Mapped[str] = mapped_column(sa.Text, default="")
    batch: Mapped[str] = mapped_column(sa.String(24), default="")
    is_sample: Mapped[bool] = mapped_column(default=False)
    status: Mapped[MailStatus] = mapped_column(choice(MailStatus), default=MailStatus.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    fault: Mapped[MailFault] = mapped_column(choice(MailFault), default=MailFault.NONE)
    answer: Mapped[str] = mapped_column(sa.String(300), default="")
    worker: Mapped[str] = mapped_column(sa.String(60), default="")
    lease_until: Mapped[datetime | None]
    due_at: Mapped[datetime] = mapped_column(default=now)
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]


class MailServer(Model):
    """The mail server that an organisation sends by, and the mailbox that bounces come back to, if there is one.

    Passwords are sealed for `mail_server:<organisation_id>:password` and `:imap_password`. While `held_until`
    is ahead, nothing is tried: `fault` and `error` say what the server last answered. `read_from` is the number
    in the mailbox up to which it was read, under `read_validity`.
    """

    __tablename__ = "mail_server"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id"),
        sa.CheckConstraint("port BETWEEN 1 AND 65535 AND imap_port BETWEEN 1 AND 65535", name="ports"),
        not_blank("host"),
        not_blank("sender_address"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    host: Mapped[str] = mapped_column(sa.String(254))
    port: Mapped[int] = mapped_column(default=465)
    security: Mapped[MailSecurity] = mapped_column(choice(MailSecurity), default=MailSecurity.TLS)
    username: Mapped[str] = mapped_column(sa.String(254), default="")
    password_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    sender_name: Mapped[str] = mapped_column(sa.String(120), default="")
    sender_address: Mapped[str] = mapped_column(sa.String(254))
    reply_to: Mapped[str] = mapped_column(sa.String(254), default="")
    imap_host: Mapped[str] = mapped_column(sa.String(254), default="")
    imap_port: Mapped[int] = mapped_column(default=993)
    imap_security: Mapped[MailSecurity] = mapped_column(
        choice(MailSecurity, "imapsecurity"), default=MailSecurity.TLS
    )
    imap_username: Mapped[str] = mapped_column(sa.String(254), default="")
    imap_password_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    imap_folder: Mapped[str] = mapped_column(sa.String(120), default="INBOX")
    held_until: Mapped[datetime | None]
    holds: Mapped[int] = mapped_column(default=0)
    fault: Mapped[MailFault] = mapped_column(choice(MailFault), default=MailFault.NONE)
    error: Mapped[str] = mapped_column(sa.String(300), default="")
    read_validity: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    read_from: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    read_at: Mapped[datetime | None]
    read_error: Mapped[str] = mapped_column(sa.String(300), default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class MailTemplate(Model):
    """An organisation's own text in place of the program's, for one kind of mail in one language."""

    __tablename__ = "mail_template"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "kind", "language"),
        sa.CheckConstraint("language IN ('zh', 'en')", name="language"),
        not_blank("subject"),
        not_blank("body"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    kind: Mapped[MailKind] = mapped_column(choice(MailKind))
    language: Mapped[str] = mapped_column(sa.String(8))
    subject: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
