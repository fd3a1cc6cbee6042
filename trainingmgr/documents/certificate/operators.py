"""Page content written directly: what ReportLab would draw, as the operators of a PDF."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from typing import NamedTuple

import pikepdf
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from trainingmgr.documents.certificate.drawing import AssetSource, draw_element, placed
from trainingmgr.documents.certificate.page import QR_QUIET, Box, Drawing, Drawn, Qr, Text
from trainingmgr.documents.fonts import Glyph
from trainingmgr.documents.pdf import PdfWriter, deflate, ref, text_string
from trainingmgr.documents.qr import Symbol
from trainingmgr.documents.typeset import Mark

_PRELUDE = b" ET\n"


class Place(NamedTuple):
    """Where a glyph is found: the name of its font in the page's resources, its code, its width there."""

    font: str
    code: str
    width: int


Places = Mapping[Glyph, Place]


@lru_cache(maxsize=256)
def colour_operator(colour: str) -> str:
    """The operator that fills in a colour such as `#577d80`."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    if red == green == blue:
        return f"{red:.4g} g"
    return f"{red:.4g} {green:.4g} {blue:.4g} rg"


def text_operators(text: Text, places: Places) -> list[str]:
    """Operators that show the marks, those of one font, size, colour and line in one go."""
    written = ["BT"]
    font, chosen, colour = "", 0.0, ""
    for (name, size, shade, y), run in groupby(
        [(mark, places[mark.glyph]) for mark in text.marks],
        lambda pair: (pair[1].font, pair[0].size, pair[0].colour, pair[0].y),
    ):
        if shade != colour:
            written.append(colour_operator(shade))
            colour = shade
        if (name, size) != (font, chosen):
            written.append(f"/{name} {size:.6g} Tf")
            font, chosen = name, size
        written.append(_run(list(run), size, y))
    written.append("ET")
    if text.spelled:
        written = [f"/Span <</ActualText {text_string(text.spelled)}>> BDC", *written, "EMC"]
    if text.matrix:
        a, b, c, d, e, f = text.matrix
        written = [f"q {a:.6f} {b:.6f} {c:.6f} {d:.6f} {e:.4f} {f:.4f} cm", *written, "Q"]
    return ["/Artifact BMC", *written, "EMC"] if text.artifact else written


def _run(marks: Sequence[tuple[Mark, Place]], size: float, y: float) -> str:
    """One TJ: the glyphs with what their places differ from where their widths would put them."""
    pen = start = round(marks[0][0].x, 4)
    unit = size / 1000
    parts: list[str] = []
    for mark, place in marks:
        shift = round((pen - mark.x) / unit, 3)
        if shift > 0.02 or shift < -0.02:
            parts.append(f">{shift:g}<")
            pen -= shift * unit
        parts.append(place.code)
        pen += place.width * unit
    return f"1 0 0 1 {start:.4f} {y:.4f} Tm [<{''.join(parts)}>] TJ"


def qr_operators(qr: Qr, symbol: Symbol, name: str) -> str:
    side = qr.box.width / symbol.modules
    quiet = side * QR_QUIET
    x, y, width, height = qr.box
    ground = f"{x - quiet:.3f} {y - quiet:.3f} {width + 2 * quiet:.3f} {height + 2 * quiet:.3f} re f"
    return f"q 1 g {ground} {colour_operator(qr.colour)} {width:.3f} 0 0 {height:.3f} {x:.3f} {y:.3f} cm /{name} Do Q"


def add_qr(writer: PdfWriter, symbol: Symbol) -> int:
    """The symbol as an image of one bit a module. Its bits are too even to be packed."""
    return writer.add_raw(
        symbol.rows,
        {
            "Type": "/XObject",
            "Subtype": "/Image",
            "Width": symbol.modules,
            "Height": symbol.modules,
            "ImageMask": "true",
            "BitsPerComponent": 1,
            "Decode": "[1 0]",
        },
    )


def picture_operators(box: Box, size: tuple[int, int], name: str, *, cut: bool) -> str:
    x, y, width, height = placed(box, *size, cut=cut)
    clip = f"{box.x:.4f} {box.y:.4f} {box.width:.4f} {box.height:.4f} re W n " if cut else ""
    return f"q {clip}{width:.4f} 0 0 {height:.4f} {x:.4f} {y:.4f} cm /{name} Do Q"


def add_picture(writer: PdfWriter, data: bytes) -> tuple[int, tuple[int, int]]:
    """A PNG or JPEG that `documents.pictures` prepared, and its size in pixels."""
    with Image.open(BytesIO(data)) as picture:
        size = picture.size
        entries: dict[str, object] = {
            "Type": "/XObject",
            "Subtype": "/Image",
            "Width": size[0],
            "Height": size[1],
            "BitsPerComponent": 8,
        }
        if picture.format == "JPEG":
            space = "/DeviceGray" if picture.mode == "L" else "/DeviceRGB"
            return writer.add_raw(data, {**entries, "ColorSpace": space, "Filter": "/DCTDecode"}), size
        colours = picture.convert("L" if picture.mode in {"1", "L", "LA"} else "RGB")
        space = "/DeviceGray" if colours.mode == "L" else "/DeviceRGB"
        if picture.has_transparency_data:
            alpha = picture.convert("RGBA").getchannel("A").tobytes()
            mask = writer.add_stream(deflate(alpha), {**entries, "ColorSpace": "/DeviceGray"})
            entries["SMask"] = ref(mask)
        return writer.add_stream(deflate(colours.tobytes()), {**entries, "ColorSpace": space}), size


class Vectors:
    """What a canvas drew on its pages: the content of each, and the objects that it uses, by name."""

    def __init__(self, data: bytes) -> None:
        buffer = BytesIO()
        with pikepdf.open(BytesIO(data)) as drawn:
            for item in drawn.objects:
                if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form":
                    # A canvas opens every stream by choosing a font that nothing here is set in.
                    item.write(item.read_bytes().partition(_PRELUDE)[2])
                    if "/Font" in item.get("/Resources", {}):
                        del item.Resources["/Font"]
            drawn.save(
                buffer,
                recompress_flate=True,
                compress_streams=True,
                stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            )
        self.source = pikepdf.open(BytesIO(buffer.getvalue()))
        self.contents = [
            page.Contents.read_bytes().partition(_PRELUDE)[2].strip() for page in self.source.pages
        ]

    def objects(self) -> dict[str, pikepdf.Object]:
        found: dict[str, pikepdf.Object] = {}
        for page in self.source.pages:
            found.update((str(name), value) for name, value in page.resources.get("/XObject", {}).items())
        return found


def draw_vectors(
    groups: Sequence[Sequence[Drawn]], width: float, height: float, assets: AssetSource
) -> Vectors:
    """Each group of elements that are not text, drawn by ReportLab on a page of its own."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height), pageCompression=0, invariant=1)
    for group in groups:
        for element in group:
            draw_element(canvas, element, width, height, assets)
        canvas.showPage()
    canvas.save()
    return Vectors(buffer.getvalue())


@lru_cache(maxsize=64)
def shape_operators(drawing: Drawing) -> str:
    """A shape as ReportLab draws it."""

    def nothing(digest: str) -> bytes:
        raise KeyError(digest)

    content: bytes = draw_vectors([[drawing]], 100, 100, nothing).contents[0]
    return content.decode("ascii")
