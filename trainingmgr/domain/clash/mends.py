"""One act that takes a clash away and makes no other, where there is such an act."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from itertools import islice, pairwise

from trainingmgr.domain.clash.breaks import BREAK, LONGEST_WITHOUT_BREAK
from trainingmgr.domain.clash.plan import Clash, ClashKind, Level, Plan, Slot
from trainingmgr.domain.clash.rooms import rooms_for
from trainingmgr.domain.clash.rules import RULES, find_clashes, lecture_missing
from trainingmgr.domain.schedule import keeps_place, sorted_groups

MOST_TRIED = 150
"""How many acts are tried for all clashes of a page: each is a look at a day's rules."""
_TRIED_EACH = 10
_EARLIEST, _LATEST = timedelta(hours=8), timedelta(hours=21)


class MendKind(StrEnum):
    """What is done: another time (and place, where its own is taken then), a later end, another place, a group more, a
    break within.
    """

    MOVE = "move"
    STRETCH = "stretch"
    PLACE = "place"
    GROUP = "group"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Mend:
    """One act on a session. `slot` is the session as it is, `becomes` as it is then; a break comes before a `rest`."""

    kind: MendKind
    slot: Slot
    becomes: Slot
    rest: Slot | None = None
    group: str = ""


Days = dict[date, list[Slot]]
Finder = Callable[[Plan, Clash, list[Slot], Days], Iterator[Mend]]


def mends_of(plan: Plan, clashes: Sequence[Clash]) -> list[Mend | None]:
    """What would mend each clash; None where no single act is known to, or where there are too many to look at all."""
    by_id = {slot.id: slot for slot in plan.slots}
    paper = _Paper(plan)
    left, found = MOST_TRIED, []
    for clash in clashes:
        slots = [by_id[one] for one in clash.slots]
        acts = list(islice(_FOR[clash.kind](plan, clash, slots, paper.by_day), min(left, _TRIED_EACH)))
        mend, tried = paper.best(clash, slots, acts)
        left -= tried
        if mend is None:
            others = islice(_in_other_rooms(plan, acts, paper.by_day), min(left, _TRIED_EACH))
            mend, tried = paper.best(clash, slots, others)
            left -= tried
        found.append(mend)
    return found


class _Effect(Enum):
    """What an act does: no good, or the clash is gone and nothing is worse, or nothing is left of that session at all."""

    NONE = 0
    GOOD = 1
    CLEAN = 2


class _Paper:
    """Tries acts on a plan without doing them."""

    def __init__(self, plan: Plan) -> None:
        self.by_day: Days = defaultdict(list)
        for slot in plan.slots:
            self.by_day[slot.starts.date()].append(slot)
        self._plan = plan
        self._known: dict[tuple[int, ...], list[Clash]] = {}

    def best(self, clash: Clash, slots: list[Slot], acts: Iterable[Mend]) -> tuple[Mend | None, int]:
        """The first act that leaves nothing to mend at its session, else the first that mends; and how many were tried."""
        mend, tried = None, 0
        for one in acts:
            tried += 1
            effect = self.effect(clash, slots, one)
            if effect is _Effect.CLEAN:
                return one, tried
            if effect is _Effect.GOOD and mend is None:
                mend = one
        return mend, tried

    def effect(self, clash: Clash, slots: list[Slot], mend: Mend) -> _Effect:
        """What an act would do, as far as the days and the sessions go that it touches."""
        days = {mend.becomes.starts.date(), *(slot.starts.date() for slot in slots)}
        wanted = set(clash.slots)
        before = [
            slot
            for day in sorted(days)
            for slot in self.by_day.get(day, ())
            if slot.id in wanted or _meet(slot, mend.slot) or _meet(slot, mend.becomes)
        ]
        after = [mend.becomes if slot.id == mend.slot.id else slot for slot in before]
        ids = tuple(slot.id for slot in before)
        if ids not in self._known:
            self._known[ids] = self._told(before)
        stood = self._known[ids]
        stands = self._told([*after, *([mend.rest] if mend.rest else [])])
        if clash.kind is not ClashKind.LECTURE_MISSING and any(
            (one.kind, one.slots) == (clash.kind, clash.slots) for one in stands
        ):
            return _Effect.NONE
        # What a session does not fit into, neither of its two halves does; and what is left of a clash of several
        # sessions, of which this one is out now, is no new one.
        if any(
            not (kind is clash.kind and mend.slot.id not in ids and ids < wanted)
            for kind, ids in _impossible(stands) - _impossible(stood)
        ):
            return _Effect.NONE
        if not _unwise(stands) <= _unwise(stood):
            return _Effect.NONE
        left = any(mend.slot.id in one.slots for one in stands)
        return _Effect.GOOD if left else _Effect.CLEAN

    def _told(self, slots: list[Slot]) -> list[Clash]:
        # Whether a group lacks a lecture is not to be seen from single days.
        rules = [rule for rule in RULES if rule is not lecture_missing]
        return find_clashes(replace(self._plan, slots=slots), rules)


