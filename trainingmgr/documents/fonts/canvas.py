"""The bundled fonts as ReportLab knows them."""

import re
from hashlib import sha256
from io import BytesIO
from threading import Lock

import pikepdf
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from trainingmgr.documents.fonts.sfnt import Sfnt

# A line of the table by which a font's codes are read back.
_BEYOND = re.compile(rb"> <([0-9A-F]{5,6})>\n")

LOCK = Lock()
"""Held while ReportLab draws: it keeps its fonts for the whole process and says nothing about threads."""


def registered(font: Sfnt) -> str:
    """ReportLab's name of the font, made known to it at its first use."""
    name = f"trainingmgr-{sha256(str(font.path.resolve()).encode()).hexdigest()[:16]}"
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(name, font.file()))
    return name


def readable(data: bytes) -> bytes:
    """A file of ReportLab's in which characters beyond the first plane are read back as themselves.

    It names them by their bare code point, where a PDF wants UTF-16.
    """
    with pikepdf.open(BytesIO(data)) as pdf:
        for one in pdf.objects:
            if (
                isinstance(one, pikepdf.Stream)
                and "/Filter" in one
                and _BEYOND.search(found := one.read_bytes())
            ):
                one.write(_BEYOND.sub(_in_utf16, found))
        written = BytesIO()
        pdf.save(written, deterministic_id=True)
    return written.getvalue()


def _in_utf16(found: re.Match[bytes]) -> bytes:
    return b"> <%b>\n" % chr(int(found[1], 16)).encode("utf-16-be").hex().upper().encode()
