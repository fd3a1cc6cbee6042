"""What the public may have of certificates as credentials."""

from datetime import datetime, time
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.open_badge import Issuer, OpenBadge, StatusList
from trainingmgr.domain.certificate import CertificateStatus, verify_url
from trainingmgr.domain.open_badge import LIST_SIZE, status_place
from trainingmgr.models import Certificate, Organisation, Training
from trainingmgr.queries.certificate import verification
from trainingmgr.queries.certificate.facts import public_address

_ISSUED = Certificate.status.in_((CertificateStatus.VALID, CertificateStatus.REVOKED))


def open_badge(session: Session, serial: str, code: str) -> OpenBadge | None:
    """The valid certificate with this serial and code as a badge.

    None for anything else, and where the holder's data was erased; see `verification.prove`.
    """
    proof = verification.prove(serial, code)
    if proof is None or not proof.valid or proof.erased:
        return None
    row = session.execute(
        sa.select(Certificate.id, Training.code, Training.time_zone, Organisation)
        .join(Training, Training.id == Certificate.training_id)
        .join(Organisation, Organisation.id == Training.organisation_id)
        .where(Certificate.serial == proof.serial)
    ).one()
    certificate_id, training_code, zone, organisation = row
    issuer = _issuer(organisation)
    place = status_place(certificate_id)
    return OpenBadge(
        snapshot=proof.snapshot,
        issuer=issuer,
        address=verify_url(public_address(), proof.serial, proof.code),
        subject=f"{public_address()}/v/{proof.serial}#holder",
        achievement=uuid5(NAMESPACE_URL, f"{issuer.address}#{training_code}/{proof.kind}").urn,
        valid_from=datetime.combine(proof.issue_date, time(), ZoneInfo(zone)),
        status_list=_list_address(organisation.id, place.list_number),
        status_index=place.bit,
    )


def issuer(session: Session, organisation_id: int) -> Issuer | None:
    """An organisation as an issuer; None while it has issued nothing."""
    issued = sa.exists(
        sa.select(Certificate.id)
        .join(Training, Training.id == Certificate.training_id)
        .where(Training.organisation_id == organisation_id, _ISSUED)
    )
    row = session.scalar(sa.select(Organisation).where(Organisation.id == organisation_id, issued))
    return _issuer(row) if row is not None else None


def status_list(session: Session, organisation_id: int, number: int) -> StatusList | None:
    """The status list with this number; None where the organisation has issued nothing that stands in it."""
    within = (
        sa.select(Certificate.id)
        .join(Training, Training.id == Certificate.training_id)
        .where(
            Training.organisation_id == organisation_id,
            Certificate.id.between(number * LIST_SIZE, (number + 1) * LIST_SIZE - 1),
        )
    )
    if not session.scalar(sa.select(sa.exists(within.where(_ISSUED)))):
        return None
    revoked = session.scalars(within.where(Certificate.status == CertificateStatus.REVOKED))
    return StatusList(
        address=_list_address(organisation_id, number),
        issuer=_issuer_address(organisation_id),
        revoked=[status_place(certificate_id).bit for certificate_id in revoked],
    )


def _issuer(organisation: Organisation) -> Issuer:
    names = (organisation.name_zh, organisation.name_en)
    return Issuer(_issuer_address(organisation.id), " / ".join(name for name in names if name))


def _issuer_address(organisation_id: int) -> str:
    return f"{public_address()}/v/issuer/{organisation_id}"


def _list_address(organisation_id: int, number: int) -> str:
    return f"{_issuer_address(organisation_id)}/status/{number}"
