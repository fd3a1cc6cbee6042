"""When a class eats."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from trainingmgr.domain.planning.model import DAY, Half, Problem, Task, Window
from trainingmgr.domain.schedule import SessionKind

Hours = tuple[tuple[int, int], ...]

BETWEEN_MEALS = 120
"""Minutes between two meals."""

_BREAKFAST, _LUNCH, _DINNER = (390, 540), (690, 840), (1050, 1200)
_SHORTEST = 30


def is_meal(task: Task) -> bool:
    """Whether people eat in it; tea is none."""
    return task.kind is SessionKind.MEAL and task.minutes >= _SHORTEST


def mealtimes(windows: Iterable[Window], task: Task) -> list[Window]:
    """When a meal may be: at its hours before the first sessions of a day, between its half-days or after the last.

    Where sessions fill those hours it takes any gap, and where there is none any time of the windows.
    """
    ordered = sorted(windows, key=lambda one: one.start)
    ends: dict[int, int] = {}
    around: list[Window] = []
    for one in ordered:
        around.append(Window(one.day, one.half, ends.get(one.day, one.day * DAY), one.start))
        ends[one.day] = one.end
    around += [Window(day, Half.EVENING, end, (day + 1) * DAY) for day, end in ends.items()]
    found = [
        Window(one.day, one.half, max(one.start, one.day * DAY + start), min(one.end, one.day * DAY + end))
        for one in around
        for start, end in _hours(task.title)
    ]
    return (
        sorted((one for one in found if one.end - one.start >= task.minutes), key=lambda one: one.start)
        or _gaps(ordered)
        or ordered
    )


def eaten_once_each(problem: Problem) -> bool:
    """Whether the days have a time of its own for each meal."""
    often: Counter[Hours] = Counter(_hours(task.title) for task in problem.tasks if is_meal(task))
    return all(times <= len(hours) * problem.days for hours, times in often.items())


def _gaps(ordered: list[Window]) -> list[Window]:
    return [
        Window(early.day, late.half, early.end, late.start)
        for early, late in pairwise(ordered)
        if early.day == late.day and late.start > early.end
    ]


def _hours(title: str) -> Hours:
    """When people eat, in minutes of the day, as far as the name of a meal tells which it is."""
    words = title.casefold()
    if "早" in words or "breakfast" in words:
        return (_BREAKFAST,)
    if "晚" in words or "dinner" in words or "supper" in words:
        return (_DINNER,)
    return (_LUNCH,) if "午" in words or "中" in words or "lunch" in words else (_LUNCH, _DINNER)
