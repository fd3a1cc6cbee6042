"""The way from a notice about a character that no font has to what can be done about it."""

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from trainingmgr.documents.fonts import FontChain
from trainingmgr.domain.glyph import code_points
from trainingmgr.domain.membership import Permission
from trainingmgr.http.access import may
from trainingmgr.http.notices import with_way
from trainingmgr.queries.glyph import missing_characters

_SHOWN = 10


def import_notice(fonts: FontChain, names: Iterable[str], organisation_id: int) -> Markup | str:
    """What an import says of names that cannot be printed; empty if all can."""
    found = {name: missing for name in names if (missing := missing_characters(fonts, name))}
    if not found:
        return ""
    shown = [f"{name} ({', '.join(map(code_points, missing))})" for name, missing in found.items()]
    notice = ngettext(
        "%(num)d name cannot be printed, since no font has a character of it: %(shown)s.",
        "%(num)d names cannot be printed, since no font has a character of them: %(shown)s.",
        len(found),
        shown=", ".join(shown[:_SHOWN]) + ("…" if len(shown) > _SHOWN else ""),
    )
    return with_ways_out(notice, organisation_id)


def with_ways_out(notice: str, organisation_id: int) -> Markup:
    """The notice, for those who may act with a link to the organisation's rare characters."""
    if not may(Permission.EDIT):
        return Markup("{}").format(notice)
    address = url_for("character.index", organisation_id=organisation_id)
    return with_way(notice, address, _("What can be done"))
