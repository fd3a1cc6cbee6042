"""The timetable on screen and paper, and as a calendar."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from trainingmgr.documents import calendar as calendar_document
from trainingmgr.domain.invitation import InvitationState
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.domain.timetable import HalfDay
from trainingmgr.domain.timetable_version import fingerprint
from trainingmgr.extensions import db, now
from trainingmgr.http.access import may, requires
from trainingmgr.http.kept import kept
from trainingmgr.http.labels import label
from trainingmgr.http.locale import language
from trainingmgr.http.own_timetable import today_in
from trainingmgr.http.rendering import MONTHS_EN, WEEKDAYS_EN, WEEKDAYS_ZH
from trainingmgr.http.words.schedule import HALF_DAYS
from trainingmgr.models import Training
from trainingmgr.queries import invitation as invitations
from trainingmgr.queries import schedule as schedule_queries
from trainingmgr.queries.schedule import Day, Entry, Raw, versions
from trainingmgr.queries.schedule import clashes as clash_queries
from trainingmgr.queries.schedule.calendar import calendar_of
from trainingmgr.web.schedule.blueprint import bp
from trainingmgr.web.schedule.cells import Cells
from trainingmgr.web.schedule.mending import told
from trainingmgr.web.schedule.paper import fits_abreast

DAYS_ABREAST = 5


@bp.get("/t/<code>/schedule")
@requires(Permission.VIEW)
def index(training: Training) -> str:
    """The days of a training abreast; `?day=` shows one alone, `?group=` what is for that group."""
    session = db.session()
    desk = _desk(training) if may("edit") else None
    closed = schedule_queries.read_closed(session, training.id)
    hosts = tuple(schedule_queries.hosts(session, training.id))
    today = today_in(training.time_zone)

    def render() -> str:
        return _page(training, schedule_queries.opened(session, closed), hosts, today, desk)

    return kept(training, (closed, hosts, today, desk), render)


class Desk(NamedTuple):
    """What those who may edit see beside the timetable: what does not fit, what was published, who was asked.

    `sessions` are the versions of the sessions, `invited` holds how it stands by session and lecturer.
    """

    sessions: tuple[tuple[int, int], ...]
    around: clash_queries.Surroundings
    published: versions.Version | None
    invited: tuple[tuple[tuple[int, int], InvitationState], ...]


def _desk(training: Training) -> Desk:
    session = db.session()
    return Desk(
        tuple(schedule_queries.session_versions(session, training.id).items()),
        clash_queries.read(session, training.id),
        versions.last_version(session, training.id),
        tuple(invitations.states_of(invitations.raw_states(session, training.id)).items()),
    )


def _page(
    training: Training,
    raw: Raw,
    hosts: tuple[tuple[str, str], ...],
    today: date,
    desk: Desk | None,
) -> str:
    table = schedule_queries.timetable_of(raw, training)
    last = desk.published if desk else None
    group = request.args.get("group", "")
    chosen = schedule_queries.timetable_of(raw, training, group) if group in table.groups else table
    shown = _chosen(chosen.days)
    base = url_for("schedule.index", code=training.code)
    weeks = _weeks(shown)
    return render_template(
        "schedule/index.html",
        training=training,
        table=chosen,
        group=group if chosen is not table else "",
        shown=shown,
        weeks=weeks,
        single=len(shown) == 1,
        listed=len(shown) > 1 and not all(week.fits_abreast() for week in weeks),
        hosts=hosts,
        today=today,
        halves={half: str(word) for half, word in HALF_DAYS.items()},
        names={day.date: short_day(day.date) for day in table.days},
        base=base,
        cells=Cells(
            language(),
            base,
            editable=may("edit"),
            all_times_sample=table.all_times_sample,
            invited=dict(desk.invited) if desk else {},
        ),
        css_text=css_text,
        page_counter=_page_counter(),
        clashes=told(table, desk.around, training, dict(desk.sessions), today) if desk else [],
        published=last,
        waiting=desk.around.waiting if desk else 0,
        differs=last is not None and last.fingerprint != fingerprint(versions.snapshot_of(table)),
    )


@bp.get("/t/<code>/schedule/calendar.ics")
@requires(Permission.VIEW)
def calendar(training: Training) -> Response:
    """The timetable as a calendar file, in the language of the screen; `?group=` as on the page."""
    table = schedule_queries.timetable(db.session(), training, request.args.get("group", ""))
    kinds = {kind: label(kind) for kind in SessionKind}
    body = calendar_document.render(calendar_of(training, table, language(), kinds, now()))
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{training.code}.ics"'
    return answer


def css_text(text: str) -> Markup:
    """A CSS string literal of `text` in which nothing can end the string or the style sheet."""
    escaped = re.sub(r"[^\w .,:·–-]", lambda found: f"\\{ord(found[0]):x} ", text)
    # Every character that means something in CSS or HTML is escaped by now.
    return Markup(f'"{escaped}"')  # noqa: S704  # nosec B704


def _chosen(days: tuple[Day, ...]) -> tuple[Day, ...]:
    try:
        wanted = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return days
    return tuple(day for day in days if day.date == wanted) or days


@dataclass(frozen=True, slots=True)
class Week:
    """Days that stand abreast, and the half-days that any of them uses."""

    days: tuple[Day, ...]
    halves: tuple[HalfDay, ...]
    blocks: dict[tuple[date, HalfDay], tuple[tuple[Entry, ...], ...]]

    def fits_abreast(self) -> bool:
        """Whether the days fit beside each other on a sheet of paper."""
        bands = ((self.blocks.get((day.date, half), ()) for day in self.days) for half in self.halves)
        return fits_abreast(len(self.days), bands)


def _weeks(days: tuple[Day, ...]) -> list[Week]:
    """Split the days into rows of about equal length, five abreast at most."""
    rows = -(-len(days) // DAYS_ABREAST)
    bounds = [len(days) * number // rows for number in range(rows + 1)] if rows else []
    return [_week(days[first:last]) for first, last in pairwise(bounds)]


def _week(days: tuple[Day, ...]) -> Week:
    blocks = {(day.date, band.half_day): band.blocks for day in days for band in day.bands}
    used = {half for _day, half in blocks}
    return Week(days, tuple(half for half in HalfDay if half in used), blocks)


def short_day(day: date) -> tuple[str, str]:
    """A day without its year, and its weekday: 10月30日 and 周三, or 30 Oct and Wed."""
    if language() == "zh":
        return f"{day.month}月{day.day}日", f"周{WEEKDAYS_ZH[day.weekday()]}"
    return f"{day.day} {MONTHS_EN[day.month - 1]}", WEEKDAYS_EN[day.weekday()]


def _page_counter() -> Markup:
    """The CSS content that writes “page x of y” in the language of the screen."""
    text = _("Page %(page)s of %(pages)s", page="\x01", pages="\x02")
    counters = {"\x01": Markup("counter(page)"), "\x02": Markup("counter(pages)")}
    return Markup(" ").join(
        counters.get(part) or css_text(part) for part in re.split("([\x01\x02])", text) if part
    )
