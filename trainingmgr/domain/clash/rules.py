"""The rules of a timetable, one function each."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate, groupby, pairwise
from typing import TypeVar

from trainingmgr.domain.clash.breaks import LONGEST_WITHOUT_BREAK, break_at, end_of, runs_of
from trainingmgr.domain.clash.plan import Clash, ClashKind, Engagement, Level, Plan, Room, Slot, Window
from trainingmgr.domain.clash.rooms import rooms_for
from trainingmgr.domain.schedule import NOT_COUNTED, SessionKind, keeps_place, sorted_groups

MOST_HOURS = Decimal(4)
"""Class hours of one lecturer in a half-day, as organisers plan."""

_NOON = time(12)
_EVENING = time(18)
_EVERYBODY = ""

Rule = Callable[[Plan], Iterable[Clash]]
Key = TypeVar("Key", bound=Hashable)


def find_clashes(plan: Plan, rules: Iterable[Rule] = ()) -> list[Clash]:
    """Everything in the plan that does not fit, in the order of time; by some `rules` alone, if these are given."""
    found = [clash for rule in rules or RULES for clash in rule(plan)]
    return sorted(found, key=lambda clash: (clash.at, clash.slots, clash.kind))


def lecturer_twice(plan: Plan) -> Iterator[Clash]:
    """A lecturer is in two places at once."""
    for lecturer, slots in _by(plan, lambda slot: slot.lecturers):
        for early, late in _overlaps(slots):
            yield _between(ClashKind.LECTURER_TWICE, early, late, who=plan.lecturers.get(lecturer, ""))


def lecturer_elsewhere(plan: Plan) -> Iterator[Clash]:
    """A lecturer is in another training at the same time."""
    for lecturer, slots in _by(plan, lambda slot: slot.lecturers):
        for slot, other in _during(slots, plan.elsewhere.get(lecturer, ())):
            who = plan.lecturers.get(lecturer, "")
            yield _with_other(ClashKind.LECTURER_ELSEWHERE, slot, other, who=who)


def place_twice(plan: Plan) -> Iterator[Clash]:
    """A place is used twice at once; several may set out from one."""
    for place, slots in _by(plan, lambda slot: (slot.place,) if _is_room(slot) else ()):
        for early, late in _overlaps(slots):
            yield _between(ClashKind.PLACE_TWICE, early, late, place=place)


def place_elsewhere(plan: Plan) -> Iterator[Clash]:
    """Another training is in a room at the same time."""
    if not plan.taken:
        return
    for place, slots in _by(plan, lambda slot: (slot.place,) if _is_room(slot) else ()):
        for slot, other in _during(slots, plan.taken.get(plan.rooms.get(place, Room()).own_name, ())):
            yield _with_other(ClashKind.PLACE_ELSEWHERE, slot, other, place=place)


def group_twice(plan: Plan) -> Iterator[Clash]:
    """A group has two sessions at once; so has the whole class, which may mean that people choose."""
    every = set(_groups(plan))
    found: dict[tuple[int, int], tuple[Slot, Slot, list[str]]] = {}
    for group, slots in _by_group(plan):
        for early, late in _overlaps(slots):
            found.setdefault((early.id, late.id), (early, late, []))[2].append(group)
    for early, late, groups in found.values():
        level = Level.IMPOSSIBLE if early.groups or late.groups else Level.UNWISE
        yield _between(ClashKind.GROUP_TWICE, early, late, level, groups=_named(every, groups))


def bus_twice(plan: Plan) -> Iterator[Clash]:
    """A bus goes two ways at once."""
    for bus, slots in _by(plan, lambda slot: slot.buses):
        for early, late in _overlaps(slots):
            yield _between(ClashKind.BUS_TWICE, early, late, bus=plan.buses.get(bus, ""))


def travel_too_short(plan: Plan) -> Iterator[Clash]:
    """There is too little time to get from one place to the next."""
    if not plan.travel:
        return
    ways = [
        *((plan.lecturers.get(lecturer, ""), slots) for lecturer, slots in _by(plan, lambda s: s.lecturers)),
        *_by_group(plan),
    ]
    told: set[tuple[int, int]] = set()
    for who, slots in ways:
        placed = [slot for slot in slots if slot.place or slot.visits]
        for early, late in pairwise(placed):
            needed = plan.way(early, late)
            gap = late.starts - early.ends
            if timedelta(0) <= gap < needed and (early.id, late.id) not in told:
                told.add((early.id, late.id))
                yield Clash(
                    ClashKind.TRAVEL_TOO_SHORT,
                    (early.id, late.id),
                    late.starts,
                    {
                        "who": who,
                        "place": plan.ends_at(early),
                        "next_place": plan.begins_at(late),
                        "minutes": _minutes(needed),
                        "gap": _minutes(gap),
                        "free_from": early.ends + needed,
                    },
                )


def lecturer_away(plan: Plan) -> Iterator[Clash]:
    """A session lies where its lecturer said not to be there."""
    for slot in plan.slots:
        for lecturer in slot.lecturers:
            windows = plan.availability.get(lecturer)
            if windows is not None and not any(_inside(slot, window) for window in windows):
                near = min(windows, key=lambda one: abs(one.starts - slot.starts), default=None)
                yield Clash(
                    ClashKind.LECTURER_AWAY,
                    (slot.id,),
                    slot.starts,
                    {
                        "who": plan.lecturers.get(lecturer, ""),
                        "free_day": near.starts.date() if near else None,
                        "free_from": near.starts if near else None,
                        "free_to": near.ends if near else None,
                    },
                )


def room_too_small(plan: Plan) -> Iterator[Clash]:
    """More people are expected than a room, or a site that is visited, holds: once for all who are too many there."""
    found: dict[tuple[str, int, int, bool], list[Slot]] = defaultdict(list)
    used = {slot.place for slot in plan.slots}
    for slot in sorted(plan.slots, key=lambda slot: (slot.starts, slot.id)):
        people = sum(plan.sizes.get(group, 0) for group in slot.groups) if slot.groups else plan.people
        for site in dict.fromkeys(visit.site_id for visit in slot.visits):
            if people > plan.holds.get(site, people):
                found[plan.sites.get(site, ""), people, plan.holds[site], False].append(slot)
        room = plan.rooms.get(slot.place) if _is_room(slot) else None
        if room is not None and room.capacity is not None and people > room.capacity:
            found[slot.place, people, room.capacity, True].append(slot)
    for (place, people, capacity, is_room), slots in found.items():
        yield Clash(
            ClashKind.ROOM_TOO_SMALL,
            tuple(slot.id for slot in slots),
            slots[0].starts,
            {
                "place": place,
                "people": people,
                "capacity": capacity,
                "other": next(iter(rooms_for(plan, place, people, used)), "") if is_room else "",
                "site": not is_room,
            },
        )


def lecturer_too_long(plan: Plan) -> Iterator[Clash]:
    """One lecturer teaches more than four class hours in a half-day."""
    for lecturer, slots in _by(plan, lambda slot: slot.lecturers):
        counted = [slot for slot in slots if slot.kind not in NOT_COUNTED]
        for _half, run in groupby(counted, key=lambda slot: (slot.starts.date(), _half_of(slot))):
            of_half = list(run)
            # Several who share a session share its hours.
            hours = sum((slot.class_hours / len(slot.lecturers) for slot in of_half), Decimal(0))
            if hours > MOST_HOURS:
                yield Clash(
                    ClashKind.LECTURER_TOO_LONG,
                    tuple(slot.id for slot in of_half),
                    of_half[0].starts,
                    {"who": plan.lecturers.get(lecturer, ""), "hours": hours, "most": MOST_HOURS},
                    Level.UNWISE,
                )


def no_break(plan: Plan) -> Iterator[Clash]:
    """People sit for more than two hours without a break of ten minutes."""
    every = set(_groups(plan))
    found: dict[tuple[int, ...], tuple[list[Slot], list[str]]] = {}
    for group, slots in _by_group(plan):
        for run in runs_of(slots):
            if end_of(run) - run[0].starts > LONGEST_WITHOUT_BREAK:
                found.setdefault(tuple(one.id for one in run), (run, []))[1].append(group)
    for ids, (run, groups) in found.items():
        yield Clash(
            ClashKind.NO_BREAK,
            ids,
            run[0].starts,
            {
                "groups": _named(every, groups),
                "minutes": _minutes(end_of(run) - run[0].starts),
                "break_at": break_at(run, plan.class_hour),
            },
            Level.UNWISE,
        )


def site_closed(plan: Plan) -> Iterator[Clash]:
    """A visit comes before a site opens or stays till after it closes."""
    for slot in plan.slots:
        for visit in slot.visits:
            opening = plan.opening.get(visit.site_id)
            if opening is None:
                continue
            opens, closes = opening
            day = visit.starts.date()
            early = datetime.combine(day, opens) - visit.starts
            late = visit.ends - datetime.combine(day, closes)
            if max(early, late) > timedelta():
                yield Clash(
                    ClashKind.SITE_CLOSED,
                    (slot.id,),
                    visit.starts,
                    {
                        "site": plan.sites.get(visit.site_id, ""),
                        "opens": opens,
                        "closes": closes,
                        # What mends one end may break the other: nothing then but a shorter stay.
                        "begin_after": slot.starts + early if late + early <= timedelta() < early else None,
                        "begin_before": slot.starts - late if late + early <= timedelta() < late else None,
                    },
                )


def visit_too_long(plan: Plan) -> Iterator[Clash]:
    """The stays of a visit and the ways between its stops take longer than its session."""
    for slot in plan.slots:
        if slot.visits and slot.visits[-1].ends > slot.ends:
            yield Clash(
                ClashKind.VISIT_TOO_LONG,
                (slot.id,),
                slot.starts,
                {"ends": slot.ends, "free_from": slot.visits[-1].ends},
            )


def outside_days(plan: Plan) -> Iterator[Clash]:
    """A session lies before the training's first day or after its last."""
    for slot in plan.slots:
        if slot.starts.date() < plan.first_day or slot.ends.date() > plan.last_day:
            yield Clash(
                ClashKind.OUTSIDE_DAYS,
                (slot.id,),
                slot.starts,
                {"first": plan.first_day, "last": plan.last_day},
            )


