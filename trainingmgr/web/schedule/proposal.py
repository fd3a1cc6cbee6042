"""A proposed timetable beside today's: looked at, accepted, taken back or discarded."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from trainingmgr.domain.clash import Plan, Slot, find_clashes
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.planning import Answer, Demand, DemandKind, Facts, Problem, Status, Task
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.extensions import db
from trainingmgr.http import undo
from trainingmgr.http.access import actor, requires
from trainingmgr.http.clashes import Said, said_of
from trainingmgr.http.locale import language, pick
from trainingmgr.http.planning import SaidDemand, Sayer
from trainingmgr.http.rendering import day as day_words
from trainingmgr.http.words import say, sentence
from trainingmgr.models import Job, Planning, Training
from trainingmgr.queries import bus as bus_queries
from trainingmgr.queries import job as jobs
from trainingmgr.queries import schedule as schedule_queries
from trainingmgr.queries.schedule import clashes as clash_queries
from trainingmgr.queries.schedule import planning as queries
from trainingmgr.queries.schedule.table import Entry, Timetable
from trainingmgr.services import schedule as service
from trainingmgr.web.schedule.blueprint import bp
from trainingmgr.web.schedule.planning import titles_of
from trainingmgr.web.schedule.timetable import short_day


@dataclass(frozen=True, slots=True)
class Line:
    """A session in a proposal, from when to when; `was_*` is where it stands today, None where it has no time yet."""

    task: Task
    title: str
    day: date
    starts: time
    ends: time
    was_day: date | None
    was_starts: time | None
    place: str
    ride: int

    @property
    def moves(self) -> bool:
        return self.was_day is not None and (self.was_day, self.was_starts) != (self.day, self.starts)

    def was(self, training: Training) -> str:
        """When it stands today, as short as the training's days allow; empty where it has no time yet."""
        if self.was_day is None or self.was_starts is None:
            return ""
        clock = f"{self.was_starts:%H:%M}"
        if self.was_day == self.day:
            return clock
        within = training.start_date <= self.was_day <= training.end_date
        return f"{' '.join(short_day(self.was_day)) if within else day_words(self.was_day)} {clock}"


@bp.get("/t/<code>/schedule/plan/proposal")
@requires(Permission.EDIT)
def proposal(training: Training) -> Any:
    """How far the search is, then what is proposed beside what stands today."""
    row = queries.planning_of(db.session(), training.id)
    problem = service.problem_in(row) if row else None
    if row is None or problem is None:
        return redirect(url_for("schedule.plan", code=training.code), 303)
    answer = service.answer_in(row)
    if answer is None:
        return _progress("schedule/plan_progress.html", training, row)
    return _proposal(training, row, problem, answer)


@bp.get("/t/<code>/schedule/plan/proposal/bar")
@requires(Permission.EDIT)
def proposal_bar(training: Training) -> Any:
    """The bar for the page that asks again every second; it loads anew once there is an answer."""
    row = queries.planning_of(db.session(), training.id)
    if row is None or not row.problem or row.answer:
        return Response("", headers={"HX-Refresh": "true"})
    return _progress("schedule/_plan_progress.html", training, row)


@bp.post("/t/<code>/schedule/plan/proposal/accept")
@requires(Permission.EDIT)
def accept_proposal(training: Training) -> Response:
    """Take the proposal over, all of it."""
    code = training.code
    try:
        done = service.accept_planning(actor(), training.id)
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return redirect(url_for("schedule.proposal", code=code), 303)
    said = []
    if done.moved:
        said.append(ngettext("One session moved.", "%(num)d sessions moved.", done.moved))
    if done.placed:
        said.append(ngettext("One session came in.", "%(num)d sessions came in.", done.placed))
    undo.offer(
        " ".join(said) or _("The timetable stands as it was proposed."),
        url_for("schedule.undo_proposal", code=code, entry_id=done.undo),
    )
    return redirect(url_for("schedule.index", code=code), 303)


@bp.post("/t/<code>/schedule/plan/undo/<int:entry_id>")
@requires(Permission.EDIT)
def undo_proposal(training: Training, entry_id: int) -> Response:
    """Put the sessions back to where they stood."""
    code = training.code
    try:
        service.undo_planning(actor(), training.id, entry_id)
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "warning")
    else:
        flash(_("The sessions stand as they did before."), "success")
    return redirect(url_for("schedule.index", code=code), 303)


@bp.post("/t/<code>/schedule/plan/proposal/discard")
@requires(Permission.EDIT)
def discard_proposal(training: Training) -> Response:
    """Let the proposal go."""
    code = training.code
    service.discard_planning(actor(), training.id)
    flash(_("The proposal was discarded; the timetable is as it was."), "success")
    return redirect(url_for("schedule.plan", code=code), 303)


def _progress(template: str, training: Training, row: Planning) -> str:
    session = db.session()
    job = session.get(Job, row.job_id) if row.job_id else None
    faults = jobs.faults(session, job.id) if job else []
    return render_template(
        template,
        training=training,
        state=jobs.steps(job) if job else None,
        refused=[say(one.code, one.values) for one in faults],
    )


