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
    "design.name_taken": _l("There is a design called “%(name)s” already. Give this one another name."),
    "design.picture_unknown": _l(
        "%(count)d of the design's pictures are not among those of your organisation. Upload them, or choose others."
    ),
    "design.picture_in_use": _l(
        "“%(name)s” is used by a design, a rare character or an issued certificate, so it stays."
    ),
    "design.no_picture": _l("There is no picture yet. Upload one first."),
    "design.in_use": _l(
        "Trainings give certificates in this design: %(trainings)s. Choose another for them first."
    ),
    "design.too_little": _l("This must be %(least)s at least."),
    "design.too_much": _l("This may be %(most)s at most."),
    "design.too_long": _l("This may have %(most)s characters at most."),
    "design.not_a_number": _l("This is not a number."),
    "design.not_a_colour": _l("This is not a colour such as #0b5d66."),
    "design.not_a_choice": _l("This is not one of the choices."),
    "design.file_not_one": _l(
        "This is not a design file. Choose a zip file that was exported from a design."
    ),
    "design.file_too_many": _l(
        "A design file holds %(most)d files at most, and this one has more. Nothing was read."
    ),
    "design.file_path": _l("The file holds “%(name)s”, which no design file has. Nothing was read."),
    "design.file_twice": _l(
        "The file holds “%(name)s” twice, so nobody can say which counts. Nothing was read."
    ),
    "design.file_locked": _l("The file is locked with a password. Export it anew without one."),
    "design.file_too_large": _l(
        "Unpacked, the file would be larger than the %(longest)d MB that a design may have. Nothing was read."
    ),
    "design.file_newer": _l(
        "The file was made by a later version of this program (format %(format)d, known up to %(known)d). "
        "Update the program first."
    ),
    "design.file_altered": _l(
        "“%(name)s” in the file is not what the file says that it is: it was damaged or changed. Export it anew."
    ),
    "design.file_incomplete": _l("“%(name)s” is missing in the file, or in its list. Export it anew."),
    "design.file_picture_missing": _l(
        "%(count)d of the design's pictures are not in the file. Export it anew."
    ),
}
