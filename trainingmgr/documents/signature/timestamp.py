"""Time stamps from an authority (RFC 3161), and what is needed to validate a signature years later."""

import http.client
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from asn1crypto import cms, tsp, x509
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend

from trainingmgr.crypto import Identity
from trainingmgr.documents.signature.awaiting import awaited
from trainingmgr.domain.refusal import Refusal

SECONDS = 15
_LONGEST_ANSWER = 1 << 20


class StampAuthority(TimeStamper):
    """Asks the authority at `url`, an http or https address, for time stamps."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url = url

    def stamp(self, digest: bytes) -> bytes:
        """A token for a SHA-256, in DER. Raises Refusal `signature.tsa_unreachable`, `signature.tsa_refused`."""
        try:
            token: cms.ContentInfo = awaited(self.async_timestamp(digest, "sha256"))
            info = token["content"]["encap_content_info"]["content"].parsed
            if info["message_imprint"]["hashed_message"].native != digest:
                raise ValueError("the time stamp is for something else")
            return bytes(token.dump())
        except Refusal:
            raise
        # Whatever the answer makes the parser of ASN.1 stumble over comes from the authority.
        except Exception as error:
            raise Refusal("signature.tsa_refused", url=self.url, reason=str(error)) from error

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        parts = urlsplit(self.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        line = kind(parts.hostname or "", parts.port, timeout=SECONDS)
        head = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            line.request("POST", path, req.dump(), head)
            answer = line.getresponse()
            body = answer.read(_LONGEST_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            raise Refusal("signature.tsa_unreachable", url=self.url, reason=reason) from error
        finally:
            line.close()
        if answer.status != 200:
            raise Refusal(
                "signature.tsa_unreachable", url=self.url, reason=f"HTTP {answer.status} {answer.reason}"
            )
        return tsp.TimeStampResp.load(body)


@dataclass(frozen=True, slots=True)
class ValidationData:
    """What a file of level B-LT carries along, each in DER."""

    certificates: tuple[bytes, ...]
    revocation_lists: tuple[bytes, ...]
    responses: tuple[bytes, ...]


def gather(
    identity: Identity, authority: StampAuthority, moment: datetime
) -> tuple[int, ValidationData | None]:
    """The size of a time stamp, and proof that neither signer nor authority was revoked; None if it can't be had.

    Asks the servers that the certificates name. Raises what `StampAuthority.stamp` raises.
    """
    token = cms.ContentInfo.load(authority.stamp(bytes(32)))
    return len(token.dump()), awaited(_gather(identity, token, moment))


async def _gather(identity: Identity, token: cms.ContentInfo, moment: datetime) -> ValidationData | None:
    ours = [x509.Certificate.load(one) for one in identity.certificates]
    theirs = [one.chosen for one in token["content"]["certificates"]]
    number = token["content"]["signer_infos"][0]["sid"].chosen["serial_number"].native
    stamper = next((one for one in theirs if one.serial_number == number), None)
    above = stamper and _top(stamper, theirs)
    # Of a certificate whose issuer is not at hand nothing can be told of its being revoked or not.
    if stamper is None or above is stamper or len(ours) == 1:
        return None
    own_list = identity.revocation_list(moment)
    backend = AIOHttpFetcherBackend(per_request_timeout=SECONDS)
    try:
        context = ValidationContext(
            # The operator chose this authority, and who issued the signer's certificate is the reader's to judge.
            trust_roots=[ours[-1], above],
            other_certs=[*ours, *theirs],
            crls=[own_list] if own_list else [],
            allow_fetching=True,
            fetcher_backend=backend,
            revocation_mode="require",
        )
        for certificate, purposes in ((ours[0], None), (stamper, {"time_stamping"})):
            validator = CertificateValidator(certificate, validation_context=context)
            await validator.async_validate_usage(set(), purposes)  # type: ignore[no-untyped-call]
    except (PathError, ValidationError):
        return None
    finally:
        await backend.close()  # type: ignore[no-untyped-call]
    unique = {one.dump(): None for one in [*ours, *theirs]}
    return ValidationData(tuple(unique), _dumped(context.crls), tuple(one.dump() for one in context.ocsps))


def _dumped(objects: Iterable[object]) -> tuple[bytes, ...]:
    return tuple(one.dump() for one in objects)  # type: ignore[attr-defined]


def _top(certificate: x509.Certificate, known: list[x509.Certificate]) -> x509.Certificate:
    """The last of the issuers that came along."""
    seen = {certificate.dump()}
    while True:
        above = next(
            (one for one in known if one.subject == certificate.issuer and one.dump() not in seen), None
        )
        if above is None:
            return certificate
        seen.add(above.dump())
        certificate = above
