"""Ways to print a character that no font has."""

from enum import StrEnum


class SubstituteKind(StrEnum):
    """A picture of the character, or another text that its bearer agreed to in writing."""

    PICTURE = "picture"
    TEXT = "text"
