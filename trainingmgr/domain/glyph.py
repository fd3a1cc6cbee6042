"""Ways to print a character that no font has."""

import re
from enum import StrEnum
from typing import NamedTuple

LONGEST_CHARACTER = 8
"""Code points of what counts as one character: a letter with its variation selector or marks."""

_CODE = re.compile(r"[0-9A-F]{1,6}(?:-[0-9A-F]{1,6}){0,7}")


class SubstituteKind(StrEnum):
    """A picture of the character, or another text that its bearer agreed to in writing."""

    PICTURE = "picture"
    TEXT = "text"


class Substitute(NamedTuple):
    """What stands on paper for a character. `value` is the text, or the SHA-256 of the picture."""

    character: str
    kind: SubstituteKind
    value: str


def code_points(character: str) -> str:
    """As people quote them: `U+323AF`, with a variation selector `U+8FBB U+E0100`."""
    return " ".join(f"U+{ord(part):04X}" for part in character)


def character_code(character: str) -> str:
    """The character as it stands in an address: `323AF`, `8FBB-E0100`."""
    return "-".join(f"{ord(part):04X}" for part in character)


def character_of(code: str) -> str:
    """The character that `character_code` wrote. Raises ValueError."""
    if not _CODE.fullmatch(code):
        raise ValueError(code)
    parts = [int(part, 16) for part in code.split("-")]
    if any(part > 0x10FFFF or 0xD800 <= part <= 0xDFFF or not part for part in parts):
        raise ValueError(code)
    return "".join(map(chr, parts))
