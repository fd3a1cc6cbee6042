"""Which credentials are revoked, as a W3C Bitstring Status List: one bit each, packed."""

import gzip
from base64 import urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from trainingmgr.domain.open_badge import LIST_SIZE

LASTS = timedelta(days=1)
"""After this a copy is not to be trusted any more: it could hide what was revoked since."""


@dataclass(frozen=True, slots=True)
class StatusList:
    """The list served at `address`; `revoked` holds the numbers of the bits that are set."""

    address: str
    issuer: str
    revoked: Collection[int]


def status_payload(listed: StatusList, moment: datetime) -> dict[str, Any]:
    """What is signed: the list as a credential, and what a JWT says of it by its own names."""
    ends = moment + LASTS
    subject = f"{listed.address}#list"
    return {
        "iss": listed.issuer,
        "jti": listed.address,
        "sub": subject,
        "nbf": int(moment.timestamp()),
        "exp": int(ends.timestamp()),
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": listed.address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": listed.issuer,
        "validFrom": moment.isoformat(timespec="seconds"),
        "validUntil": ends.isoformat(timespec="seconds"),
        "credentialSubject": {
            "id": subject,
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded(listed.revoked),
        },
    }


def encoded(revoked: Collection[int]) -> str:
    """The bits, the first of a byte its highest, as gzip in multibase's base64url."""
    bits = bytearray(LIST_SIZE // 8)
    for index in revoked:
        bits[index // 8] |= 0x80 >> index % 8
    return "u" + urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).rstrip(b"=").decode()
