"""Words on schematic maps."""

from flask_babel import gettext as _

_MOST_WIDTH = 34
_FIRST_WIDE = 0x2E80


def short(name: str) -> str:
    """A name as it has room beside its point on a drawing; the table below has it whole."""
    width = 0
    for place, one in enumerate(name):
        width += 1 if ord(one) < _FIRST_WIDE else 2
        if width > _MOST_WIDTH:
            return name[:place].rstrip() + "…"
    return name


def scale(metres: int) -> str:
    """The length that a map's bar stands for."""
    if metres >= 1000:
        return str(_("%(num)d km", num=metres // 1000))
    return str(_("%(num)d m", num=metres))
