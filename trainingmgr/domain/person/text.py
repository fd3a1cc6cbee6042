"""Text cells as offices type them, put right without changing what they say."""

import re
import unicodedata
from functools import lru_cache

from trainingmgr.domain.refusal import Refusal

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

# Full-width letters, digits and the ideographic space; brackets and punctuation stay as Chinese sets them.
_FOLD: dict[int, str | None] = {0xFF10 + n: chr(0x30 + n) for n in range(10)}
_FOLD |= {0xFF21 + n: chr(0x41 + n) for n in range(26)}
_FOLD |= {0xFF41 + n: chr(0x61 + n) for n in range(26)}
_FOLD |= {0x3000: " ", 0xA0: " "}
# Invisible: zero-width spaces and joiners, direction marks, soft hyphen, byte-order mark.
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")
_HAN_GAP = re.compile(rf"(?<=[{HAN}、，。；：（）《》“”·])\s+(?=[{HAN}、，。；：（）《》“”·])")
# Nothing in it that folding, closing of gaps or the check for control characters would touch.
_PLAIN = re.compile(r"[\u4e00-\u9fff0-9A-Za-z（）、]+")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def refuse_control(text: str) -> None:
    """Raise Refusal `control_character` for characters that no office means to write.

    Control characters, the replacement character of a bad conversion and private-use characters,
    which look different or empty on every machine.
    """
    found = _CONTROL.search(text)
    if found:
        raise Refusal("control_character", character=f"U+{ord(found[0]):04X}")


def clean_text(raw: str, limit: int) -> str:
    """One line of text: full-width letters and digits folded, gaps between Chinese characters closed.

    Raises Refusal `control_character` or `too_long` (values: limit, length in characters).
    """
    if _PLAIN.fullmatch(raw):
        text = raw
    else:
        text = INVISIBLE.sub("", unicodedata.normalize("NFC", raw)).translate(_FOLD)
        refuse_control(text)
        text = _HAN_GAP.sub("", " ".join(text.split()))
    if len(text) > limit:
        raise Refusal("too_long", limit=limit, length=len(text))
    return text


@lru_cache(maxsize=16384)
def text_key(text: str) -> str:
    """What equal names of units, groups and categories share: width, case, spaces and brackets' form put aside."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(folded.split())


def clean_email(raw: str) -> str:
    """A mail address with its domain in lower case. Raises Refusal `email_invalid`."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", raw)).strip()
    text = text.removeprefix("mailto:")
    if not text:
        return ""
    if len(text) > 254 or not _EMAIL.fullmatch(text) or ".." in text:
        raise Refusal("email_invalid", value=raw.strip()[:80])
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"
