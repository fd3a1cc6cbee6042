"""The receipt that a unit prints, stamps and sends back (报名回执)."""

from collections.abc import Sequence
from dataclasses import dataclass

from trainingmgr.documents.fonts import FontChain
from trainingmgr.documents.paper import A4, Paper, Sheet
from trainingmgr.documents.typeset import Line, Style

_MARGIN = 36.0
_PADDING = 4.0
_STAMP = 130.0
_FOOT = 24.0
_LEAST_ROW = 26.0
_NAME = 1


@dataclass(frozen=True, slots=True)
class ReceiptPerson:
    """A row of the receipt, every value as it is to be printed."""

    name: str
    sex: str
    unit: str
    post: str
    phone: str
    identity: str
    category: str
    remark: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A unit's people on one training. `facts` are lines above the table, `printed` stands at the foot."""

    training: str
    unit: str
    host: str
    facts: tuple[str, ...]
    people: tuple[ReceiptPerson, ...]
    printed: str


@dataclass(frozen=True, slots=True)
class _Words:
    title: str
    unit: str
    columns: tuple[tuple[str, float], ...]
    nobody: str
    total: str
    signature: str
    phone: str
    stamp: str
    day: str
    page: str


_ZH = _Words(
    title="报名回执",
    unit="推荐单位：{}",
    columns=(
        ("序号", 32), ("姓名", 88), ("性别", 32), ("工作单位", 156), ("职务", 96), ("联系电话", 88),
        ("证件号码", 112), ("类别", 110), ("备注", 58),
    ),
    nobody="尚未推荐人选。",
    total="共 {} 人",
    signature="经办人（签字）：",
    phone="联系电话：",
    stamp="推荐单位（盖章）",
    day="______年____月____日",
    page="第 {} 页，共 {} 页",
)  # fmt: skip

_EN = _Words(
    title="Receipt of nominations",
    unit="Nominated by: {}",
    columns=(
        ("No.", 30), ("Name", 92), ("Sex", 42), ("Unit", 150), ("Post", 96), ("Phone", 96),
        ("ID number", 104), ("Category", 92), ("Remark", 60),
    ),
    nobody="Nobody has been nominated yet.",
    total="{} in all",
    signature="Prepared by (signature):",
    phone="Phone:",
    stamp="Stamp of the unit",
    day="Date: ______________",
    page="Page {} of {}",
)  # fmt: skip


def receipt_pdf(receipt: Receipt, language: str, fonts: FontChain) -> bytes:
    """The receipt on A4, lying, in `zh` or `en`: the table over as many pages as it takes, room for the stamp last.

    A character that no font has is printed as 〓.
    """
    return _Receipt(receipt, language, fonts).write()


