"""What a certificate will say: the facts of a training, those of a holder, and who may get one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.token import claims_of, write_token
from trainingmgr.domain.attendance import EARNING, CountedSession, hours_of_tracks, planned_hours, track
from trainingmgr.domain.certificate import (
    FOR_LECTURERS,
    CertificateKind,
    CertificateLanguage,
    CertificateSnapshot,
    verify_url,
)
from trainingmgr.domain.chinese import book_title, join_en, join_zh
from trainingmgr.domain.public_address import address_of
from trainingmgr.domain.registration import PRESENT_STATUSES
from trainingmgr.domain.training import HostRole
from trainingmgr.extensions import keyring, now, settings
from trainingmgr.models import Attendance, Job, Lecturer, Person, Registration, Training, TrainingHost, Unit
from trainingmgr.queries import eligibility
from trainingmgr.queries.certificate import lecturers
from trainingmgr.queries.certificate.offers import Offer


@dataclass(frozen=True, slots=True)
class Holder:
    """One participant or lecturer as the paper names them; `detail` is set where namesakes need it.

    `id` is that of the registration, or of the lecturer. `hours` are those of the holder's own track, or those
    earned where a paper is about them or where they are more, with a group that the holder was in before; None
    for those that the whole class is offered.
    """

    id: int
    name: str
    latin_name: str
    detail: str
    is_sample: bool
    unit: str = ""
    unit_en: str = ""
    post: str = ""
    photo: str = ""
    topic_zh: str = ""
    topic_en: str = ""
    hours: Decimal | None = None


def public_address() -> str:
    """Where a printed QR leads. Without a public address it leads to this machine, for samples alone."""
    return settings.public_url or address_of(settings.host, settings.port)


def default_issue_date(training: Training) -> date:
    """The date on the paper unless the organiser chooses another: the training's own, else its last day."""
    return training.issue_date or training.end_date


def comes_early(training: Training, kind: CertificateKind) -> bool:
    """Whether what is issued today certifies something that goes on: the training's last day is still to come.

    Lecturers are appointed before they teach, and what samples are given can be taken away again.
    """
    if training.is_sample or kind is CertificateKind.APPOINTMENT:
        return False
    return now().astimezone(ZoneInfo(training.time_zone)).date() < training.end_date


def draft(
    session: Session, training: Training, issue_date: date, offer: Offer | None = None
) -> CertificateSnapshot:
    """A snapshot with every fact of the training, and nobody's name and number yet.

    Of a completion certificate in the training's language, or of the kind that is offered.

    A certificate in both languages is printed in Chinese alone where the training has no English title
    or a host no English name, since the English sentence would have a gap.
    """
    hosts = session.execute(
        sa.select(TrainingHost.role, Unit.name, Unit.name_en)
        .join(Unit, Unit.id == TrainingHost.unit_id)
        .where(TrainingHost.training_id == training.id)
        .order_by(TrainingHost.position)
    ).all()
    names_zh = _by_role((row.role, row.name) for row in hosts)
    names_en = _by_role((row.role, row.name_en) for row in hosts)
    host_en = join_en(names_en[HostRole.HOST]) if all(names_en[HostRole.HOST]) else ""
    return CertificateSnapshot(
        language=_language(training, host_en, offer),
        kind=offer.kind if offer else CertificateKind.COMPLETION,
        serial="",
        code="",
        verify_url="",
        holder_name="",
        training_title_zh=training.title_zh,
        training_title_en=training.title_en,
        host_zh=join_zh(names_zh[HostRole.HOST]),
        host_en=host_en,
        place_zh=training.place_zh,
        place_en=training.place_en,
        start_date=training.start_date,
        end_date=training.end_date,
        class_hours=_planned_hours(session, training),
        issue_date=issue_date,
        is_sample=training.is_sample,
        co_hosts_zh=tuple(names_zh[HostRole.CO_HOST]),
        co_hosts_en=tuple(names_en[HostRole.CO_HOST]) if all(names_en[HostRole.CO_HOST]) else (),
        signature_zh=_lines(training.signature_zh),
        signature_en=_lines(training.signature_en),
    )


def _by_role(pairs: Iterable[tuple[HostRole, str]]) -> dict[HostRole, list[str]]:
    names: dict[HostRole, list[str]] = defaultdict(list)
    for role, name in pairs:
        names[role].append(name)
    return names


def _language(training: Training, host_en: str, offer: Offer | None) -> CertificateLanguage:
    language = CertificateLanguage(offer.language if offer else training.certificate_language)
    if language is CertificateLanguage.BOTH and not (training.title_en.strip() and host_en):
        return CertificateLanguage.ZH
    return language


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _planned_hours(session: Session, training: Training) -> Decimal:
    return hours_of_tracks(eligibility.counted_sessions(session, training.id))[1]


def completed(blank: CertificateSnapshot, holder: Holder, serial: str, code: str) -> CertificateSnapshot:
    """The snapshot of one holder's certificate: `blank` (from `draft`) with name, serial and address."""
    named = replace(
        blank,
        serial=serial,
        code=code,
        holder_name=holder.name,
        holder_latin_name=holder.latin_name or None,
        holder_detail=holder.detail or None,
        holder_unit=holder.unit,
        holder_unit_en=holder.unit_en,
        holder_post=holder.post,
        photo=holder.photo,
        topic_zh=holder.topic_zh,
        topic_en=holder.topic_en,
        class_hours=blank.class_hours if holder.hours is None else holder.hours,
        is_sample=blank.is_sample or holder.is_sample,
    )
    # A preview has no code, and so nothing to be proved.
    proof = write_token(keyring.token_keys, claims_of(named)) if code else ""
    return replace(named, verify_url=verify_url(public_address(), serial, proof))


