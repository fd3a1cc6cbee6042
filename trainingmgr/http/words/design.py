"""Refusals about certificate designs in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "design.too_large": _l("A design may have %(longest)d bytes at most. Take items or text out."),
    "design.not_json": _l("This is not a design file. Choose a file that was exported as a design."),
    "design.newer_format": _l(
        "The design was made by a later version of this program (format %(format)d, known up to %(known)d). "
        "Update the program first."
    ),
    "design.malformed": _l("The design is faulty at %(path)s: %(reason)s."),
    "design.item_outside": _l(
        "Item %(item)d (%(label)s) reaches over the edge of the paper. Move it in or make it smaller."
    ),
    "design.unknown_field": _l(
        "Item %(item)d (%(label)s) asks for {%(field)s}, which no certificate has. Choose a field from the list."
    ),
    "design.sizes_reversed": _l(
        "Item %(item)d (%(label)s): the smallest type size is larger than the size itself."
    ),
    "design.spread_needs_one_line": _l(
        "Item %(item)d (%(label)s): spread-out text stands on one line. Turn line breaks off."
    ),
    "design.qr_small": _l(
        "The QR must be at least %(smallest)d mm wide and high, or phones will not read it."
    ),
    "design.qr_twice": _l("A certificate has one QR. Take the others out."),
    "design.qr_missing": _l("A certificate needs its QR, by which anybody can verify it. Add one."),
    "design.serial_missing": _l("A certificate needs its number. Put {serial} into a text."),
    "design.holder_missing": _l(
        "A certificate needs its holder. Put {holder_name} or a whole sentence into a text."
    ),
}
