"""Pictures of characters as people upload them, and fonts with substitutes."""

from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from trainingmgr.documents.fonts import BUNDLED, Face


def glyph_picture(
    character: str = "龘",
    size: int = 700,
    *,
    ink: Any = 0,
    ground: Any = 255,
    mode: str = "L",
    form: str = "PNG",
) -> bytes:
    """A character with white around it."""
    font = ImageFont.truetype(str(BUNDLED / Face.SONG.value), size)
    picture = Image.new(mode, (size + size // 2, size + size // 2), ground)
    ImageDraw.Draw(picture).text((100, 20), character, font=font, fill=ink)
    buffer = BytesIO()
    picture.save(buffer, form)
    return buffer.getvalue()
