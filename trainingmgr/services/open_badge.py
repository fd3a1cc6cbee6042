"""Badges and status lists, signed with the installation's key."""

from datetime import datetime
from typing import Any

from trainingmgr.documents import open_badge as documents
from trainingmgr.documents.open_badge import Issuer, OpenBadge, StatusList
from trainingmgr.documents.token import jwk_set, sign_payload
from trainingmgr.extensions import keyring, now
from trainingmgr.queries.certificate.facts import public_address

# What Open Badges 3.0 asks for, where its verifiers have not heard of the newer name yet.
ALGORITHM = "EdDSA"
_TYPE = "JWT"


def signed(badge: OpenBadge) -> str:
    """The badge's credential as a compact JWS."""
    return _signed(documents.payload(badge))


def signed_list(listed: StatusList, moment: datetime | None = None) -> str:
    """The status list's credential as a compact JWS, good for a day."""
    return _signed(documents.status_payload(listed, moment or now()))


def profile(issuer: Issuer) -> dict[str, Any]:
    """What is served at the issuer's address."""
    return documents.issuer_profile(issuer, _keys())


def public_key(kid: str) -> dict[str, Any] | None:
    """The JWK that a credential's header leads to, of a former key too; None for an unknown one."""
    return _keys().get(_key_address(kid))


def _signed(payload: dict[str, Any]) -> str:
    keys = keyring.token_keys
    return sign_payload(keys, _TYPE, payload, algorithm=ALGORITHM, kid=_key_address(keys.kid))


def _keys() -> dict[str, dict[str, Any]]:
    found = {}
    for key in jwk_set(keyring.token_keys.public_keys)["keys"]:
        address = _key_address(key["kid"])
        found[address] = key | {"kid": address, "alg": ALGORITHM}
    return found


def _key_address(kid: str) -> str:
    return f"{public_address()}/v/key/{kid}"
