"""A composed page as SVG, with the outlines of its glyphs: what a browser shows looks as the paper will.

Everything is shown but a page of an uploaded PDF, which no browser draws inside an SVG: a crossed box stands for it.
"""

from collections.abc import Callable, Iterator, Sequence
from html import escape

from trainingmgr.documents.certificate.drawing import placed
from trainingmgr.documents.certificate.ornaments import border_shapes
from trainingmgr.documents.certificate.outlines import outline
from trainingmgr.documents.certificate.page import (
    Backdrop,
    Box,
    Drawing,
    Element,
    Frame,
    Page,
    Picture,
    Qr,
    Text,
)
from trainingmgr.documents.fonts import Glyph
from trainingmgr.documents.qr import qr_symbol
from trainingmgr.domain.design import Shape


class Shown:
    """A picture as the page refers to it: its address, and its size in any unit."""

    __slots__ = ("address", "height", "width")

    def __init__(self, address: str, width: float, height: float) -> None:
        self.address, self.width, self.height = address, width, height


Pictures = Callable[[str], Shown | None]
"""How a picture is shown, by its SHA-256; None for one that cannot be."""


def draw_svg(page: Page, pictures: Pictures, *, label: str) -> str:
    """The page as an SVG element of its size in points; `label` is what it is called for who cannot see it."""
    glyphs: dict[tuple[object, int], str] = {}
    paths: list[str] = []
    drawn: list[str] = []
    for layer in page.layers:
        for element in layer.elements:
            drawn += _element(element, page, pictures, glyphs, paths)
    width, height = _n(page.width), _n(page.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-label="{escape(label)}">'
        f"<defs>{''.join(paths)}</defs>"
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
        f'<g transform="matrix(1 0 0 -1 0 {height})">{"".join(drawn)}</g></svg>'
    )


def _element(
    element: Element,
    page: Page,
    pictures: Pictures,
    glyphs: dict[tuple[object, int], str],
    paths: list[str],
) -> Iterator[str]:
    match element:
        case Text():
            yield from _text(element, glyphs, paths)
        case Drawing():
            yield _shape(element)
        case Frame(border):
            yield border_shapes(border, page.width, page.height)
        case Qr():
            yield _qr(element)
        case Picture(digest, box, cut):
            yield _picture(pictures(digest), box, cut=cut)
        case Backdrop(digest, _, box):
            yield _picture(pictures(digest), box, cut=True)


def _text(text: Text, glyphs: dict[tuple[object, int], str], paths: list[str]) -> Iterator[str]:
    if text.matrix:
        yield f'<g transform="matrix({" ".join(_n(value) for value in text.matrix)})">'
    colour = ""
    for mark in text.marks:
        name = _name(mark.glyph, glyphs, paths)
        if not name:
            continue
        if mark.colour != colour:
            if colour:
                yield "</g>"
            colour = mark.colour
            yield f'<g fill="{colour}">'
        scale = f"{mark.size / mark.glyph.font.units:.6f}"
        x = mark.x - _narrowed_by(mark.glyph) * mark.size
        yield f'<use href="#{name}" transform="matrix({scale} 0 0 {scale} {_n(x)} {_n(mark.y)})"/>'
    if colour:
        yield "</g>"
    if text.matrix:
        yield "</g>"


def _narrowed_by(glyph: Glyph) -> float:
    """How far left of its place a narrowed glyph is drawn, so that its ink begins there, in ems."""
    ink = glyph.font.ink(glyph.number) if glyph.narrow else None
    if ink is None:
        return 0.0
    white = (glyph.advance - (ink[1] - ink[0]) / glyph.font.units) / 2
    return ink[0] / glyph.font.units - white


def _name(glyph: Glyph, glyphs: dict[tuple[object, int], str], paths: list[str]) -> str:
    key = (glyph.font, glyph.number)
    found = glyphs.get(key)
    if found is None:
        data = outline(glyph)
        found = glyphs[key] = f"g{len(glyphs)}" if data else ""
        if data:
            paths.append(f'<path id="{found}" d="{data}"/>')
    return found


def _shape(drawing: Drawing) -> str:
    x, y, width, height = drawing.box
    style = f'fill="{drawing.fill or "none"}"'
    if drawing.stroke:
        style += f' stroke="{drawing.stroke}" stroke-width="{_n(drawing.thickness)}"'
    if drawing.dashed:
        style += ' stroke-dasharray="3 3"'
    match drawing.shape:
        case Shape.RECTANGLE:
            return f"<rect {_attributes(_BOX, drawing.box)} {style}/>"
        case Shape.ELLIPSE:
            centre = f'cx="{_n(x + width / 2)}" cy="{_n(y + height / 2)}"'
            return f'<ellipse {centre} rx="{_n(width / 2)}" ry="{_n(height / 2)}" {style}/>'
        case Shape.LINE:
            ends = (
                (x, y + height / 2, x + width, y + height / 2)
                if width >= height
                else (x + width / 2, y, x + width / 2, y + height)
            )
            return f"<line {_attributes(('x1', 'y1', 'x2', 'y2'), ends)} {style}/>"


def _qr(qr: Qr) -> str:
    symbol = qr_symbol(qr.text)
    side = min(qr.box.width, qr.box.height)
    module = side / symbol.modules
    dark = "".join(f"M{column} {row}h{length}v1h-{length}z" for row, column, length in symbol.runs())
    top = qr.box.y + side
    return (
        f'<rect x="{_n(qr.box.x - 4 * module)}" y="{_n(qr.box.y - 4 * module)}" '
        f'width="{_n(side + 8 * module)}" height="{_n(side + 8 * module)}" fill="#ffffff"/>'
        f'<path transform="matrix({module:.5f} 0 0 -{module:.5f} {_n(qr.box.x)} {_n(top)})" '
        f'fill="{qr.colour}" d="{dark}"/>'
    )


def _picture(shown: Shown | None, box: Box, *, cut: bool) -> str:
    if shown is None:
        cross = f"M{_n(box.x)} {_n(box.y)}l{_n(box.width)} {_n(box.height)}m0 -{_n(box.height)}l-{_n(box.width)} {_n(box.height)}"
        return (
            f'<rect {_attributes(_BOX, box)} fill="#f2f2f2" stroke="#999999" stroke-width="0.6"/>'
            f'<path d="{cross}" stroke="#cccccc" stroke-width="0.6" fill="none"/>'
        )
    place = placed(box, shown.width, shown.height, cut=cut)
    # A picture's rows run downwards; cut ones are held by a nested viewport.
    image = (
        f'<image href="{escape(shown.address)}" x="{_n(place.x - box.x)}" y="{_n(box.y + box.height - place.y - place.height)}" '
        f'width="{_n(place.width)}" height="{_n(place.height)}" preserveAspectRatio="none"/>'
    )
    return (
        f'<g transform="matrix(1 0 0 -1 {_n(box.x)} {_n(box.y + box.height)})">'
        f'<svg width="{_n(box.width)}" height="{_n(box.height)}">{image}</svg></g>'
    )


def _attributes(names: Sequence[str], values: Sequence[float]) -> str:
    return " ".join(f'{name}="{_n(value)}"' for name, value in zip(names, values, strict=True))


_BOX = ("x", "y", "width", "height")


def _n(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
