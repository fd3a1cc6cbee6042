"""Forms of sessions, lecturers and sites."""

from contextlib import suppress
from decimal import InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FieldList,
    FloatField,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import (
    DataRequired,
    Email,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from trainingmgr.domain.planning.lines import LONGEST, SHORTEST
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.schedule import (
    GROUP_LENGTH,
    ContributorRole,
    ContributorType,
    SessionKind,
    read_groups,
    sorted_groups,
)
from trainingmgr.http.forms import BaseForm, RowForm, text
from trainingmgr.http.labels import choices
from trainingmgr.http.words import sentence
from trainingmgr.queries.schedule import Choice, Origin

_REQUIRED = InputRequired(_l("This is needed."))
_TEXT = DataRequired(_l("This is needed."))
MAX_ROWS = 60


def _two_places(value: Any) -> Any:
    # What is no number, endless, or longer than can be rounded is left for the validators to name.
    with suppress(InvalidOperation):
        return round(value, 2) if value is not None and value.is_finite() else value
    return value


_ORIGINS = {
    Origin.HERE: _l("In this training"),
    Origin.OWN: _l("Others on the list"),
    Origin.SAMPLES: _l("From the samples"),
}


def _by_origin(new: Any, known: list[Choice]) -> Any:
    """What a list offers: a `new` one, then those known, under headings where they come from several places."""
    one_by_one = [(one.id, one.name) for one in known]
    if len({one.origin for one in known}) < 2:
        return [("", new), *one_by_one]
    found = {str(_l("Not on the list")): [("", new)]}
    for one in known:
        found.setdefault(str(_ORIGINS[one.origin]), []).append((one.id, one.name))
    return found


class Boxes(SelectMultipleField):
    """Several of a list, a box each."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ContributorRow(RowForm):
    """One contributor: somebody from the list, or a new one typed."""

    lecturer = SelectField(_l("From the list"), validate_choice=True)
    role = SelectField(_l("Part"), choices=choices(ContributorRole), default=ContributorRole.LECTURE)
    type = SelectField(_l("Who it is"), choices=choices(ContributorType), default=ContributorType.PERSON)
    name = text(_l("Name"), 120)
    latin_name = text(_l("Name in Latin letters"), 120)
    unit = text(_l("Unit"), 120)
    title_zh = text(_l("Post or words for the unnamed, in Chinese"), 120)
    title_en = text(_l("The same in English"), 200)
    topic_zh = text(_l("Topic in Chinese"), 200)
    topic_en = text(_l("Topic in English"), 300)

    @property
    def blank(self) -> bool:
        """Whether nothing was filled in, so that the row means nobody."""
        return not (self.lecturer.data or self.name.data or self.unit.data or self.title_zh.data)


def _degrees(label: Any, most: int) -> FloatField:
    """Degrees to six places, which are a hand's breadth."""
    return FloatField(
        label,
        filters=[lambda value: value if value is None else round(value, 6)],
        validators=[Optional(), NumberRange(-most, most, _l("Type degrees as a number, such as 30.6586."))],
        render_kw={"inputmode": "decimal"},
    )


class StopRow(RowForm):
    """One stop: a site from the list, or a new one typed."""

    site = SelectField(_l("From the list"), validate_choice=True)
    name_zh = text(_l("Name of the site"), 120)
    district_zh = text(_l("District"), 60)
    minutes = IntegerField(
        _l("Stay in minutes"),
        validators=[Optional(), NumberRange(1, 1440, _l("A stay lasts from 1 to 1440 minutes."))],
    )

    @property
    def blank(self) -> bool:
        """Whether nothing was filled in, so that the row means no stop."""
        return not (self.site.data or self.name_zh.data)


class SessionForm(BaseForm):
    """A session with its contributors and stops. One without day, start and end has no time yet, but a length.

    `version` is the state that the edit began from, `began` what it said, field by field.
    """

    version = HiddenField()
    began = HiddenField()
    kind = SelectField(_l("Kind"), choices=choices(SessionKind), default=SessionKind.LECTURE)
    title_zh = text(_l("Title in Chinese"), 200, _TEXT)
    title_en = text(_l("Title in English"), 300)
    day = DateField(_l("Day"), validators=[Optional()])
    start = TimeField(_l("Start"), validators=[Optional()])
    end = TimeField(_l("End"), validators=[Optional()])
    minutes = IntegerField(
        _l("Length in minutes"),
        validators=[
            Optional(),
            NumberRange(SHORTEST, LONGEST, _l("A session lasts from 5 minutes to 12 hours.")),
        ],
    )
    class_hours = DecimalField(
        _l("Class hours"),
        places=None,
        filters=[_two_places],
        validators=[Optional(), NumberRange(0, 24, _l("Class hours lie between 0 and 24."))],
    )
    compulsory = BooleanField(_l("Compulsory: nobody gets a certificate without it"))
    place_zh = text(_l("Place in Chinese"), 120)
    place_en = text(_l("Place in English"), 200)
    description_zh = TextAreaField(_l("Description in Chinese"), validators=[Length(max=4000)])
    description_en = TextAreaField(_l("Description in English"), validators=[Length(max=4000)])
    contributors = FieldList(FormField(ContributorRow), max_entries=MAX_ROWS)
    stops = FieldList(FormField(StopRow), max_entries=MAX_ROWS)
    groups = Boxes(_l("Groups"), choices=[], validate_choice=False)
    more_groups = text(_l("Other groups"), 400)

    def offer(self, lecturers: list[Choice], sites: list[Choice], groups: list[str]) -> None:
        """Give every row the lists to choose from, which are the organisation's own, and name the groups."""
        chosen = [one for one in self.groups.data or [] if one]
        self.groups.choices = [(name, name) for name in dict.fromkeys([*groups, *chosen])]
        for row in self.contributors:
            row.form.lecturer.choices = _by_origin(_l("Somebody new, typed below"), lecturers)
        for stop in self.stops:
            stop.form.site.choices = _by_origin(_l("A new site, typed below"), sites)

    @property
    def is_placed(self) -> bool:
        """Whether a time was typed, or a part of one."""
        return any(field.data is not None or field.errors for field in (self.day, self.start, self.end))

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for what is missing: of a time all its parts, without any of them a length."""
        valid = super().validate(extra_validators)
        missing: dict[Any, Any] = {
            self.minutes: _l("Without a day and a time, say how long the session is to be.")
        }
        if self.is_placed:
            missing = dict.fromkeys([self.day, self.start], _l("This is needed."))
            if not self.minutes.data:
                missing[self.end] = _l("This is needed.")
        for field, message in missing.items():
            if field.data is None and not field.errors:
                field.errors = [message]
                valid = False
        return bool(valid)

    def chosen_groups(self) -> tuple[str, ...]:
        """The groups that were ticked or typed."""
        return sorted_groups([*(self.groups.data or []), *read_groups(self.more_groups.data or "")])

    def validate_more_groups(self, _field: Any) -> None:
        """Hold each name of a group to its length."""
        if any(len(name) > GROUP_LENGTH for name in self.chosen_groups()):
            raise ValidationError(_l("The name of a group has 40 characters at most."))


class CopyForm(BaseForm):
    """Where a copy of a session goes."""

    day = DateField(_l("Day"), validators=[_REQUIRED])
    start = TimeField(_l("Start"), validators=[_REQUIRED])


class LecturerForm(BaseForm):
    """A lecturer of the organisation."""

    type = SelectField(_l("Who it is"), choices=choices(ContributorType), default=ContributorType.PERSON)
    name = text(_l("Name"), 120)
    latin_name = text(_l("Name in Latin letters"), 120)
    unit = text(_l("Unit"), 120)
    title_zh = text(_l("Post or words for the unnamed, in Chinese"), 120)
    title_en = text(_l("The same in English"), 200)
    phone = text(_l("Phone"), 40)
    email = text(
        _l("Mail address"),
        254,
        Optional(),
        Email(_l("This is no mail address: it needs the form name@host.")),
    )
    topics_zh = text(_l("Fields of teaching, in Chinese"), 300)
    topics_en = text(_l("Fields of teaching, in English"), 300)
    languages = text(_l("Languages of teaching"), 120)


class WindowForm(BaseForm):
    """When a lecturer can come: so many hours on each of some days."""

    first = DateField(_l("First day"), validators=[_REQUIRED])
    last = DateField(_l("Last day"), validators=[_REQUIRED])
    start = TimeField(_l("From what time"), validators=[_REQUIRED])
    end = TimeField(_l("To what time"), validators=[_REQUIRED])


class VenueForm(BaseForm):
    """A room or hall of the organisation."""

    name_zh = text(_l("Name in Chinese"), 120, _TEXT)
    name_en = text(_l("Name in English"), 200)
    address = text(_l("Address"), 240)
    capacity = IntegerField(
        _l("Holds how many people"),
        validators=[Optional(), NumberRange(1, 100_000, _l("A place holds from 1 to 100,000 people."))],
    )
    latitude = _degrees(_l("Latitude"), 90)
    longitude = _degrees(_l("Longitude"), 180)


class SiteForm(VenueForm):
    """A site of the organisation."""

    district_zh = text(_l("District in Chinese"), 60)
    district_en = text(_l("District in English"), 120)
    host_contact = text(_l("Contact at the site"), 120)
    host_phone = text(_l("Phone of the contact"), 40)
    opens_at = TimeField(_l("Opens at"), validators=[Optional()])
    closes_at = TimeField(_l("Closes at"), validators=[Optional()])
    taught_zh = TextAreaField(_l("What is taught here, in Chinese"), validators=[Length(max=500)])
    taught_en = TextAreaField(_l("What is taught here, in English"), validators=[Length(max=500)])


def put_beside(form: BaseForm, refusal: Refusal) -> None:
    """Show what was refused of a place beside the field that it speaks of. Raises it again where nothing is found."""
    if isinstance(refusal, NotFound):
        raise refusal
    field = form[str(refusal.values.get("field", "name_zh"))]
    field.errors = [*field.errors, sentence(refusal)]
