"""What offices write behind a name, in brackets."""

import re
from typing import NamedTuple

from trainingmgr.domain.person import Sex, read_sex
from trainingmgr.domain.roster_file.ethnic_groups import ETHNIC_GROUPS

_NAME_NOTE = re.compile(r"(.+?)\s*[（(]([^（()）]+)[)）]\s*$")


class Beside(NamedTuple):
    """What stood behind a name. `ethnicity` is empty where nothing of it was said."""

    sex: Sex | None
    ethnicity: str


def part_name(raw: str) -> tuple[str, Beside | None]:
    """Part 王芳（女，回族） into the name and what is said beside it; other brackets stay with the name."""
    found = _NAME_NOTE.fullmatch(raw.strip())
    if not found:
        return raw, None
    sex: Sex | None = None
    ethnicity = ""
    for word in re.split(r"[,，、;；\s]+", found[2].strip()):
        if word in {"男", "女"}:
            sex = read_sex(word)
        elif word.removesuffix("族") in ETHNIC_GROUPS:
            ethnicity = word.removesuffix("族") + "族"
        else:
            return raw, None
    return found[1], Beside(sex, ethnicity)
