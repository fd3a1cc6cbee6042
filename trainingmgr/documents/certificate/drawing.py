"""Draws what is not text on a ReportLab canvas."""

from collections.abc import Callable
from io import BytesIO

from PIL import Image
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from trainingmgr.documents.certificate.borders import draw_border
from trainingmgr.documents.certificate.page import Backdrop, Box, Drawing, Drawn, Frame, Picture
from trainingmgr.domain.design import Shape

AssetSource = Callable[[str], bytes]
"""Gives the bytes of an asset or photograph by its SHA-256. Raises KeyError."""


def is_pdf(data: bytes) -> bool:
    return data.startswith(b"%PDF-")


def draw_element(
    canvas: Canvas,
    element: Drawn,
    width: float,
    height: float,
    assets: AssetSource,
) -> None:
    """Draw the element on paper of this size; a PDF page is left out, which a canvas cannot draw."""
    match element:
        case Drawing():
            _draw_shape(canvas, element)
        case Frame(border):
            draw_border(canvas, border, width, height)
        case Picture(digest, box, cut):
            _draw_picture(canvas, assets(digest), box, cut=cut)
        case Backdrop(digest, _, box):
            data = assets(digest)
            if not is_pdf(data):
                _draw_picture(canvas, data, box, cut=True)


def placed(box: Box, width: float, height: float, *, cut: bool) -> Box:
    """Where something of this size lies in the middle of the box, whole, or cut so that it fills it."""
    scale = (max if cut else min)(box.width / width, box.height / height)
    wide, high = width * scale, height * scale
    return Box(box.x + (box.width - wide) / 2, box.y + (box.height - high) / 2, wide, high)


def _draw_picture(canvas: Canvas, data: bytes, box: Box, *, cut: bool) -> None:
    with Image.open(BytesIO(data)) as picture:
        place = placed(box, *picture.size, cut=cut)
    canvas.saveState()
    if cut:
        path = canvas.beginPath()
        path.rect(*box)
        canvas.clipPath(path, stroke=0, fill=0)
    canvas.drawImage(ImageReader(BytesIO(data)), *place, mask="auto")
    canvas.restoreState()


def _draw_shape(canvas: Canvas, drawing: Drawing) -> None:
    canvas.saveState()
    if drawing.stroke:
        canvas.setStrokeColor(HexColor(drawing.stroke))
        canvas.setLineWidth(drawing.thickness)
    if drawing.fill:
        canvas.setFillColor(HexColor(drawing.fill))
    if drawing.dashed:
        canvas.setDash(3, 3)
    stroke, fill = int(drawing.stroke is not None), int(drawing.fill is not None)
    x, y, width, height = drawing.box
    match drawing.shape:
        case Shape.LINE:
            _draw_line(canvas, drawing)
        case Shape.RECTANGLE:
            canvas.rect(x, y, width, height, stroke=stroke, fill=fill)
        case Shape.ELLIPSE:
            canvas.ellipse(x, y, x + width, y + height, stroke=stroke, fill=fill)
    canvas.restoreState()


def _draw_line(canvas: Canvas, drawing: Drawing) -> None:
    """Along the middle of the box's longer way."""
    x, y, width, height = drawing.box
    if drawing.stroke is None:
        return
    if width >= height:
        canvas.line(x, y + height / 2, x + width, y + height / 2)
    else:
        canvas.line(x + width / 2, y, x + width / 2, y + height)
