"""Having a timetable laid: what it is laid from, and asking for it."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.planning import Frame, Half, WishKind
from trainingmgr.domain.planning.lines import WrongLines, read_lines
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.domain.timetable import days_between
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires
from trainingmgr.http.locale import pick
from trainingmgr.http.planning import half_words, wish_words
from trainingmgr.http.rendering import day as day_words
from trainingmgr.http.words import dated, sentence
from trainingmgr.models import PlanningWish, Training, UnplacedSession
from trainingmgr.queries import schedule as schedule_queries
from trainingmgr.queries.schedule import groups as group_queries
from trainingmgr.queries.schedule import planning as queries
from trainingmgr.queries.schedule.table import Entry
from trainingmgr.services import schedule as service
from trainingmgr.services.schedule import WishDraft
from trainingmgr.web.schedule.blueprint import bp
from trainingmgr.web.schedule.importing import kind_words
from trainingmgr.web.schedule.planning_forms import FrameForm, LinesForm, WishForm
from trainingmgr.web.schedule.timetable import short_day
from trainingmgr.web.schedule.titles import english_of
from trainingmgr.web.schedule.waiting import waiting

_MOST_TOLD = 10
_STAYING = frozenset({SessionKind.MEAL, SessionKind.BREAK})


@bp.get("/t/<code>/schedule/plan")
@requires(Permission.EDIT)
def plan(training: Training) -> str:
    """What the timetable is laid from: the frame of a day, what stays, what has no time yet, what is wished."""
    return _page(training)


@bp.post("/t/<code>/schedule/plan")
@requires(Permission.EDIT)
def order_plan(training: Training) -> Any:
    """Ask for a layout."""
    form, code = _frame_form(training), training.code
    if form.validate():
        try:
            stays = request.form.getlist("stays", type=int)
            service.order_planning(actor(), training.id, form.frame(), stays)
        except NotFound:
            raise
        except Refusal as refusal:
            field = form[str(refusal.values.get("field", "starts"))]
            field.errors = [*field.errors, sentence(refusal)]
        else:
            return redirect(url_for("schedule.proposal", code=code), 303)
    return _page(training, frame=form), 422


@bp.post("/t/<code>/schedule/plan/sessions")
@requires(Permission.EDIT)
def add_unplaced(training: Training) -> Any:
    """Add sessions without a time, a line each."""
    form, code = LinesForm(), training.code
    if form.validate():
        try:
            lines = read_lines(
                form.lines.data or "",
                kind_words(),
                training.class_hour_minutes,
                group_queries.offered(db.session(), training.id),
            )
            named = [replace(one, title_en=english_of(one)) for one in lines]
            count = service.add_unplaced(actor(), training.id, named)
        except NotFound:
            raise
        except Refusal as refusal:
            wrong = refusal.every if isinstance(refusal, WrongLines) else (refusal,)
            form.lines.errors = ["\n".join(map(sentence, wrong[:_MOST_TOLD]))]
        else:
            flash(
                ngettext("One session waits for a time.", "%(num)d sessions wait for a time.", count),
                "success",
            )
            return _back(code, "unplaced")
    return _page(training, lines=form), 422


@bp.post("/t/<code>/schedule/plan/wishes")
@requires(Permission.EDIT)
def add_wish(training: Training) -> Any:
    """Note what is wished of a session."""
    form, code = WishForm(), training.code
    _offer(form, training)
    if form.validate():
        kind, _colon, value = form.target.data.partition(":")
        draft = WishDraft(
            WishKind(kind),
            form.task.data,
            other=int(value) if kind == WishKind.BEFORE else 0,
            day=date.fromisoformat(value) if kind == WishKind.DAY else None,
            half=Half(value) if kind == WishKind.HALF else None,
            must=bool(form.must.data),
        )
        try:
            service.add_wish(actor(), training.id, draft)
        except NotFound:
            raise
        except Refusal as refusal:
            form.target.errors = [*form.target.errors, sentence(dated(refusal))]
        else:
            return _back(code, "wishes")
    return _page(training, wish=form), 422


@bp.post("/t/<code>/schedule/plan/wishes/<int:wish_id>/remove")
@requires(Permission.EDIT)
def remove_wish(training: Training, wish_id: int) -> Response:
    """Take a wish back."""
    service.remove_wish(actor(), training.id, wish_id)
    return _back(training.code, "wishes")


def titles_of(training: Training, entries: list[Entry]) -> dict[int, str]:
    """The titles of all sessions, with a time or without, by their ids."""
    found: list[Entry | UnplacedSession] = [*entries, *queries.unplaced(db.session(), training.id)]
    return {one.id: pick(one.title_zh, one.title_en) for one in found}


def said_wish(row: PlanningWish, training: Training, titles: dict[int, str]) -> str:
    """A wish in one line."""
    wish = queries.wish_of(row, training)
    return wish_words(wish, titles, day_words(training.start_date + timedelta(days=wish.day)))


def _back(code: str, anchor: str) -> Response:
    return redirect(url_for("schedule.plan", code=code, _anchor=anchor), 303)


def _frame_form(training: Training, *, keep: bool = False) -> FrameForm:
    """What was said of a day; with `keep`, what stands is to move as little as can be, unless it was said otherwise."""
    row = queries.planning_of(db.session(), training.id)
    form = FrameForm(obj=service.frame_in(row) if row else Frame(keep=keep))
    form.offer(training.class_hour_minutes)
    return form


def _offer(form: WishForm, training: Training) -> None:
    entries = schedule_queries.timetable(db.session(), training).entries
    days = days_between(training.start_date, training.end_date)
    titles = titles_of(training, entries)
    shared = {title for title, count in Counter(titles.values()).items() if count > 1}
    form.offer(
        [
            (id_, _told_apart(id_, title, entries) if title in shared else title)
            for id_, title in titles.items()
        ],
        [(one.isoformat(), day_words(one)) for one in days],
        [(half, half_words(half)) for half in Half],
    )


def _told_apart(id_: int, title: str, entries: list[Entry]) -> str:
    """A title that several sessions bear, with what tells this one from the others: its time, and whom it is for."""
    entry = next((one for one in entries if one.id == id_), None)
    if entry is None:
        return f"{title} · {_('without a time')}"
    parts = [title, f"{' '.join(short_day(entry.day))} {entry.start}", _(", ").join(entry.groups)]
    return " · ".join(part for part in parts if part)


def _staying(entries: list[Entry], attended: set[int]) -> set[int]:
    """What is proposed to stay: meals and breaks, and rides to what stays in any case."""
    found = {entry.id for entry in entries if entry.kind in _STAYING}
    return found | {
        ride.id
        for ride, entry in pairwise(entries)
        if ride.kind is SessionKind.TRANSFER and entry.id in attended
    }


def _page(
    training: Training,
    frame: FrameForm | None = None,
    lines: LinesForm | None = None,
    wish: WishForm | None = None,
) -> str:
    session = db.session()
    row = queries.planning_of(session, training.id)
    entries = schedule_queries.timetable(session, training).entries
    attended = queries.attended(session, training.id)
    if wish is None:
        wish = WishForm(formdata=None)
        _offer(wish, training)
        # The first choice would be a session before itself.
        wish.target.data = f"{WishKind.HALF}:{Half.MORNING}"
    if frame is not None:
        stays = set(request.form.getlist("stays", type=int))
    elif row is not None:
        stays = set(row.stays)
    else:
        stays = _staying(entries, attended)
    titles = titles_of(training, entries)
    return render_template(
        "schedule/plan.html",
        training=training,
        form=frame or _frame_form(training, keep=bool(entries)),
        lines=lines or LinesForm(formdata=None),
        wish_form=wish,
        entries=entries,
        titles=titles,
        stays=stays,
        attended=attended,
        unplaced=waiting(training),
        wishes=[(one, said_wish(one, training, titles)) for one in queries.wishes(session, training.id)],
        proposed=row is not None and bool(row.problem),
        able=service.can_optimise(),
    )
