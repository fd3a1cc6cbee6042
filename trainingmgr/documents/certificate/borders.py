"""The drawn borders of certificates, for paper of any size."""

from collections.abc import Callable
from functools import partial
from math import asin, cos, pi, sin, sqrt

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from trainingmgr.documents.certificate.page import MM
from trainingmgr.domain.design import Border, BorderStyle

_BAND = 15.0
_RAIL = 1.6  # from the band to the hairline on either side
_ROSETTE = 21.0
_FRAME = 7.0  # from the band to the inner frame, and from the rosettes to its hollow corners
_WAVE = 27.0
_STRANDS = 6
_HAIR = 0.3
_STEPS = 6  # segments a wave; the curve then misses the true one by less than a hundredth of a point
_RINGS = ((12, 4, 0.60, 1.0), (12, 3, 0.36, 0.72), (8, 3, 0.10, 0.44))  # petals, turns, from, to

_DOUBLE_GAP = 5.0
_CORNER = 34.0

Point = tuple[float, float]


def draw_border(canvas: Canvas, border: Border, width: float, height: float) -> None:
    """Draw the border on paper of this size in points.

    What repeats is drawn once as a form of the canvas, so a canvas takes one border.
    """
    canvas.saveState()
    canvas.setStrokeColor(HexColor(border.colour))
    canvas.setLineCap(1)
    inset = border.inset * MM
    match border.style:
        case BorderStyle.RULE:
            canvas.setLineWidth(1.2)
            canvas.rect(inset, inset, width - 2 * inset, height - 2 * inset)
        case BorderStyle.DOUBLE:
            _double(canvas, inset, width, height)
        case BorderStyle.CORNERS:
            _corners(canvas, inset, width, height)
        case BorderStyle.GUILLOCHE:
            _guilloche(canvas, inset, width, height)
    canvas.restoreState()


def _double(canvas: Canvas, inset: float, width: float, height: float) -> None:
    for more, thick in ((0.0, 2.0), (_DOUBLE_GAP, 0.6)):
        canvas.setLineWidth(thick)
        edge = inset + more
        canvas.rect(edge, edge, width - 2 * edge, height - 2 * edge)


def _corners(canvas: Canvas, inset: float, width: float, height: float) -> None:
    """Two rules that turn inwards at the corners, with a lozenge in each."""
    for turn, x, y, across, _ in _turns(width, height):
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(turn)
        for more, thick, bite in ((0.0, 1.4, _CORNER), (_DOUBLE_GAP, 0.5, _CORNER - 9)):
            edge = inset + more
            canvas.setLineWidth(thick)
            path = canvas.beginPath()
            path.moveTo(edge, edge + bite)
            path.curveTo(
                edge + bite * 0.1,
                edge + bite * 0.35,
                edge + bite * 0.35,
                edge + bite * 0.1,
                edge + bite,
                edge,
            )
            path.lineTo(across - edge - bite, edge)
            canvas.drawPath(path, stroke=1, fill=0)
        canvas.setLineWidth(0.8)
        middle = inset + 5.5
        path = canvas.beginPath()
        for index, (dx, dy) in enumerate(((0, 5), (5, 0), (0, -5), (-5, 0))):
            (path.lineTo if index else path.moveTo)(middle + dx, middle + dy)
        path.close()
        canvas.drawPath(path, stroke=1, fill=0)
        canvas.restoreState()


def _turns(width: float, height: float) -> tuple[tuple[int, float, float, float, str], ...]:
    """The four sides: by how much to turn, where to, how long they are, and the name of their band."""
    return (
        (0, 0.0, 0.0, width, "across"),
        (90, width, 0.0, height, "up"),
        (180, width, height, width, "across"),
        (270, 0.0, height, height, "up"),
    )