def _meet(one: Slot, other: Slot) -> bool:
    """Whether two sessions have anybody or anything in common, so that a rule may look at both."""
    return _share(one, other) or bool(one.place and one.place == other.place)


def _share(one: Slot, other: Slot) -> bool:
    """Whether somebody is in both sessions, or a bus goes along on both."""
    return (
        not one.groups
        or not other.groups
        or not set(one.groups).isdisjoint(other.groups)
        or not set(one.lecturers).isdisjoint(other.lecturers)
        or not set(one.buses).isdisjoint(other.buses)
    )


def _impossible(clashes: list[Clash]) -> set[tuple[ClashKind, frozenset[int]]]:
    return {(one.kind, frozenset(map(abs, one.slots))) for one in clashes if one.level is Level.IMPOSSIBLE}


def _unwise(clashes: list[Clash]) -> Counter[ClashKind]:
    return Counter(one.kind for one in clashes if one.level is Level.UNWISE)


def _later(plan: Plan, clash: Clash, slots: list[Slot], by_day: Days) -> Iterator[Mend]:
    """The later session begins when it may, or after another one of that day; else the earlier one changes places with it;
    else the later one goes to another day.
    """
    slot, free = slots[-1], clash.values.get("free_from")
    day = slot.starts.date()
    if isinstance(free, datetime) and free.date() == day:
        begins = [free, *_after(plan, by_day[day], slot)]
        yield from _moves(slot, sorted({one for one in begins if one >= free}), by_day)
    if len(slots) > 1:
        yield from _moves(slots[0], reversed(_after(plan, [slot], slots[0])), by_day)
    yield from _other_days(plan, clash, slots, by_day)


def _time_for_the_way(plan: Plan, clash: Clash, slots: list[Slot], by_day: Days) -> Iterator[Mend]:
    """The later session begins when its people can be there; else the earlier one ends in time for the way."""
    early, late = slots
    free = early.ends + plan.way(early, late)
    yield from _moves(late, [free], by_day)
    starts = late.starts - (free - early.starts)
    if starts >= datetime.combine(early.starts.date(), time()) + _EARLIEST:
        yield from _moves(early, [starts], by_day)
    yield from _later(plan, clash, slots, by_day)


def _after(
    plan: Plan, others: Iterable[Slot], slot: Slot, pauses: Sequence[timedelta] = (timedelta(), BREAK)
) -> list[datetime]:
    """When a session may begin behind each of these: at once, and with a break, but never before people are there.

    Each time is given once, also where the way is longer than the break.
    """
    begins = [one.ends + max(pause, plan.way(one, slot)) for one in others for pause in pauses]
    return list(dict.fromkeys(begins))


def _other_days(plan: Plan, _clash: Clash, slots: list[Slot], by_day: Days) -> Iterator[Mend]:
    """The last session goes to the nearest days of the training, at its time, else after what ends there."""
    slot = slots[-1]
    here = slot.starts.date()
    count = (plan.last_day - plan.first_day).days + 1
    days = [
        day for number in range(count) if (day := plan.first_day + timedelta(days=number)) >= plan.next_day
    ]
    near = sorted((day for day in days if day != here), key=lambda day: (abs((day - here).days), day))[:4]
    yield from _moves(slot, [datetime.combine(day, slot.starts.time()) for day in near], by_day)
    for day in near:
        yield from _moves(slot, sorted(_after(plan, by_day.get(day, ()), slot, [BREAK])), by_day)


def _when_there(plan: Plan, _clash: Clash, slots: list[Slot], by_day: Days) -> Iterator[Mend]:
    """The session goes to a time at which its lecturer comes."""
    slot = slots[-1]
    for window in sorted(
        (one for who in slot.lecturers for one in plan.availability.get(who, ())),
        key=lambda one: (abs(one.starts - slot.starts), one.starts),
    ):
        day = window.starts.date()
        there = by_day.get(day, ())
        begins = {
            max(window.starts, datetime.combine(day, time()) + _EARLIEST),
            *_after(plan, there, slot),
        }
        within = [one for one in begins if window.starts <= one <= window.ends - (slot.ends - slot.starts)]
        if day == slot.starts.date() or day >= plan.next_day:
            yield from _moves(slot, sorted(within), by_day)


def _another_place(plan: Plan, clash: Clash, slots: list[Slot], by_day: Days) -> Iterator[Mend]:
    """The last session goes to the smallest room that holds all who come and is free then; else it begins later."""
    slot = slots[-1]
    for name in _rooms(plan, slot, by_day):
        yield Mend(MendKind.PLACE, slot, replace(slot, place=name))
    if clash.kind in {ClashKind.PLACE_TWICE, ClashKind.PLACE_ELSEWHERE}:
        yield from _later(plan, clash, slots, by_day)


def _in_other_rooms(plan: Plan, acts: Iterable[Mend], by_day: Days) -> Iterator[Mend]:
    """The same sessions at the same times, where their own rooms may be what stands in the way."""
    for act in acts:
        if act.kind is MendKind.MOVE and act.slot.place and keeps_place(act.slot.kind, bool(act.slot.visits)):
            for name in _rooms(plan, act.slot, by_day)[:2]:
                yield replace(act, becomes=replace(act.becomes, place=name))