class _Receipt:
    def __init__(self, receipt: Receipt, language: str, fonts: FontChain) -> None:
        self._receipt = receipt
        self._words = _EN if language == "en" else _ZH
        self._paper = Paper(fonts, (A4[1], A4[0]), language)
        self._body, self._small = self._paper.style(10.5), self._paper.style(8.5)
        self._head = self._paper.style(10.5, bold=True)
        room = self._paper.width - 2 * _MARGIN
        scale = room / sum(width for _, width in self._words.columns)
        self._widths = [width * scale for _, width in self._words.columns]

    def write(self) -> bytes:
        receipt, words = self._receipt, self._words
        sheet = self._paper.new_sheet()
        top = self._table(sheet, self._heading(sheet))
        self._ending(top)
        self._feet()
        return self._paper.write(f"{receipt.training} {words.title}", receipt.host)

    def _heading(self, sheet: Sheet) -> float:
        paper, room = self._paper, self._paper.width - 2 * _MARGIN
        top = _MARGIN
        title, large = paper.style(18, bold=True), paper.style(13)
        top = paper.put(
            sheet, paper.lines(self._receipt.training, large, room), large, _MARGIN, top, centred=room
        )
        top = paper.put(
            sheet, paper.lines(self._words.title, title, room), title, _MARGIN, top + 2, centred=room
        )
        for text in (self._words.unit.format(self._receipt.unit), *self._receipt.facts):
            top = paper.put(sheet, paper.lines(text, self._body, room), self._body, _MARGIN, top + 2)
        return top + 6

    def _table(self, sheet: Sheet, top: float) -> float:
        top = self._row(sheet, top, [word for word, _ in self._words.columns], self._head, first=True)
        for number, one in enumerate(self._receipt.people, 1):
            cells = [
                str(number), one.name, one.sex, one.unit, one.post, one.phone, one.identity, one.category,
                one.remark,
            ]  # fmt: skip
            if top + self._height(cells, self._body) > self._bottom:
                sheet = self._paper.new_sheet()
                top = self._row(
                    sheet, _MARGIN, [word for word, _ in self._words.columns], self._head, first=True
                )
            top = self._row(sheet, top, cells, self._body)
        said = self._words.total.format(len(self._receipt.people))
        text = said if self._receipt.people else self._words.nobody
        lines = self._paper.lines(text, self._body, self._paper.width - 2 * _MARGIN)
        return self._paper.put(sheet, lines, self._body, _MARGIN, top + 4)

    @property
    def _bottom(self) -> float:
        return self._paper.height - _MARGIN - _FOOT

    def _set(self, cells: Sequence[str], style: Style) -> list[tuple[list[Line], Style]]:
        """Each cell in lines; a name on one, set smaller where it is long."""
        found = []
        for at, (text, width) in enumerate(zip(cells, self._widths, strict=True)):
            room = width - 2 * _PADDING
            fitting = self._paper.fitting(text, style, room) if at == _NAME else style
            found.append((self._paper.lines(text, fitting, room), fitting))
        return found

    def _height(self, cells: Sequence[str], style: Style) -> float:
        tallest = max(self._paper.text_height(*cell) for cell in self._set(cells, style))
        return max(_LEAST_ROW, tallest + 2 * _PADDING)

    def _row(
        self, sheet: Sheet, top: float, cells: Sequence[str], style: Style, *, first: bool = False
    ) -> float:
        paper, height, x = self._paper, self._height(cells, style), _MARGIN
        bottom = top + height
        if first:
            paper.rule(sheet, _MARGIN, top, paper.width - _MARGIN, top, 0.8)
        for (lines, own), width in zip(self._set(cells, style), self._widths, strict=True):
            paper.rule(sheet, x, top, x, bottom)
            inside = top + (height - paper.text_height(lines, own)) / 2
            paper.put(sheet, lines, own, x + _PADDING, inside)
            x += width
        paper.rule(sheet, x, top, x, bottom)
        paper.rule(sheet, _MARGIN, bottom, x, bottom)
        return bottom

    def _ending(self, top: float) -> None:
        """Who prepared it at the left, and room for the stamp at the right."""
        paper, words, sheet = self._paper, self._words, self._paper.sheets[-1]
        if top + 16 + _STAMP > self._bottom:
            sheet, top = paper.new_sheet(), _MARGIN
        top += 16
        for at, text in enumerate((words.signature, words.phone)):
            y = top + 10 + at * 34
            lines = paper.lines(text, self._body, 200)
            paper.put(sheet, lines, self._body, _MARGIN, y)
            start = _MARGIN + max(line.width for line in lines) + 4
            paper.rule(sheet, start, y + 15, start + 150, y + 15)
        left, width = paper.width - _MARGIN - 260, 260.0
        for x in (left, left + width):
            paper.rule(sheet, x, top, x, top + _STAMP)
        for y in (top, top + _STAMP):
            paper.rule(sheet, left, y, left + width, y)
        paper.put(sheet, paper.lines(words.stamp, self._body, width), self._body, left + 8, top + 6)
        day = paper.lines(words.day, self._body, width)
        paper.put(sheet, day, self._body, left + width - 8 - day[0].width, top + _STAMP - 24)

    def _feet(self) -> None:
        paper, pages = self._paper, len(self._paper.sheets)
        y = paper.height - _MARGIN - 4
        for number, sheet in enumerate(paper.sheets, 1):
            said = paper.lines(f"{self._receipt.training} · {self._receipt.printed}", self._small, 560)
            paper.put(sheet, said[:1], self._small, _MARGIN, y)
            page = paper.lines(self._words.page.format(number, pages), self._small, 140)
            width = page[0].width
            paper.put(sheet, page, self._small, paper.width - _MARGIN - width, y)
