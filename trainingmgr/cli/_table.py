"""Text in columns for a terminal, where a Chinese character is two cells wide."""

import unicodedata
from collections.abc import Sequence

_WIDE = "WF"


def width(text: str) -> int:
    """The columns of a terminal that `text` fills: a Chinese character fills two, a mark on another none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in _WIDE else 1
        for char in text
    )


def padded(text: str, columns: int) -> str:
    """`text` filled up with spaces to so many columns."""
    return text + " " * max(0, columns - width(text))


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of equal length as lines, their cells under one another."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(padded, row, widths)).rstrip() for row in rows]
