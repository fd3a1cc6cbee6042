"""Refusals about uploaded pictures and PDF pages in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "asset.empty": _l("The file is empty. Choose a picture as PNG or JPEG, or a PDF."),
    "asset.file_too_large": _l(
        "The file has %(size)s MB; %(most)s MB are the most. Save it with less resolution."
    ),
    "asset.unknown_kind": _l(
        "The file is neither a PNG nor a JPEG nor a PDF, whatever its name says. Save the picture as one of them."
    ),
    "asset.svg": _l(
        "SVG files are not taken: they may hold scripts and fonts of other places, so that a certificate would not "
        "look the same everywhere. Export the drawing as a PDF or a PNG."
    ),
    "asset.broken": _l(
        "The picture is damaged or incomplete and cannot be read. Save it again from the program that made it."
    ),
    "asset.animated": _l("The picture is animated, and paper stands still. Save one frame of it as a PNG."),
    "asset.too_many_pixels": _l(
        "The picture has %(width)s by %(height)s pixels, more than %(most)s million in all. Save it smaller; "
        "A4 needs 3508 by 2480."
    ),
    "asset.pdf_encrypted": _l("The PDF is protected by a password. Save it without one."),
    "asset.pdf_broken": _l(
        "The PDF is damaged or holds what cannot be printed. Save it again from the program that made it."
    ),
    "asset.pdf_empty": _l("The PDF has no pages."),
    "asset.pdf_pages": _l("The PDF has %(pages)s pages; %(most)s are the most. Save those that are needed."),
    "asset.pdf_font": _l(
        "The PDF does not hold its font %(font)s, so it would look different elsewhere. Save it with fonts embedded."
    ),
    "asset.pdf_too_large": _l(
        "A page of the PDF is too large to be handled. Save it simpler, or as a picture."
    ),
}
