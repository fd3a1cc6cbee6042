"""Where in a sheet the roster is: its header, its rows, and what is no row at all."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from trainingmgr.domain.person import has_han
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.roster_file.headers import RosterField, field_of
from trainingmgr.domain.table import Table

# Title lines, a circular's number, who fills in and till when: seldom more than ten lines.
HEADER_WITHIN = 50
# A row that names three fields, a name among them, is the header; only a second line of it may say more.
_SURE = 3


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its place counted from 0, its header's text, and what it holds (None: unused)."""

    index: int
    header: str
    field: RosterField | None


class IgnoredKind(StrEnum):
    TITLE = "title"
    NOTE = "note"
    SECTION = "section"
    HEADER = "header"
    NUMBER_ONLY = "number_only"


@dataclass(frozen=True, slots=True)
class Ignored:
    """A row that holds nobody, and why it was passed over."""

    row: int
    kind: IgnoredKind
    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet's header: its row number, its place in `Table.rows`, and the columns."""

    header_row: int
    position: int
    columns: tuple[Column, ...]
    unit_above: str

    @property
    def fields(self) -> dict[RosterField, int]:
        """The column that holds each field."""
        return {column.field: column.index for column in self.columns if column.field is not None}

    def with_mapping(self, mapping: Mapping[int, RosterField | None]) -> "Layout":
        """The same layout with columns assigned by hand.

        Raises Refusal `mapping_twice` (field, columns) and `mapping_no_name`.
        """
        columns = tuple(
            Column(column.index, column.header, mapping.get(column.index, column.field))
            for column in self.columns
        )
        seen: dict[RosterField, Column] = {}
        for column in columns:
            if column.field is None or column.field is RosterField.SEQUENCE:
                continue
            if column.field in seen:
                raise Refusal(
                    "mapping_twice",
                    first=seen[column.field].header,
                    second=column.header,
                    field=column.field.value,
                )
            seen[column.field] = column
        if not names_somebody(seen):
            raise Refusal("mapping_no_name")
        return Layout(self.header_row, self.position, columns, self.unit_above)


def names_somebody(fields: Mapping[RosterField, object]) -> bool:
    """Tell whether the assigned fields are enough to know a person's name."""
    return (
        RosterField.NAME in fields
        or (RosterField.SURNAME in fields and RosterField.GIVEN_NAME in fields)
        or RosterField.LATIN_NAME in fields
    )


_UNIT_ABOVE = re.compile(
    r"(?:填报单位|报送单位|推荐单位|选派单位|参训单位|单位名称|单位)\s*(?:[（(][^）)]*[)）])?\s*[:：]\s*(\S[^:：]*?)\s*$"
)


def find_layout(table: Table) -> Layout | None:
    """Find the header: of the first rows, the one that names most fields, a name among them.

    Of equals the first, but a second header line right below (联系方式 over 手机 and 邮箱, merged
    cells resolved) wins over the first. None where no row can be the header.
    """
    best: tuple[int, int] | None = None
    for position, (_, cells) in enumerate(table.rows[:HEADER_WITHIN]):
        if best is not None and best[1] >= _SURE and position > best[0] + 2:
            break
        fields = _fields(cells)
        if not names_somebody(fields):
            continue
        score = len(fields)
        if best is None or score > best[1] or (score == best[1] and position == best[0] + 1):
            best = (position, score)
    if best is None:
        return None
    position = best[0]
    number, cells = table.rows[position]
    fields = _fields(cells)
    by_index = {index: field for field, index in fields.items()}
    width = max(table.width, len(cells))
    columns = tuple(
        Column(index, _one_line(cells[index]) if index < len(cells) else "", by_index.get(index))
        for index in range(width)
    )
    return Layout(number, position, columns, _unit_above(table, position))


def _fields(cells: Sequence[str]) -> dict[RosterField, int]:
    found: dict[RosterField, tuple[int, int]] = {}
    for index, cell in enumerate(cells):
        named = field_of(cell) if cell else None
        if named and (named[0] not in found or named[1] < found[named[0]][1]):
            found[named[0]] = (index, named[1])
    return {field: index for field, (index, _) in found.items()}


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _unit_above(table: Table, header: int) -> str:
    for _, cells in table.rows[:header]:
        texts = [cell.strip() for cell in cells if cell.strip()]
        for place, text in enumerate(texts):
            found = _UNIT_ABOVE.search(text)
            if found:
                return found[1]
            if _UNIT_ABOVE.search(text + "x") and place + 1 < len(texts):
                return texts[place + 1]
    return ""


