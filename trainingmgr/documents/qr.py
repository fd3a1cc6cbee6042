"""QR symbols as the bits of an image.

A symbol of fixed size, level and mask is linear over GF(2): to change one bit of the text changes the same
modules whatever the rest says. So the first text of a length is drawn by segno, and every further one is
that symbol XORed with what its differing bits change.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache, reduce
from itertools import compress
from operator import xor
from typing import Any, NamedTuple

import segno
from segno import consts

# Any mask reads well enough on white paper; choosing the best would cost more than all the rest of a symbol.
_MASK = 3
_FIGURES = bytes.maketrans(b"\0\1", b"01")
_VALUES = bytes.maketrans(b"01", b"\0\1")

LONG_TEXT = 180
"""Bytes. Up to here a symbol outlasts damage to 15 % of it; a longer text, whose modules are small, to 7 %."""

LONGEST_TEXT = 1200
"""Bytes. More would not be read off 30 mm of paper."""

_BLOCKS: Any = consts.ECC
_LEVELS = {"m": consts.ERROR_LEVEL_M, "l": consts.ERROR_LEVEL_L}


class Symbol(NamedTuple):
    """`rows` holds one bit a module, a set one dark, each row filled up to whole bytes."""

    modules: int
    rows: bytes

    def runs(self) -> Iterator[tuple[int, int, int]]:
        """Row, column and length of each run of dark modules."""
        width = (self.modules + 7) // 8
        for row in range(self.modules):
            bits = f"{int.from_bytes(self.rows[row * width : (row + 1) * width], 'big'):0{width * 8}b}"
            start = bits.find("1")
            while start >= 0:
                end = bits.find("0", start)
                end = end if end >= 0 else self.modules
                yield row, start, end - start
                start = bits.find("1", end)


def qr_symbol(text: str) -> Symbol:
    """The smallest symbol for `text`, without a quiet zone. ValueError for more than `LONGEST_TEXT` bytes.

    Safe to call from any thread.
    """
    data = text.encode()
    if len(data) > LONGEST_TEXT:
        raise ValueError(f"{len(data)} bytes are too many for a symbol on paper")
    first = _firsts.get(len(data))
    if first is None:
        if len(_firsts) >= _MOST_LENGTHS:
            _firsts.clear()
        first = _firsts[len(data)] = _First(data)
    return first.changed_to(data)


class _First:
    """The symbol of one text, from which those of all others of its length follow."""

    def __init__(self, data: bytes) -> None:
        length = len(data)
        self._number = int.from_bytes(data, "big")
        self._length = 8 * length
        level = "m" if length <= LONG_TEXT else "l"
        symbol = segno.make(data, error=level, mode="byte", mask=_MASK, micro=False, boost_error=False)
        matrix = [bytes(row) for row in symbol.matrix]
        self._modules = len(matrix)
        self._width = (self._modules + 7) // 8
        spare = self._width * 8 - self._modules
        rows = (int(row.translate(_FIGURES), 2) << spare for row in matrix)
        self._bits = int.from_bytes(b"".join(row.to_bytes(self._width, "big") for row in rows), "big")
        version = int(symbol.version)
        self._effects = _effects(version, level)
        # The mode takes four bits, and then comes the length.
        self._offset = 4 + (8 if version < 10 else 16)

    def changed_to(self, data: bytes) -> Symbol:
        changed = int.from_bytes(data, "big") ^ self._number
        bits = f"{changed:0{self._length}b}".encode("ascii").translate(_VALUES)
        effects = self._effects.between(self._offset, bits)
        whole = reduce(xor, compress(effects, bits), self._bits)
        return Symbol(self._modules, whole.to_bytes(self._width * self._modules, "big"))


# From the highest bit of a byte, as they are written into the symbol.
_SET_BITS = [[bit for bit in range(8) if value & 0x80 >> bit] for value in range(256)]

# By length. Which text came first makes no difference to the symbols that follow from it.
_firsts: dict[int, _First] = {}
_MOST_LENGTHS = 32


class _Effects:
    """The modules that change with each bit of the data, found as they are asked for."""

    def __init__(self, version: int, level: str) -> None:
        self._places = _places(version)
        self._blocks: list[int] = []
        for info in _BLOCKS[version][_LEVELS[level]]:
            self._blocks += [info.num_data] * info.num_blocks
            self._correcting = info.num_total - info.num_data
        self._starts = [sum(self._blocks[:number]) for number in range(len(self._blocks))]
        self._total = sum(self._blocks)
        self._known = [0] * (8 * self._total)

    def between(self, offset: int, wanted: bytes) -> Sequence[int]:
        """What the bits from `offset` on change, being known for those that are not zero in `wanted`."""
        found = self._known[offset : offset + len(wanted)]
        if not all(compress(found, wanted)):
            for bit, value in enumerate(wanted, offset):
                if value and not self._known[bit]:
                    self._known[bit] = self._effect(bit)
            found = self._known[offset : offset + len(wanted)]
        return found

    def _effect(self, bit: int) -> int:
        word, low = divmod(bit, 8)
        block = max(number for number, start in enumerate(self._starts) if start <= word)
        column = word - self._starts[block]
        value = 0x80 >> low
        # Words are written column by column over the blocks, of which the first are shorter by one at most.
        written = sum(min(column, size) for size in self._blocks)
        written += sum(size > column for size in self._blocks[:block])
        effect = self._placed(written, value)
        remainder = _remainder(self._correcting, value, self._blocks[block] - 1 - column)
        for number, correction in enumerate(remainder):
            effect ^= self._placed(self._total + number * len(self._blocks) + block, correction)
        return effect

    def _placed(self, word: int, value: int) -> int:
        bits = 0
        for bit in _SET_BITS[value]:
            bits |= self._places[8 * word + bit]
        return bits


_effects = lru_cache(maxsize=6)(_Effects)


@lru_cache(maxsize=6)
def _places(version: int) -> list[int]:
    """The module of each written bit, as an image with this one module set."""
    modules = 17 + 4 * version
    width = (modules + 7) // 8 * 8
    last = width * modules - 1
    places = []
    upwards = True
    for right in [*range(modules - 1, 6, -2), 5, 3, 1]:
        for row in range(modules - 1, -1, -1) if upwards else range(modules):
            places += [
                1 << last - (row * width + column)
                for column in (right, right - 1)
                if not _is_fixed(row, column, version)
            ]
        upwards = not upwards
    return places


def _is_fixed(row: int, column: int, version: int) -> bool:
    """Whether the module is of a pattern or of what a symbol says about itself."""
    end = 17 + 4 * version
    if (
        row == 6
        or column == 6
        or (row < 9 and (column < 9 or column >= end - 8))
        or (column < 9 and row >= end - 8)
    ):
        return True
    if version >= 7 and ((row < 6 and column >= end - 11) or (column < 6 and row >= end - 11)):
        return True
    if version == 1:
        return False
    centres = consts.ALIGNMENT_POS[version - 2]
    near = [[at for at in centres if abs(at - place) <= 2] for place in (row, column)]
    if not all(near):
        return False
    # Where a finder is there is no alignment pattern.
    return (near[0][0], near[1][0]) not in {(6, 6), (6, end - 7), (end - 7, 6)}


@lru_cache(maxsize=4096)
def _remainder(length: int, value: int, power: int) -> bytes:
    """The correction words of a block that is zero but for `value`, `power` words before its end."""
    if power:
        before = _remainder(length, value, power - 1)
        return _stepped(before, before[0])
    return _stepped(bytes(length), value)


def _stepped(words: bytes, carried: int) -> bytes:
    shifted = bytearray(words[1:] + b"\0")
    if carried:
        log = consts.GALIOS_LOG[carried]
        for at, factor in enumerate(consts.GEN_POLY[len(words)]):
            shifted[at] ^= consts.GALIOS_EXP[log + factor]
    return bytes(shifted)