def lecture_missing(plan: Plan) -> Iterator[Clash]:
    """One group lacks a lecture that all others have."""
    groups = {group for slot in plan.slots for group in slot.groups} | plan.sizes.keys()
    if len(groups) < 3:
        return
    had: dict[tuple[str, tuple[int, ...]], list[Slot]] = defaultdict(list)
    for slot in plan.slots:
        if slot.kind is SessionKind.LECTURE:
            had[slot.title, slot.lecturers].append(slot)
    for slots in had.values():
        if any(not slot.groups for slot in slots):
            continue
        missing = groups - {group for slot in slots for group in slot.groups}
        if len(missing) == 1:
            last = max(slots, key=lambda slot: (slot.starts, slot.id))
            yield Clash(
                ClashKind.LECTURE_MISSING,
                tuple(slot.id for slot in slots),
                last.starts,
                {"group": missing.pop(), "title": last.title},
            )


RULES: tuple[Rule, ...] = (
    lecturer_twice,
    lecturer_elsewhere,
    place_twice,
    place_elsewhere,
    group_twice,
    bus_twice,
    travel_too_short,
    lecturer_away,
    room_too_small,
    lecturer_too_long,
    no_break,
    site_closed,
    visit_too_long,
    outside_days,
    lecture_missing,
)


