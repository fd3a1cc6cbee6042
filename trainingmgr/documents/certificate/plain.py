"""The plain way: every page drawn whole on a ReportLab canvas.

It takes any design, and is what the fast way is compared with.
"""

from io import BytesIO
from itertools import groupby

import pikepdf
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont as FontFile
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from trainingmgr.documents.certificate.drawing import AssetSource, draw_element, is_pdf, placed
from trainingmgr.documents.certificate.page import QR_QUIET, Backdrop, Box, Page, Qr, Text
from trainingmgr.documents.fonts.canvas import LOCK, registered
from trainingmgr.documents.fonts.subset import SIDE_BEARING
from trainingmgr.documents.qr import qr_symbol
from trainingmgr.documents.typeset import Mark


def draw_plain(page: Page, assets: AssetSource) -> bytes:
    """The page as a PDF without anything about it: title, language and the like are for the caller to add."""
    buffer = BytesIO()
    with LOCK:
        canvas = Canvas(
            buffer,
            pagesize=(page.width, page.height),
            pageCompression=1,
            invariant=1,
            initialFontName=_first_font(page),  # type: ignore[arg-type]
        )
        backdrops = []
        for layer in page.layers:
            for element in layer.elements:
                match element:
                    case Text():
                        _draw_text(canvas, element)
                    case Qr():
                        _draw_qr(canvas, element)
                    case _:
                        if isinstance(element, Backdrop) and is_pdf(assets(element.digest)):
                            backdrops.append(element)
                        draw_element(canvas, element, page.width, page.height, assets)
        canvas.showPage()
        canvas.save()
    data = buffer.getvalue()
    for backdrop in backdrops:
        data = _under(data, backdrop, assets(backdrop.digest))
    return data


def _first_font(page: Page) -> str | None:
    for layer in page.layers:
        for element in layer.elements:
            if isinstance(element, Text) and element.marks:
                return registered(element.marks[0].glyph.font)
    return None


def _draw_text(canvas: Canvas, text: Text) -> None:
    canvas.saveState()
    if text.matrix:
        canvas.transform(*text.matrix)
    written = canvas.beginText()
    outlined: list[Mark] = []
    for (font, size, colour), marks in groupby(
        text.marks, lambda mark: (mark.glyph.font, mark.size, mark.colour)
    ):
        written.setFont(registered(font), size)
        written.setFillColor(HexColor(colour))
        for mark in marks:
            if font.glyph(ord(mark.glyph.text[0])) == mark.glyph.number:
                written.setTextOrigin(mark.x - _narrowing(mark), mark.y)
                written.textOut(mark.glyph.text[0])
            else:
                outlined.append(mark)
    canvas.drawText(written)
    for mark in outlined:
        _draw_outline(canvas, mark)
    canvas.restoreState()


def _narrowing(mark: Mark) -> float:
    """How far a narrowed glyph's own square begins before its ink's left edge should stand."""
    ink = mark.glyph.font.ink(mark.glyph.number)
    if not mark.glyph.narrow or ink is None:
        return 0.0
    return (ink[0] / mark.glyph.font.units - SIDE_BEARING) * mark.size


class _CanvasPen(BasePen):  # type: ignore[misc]
    """Puts a glyph's outline on a path."""

    def __init__(self, glyphs: object, path: PDFPathObject, mark: Mark) -> None:
        super().__init__(glyphs)
        self._path, self._mark = path, mark
        self._scale = mark.size / mark.glyph.font.units

    def _at(self, point: tuple[float, float]) -> tuple[float, float]:
        return self._mark.x + point[0] * self._scale, self._mark.y + point[1] * self._scale

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - fontTools names it
        self._path.moveTo(*self._at(pt))

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self._path.lineTo(*self._at(pt))

    def _curveToOne(  # noqa: N802
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self._path.curveTo(*self._at(pt1), *self._at(pt2), *self._at(pt3))

    def _closePath(self) -> None:  # noqa: N802
        self._path.close()


def _draw_outline(canvas: Canvas, mark: Mark) -> None:
    """A glyph that no code point leads to, such as that of a variation sequence, which ReportLab cannot write."""
    with FontFile(mark.glyph.font.file(), fontNumber=0, lazy=True) as file:
        glyphs = file.getGlyphSet()
        path = canvas.beginPath()
        glyphs[file.getGlyphName(mark.glyph.number)].draw(_CanvasPen(glyphs, path, mark))
    canvas.setFillColor(HexColor(mark.colour))
    canvas.drawPath(path, stroke=0, fill=1, fillMode=1)


def _draw_qr(canvas: Canvas, qr: Qr) -> None:
    symbol = qr_symbol(qr.text)
    side = qr.box.width / symbol.modules
    quiet = side * QR_QUIET
    canvas.saveState()
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.rect(
        qr.box.x - quiet,
        qr.box.y - quiet,
        qr.box.width + 2 * quiet,
        qr.box.height + 2 * quiet,
        stroke=0,
        fill=1,
    )
    canvas.setFillColor(HexColor(qr.colour))
    path = canvas.beginPath()
    top = qr.box.y + qr.box.height
    for row, start, length in symbol.runs():
        path.rect(qr.box.x + start * side, top - (row + 1) * side, length * side, side)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def _under(data: bytes, backdrop: Backdrop, source: bytes) -> bytes:
    """The file with a page of another one under everything."""
    with pikepdf.open(BytesIO(data)) as pdf, pikepdf.open(BytesIO(source)) as other:
        page = pdf.pages[0]
        form = pdf.copy_foreign(other.pages[backdrop.page - 1].as_form_xobject())
        name = page.add_resource(form, pikepdf.Name.XObject, pikepdf.Name("/Backdrop"))
        page.contents_add(form_operators(form, str(name), backdrop.box), prepend=True)
        written = BytesIO()
        pdf.save(written, deterministic_id=True)
    return written.getvalue()


def form_operators(form: pikepdf.Object, name: str, box: Box) -> bytes:
    """How the form of a page is shown so that it fills the box, what lies over being cut."""
    a, b, c, d, e, f = (float(value) for value in form.get("/Matrix", [1, 0, 0, 1, 0, 0]))
    x0, y0, x1, y1 = (float(side) for side in form["/BBox"])
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (x0, x1) for y in (y0, y1)]
    left, low = min(x for x, _ in corners), min(y for _, y in corners)
    wide, high = max(x for x, _ in corners) - left, max(y for _, y in corners) - low
    place = placed(box, wide, high, cut=True)
    scale = place.width / wide
    clip = f"{box.x:.3f} {box.y:.3f} {box.width:.3f} {box.height:.3f} re W n"
    move = f"{scale:.6f} 0 0 {scale:.6f} {place.x - left * scale:.4f} {place.y - low * scale:.4f} cm"
    return f"q {clip} {move} {name} Do Q".encode("ascii")