def _guilloche(canvas: Canvas, inset: float, width: float, height: float) -> None:
    axis = inset + _BAND / 2
    waves = {}
    around = (-_ROSETTE, -_ROSETTE, _ROSETTE, _ROSETTE)
    for name, across in (("across", width), ("up", height)):
        length = across - 2 * (axis + _ROSETTE)
        count = max(round(length / _WAVE), 1)
        waves[name] = (length / count, count)
        _form(
            canvas, name, (0, -_BAND / 2, length / count, _BAND / 2), partial(_band, canvas, length / count)
        )
    for ring, (petals, _, inner, outer) in enumerate(_RINGS):
        _form(canvas, f"petal{ring}", around, partial(_petal, canvas, petals, inner, outer))
    _form(canvas, "rosette", around, partial(_rosette, canvas))
    for turn, x, y, across, name in _turns(width, height):
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(turn)
        _side(canvas, axis, across, name, *waves[name])
        canvas.restoreState()


def _form(
    canvas: Canvas, name: str, box: tuple[float, float, float, float], draw: Callable[[], None]
) -> None:
    """Keep a drawing under a name; its lines may reach a little over the edges of its box."""
    x0, y0, x1, y1 = box
    canvas.beginForm(name, x0 - 1, y0 - 1, x1 + 1, y1 + 1)  # type: ignore[arg-type]
    draw()
    canvas.endForm()


def _side(canvas: Canvas, axis: float, across: float, name: str, wave: float, count: int) -> None:
    """The lower side of paper that is `across` wide, with its left corner."""
    for depth, thick in ((-_BAND / 2 - _RAIL, 0.5), (_BAND / 2 + _RAIL, 0.5)):
        canvas.setLineWidth(thick)
        start = axis + sqrt(_ROSETTE**2 - depth**2)
        canvas.line(start, axis + depth, across - start, axis + depth)
    canvas.setLineWidth(0.6)
    _hollow_frame(canvas, axis, across)
    canvas.setLineWidth(_HAIR)
    canvas.saveState()
    canvas.translate(axis + _ROSETTE, axis)
    for _ in range(count):
        canvas.doForm(name)
        canvas.translate(wave, 0)
    canvas.restoreState()
    canvas.translate(axis, axis)
    canvas.doForm("rosette")


def _hollow_frame(canvas: Canvas, axis: float, across: float) -> None:
    """The frame's lower line, and the arc around the left rosette where its corner would be."""
    depth, radius = _BAND / 2 + _FRAME, _ROSETTE + _FRAME
    reach = sqrt(radius**2 - depth**2)
    canvas.line(axis + reach, axis + depth, across - axis - reach, axis + depth)
    first = asin(depth / radius)
    turn = pi / 2 - 2 * first

    def arc(t: float) -> Point:
        return axis + radius * cos(first + turn * t), axis + radius * sin(first + turn * t)

    _curve(canvas, arc)


def _band(canvas: Canvas, wave: float) -> None:
    """One wavelength: waves in equal steps of phase, and fans between their crossings."""
    high = _BAND / 2
    for strand in range(_STRANDS):
        _curve(canvas, _wave(wave, high, phase=strand / _STRANDS))
        _curve(canvas, _wave(wave, high * cos(pi * (strand + 0.5) / _STRANDS), crests=2), waves=2)


def _wave(length: float, height: float, *, crests: int = 1, phase: float = 0.25) -> Callable[[float], Point]:
    return lambda t: (length * t, height * sin(2 * pi * (crests * t + phase)))


def _petal(canvas: Canvas, petals: int, inner: float, outer: float) -> None:
    middle, swing = _ROSETTE * (outer + inner) / 2, _ROSETTE * (outer - inner) / 2

    def petal(t: float) -> Point:
        distance = middle + swing * cos(2 * pi * t)
        return distance * cos(2 * pi * t / petals), distance * sin(2 * pi * t / petals)

    _curve(canvas, petal)


def _rosette(canvas: Canvas) -> None:
    """Rings of petals; one petal is drawn and turned, since each strand is the last one turned a little."""
    for ring, (petals, turns, _, _) in enumerate(_RINGS):
        for _ in range(petals * turns):
            canvas.doForm(f"petal{ring}")
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
