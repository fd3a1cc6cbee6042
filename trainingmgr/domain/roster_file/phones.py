"""Phone cells as offices fill them: with words around the number, or with several numbers."""

import re
import unicodedata
from typing import NamedTuple

from trainingmgr.domain.person import clean_phone, show_phone
from trainingmgr.domain.person.text import INVISIBLE
from trainingmgr.domain.refusal import Refusal

_REMARK = re.compile(r"\([^()0-9]*\)")
_LABEL = re.compile(
    r"(?:手机|手機|移动|电话|電話|座机|固话|办公室?|办|宅电|宅|联系|mobile|tel|phone)+(?:号码?)?\s*[:.]?"
)
_BETWEEN = re.compile(
    r"[/、,;|\n或和及]+|\s+(?=(?:\+?86[-\s]?)?1[3-9][0-9]{9}(?![0-9])|0[0-9]{2,3}[-\s]?[0-9]{7,8}(?![0-9]))"
)
_WORTH = frozenset({"phone_several", "phone_invalid"})


class Phones(NamedTuple):
    """The number that is taken, a mobile where there is one, and the others as people read them."""

    taken: str
    others: str


def read_phone(raw: str, region: str) -> str | Phones:
    """What a phone cell says, in normal form. Raises what `clean_phone` raises of the cell as a whole."""
    try:
        return clean_phone(raw, region)
    except Refusal as refusal:
        numbers = _numbers(raw, region) if refusal.code in _WORTH else []
        if not numbers:
            raise
    taken = next((one for one in numbers if one.startswith("+861") and len(one) == 14), numbers[0])
    others = "、".join(show_phone(one) for one in numbers if one != taken)
    return Phones(taken, others) if others else taken


def _numbers(raw: str, region: str) -> list[str]:
    """The different numbers in a cell; none if any part of it is something else."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", raw)).casefold()
    text = _LABEL.sub(" ", _REMARK.sub(" ", text)).strip()
    try:
        found = [clean_phone(part, region) for part in _BETWEEN.split(text)]
    except Refusal:
        return []
    return list(dict.fromkeys(filter(None, found)))
