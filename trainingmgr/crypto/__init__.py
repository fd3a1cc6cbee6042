"""The installation's keys: what they are, where they lie, and what is done with them."""

from trainingmgr.crypto.links import (
    HIDDEN,
    link_key,
    link_mark,
    link_token,
    new_link_key,
    without_tokens,
)
from trainingmgr.crypto.ring import KeyRing, SealBrokenError
from trainingmgr.crypto.signing import (
    Identity,
    MadeKeys,
    OwnKeys,
    RetiredKeys,
    SigningKeys,
    TokenDevice,
    pin_of,
)
from trainingmgr.crypto.tokens import TokenKeys

__all__ = [
    "HIDDEN",
    "Identity",
    "KeyRing",
    "MadeKeys",
    "OwnKeys",
    "RetiredKeys",
    "SealBrokenError",
    "SigningKeys",
    "TokenDevice",
    "TokenKeys",
    "link_key",
    "link_mark",
    "link_token",
    "new_link_key",
    "pin_of",
    "without_tokens",
]
