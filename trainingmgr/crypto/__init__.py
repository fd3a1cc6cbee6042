"""The installation's keys: what they are, where they lie, and what is done with them."""

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
    "Identity",
    "KeyRing",
    "MadeKeys",
    "OwnKeys",
    "RetiredKeys",
    "SealBrokenError",
    "SigningKeys",
    "TokenDevice",
    "TokenKeys",
    "pin_of",
]
