"""Fees as exact amounts of yuan, and as receipts write them so that no figure can be added."""

from decimal import Decimal, InvalidOperation
from hashlib import sha256

from trainingmgr.domain.refusal import Refusal

MOST = Decimal("999999.99")
_CENT = Decimal("0.01")
_FIGURES = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")


def read_amount(text: str) -> Decimal:
    """An amount as typed, with or without commas between thousands. Raises Refusal `fee.amount` (most)."""
    try:
        amount = Decimal(text.strip().replace(",", "").replace("，", ""))
        if not Decimal(0) <= amount <= MOST or amount != amount.quantize(_CENT):
            raise Refusal("fee.amount", most=str(MOST))
    except InvalidOperation as error:
        raise Refusal("fee.amount", most=str(MOST)) from error
    return amount.quantize(_CENT)


def terms_of(amount: Decimal, tax_note: str) -> str:
    """A name of what is signed for: another amount or another note on tax has another one."""
    return sha256(f"{amount:.2f}\n{tax_note}".encode()).hexdigest()


def in_capitals(amount: Decimal) -> str:
    """An amount of yuan, at most `MOST`, in the figures of receipts (大写): 1005.20 is 壹仟零伍元贰角整.

    By 票据法's rules of filling in (支付结算办法, annex 1): zeros between figures are written once, 整 follows
    an amount that ends with yuan or jiao.
    """
    yuan, rest = divmod(int(amount * 100), 100)
    jiao, fen = divmod(rest, 10)
    words = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return f"{words or '零元'}整"
    if jiao:
        words += f"{_FIGURES[jiao]}角"
    elif words:
        words += "零"
    return words + (f"{_FIGURES[fen]}分" if fen else "整")


def _whole(number: int) -> str:
    high, low = divmod(number, 10000)
    if not high:
        return _four(low)
    joined = _four(high) + "万"
    if not low:
        return joined
    return joined + ("零" if low < 1000 else "") + _four(low)


def _four(number: int) -> str:
    """A number below 10,000."""
    words, gap = "", False
    for place in range(3, -1, -1):
        figure = number // 10**place % 10
        if figure:
            words += ("零" if gap and words else "") + _FIGURES[figure] + _PLACES[place]
            gap = False
        else:
            gap = True
    return words