def lecturer_holders(
    session: Session, training: Training, offer: Offer, ids: Collection[int]
) -> dict[int, Holder]:
    """The lecturers `ids` of a training as holders of a letter, by id; those who teach nothing there are left out."""
    return {
        one.lecturer_id: Holder(
            id=one.lecturer_id,
            name=one.name,
            latin_name=one.latin_name,
            detail="",
            is_sample=one.is_sample,
            unit=one.unit,
            unit_en=one.unit_en,
            post=one.title_zh,
            topic_zh="、".join(book_title(topic) for topic in one.topics_zh),
            topic_en="; ".join(one.topics_en),
            # Hours of a session belong to all who teach in it, so none are stated.
            hours=Decimal(0),
        )
        for one in lecturers.candidates(session, training, offer.kind, ids)
    }


def holders(session: Session, training: Training, registrations: Collection[int]) -> dict[int, Holder]:
    """The holders of `registrations` by id, with the hours of their tracks; those of another training are left out."""
    sessions = eligibility.counted_sessions(session, training.id)
    in_tracks = any(one.groups for one in sessions)
    columns = (
        Registration.id,
        Registration.latin_name,
        Registration.is_sample,
        Registration.status,
        Person.name,
        Person.name_key,
        Person.id_masked,
        Person.phone_tail,
        Person.photo,
        Registration.post,
        Registration.group_name,
        Unit.name.label("unit"),
        sa.func.coalesce(Unit.name_en, "").label("unit_en"),
    )
    of_training = (
        sa.select(*columns)
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(Unit, Unit.id == Registration.unit_id)
        .where(Registration.training_id == training.id)
    )
    wanted = session.execute(of_training.where(Registration.id.in_(registrations))).all()
    earned = _earned(session, sessions, registrations) if in_tracks else {}
    keys = {row.name_key for row in wanted}
    alike: dict[str, list[Any]] = defaultdict(list)
    for row in session.execute(
        of_training.where(Person.name_key.in_(keys), Registration.status.in_(PRESENT_STATUSES))
    ):
        alike[row.name_key].append(row)
    return {
        row.id: Holder(
            id=row.id,
            name=row.name,
            latin_name=row.latin_name,
            detail=_detail(row, alike[row.name_key]),
            is_sample=row.is_sample,
            unit=row.unit or "",
            unit_en=row.unit_en,
            post=row.post,
            photo=row.photo,
            hours=max(planned_hours(track(sessions, row.group_name)), earned.get(row.id, Decimal(0)))
            if in_tracks
            else None,
        )
        for row in wanted
    }


def _earned(
    session: Session, sessions: Iterable[CountedSession], registrations: Collection[int]
) -> dict[int, Decimal]:
    """The class hours that each has earned, whichever groups the sessions were for."""
    worth = {one.id: one.class_hours for one in sessions if one.counts}
    earned: dict[int, Decimal] = defaultdict(Decimal)
    for registration_id, session_id in session.execute(
        sa.select(Attendance.registration_id, Attendance.session_id).where(
            Attendance.registration_id.in_(registrations),
            Attendance.session_id.in_(worth),
            Attendance.mark.in_(sorted(EARNING)),
        )
    ):
        earned[registration_id] += worth[session_id]
    return earned


def anybody(session: Session, training: Training) -> dict[int, Holder]:
    """The first of the roster, to show a certificate of while nobody may get one; empty without a roster."""
    first = session.scalars(
        sa.select(Registration.id)
        .where(Registration.training_id == training.id)
        .order_by(Registration.sort_key, Registration.id)
        .limit(1)
    ).all()
    return holders(session, training, first)


def _detail(row: Any, namesakes: Sequence[Any]) -> str:
    """What tells this person from the namesakes: the unit, else the masked ID, else the end of the phone number."""
    others = [other for other in namesakes if other.id != row.id]
    if not others:
        return ""
    if row.unit and all(other.unit != row.unit for other in others):
        return str(row.unit)
    if row.id_masked and all(other.id_masked != row.id_masked for other in others):
        return str(row.id_masked)
    if row.phone_tail and all(other.phone_tail != row.phone_tail for other in others):
        return f"*{row.phone_tail}"
    return str(row.unit or "")


def names(session: Session, job: Job, subjects: Collection[int]) -> dict[int, tuple[str, str]]:
    """Name and unit of those that a job's items are about, by their ids."""
    if not subjects:
        return {}
    if job.payload.get("kind") in FOR_LECTURERS:
        query = (
            sa.select(Lecturer.id, Lecturer.name, sa.func.coalesce(Unit.name, ""))
            .outerjoin(Unit, Unit.id == Lecturer.unit_id)
            .where(Lecturer.id.in_(subjects))
        )
    else:
        query = (
            sa.select(Registration.id, Person.name, sa.func.coalesce(Unit.name, ""))
            .join(Person, Person.id == Registration.person_id)
            .outerjoin(Unit, Unit.id == Registration.unit_id)
            .where(Registration.id.in_(subjects))
        )
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}
