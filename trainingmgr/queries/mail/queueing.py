"""Writing a mail down in the transaction of what it tells of; a worker sends it once that is committed."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.crypto import without_tokens
from trainingmgr.domain.chinese import date_range_en, date_range_zh
from trainingmgr.domain.mail import MailKind, MailStatus, Template, built_in, render, variables
from trainingmgr.domain.person import clean_email
from trainingmgr.domain.refusal import Refusal
from trainingmgr.models import MailMessage, MailServer, MailTemplate, Organisation, Registration, Training

MAX_NAME = 120
_ADDRESSES = ("link", "calendar")


class Mailing:
    """Mails of one kind in one language: what they share is read once, however many they are.

    For samples, and where the organisation has no mail server, mails are kept in the outbox and not sent.
    """

    def __init__(
        self,
        session: Session,
        *,
        organisation_id: int,
        kind: MailKind,
        language: str,
        training_id: int | None = None,
    ) -> None:
        self._session, self._kind = session, kind
        self._organisation_id, self._training_id = organisation_id, training_id
        self._language = "en" if language == "en" else "zh"
        organisation = session.get_one(Organisation, organisation_id)
        training = session.get_one(Training, training_id) if training_id is not None else None
        if training is not None and training.organisation_id != organisation_id:
            raise ValueError("the training belongs to another organisation")
        # Who tries the program out in the demo's organisation makes trainings of their own there.
        self._is_sample = organisation.is_sample if training is None else training.is_sample
        self._status = (
            MailStatus.KEPT
            if self._is_sample or not has_server(session, organisation_id)
            else MailStatus.QUEUED
        )
        self._template = template_of(session, organisation_id, kind, self._language)
        self._shared = shared_values(organisation, training, self._language)

    def add(
        self,
        *,
        to_name: str,
        to_address: str,
        values: Mapping[str, str],
        registration_id: int | None = None,
        certificate_id: int | None = None,
        unit_id: int | None = None,
        lecturer_id: int | None = None,
        calendar: str | None = None,
        is_sample: bool = False,
    ) -> MailMessage:
        """Add one mail to the running transaction, as `queue` does; with `is_sample` it is kept in any case.

        The secret parts of the addresses `link` and `calendar` are left out until it leaves (`hidden.whole`).
        """
        letter = render(self._template, self._complete(to_name, values))
        row = MailMessage(
            organisation_id=self._organisation_id,
            training_id=self._training_id,
            registration_id=registration_id,
            certificate_id=certificate_id,
            unit_id=unit_id,
            lecturer_id=lecturer_id,
            kind=self._kind,
            language=self._language,
            to_name=to_name[:MAX_NAME],
            to_address=usable_address(to_address),
            subject=letter.subject,
            body=letter.body,
            calendar=calendar or "",
            is_sample=is_sample or self._is_sample,
            status=self.status(is_sample=is_sample),
        )
        self._session.add(row)
        return row

    def status(self, *, is_sample: bool) -> MailStatus:
        """What a mail begins with: whether it is to be sent, or is only kept."""
        return MailStatus.KEPT if is_sample else self._status

    def _complete(self, to_name: str, values: Mapping[str, str]) -> dict[str, str]:
        addresses = {name: without_tokens(values[name]) for name in _ADDRESSES if name in values}
        whole = {"name": to_name} | self._shared | dict(values) | addresses
        missing = [one.name for one in variables(self._kind) if one.name not in whole]
        if missing:
            raise ValueError(f"a mail of kind {self._kind} needs values for {', '.join(missing)}")
        return whole


def queue(
    session: Session,
    *,
    organisation_id: int,
    kind: MailKind,
    language: str,
    to_name: str,
    to_address: str,
    values: Mapping[str, str],
    training_id: int | None = None,
    registration_id: int | None = None,
    certificate_id: int | None = None,
    unit_id: int | None = None,
    calendar: str | None = None,
) -> MailMessage:
    """Write a mail into the running transaction: it goes out once that is committed, and not if it is not.

    The text is the organisation's own for `kind` and `language` (`zh` or `en`), else the program's. `values`
    needs every variable of the kind (`domain.mail.variables`; "" for what is not known) but `name`,
    `training`, `dates`, `place` and `organisation`, which are filled in from the arguments. `calendar` is the
    text of an ics file that goes along. For many mails of one kind use `Mailing`.

    Raises Refusal `mail.address_missing`, or `email_invalid` (value); ValueError for a value that is missing.
    """
    mailing = Mailing(
        session, organisation_id=organisation_id, kind=kind, language=language, training_id=training_id
    )
    return mailing.add(
        to_name=to_name,
        to_address=to_address,
        values=values,
        registration_id=registration_id,
        certificate_id=certificate_id,
        unit_id=unit_id,
        calendar=calendar,
        is_sample=registration_id is not None and _is_sample(session, registration_id),
    )


def _is_sample(session: Session, registration_id: int) -> bool:
    return bool(session.scalar(sa.select(Registration.is_sample).where(Registration.id == registration_id)))


def usable_address(address: str) -> str:
    """The address as mail servers take it. Raises Refusal `mail.address_missing`, `email_invalid` (value)."""
    cleaned = clean_email(address)
    if not cleaned:
        raise Refusal("mail.address_missing")
    return cleaned


def has_server(session: Session, organisation_id: int) -> bool:
    """Whether the organisation has set a mail server."""
    found = sa.select(MailServer.id).where(MailServer.organisation_id == organisation_id)
    return session.scalar(found) is not None


def template_of(session: Session, organisation_id: int, kind: MailKind, language: str) -> Template:
    """The text that mails of this kind are written from: the organisation's own, else the program's."""
    row = session.execute(
        sa.select(MailTemplate.subject, MailTemplate.body).where(
            MailTemplate.organisation_id == organisation_id,
            MailTemplate.kind == kind,
            MailTemplate.language == language,
        )
    ).first()
    return Template(row.subject, row.body) if row else built_in(kind, language)


def shared_values(organisation: Organisation, training: Training | None, language: str) -> dict[str, str]:
    """What is the same for everybody who gets a mail about the training."""

    def of(record: object, field: str) -> str:
        zh, en = getattr(record, f"{field}_zh"), getattr(record, f"{field}_en")
        return str((en or zh) if language == "en" else (zh or en))

    if training is None:
        return {"organisation": of(organisation, "name"), "training": "", "dates": "", "place": ""}
    span = date_range_en if language == "en" else date_range_zh
    return {
        "organisation": of(organisation, "name"),
        "training": of(training, "title"),
        "dates": span(training.start_date, training.end_date),
        "place": of(training, "place"),
    }
