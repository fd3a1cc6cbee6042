"""The lines of the list as HTML.

Written in Python, not in a template: fifty lines are most of what a page costs, and a template takes
six times as long for them.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any

from flask import g, url_for
from markupsafe import Markup, escape

from trainingmgr.documents.fonts import FontChain
from trainingmgr.domain.glyph import code_points
from trainingmgr.domain.membership import Permission, allows
from trainingmgr.domain.person import IdType, Sex, mask_phone
from trainingmgr.domain.registration import RegistrationStatus, next_statuses
from trainingmgr.domain.roster_column import TABLE_COLUMNS, RosterColumn
from trainingmgr.extensions import db
from trainingmgr.http.labels import label
from trainingmgr.http.locale import pick
from trainingmgr.http.rendering import moment
from trainingmgr.http.rendering import quick_gettext as _
from trainingmgr.models import Training
from trainingmgr.queries.glyph import fonts_of, missing_characters
from trainingmgr.queries.roster import Row

TONES = {
    RegistrationStatus.WAITLISTED: " badge-warn",
    RegistrationStatus.CONFIRMED: " badge-accent",
    RegistrationStatus.ARRIVED: " badge-good",
    RegistrationStatus.COMPLETED: " badge-good",
    RegistrationStatus.DECLINED: " badge-bad",
    RegistrationStatus.WITHDRAWN: " badge-bad",
}
MAY_ARRIVE = frozenset(
    one for one in RegistrationStatus if RegistrationStatus.ARRIVED in next_statuses(one)
) - {RegistrationStatus.COMPLETED}

INLINE = frozenset(
    {
        "latin_name",
        "unit",
        "post",
        "category",
        "group",
        "phone",
        "status",
        "sex",
        "ethnicity",
        "email",
        "note",
    }
)
"""The columns that the list itself can change."""

_Get = Callable[[Row], Any]


@dataclass(frozen=True, slots=True)
class Note:
    """What a line says of the change just made to it.

    `field` was set from `undo` (None where it cannot be taken back) to `now`; `arrived` tells of an
    arrival; `error` is a refusal in words.
    """

    field: str = ""
    undo: str | None = None
    now: str = ""
    version: str = ""
    arrived: bool = False
    error: str = ""


@dataclass
class Lines:
    """Writes lines of one training's list, for the caller's role.

    `prefix` is the address of the roster with its slash: lines put their number behind it.
    """

    training: Training
    categories: dict[int, tuple[str, str]]
    columns: tuple[RosterColumn, ...] = TABLE_COLUMNS

    @cached_property
    def prefix(self) -> str:
        return url_for("roster.index", code=self.training.code) + "/"

    @cached_property
    def fonts(self) -> FontChain:
        return fonts_of(db.session(), self.training.organisation_id)

    @cached_property
    def may_edit(self) -> bool:
        return allows(g.role, Permission.EDIT)

    @cached_property
    def may_receive(self) -> bool:
        return allows(g.role, Permission.DESK)

    @property
    def may_arrive(self) -> frozenset[RegistrationStatus]:
        return MAY_ARRIVE

    @cached_property
    def labels(self) -> list[tuple[str, str]]:
        """The columns of a line with their words, in their order."""
        return [(one.value, label(one)) for one in self.columns]

    def html(self, rows: Iterable[Row]) -> Markup:
        """The lines of `rows`, every value escaped."""
        return Markup("".join([self._line(row) for row in rows]))  # noqa: S704 - `_line` escapes its values  # nosec B704

    def one(self, row: Row, note: Note) -> Markup:
        """One line with what was just done to it."""
        shown = self._line(row, self._said(row, note), " just-done" if not note.error else "")
        return Markup(shown)  # noqa: S704 - as above  # nosec B704

    def _line(self, row: Row, said: str = "", mark: str = "") -> str:
        sample, unprintable, arrive, tick, edit = self._parts
        texts, htmls, order, cells = self._cells
        missing = missing_characters(self.fonts, row.name, row.latin_name)
        # Escaped together, since each call costs more than its text; no field holds a NUL.
        name, *plain = str(escape("\0".join([row.name, *[get(row) or "" for get in texts]]))).split("\0")
        number = row.id
        badges = sample if row.is_sample else ""
        if missing:
            badges += unprintable % " ".join(map(code_points, missing))
        acts = ""
        if self.may_receive:
            button = arrive.replace("%", str(number)) if row.status in MAY_ARRIVE else ""
            acts = f'<td class="acts no-print">{button}{edit % (number, name) if edit else ""}{said}</td>'
        shown = [*plain, *[get(row) for get in htmls]]
        return (
            f'<tr id="r{number}" class="line{mark}">{tick % (number, name) if tick else ""}'
            f'<th scope="row"><a href="{self.prefix}{number}">{name}</a>{badges}</th>'
            f"{cells % tuple([shown[at] for at in order])}{acts}</tr>\n"
        )

    @cached_property
    def _cells(self) -> tuple[list[_Get], list[_Get], list[int], str]:
        """How the chosen columns are written: what gives their texts, what gives their HTML, where each of
        these stands in the line, and the line's cells with a place for each."""
        made = self._made
        texts = [one for one in self.columns if one not in made]
        htmls = [one for one in self.columns if one in made]
        order = [(texts + htmls).index(one) for one in self.columns]
        cells = "".join(
            [f'<td data-{"f" if one.value in INLINE else "r"}="{one.value}">%s</td>' for one in self.columns]
        )
        return [attrgetter(one.value) for one in texts], [made[one] for one in htmls], order, cells

    @cached_property
    def _made(self) -> dict[RosterColumn, _Get]:
        """The columns whose text is not the row's own, each with what makes its HTML."""
        words = {
            one: f'<span class="badge-tm{TONES.get(one, "")}">{escape(label(one))}</span>'
            for one in RegistrationStatus
        }
        sexes = {one.value: escape(label(one)) for one in Sex}
        documents = {one.value: escape(label(one)) for one in IdType}
        zone, category = self.training.time_zone, self._category
        return {
            RosterColumn.STATUS: lambda row: words[row.status],
            RosterColumn.CATEGORY: lambda row: category.get(row.category_id, ""),
            RosterColumn.PHONE: lambda row: mask_phone(row.phone),
            RosterColumn.SEX: lambda row: sexes.get(row.sex) or escape(row.sex),
            RosterColumn.ID_TYPE: lambda row: documents.get(row.id_type, ""),
            RosterColumn.ARRIVED: lambda row: moment(row.arrived_at, zone),
            RosterColumn.REGISTERED: lambda row: moment(row.registered_at, zone),
        }

    @cached_property
    def _category(self) -> dict[int | None, Markup]:
        return {
            one: Markup('<span class="clip" title="{0}">{0}</span>').format(pick(*names))
            for one, names in self.categories.items()
        }

    @cached_property
    def _parts(self) -> tuple[str, str, str, str, str]:
        """What is the same in many lines: words looked up once, in the order that `_line` takes them."""
        hint = escape(_("No font has this character: the certificate cannot be printed")).replace("%", "%%")
        action, sample, arrival = escape(_("Edit")), escape(_("Sample")), escape(_("Note arrival"))
        prefix = self.prefix
        return (
            f' <span class="badge-tm sample">{sample}</span>',
            f' <span class="badge-tm badge-warn" title="{hint}">⚠ %s</span>',
            f'<button class="btn btn-quiet btn-sm" form="bulk" formaction="{prefix}%/arrive">'
            f"{arrival}</button>",
            '<td class="tick"><input class="form-check-input" type="checkbox" name="id" value="%d" '
            'form="bulk" aria-label="%s"></td>'
            if self.may_edit
            else "",
            f'<a class="btn btn-link btn-sm" href="{prefix}%d/edit" aria-label="{action} %s">{action}</a>'
            if self.may_edit
            else "",
        )

    def _said(self, row: Row, note: Note) -> str:
        if note.error:
            return f'<span class="error" role="alert">{escape(note.error)}</span>'
        said, undo = "", ""
        if note.field:
            said = escape(_("Saved"))
            values = {"field": note.field, "value": note.undo, "was": note.now, "version": note.version}
            undo = self._undo(f"{row.id}/field", values) if note.undo is not None else ""
        elif note.arrived:
            undo = self._undo(f"{row.id}/arrive", {"undo": "1"})
        return f'<span class="saved" role="status">✓ {said}{undo}</span>' if said or undo else ""

    def _undo(self, path: str, values: dict[str, str | None]) -> str:
        word, sent = escape(_("Undo")), escape(json.dumps(values, ensure_ascii=False))
        return (
            f' <button type="button" class="btn btn-link btn-sm" hx-post="{self.prefix}{path}" '
            f'hx-vals="{sent}">{word}</button>'
        )
