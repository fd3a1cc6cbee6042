"""Timetables of a few days, as short as a rule needs them."""

from datetime import date, datetime, time, timedelta
from typing import Any

from trainingmgr.domain.clash import Plan, Slot
from trainingmgr.domain.schedule import SessionKind

DAY = date(2026, 5, 11)
LECTURERS = {1: "陈越良", 2: "李明"}


def at(clock: str, day: date = DAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def slot(number: int, start: str, end: str, *on: date, **values: Any) -> Slot:
    """A lecture on the first day, or `on` another one."""
    kind = values.pop("kind", SessionKind.LECTURE)
    return Slot(number, kind, values.pop("title", f"课{number}"), at(start, *on), at(end, *on), **values)


def plan(*slots: Slot, **values: Any) -> Plan:
    return Plan(DAY, DAY + timedelta(days=3), slots, lecturers=LECTURERS, **values)
