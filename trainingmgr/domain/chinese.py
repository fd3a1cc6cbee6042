"""How Chinese documents write dates and hours, and where their lines may break."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache

_NUMERALS = "〇一二三四五六七八九"
_FIGURES = {c: str(n) for n, c in enumerate("零一二三四五六七八九")}

# The marks that GB/T 15834 and GB/T 15835 keep off the start or the end of a line.
CLOSING = frozenset("，。、；：？！）〕］｝》〉】〗」』”’…—～·‧・％‰℃°′″々,.;:?!)]}%")
OPENING = frozenset("（〔［｛《〈【〖「『“‘￥＄￡([{$£¥№")

# These fill half of their square with ink, so that half may give way beside another mark or at a line's end.
HALF_CLOSING = frozenset("，。、；：）〕］｝》〉】〗」』”’")
HALF_OPENING = frozenset("（〔［｛《〈【〖「『“‘")

_EAST_ASIAN = r"⺀-〇〡-鿿豈-﫿！-～𠀀-𳑿“”‘’…—"
_LATIN = "A-Za-zÀ-ɏ"
_PIECES = re.compile(
    rf"\s+|(?:[^\s{_EAST_ASIAN}]|(?<=[{_LATIN}])’(?=[{_LATIN}]))+|[{_EAST_ASIAN}][︀-️\U000e0100-\U000e01ef]?"
)
_NUMBER = re.compile(r".*\d")
_MONTH = re.compile(r".*\d月")

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@lru_cache(maxsize=4096)
def is_east_asian(character: str) -> bool:
    """Whether the character stands in a full square, so that a line may break beside it."""
    return re.match(rf"[{_EAST_ASIAN}]", character) is not None


def numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese numerals, as days and months are written: 十, 十一, 二十三."""
    if not 1 <= number <= 99:
        raise ValueError(f"not from 1 to 99: {number}")
    tens, ones = divmod(number, 10)
    head = {0: "", 1: "十"}.get(tens) if tens < 2 else _NUMERALS[tens] + "十"
    return f"{head}{_NUMERALS[ones] if ones else ''}"


def number_in(text: str) -> int | None:
    """The number that Chinese numerals from 1 to 99 write, as `numeral` does; None where they are none."""
    return next((number for number in range(1, 100) if numeral(number) == text), None)


def date_in_numerals(day: date) -> str:
    """The date under a signature: 二〇一九年十一月二日."""
    year = "".join(_NUMERALS[int(figure)] for figure in f"{day.year:04d}")
    return f"{year}年{numeral(day.month)}月{numeral(day.day)}日"


def book_title(text: str) -> str:
    """The text between title marks 《》; those it brings along become the inner ones 〈〉."""
    return f"《{inside_title_marks(text)}》"


def inside_title_marks(text: str) -> str:
    """The text as it stands between title marks: its own around the whole fall away, others become 〈〉."""
    bare = text.strip()
    if bare.startswith("《") and bare.find("》") == len(bare) - 1:
        return bare[1:-1]
    return bare.translate({ord("《"): "〈", ord("》"): "〉"})


def date_zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def date_en(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def date_range_zh(start: date, end: date) -> str:
    """2019年10月30日至11月2日; what both days share is said once. Both days are included."""
    if start == end:
        return date_zh(start)
    if start.year != end.year:
        return f"{date_zh(start)}至{date_zh(end)}"
    if start.month != end.month:
        return f"{date_zh(start)}至{end.month}月{end.day}日"
    return f"{date_zh(start)}至{end.day}日"


def date_range_en(start: date, end: date) -> str:
    """30 October to 2 November 2019; what both days share is said once. Both days are included."""
    if start == end:
        return date_en(start)
    if start.year != end.year:
        return f"{date_en(start)} to {date_en(end)}"
    if start.month != end.month:
        return f"{start.day} {_MONTHS[start.month - 1]} to {date_en(end)}"
    return f"{start.day} to {date_en(end)}"


def exact_number(number: Decimal) -> str:
    """The number as it is, without an exponent or zeros behind the last figure that says something."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def class_hours_zh(hours: Decimal) -> str:
    return f"{exact_number(hours)}学时"


def class_hours_en(hours: Decimal) -> str:
    return f"{exact_number(hours)} class {'hour' if hours == 1 else 'hours'}"


def unbreakable_pieces(text: str) -> list[str]:
    """The text in the pieces between which a line may break; joined they are the text.

    No closing mark begins a piece and no opening mark ends one; a Latin word stays whole, a number
    stays with the sign that it counts, a day with its month. White space ends the piece before it.
    """
    pieces: list[str] = []
    for token in _PIECES.findall(text):
        if pieces and _sticks(pieces[-1], token):
            pieces[-1] += token
        else:
            pieces.append(token)
    return pieces


def _sticks(before: str, token: str) -> bool:
    if token.isspace():
        return True
    last = before[-1]
    if last.isspace():
        return False
    if token[0] in CLOSING or last in OPENING:
        return True
    if token[0].isdigit() and _MONTH.fullmatch(before):
        return True
    return _NUMBER.fullmatch(before) is not None and is_east_asian(token[0]) and token[0] not in OPENING


def join_zh(names: Iterable[str]) -> str:
    """Names one after another as Chinese lists them: 甲、乙、丙."""
    return "、".join(names)


def join_en(names: Iterable[str]) -> str:
    """Names one after another as English lists them: A, B and C. Nothing where there are none."""
    *head, last = list(names) or [""]
    return f"{', '.join(head)} and {last}" if head else last


@lru_cache(maxsize=4096)
def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """An order in which 第2组 comes before 第10组 and 三组 before 十组."""
    plain = re.sub(r"([二三四五六七八九]?)十([一二三四五六七八九]?)", _tens, text)
    plain = "".join(_FIGURES.get(c, c) for c in plain)
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in re.findall(r"[0-9]+|[^0-9]+", plain)
    )


def _tens(found: re.Match[str]) -> str:
    return (_FIGURES[found[1]] if found[1] else "1") + (_FIGURES[found[2]] if found[2] else "0")
