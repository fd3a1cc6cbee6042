"""Looks at the signature of a file by pyHanko. Run as a module it reads trust and file from its input, under limits."""

import contextlib
import json
import logging
import os
import resource
import sys
from collections.abc import Collection
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore, async_validate_pdf_signature
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleTrustManager

from trainingmgr.documents.signature.awaiting import awaited
from trainingmgr.documents.signature.level import Level
from trainingmgr.documents.signature.verdict import Alteration, SignatureCheck, SignatureState
from trainingmgr.domain.refusal import Refusal

_MEMORY = 1024 * 1024 * 1024
_SECONDS = 6
_USAGE = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False)


def inspect(pdf: bytes, trust: Collection[str]) -> SignatureCheck:
    """See `check.inspect`."""
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        if reader.encrypted:
            raise Refusal("signature.encrypted")
        signatures = list(reader.embedded_signatures)
        if not signatures:
            return SignatureCheck(SignatureState.NONE)
        chosen = next((one for one in signatures if _anchors(one, trust)), signatures[0])
        return awaited(_judge(reader, chosen, len(signatures), trust))
    except (Refusal, MemoryError):
        raise
    # The reader trips over broken files in every way that Python knows.
    except Exception as error:
        raise Refusal("signature.unreadable") from error


async def _judge(
    reader: PdfFileReader, signature: EmbeddedPdfSignature, count: int, trust: Collection[str]
) -> SignatureCheck:
    certificate = signature.signer_cert
    claimed = signature.self_reported_timestamp
    status = await async_validate_pdf_signature(
        signature,
        # Ours is what our key signed, whenever that was: the pin decides, not today's date.
        _context(_anchors(signature, trust), signature, _within(claimed, certificate)),
        _context([], signature, None),
        key_usage_settings=_USAGE,
        skip_diff=True,
    )
    alteration = _alteration(signature, status, count)
    if alteration:
        state = SignatureState.ALTERED
    else:
        state = SignatureState.OURS if status.trusted else SignatureState.UNKNOWN_ISSUER
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.valid and stamp.intact
    return SignatureCheck(
        state=state,
        ours=bool(status.valid and status.validation_path is not None and not status.trust_problem_indic),
        alteration=alteration,
        signatures=count,
        signer=_named(certificate.subject),
        issuer=_named(certificate.issuer),
        pin=_pin(certificate),
        level=_level(reader, signature, stamped),
        certified=signature.docmdp_level is not None and signature.docmdp_level.value == 1,
        signed_at=claimed,
        stamped_at=stamp.timestamp if stamped and stamp else None,
        stamped_by=_named(stamp.signing_cert.subject) if stamped and stamp else "",
        expired=certificate.not_valid_after < datetime.now(UTC),
        reason=str(signature.sig_object.get("/Reason", "")),
        location=str(signature.sig_object.get("/Location", "")),
    )


def _alteration(signature: EmbeddedPdfSignature, status: PdfSignatureStatus, count: int) -> Alteration | None:
    if not (status.intact and status.valid) or _padding(signature.pkcs7_content).strip(b"\x00"):
        return Alteration.CONTENT
    if count > 1:
        return Alteration.SECOND_SIGNATURE
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        return Alteration.APPENDED
    return None


def _padding(contents: bytes) -> bytes:
    """What stands behind the container in the room that was kept for it, where no signature covers it."""
    if contents[1] < 0x80:
        return contents[2 + contents[1] :]
    width = contents[1] & 0x7F
    return contents[2 + width + int.from_bytes(contents[2 : 2 + width], "big") :]


def _context(
    anchors: list[x509.Certificate], signature: EmbeddedPdfSignature, moment: datetime | None
) -> ValidationContext:
    return ValidationContext(
        trust_manager=SimpleTrustManager.build(trust_roots=anchors),
        other_certs=signature.other_embedded_certs,
        moment=moment,
        allow_fetching=False,
    )


def _anchors(signature: EmbeddedPdfSignature, trust: Collection[str]) -> list[x509.Certificate]:
    embedded = [signature.signer_cert, *signature.other_embedded_certs]
    return [one for one in embedded if _pin(one) in trust]


def _within(moment: datetime | None, certificate: x509.Certificate) -> datetime:
    start: datetime = certificate.not_valid_before
    end: datetime = certificate.not_valid_after
    return min(max(moment or start, start), end)


def _level(reader: PdfFileReader, signature: EmbeddedPdfSignature, stamped: bool) -> Level | None:
    if signature.sig_object.get("/SubFilter") != "/ETSI.CAdES.detached":
        return None
    if not stamped:
        return Level.B_B
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return Level.B_T
    return Level.B_LT if store.certs and (store.crls or store.ocsps) else Level.B_T


def _named(name: x509.Name) -> str:
    """The common name, or the organisation's where that is a longer form of it."""
    found: dict[str, Any] = name.native
    common, whole = str(found.get("common_name", "")), str(found.get("organization_name", ""))
    return whole if whole.startswith(common) else common


def _pin(certificate: x509.Certificate) -> str:
    return sha256(certificate.public_key.dump()).hexdigest()


def main() -> None:
    for kind, limit in (("RLIMIT_AS", _MEMORY), ("RLIMIT_CPU", _SECONDS), ("RLIMIT_FSIZE", 0)):
        # Not every system knows every limit; macOS ignores the one on memory.
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, kind), (limit, limit))
    logging.disable()
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    trust, pdf = sys.stdin.buffer.readline(), sys.stdin.buffer.read()
    try:
        answer = inspect(pdf, json.loads(trust)).as_json()
    except Refusal as refusal:
        answer = json.dumps({"refused": refusal.code})
    except MemoryError:
        answer = json.dumps({"refused": "signature.check_gave_up"})
    out.write(answer)
    out.close()


if __name__ == "__main__":
    main()
