"""Keyset paging: a page starts behind the last row of the one before, so the thousandth costs what the first does."""

import base64
import binascii
import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in an ordered list: the sort key and id of a row, and which way to go from there."""

    key: str
    id: int
    backwards: bool = False

    def encode(self) -> str:
        """The cursor as it stands in an address."""
        text = json.dumps([self.key, self.id, self.backwards], ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str | None) -> Cursor | None:
    """Read a cursor from an address; anything else than one of ours is the list's beginning."""
    if not text:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        key, row, backwards = json.loads(base64.urlsafe_b64decode(padded.encode()))
        # Half a surrogate pair is text to JSON and to no database.
        str(key).encode()
    except (ValueError, binascii.Error, UnicodeDecodeError, TypeError):
        return None
    if not isinstance(key, str) or "\0" in key or type(row) is not int or not isinstance(backwards, bool):
        return None
    return Cursor(key, row, backwards) if 0 <= row < 2**31 else None