def _proposal(training: Training, row: Planning, problem: Problem, answer: Answer) -> str:
    session = db.session()
    table = schedule_queries.timetable(session, training)
    entries = {entry.id: entry for entry in table.entries}
    titles = titles_of(training, table.entries)
    buses = {bus.id: bus.name for bus in bus_queries.buses(session, training.id)}
    around = clash_queries.read(session, training.id)
    rooms = {zh: pick(zh, en) for zh, en, *_facts in around.venues}
    sayer = Sayer(problem, service.frame_in(row), titles, buses, rooms)
    lines = _lines(row, problem, answer, titles, _places(table, problem, answer, rooms))

    def told(demands: Iterable[Demand]) -> list[tuple[SaidDemand, str]]:
        return [(sayer.demand(one), _where(training.code, one)) for one in demands]

    return render_template(
        "schedule/proposal.html",
        training=training,
        answer=answer,
        Status=Status,
        by_day=_by_day(lines),
        moved=sum(line.moves for line in lines),
        placed=sum(line.was_day is None for line in lines),
        stale=row.seen != queries.versions(session, training.id),
        given_up=[(sayer.wish(one.wish), told(one.against)) for one in answer.given_up],
        core=told(answer.core),
        left=[sayer.title(one) for one in answer.unplaced],
        overfull=_overfull(problem, answer),
        clashes=_clashes(training, table, around, problem, lines, entries),
    )


def _where(code: str, demand: Demand) -> str:
    """The page on which a demand is let go of, or changed."""
    if demand.kind is DemandKind.TASK:
        return url_for("schedule.edit", code=code, session_id=demand.of)
    if demand.kind in {DemandKind.AVAILABLE, DemandKind.BUSY, DemandKind.LECTURER}:
        return url_for("schedule.edit_lecturer", code=code, lecturer_id=demand.of)
    if demand.kind in {DemandKind.SITE_OPEN, DemandKind.SITE_FULL}:
        return url_for("schedule.edit_site", code=code, site_id=demand.of)
    if demand.kind is DemandKind.BUS:
        return url_for("visit.index", code=code)
    if demand.kind in {DemandKind.PLACE, DemandKind.PLACE_HELD}:
        return url_for("schedule.index", code=code)
    anchor = "wishes" if demand.kind is DemandKind.WISH else "frame"
    return url_for("schedule.plan", code=code, _anchor=anchor)


def _lines(
    row: Planning, problem: Problem, answer: Answer, titles: dict[int, str], places: dict[int, str]
) -> list[Line]:
    ahead = {visit: minutes for visit, _ride, minutes in row.leads}
    found = []
    for task in problem.tasks:
        start = answer.starts.get(task.id)
        if start is None:
            continue
        lead = ahead.get(task.id, 0)
        day, starts = queries.when(problem.first_day, start + lead)
        _day, ends = queries.when(problem.first_day, start + task.minutes)
        was_day: date | None = None
        was_starts: time | None = None
        if task.present is not None:
            was_day, was_starts = queries.when(problem.first_day, task.present + lead)
        title, place = titles.get(task.id) or task.title, places.get(task.id, "")
        found.append(Line(task, title, day, starts, ends, was_day, was_starts, place, lead))
    return sorted(found, key=lambda line: (line.day, line.starts, line.ends, line.task.id))


def _places(table: Timetable, problem: Problem, answer: Answer, rooms: dict[str, str]) -> dict[int, str]:
    """Where each session is held: as it says itself, else in the room that was found for it."""
    places = {entry.id: pick(entry.place_zh, entry.place_en) for entry in table.entries}
    for task in problem.tasks:
        if task.places and not places.get(task.id):
            room = answer.rooms.get(task.id, task.places[0])
            places[task.id] = rooms.get(room, room)
    return places


def _by_day(lines: list[Line]) -> dict[date, list[Line]]:
    found: dict[date, list[Line]] = {}
    for line in lines:
        found.setdefault(line.day, []).append(line)
    return found


def _overfull(problem: Problem, answer: Answer) -> tuple[int, int] | None:
    """The minutes that the sessions of the class, or of a group, take and those that the days have, where that is all."""
    if [one.kind for one in answer.core] != [DemandKind.FRAME, DemandKind.CLASS]:
        return None
    facts, group = Facts(problem), answer.core[1].name
    tasks = [one for one in problem.tasks if one.pinned is None and group in facts.groups_of(one)]
    load = sum(task.minutes for task in tasks if task.kind is not SessionKind.MEAL)
    return load, facts.room(tasks)


def _coming(line: Line) -> Slot:
    """A session without a time yet as the rules of clashes see it; that sites are open then is the solvers' care."""
    task = line.task
    starts, ends = datetime.combine(line.day, line.starts), datetime.combine(line.day, line.ends)
    return Slot(
        task.id, task.kind, line.title, starts, ends, task.hours, line.place, task.lecturers, task.groups, task.buses
    )  # fmt: skip


def _clashes(
    training: Training,
    table: Timetable,
    around: clash_queries.Surroundings,
    problem: Problem,
    lines: list[Line],
    entries: dict[int, Entry],
) -> list[Said]:
    """What would not fit in the timetable as proposed, what comes in along with what stands in it today."""
    plan = clash_queries.plan_of(table, around, training, language())
    begins = {line.task.id: datetime.combine(line.day, line.starts) for line in lines}
    places = {line.task.id: line.place for line in lines}

    def moved(slot: Slot) -> Slot:
        starts = begins.get(slot.id, slot.starts)
        by: timedelta = starts - slot.starts
        visits = tuple(replace(one, starts=one.starts + by, ends=one.ends + by) for one in slot.visits)
        place = slot.place or places.get(slot.id, "")
        return replace(slot, starts=starts, ends=slot.ends + by, visits=visits, place=place)

    rides = {ride for ride in entries if ride not in begins}
    slots = [moved(slot) for slot in plan.slots if slot.id not in rides]
    proposed: Plan = replace(
        plan,
        slots=slots + [_coming(line) for line in lines if line.was_day is None],
        lecturers=problem.lecturers | dict(plan.lecturers),
        rooms=clash_queries.rooms_by_name(around) | dict(plan.rooms),
    )
    return said_of(proposed, find_clashes(proposed))
