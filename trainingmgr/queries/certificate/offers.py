"""The kinds of certificates that a training gives, each with what holds for it."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.attendance import CountedSession, Rule
from trainingmgr.domain.certificate import FOR_LECTURERS, CertificateKind, SerialScope
from trainingmgr.domain.entitlement import rule_of_kind
from trainingmgr.domain.refusal import Refusal
from trainingmgr.models import CertificateOffer, Design, DesignVersion, Training

DEFAULT_PATTERN = "{code}-{kind}-{seq:04d}"
"""How kinds other than completion are numbered unless the organiser says otherwise."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind with its settings, the training's own where the kind has none.

    `fraction` is the kind's own part of the class hours, if it has one. `design_version_id` is the
    newest published version of the chosen design; without one `built_in` names a built-in design,
    empty for the first layout.
    """

    kind: CertificateKind
    language: str
    pattern: str
    scope: SerialScope
    fraction: Fraction | None
    design_id: int | None
    design_version_id: int | None
    built_in: str
    mail: bool
    handover_zh: str
    handover_en: str

    @property
    def for_lecturers(self) -> bool:
        return self.kind in FOR_LECTURERS


def offers(session: Session, training: Training) -> list[Offer]:
    """The training's kinds in the order of the enum; completion is always among them."""
    newest = (
        sa.select(DesignVersion.design_id, sa.func.max(DesignVersion.number).label("number"))
        .group_by(DesignVersion.design_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(CertificateOffer, DesignVersion.id)
        .outerjoin(Design, Design.id == CertificateOffer.design_id)
        .outerjoin(newest, newest.c.design_id == Design.id)
        .outerjoin(
            DesignVersion,
            sa.and_(DesignVersion.design_id == Design.id, DesignVersion.number == newest.c.number),
        )
        .where(CertificateOffer.training_id == training.id)
    ).all()
    found = {row.kind: _offer(training, row, version_id) for row, version_id in rows}
    found.setdefault(CertificateKind.COMPLETION, _plain(training, CertificateKind.COMPLETION))
    return [found[kind] for kind in CertificateKind if kind in found]


def offer(session: Session, training: Training, kind: CertificateKind) -> Offer | None:
    """The training's offer of `kind`; None where it gives no such certificates."""
    return next((one for one in offers(session, training) if one.kind is kind), None)


def offer_named(session: Session, training: Training, kind: CertificateKind) -> Offer:
    """The training's offer of `kind`. Raises Refusal `certificate.kind_not_offered` (kind)."""
    found = offer(session, training, kind)
    if found is None:
        raise Refusal("certificate.kind_not_offered", kind=kind.value)
    return found


def rule(
    training: Training,
    offered: Offer,
    sessions: list[CountedSession],
    elsewhere: Collection[CountedSession] = (),
) -> Rule:
    """The rule by which participants with these sessions get certificates of this kind; `elsewhere` as in `Rule`."""
    completion = Fraction(training.rule_numerator, training.rule_denominator)
    return rule_of_kind(offered.kind, sessions, completion, offered.fraction, elsewhere)


def default_pattern(training: Training, kind: CertificateKind) -> str:
    """The serial pattern of a kind that has none of its own."""
    return training.serial_pattern if kind is CertificateKind.COMPLETION else DEFAULT_PATTERN


def _plain(training: Training, kind: CertificateKind) -> Offer:
    return Offer(
        kind=kind,
        language=training.certificate_language,
        pattern=default_pattern(training, kind),
        scope=SerialScope.TRAINING,
        fraction=None,
        design_id=None,
        design_version_id=None,
        built_in="",
        mail=False,
        handover_zh="",
        handover_en="",
    )


def _offer(training: Training, row: CertificateOffer, version_id: int | None) -> Offer:
    own = None
    if row.rule_numerator is not None and row.rule_denominator is not None:
        own = Fraction(row.rule_numerator, row.rule_denominator)
    return Offer(
        kind=row.kind,
        language=row.language or training.certificate_language,
        pattern=row.serial_pattern or default_pattern(training, row.kind),
        scope=row.serial_scope,
        fraction=own,
        design_id=row.design_id,
        design_version_id=version_id,
        built_in=row.built_in_design,
        mail=row.mail,
        handover_zh=row.handover_zh,
        handover_en=row.handover_en,
    )
