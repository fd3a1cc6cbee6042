"""The receipt that a lecturer signs for the fee (授课酬金领取单)."""

from dataclasses import dataclass
from decimal import Decimal

from trainingmgr.documents.fonts import FontChain
from trainingmgr.documents.listing import Facts, Listing, Stamp, draw_listing
from trainingmgr.domain.fee import in_capitals


@dataclass(frozen=True, slots=True)
class FeeReceipt:
    """A fee in yuan; `signed` says by whom and when it was signed on screen, empty where it was not.

    Every other value is as it is to be printed; `printed` is for the foot.
    """

    host: str
    training: str
    days: str
    lecturer: str
    sessions: tuple[str, ...]
    amount: Decimal
    tax_note: str
    signed: str
    printed: str


@dataclass(frozen=True, slots=True)
class _Words:
    title: str
    names: tuple[str, str, str, str, str, str, str, str]
    sign: str
    lines: tuple[str, ...]
    page: str


_ZH = _Words(
    "授课酬金领取单",
    ("发放单位", "培训班", "时间", "授课人", "授课内容", "金额", "税费说明", "网上签收"),
    "领款人（签字）",
    ("身份证件号码：", "开户行及账号：", "日　　期："),
    "第 {page} 页，共 {pages} 页",
)
_EN = _Words(
    "Receipt of a lecturer's fee",
    ("Paid by", "Training", "Dates", "Lecturer", "Taught", "Amount", "Tax", "Signed on screen"),
    "Received by (signature)",
    ("ID number:", "Bank and account:", "Date:"),
    "Page {page} of {pages}",
)


def fee_receipt_pdf(receipt: FeeReceipt, language: str, fonts: FontChain) -> bytes:
    """The receipt on A4 in `zh` or `en`, with room for a signature by hand."""
    words = _EN if language == "en" else _ZH
    amount = f"¥{receipt.amount:,.2f}"
    # Offices pay by the amount in figures that nobody can add to, in both languages.
    amount += (
        f"（{in_capitals(receipt.amount)}）" if language != "en" else f" CNY ({in_capitals(receipt.amount)})"
    )
    values = (
        receipt.host,
        receipt.training,
        receipt.days,
        receipt.lecturer,
        "\n".join(receipt.sessions),
        amount,
        receipt.tax_note,
        receipt.signed,
    )
    facts = [pair for pair in zip(words.names, values, strict=True) if pair[1]]
    return draw_listing(
        Listing(
            title=words.title,
            blocks=[Facts(facts), Stamp(words.sign, words.lines)],
            foot=receipt.printed,
            page=words.page,
        ),
        fonts,
    )
