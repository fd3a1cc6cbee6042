"""What an organiser types about a training as a whole."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import available_timezones

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from trainingmgr.domain.training import (
    ALL_PARTS,
    CategoryInput,
    CopyPart,
    HostRole,
    Outside,
    StudyTopicInput,
    TrainingInput,
)
from trainingmgr.http.forms import BaseForm, RowForm, text
from trainingmgr.models import Training

_REQUIRED = _l("This field is needed.")
_SPARE_ROWS = 2
_ALONG = (Outside.ALONG.value, _l("The whole timetable moves along with the first day"))
_STAY = (Outside.STAY.value, _l("They stay where they are, and the timetable shows them as clashes"))

# Where on the form the answer to a refusal is to be mended.
FIELD_OF = {
    "training.bad_code": "code",
    "training.code_taken": "code",
    "training.code_frozen": "code",
    "training.title_missing": "title_zh",
    "training.dates_reversed": "end_date",
    "training.span_too_long": "end_date",
    "training.sessions_outside_dates": "outside",
    "training.sessions_attended": "outside",
    "training.unknown_zone": "time_zone",
    "training.bad_capacity": "capacity",
    "training.bad_rule": "rule_numerator",
    "training.bad_class_hour": "class_hour_minutes",
    "training.bad_language": "certificate_language",
    "training.issue_date_too_early": "issue_date",
    "training.host_twice": "hosts",
    "training.pattern_collides": "serial_pattern",
    "training.pattern_shared": "serial_pattern",
}


class CategoryForm(RowForm):
    """One category of participants, a row of the settings."""

    id = HiddenField()
    name_zh = StringField(_l("Category (Chinese)"), validators=[Length(max=120)])
    name_en = StringField(_l("Category (English)"), validators=[Length(max=240)])
    post_zh = StringField(_l("Post asked for (Chinese)"), validators=[Length(max=120)])
    post_en = StringField(_l("Post asked for (English)"), validators=[Length(max=200)])


class StudyTopicForm(RowForm):
    """One study topic, a row of the settings."""

    text_zh = StringField(_l("Study topic (Chinese)"), validators=[Length(max=200)])
    text_en = StringField(_l("Study topic (English)"), validators=[Length(max=300)])


class TrainingForm(BaseForm):
    """Everything that is set about a training; a new one needs a code, a title and its days."""

    version = HiddenField()
    code = text(_l("Code"), 24, DataRequired(_REQUIRED))
    title_zh = text(_l("Title (Chinese)"), 120, DataRequired(_REQUIRED))
    title_en = text(_l("Title (English)"), 240)
    title_en_translated = BooleanField(_l("The English title is a translation of ours"))
    start_date = DateField(_l("First day"), validators=[InputRequired(_REQUIRED)])
    end_date = DateField(_l("Last day"), validators=[InputRequired(_REQUIRED)])
    outside = RadioField(
        _l("Sessions outside these days"),
        choices=[_ALONG, _STAY],
        validators=[Optional()],
    )
    place_zh = text(_l("Place (Chinese)"), 120)
    place_en = text(_l("Place (English)"), 120)
    time_zone = SelectField(_l("Time zone"), default="Asia/Shanghai")
    capacity = IntegerField(_l("Capacity"), validators=[Optional(), NumberRange(min=1, max=100_000)])
    promotes_waiting = BooleanField(_l("Whoever waits longest gets a place that comes free"))
    hosts = TextAreaField(_l("Host, one unit a line"))
    co_hosts = TextAreaField(_l("Co-hosts, one unit a line"))
    purpose_zh = TextAreaField(_l("Purpose (Chinese)"), validators=[Length(max=4000)])
    purpose_en = TextAreaField(_l("Purpose (English)"), validators=[Length(max=4000)])
    theme_zh = TextAreaField(_l("Theme (Chinese)"), validators=[Length(max=4000)])
    theme_en = TextAreaField(_l("Theme (English)"), validators=[Length(max=4000)])
    feedback_zh = TextAreaField(_l("What participants said (Chinese)"), validators=[Length(max=4000)])
    feedback_en = TextAreaField(_l("What participants said (English)"), validators=[Length(max=4000)])
    source_zh = text(_l("Source (Chinese)"), 120)
    source_en = text(_l("Source (English)"), 120)
    rule_numerator = IntegerField(
        _l("Fraction: so many parts"), validators=[NumberRange(min=0, max=1000)], default=6
    )
    rule_denominator = IntegerField(_l("of so many"), validators=[NumberRange(min=1, max=1000)], default=7)
    class_hour_minutes = IntegerField(
        _l("Minutes of a class hour"), validators=[NumberRange(min=1, max=240)], default=45
    )
    serial_pattern = text(_l("Pattern of the serial number"), 60, default="{code}-{seq:04d}")
    certificate_language = SelectField(
        _l("Language of the certificate"),
        choices=[("both", _l("Chinese and English")), ("zh", _l("Chinese")), ("en", _l("English"))],
        default="both",
    )
    second_person = BooleanField(_l("Two people for revoking a certificate"))
    issue_date = DateField(_l("Date on the certificate"), validators=[Optional()])
    signature_zh = TextAreaField(_l("Signature block (Chinese)"), validators=[Length(max=200)])
    signature_en = TextAreaField(_l("Signature block (English)"), validators=[Length(max=300)])
    categories = FieldList(FormField(CategoryForm))
    study_topics = FieldList(FormField(StudyTopicForm))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Old names such as PRC or Factory only lengthen the list; a training that bears one keeps it.
        zones = {zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")}
        kept = {self.time_zone.data} & available_timezones()
        self.time_zone.choices = [(zone, zone) for zone in sorted(zones | {"UTC"} | kept)]

    @classmethod
    def of(cls, training: Training) -> "TrainingForm":
        """The form as `training` stands now."""
        if request.method == "POST":
            return cls()
        form = cls(obj=training, data=_lists(training))
        form.hosts.data = _lines(training, HostRole.HOST)
        form.co_hosts.data = _lines(training, HostRole.CO_HOST)
        return form

    def began_from(self, training: Training) -> int:
        """The version that the edit began from; one that nothing has where the form says nonsense."""
        text = self.version.data or str(training.version)
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0

    def offer_outside(self, training: Training) -> None:
        """Offer to move the timetable along only where the first day moves. To be called once the form is judged:
        a choice that was sent before the first day was put back is not a fault.
        """
        if self.start_date.data == training.start_date:
            self.outside.choices = [_STAY]
            if self.outside.data == Outside.ALONG:
                self.outside.data = None

    def add_spare_rows(self) -> None:
        """Room for further categories and topics."""
        for rows in (self.categories, self.study_topics):
            for _ in range(_SPARE_ROWS):
                rows.append_entry()

    def input(self) -> TrainingInput:
        """The form as the use case takes it; rows left empty are dropped."""
        plain = {
            name: field.data or ""
            for name, field in self._fields.items()
            if isinstance(field, StringField) and not isinstance(field, HiddenField)
        }
        return TrainingInput(
            **{name: value for name, value in plain.items() if name not in {"hosts", "co_hosts"}},
            start_date=self.start_date.data,  # type: ignore[arg-type]  # required above
            end_date=self.end_date.data,  # type: ignore[arg-type]
            title_en_translated=bool(self.title_en_translated.data),
            time_zone=self.time_zone.data,
            capacity=self.capacity.data,
            rule_numerator=self.rule_numerator.data,  # type: ignore[arg-type]
            rule_denominator=self.rule_denominator.data,  # type: ignore[arg-type]
            class_hour_minutes=self.class_hour_minutes.data,  # type: ignore[arg-type]
            certificate_language=self.certificate_language.data,
            second_person=bool(self.second_person.data),
            promotes_waiting=bool(self.promotes_waiting.data),
            issue_date=self.issue_date.data,
            hosts=_split(self.hosts.data),
            co_hosts=_split(self.co_hosts.data),
            categories=tuple(self._categories()),
            study_topics=tuple(self._study_topics()),
        )

    def _categories(self) -> Iterable[CategoryInput]:
        for row in self.categories:
            words = {
                name: (row.form[name].data or "").strip()
                for name in ("name_zh", "name_en", "post_zh", "post_en")
            }
            if any(words.values()):
                known = row.form["id"].data or ""
                yield CategoryInput(
                    **words,
                    id=int(known) if known.isascii() and known.isdecimal() and len(known) < 10 else None,
                )

    def _study_topics(self) -> Iterable[StudyTopicInput]:
        for row in self.study_topics:
            words = {name: (row.form[name].data or "").strip() for name in ("text_zh", "text_en")}
            if any(words.values()):
                yield StudyTopicInput(**words)


class CopyForm(BaseForm):
    """A new training from an old one: its code, its first day, its title."""

    code = text(_l("Code"), 24, DataRequired(_REQUIRED))
    start_date = DateField(_l("First day"), validators=[InputRequired(_REQUIRED)])
    title_zh = text(_l("Title (Chinese)"), 120, DataRequired(_REQUIRED))
    own = BooleanField(_l("This is a training of ours: take every sample mark away"))

    def parts(self) -> frozenset[CopyPart]:
        """The parts that are ticked; a form that was sent without the choice means all of them."""
        if "choose" not in request.form:
            return ALL_PARTS
        return frozenset(CopyPart(one) for one in request.form.getlist("part") if one in set(CopyPart))


def _lists(training: Training) -> dict[str, Any]:
    return {
        "categories": [
            {name: getattr(one, name) for name in ("id", "name_zh", "name_en", "post_zh", "post_en")}
            for one in training.categories
        ],
        "study_topics": [{"text_zh": one.text_zh, "text_en": one.text_en} for one in training.study_topics],
    }


def _lines(training: Training, role: HostRole) -> str:
    return "\n".join(host.unit.name for host in training.hosts if host.role is role)


def _split(lines: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (lines or "").splitlines() if line.strip())
