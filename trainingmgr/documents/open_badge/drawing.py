"""What a badge looks like: a seal with a guilloche ring, and in it what the certificate is."""

from collections.abc import Iterator, Sequence
from itertools import chain as links
from itertools import takewhile
from math import cos, pi, sin
from typing import NamedTuple

from trainingmgr.documents.certificate.wording import EN, ZH
from trainingmgr.documents.fonts import Face, FontChain, Glyph, font_chain
from trainingmgr.domain.certificate import CertificateSnapshot
from trainingmgr.domain.chinese import date_en, date_zh, unbreakable_pieces

SIZE = 512

_MIDDLE = SIZE / 2
_PAPER, _INK, _MUTED = "#fffdf8", "#1c2526", "#566365"
_TEAL, _TEAL_LIGHT = "#0b5d66", "#8fc0c4"
_AMBER, _AMBER_LIGHT = "#8a5a00", "#e3c48d"
_SAMPLE = "示例 SAMPLE"

_EDGE, _SCALLOP, _SCALLOPS = 243.0, 6.0, 36
_INNER = 196.0
_RING, _SWING, _WAVES, _STRANDS = 217.0, 12.0, 24, 5
_WIDEST = 318.0

Point = tuple[float, float]


class Curve(NamedTuple):
    """A closed line of this width, or without one the area within it."""

    points: Sequence[Point]
    colour: str
    width: float = 0.0


class Run(NamedTuple):
    """A line of letters from its left end on the baseline."""

    glyphs: Sequence[Glyph]
    x: float
    y: float
    size: float
    colour: str


def drawing(one: CertificateSnapshot) -> Iterator[Curve | Run]:
    """The shapes of the badge from back to front, on a square of `SIZE`. A sample's is amber and says so."""
    colour, light = (_AMBER, _AMBER_LIGHT) if one.is_sample else (_TEAL, _TEAL_LIGHT)
    yield Curve(_round(_EDGE, _SCALLOP, _SCALLOPS, 0, 720), colour)
    for strand in range(_STRANDS):
        turn = 2 * pi * strand / _STRANDS
        yield Curve(_round(_RING, _SWING, _WAVES, turn, 288), light, 0.8)
    yield Curve(_round(_INNER, 0, 0, 0, 180), _PAPER)
    yield Curve(_round(_INNER - 6, 0, 0, 0, 180), colour, 1.2)
    yield from _words(one, colour)


def _words(one: CertificateSnapshot, colour: str) -> Iterator[Run]:
    chain = font_chain()
    chinese = bool(one.training_title_zh)
    titles = [ZH[one.kind].title, EN[one.kind].title]
    if not chinese:
        titles.reverse()
    host, training = (one.host_zh, one.training_title_zh) if chinese else (one.host_en, one.training_title_en)
    day = date_zh(one.issue_date) if chinese else date_en(one.issue_date)
    yield from _block(chain, host, (17, 15, 13), 2, 146, 270, _MUTED, Face.SONG)
    yield from _block(chain, titles[0], (54, 50, 44, 36, 30, 26), 1, 212, _WIDEST, colour, Face.SONG_BOLD)
    if one.training_title_zh and one.training_title_en:
        yield from _block(chain, titles[1], (18, 16, 14), 1, 256, _WIDEST, colour, Face.SONG)
    yield from _block(chain, training, (23, 20, 18, 16, 14), 3, 313, _WIDEST, _INK, Face.SONG)
    yield from _block(chain, day, (15,), 1, 378, 230, _MUTED, Face.SONG)
    if one.is_sample:
        yield from _block(chain, _SAMPLE, (22,), 1, 409, 200, colour, Face.SONG_BOLD)


def _block(
    chain: FontChain,
    text: str,
    sizes: Sequence[float],
    most: int,
    middle: float,
    width: float,
    colour: str,
    face: Face,
) -> Iterator[Run]:
    """The text around this height in the largest size that fits; in the last one its end is cut."""
    missing = {ord(character[0]): "〓" for character in chain.missing_characters(text)}
    known = text.translate(missing)
    for size in sizes:
        lines = _lines(chain, known, face, width / size)
        if len(lines) <= most and all(_ems(chain, line, face) <= width / size for line in lines):
            break
    else:
        more = len(lines) > most
        lines = [_cut(chain, line, face, width / size) for line in lines[:most]]
        lines[-1] = _cut(chain, f"{lines[-1].strip()}…", face, width / size) if more else lines[-1]
    height = size * 1.35
    baseline = middle - height * (len(lines) - 1) / 2 + size * 0.36
    for number, line in enumerate(lines):
        glyphs = chain.shape(line.strip(), face)
        wide = _ems(chain, line, face) * size
        yield Run(glyphs, _MIDDLE - wide / 2, baseline + height * number, size, colour)


def _lines(chain: FontChain, text: str, face: Face, ems: float) -> list[str]:
    """The text in as few lines of at most `ems` as may be, and of about one length."""
    lines = _broken(chain, text, face, ems)
    if len(lines) == 1:
        return lines
    narrower = (_broken(chain, text, face, ems * part / 20) for part in range(19, 9, -1))
    return list(takewhile(lambda broken: len(broken) == len(lines), links([lines], narrower)))[-1]


def _broken(chain: FontChain, text: str, face: Face, ems: float) -> list[str]:
    """A piece that is longer than a line stands alone."""
    lines = [""]
    for piece in unbreakable_pieces(text):
        longer = lines[-1] + piece
        if lines[-1] and _ems(chain, longer, face) > ems:
            lines.append(piece)
        else:
            lines[-1] = longer
    return lines


def _cut(chain: FontChain, line: str, face: Face, ems: float) -> str:
    while _ems(chain, line, face) > ems:
        line = f"{line.removesuffix('…')[:-1]}…"
    return line


def _ems(chain: FontChain, line: str, face: Face) -> float:
    return sum(glyph.advance for glyph in chain.shape(line.strip(), face))


def _round(radius: float, swing: float, waves: int, turn: float, steps: int) -> list[Point]:
    """A circle whose radius swings so many times on its way around."""
    points = []
    for step in range(steps):
        angle = 2 * pi * step / steps
        far = radius + swing * cos(waves * angle + turn)
        points.append((_MIDDLE + far * sin(angle), _MIDDLE - far * cos(angle)))
    return points
