from pathlib import Path
from random import Random
from string import printable

import pytest
import segno

from tests.documents.reading import run
from trainingmgr.documents.qr import LONG_TEXT, LONGEST_TEXT, Symbol, qr_symbol
from trainingmgr.domain.certificate import new_code, verify_url


def _read(symbol: Symbol, folder: Path) -> str:
    """What a scanner makes of the symbol, eight pixels a module, with its quiet zone."""
    width = (symbol.modules + 7) // 8
    rows = [
        [symbol.rows[y * width + x // 8] >> (7 - x % 8) & 1 for x in range(symbol.modules)]
        for y in range(symbol.modules)
    ]
    side = (symbol.modules + 8) * 8
    picture = bytearray(b"\xff" * side * side)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                for line in range((y + 4) * 8, (y + 5) * 8):
                    start = line * side + (x + 4) * 8
                    picture[start : start + 8] = bytes(8)
    path = folder / "qr.pgm"
    path.write_bytes(b"P5\n%d %d\n255\n" % (side, side) + picture)
    return run("zbarimg", "--quiet", "--raw", path).strip()


@pytest.mark.parametrize("length", [8, 20, 45, 90, 160])
def test_a_scanner_reads_the_text_back(length: int, tmp_path: Path) -> None:
    text = verify_url(f"https://{'a' * length}.org", "CD2019-0001", new_code())
    assert _read(qr_symbol(text), tmp_path) == text


def test_longer_texts_take_larger_symbols() -> None:
    sizes = [qr_symbol("A" * length).modules for length in (10, 60, 200)]
    assert sizes == sorted(set(sizes))


# The lengths around which versions, counts and blocks change, and the longest.
@pytest.mark.parametrize(
    "length", [1, 14, 15, 26, 62, 107, 122, 180, 181, 230, 231, 271, 321, 367, 425, 458, 459, 900, 1200]
)
def test_every_symbol_is_the_one_that_segno_draws(length: int) -> None:
    rolls = Random(length)
    for _ in range(3):
        text = "".join(rolls.choices(printable[:94], k=length))
        error = "m" if length <= LONG_TEXT else "l"
        symbol = segno.make(text.encode(), error=error, mode="byte", mask=3, micro=False, boost_error=False)
        drawn = qr_symbol(text)
        modules = [[0] * drawn.modules for _ in range(drawn.modules)]
        for row, start, run_length in drawn.runs():
            modules[row][start : start + run_length] = [1] * run_length
        assert modules == [list(row) for row in symbol.matrix]


def test_a_text_that_no_phone_would_read_off_paper_is_an_error() -> None:
    with pytest.raises(ValueError):
        qr_symbol("a" * (LONGEST_TEXT + 1))
