"""Looking for clashes among 5,000 sessions, beside comparing every pair of them for the same overlaps."""

import random
import statistics
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from bench.row import Row
from trainingmgr.domain.clash import ClashKind, Plan, Slot, find_clashes
from trainingmgr.domain.schedule import SessionKind

_FIRST = date(2026, 5, 11)
_SESSIONS, _DAYS = 5_000, 60
_SECONDS = 1.0


def rows(rounds: int = 5) -> list[Row]:
    """All twelve rules against a check of lecturers, places and groups alone, pair by pair."""
    plan = _plan()
    ours, peer = [], []
    for _round in range(rounds):
        began = time.perf_counter()
        found = find_clashes(plan)
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        overlaps = sum(1 for _pair in _pairwise(plan))
        peer.append(time.perf_counter() - began)
    if not found or not overlaps or not any(one.kind is ClashKind.LECTURER_TWICE for one in found):
        raise AssertionError("the timetable of the benchmark has to hold clashes")
    ratios = [theirs / mine for mine, theirs in zip(ours, peer, strict=True)]
    middle, seconds = statistics.median(ratios), statistics.median(ours)
    return [
        Row(
            name=f"clashes among {_SESSIONS:,} sessions / every pair",
            ours=f"{seconds:.2f} s",
            peer=f"{statistics.median(peer):.2f} s",
            ratio=middle,
            spread=max(abs(ratio - middle) for ratio in ratios) / middle,
            aim=f"under {_SECONDS:g} s",
            ok=seconds < _SECONDS,
        )
    ]


def _plan() -> Plan:
    draw = random.Random(5)
    slots = []
    for number in range(_SESSIONS):
        start = datetime.combine(_FIRST, datetime.min.time()) + timedelta(
            days=draw.randrange(_DAYS), minutes=480 + 15 * draw.randrange(40)
        )
        slots.append(
            Slot(
                number,
                SessionKind.LECTURE,
                f"{number % 300}",
                start,
                start + timedelta(minutes=45 * draw.randint(1, 3)),
                Decimal(draw.randint(1, 3)),
                f"{draw.randrange(120)}",
                (draw.randrange(200),),
                (f"{draw.randrange(80)}",),
            )
        )
    return Plan(_FIRST, _FIRST + timedelta(days=_DAYS), slots)


def _pairwise(plan: Plan) -> Iterator[tuple[int, int]]:
    slots = plan.slots
    for position, one in enumerate(slots):
        for other in slots[position + 1 :]:
            if one.starts < other.ends and other.starts < one.ends:
                shared = (
                    one.place == other.place or one.lecturers == other.lecturers or one.groups == other.groups
                )
                if shared:
                    yield one.id, other.id
