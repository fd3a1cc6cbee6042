"""What an organiser has to do next about a training: at most five things, the most urgent first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from trainingmgr.domain.arrangement import ArrangementKind
from trainingmgr.domain.registration import PRESENT_STATUSES, RegistrationStatus
from trainingmgr.domain.training import Phase

MOST_STEPS = 5


class Step(StrEnum):
    TAKE_ATTENDANCE = "take_attendance"
    FILL_SHEETS = "fill_sheets"
    NAME_HOST = "name_host"
    PLAN_SESSIONS = "plan_sessions"
    ASK_UNITS = "ask_units"
    REMIND_UNITS = "remind_units"
    IMPORT_ROSTER = "import_roster"
    SET_PUBLIC_ADDRESS = "set_public_address"
    OVER_CAPACITY = "over_capacity"
    CONFIRM_NOMINATED = "confirm_nominated"
    SIGN_IN_ARRIVALS = "sign_in_arrivals"
    GIVE_ROOMS = "give_rooms"
    GIVE_BUSES = "give_buses"
    GIVE_TABLES = "give_tables"
    ADD_PHOTOS = "add_photos"
    SEE_MAIL_TROUBLE = "see_mail_trouble"
    HAND_OUT = "hand_out"
    ISSUE_CERTIFICATES = "issue_certificates"
    FINISH_ISSUING = "finish_issuing"
    PRINT_CERTIFICATES = "print_certificates"
    SEE_WHO_HAS_NONE = "see_who_has_none"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do: where the page is (`endpoint`, its `arguments` beside the code) and the words' `values`."""

    step: Step
    endpoint: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The attendance sheet of a session that has begun or begins within the hour."""

    session_id: int
    title_zh: str
    title_en: str
    taken: bool
    today: bool


@dataclass(frozen=True, slots=True)
class Pile:
    """A material and how many people on the class have not got it yet."""

    material_id: int
    title_zh: str
    title_en: str
    missing: int


@dataclass(frozen=True, slots=True)
class Situation:
    """What the next steps follow from. `sheets` are in the order of the timetable.

    `to_arrive` are those confirmed whom no session has seen yet. Certificates are those of completion, but for
    `certificates_reserved`; `certificates_ready` are those who may get one and have none.
    `without_photo` are those on the class of whom there is none while a certificate prints it, `without_place`
    those who are in no room, no bus or at no table while others are. `units_unasked` have places and no address
    yet, `units_silent` have one and have named nobody. `address_missing` where no certificate can be issued for
    want of a public address.
    """

    phase: Phase
    people: Mapping[RegistrationStatus, int]
    capacity: int | None
    hosts: int
    counted_sessions: int
    sheets: tuple[Sheet, ...] = ()
    piles: tuple[Pile, ...] = ()
    to_arrive: int = 0
    certificates_ready: int = 0
    certificates_valid: int = 0
    certificates_collected: int = 0
    certificates_reserved: int = 0
    address_missing: bool = False
    without_photo: int = 0
    mails_in_trouble: int = 0
    units_unasked: int = 0
    units_silent: int = 0
    without_place: Mapping[ArrangementKind, int] = field(default_factory=dict)

    @property
    def on_class(self) -> int:
        return sum(self.people.get(status, 0) for status in PRESENT_STATUSES)

    @property
    def attendance_complete(self) -> bool:
        """Whether every session that counts is over and taken, on the last day of the class or after it."""
        if not self.on_class or not all(sheet.taken for sheet in self.sheets):
            return False
        all_begun = len(self.sheets) == self.counted_sessions > 0
        return self.phase is Phase.CLOSING or (self.phase is Phase.RUNNING and all_begun)


# What papers wait for and what is done about them: nothing else matters more once attendance is complete.
_PAPERS = frozenset(
    {
        Step.NAME_HOST,
        Step.SET_PUBLIC_ADDRESS,
        Step.ADD_PHOTOS,
        Step.FINISH_ISSUING,
        Step.ISSUE_CERTIFICATES,
        Step.PRINT_CERTIFICATES,
    }
)
_GIVING = {
    ArrangementKind.ROOM: Step.GIVE_ROOMS,
    ArrangementKind.BUS: Step.GIVE_BUSES,
    ArrangementKind.TABLE: Step.GIVE_TABLES,
}


def next_steps(situation: Situation) -> tuple[NextStep, ...]:
    """The most urgent things to do, at most five. An archived training needs nothing."""
    if situation.phase is Phase.ARCHIVED:
        return ()
    steps = [*_at_the_door(situation), *_preparing(situation), *_after(situation)]
    if situation.attendance_complete:
        steps.sort(key=lambda one: one.step not in _PAPERS)
    return tuple(steps[:MOST_STEPS])


def _at_the_door(now: Situation) -> Iterator[NextStep]:
    open_sheets = [sheet for sheet in now.sheets if not sheet.taken] if now.on_class else []
    current = next((sheet for sheet in reversed(open_sheets) if sheet.today), None)
    if current is not None:
        yield NextStep(
            Step.TAKE_ATTENDANCE,
            "attendance.sheet",
            {"session_id": current.session_id},
            {"title_zh": current.title_zh, "title_en": current.title_en},
        )
    if now.phase is Phase.RUNNING and now.to_arrive and not now.attendance_complete:
        yield NextStep(Step.SIGN_IN_ARRIVALS, "attendance.arrival", values={"people": now.to_arrive})
    overdue = len(open_sheets) - (current is not None)
    if overdue:
        yield NextStep(Step.FILL_SHEETS, "attendance.index", values={"sheets": overdue})


def _preparing(now: Situation) -> Iterator[NextStep]:
    if not now.hosts:
        yield NextStep(Step.NAME_HOST, "training.settings")
    if not now.counted_sessions:
        yield NextStep(Step.PLAN_SESSIONS, "schedule.index")
    if now.units_unasked and now.phase in {Phase.PLANNED, Phase.OPEN}:
        yield NextStep(Step.ASK_UNITS, "nomination.index", values={"units": now.units_unasked})
    if now.units_silent and now.phase in {Phase.PLANNED, Phase.OPEN}:
        yield NextStep(Step.REMIND_UNITS, "coverage.index", values={"units": now.units_silent})
    nominated = now.people.get(RegistrationStatus.NOMINATED, 0)
    if not now.on_class and not nominated and not now.people.get(RegistrationStatus.WAITLISTED, 0):
        yield NextStep(Step.IMPORT_ROSTER, "roster_import.upload")
    if now.address_missing and not now.certificates_valid:
        yield NextStep(Step.SET_PUBLIC_ADDRESS, "certificate.index")
    if now.capacity is not None and now.on_class > now.capacity:
        yield NextStep(
            Step.OVER_CAPACITY, "roster.index", values={"people": now.on_class, "capacity": now.capacity}
        )
    if nominated:
        yield NextStep(Step.CONFIRM_NOMINATED, "roster.board", values={"people": nominated})
    if now.phase is not Phase.CLOSING:
        for kind, step in _GIVING.items():
            if people := now.without_place.get(kind, 0):
                yield NextStep(step, "arrangement.show", {"into": kind.value}, {"people": people})
    if now.without_photo and now.certificates_valid < now.on_class:
        yield NextStep(Step.ADD_PHOTOS, "roster.index", {"photo": "none"}, {"people": now.without_photo})
    if now.mails_in_trouble:
        yield NextStep(
            Step.SEE_MAIL_TROUBLE, "mail.of_training", {"status": "trouble"}, {"mails": now.mails_in_trouble}
        )


def _after(now: Situation) -> Iterator[NextStep]:
    if now.phase in {Phase.RUNNING, Phase.CLOSING}:
        for pile in now.piles:
            if pile.missing:
                yield NextStep(
                    Step.HAND_OUT,
                    "material.index",
                    {},
                    {"title_zh": pile.title_zh, "title_en": pile.title_en, "people": pile.missing},
                )
    if not now.attendance_complete:
        return
    if now.certificates_reserved:
        yield NextStep(Step.FINISH_ISSUING, "certificate.index", values={"people": now.certificates_reserved})
    elif now.certificates_ready:
        yield NextStep(
            Step.ISSUE_CERTIFICATES, "certificate.index", values={"people": now.certificates_ready}
        )
    elif now.certificates_valid and not now.certificates_collected:
        yield NextStep(
            Step.PRINT_CERTIFICATES, "certificate.index", values={"people": now.certificates_valid}
        )
    without = now.on_class - now.certificates_valid - now.certificates_ready
    if without > 0 and not now.certificates_reserved:
        yield NextStep(
            Step.SEE_WHO_HAS_NONE, "certificate.index", {"show": "short"}, values={"people": without}
        )
    done = now.certificates_valid and not now.certificates_ready and not now.certificates_reserved
    if now.phase is Phase.CLOSING and done:
        yield NextStep(Step.ARCHIVE, "training.settings")
