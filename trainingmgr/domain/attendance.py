"""Attendance marks and the rule that turns them into a certificate."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil

from trainingmgr.domain.registration import PRESENT_STATUSES, RegistrationStatus
from trainingmgr.domain.schedule import NOT_COUNTED, SessionKind, concerns


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
    """A session as the certificate rule sees it; `class_hours` are the planned ones, in whole hundredths.

    `groups` are those that it is for; with none it is for the whole class.
    """

    id: int
    title: str
    kind: SessionKind
    class_hours: Decimal
    compulsory: bool
    title_en: str = ""
    groups: tuple[str, ...] = ()

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
    NOT_NAMED = "not_named"
    REVOKED = "revoked_not_entitled"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of the certificate rule for one registration.

    `missed` are the compulsory sessions that somebody was marked away from, `unmarked` the sessions
    without a mark that keep the verdict from being otherwise, both by id in the order of the sessions.
    `attainable` tells that being present at all unmarked sessions would still earn the certificate.
    """

    status: RegistrationStatus
    earned: Decimal
    planned: Decimal
    needed: Fraction
    shortfalls: tuple[Shortfall, ...]
    missed: tuple[int, ...] = ()
    unmarked: tuple[int, ...] = ()
    attainable: bool = False

    @property
    def eligible(self) -> bool:
        return not self.shortfalls

    @property
    def sessions(self) -> tuple[int, ...]:
        """The ids of all sessions that the reasons speak of."""
        return self.missed + self.unmarked

    @property
    def needed_hours(self) -> Decimal:
        """The fewest class hours, in hundredths, that meet the rule: 20.58 for six sevenths of 24."""
        return Decimal(ceil(self.needed * 100)) / 100

    @property
    def lacking(self) -> Decimal:
        """How many class hours are missing; nought where the hours suffice."""
        return max(Decimal(0), self.needed_hours - self.earned)


def track(sessions: Iterable[CountedSession], group: str) -> list[CountedSession]:
    """The sessions that are for somebody of `group` (empty: of none)."""
    return [one for one in sessions if concerns(one.groups, group)]


def planned_hours(sessions: Iterable[CountedSession]) -> Decimal:
    """The class hours that these sessions offer: the planned hours of all that count."""
    return sum((s.class_hours for s in sessions if s.counts), Decimal(0))


def hours_of_tracks(sessions: Collection[CountedSession]) -> tuple[Decimal, Decimal]:
    """The fewest and the most class hours that a group is offered; without groups both are the class's."""
    groups = {group for one in sessions for group in one.groups} or {""}
    hours = [planned_hours(track(sessions, group)) for group in groups]
    return min(hours), max(hours)


