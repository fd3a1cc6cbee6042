"""A session between its form and the service: what is shown, what was typed, and how the two differ."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from trainingmgr.domain.schedule import ContributorRole, ContributorType, SessionKind, sorted_groups
from trainingmgr.domain.timetable import suggested_hours
from trainingmgr.http.labels import label
from trainingmgr.http.rendering import day as day_words
from trainingmgr.http.rendering import number
from trainingmgr.models import AnySession, Training, TrainingSession
from trainingmgr.services import schedule as services
from trainingmgr.services.schedule import (
    ContributorDraft,
    LecturerDraft,
    SessionDraft,
    SiteDraft,
    StopDraft,
)
from trainingmgr.web.schedule.forms import SessionForm
from trainingmgr.web.schedule.rows import fill_rows


def local(row: AnySession, training: Training) -> tuple[date, time, time] | tuple[None, None, None]:
    """The day, start and end of a session by the training's clock; None where it has no time."""
    if not isinstance(row, TrainingSession):
        return None, None, None
    zone = ZoneInfo(training.time_zone)
    start, end = row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)
    return start.date(), start.time(), end.time()


def values(row: AnySession, training: Training) -> dict[str, Any]:
    """A session as its form shows it."""
    day, start, end = local(row, training)
    by_length = suggested_hours(row.kind, services.minutes_of(row), training.class_hour_minutes)
    return {
        "version": str(row.version),
        "kind": row.kind.value,
        "title_zh": row.title_zh,
        "title_en": row.title_en,
        "description_zh": row.description_zh,
        "description_en": row.description_en,
        "place_zh": row.place_zh,
        "place_en": row.place_en,
        "day": day,
        "start": start,
        "end": end,
        "minutes": None if row.placed else services.minutes_of(row),
        # Left empty while the length says the same, so that the hours follow when the times change.
        "class_hours": None if row.class_hours == by_length else Decimal(number(row.class_hours)),
        "compulsory": row.compulsory,
        "contributors": [
            {
                "lecturer": str(part.lecturer_id),
                "role": part.role.value,
                "topic_zh": part.topic_zh,
                "topic_en": part.topic_en,
            }
            for part in row.contributions
        ],
        "stops": [{"site": str(stop.site_id), "minutes": stop.minutes} for stop in row.stops],
        "groups": list(sorted_groups(one.group_name for one in row.groups)),
    }


def draft(form: SessionForm) -> SessionDraft:
    """What was typed into a valid form; rows that were left blank mean nothing."""
    return SessionDraft(
        kind=SessionKind(form.kind.data),
        title_zh=form.title_zh.data or "",
        title_en=form.title_en.data or "",
        description_zh=form.description_zh.data or "",
        description_en=form.description_en.data or "",
        place_zh=form.place_zh.data or "",
        place_en=form.place_en.data or "",
        day=form.day.data,
        start=form.start.data,
        end=form.end.data,
        minutes=form.minutes.data,
        class_hours=form.class_hours.data,
        compulsory=bool(form.compulsory.data),
        contributors=tuple(_contributor(row.form) for row in form.contributors if not row.form.blank),
        stops=tuple(_stop(row.form) for row in form.stops if not row.form.blank),
        groups=form.chosen_groups(),
    )


def _contributor(row: Any) -> ContributorDraft:
    typed = LecturerDraft(
        type=ContributorType(row.type.data),
        name=row.name.data or "",
        latin_name=row.latin_name.data or "",
        unit=row.unit.data or "",
        title_zh=row.title_zh.data or "",
        title_en=row.title_en.data or "",
    )
    known = row.lecturer.data
    return ContributorDraft(
        role=ContributorRole(row.role.data),
        lecturer_id=int(known) if known else None,
        lecturer=None if known else typed,
        topic_zh=row.topic_zh.data or "",
        topic_en=row.topic_en.data or "",
    )


def _stop(row: Any) -> StopDraft:
    known = row.site.data
    return StopDraft(
        site_id=int(known) if known else None,
        site=None if known else SiteDraft(row.name_zh.data, district_zh=row.district_zh.data or ""),
        minutes=row.minutes.data,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that stands differently: what it was when the edit began, what is typed, what is there now.

    `chosen` is the side that changed it; `both` tells that both did, so that only a person can say.
    """

    field: Any
    first: str
    mine: str
    theirs: str
    chosen: str
    both: bool


_NO_FACTS = frozenset({"version", "began", "csrf_token", "more_groups"})


def texts(form: SessionForm) -> dict[str, str]:
    """What a form says, field by field, as it is shown where two versions stand side by side."""
    found = {field.name: _shown(field) for field in form if field.name not in _NO_FACTS}
    return found | {"groups": _(", ").join(form.chosen_groups())}


def differences(form: SessionForm, state: SessionForm) -> list[Difference]:
    """The fields in which `state`, the session as it is now, says something else than `form`."""
    typed, present, first = texts(form), texts(state), _began_with(form)
    return [
        Difference(
            form[name],
            first.get(name, "") or "—",
            mine or "—",
            present[name] or "—",
            "theirs" if first.get(name) == mine else "mine",
            first.get(name) not in {mine, present[name]},
        )
        for name, mine in typed.items()
        if mine != present[name]
    ]


def _began_with(form: SessionForm) -> dict[str, str]:
    try:
        found = json.loads(form.began.data or "{}")
    except ValueError:
        return {}
    return {str(name): str(text) for name, text in found.items()} if isinstance(found, dict) else {}


def take_choices(form: SessionForm, state: SessionForm, chosen: Collection[str]) -> None:
    """Put what was `chosen` of the present `state` into the form, in place of what was typed."""
    for name in chosen:
        if name == "groups":
            form.more_groups.data = ""
        if name in {"contributors", "stops"}:
            fill_rows(form[name], [dict(row) for row in state[name].data])
        else:
            form[name].data = state[name].data


def _shown(field: Any) -> str:
    if field.name == "contributors":
        return "；".join(
            _chosen(row.form.lecturer) or row.form.name.data or row.form.unit.data or "" for row in field
        )
    if field.name == "stops":
        return "；".join(_chosen(row.form.site) or row.form.name_zh.data or "" for row in field)
    if field.name == "kind":
        return label(SessionKind(field.data)) if field.data in set(SessionKind) else ""
    value = field.data
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, Decimal):
        return number(value)
    return str(value or "")


def _chosen(field: Any) -> str:
    return next((str(one[1]) for one in field.iter_choices() if one[0] and one[0] == field.data), "")
