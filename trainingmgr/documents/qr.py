"""QR symbols as the bits of an image."""

from typing import NamedTuple

import segno

# Any mask reads well enough on white paper; choosing the best would cost more than all the rest of a symbol.
_MASK = 3
_FIGURES = bytes.maketrans(b"\0\1", b"01")


class Symbol(NamedTuple):
    """`rows` holds one bit a module, a set one dark, each row filled up to whole bytes."""

    modules: int
    rows: bytes


def qr_symbol(text: str) -> Symbol:
    """The smallest symbol for `text` that outlasts damage to 15 % of it; no quiet zone is included."""
    symbol = segno.make(text, error="m", mode="byte", mask=_MASK, micro=False, boost_error=False)
    modules = len(symbol.matrix)
    spare = -modules % 8
    width = (modules + spare) // 8
    rows = (int(row.translate(_FIGURES), 2) << spare for row in symbol.matrix)
    return Symbol(modules, b"".join(row.to_bytes(width, "big") for row in rows))
