"""Giving out numbers: what can be refused is refused first, then serial and code are the holder's for good."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from json import dumps, loads
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.certificate import Press
from trainingmgr.domain.attendance import Verdict
from trainingmgr.domain.certificate import (
    CertificateKind,
    CertificateSnapshot,
    CertificateStatus,
    SerialPattern,
    new_code,
)
from trainingmgr.domain.job import ItemStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import now, transaction
from trainingmgr.models import Certificate, Job, Training
from trainingmgr.queries import audit, eligibility
from trainingmgr.queries import job as jobs
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.certificate import facts, numbering
from trainingmgr.queries.certificate.facts import Holder
from trainingmgr.queries.certificate.offers import offer_named
from trainingmgr.services.certificate.ordering import AGAIN
from trainingmgr.services.certificate.pressing import press_of

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """A certificate that has its number and waits to be drawn."""

    item: jobs.Claimed
    certificate_id: int
    snapshot: CertificateSnapshot
    press: Press


def actor_of(job: Job) -> Actor:
    """Who ordered the job."""
    return Actor(job.user_id, job.actor)


def reserve(job_id: int, me: str, limit: int) -> list[Order] | None:
    """Take up to `limit` items and give each its number. None when there is nothing to take."""
    with transaction() as session:
        claimed = jobs.claim(session, job_id, me, limit)
        if not claimed:
            return None
        job = session.get_one(Job, job_id)
        training = session.get_one(Training, job.training_id, populate_existing=True)
        try:
            return _Batch(session, job, training, claimed, me).reserve()
        except Refusal as refusal:
            # What is refused for the training as a whole is refused for each.
            jobs.finish(
                session,
                [item.id for item in claimed],
                me,
                ItemStatus.REFUSED,
                refusal.code,
                plain(refusal.values),
            )
            return []


class _Batch:
    """The items of one batch, inside the transaction that checks them and gives out their numbers."""

    def __init__(
        self, session: Session, job: Job, training: Training, claimed: Sequence[jobs.Claimed], me: str
    ) -> None:
        self.session, self.job, self.training, self.claimed, self.me = session, job, training, claimed, me
        ids = [item.subject_id for item in claimed]
        issue_date = date.fromisoformat(job.payload["issue_date"])
        self.offer = offer_named(session, training, CertificateKind(job.payload.get("kind", "completion")))
        self.pattern = SerialPattern(self.offer.pattern)
        # Numbers are given out by one worker at a time, after all that could be refused was checked.
        key = numbering.counter_key(training, self.offer.kind, self.offer.scope, issue_date.year)
        self.counter = numbering.locked(session, training, key)
        self.number = self.counter.next_number
        self.press, self.design = press_of(session, self.offer, training.organisation_id)
        self.blank = self._draft(issue_date)
        self.verdicts: dict[int, Verdict] = {}
        self.holders = self._holders(ids)
        self.standing = self._of(ids, CertificateStatus.RESERVED, CertificateStatus.VALID)
        self.taken = self._taken(issue_date.year, len(ids))
        self.new: list[tuple[jobs.Claimed, CertificateSnapshot, int, int | None]] = []
        self.orders: list[Order] = []

    def _draft(self, issue_date: date) -> CertificateSnapshot:
        blank = facts.draft(self.session, self.training, issue_date, self.offer)
        return replace(blank, design=self.design)

    @property
    def subject(self) -> str:
        """The column that names who a certificate of this kind is for."""
        return "lecturer_id" if self.offer.for_lecturers else "registration_id"

    def _holders(self, ids: list[int]) -> Mapping[int, Holder]:
        if self.offer.for_lecturers:
            return facts.lecturer_holders(self.session, self.training, self.offer, ids)
        again = self.job.payload.get(AGAIN, ())
        judged = eligibility.eligibility(self.session, self.training, ids, self.offer, again)
        self.verdicts = {one.registration_id: one.verdict for one in judged.people}
        holders = facts.holders(self.session, self.training, ids)
        if self.offer.kind is not CertificateKind.CLASS_HOURS:
            return holders
        return {
            one: replace(holder, hours=self.verdicts[one].earned)
            for one, holder in holders.items()
            if one in self.verdicts
        }

    def _of(self, ids: list[int], *statuses: CertificateStatus) -> dict[int | None, Certificate]:
        """The certificates of this kind that `ids` have in one of these statuses; of several the latest."""
        rows = self.session.scalars(
            sa.select(Certificate)
            .where(
                Certificate.training_id == self.training.id,
                Certificate.kind == self.offer.kind,
                getattr(Certificate, self.subject).in_(ids),
                Certificate.status.in_(statuses),
            )
            .order_by(Certificate.id)
        )
        return {getattr(row, self.subject): row for row in rows}

    def _taken(self, year: int, count: int) -> set[str]:
        """Which of the next `count` serials exist already, from when numbers were counted otherwise."""
        serials = [
            self.pattern.render(self.training.code, year, number, self.offer.kind)
            for number in range(self.number, self.number + count)
        ]
        return set(self.session.scalars(sa.select(Certificate.serial).where(Certificate.serial.in_(serials))))

    def reserve(self) -> list[Order]:
        ids = [item.subject_id for item in self.claimed]
        revoked = self._of(ids, CertificateStatus.REVOKED)
        for item in self.claimed:
            try:
                self._take(item, revoked.get(item.subject_id))
            except Refusal as refusal:
                self._void(item, refusal)
                self._finish(item, ItemStatus.REFUSED, refusal.code, refusal.values)
            except Exception:
                _log.exception("a certificate could not be prepared", extra={"job_item": item.id})
                self._finish(item, ItemStatus.FAILED, "certificate.crashed")
        self._write()
        return self.orders

    def _take(self, item: jobs.Claimed, revoked: Certificate | None) -> None:
        standing = self.standing.get(item.subject_id)
        if standing is not None and standing.status is CertificateStatus.VALID:
            self._finish(item, ItemStatus.DONE)
            return
        if item.attempts > jobs.MAX_ATTEMPTS:
            self._finish(item, ItemStatus.FAILED, "certificate.gave_up", {"times": jobs.MAX_ATTEMPTS})
            return
        self._check_entitled(item.subject_id)
        holder = self.holders[item.subject_id]
        if standing is None:
            serial = self.pattern.render(
                self.training.code, self.blank.issue_date.year, self.number, self.offer.kind
            )
            snapshot = self._completed(self.blank, holder, serial, new_code())
            if serial in self.taken:
                raise Refusal("certificate.serial_taken", serial=serial)
            self.press.check(snapshot)
            replaced = revoked is not None and revoked.is_sample == snapshot.is_sample
            self.new.append((item, snapshot, self.number, revoked.id if revoked and replaced else None))
            self.number += 1
            return
        # Nobody has seen this number yet: it keeps its serial, code and date and says what is true today.
        blank = self._draft(standing.issue_date)
        snapshot = self._completed(blank, holder, standing.serial, standing.code)
        if snapshot.is_sample != standing.is_sample:
            raise Refusal("certificate.reservation_outdated")
        self.press.check(snapshot)
        standing.snapshot = loads(snapshot.to_json())
        standing.design_version_id = self.offer.design_version_id
        self.orders.append(Order(item, standing.id, snapshot, self.press))

    def _completed(
        self, blank: CertificateSnapshot, holder: Holder, serial: str, code: str
    ) -> CertificateSnapshot:
        return self.press.explained(facts.completed(blank, holder, serial, code))

    def _check_entitled(self, subject: int) -> None:
        if subject not in self.holders:
            raise Refusal(
                "certificate.teaches_nothing" if self.offer.for_lecturers else "certificate.not_on_class"
            )
        verdict = self.verdicts.get(subject)
        if verdict is not None and verdict.shortfalls:
            raise Refusal(
                f"certificate.{verdict.shortfalls[0].value}",
                earned=str(verdict.earned),
                needed=str(verdict.needed_hours),
                planned=str(verdict.planned),
            )

    def _void(self, item: jobs.Claimed, refusal: Refusal) -> None:
        standing = self.standing.get(item.subject_id)
        if standing is not None and standing.status is CertificateStatus.RESERVED:
            void(self.session, actor_of(self.job), self.training, standing, refusal)

    def _finish(
        self, item: jobs.Claimed, status: ItemStatus, code: str = "", values: dict[str, object] | None = None
    ) -> None:
        jobs.finish(self.session, [item.id], self.me, status, code, plain(values or {}))

    def _write(self) -> None:
        """Put the new numbers into the register and count on."""
        if not self.new:
            return
        rows = [
            Certificate(
                training_id=self.training.id,
                kind=self.offer.kind,
                counter_id=self.counter.id,
                number=number,
                serial=snapshot.serial,
                code=snapshot.code,
                status=CertificateStatus.RESERVED,
                snapshot=loads(snapshot.to_json()),
                design_version_id=self.offer.design_version_id,
                replaces_id=replaces,
                issue_date=snapshot.issue_date,
                is_sample=snapshot.is_sample,
                issued_by=self.job.actor,
                **{self.subject: item.subject_id},
            )
            for item, snapshot, number, replaces in self.new
        ]
        self.session.add_all(rows)
        self.counter.next_number = self.number
        self.session.flush()
        self.orders += [
            Order(item, row.id, snapshot, self.press)
            for (item, snapshot, *_), row in zip(self.new, rows, strict=True)
        ]


def void(session: Session, actor: Actor, training: Training, row: Certificate, refusal: Refusal) -> None:
    """Explain in the register why a reserved number never becomes a paper."""
    row.status = CertificateStatus.VOIDED
    row.ended_at, row.ended_by = now(), actor.name
    # The reason is kept as code and values, to be said in whichever language the register is read in.
    values = {name: str(value)[:40] for name, value in refusal.values.items()}
    row.end_reason = dumps([refusal.code, values], ensure_ascii=False)
    audit.record(
        session,
        actor,
        "certificate.void",
        "certificate",
        row.id,
        training=training,
        serial=row.serial,
        reason=refusal.code,
    )


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """A refusal's values as JSON takes them."""
    return {
        name: value if isinstance(value, str | int | float | bool | list) else str(value)
        for name, value in values.items()
    }
