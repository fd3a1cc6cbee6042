"""The picture of a badge, with its credential baked in: as SVG, and the same drawing as PNG."""

from html import escape
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from trainingmgr.documents.open_badge.credential import OpenBadge
from trainingmgr.documents.open_badge.drawing import SIZE, Curve, Point, Run, drawing
from trainingmgr.documents.open_badge.outlines import outline

_NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
_CHUNK = "openbadgecredential"

# Drawn larger and then made smaller, for smooth edges.
_FINER = 3


def svg_badge(badge: OpenBadge, token: str) -> bytes:
    """The badge as SVG with the signed credential `token`. Its letters are outlines: it needs no fonts."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="{_NAMESPACE}"'
        f' viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}" role="img">'
        f'<openbadges:credential verify="{escape(token)}"></openbadges:credential>',
        f"<title>{escape(badge.name)}</title>",
    ]
    for shape in drawing(badge.snapshot):
        parts.append(_svg_curve(shape) if isinstance(shape, Curve) else _svg_run(shape))
    return "".join([*parts, "</svg>\n"]).encode()


def png_badge(badge: OpenBadge, token: str) -> bytes:
    """The badge as PNG with the signed credential `token`."""
    side = SIZE * _FINER
    picture = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    pen = ImageDraw.Draw(picture)
    for shape in drawing(badge.snapshot):
        if isinstance(shape, Curve):
            _draw_curve(pen, shape)
        else:
            _draw_run(pen, shape)
    baked = PngInfo()
    baked.add_itxt(_CHUNK, token)
    buffer = BytesIO()
    picture.resize((SIZE, SIZE), Image.Resampling.BOX).save(buffer, "PNG", pnginfo=baked)
    return buffer.getvalue()


def _svg_curve(curve: Curve) -> str:
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in curve.points) + "Z"
    if curve.width:
        return f'<path d="{path}" fill="none" stroke="{curve.colour}" stroke-width="{curve.width}"/>'
    return f'<path d="{path}" fill="{curve.colour}"/>'


def _svg_run(run: Run) -> str:
    """Outlines stand in units of their font with y upwards."""
    parts, x = [], run.x
    for glyph in run.glyphs:
        scale = run.size / glyph.font.units
        if path := outline(glyph.font, glyph.number):
            place = f"matrix({scale:.5f} 0 0 {-scale:.5f} {x:.2f} {run.y:.2f})"
            parts.append(f'<path transform="{place}" d="{path}"/>')
        x += glyph.advance * run.size
    return f'<g fill="{run.colour}">{"".join(parts)}</g>'


def _draw_curve(pen: ImageDraw.ImageDraw, curve: Curve) -> None:
    points = [_finer(point) for point in curve.points]
    if curve.width:
        pen.line([*points, points[0]], fill=curve.colour, width=round(curve.width * _FINER), joint="curve")
    else:
        pen.polygon(points, fill=curve.colour)


def _draw_run(pen: ImageDraw.ImageDraw, run: Run) -> None:
    x = run.x
    fonts: dict[str, ImageFont.FreeTypeFont] = {}
    for glyph in run.glyphs:
        path = str(glyph.font.path)
        if path not in fonts:
            fonts[path] = ImageFont.truetype(path, run.size * _FINER, layout_engine=ImageFont.Layout.BASIC)
        pen.text(_finer((x, run.y)), glyph.text, fill=run.colour, font=fonts[path], anchor="ls")
        x += glyph.advance * run.size


def _finer(point: Point) -> Point:
    return point[0] * _FINER, point[1] * _FINER
