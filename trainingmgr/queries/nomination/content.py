"""What a unit said of a person, kept sealed."""

import json

from trainingmgr.crypto import SealBrokenError
from trainingmgr.domain.nomination import FIELDS
from trainingmgr.extensions import keyring


def seal_content(uid: str, typed: dict[str, str]) -> bytes:
    """The sealed form of what was typed for the nomination `uid`."""
    said = {name: value for name, value in typed.items() if value}
    return keyring.seal(json.dumps(said, ensure_ascii=False), _place(uid))


def open_content(uid: str, sealed: bytes) -> dict[str, str]:
    """What was typed of the person, every field of it; empty where the keys are others by now."""
    said = open_all(uid, sealed)
    return {name: said.get(name, "") for name in FIELDS}


def open_all(uid: str, sealed: bytes) -> dict[str, str]:
    """Everything that was typed: the fields of a nominee, and answers to the training's own form."""
    try:
        said: dict[str, str] = json.loads(keyring.unseal(sealed, _place(uid)))
    except SealBrokenError:
        return {}
    return said


def _place(uid: str) -> str:
    return f"nomination:{uid}:content"
