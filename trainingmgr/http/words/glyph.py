"""Refusals about rare characters in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "glyph.not_one": _l("“%(text)s” is not one character."),
    "glyph.in_font": _l(
        "A font has “%(character)s” (%(code_points)s), so it is printed as itself and needs no substitute."
    ),
    "glyph.too_small": _l(
        "The character is %(height)s pixels high; %(least)s are needed for clean edges. Draw or scan it larger."
    ),
    "glyph.blank": _l("There is nothing dark in the picture. The character has to be black on white."),
    "glyph.dark": _l(
        "Most of the picture is dark. The character has to be black on white or on a transparent ground."
    ),
    "glyph.unclean": _l(
        "The picture has too many spots and rough edges to be one character. Clean it, or draw the character anew."
    ),
    "glyph.text_missing": _l("No font has “%(characters)s” either. Agree on a text that can be printed."),
    "glyph.text_empty": _l("Type the text that is printed in the character's place."),
    "glyph.text_same": _l("The text holds the very character that cannot be printed."),
    "glyph.agreement_missing": _l("Say with whom this was agreed in writing, and on which day."),
}
