"""Who may get a certificate, and why not: the rule of `domain.attendance` over the stored marks."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.attendance import CountedSession, Rule, Verdict, track
from trainingmgr.domain.certificate import CertificateKind, CertificateStatus, RevocationGround
from trainingmgr.domain.entitlement import not_named, revoked
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.schedule import concerns
from trainingmgr.models import (
    Attendance,
    Certificate,
    Distinction,
    Person,
    Registration,
    SessionGroup,
    Training,
    TrainingSession,
    Unit,
)
from trainingmgr.queries.certificate.offers import Offer, rule

_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Standing:
    """The certificate that a registration holds: reserved, or valid. `code` is the checker's."""

    id: int
    serial: str
    status: CertificateStatus
    code: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One registration with its verdict; `certificate` is the one that stands, if any.

    `has_photo` tells whether there is a photograph to print.
    """

    registration_id: int
    person_id: int
    name: str
    unit: str
    group: str
    status: RegistrationStatus
    is_sample: bool
    verdict: Verdict
    certificate: Standing | None
    has_photo: bool = False

    @property
    def earned(self) -> Decimal:
        return self.verdict.earned

    @property
    def planned(self) -> Decimal:
        return self.verdict.planned

    @property
    def eligible(self) -> bool:
        return self.verdict.eligible

    @property
    def holds_valid(self) -> bool:
        return self.certificate is not None and self.certificate.status is CertificateStatus.VALID


@dataclass(frozen=True, slots=True)
class Eligibility:
    """A training's people in the order of their names, and the sessions that the reasons name.

    `planned` and `needed` are those of the longest track; everybody's own stand in their verdicts.
    """

    planned: Decimal
    needed: Fraction
    sessions: dict[int, CountedSession]
    people: list[Candidate]

    @property
    def eligible(self) -> list[Candidate]:
        return [one for one in self.people if one.eligible]

    @property
    def waiting(self) -> list[Candidate]:
        """Those who may get a certificate and hold none yet."""
        return [one for one in self.people if one.eligible and one.certificate is None]


def counted_sessions(session: Session, training_id: int) -> list[CountedSession]:
    """The sessions of a training as the certificate rule sees them, in order of time."""
    rows: Iterable[Any] = session.execute(
        sa.select(
            TrainingSession.id,
            TrainingSession.title_zh,
            TrainingSession.kind,
            TrainingSession.class_hours,
            TrainingSession.compulsory,
            TrainingSession.title_en,
            SessionGroup.group_name,
        )
        .outerjoin(SessionGroup, SessionGroup.session_id == TrainingSession.id)
        .where(TrainingSession.training_id == training_id)
        .order_by(TrainingSession.starts_at, TrainingSession.id, SessionGroup.group_name)
    )
    return [
        replace(CountedSession(*facts), groups=tuple(row[6] for row in of_one if row[6]))
        for facts, of_one in groupby(rows, lambda row: row[:6])
    ]


def fraction_of(training: Training) -> Fraction:
    """The part of the counted class hours that a certificate asks for."""
    return Fraction(training.rule_numerator, training.rule_denominator)


def eligibility(
    session: Session,
    training: Training,
    registration_ids: Collection[int] | None = None,
    offer: Offer | None = None,
    again: Collection[int] = (),
) -> Eligibility:
    """Judge everybody of a training, or those named (at most 1,000 by name); as many queries whatever the size.

    `offer` is the kind of certificate for participants that is asked about; completion by default.
    `again` are registrations who may have another though theirs was revoked as not entitled.
    """
    asked = _asked(session, training, offer, again)
    which = [] if registration_ids is None else [Registration.id.in_(registration_ids)]
    people = _judged(session, asked, session.execute(_people(training, *which)).all(), which)
    most = asked.longest
    return Eligibility(most.planned, most.needed, {one.id: one for one in asked.sessions}, people)


def stream(
    session: Session,
    training: Training,
    batch: int = _BATCH,
    offer: Offer | None = None,
    again: Collection[int] = (),
) -> Iterator[Candidate]:
    """As `eligibility`, for trainings of any size: memory holds one batch, a few queries each."""
    asked = _asked(session, training, offer, again)
    after: tuple[str, int] | None = None
    while True:
        query = _people(training)
        if after is not None:
            query = query.where(sa.tuple_(Registration.sort_key, Registration.id) > sa.tuple_(*after))
        rows = session.execute(query.limit(batch)).all()
        if not rows:
            return
        after = (rows[-1].sort_key, rows[-1].id)
        yield from _judged(session, asked, rows, [Registration.id.in_([row.id for row in rows])])


def eligible_ids(
    session: Session,
    training: Training,
    *,
    without_certificate: bool = False,
    offer: Offer | None = None,
    again: Collection[int] = (),
) -> list[int]:
    """The registrations that may get a certificate of this kind, in the order of their names."""
    return [
        one.registration_id
        for one in stream(session, training, offer=offer, again=again)
        if one.eligible and not (without_certificate and one.certificate)
    ]


def _people(training: Training, *which: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Registration.id,
            Registration.person_id,
            Person.name,
            sa.func.coalesce(Unit.name, "").label("unit"),
            Registration.group_name,
            sa.type_coerce(Registration.status, sa.String).label("status"),
            Registration.is_sample,
            Registration.sort_key,
            (Person.photo != "").label("has_photo"),
        )
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(Unit, Unit.id == Registration.unit_id)
        .where(Registration.training_id == training.id, *which)
        .order_by(Registration.sort_key, Registration.id)
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """A kind of certificate of one training, ready to be judged by. `named` is None where nobody need be named."""

    training: Training
    kind: CertificateKind
    sessions: list[CountedSession]
    offer: Offer | None
    named: frozenset[int] | None
    again: frozenset[int]
    groups: frozenset[str]
    rules: dict[str, Rule] = field(default_factory=dict)

    def rule_of(self, group: str) -> Rule:
        """The rule for whoever is in this group now; one for all groups that no session names."""
        key = group if group in self.groups else ""
        if key not in self.rules:
            own = track(self.sessions, key)
            others = [one for one in self.sessions if not concerns(one.groups, key)]
            self.rules[key] = (
                Rule(own, fraction_of(self.training), elsewhere=others)
                if self.offer is None
                else rule(self.training, self.offer, own, others)
            )
        return self.rules[key]

    @property
    def longest(self) -> Rule:
        """The rule of the track with the most class hours."""
        return max(map(self.rule_of, sorted(self.groups) or [""]), key=lambda one: one.planned)


def _asked(session: Session, training: Training, offer: Offer | None, again: Collection[int]) -> _Asked:
    sessions, despite = counted_sessions(session, training.id), frozenset(again)
    groups = frozenset(group for one in sessions for group in one.groups)
    if offer is None:
        return _Asked(training, CertificateKind.COMPLETION, sessions, None, None, despite, groups)
    if offer.for_lecturers:
        raise ValueError(f"{offer.kind} goes to lecturers")
    named = None
    if offer.kind is CertificateKind.BEST_TRAINEE:
        named = frozenset(
            session.scalars(
                sa.select(Distinction.registration_id).where(Distinction.training_id == training.id)
            )
        )
    return _Asked(training, offer.kind, sessions, offer, named, despite, groups)


def _judged(
    session: Session, asked: _Asked, rows: Collection[Any], which: Sequence[sa.ColumnElement[bool]]
) -> list[Candidate]:
    marks = _marks(session, asked.training, which)
    standing, barred = standing_of(session, asked.training, asked.kind, Certificate.registration_id, which)
    none: dict[int, str] = {}
    found = []
    for row in rows:
        status = RegistrationStatus(row.status)
        verdict = asked.rule_of(row.group_name).judge(status, marks.get(row.id, none))
        if asked.named is not None and row.id not in asked.named:
            verdict = not_named(verdict)
        if row.id in barred and row.id not in asked.again:
            verdict = revoked(verdict)
        found.append(
            Candidate(
                row.id,
                row.person_id,
                row.name,
                row.unit,
                row.group_name,
                status,
                row.is_sample,
                verdict,
                standing.get(row.id),
                row.has_photo,
            )
        )
    return found


def _marks(
    session: Session, training: Training, which: Sequence[sa.ColumnElement[bool]]
) -> dict[int, dict[int, str]]:
    # Plain text in place of enum members: they are equal, and 20,000 of them need no look-up each.
    query = sa.select(
        Attendance.registration_id, Attendance.session_id, sa.type_coerce(Attendance.mark, sa.String)
    ).where(Attendance.training_id == training.id)
    if which:
        query = query.join(Registration, Registration.id == Attendance.registration_id).where(*which)
    marks: dict[int, dict[int, str]] = defaultdict(dict)
    for registration_id, session_id, mark in session.execute(query):
        marks[registration_id][session_id] = mark
    return marks


def standing_of(
    session: Session,
    training: Training,
    kind: CertificateKind,
    holder: sa.orm.InstrumentedAttribute[int | None],
    which: Sequence[sa.ColumnElement[bool]] = (),
) -> tuple[dict[int, Standing], set[int]]:
    """The certificates of a kind that stand, by `holder` (a column of `Certificate`), and the barred; one query.

    Barred are those who have none, and whose last one was revoked as not entitled. `which` narrows registrations.
    """
    query = (
        sa.select(
            holder,
            Certificate.id,
            Certificate.serial,
            Certificate.status,
            Certificate.code,
            Certificate.ground,
        )
        .where(
            Certificate.training_id == training.id,
            Certificate.kind == kind,
            Certificate.status != CertificateStatus.VOIDED,
        )
        .order_by(Certificate.id)
    )
    if which:
        query = query.join(Registration, Registration.id == Certificate.registration_id).where(*which)
    standing: dict[int, Standing] = {}
    barred: dict[int, bool] = {}
    for one, certificate_id, serial, status, code, ground in session.execute(query):
        if one is None:
            continue
        if status is CertificateStatus.REVOKED:
            barred[one] = ground == RevocationGround.NOT_ENTITLED
        else:
            standing[one] = Standing(certificate_id, serial, status, code)
    return standing, {one for one, so in barred.items() if so and one not in standing}
