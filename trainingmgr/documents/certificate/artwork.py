"""The engraved border: what is the same on every certificate, drawn once a process."""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from math import asin, cos, pi, sin, sqrt

import pikepdf
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = landscape(A4)

# One muted colour for everything that is ornament.
COLOUR = (0.34, 0.49, 0.50)

_INSET = 27.0  # 9.5 mm: within what office printers can print
_BAND = 15.0
_RAIL = 1.6  # from the band to the hairline on either side
_ROSETTE = 21.0
_FRAME = 7.0  # from the band to the inner frame, and from the rosettes to its hollow corners
_WAVE = 27.0
_STRANDS = 6
_HAIR = 0.3
_STEPS = 6  # segments a wave; the curve then misses the true one by less than a hundredth of a point

_AXIS = _INSET + _BAND / 2

Point = tuple[float, float]

INNER_EDGE = _INSET + _BAND + _FRAME + 1.0
"""How far from the paper's edge nothing of the border reaches any more, but for the hollow corners."""


@cache
def border() -> bytes:
    """The border as a page content stream for A4 landscape; it needs no resources."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), pageCompression=0, invariant=1)
    canvas.beginForm("border", 0, 0, WIDTH, HEIGHT)
    _draw(canvas)
    canvas.endForm()
    canvas.doForm("border")
    canvas.showPage()
    canvas.save()
    with pikepdf.open(BytesIO(buffer.getvalue())) as pdf:
        (form,) = pdf.pages[0].resources.XObject.values()
        # The canvas opens every stream by choosing a font, which no line here is set in.
        return form.read_bytes().partition(b" ET\n")[2]


def _draw(canvas: Canvas) -> None:
    canvas.setStrokeColorRGB(*COLOUR)
    canvas.setLineCap(1)
    for turn, x, y, across in (
        (0, 0.0, 0.0, WIDTH),
        (90, WIDTH, 0.0, HEIGHT),
        (180, WIDTH, HEIGHT, WIDTH),
        (270, 0.0, HEIGHT, HEIGHT),
    ):
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(turn)
        _side(canvas, across)
        canvas.restoreState()


def _side(canvas: Canvas, across: float) -> None:
    """The lower side of paper that is `across` wide, with its left corner."""
    for depth, thick in ((-_BAND / 2 - _RAIL, 0.5), (_BAND / 2 + _RAIL, 0.5)):
        canvas.setLineWidth(thick)
        start = _AXIS + sqrt(_ROSETTE**2 - depth**2)
        canvas.line(start, _AXIS + depth, across - start, _AXIS + depth)
    canvas.setLineWidth(0.6)
    _hollow_frame(canvas, across)
    canvas.setLineWidth(_HAIR)
    canvas.saveState()
    canvas.translate(_AXIS + _ROSETTE, _AXIS)
    _band(canvas, across - 2 * (_AXIS + _ROSETTE))
    canvas.restoreState()
    canvas.translate(_AXIS, _AXIS)
    _rosette(canvas)


def _hollow_frame(canvas: Canvas, across: float) -> None:
    """The frame's lower line, and the arc around the left rosette where its corner would be."""
    depth, radius = _BAND / 2 + _FRAME, _ROSETTE + _FRAME
    reach = sqrt(radius**2 - depth**2)
    canvas.line(_AXIS + reach, _AXIS + depth, across - _AXIS - reach, _AXIS + depth)
    first = asin(depth / radius)
    turn = pi / 2 - 2 * first

    def arc(t: float) -> Point:
        return _AXIS + radius * cos(first + turn * t), _AXIS + radius * sin(first + turn * t)

    _curve(canvas, arc)


def _band(canvas: Canvas, length: float) -> None:
    """Waves in equal steps of phase and fans between their crossings, one wavelength after another."""
    count = round(length / _WAVE)
    wave = length / count
    high = _BAND / 2
    for _ in range(count):
        for strand in range(_STRANDS):
            _curve(canvas, _wave(wave, high, phase=strand / _STRANDS))
            _curve(canvas, _wave(wave, high * cos(pi * (strand + 0.5) / _STRANDS), crests=2), waves=2)
        canvas.translate(wave, 0)


def _wave(length: float, height: float, *, crests: int = 1, phase: float = 0.25) -> Callable[[float], Point]:
    return lambda t: (length * t, height * sin(2 * pi * (crests * t + phase)))


def _rosette(canvas: Canvas) -> None:
    """Rings of petals; one petal is drawn and turned, since each strand is the last one turned a little."""
    for petals, turns, inner, outer in ((12, 4, 0.60, 1.0), (12, 3, 0.36, 0.72), (8, 3, 0.10, 0.44)):
        middle, swing = _ROSETTE * (outer + inner) / 2, _ROSETTE * (outer - inner) / 2

        def petal(t: float, n: int = petals, m: float = middle, s: float = swing) -> Point:
            distance = m + s * cos(2 * pi * t)
            return distance * cos(2 * pi * t / n), distance * sin(2 * pi * t / n)

        for _ in range(petals * turns):
            _curve(canvas, petal)
            canvas.rotate(360 / (petals * turns))


def _curve(canvas: Canvas, at: Callable[[float], Point], waves: int = 1) -> None:
    """The curve `at(t)` for t from 0 to 1 as Bézier segments through its points, tangents from its slope."""
    steps = _STEPS * waves
    third = 1 / (3 * steps)
    path = canvas.beginPath()
    path.moveTo(*at(0.0))
    for step in range(steps):
        (x0, y0), (x3, y3) = at(step / steps), at((step + 1) / steps)
        (dx0, dy0), (dx3, dy3) = _slope(at, step / steps), _slope(at, (step + 1) / steps)
        path.curveTo(x0 + dx0 * third, y0 + dy0 * third, x3 - dx3 * third, y3 - dy3 * third, x3, y3)
    canvas.drawPath(path, stroke=1, fill=0)


def _slope(at: Callable[[float], Point], t: float) -> Point:
    small = 1e-5
    (x0, y0), (x1, y1) = at(t - small), at(t + small)
    return (x1 - x0) / (2 * small), (y1 - y0) / (2 * small)
