"""The receipt that a unit prints, stamps and sends back (报名回执)."""

from dataclasses import dataclass

from trainingmgr.documents.fonts import FontChain
from trainingmgr.documents.listing import Block, Facts, Listing, Stamp, Table, Words, draw_listing


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
    """A unit's people on one training. `facts` are names and values above the table, `printed` is for the foot."""

    training: str
    unit: str
    facts: tuple[tuple[str, str], ...]
    people: tuple[ReceiptPerson, ...]
    printed: str


@dataclass(frozen=True, slots=True)
class _Words:
    title: str
    unit: str
    columns: tuple[tuple[str, float], ...]
    nobody: str
    total: str
    stamp: str
    lines: tuple[str, ...]
    page: str


_ZH = _Words(
    title="{}报名回执",
    unit="推荐单位",
    columns=(
        ("序号", 26), ("姓名", 62), ("性别", 30), ("工作单位", 156), ("职务", 100), ("联系电话", 88),
        ("证件号码", 108), ("类别", 118), ("备注", 62),
    ),
    nobody="尚未推荐人选。",
    total="共 {} 人。",
    stamp="推荐单位（盖章）",
    lines=("经办人签字：", "联系电话：", "日　　期："),
    page="第 {page} 页，共 {pages} 页",
)  # fmt: skip

_EN = _Words(
    title="{}: receipt of nominations",
    unit="Nominated by",
    columns=(
        ("No.", 26), ("Name", 80), ("Sex", 40), ("Unit", 130), ("Post", 100), ("Phone", 92),
        ("ID number", 108), ("Category", 104), ("Remark", 72),
    ),
    nobody="Nobody has been nominated yet.",
    total="{} in all.",
    stamp="Stamp of the unit",
    lines=("Prepared by (signature):", "Phone:", "Date:"),
    page="Page {page} of {pages}",
)  # fmt: skip


_CATEGORY = 7


def receipt_pdf(receipt: Receipt, language: str, fonts: FontChain) -> bytes:
    """The receipt on A4, lying, in `zh` or `en`: the table over as many pages as it takes, room for the stamp last."""
    words = _EN if language == "en" else _ZH
    blocks: list[Block] = [Facts([(words.unit, receipt.unit), *receipt.facts])]
    if receipt.people:
        rows = [
            [
                str(number),
                one.name,
                one.sex,
                one.unit,
                one.post,
                one.phone,
                one.identity,
                one.category,
                one.remark,
            ]
            for number, one in enumerate(receipt.people, 1)
        ]
        # Where the unit has places of one category alone, the rows need not repeat it.
        shown = [
            at for at, _column in enumerate(words.columns) if at != _CATEGORY or any(row[at] for row in rows)
        ]
        head, widths = zip(*(words.columns[at] for at in shown), strict=True)
        blocks += [Words(""), Table(head, [[row[at] for at in shown] for row in rows], widths)]
    said = words.total.format(len(receipt.people)) if receipt.people else words.nobody
    blocks += [Words(said, small=True), Stamp(words.stamp, words.lines)]
    return draw_listing(
        Listing(
            title=words.title.format(receipt.training),
            blocks=blocks,
            foot=receipt.printed,
            page=words.page,
            wide=True,
        ),
        fonts,
    )