_NOTE_WORDS = re.compile(
    r"[*※]?\s*[（(]?(?:填表|填写|填报|报送|说明|注\s*[:：\d]|注意|附注|附件|备注\s*[:：]|合\s*[计計]|[总總]\s*[计計]|共\s*[计計]|小\s*[计計]|[总總]人[数數]|共\s*\d+\s*[人名]"
    r"|联\s*系\s*人|联系方式\s*[:：]|联系电话\s*[:：]|电\s*话\s*[:：]|传\s*真\s*[:：]|邮\s*箱\s*[:：]|制表|审核|审批|审签|经办|单位负责人|负责人\s*[:：]|单位\s*[（(]?盖?章"
    r"|第\s*\d+\s*[页頁]|日\s*期\s*[:：]|盖\s*章|截止|请于|请在|以上|Total\b|Notes?\b\s*[:.]|Notes?$|Contact\b|Prepared by|Instructions?\b|Signed|Signature|Please\b|Remarks?\s*:)",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"[（(]?[一二三四五六七八九十]{1,3}[）)]?\s*[、.．，]\s*\S|第[一二三四五六七八九十]+[组类部]"
)
# What stands in the place of a name in the row below the last one.
_TOTALS = frozenset(["合计", "合計", "总计", "總計", "共计", "小计", "小計", "总人数", "人数", "Total"])
_LISTED = re.compile(r"[（(]?\d{1,2}[）)]?\s*[、.．）)]\s*\S")


class RowSorter:
    """Tells people's rows from notes, headings and repeated headers, going down the table."""

    def __init__(
        self, layout: Layout, header_cells: Sequence[str], above: Iterable[Sequence[str]] = ()
    ) -> None:
        """`above` are the rows above the header, which long lists repeat on every page."""
        fields = layout.fields
        self._names = [
            fields[field]
            for field in (
                RosterField.NAME,
                RosterField.SURNAME,
                RosterField.GIVEN_NAME,
                RosterField.LATIN_NAME,
            )
            if field in fields
        ]
        self._sequence = fields.get(RosterField.SEQUENCE)
        self._header = [_packed(cell) for cell in header_cells]
        self._heads = frozenset(self._header)
        self._above = frozenset(_said(cells) for cells in above)
        self._below_notes = False

    def kind(self, cells: Sequence[str]) -> IgnoredKind | None:
        """Why a row holds nobody; None where it must be read as somebody's row.

        A row that has a name is never passed over, save where its first text is a word that only
        notes begin with (合计, 联系人, 填表说明).
        """
        if self._sequence == 0 and cells[0].isdigit() and self._plainly_named(cells):
            return None
        first = next((index for index, cell in enumerate(cells) if cell and not cell.isspace()), None)
        if first is None:
            return IgnoredKind.NUMBER_ONLY
        text = cells[first].strip()
        if first == self._sequence and text.isdigit() and self._plainly_named(cells):
            return None
        names = [cells[index].strip() for index in self._names if index < len(cells)]
        named = any(names)
        if _NOTE_WORDS.match(text) or not _TOTALS.isdisjoint(names):
            self._below_notes = True
            return IgnoredKind.NOTE
        if self._above and _said(cells) in self._above:
            return IgnoredKind.TITLE
        # A Chinese name is short: anything else in a row with a name needs no closer look.
        if named and len(text) < 12 and first != self._names[0]:
            return self._header_again(cells, text)
        texts = sum(1 for cell in cells if cell and not cell.isspace())
        if texts == 1:
            return self._alone(text, first, named=named)
        return self._header_again(cells, text)

    def _plainly_named(self, cells: Sequence[str]) -> bool:
        """The ordinary row, told at a glance: a running number and a name."""
        index = self._names[0]
        name = cells[index].strip() if index < len(cells) else ""
        return bool(name) and name not in _TOTALS

    def _alone(self, text: str, first: int, *, named: bool) -> IgnoredKind | None:
        if first == self._sequence and text.removesuffix(".0").isdigit():
            return IgnoredKind.NUMBER_ONLY
        if _SECTION.match(text):
            return IgnoredKind.SECTION
        if self._below_notes and (_LISTED.match(text) or not named):
            return IgnoredKind.NOTE
        sentence = len(text) > 12 and (
            re.search(r"[。；：:！？]", text) or (has_han(text) and len(text) > 25)
        )
        return IgnoredKind.NOTE if sentence and (not named or len(text) > 25) else None

    def _header_again(self, cells: Sequence[str], text: str) -> IgnoredKind | None:
        if _packed(text) in self._heads and [_packed(cell) for cell in cells] == self._header[: len(cells)]:
            return IgnoredKind.HEADER
        return None


def _packed(cell: str) -> str:
    """A header's words, wherever this page of the list breaks or widens them."""
    return "".join(cell.split())


def _said(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in cells if cell and not cell.isspace())
