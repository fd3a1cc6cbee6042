"""Lists of who is where: rooms as one table for the hotel's desk, groups, buses and tables each under its name."""

from collections.abc import Sequence
from dataclasses import dataclass

from trainingmgr.documents.fonts import FontChain
from trainingmgr.documents.listing import Block, Facts, Heading, Listing, Table, Words, draw_listing


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A line, every value as it is to be printed."""

    name: str
    sex: str
    unit: str
    post: str
    phone: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class ListedHolder:
    """A container with those in it, in order; `facts` stand under its name, `places` None is any number."""

    name: str
    people: Sequence[ListedPerson]
    places: int | None = None
    note: str = ""
    facts: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class ArrangementList:
    """A printed list. `in_one` puts all into one table with the container in its first column; with `by_group` no
    group is named beside each person; with `presided` the first of each presides. `without` are those who are
    nowhere, `printed` is for the foot."""

    title: str
    holder: str
    holders: Sequence[ListedHolder]
    printed: str
    without: Sequence[ListedPerson] = ()
    in_one: bool = False
    presided: bool = False
    by_group: bool = False


@dataclass(frozen=True, slots=True)
class _Words:
    columns: tuple[tuple[str, float], ...]
    around: str
    count: str
    places: str
    without: str
    presides: str
    page: str
    nobody: str


_ZH = _Words(
    columns=(
        ("序号", 30), ("姓名", 74), ("性别", 28), ("单位", 140), ("职务", 92), ("联系电话", 84), ("组别", 52),
    ),
    around="（{}）",
    count="{}人",
    places="{}人，共{}个位置",
    without="未安排",
    presides="（桌长）",
    page="第 {page} 页，共 {pages} 页",
    nobody="无人。",
)  # fmt: skip

_EN = _Words(
    columns=(
        ("No.", 24), ("Name", 78), ("Sex", 38), ("Unit", 132), ("Post", 92), ("Phone", 84), ("Group", 52),
    ),
    around=" ({})",
    count="{}",
    places="{} of {}",
    without="Without a place",
    presides=" (presides)",
    page="Page {page} of {pages}",
    nobody="Nobody.",
)  # fmt: skip


def arrangement_pdf(listed: ArrangementList, language: str, fonts: FontChain) -> bytes:
    """The list on A4 in `zh` or `en`."""
    words = _EN if language == "en" else _ZH
    blocks: list[Block] = []
    if listed.in_one:
        head = (listed.holder, *(name for name, _width in words.columns[1:]))
        widths = [62.0, *(width for _name, width in words.columns[1:])]
        rows = [
            [_holder_cell(holder) if not number else "", *_cells(one)]
            for holder in listed.holders
            for number, one in enumerate(holder.people)
        ]
        together = [len(holder.people) for holder in listed.holders if holder.people]
        blocks.append(Table(head, rows, widths, together))
    else:
        for holder in listed.holders:
            blocks += _one(listed, holder, words)
    if listed.without:
        blocks += [Heading(words.without), _table(listed, listed.without, words)]
    return draw_listing(
        Listing(title=listed.title, blocks=blocks, foot=listed.printed, page=words.page, wide=listed.in_one),
        fonts,
    )


def _holder_cell(holder: ListedHolder) -> str:
    return f"{holder.name}\n{holder.note}" if holder.note else holder.name


def _one(listed: ArrangementList, holder: ListedHolder, words: _Words) -> list[Block]:
    number = len(holder.people)
    count = (
        words.count.format(number) if holder.places is None else words.places.format(number, holder.places)
    )
    blocks: list[Block] = [Heading(f"{holder.name}{words.around.format(count)}")]
    if holder.note:
        blocks.append(Words(holder.note, small=True))
    if holder.facts:
        blocks += [Facts(holder.facts), Words("", small=True)]
    blocks.append(
        _table(listed, holder.people, words, first=words.presides if listed.presided else "")
        if holder.people
        else Words(words.nobody, small=True)
    )
    return blocks


def _table(listed: ArrangementList, people: Sequence[ListedPerson], words: _Words, first: str = "") -> Table:
    columns = words.columns[:-1] if listed.by_group else words.columns
    head, widths = zip(*columns, strict=True)
    rows = [[str(number), *_cells(one)][: len(columns)] for number, one in enumerate(people, 1)]
    if first:
        rows[0][1] += first
    return Table(head, rows, widths)


def _cells(one: ListedPerson) -> list[str]:
    return [one.name, one.sex, one.unit, one.post, one.phone, one.group]
