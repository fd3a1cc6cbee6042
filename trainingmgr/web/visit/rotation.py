"""Groups over several sites: what is asked, what is proposed, and taking it into the timetable."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.rotation import RotationMode
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.domain.timetable import days_between
from trainingmgr.extensions import db
from trainingmgr.http import undo
from trainingmgr.http.access import actor, requires
from trainingmgr.http.locale import pick
from trainingmgr.http.maps import Map, map_of, short
from trainingmgr.http.wellformed import an_id
from trainingmgr.http.words import dated, sentence
from trainingmgr.models import Training
from trainingmgr.queries import bus as bus_queries
from trainingmgr.queries import schedule as schedule_queries
from trainingmgr.queries.schedule import planning as planning_queries
from trainingmgr.queries.schedule import rotation as queries
from trainingmgr.queries.schedule.rotation import Rotation, RotationAsk, SlotAsk
from trainingmgr.services import schedule as service
from trainingmgr.web.visit.blueprint import bp

_ROWS = 4
_MOST_SLOTS = 12
_MOVING = frozenset({SessionKind.SITE_VISIT, SessionKind.TRANSFER})


@dataclass(frozen=True, slots=True)
class Point:
    """A site on the map of a rotation."""

    number: int
    name: str


@bp.get("/t/<code>/visits/rotation")
@requires(Permission.EDIT)
def rotation(training: Training) -> Any:
    """What is asked, and once something is, who is where."""
    if not request.args:
        return _page(training, _defaults(training))
    return _answer(training, request.args)


@bp.post("/t/<code>/visits/rotation")
@requires(Permission.EDIT)
def accept_rotation(training: Training) -> Any:
    """Take what was shown into the timetable."""
    code, values = training.code, request.form
    try:
        done = service.accept_rotation(
            actor(), training.id, _ask(values), values.get("seen", ""), values.getlist("replaced", type=an_id)
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(training, values, refused=sentence(dated(refusal))), 422
    undo.offer(
        ngettext("One visit came in.", "%(num)d visits came in.", done.visits),
        url_for("visit.undo_rotation", code=code, entry_id=done.undo),
    )
    return redirect(url_for("visit.index", code=code), 303)


@bp.post("/t/<code>/visits/undo/<int:entry_id>")
@requires(Permission.EDIT)
def undo_rotation(training: Training, entry_id: int) -> Response:
    """Take the visits out again and put back what they replaced."""
    code = training.code
    try:
        service.undo_rotation(actor(), training.id, entry_id)
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "warning")
    else:
        flash(_("The visits stand as they did before."), "success")
    return redirect(url_for("visit.index", code=code), 303)


def _answer(training: Training, values: MultiDict[str, str]) -> Any:
    try:
        found = queries.propose(db.session(), training, _ask(values))
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(training, values, refused=sentence(dated(refusal))), 422
    return _page(training, values, found)


def _ask(values: MultiDict[str, str]) -> RotationAsk:
    try:
        slots = [
            SlotAsk(date.fromisoformat(day), _clock(starts), _clock(ends))
            for day, starts, ends in _rows(values)
            if starts or ends
        ]
        mode = RotationMode(values.get("mode", RotationMode.IN_TURN))
    except ValueError:
        raise Refusal("rotation_slot_wrong") from None
    return RotationAsk(
        mode,
        values.get("stations", "district") == "district",
        tuple(values.getlist("sites", type=an_id)),
        tuple(values.getlist("groups")),
        tuple(values.getlist("buses", type=an_id)),
        tuple(slots[:_MOST_SLOTS]),
        values.get("start", "").strip()[:120],
    )


def _clock(text: str) -> time:
    """A time by the training's clock: an offset behind it means nothing here."""
    return time.fromisoformat(text).replace(tzinfo=None)


def _rows(values: MultiDict[str, str]) -> list[tuple[str, str, str]]:
    days, starts, ends = (values.getlist(name) for name in ("slot_day", "slot_starts", "slot_ends"))
    return list(zip_longest(days, starts, ends, fillvalue=""))[:_MOST_SLOTS]


def _defaults(training: Training) -> MultiDict[str, str]:
    """What most likely is wanted: the sites and times of the visits that stand, in their place; all groups and buses."""
    session = db.session()
    zone = ZoneInfo(training.time_zone)
    attended = planning_queries.attended(session, training.id)
    visits = [
        entry
        for entry in schedule_queries.timetable(session, training).entries
        if entry.kind is SessionKind.SITE_VISIT and entry.id not in attended
    ]
    values: MultiDict[str, str] = MultiDict()
    values.setlist("sites", list({str(stop.site_id): None for one in visits for stop in one.stops}))
    values.setlist("groups", list(bus_queries.group_sizes(session, training.id)))
    values.setlist("buses", [str(bus.id) for bus in bus_queries.buses(session, training.id)])
    values.setlist("replaced", [str(one.id) for one in visits])
    values.setlist("start", [visits[0].place_zh or visits[0].place_en] if visits else [])
    slots: list[tuple[datetime, datetime]] = []
    for one in visits:
        # Visits that run at once, if not from the same minute on, are of one round.
        if not slots or one.starts_at >= slots[-1][1]:
            slots.append((one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)))
    values.setlist("slot_day", [starts.date().isoformat() for starts, _ends in slots])
    values.setlist("slot_starts", [f"{starts:%H:%M}" for starts, _ends in slots])
    values.setlist("slot_ends", [f"{ends:%H:%M}" for _starts, ends in slots])
    return values


def _page(
    training: Training, values: MultiDict[str, str], found: Rotation | None = None, refused: str = ""
) -> str:
    session = db.session()
    attended = planning_queries.attended(session, training.id)
    rows = [row for row in _rows(values) if any(row[1:])]
    drawing = _drawing(found) if found else None
    return render_template(
        "visit/rotation.html",
        training=training,
        values=values,
        rows=[*rows, *[("", "", "")] * max(1, _ROWS - len(rows))],
        refused=refused,
        of_training=days_between(training.start_date, training.end_date),
        districts=_districts(training),
        sizes=bus_queries.group_sizes(session, training.id),
        buses=bus_queries.buses(session, training.id),
        venues=schedule_queries.venues(session, training.organisation_id),
        standing=[
            entry
            for entry in schedule_queries.timetable(session, training).entries
            if entry.kind in _MOVING and entry.id not in attended
        ],
        rotation=found,
        seen=service.digest(found) if found else "",
        sketched=drawing[0] if drawing else None,
        drawn=drawing[1] if drawing else [],
        short=short,
        RotationMode=RotationMode,
    )


def _districts(training: Training) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for site in schedule_queries.sites(db.session(), training.organisation_id):
        found.setdefault(pick(site.district_zh, site.district_en), []).append(site)
    return found


def _drawing(found: Rotation) -> tuple[Map, list[tuple[Point, tuple[float, float]]]] | None:
    """A map of the sites, numbered as they stand in the table."""
    located = [
        (Point(number, pick(site.name_zh, site.name_en)), (site.latitude, site.longitude))
        for number, site in enumerate(found.sites, 1)
        if site.latitude is not None and site.longitude is not None
    ]
    if not located:
        return None
    drawing = map_of([at for _point, at in located])
    return drawing, list(zip((point for point, _at in located), drawing.sketch.points, strict=True))
