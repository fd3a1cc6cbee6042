"""What is said of a file's signature."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from trainingmgr.documents.signature.level import Level


class SignatureState(StrEnum):
    NONE = "none"
    OURS = "ours"
    UNKNOWN_ISSUER = "unknown_issuer"
    ALTERED = "altered"


class Alteration(StrEnum):
    """Signed bytes differ; something was added after signing; somebody signed again."""

    CONTENT = "content"
    APPENDED = "appended"
    SECOND_SIGNATURE = "second_signature"


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """`ours` tells of an altered file too whether our key once signed it.

    `signed_at` is what the signer says, `stamped_at` what the authority `stamped_by` says; whether that
    authority deserves trust is not judged. `expired` means that the signer's certificate is no longer in
    force today. `certified` files allow no change at all.
    """

    state: SignatureState
    ours: bool = False
    alteration: Alteration | None = None
    signatures: int = 0
    signer: str = ""
    issuer: str = ""
    pin: str = ""
    level: Level | None = None
    certified: bool = False
    signed_at: datetime | None = None
    stamped_at: datetime | None = None
    stamped_by: str = ""
    expired: bool = False
    reason: str = ""
    location: str = ""

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "SignatureCheck":
        """From plain JSON."""
        values = dict(data)
        for name in ("signed_at", "stamped_at"):
            values[name] = values[name] and datetime.fromisoformat(values[name])
        values["state"] = SignatureState(values["state"])
        values["alteration"] = values["alteration"] and Alteration(values["alteration"])
        values["level"] = values["level"] and Level(values["level"])
        return cls(**values)

    def as_json(self) -> str:
        """What `read` takes, as text."""
        return json.dumps(asdict(self), default=str)
