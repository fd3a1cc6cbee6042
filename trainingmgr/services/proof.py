"""What proves certificates away from the server: public keys, and the signed list of the revoked."""

from datetime import datetime
from typing import Any

from trainingmgr.documents.token import REVOCATIONS, jwk_set, sign_payload
from trainingmgr.extensions import db, keyring, now
from trainingmgr.queries.certificate import verification

REVOCATION_AUDIENCE = "trainingmgr-revocations"


def public_keys() -> dict[str, Any]:
    """The JWK set by which tokens of this installation are verified, those of former keys too."""
    return jwk_set(keyring.token_keys.public_keys)


def revocation_list(moment: datetime | None = None) -> str:
    """All revoked certificates as a token of its own: `iat`, and `revoked` mapping marks to day and ground."""
    at = moment or now()
    entries = {one.mark: [f"{one.on:%Y%m%d}", one.ground] for one in verification.revoked(db.session())}
    payload = {"aud": REVOCATION_AUDIENCE, "iat": int(at.timestamp()), "revoked": entries}
    return sign_payload(keyring.token_keys, REVOCATIONS, payload)
