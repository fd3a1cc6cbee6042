"""The bundled fonts as ReportLab knows them."""

from hashlib import sha256
from threading import Lock

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from trainingmgr.documents.fonts.sfnt import Sfnt

LOCK = Lock()
"""Held while ReportLab draws: it keeps its fonts for the whole process and says nothing about threads."""


def registered(font: Sfnt) -> str:
    """ReportLab's name of the font, made known to it at its first use."""
    name = f"trainingmgr-{sha256(str(font.path.resolve()).encode()).hexdigest()[:16]}"
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(name, font.file()))
    return name
