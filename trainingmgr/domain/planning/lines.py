"""Sessions typed in a hurry: one line a session, its title first, the rest in any order."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from trainingmgr.domain.person import text_key
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.schedule import GROUP_LENGTH, SessionKind, read_groups
from trainingmgr.domain.timetable_file import FileLecturer, guess_kind, kind_of_word, read_lecturers

TITLE_LIMIT, PLACE_LIMIT = 200, 120
MOST_LINES = 60
SHORTEST, LONGEST = 5, 720
_APART = re.compile(r"\t|\s*[|｜;；]\s*|\s{2,}")
_COMMAS = re.compile(r"\s*[,，]\s*")
_GROUP = re.compile(r"^(?:第\S{1,3}组|[A-Za-z\d一二三四五六七八九十]{1,3}组|group \S{1,3})$", re.I)
_LENGTH = re.compile(
    r"^(?P<number>\d{1,3}(?:\.\d{1,2})?)\s*"
    r"(?P<unit>分钟|分|minutes?|mins?|m|个?小时|hours?|h|学时|课时|class hours?)?$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class UnplacedLine:
    """A session that was typed with a length and no time. `site` is the one that a visit leads to.

    `groups` are those that it is for, none for the whole class. `title_en` is typed nowhere.
    """

    title: str
    kind: SessionKind
    minutes: int
    lecturers: tuple[FileLecturer, ...] = ()
    place: str = ""
    site: str = ""
    groups: tuple[str, ...] = ()
    title_en: str = ""


class WrongLines(Refusal):
    """Lines that cannot be read: `every` one's refusal; this is the first of them."""

    def __init__(self, every: Sequence[Refusal]) -> None:
        super().__init__(every[0].code, **every[0].values)
        self.every = tuple(every)


def read_lines(
    text: str, kinds: Mapping[str, SessionKind], class_hour: int, groups: Collection[str] = ()
) -> list[UnplacedLine]:
    """Read the lines of a text; `kinds` are the words for kinds, a class hour has `class_hour` minutes.

    Parts stand apart by tabs, semicolons or bars, or by commas where there are none of these: the title, a
    length (`90`, `90分钟`, `1.5小时`, `2学时`), a kind, the groups (those of the training, or what reads like
    a group's name), who contributes, and the place; of a visit its site, and who contributes. Several of a
    part stand apart by 、. Without a kind the title tells it. Raises WrongLines with the number of each line that
    is wrong: `planning_line_title`, `planning_line_length`, `planning_line_too_long` (limit), `planning_line_parts`;
    or Refusal `planning_no_lines`, `planning_too_many_lines` (limit).
    """
    lines = [
        (number, line)
        for number, line in enumerate(unicodedata.normalize("NFC", text).splitlines(), 1)
        if line.strip()
    ]
    if not lines:
        raise Refusal("planning_no_lines")
    if len(lines) > MOST_LINES:
        raise Refusal("planning_too_many_lines", limit=MOST_LINES)
    found, wrong = [], []
    for number, line in lines:
        try:
            found.append(_line(number, line, kinds, class_hour, groups))
        except Refusal as refusal:
            wrong.append(refusal)
    if wrong:
        raise WrongLines(wrong)
    return found


def _line(
    number: int, line: str, kinds: Mapping[str, SessionKind], class_hour: int, known: Collection[str]
) -> UnplacedLine:
    cut = _APART if _APART.search(line.strip()) else _COMMAS
    title, *cells = [part.strip() for part in cut.split(line.strip())]
    if not title:
        raise Refusal("planning_line_title", row=number)
    parts = [part for part in cells if part]
    minutes: int | None = None
    kind: SessionKind | None = None
    groups: tuple[str, ...] = ()
    rest = []
    for part in parts:
        length = _minutes(part, class_hour)
        if minutes is None and length is not None:
            minutes = length
        elif kind is None and (word := kinds.get(text_key(part)) or kind_of_word(part)):
            kind = word
        elif not groups and _are_groups(part, known):
            groups = read_groups(part)
        else:
            rest.append(part)
    if minutes is None or not SHORTEST <= minutes <= LONGEST:
        raise Refusal("planning_line_length", row=number, title=title[:40])
    for part, limit in ((title, TITLE_LIMIT), *((one, PLACE_LIMIT) for one in rest)):
        if len(part) > limit:
            raise Refusal("planning_line_too_long", row=number, limit=limit)
    kind = kind or guess_kind(title)
    if len(rest) > 2:
        raise Refusal(
            "planning_line_parts", row=number, title=title[:40], parts="; ".join(part[:40] for part in rest)
        )
    visit = kind is SessionKind.SITE_VISIT
    if len(rest) == 1 and not visit and _after_nothing(cells, rest[0]):
        # The contributor was left empty before the place.
        rest.insert(0, "")
    first, second = [*rest, "", ""][:2]
    lecturers = read_lecturers(second if visit else first)
    if visit:
        return UnplacedLine(title, kind, minutes, lecturers, site=first, groups=groups)
    return UnplacedLine(title, kind, minutes, lecturers, second, groups=groups)


def _after_nothing(cells: Sequence[str], part: str) -> bool:
    at = cells.index(part)
    return at > 0 and not cells[at - 1]


def _are_groups(part: str, known: Collection[str]) -> bool:
    """Whether all that a part names are groups; a leading group is a unit, and no name of this kind."""
    names = read_groups(part)
    return bool(names) and all(
        len(name) <= GROUP_LENGTH and (name in known or _GROUP.match(name)) for name in names
    )


def _minutes(part: str, class_hour: int) -> int | None:
    found = _LENGTH.match(unicodedata.normalize("NFKC", part))
    if found is None:
        return None
    unit = (found["unit"] or "").lower()
    if "学时" in unit or "课时" in unit or unit.startswith("class"):
        each = class_hour
    elif "小时" in unit or unit.startswith("h"):
        each = 60
    else:
        each = 1
    return round(float(found["number"]) * each)
