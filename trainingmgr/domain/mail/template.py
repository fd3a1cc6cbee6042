"""Texts with variables in curly brackets: checked when they are saved, filled in when a mail is written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from trainingmgr.domain.chinese import date_en, date_range_en, date_range_zh, date_zh
from trainingmgr.domain.mail.kinds import MailKind
from trainingmgr.domain.refusal import Refusal

MAX_SUBJECT = 200
MAX_BODY = 8000
_RENDERED_SUBJECT = 300
_VARIABLE = re.compile(r"\{([^{}\n]*)\}")
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Template:
    """Subject and body of a kind of mail in one language, with variables."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and body as they go out."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that a text of this kind may hold in curly brackets, or has to."""

    name: str
    required: bool = False


COMMON = tuple(Variable(name) for name in ("name", "training", "dates", "place", "organisation"))
"""What a text of any kind may hold; it is filled in by itself."""

_LINK, _NEEDED_LINK = Variable("link"), Variable("link", required=True)
_OF_NOMINATIONS = (Variable("unit"), Variable("quota"), Variable("deadline"), _NEEDED_LINK)

_OWN: dict[MailKind, tuple[Variable, ...]] = {
    MailKind.CERTIFICATE: (Variable("certificate"), Variable("serial"), Variable("issue_date"), _LINK),
    MailKind.NOMINATION_INVITATION: _OF_NOMINATIONS,
    MailKind.NOMINATION_REMINDER: (*_OF_NOMINATIONS, Variable("nominated")),
    MailKind.REGISTRATION_RECEIVED: (_NEEDED_LINK,),
    MailKind.REGISTRATION_CONFIRMED: (_LINK,),
    MailKind.REGISTRATION_WAITLISTED: (Variable("position"), _LINK),
    MailKind.REGISTRATION_PROMOTED: (_LINK,),
    MailKind.REGISTRATION_DECLINED: (Variable("reason"),),
    MailKind.REGISTRATION_CANCELLED: (Variable("reason"),),
    MailKind.TIMETABLE: (_NEEDED_LINK, Variable("calendar")),
    MailKind.TIMETABLE_CHANGED: (Variable("changes", required=True), Variable("note"), _LINK),
    MailKind.LECTURER_INVITATION: (_NEEDED_LINK, Variable("sessions")),
    MailKind.LECTURER_REMINDER: (_NEEDED_LINK, Variable("sessions")),
    MailKind.MESSAGE: (Variable("subject", required=True), Variable("text", required=True), Variable("unit")),
}

MESSAGE_VARIABLES = (*COMMON, Variable("unit"))
"""What an organiser may type into a message to many."""


def variables(kind: MailKind) -> tuple[Variable, ...]:
    """What a text of this kind may hold."""
    return COMMON + _OWN[kind]


def check(kind: MailKind, template: Template) -> None:
    """Tell whether the template can be filled in.

    Raises Refusal `mail.variable_unknown` (variable, known) or `mail.variable_missing` (variable).
    """
    _check(variables(kind), template)


def check_message(typed: Template) -> None:
    """Tell whether what an organiser typed for many can be filled in for each. Raises as `check`."""
    _check(MESSAGE_VARIABLES, typed)


def _check(allowed: tuple[Variable, ...], template: Template) -> None:
    known = {one.name: one for one in allowed}
    used = [match[1].strip() for match in _VARIABLE.finditer(f"{template.subject}\n{template.body}")]
    for name in used:
        if name not in known:
            listed = " ".join(f"{{{one}}}" for one in known)
            raise Refusal("mail.variable_unknown", variable=f"{{{name}}}", known=listed)
    for one in known.values():
        if one.required and one.name not in used:
            raise Refusal("mail.variable_missing", variable=f"{{{one.name}}}")


def render(template: Template, values: Mapping[str, str]) -> Letter:
    """Fill `values` in. A line of the body whose variables are all empty is left out.

    Raises KeyError for a variable without a value.
    """
    said = []
    for line in template.body.splitlines():
        names = [match[1].strip() for match in _VARIABLE.finditer(line)]
        if not names or any(values[name] for name in names):
            said.append(line.rstrip())
    return _written(template.subject, _BLANK_LINES.sub("\n\n", "\n".join(said)), values)


def render_message(typed: Template, values: Mapping[str, str]) -> Letter:
    """Fill `values` into what an organiser typed for many: every line of it stays. Raises as `render`."""
    return _written(typed.subject, typed.body, values)


def _written(subject: str, body: str, values: Mapping[str, str]) -> Letter:
    line = " ".join(_filled(subject, values).split())
    return Letter(line[:_RENDERED_SUBJECT], _filled(body.strip("\n"), values))


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda match: values[match[1].strip()], text)


_SAMPLES: dict[str, tuple[str, str]] = {
    "name": ("王小明", "Wang Xiaoming"),
    "training": ("社区治理培训班", "Training Class on Community Governance"),
    "place": ("四川省成都市", "Chengdu, Sichuan"),
    "organisation": ("示例省民政厅", "Sample Department of Civil Affairs"),
    "certificate": ("结业证书", "Certificate of Completion"),
    "serial": ("CD2026-0001", "CD2026-0001"),
    "link": ("https://training.example.org/…", "https://training.example.org/…"),
    "calendar": ("https://training.example.org/calendar/…", "https://training.example.org/calendar/…"),
    "sessions": (
        "5月12日 09:00–10:30 社区治理的理论与实践",
        "12 May, 09:00–10:30: Community governance in theory and practice",
    ),
    "unit": ("示例市民政局", "Sample City Bureau of Civil Affairs"),
    "quota": ("3名", "3"),
    "nominated": ("1", "1"),
    "position": ("2", "2"),
    "reason": ("名额已满", "All places are taken"),
    "changes": (
        "调整：5月12日（周二）14:00–15:30 《专题授课》：时间由09:00–10:30改为14:00–15:30。",
        "Changed: Tue 12 May 14:00–15:30 “Lecture”: moved from 09:00–10:30 to 14:00–15:30.",
    ),
    "note": ("因授课人行程调整。", "The lecturer's journey has changed."),
    "subject": ("报到须知", "Arrival"),
    "text": (
        "报到时间为5月10日14:00至18:00，请携带身份证件。",
        "Registration is open on 10 May from 14:00 to 18:00. Please bring an ID document.",
    ),
}
_FIRST, _LAST, _DEADLINE = date(2026, 5, 11), date(2026, 5, 14), date(2026, 4, 20)


def sample_values(kind: MailKind, language: str) -> dict[str, str]:
    """An invented value for each variable of `kind`, to show a template with."""
    english = language == "en"
    samples = {name: pair[english] for name, pair in _SAMPLES.items()}
    samples["dates"] = date_range_en(_FIRST, _LAST) if english else date_range_zh(_FIRST, _LAST)
    samples["issue_date"] = date_en(_LAST) if english else date_zh(_LAST)
    samples["deadline"] = date_en(_DEADLINE) if english else date_zh(_DEADLINE)
    return {one.name: samples[one.name] for one in variables(kind)}
