"""Open registration: when it is open, and what becomes of whoever registers."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus

LONGEST_NOTICE = 4000


class OpenState(StrEnum):
    """How the public page stands. `WAITING` is open for the waiting list alone."""

    OFF = "off"
    NOT_YET = "not_yet"
    OPEN = "open"
    WAITING = "waiting"
    FULL = "full"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInput:
    """How a training is open to whoever has its address.

    Instants are aware; `opens_at` None is at once, `closes_at` None when the class begins. `capacity` is how
    many of the training's places go this way at most, None for no such limit. With `approval` the
    organiser decides about each.
    """

    is_on: bool = False
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    capacity: int | None = None
    waitlist: bool = True
    approval: bool = False
    shows_places: bool = False
    notice_zh: str = ""
    notice_en: str = ""


def names_somebody(text: str) -> bool:
    """Whether a name can go into a mail to an address that nobody has checked, and onto paper.

    That is one with no address to follow, no number to call, and no picture among its letters.
    """
    if "://" in text or "www." in text.lower():
        return False
    return not any(one.isdigit() or unicodedata.category(one) in {"So", "Sk"} for one in text)


def check(given: OpenInput) -> None:
    """Refuse what no open registration can be.

    Raises Refusal `open_registration.times_reversed`, `.capacity`, `too_long` (limit, length).
    """
    if given.opens_at and given.closes_at and given.closes_at <= given.opens_at:
        raise Refusal("open_registration.times_reversed")
    if given.capacity is not None and given.capacity < 1:
        raise Refusal("open_registration.capacity")
    for text in (given.notice_zh, given.notice_en):
        if len(text) > LONGEST_NOTICE:
            raise Refusal("too_long", limit=LONGEST_NOTICE, length=len(text))


def closing(closes_at: datetime | None, first_day: date, zone: str) -> datetime:
    """When registration closes: as set, else when the first day begins in the training's zone."""
    return closes_at or datetime.combine(first_day, time(), ZoneInfo(zone))


@dataclass(frozen=True, slots=True)
class OpenPlaces:
    """How many places go this way and are free (None without a limit), and whether others wait for one."""

    left: int | None
    waiting: int

    @property
    def full(self) -> bool:
        """Whether whoever comes now gets none. Who waits comes first."""
        return self.left is not None and (self.left <= 0 or self.waiting > 0)


def state(
    given: OpenInput, closes_at: datetime, places: OpenPlaces, at: datetime, *, archived: bool
) -> OpenState:
    """How the public page stands at an instant."""
    if not given.is_on:
        return OpenState.OFF
    if archived or at >= closes_at:
        return OpenState.CLOSED
    if given.opens_at and at < given.opens_at:
        return OpenState.NOT_YET
    if not places.full:
        return OpenState.OPEN
    return OpenState.WAITING if given.waitlist else OpenState.FULL


def first_status(given: OpenInput, standing: OpenState) -> RegistrationStatus:
    """The status of whoever registers now. Raises Refusal `open_registration.off`, `.not_yet`, `.full`, `.closed`."""
    if standing is OpenState.WAITING:
        return RegistrationStatus.WAITLISTED
    if standing is not OpenState.OPEN:
        raise Refusal(f"open_registration.{standing.value}")
    return RegistrationStatus.NOMINATED if given.approval else RegistrationStatus.CONFIRMED
