"""Addresses that let in whoever has them: a random half, and a mark of it that only this installation makes."""

import base64
import hmac
import re
import secrets

from trainingmgr.crypto.ring import KeyRing

_TOKEN = re.compile(r"[A-Za-z0-9_-]{44}")
# Pages of persons have 43 signs, links 44, calendars of persons 46. Addresses elsewhere may have as many in a part,
# and what is hidden of those nobody could put in again.
_IN_ADDRESS = re.compile(
    r"(/(?:n|me|r/[A-Za-z0-9-]+|timetable|calendar|invitation)/)[A-Za-z0-9_-]{43,46}(?![A-Za-z0-9_-])"
)
HIDDEN = "••••••"
_HALF = 22
_MARK_BYTES = 16


def new_link_key() -> str:
    """The random half of an address: 128 bits, 22 characters."""
    return secrets.token_urlsafe(16)


def link_token(ring: KeyRing, purpose: str, key: str) -> str:
    """The whole of an address for `key`. One made for another `purpose`, or elsewhere, is none here.

    Whoever reads the keys in a database, or in a backup of it, cannot make the addresses.
    """
    return key + link_mark(ring, purpose, key)


def link_mark(ring: KeyRing, purpose: str, key: str) -> str:
    """The second half alone, 22 characters: for a `key` that is a secret of its own and must not be in the address."""
    mark = ring.blind_index(key, f"link:{purpose}")[:_MARK_BYTES]
    return base64.urlsafe_b64encode(mark).decode().rstrip("=")


def link_key(ring: KeyRing, purpose: str, token: str) -> str | None:
    """The key of a genuine address, None for any other text; as fast for a near miss as for a far one."""
    if not _TOKEN.fullmatch(token):
        return None
    key = token[:_HALF]
    return key if hmac.compare_digest(link_token(ring, purpose, key), token) else None


def without_tokens(text: str) -> str:
    """A text with the secret part of each such address hidden, those of persons' own pages and calendars too."""
    return _IN_ADDRESS.sub(rf"\1{HIDDEN}", text)
