"""Problems for tests, and layouts as the rules of clashes see them."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from trainingmgr.domain.clash import Engagement, Plan, Room, Slot, Visit, Window
from trainingmgr.domain.planning import Answer, Frame, Problem, Span, Stay, Task, windows_of
from trainingmgr.domain.schedule import SessionKind

FIRST = date(2019, 10, 30)
HALL = "会议厅"
SECOND = "二号厅"
SITES = {1: "创享中心", 2: "新桥社区", 3: "清波社区", 4: "清源社区", 5: "吉福社区", 6: "锦城社区"}
DISTRICTS = {1: "金牛区", 2: "金牛区", 3: "青羊区", 4: "青羊区", 5: "武侯区", 6: "武侯区"}


def problem(tasks: list[Task], days: int = 4, frame: Frame | None = None, **values: Any) -> Problem:
    return Problem(FIRST, days, windows_of(frame or Frame(), days), tuple(tasks), **values)


def chengdu(**values: Any) -> Problem:
    """The class of Chengdu with nothing laid: what happened is known, the lengths are the demo's."""
    kinds = [(SessionKind.OPENING, "开班式", 45)]
    kinds += [
        (SessionKind.LECTURE, f"专题授课{one}", length)
        for one, length in (("一", 90), ("二", 135), ("三", 135))
    ]
    kinds += [(SessionKind.EXCHANGE, f"经验交流{number}", 25) for number in range(1, 9)]
    kinds += [(SessionKind.CLOSING, "结业式", 45)]
    tasks = [
        Task(
            number, kind, title, minutes, Decimal(minutes) / 45, places=(HALL,), begins_at=HALL, ends_at=HALL
        )
        for number, (kind, title, minutes) in enumerate(kinds, 1)
    ]
    tasks += [
        Task(
            20 + site, SessionKind.SITE_VISIT, name, 60, Decimal("1.5"), begins_at=name, ends_at=name,
            visits=(Stay(site, 0, 60),), cluster=DISTRICTS[site],
        )
        for site, name in SITES.items()
    ]  # fmt: skip
    ways = [(HALL, name, 40) for name in SITES.values()]
    ways += [
        (SITES[one], SITES[other], 15 if DISTRICTS[one] == DISTRICTS[other] else 30)
        for one in SITES
        for other in SITES
        if one < other
    ]
    return problem(tasks, travel=tuple(ways), sites=SITES, **values)


def moment(minute: int) -> datetime:
    return datetime.combine(FIRST, time()) + timedelta(minutes=minute)


def plan_of(asked: Problem, answer: Answer) -> Plan:
    """The layout as the rules of clashes judge it."""

    def slot(task: Task) -> Slot:
        start = answer.starts[task.id]
        place = answer.rooms.get(task.id) or (task.places[0] if task.places else "")
        return Slot(
            task.id, task.kind, task.title, moment(start), moment(start + task.minutes), task.hours, place,
            task.lecturers, task.groups, task.buses,
            tuple(
                Visit(stay.site, moment(start + stay.after), moment(start + stay.after + stay.minutes))
                for stay in task.visits
            ),
        )  # fmt: skip

    def windows(spans: tuple[Span, ...]) -> list[Window]:
        return [Window(moment(span.start), moment(span.end)) for span in spans]

    return Plan(
        FIRST,
        FIRST + timedelta(days=asked.days - 1),
        [slot(task) for task in asked.tasks if task.id in answer.starts],
        sites=asked.sites,
        opening={site: (_clock(one), _clock(other)) for site, (one, other) in asked.opening.items()},
        rooms={place: Room(own_name=place) for place in asked.taken},
        taken={
            place: [Engagement(moment(span.start), moment(span.end), "", "") for span in spans]
            for place, spans in asked.taken.items()
        },
        travel={(one, other): minutes for one, other, minutes in asked.travel},
        availability={who: windows(spans) for who, spans in asked.available.items()},
    )


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)