def _rooms(plan: Plan, slot: Slot, by_day: Days) -> list[str]:
    """The rooms besides its own that hold all who come to a session, the smallest first."""
    people = sum(plan.sizes.get(group, 0) for group in slot.groups) if slot.groups else plan.people
    return rooms_for(plan, slot.place, people, {one.place for of_day in by_day.values() for one in of_day})


def _into_opening(_plan: Plan, clash: Clash, slots: list[Slot], _by_day: Days) -> Iterator[Mend]:
    for name in ("begin_after", "begin_before"):
        starts = clash.values.get(name)
        if isinstance(starts, datetime) and starts.date() == slots[-1].starts.date():
            yield _moved(slots[-1], starts)


def _longer(_plan: Plan, clash: Clash, slots: list[Slot], _by_day: Days) -> Iterator[Mend]:
    slot, ends = slots[-1], clash.values["free_from"]
    if isinstance(ends, datetime) and ends.date() == slot.starts.date():
        yield Mend(MendKind.STRETCH, slot, replace(slot, ends=ends))


def _one_more(_plan: Plan, clash: Clash, slots: list[Slot], _by_day: Days) -> Iterator[Mend]:
    group = str(clash.values["group"])
    for slot in slots:
        yield Mend(
            MendKind.GROUP, slot, replace(slot, groups=sorted_groups([*slot.groups, group])), group=group
        )


def _pause(plan: Plan, clash: Clash, slots: list[Slot], _by_day: Days) -> Iterator[Mend]:
    """What begins after the break waits for it; what goes on over it is split, and so is what cannot wait."""
    at = clash.values["break_at"]
    in_order = sorted(slots, key=lambda slot: slot.starts)
    # Where sessions lie over each other, that is what has to be mended first.
    if not isinstance(at, datetime) or any(one.ends > other.starts for one, other in pairwise(in_order)):
        return
    after = next((slot for slot in in_order if slot.starts >= at), None)
    if after is not None:
        yield _moved(after, at + BREAK)
    for slot in in_order:
        if slot.starts < at < slot.ends:
            yield from _parted(slot, at)
    if after is not None:
        # It cannot wait, for something follows; so it has the break within.
        lesson, limit = timedelta(minutes=plan.class_hour), in_order[0].starts + LONGEST_WITHOUT_BREAK
        cuts = [after.starts + number * lesson for number in range(1, LONGEST_WITHOUT_BREAK // lesson + 1)]
        for cut in reversed(cuts):
            if cut <= limit and cut + BREAK < after.ends:
                yield from _parted(after, cut)


def _parted(slot: Slot, at: datetime) -> Iterator[Mend]:
    """A session with a break within, that ends ten minutes later or as it did."""
    hours = slot.class_hours * Decimal((at - slot.starts) / (slot.ends - slot.starts))
    for ends in (slot.ends + BREAK, slot.ends):
        rest = replace(slot, id=-slot.id, starts=at + BREAK, ends=ends, class_hours=slot.class_hours - hours)
        yield Mend(MendKind.PAUSE, slot, replace(slot, ends=at, class_hours=hours), rest)


def _moves(slot: Slot, begins: Iterable[datetime], by_day: Days) -> Iterator[Mend]:
    """A session at these times, but for those that are too late and those at which its people are elsewhere."""
    for starts in begins:
        ends = starts + (slot.ends - slot.starts)
        late = datetime.combine(starts.date(), time()) + _LATEST
        if ends <= late and not any(
            one.id != slot.id and one.starts < ends and starts < one.ends and _share(one, slot)
            for one in by_day.get(starts.date(), ())
        ):
            yield _moved(slot, starts)


def _moved(slot: Slot, starts: datetime) -> Mend:
    by = starts - slot.starts
    visits = tuple(replace(one, starts=one.starts + by, ends=one.ends + by) for one in slot.visits)
    return Mend(MendKind.MOVE, slot, replace(slot, starts=starts, ends=slot.ends + by, visits=visits))


_FOR: dict[ClashKind, Finder] = {
    ClashKind.LECTURER_TWICE: _later,
    ClashKind.LECTURER_ELSEWHERE: _later,
    ClashKind.PLACE_TWICE: _another_place,
    ClashKind.PLACE_ELSEWHERE: _another_place,
    ClashKind.GROUP_TWICE: _later,
    ClashKind.BUS_TWICE: _later,
    ClashKind.TRAVEL_TOO_SHORT: _time_for_the_way,
    ClashKind.LECTURER_AWAY: _when_there,
    ClashKind.ROOM_TOO_SMALL: _another_place,
    ClashKind.LECTURER_TOO_LONG: _other_days,
    ClashKind.NO_BREAK: _pause,
    ClashKind.SITE_CLOSED: _into_opening,
    ClashKind.VISIT_TOO_LONG: _longer,
    ClashKind.OUTSIDE_DAYS: _other_days,
    ClashKind.LECTURE_MISSING: _one_more,
}
