"""What a layout has to heed, in words: each demand with what would help where it cannot hold."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _

from trainingmgr.domain.planning import (
    DAY,
    Demand,
    DemandKind,
    Half,
    Held,
    Problem,
    Span,
    Wish,
    WishKind,
)
from trainingmgr.domain.planning.frame import Frame
from trainingmgr.http.locale import pick
from trainingmgr.http.rendering import day

_MOST_SPANS = 6


@dataclass(frozen=True, slots=True)
class SaidDemand:
    """A demand on screen."""

    text: str
    remedy: str


class Sayer:
    """Puts the demands of one problem into words; `titles` are those of its sessions on the screen.

    So are `rooms`, by the names in the problem, as far as they have one of their own there.
    """

    def __init__(
        self,
        problem: Problem,
        frame: Frame,
        titles: Mapping[int, str],
        buses: Mapping[int, str],
        rooms: Mapping[str, str],
    ) -> None:
        self._problem, self._frame, self._titles = problem, frame, titles
        self._buses, self._rooms = buses, rooms
        self._tasks = {task.id: task for task in problem.tasks}
        self._wishes = {wish.id: wish for wish in problem.wishes}

    def demand(self, demand: Demand) -> SaidDemand:
        """One demand and its remedy."""
        return SaidDemand(*_WORDS[demand.kind](self, demand))

    def wish(self, wish_id: int) -> str:
        """A wish of the problem."""
        wish = self._wishes[wish_id]
        first = self._problem.first_day
        return wish_words(wish, self._titles, day(first + timedelta(days=wish.day)))

    def must(self, wish_id: int) -> bool:
        """Whether a wish must be met."""
        return self._wishes[wish_id].must

    def title(self, task_id: int) -> str:
        """The title of a session."""
        return self._titles.get(task_id) or self._tasks[task_id].title

    def minutes(self, task_id: int) -> int:
        """How long a session takes."""
        return self._tasks[task_id].minutes

    def who(self, lecturer: int) -> str:
        """The name of a lecturer."""
        return self._problem.lecturers.get(lecturer, "")

    def site(self, site: int) -> str:
        """The name of a site."""
        return self._problem.sites.get(site, "")

    def bus(self, bus: int) -> str:
        """The name of a bus."""
        return self._buses.get(bus, "")

    def times(self, spans: Sequence[Span]) -> str:
        """Stretches of time by their days, at most six of them."""
        first, by_day = self._problem.first_day, defaultdict(list)
        for span in spans[:_MOST_SPANS]:
            by_day[span.start // DAY].append(f"{_clock(span.start)}–{_clock(span.end)}")
        said = [
            f"{day(first + timedelta(days=number))} {_(', ').join(clocks)}"
            for number, clocks in by_day.items()
        ]
        return str(_("; ")).join([*said, "…"] if len(spans) > _MOST_SPANS else said)

    def spans(self, kind: DemandKind, lecturer: int) -> str:
        """When a lecturer comes, or is elsewhere."""
        found = self._problem.available if kind is DemandKind.AVAILABLE else self._problem.busy
        return self.times(found.get(lecturer, ()))

    def place(self, name: str) -> str:
        """The name of a room."""
        return self._rooms.get(name, name)

    def taken(self, place: str) -> str:
        """Which other trainings are in a room, and when."""
        of: dict[str, list[Held]] = defaultdict(list)
        for span in self._problem.taken.get(place, ()):
            of[pick(span.training_zh, span.training_en)].append(span)
        said = [
            _("“%(training)s” (%(times)s)", training=training, times=self.times(spans))
            for training, spans in of.items()
        ]
        return str(_(", ")).join(said)

    def opening(self, site: int) -> str:
        """When a site is open."""
        opens, closes = self._problem.opening.get(site, (0, 0))
        return f"{_clock(opens)}–{_clock(closes)}"

    def frame(self) -> str:
        """When there are sessions on a day."""
        frame = self._frame
        parts = [
            f"{frame.starts:%H:%M}–{frame.lunch_starts:%H:%M}",
            f"{frame.lunch_ends:%H:%M}–{frame.ends:%H:%M}",
        ]
        if frame.evening_ends is not None:
            parts.append(f"{frame.evening_starts:%H:%M}–{frame.evening_ends:%H:%M}")
        return str(_(", ")).join(parts)

    def pause(self) -> int:
        """The least break, in minutes."""
        return self._problem.pause

    def holds(self, site: int) -> int:
        """How many people a site takes."""
        return self._problem.holds.get(site, 0)


def half_words(half: Half) -> str:
    """A half-day, as it stands behind a session."""
    words = {
        Half.MORNING: _("in the morning"),
        Half.AFTERNOON: _("in the afternoon"),
        Half.EVENING: _("in the evening"),
    }
    return str(words[half])


def wish_words(wish: Wish, titles: Mapping[int, str], day_words: str) -> str:
    """A wish in one line; `day_words` is its day."""
    title = titles.get(wish.task, "?")
    if wish.kind is WishKind.BEFORE:
        return str(_("“%(title)s” before “%(other)s”", title=title, other=titles.get(wish.other, "?")))
    if wish.kind is WishKind.DAY:
        return str(_("“%(title)s” on %(day)s", title=title, day=day_words))
    return str(_("“%(title)s” %(half)s", title=title, half=half_words(wish.half)))


def _clock(minute: int) -> str:
    rest = minute % DAY
    return f"{rest // 60:02}:{rest % 60:02}"


_WORDS: dict[DemandKind, Callable[[Sayer, Demand], tuple[str, str]]] = {
    DemandKind.TASK: lambda say, one: (
        _(
            "“%(title)s” takes place, for %(minutes)d minutes.",
            title=say.title(one.of),
            minutes=say.minutes(one.of),
        ),
        _("Shorten it, or leave it out."),
    ),
    DemandKind.PINNED: lambda say, one: (
        _("“%(title)s” stays where it stands.", title=say.title(one.of)),
        _("Let it move: take the tick away."),
    ),
    DemandKind.FRAME: lambda say, _one: (
        _("Sessions lie within the day: %(times)s.", times=say.frame()),
        _("Let the day begin earlier or end later, or add an evening."),
    ),
    DemandKind.OPENING_FIRST: lambda _say, _one: (
        _("The opening comes before everything else."),
        _("Give the sessions before it, or it, another kind."),
    ),
    DemandKind.CLOSING_LAST: lambda _say, _one: (
        _("The closing comes after everything else."),
        _("Give the sessions after it, or it, another kind."),
    ),
    DemandKind.AVAILABLE: lambda say, one: (
        _(
            "%(who)s comes only at these times: %(times)s.",
            who=say.who(one.of),
            times=say.spans(one.kind, one.of),
        ),
        _("Ask for other times, or ask somebody else."),
    ),
    DemandKind.BUSY: lambda say, one: (
        _(
            "%(who)s is in another training: %(times)s.",
            who=say.who(one.of),
            times=say.spans(one.kind, one.of),
        ),
        _("Ask somebody else, or move that session."),
    ),
    DemandKind.SITE_OPEN: lambda say, one: (
        _("%(site)s is open from %(times)s.", site=say.site(one.of), times=say.opening(one.of)),
        _("Ask whether it opens longer, or visit another site."),
    ),
    DemandKind.LECTURER: lambda say, one: (
        _("%(who)s is in one session at a time.", who=say.who(one.of)),
        _("Ask somebody else for one of them."),
    ),
    DemandKind.CLASS: lambda say, _one: (
        _(
            "People are in one session at a time, with breaks of %(pause)d minutes and the ways between places.",
            pause=say.pause(),
        ),
        _("Let sessions be for some groups alone, or shorten the breaks."),
    ),
    DemandKind.PLACE: lambda say, one: (
        _("%(place)s is used by one session at a time.", place=say.place(one.name) or _("A room")),
        _("Hold one of them elsewhere."),
    ),
    DemandKind.PLACE_HELD: lambda say, one: (
        _("%(place)s is taken by %(trainings)s.", place=say.place(one.name), trainings=say.taken(one.name)),
        _("Hold the session elsewhere, or let the other training move."),
    ),
    DemandKind.BUS: lambda say, one: (
        _("%(bus)s goes one way at a time.", bus=say.bus(one.of)),
        _("Send another bus."),
    ),
    DemandKind.SITE_FULL: lambda say, one: (
        _("%(site)s takes %(people)d people at once.", site=say.site(one.of), people=say.holds(one.of)),
        _("Let smaller groups go there, one after the other."),
    ),
    DemandKind.WISH: lambda say, one: (
        _("Wished: %(wish)s.", wish=say.wish(one.of)),
        _("Take the wish back, or let it be no must.") if say.must(one.of) else _("Take that wish back."),
    ),
}
