"""Attendance marks and the rule that turns them into a certificate."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from trainingmgr.domain.registration import PRESENT_STATUSES, RegistrationStatus
from trainingmgr.domain.schedule import NOT_COUNTED, SessionKind


class AttendanceMark(StrEnum):
    PRESENT = "present"
    LATE = "late"
    ON_LEAVE = "on_leave"
    ABSENT = "absent"


EARNING = frozenset({AttendanceMark.PRESENT, AttendanceMark.LATE})

# 干部教育培训学员管理规定 (2023): leave over one seventh of the class ends it.
DEFAULT_FRACTION = Fraction(6, 7)


@dataclass(frozen=True, slots=True)
class CountedSession:
    """A session as the certificate rule sees it; `class_hours` are the planned ones."""

    id: int
    title: str
    kind: SessionKind
    class_hours: Decimal
    compulsory: bool

    @property
    def counts(self) -> bool:
        return self.kind not in NOT_COUNTED


class Shortfall(StrEnum):
    """Why somebody may not get a certificate."""

    NOT_ON_CLASS = "not_on_class"
    NO_COUNTED_HOURS = "no_counted_hours"
    NOT_MARKED = "not_marked"
    TOO_FEW_HOURS = "too_few_hours"
    COMPULSORY_MISSED = "compulsory_missed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of the certificate rule for one registration.

    `sessions` are the ids of the sessions that the reasons speak of: those not marked yet, or
    the compulsory ones missed.
    """

    earned: Decimal
    planned: Decimal
    needed: Fraction
    shortfalls: tuple[Shortfall, ...]
    sessions: tuple[int, ...] = ()

    @property
    def eligible(self) -> bool:
        return not self.shortfalls


def planned_hours(sessions: Collection[CountedSession]) -> Decimal:
    """The class hours that the training offers: the planned hours of all sessions that count."""
    return sum((s.class_hours for s in sessions if s.counts), Decimal(0))


def judge(
    status: RegistrationStatus,
    sessions: Sequence[CountedSession],
    marks: Mapping[int, AttendanceMark],
    fraction: Fraction = DEFAULT_FRACTION,
) -> Verdict:
    """Apply the certificate rule to one registration.

    `marks` maps session ids to marks; a session without a mark earns nothing and is named, since
    it is a gap in the sheet rather than an absence. The comparison is exact.
    """
    counted = [s for s in sessions if s.counts]
    planned = planned_hours(counted)
    needed = Fraction(planned) * fraction
    earned = sum((s.class_hours for s in counted if marks.get(s.id) in EARNING), Decimal(0))
    shortfalls: list[Shortfall] = []
    named: list[int] = []
    if status not in PRESENT_STATUSES:
        shortfalls.append(Shortfall.NOT_ON_CLASS)
    if not planned:
        shortfalls.append(Shortfall.NO_COUNTED_HOURS)
    missed = [s.id for s in counted if s.compulsory and marks.get(s.id) not in EARNING]
    if missed:
        shortfalls.append(Shortfall.COMPULSORY_MISSED)
        named += missed
    if Fraction(earned) < needed:
        shortfalls.append(Shortfall.TOO_FEW_HOURS)
        unmarked = [s.id for s in counted if s.id not in marks]
        if unmarked:
            shortfalls.append(Shortfall.NOT_MARKED)
            named += [one for one in unmarked if one not in named]
    return Verdict(earned, planned, needed, tuple(shortfalls), tuple(named))