def _by(plan: Plan, keys: Callable[[Slot], Iterable[Key]]) -> list[tuple[Key, list[Slot]]]:
    """The slots of each lecturer, place or the like, in the order of time."""
    found: dict[Key, list[Slot]] = defaultdict(list)
    for slot in sorted(plan.slots, key=lambda slot: (slot.starts, slot.ends, slot.id)):
        for key in dict.fromkeys(keys(slot)):
            found[key].append(slot)
    return list(found.items())


def _by_group(plan: Plan) -> list[tuple[str, list[Slot]]]:
    """The slots of each group, those for the whole class among them; of the class alone where there is no group."""
    groups = _groups(plan)
    return _by(plan, lambda slot: slot.groups or groups)


def _groups(plan: Plan) -> tuple[str, ...]:
    """The groups that there are, named by a session or not, in the order that people count in."""
    return sorted_groups({group for slot in plan.slots for group in slot.groups} | plan.sizes.keys()) or (
        _EVERYBODY,
    )


def _overlaps(slots: list[Slot]) -> Iterator[tuple[Slot, Slot]]:
    """Each slot that begins before an earlier one has ended, with the one that ends last of those."""
    last: Slot | None = None
    for slot in slots:
        if last is not None and slot.starts < last.ends:
            yield last, slot
        if last is None or slot.ends > last.ends:
            last = slot


def _during(slots: list[Slot], others: Iterable[Engagement]) -> Iterator[tuple[Slot, Engagement]]:
    """Each slot that another training has something at the same time as, with what of it ends last."""
    in_order = sorted(others, key=lambda one: one.starts)
    begins = [one.starts for one in in_order]
    # Of all that begin up to each, the one that ends last.
    last = list(accumulate(in_order, _later))
    for slot in slots:
        before = bisect_left(begins, slot.ends)
        if before and last[before - 1].ends > slot.starts:
            yield slot, last[before - 1]


def _later(one: Engagement, other: Engagement) -> Engagement:
    return other if other.ends > one.ends else one


def _between(
    kind: ClashKind, early: Slot, late: Slot, level: Level = Level.IMPOSSIBLE, **values: object
) -> Clash:
    return Clash(kind, (early.id, late.id), late.starts, {**values, "free_from": early.ends}, level)


def _with_other(kind: ClashKind, slot: Slot, other: Engagement, **values: object) -> Clash:
    values |= {"training": other.training, "other_title": other.title, "free_from": other.ends}
    return Clash(kind, (slot.id,), slot.starts, values)


def _is_room(slot: Slot) -> bool:
    return bool(slot.place) and keeps_place(slot.kind, bool(slot.visits))


def _inside(slot: Slot, window: Window) -> bool:
    return window.starts <= slot.starts and slot.ends <= window.ends


def _half_of(slot: Slot) -> int:
    return (slot.starts.time() >= _NOON) + (slot.starts.time() >= _EVENING)


def _named(every: set[str], groups: list[str]) -> tuple[str, ...]:
    """The groups that something is about; none where it is about everybody."""
    return () if every.issubset(groups) else tuple(groups)


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
