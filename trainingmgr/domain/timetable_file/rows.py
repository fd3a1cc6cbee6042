"""A timetable in a table: one row a session, the day said once for all rows under it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal, InvalidOperation

from trainingmgr.domain.person import text_key
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.schedule import GROUP_LENGTH, ContributorType, SessionKind, read_groups
from trainingmgr.domain.table import Table
from trainingmgr.domain.timetable_file.clock import read_day, read_times

HEADER_WITHIN = 30
TITLE_LIMIT, PLACE_LIMIT, NAME_LIMIT = 200, 120, 120

_HEADINGS: dict[str, frozenset[str]] = {
    "day": frozenset({"日期", "日", "时间日期", "date", "day"}),
    "times": frozenset({"时间", "起止时间", "时间安排", "上课时间", "time", "times", "timeslot"}),
    "start": frozenset({"开始", "开始时间", "起始时间", "start", "starts", "from", "begin"}),
    "end": frozenset({"结束", "结束时间", "end", "ends", "to", "until"}),
    "title": frozenset(
        {"内容", "课程", "课程名称", "日程", "日程名称", "主题", "题目", "活动内容", "培训内容", "安排", "活动",
         "title", "session", "topic", "subject", "programme", "program", "activity"}
    ),
    "title_en": frozenset({"英文名称", "英文题目", "titleenglish", "englishtitle"}),
    "kind": frozenset({"类型", "形式", "类别", "kind", "type"}),
    "place": frozenset({"地点", "场地", "会场", "教室", "地址", "place", "room", "venue", "location"}),
    "lecturers": frozenset(
        {"授课人", "主讲人", "主讲", "讲师", "教师", "授课老师", "授课教师", "主持人", "讲授人", "专家",
         "lecturer", "lecturers", "speaker", "speakers", "teacher"}
    ),
    "hours": frozenset({"学时", "课时", "学时数", "classhours", "hours"}),
    "groups": frozenset(
        {"组别", "组", "分组", "小组", "班组", "学员组", "参加人员", "group", "groups", "track", "tracks"}
    ),
    "note": frozenset({"备注", "说明", "note", "notes", "remarks", "description"}),
}  # fmt: skip
_KINDS: tuple[tuple[SessionKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(words, re.I))
    for kind, words in (
        (SessionKind.CLOSING, r"结业|闭幕|结班|总结大会|closing"),
        (SessionKind.OPENING, r"开班|开幕|开学典礼|opening"),
        (SessionKind.MEAL, r"早餐|午餐|晚餐|用餐|就餐|breakfast|lunch|dinner|meal"),
        (SessionKind.BREAK, r"茶歇|课间|休息|break\b"),
        (SessionKind.SITE_VISIT, r"现场教学|参观|考察|调研|实地|visit|tour"),
        (SessionKind.TRANSFER, r"乘车|前往|集合|返程|出发|返回|报到|transfer|departure|arrival"),
        (SessionKind.EXCHANGE, r"交流|座谈|经验介绍|exchange"),
        (SessionKind.DISCUSSION, r"讨论|研讨|分组|分组讨论|discussion|workshop"),
        (SessionKind.BRIEFING, r"情况介绍|通报|部署|说明会|briefing"),
    )
)
_EVERYBODY = frozenset(
    {"全体", "全班", "全体学员", "全体人员", "所有人", "各组", "all", "everybody", "wholeclass"}
)
_UNNAMED = re.compile(r"(有关|相关|一位|部分).{0,6}(负责同志|负责人|领导|专家|同志|人员)$")
_OF = re.compile(r"^(?P<name>[^（(]+)[（(](?P<of>[^）)]+)[）)]$")
_APART = re.compile(r"[、;；\n/]+|,(?=\s*\S)|，")
_HAN_NAME = re.compile(r"^[\u3400-\u9fff\U00020000-\U0003ffff]{2,4}$|^[\u3400-\u9fff]+·[\u3400-\u9fff·]+$")
_LATIN_NAME = re.compile(r"^[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3}$")
_BODY = re.compile(r"(部|厅|局|司|处|院|校|大学|学院|中心|协会|委员会|委|社|公司|集团|区|市|县|省|站|会)$")


@dataclass(frozen=True, slots=True)
class FileLecturer:
    """Somebody as a cell names them. For the unnamed, `title` is what stands for the name."""

    type: ContributorType
    name: str = ""
    unit: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class FileSlot:
    """One session of a file; `hours` None are left to be suggested, an empty `uid` is none.

    `groups` None are not told, and none at all mean the whole class.
    """

    row: int
    day: date
    start: time
    end: time
    title: str
    kind: SessionKind
    title_en: str = ""
    place: str = ""
    note: str = ""
    hours: Decimal | None = None
    lecturers: tuple[FileLecturer, ...] = ()
    uid: str = ""
    groups: tuple[str, ...] | None = None


@dataclass(slots=True)
class TimetableFile:
    """What was read. With any of the `problems`, all of which name their row, nothing may be written."""

    slots: list[FileSlot] = field(default_factory=list)
    problems: list[Refusal] = field(default_factory=list)


def guess_kind(title: str) -> SessionKind:
    """What kind of session a title speaks of; a lecture where it does not say."""
    return next((kind for kind, words in _KINDS if words.search(title)), SessionKind.LECTURE)


def kind_of_word(word: str) -> SessionKind | None:
    """The kind that a word stands for by itself, such as 讨论 or 参观; None for any other word."""
    return next((kind for kind, words in _KINDS if words.fullmatch(word)), None)


def has_header(table: Table) -> bool:
    """Tell whether a sheet has a heading that a timetable can be read under."""
    return _header(table) is not None


def read_timetable(table: Table, first: date, last: date, kinds: Mapping[str, SessionKind]) -> TimetableFile:
    """Read a sheet of the training that runs from `first` to `last`; `kinds` are the words for kinds in use.

    A row without a day has that of the row above, one without an end runs until the next one of its day
    begins. Raises Refusal `timetable_no_header` and `timetable_no_rows`; every other fault is in `problems`.
    """
    found = _header(table)
    if found is None:
        raise Refusal("timetable_no_header")
    position, columns = found
    file, drafts = TimetableFile(), []
    day: date | None = None
    for number, cells in table.rows[position + 1 :]:
        given = {name: cells[at].strip() for name, at in columns.items() if at < len(cells)}
        words = [cell for cell in cells if cell.strip()]
        try:
            day = _day(given, words, first, last) or day
            draft = _draft(number, given, day, kinds)
        except Refusal as refusal:
            file.problems.append(Refusal(refusal.code, row=number, **refusal.values))
            continue
        if draft is not None:
            drafts.append(draft)
    _with_ends(file, drafts)
    if not file.slots and not file.problems:
        raise Refusal("timetable_no_rows")
    return file


def _day(given: Mapping[str, str], words: Sequence[str], first: date, last: date) -> date | None:
    try:
        return read_day(given.get("day", ""), first, last)
    except Refusal:
        if len(words) == 1:
            # A note under the table, or a heading within it.
            return None
        raise


def _header(table: Table) -> tuple[int, dict[str, int]] | None:
    for position, (_number, cells) in enumerate(table.rows[:HEADER_WITHIN]):
        columns: dict[str, int] = {}
        for at, cell in enumerate(cells):
            key = text_key(re.sub(r"[（(].*?[）)]", "", cell)).strip("*:：")
            name = next((one for one, words in _HEADINGS.items() if key in words), None)
            if name and name not in columns:
                columns[name] = at
        if "title" in columns and ({"times", "start"} & columns.keys()):
            return position, columns
    return None


_Draft = tuple[int, date, list[time], dict[str, object]]


def _draft(
    number: int, given: dict[str, str], day: date | None, kinds: Mapping[str, SessionKind]
) -> _Draft | None:
    title = " ".join(given.get("title", "").split())
    if not title:
        # An empty stretch of time says nothing; somebody or a place at that time does.
        if (given.get("times") or given.get("start")) and (given.get("lecturers") or given.get("place")):
            raise Refusal("timetable_title_missing")
        return None
    times = read_times(given.get("times") or given.get("start", ""))
    if given.get("end") and len(times) == 1:
        times += read_times(given["end"])[:1]
    if not times:
        # A note under the table has words and no time.
        if len([value for value in given.values() if value]) == 1:
            return None
        raise Refusal("timetable_time_missing", title=title[:40])
    if day is None:
        raise Refusal("timetable_day_missing", title=title[:40])
    for name, text, limit in (("title", title, TITLE_LIMIT), ("place", given.get("place", ""), PLACE_LIMIT)):
        if len(text) > limit:
            raise Refusal("timetable_too_long", field=name, limit=limit, length=len(text))
    word = text_key(given.get("kind", ""))
    kind = kinds.get(word) or kind_of_word(word) if word else guess_kind(title)
    if kind is None:
        raise Refusal("timetable_kind_unknown", kind=given["kind"][:40])
    values: dict[str, object] = {
        "title": title,
        "title_en": given.get("title_en", "")[:300],
        "kind": kind,
        "place": given.get("place", ""),
        "note": given.get("note", "")[:1000],
        "hours": _hours(given.get("hours", "")),
        "lecturers": read_lecturers(given.get("lecturers", "")),
        "groups": _groups(given.get("groups", "")),
    }
    return number, day, times, values


def _with_ends(file: TimetableFile, drafts: Sequence[_Draft]) -> None:
    """Give each session its end, and take those that have one into the file."""
    for position, (number, day, times, values) in enumerate(drafts):
        if len(times) == 1:
            later = [one[2][0] for one in drafts[position + 1 :] if one[1] == day and one[2][0] > times[0]]
            times = [*times, later[0]] if later else times
        if len(times) == 1:
            file.problems.append(Refusal("timetable_end_missing", row=number, title=values["title"]))
        elif times[1] <= times[0]:
            file.problems.append(
                Refusal(
                    "timetable_ends_before_start",
                    row=number,
                    start=f"{times[0]:%H:%M}",
                    end=f"{times[1]:%H:%M}",
                )
            )
        else:
            file.slots.append(FileSlot(number, day, times[0], times[1], **values))  # type: ignore[arg-type]


def _groups(text: str) -> tuple[str, ...] | None:
    if not text.strip():
        return None
    groups = read_groups(unicodedata.normalize("NFC", text))
    if len(groups) == 1 and text_key(groups[0]) in _EVERYBODY:
        return ()
    for group in groups:
        if len(group) > GROUP_LENGTH:
            raise Refusal("timetable_too_long", field="groups", limit=GROUP_LENGTH, length=len(group))
    return groups


def _hours(text: str) -> Decimal | None:
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("学时").removesuffix("课时").strip()
    if not plain:
        return None
    try:
        hours = Decimal(plain)
    except InvalidOperation:
        raise Refusal("timetable_hours_unknown", hours=text.strip()[:20]) from None
    if not hours.is_finite() or not 0 <= hours <= 24 or hours != hours.quantize(Decimal("0.01")):
        raise Refusal("timetable_hours_unknown", hours=text.strip()[:20])
    return hours


def read_lecturers(text: str) -> tuple[FileLecturer, ...]:
    """The contributors that a cell names: persons, units, or somebody of a unit who is not named.

    `张三（某司司长）` is a person of a unit; two to four Chinese characters, or a Latin name of two words
    and more, are a person; words such as 有关负责同志 stand for somebody of the unit before them.
    """
    parts = [part.strip() for part in _APART.split(unicodedata.normalize("NFC", text))]
    return tuple(_lecturer(part) for part in parts if part and part not in {"-", "—", "无", "待定"})


def _lecturer(text: str) -> FileLecturer:
    if len(text) > NAME_LIMIT:
        raise Refusal("timetable_too_long", field="lecturers", limit=NAME_LIMIT, length=len(text))
    unnamed = _UNNAMED.search(text)
    if unnamed and unnamed.start() > 0:
        return FileLecturer(ContributorType.UNNAMED, unit=text[: unnamed.start()], title=unnamed[0])
    of = _OF.match(text)
    if of:
        unit, title = _unit_and_title(of["of"].strip())
        return FileLecturer(ContributorType.PERSON, of["name"].strip(), unit, title)
    if _LATIN_NAME.match(text) or (_HAN_NAME.match(text) and not _BODY.search(text)):
        return FileLecturer(ContributorType.PERSON, text)
    words = text.split()
    if len(words) == 2 and _HAN_NAME.match(words[0]):
        unit, title = _unit_and_title(words[1])
        return FileLecturer(ContributorType.PERSON, words[0], unit, title)
    return FileLecturer(ContributorType.UNIT, unit=text)


def _unit_and_title(text: str) -> tuple[str, str]:
    """Apart at the last ending of a body's name: 民政部某司 and 司长, 四川大学 and 教授."""
    ends = [found.end() for found in re.finditer(r"[部厅局司处院校心会委社团司区市县省站学]", text)]
    for end in reversed(ends):
        if end < len(text) and _BODY.search(text[:end]) and not text[end:].startswith("长"):
            return text[:end], text[end:].strip()
    if text.endswith("长") and len(text) > 2:
        # 民政部某司司长: the body's last character is said again in the post.
        for at in range(len(text) - 2, 0, -1):
            if text[at] == text[at - 1]:
                return text[:at], text[at:]
    return (text, "") if _BODY.search(text) else ("", text)
