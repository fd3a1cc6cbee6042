"""The forms of units."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired
from wtforms import BooleanField, FieldList, FileField, FormField, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from trainingmgr.documents.divisions import all_divisions
from trainingmgr.domain.division import DivisionGroup, Naming, english_name
from trainingmgr.domain.participant import phone_to_edit
from trainingmgr.domain.unit import AliasKind, UnitType
from trainingmgr.http.forms import BaseForm, RowForm, text
from trainingmgr.http.labels import choices
from trainingmgr.http.locale import pick
from trainingmgr.models import Unit
from trainingmgr.services.unit import AliasDraft, GroupWish, UnitDraft

_SPARE_ROWS = 2
_UNITS = {"list": "units", "autocomplete": "off"}
_PLAIN = (
    "name", "name_en", "region", "division_code", "uscc", "contact_name", "contact_phone", "contact_email",
    "parent",
)  # fmt: skip


class AliasForm(RowForm):
    """Another name, a row of the unit's form."""

    name = StringField(_l("Other name"), validators=[Length(max=120)])
    kind = SelectField(_l("Kind of name"), choices=choices(AliasKind), default=AliasKind.ALIAS.value)
    since = StringField(_l("Since"), validators=[Length(max=20)])
    until = StringField(_l("Until"), validators=[Length(max=20)])


class UnitForm(BaseForm):
    """Everything that is said of a unit."""

    version = HiddenField()
    name = text(_l("Name of the unit"), 120, DataRequired(_l("Give the unit a name.")))
    name_en = text(_l("Name in English"), 200)
    type = SelectField(_l("Type"), choices=choices(UnitType), default=UnitType.OTHER.value)
    parent = text(_l("Stands under"), 120, render_kw=_UNITS)
    region = text(_l("Region"), 60)
    division_code = text(_l("Division code"), 6, render_kw={"inputmode": "numeric"})
    uscc = text(_l("Unified social credit code"), 40, render_kw={"autocomplete": "off"})
    contact_name = text(_l("Contact person"), 80)
    contact_phone = text(_l("Phone"), 60, render_kw={"inputmode": "tel"})
    contact_email = text(_l("Mail address"), 254, render_kw={"inputmode": "email"})
    keep_name = BooleanField(_l("If the name changes, keep the present one as an old name"), default=True)
    aliases = FieldList(FormField(AliasForm))

    @classmethod
    def of(cls, unit: Unit) -> "UnitForm":
        """The form as `unit` stands now."""
        if request.method == "POST":
            return cls()
        plain = {name: getattr(unit, name) for name in _PLAIN if name != "parent"}
        return cls(
            formdata=None,
            data=plain
            | {
                "type": unit.type.value,
                "parent": unit.parent.name if unit.parent else "",
                "contact_phone": phone_to_edit(unit.contact_phone),
                "version": unit.version,
                "aliases": [
                    {"name": one.name, "kind": one.kind.value, "since": one.since, "until": one.until}
                    for one in unit.aliases
                ],
            },
        )

    def add_spare_rows(self) -> None:
        """Room for further names."""
        for _ in range(_SPARE_ROWS):
            self.aliases.append_entry()

    def began_from(self) -> int | None:
        """The version that the edit began from; one that nothing has where the form says nonsense."""
        given = self.version.data or ""
        return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0

    def draft(self) -> UnitDraft:
        """The form as the use case takes it; rows left empty are dropped."""
        plain: dict[str, Any] = {name: self[name].data or "" for name in _PLAIN}
        return UnitDraft(
            **plain,
            type=UnitType(self.type.data),
            aliases=[
                AliasDraft(
                    row.form["name"].data,
                    AliasKind(row.form["kind"].data),
                    row.form["since"].data or "",
                    row.form["until"].data or "",
                )
                for row in self.aliases
                if row.form["name"].data
            ],
            keep_name=bool(self.keep_name.data),
        )


class MoveForm(BaseForm):
    """Where a unit stands."""

    parent = text(_l("Stands under"), 120, render_kw=_UNITS)


class FileForm(BaseForm):
    """A list of units from the user's machine."""

    file = FileField(_l("File (.xlsx or .csv)"), validators=[FileRequired(_l("Choose a file."))])


class DivisionForm(BaseForm):
    """A group of divisions and what their offices are called."""

    group = SelectField(
        _l("Whose offices"),
        choices=choices(DivisionGroup),
        default=DivisionGroup.PROVINCES_AND_CORPS.value,
    )
    province = SelectField(_l("Province"), default="")
    provincial = text(_l("Of a province or autonomous region"), 60)
    municipal = text(_l("Of a municipality, city or the Corps"), 60)
    parent = text(_l("The provinces stand under"), 120, render_kw=_UNITS)
    provinces = BooleanField(_l("Make the provincial offices above the cities too"), default=True)
    outside = BooleanField(_l("Hong Kong, Macao and Taiwan among the provinces"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        with_cities = {one.parent for one in all_divisions() if one.parent}
        self.province.choices = [
            ("", "—"),
            *(
                (one.code, pick(one.name, english_name(one.name)))
                for one in all_divisions()
                if one.code in with_cities
            ),
        ]

    def wish(self) -> GroupWish:
        """What is wanted, as the use case takes it."""
        return GroupWish(
            DivisionGroup(self.group.data),
            self.province.data or "",
            Naming(self.provincial.data or "", self.municipal.data or ""),
            bool(self.outside.data),
            self.parent.data or "",
            bool(self.provinces.data),
        )