class Rule:
    """The certificate rule of one training, ready to judge many registrations.

    The comparison is exact: earning precisely the fraction is enough. Meals, breaks and transfers never
    matter, not even when they are called compulsory. A training without counted hours certifies
    nobody, whatever the fraction: there is nothing that a certificate could state. With the
    fraction 0 the hours do not matter, compulsory sessions still do. `least` is what must be earned
    whatever the fraction, in class hours.

    `sessions` are those of the present group, by which hours are planned and needed; `elsewhere` are the
    training's sessions for other groups alone. Whoever was there and changed groups since keeps what that
    earned: it counts towards the same hours, and each compulsory one stands for one of the present group's
    own compulsory sessions without a mark, the earliest first. An absence elsewhere says nothing.
    """

    def __init__(
        self,
        sessions: Collection[CountedSession],
        fraction: Fraction = DEFAULT_FRACTION,
        least: Decimal = Decimal(0),
        elsewhere: Collection[CountedSession] = (),
    ) -> None:
        counted = [one for one in sessions if one.counts]
        self.planned = planned_hours(counted)
        self.needed = max(Fraction(self.planned) * fraction, Fraction(least))
        # Hundredths as whole numbers: 20,000 marks are added up in a blink, and exactly.
        self._hundredths = {one.id: int(one.class_hours * 100) for one in counted}
        self._enough = ceil(self.needed * 100)
        self._compulsory = [one.id for one in counted if one.compulsory]
        others = [one for one in elsewhere if one.counts]
        self._worth = {one.id: int(one.class_hours * 100) for one in others} | self._hundredths
        self._own_compulsory = frozenset(one.id for one in counted if one.compulsory and one.groups)
        self._others_compulsory = frozenset(one.id for one in others if one.compulsory)

    def judge(self, status: RegistrationStatus, marks: Mapping[int, str]) -> Verdict:
        """Judge one registration; `marks` maps session ids to marks.

        A session without a mark earns nothing. It is a gap in the sheet rather than an absence, so
        it is named as such where the verdict hangs on it.
        """
        hundredths, worth = self._hundredths, self._worth
        earned = sum(worth.get(one, 0) for one, mark in marks.items() if mark in EARNING)
        on_class = status in PRESENT_STATUSES
        short = earned < self._enough
        missed = tuple(one for one in self._compulsory if one in marks and marks[one] not in EARNING)
        unmarked = self._unmarked(marks, short=short)
        shortfalls = [
            reason
            for reason, holds in (
                (Shortfall.NOT_ON_CLASS, not on_class),
                (Shortfall.NO_COUNTED_HOURS, not self.planned),
                (Shortfall.COMPULSORY_MISSED, bool(missed)),
                (Shortfall.TOO_FEW_HOURS, short),
                (Shortfall.NOT_MARKED, bool(unmarked)),
            )
            if holds
        ]
        ahead = sum(hundredths[one] for one in unmarked)
        attainable = on_class and not missed and bool(self.planned) and earned + ahead >= self._enough
        return Verdict(
            status,
            Decimal(earned) / 100,
            self.planned,
            self.needed,
            tuple(shortfalls),
            missed,
            unmarked,
            attainable,
        )

    def _unmarked(self, marks: Mapping[int, str], *, short: bool) -> tuple[int, ...]:
        compulsory = [one for one in self._compulsory if one not in marks]
        if compulsory and self._others_compulsory:
            attended = sum(marks.get(one) in EARNING for one in self._others_compulsory)
            stood_for = [one for one in compulsory if one in self._own_compulsory][:attended]
            compulsory = [one for one in compulsory if one not in stood_for]
        if not short:
            return tuple(compulsory)
        return tuple(
            one
            for one, hours in self._hundredths.items()
            if one not in marks and (hours or one in compulsory)
        )


def judge(
    status: RegistrationStatus,
    sessions: Collection[CountedSession],
    marks: Mapping[int, AttendanceMark],
    fraction: Fraction = DEFAULT_FRACTION,
) -> Verdict:
    """Apply the certificate rule to one registration; see `Rule` for many."""
    return Rule(sessions, fraction).judge(status, marks)


@dataclass(frozen=True, slots=True)
class Slot:
    """A session as a time that attendance is taken at; `done` once everybody has a mark."""

    id: int
    starts_at: datetime
    ends_at: datetime
    done: bool


# People are ticked off while they come in, and the last of them when it has begun.
DOORS_OPEN = timedelta(minutes=45)


def current_slot(slots: Sequence[Slot], at: datetime) -> Slot | None:
    """The session whose sheet somebody at the door wants at the instant `at`.

    Of those whose doors are open the first that is not done; else the next one within twelve hours;
    else the last one past that has gaps; else the next one; else the last one. `slots` are in order
    of time.
    """
    running = [one for one in slots if one.starts_at - DOORS_OPEN <= at < one.ends_at]
    if running:
        return next((one for one in running if not one.done), running[-1])
    coming = [one for one in slots if one.starts_at > at]
    if coming and coming[0].starts_at - at < timedelta(hours=12):
        return coming[0]
    gaps = [one for one in slots if one.ends_at <= at and not one.done]
    if gaps:
        return gaps[-1]
    return coming[0] if coming else (slots[-1] if slots else None)
