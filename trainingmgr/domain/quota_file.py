"""Reading a table of offered places (名额分配表): which unit has how many of which category."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from trainingmgr.domain.person import clean_text, text_key
from trainingmgr.domain.quota import LIMITS, OverQuota, check_places
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.table import Table, without_apostrophe

HEADER_WITHIN = 30


class QuotaField(StrEnum):
    """What a column of the table may hold."""

    SEQUENCE = "sequence"
    CATEGORY = "category"
    UNIT = "unit"
    PLACES = "places"
    POST = "post"
    DEADLINE = "deadline"
    OVER = "over"
    NOTE = "note"


_WORDS: Mapping[QuotaField, str] = {
    QuotaField.SEQUENCE: "序号 编号 no no. seq #",
    QuotaField.CATEGORY: "类别 人员类别 参训类别 学员类别 对象类别 参训对象 category",
    QuotaField.UNIT: "单位 单位名称 推荐单位 选派单位 参训单位 地区 unit organisation organization",
    QuotaField.PLACES: "名额 名额数 分配名额 分配名额数 参训名额 人数 places seats quota number",
    QuotaField.POST: "职务要求 要求职务 职务 参训职务 人员要求 postaskedfor post position",
    QuotaField.DEADLINE: "截止日期 报名截止日期 报名截止 截止时间 报送截止日期 deadline closingdate lastday",
    QuotaField.OVER: "超出名额 超额处理 超名额 超额 overquota beyondtheplaces",
    QuotaField.NOTE: "备注 说明 note notes remarks",
}
_FIELDS = {word: field for field, words in _WORDS.items() for word in words.split()}
_OVER_WORDS = {
    **dict.fromkeys(
        ("候补", "列入候补", "转候补", "waitlist", "waitlisted", "putonthewaitinglist"), OverQuota.WAITLIST
    ),
    **dict.fromkeys(
        ("不收", "不接收", "不予接收", "拒绝", "不可超出", "refuse", "refused", "notaccepted"),
        OverQuota.REFUSE,
    ),
}
_TOTALS = re.compile(r"(?:合计|总计|小计|共计|总名额|total)", re.IGNORECASE)
_DAY = re.compile(
    r"(\d{4})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})\s*日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?"
)
_NUMBER = re.compile(r"(\d{1,6})(?:\.0+)?\s*(?:名|人|个)?")
# What a hand-made table writes once for many rows.
_CARRIED = (QuotaField.CATEGORY, QuotaField.POST, QuotaField.DEADLINE, QuotaField.OVER)


class QuotaRow(NamedTuple):
    """One unit's places as a file gives them; None for what the file has no column for."""

    row: int
    unit: str
    places: int
    category: str | None = None
    post: str | None = None
    deadline: date | None = None
    over: OverQuota | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class QuotaFile:
    """What a file says: its rows, the fields that it has columns for, and what is to be corrected.

    Each of `problems` has the values `row` and `unit`, what the row says of it.
    """

    sheet: str
    rows: tuple[QuotaRow, ...]
    fields: frozenset[QuotaField]
    problems: tuple[Refusal, ...]


def has_header(table: Table) -> bool:
    """Tell whether the sheet has a heading with units and their places."""
    return _find_header(table) is not None


def read_quota_file(table: Table) -> QuotaFile:
    """The rows below the heading. Empty cells of a category, a post and the like mean the row above.

    Raises Refusal `quota_file_no_header` (sheet) and `quota_file_no_rows`; what is wrong with single
    rows comes back in `problems`.
    """
    header = _find_header(table)
    if header is None:
        raise Refusal("quota_file_no_header", sheet=table.name)
    position, columns = header
    rows: list[QuotaRow] = []
    problems: list[Refusal] = []
    above: dict[QuotaField, str] = {}
    for number, cells in table.rows[position + 1 :]:
        said = {
            field: without_apostrophe(cells[at].strip()) if at < len(cells) else ""
            for field, at in columns.items()
        }
        if not said[QuotaField.UNIT] and not said[QuotaField.PLACES]:
            continue
        if any(_TOTALS.match(text_key(cell)) for cell in cells if cell.strip()):
            continue
        own = {field: said[field] for field in _CARRIED if said.get(field)}
        said |= {field: above.get(field, "") for field in _CARRIED if field in said and field not in own}
        # What cannot be read is told of once, where it stands, and not of every row below.
        above |= {field: text for field, text in own.items() if _readable(field, text)}
        try:
            rows.append(_row(number, said))
        except Refusal as refusal:
            unit = said[QuotaField.UNIT][:120]
            problems.append(Refusal(refusal.code, **{"unit": unit, **refusal.values, "row": number}))
    if not rows and not problems:
        raise Refusal("quota_file_no_rows")
    return QuotaFile(table.name, tuple(rows), frozenset(columns), tuple(problems))


def _readable(field: QuotaField, text: str) -> bool:
    reads = {QuotaField.DEADLINE: _deadline, QuotaField.OVER: _over}.get(field)
    try:
        return reads is None or reads(text) is not None
    except Refusal:
        return False


def _find_header(table: Table) -> tuple[int, dict[QuotaField, int]] | None:
    for position, (_, cells) in enumerate(table.rows[:HEADER_WITHIN]):
        columns: dict[QuotaField, int] = {}
        for at, cell in enumerate(cells):
            field = _FIELDS.get(_heading(cell))
            if field is not None:
                columns.setdefault(field, at)
        if {QuotaField.UNIT, QuotaField.PLACES} <= columns.keys():
            return position, columns
    return None


def _heading(cell: str) -> str:
    return re.sub(r"[（(].*?[)）]|[\s:：*]", "", text_key(cell))


def _row(number: int, said: Mapping[QuotaField, str]) -> QuotaRow:
    unit = clean_text(said[QuotaField.UNIT], 120)
    if not unit:
        raise Refusal("quota_row_no_unit")
    if not any(one.isalpha() for one in unit):
        raise Refusal("quota_row_no_name", value=unit[:40])
    return QuotaRow(
        number,
        unit,
        _places(unit, said[QuotaField.PLACES]),
        clean_text(said[QuotaField.CATEGORY], 240) if QuotaField.CATEGORY in said else None,
        clean_text(said[QuotaField.POST], LIMITS["post"]) if QuotaField.POST in said else None,
        _deadline(said.get(QuotaField.DEADLINE, "")),
        _over(said.get(QuotaField.OVER, "")),
        clean_text(said[QuotaField.NOTE], LIMITS["note"]) if QuotaField.NOTE in said else None,
    )


def _places(unit: str, text: str) -> int:
    found = _NUMBER.fullmatch(clean_text(text, 40))
    if found is None:
        raise Refusal("quota_row_bad_places", value=text[:40])
    places = int(found[1])
    check_places(unit, places)
    return places


def _deadline(text: str) -> date | None:
    if not text:
        return None
    found = _DAY.fullmatch(clean_text(text, 40))
    if found is not None:
        with suppress(ValueError):
            return date(int(found[1]), int(found[2]), int(found[3]))
    raise Refusal("quota_row_bad_day", value=text[:40])


def _over(text: str) -> OverQuota | None:
    if not text:
        return None
    found = _OVER_WORDS.get(text_key(text))
    if found is None:
        raise Refusal("quota_row_bad_over", value=text[:40])
    return found
