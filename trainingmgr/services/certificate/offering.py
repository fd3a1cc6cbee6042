"""Which kinds of certificates a training gives, by which rule, in which design; and who is a best trainee."""

from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.designs import keys
from trainingmgr.domain.certificate import CertificateKind, SerialPattern, SerialScope
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import Certificate, CertificateOffer, Design, Distinction, Registration, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.certificate import offers
from trainingmgr.queries.design import BUILT_IN


@dataclass(frozen=True, slots=True)
class OfferInput:
    """What an organiser says of one kind; empty texts and None mean the training's or the kind's own.

    `design` is empty for the program's first layout, `built-in:KEY`, or the number of a design of the
    organisation.
    """

    design: str = ""
    language: str = ""
    pattern: str = ""
    scope: SerialScope = SerialScope.TRAINING
    fraction: Fraction | None = None
    mail: bool = False
    handover_zh: str = ""
    handover_en: str = ""


def set_offer(actor: Actor, training: Training, kind: CertificateKind, given: OfferInput) -> None:
    """Let the training give certificates of `kind`, or change how.

    Raises Refusal `certificate.design_unknown`, `certificate.design_unpublished` (name), a fault of the
    serial pattern, `certificate.pattern_needs_year` for numbers that run through a year without saying
    which, or `certificate.pattern_shared_kind` (kind) for a pattern that another kind uses too.
    """
    with transaction() as session:
        training = session.get_one(Training, training.id)
        row = session.scalar(
            sa.select(CertificateOffer).where(
                CertificateOffer.training_id == training.id, CertificateOffer.kind == kind
            )
        )
        if row is None:
            row = CertificateOffer(training_id=training.id, kind=kind)
            session.add(row)
        row.design_id, row.built_in_design = _design(session, training, given.design)
        row.language, row.serial_pattern, row.serial_scope = given.language, given.pattern, given.scope
        row.rule_numerator = given.fraction.numerator if given.fraction is not None else None
        row.rule_denominator = given.fraction.denominator if given.fraction is not None else None
        row.mail, row.handover_zh, row.handover_en = given.mail, given.handover_zh, given.handover_en
        session.flush()
        _check_patterns(session, training, kind)
        audit.record(
            session,
            actor,
            "certificate.offer_set",
            "training",
            training.id,
            training=training,
            kind=kind.value,
        )


def withdraw_offer(actor: Actor, training: Training, kind: CertificateKind) -> None:
    """Let the training give no more of `kind`; what was issued stays.

    Completion is always given: taking its settings away gives it the training's own again. Raises
    Refusal `certificate.offer_in_use` (count) while numbers of the kind wait to be finished.
    """
    with transaction() as session:
        waiting = session.scalar(
            sa.select(sa.func.count())
            .select_from(Certificate)
            .where(
                Certificate.training_id == training.id,
                Certificate.kind == kind,
                Certificate.status == "reserved",
            )
        )
        if waiting:
            raise Refusal("certificate.offer_in_use", count=waiting)
        session.execute(
            sa.delete(CertificateOffer).where(
                CertificateOffer.training_id == training.id, CertificateOffer.kind == kind
            )
        )
        audit.record(
            session,
            actor,
            "certificate.offer_withdrawn",
            "training",
            training.id,
            training=training,
            kind=kind.value,
        )


def name_best(actor: Actor, training: Training, registration_id: int, *, named: bool) -> None:
    """Name a participant a best trainee, or take that back. Twice the same changes nothing.

    Raises Refusal `certificate.not_on_class` for a registration of another training, and
    `certificate.best_has_certificate` for one whose certificate stands.
    """
    with transaction() as session:
        training = session.get_one(Training, training.id)
        registration = session.get(Registration, registration_id)
        if registration is None or registration.training_id != training.id:
            raise Refusal("certificate.not_on_class")
        row = session.scalar(sa.select(Distinction).where(Distinction.registration_id == registration_id))
        if (row is not None) == named:
            return
        if row is None:
            session.add(
                Distinction(training_id=training.id, registration_id=registration_id, named_by=actor.name)
            )
        else:
            _refuse_certified(session, registration_id)
            session.delete(row)
        audit.record(
            session,
            actor,
            "certificate.best_named" if named else "certificate.best_unnamed",
            "registration",
            registration_id,
            training=training,
        )


def _refuse_certified(session: Session, registration_id: int) -> None:
    standing = session.scalar(
        sa.select(Certificate.serial).where(
            Certificate.registration_id == registration_id,
            Certificate.kind == CertificateKind.BEST_TRAINEE,
            Certificate.status.in_(["reserved", "valid"]),
        )
    )
    if standing is not None:
        raise Refusal("certificate.best_has_certificate", serial=standing)


def _design(session: Session, training: Training, chosen: str) -> tuple[int | None, str]:
    if not chosen:
        return None, ""
    if chosen.startswith(BUILT_IN):
        key = chosen.removeprefix(BUILT_IN)
        if key not in keys():
            raise Refusal("certificate.design_unknown")
        return None, key
    design = session.get(Design, int(chosen)) if chosen.isascii() and chosen.isdigit() else None
    if design is None or design.organisation_id != training.organisation_id:
        raise Refusal("certificate.design_unknown")
    if not design.versions:
        raise Refusal("certificate.design_unpublished", name=design.name_zh)
    return design.id, ""


def _check_patterns(session: Session, training: Training, kind: CertificateKind) -> None:
    """Two kinds of one training must never meet in a serial."""
    known = offers.offers(session, training)
    mine = next(one for one in known if one.kind is kind)
    pattern = SerialPattern(mine.pattern)
    if mine.scope is SerialScope.YEAR and "year" not in pattern.fields:
        raise Refusal("certificate.pattern_needs_year", pattern=mine.pattern)
    for other in known:
        if other.kind is not kind and other.pattern == mine.pattern and "kind" not in pattern.fields:
            raise Refusal("certificate.pattern_shared_kind", kind=other.kind.value)
