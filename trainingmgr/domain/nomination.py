"""Whom a unit names: what has to be said of them, and what a unit may still do about them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from trainingmgr.domain.participant import CLEANERS
from trainingmgr.domain.person import IdDocument, IdType, read_id_number, sex_of
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.registration_form import Checked, FormDefinition, Mode, check, consent_field

MOST_DRAFTS = 200
MOST_WAITING = 50
LONGEST_REASON = 200
NEEDED = ("name", "post", "phone")
UNDECIDED_STATUSES = frozenset({RegistrationStatus.NOMINATED, RegistrationStatus.WAITLISTED})
# A page may be looked at for so long after it was made, or after the class.
LINK_LIFE = timedelta(days=30)


class LinkState(StrEnum):
    """How the address of a unit's page stands."""

    NONE = "none"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    REVOKED = "revoked"


def link_state(expires_at: datetime, revoked_at: datetime | None, at: datetime) -> LinkState:
    """How an address stands at an instant."""
    if revoked_at is not None:
        return LinkState.REVOKED
    return LinkState.IN_FORCE if at < expires_at else LinkState.EXPIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominee:
    """What a unit says of a person, as text; cleaned where it could be, else as it was typed."""

    name: str = ""
    sex: str = ""
    ethnicity: str = ""
    unit: str = ""
    post: str = ""
    phone: str = ""
    email: str = ""
    id_type: str = ""
    id_number: str = ""
    note: str = ""

    def typed(self) -> dict[str, str]:
        """Every field with what it says."""
        return asdict(self)

    @property
    def document(self) -> IdDocument | None:
        """The ID document of a nominee that was read without a fault."""
        return IdDocument(IdType(self.id_type), self.id_number) if self.id_number else None


FIELDS = tuple(one.name for one in fields(Nominee))


class Fault(NamedTuple):
    """What is wrong with a field of a nominee; a doubt stops nothing."""

    field: str
    refusal: Refusal
    doubt: bool = False


class Asking(NamedTuple):
    """The form that a training has designed, and the category of whoever is named."""

    definition: FormDefinition
    category_id: int | None


class Reading(NamedTuple):
    """A nominee as far as it could be read. `complete` ones may be sent.

    `answers` are those to the training's own form; `consents` the words in which the unit said that the
    person consents, by field, and `unconsented` the fields for which it still has to.
    """

    nominee: Nominee
    faults: tuple[Fault, ...]
    answers: Mapping[str, str]
    consents: Mapping[str, str]
    unconsented: frozenset[str]

    @property
    def complete(self) -> bool:
        return all(one.doubt for one in self.faults)

    @property
    def wrong(self) -> dict[str, Refusal]:
        """The first fault of each field that has one."""
        found: dict[str, Refusal] = {}
        for one in self.faults:
            if not one.doubt:
                found.setdefault(one.field, one.refusal)
        return found


def read_nominee(typed: Mapping[str, str], *, today: date, asking: Asking | None = None) -> Reading:
    """Put what was typed right by the rules of the roster; `today` bounds birth dates. Never raises.

    With `asking` the training's own form says what is asked and needed, and takes answers beyond the
    fields of a nominee. The refusals are those of `CLEANERS`, `read_id_number` and
    `domain.registration_form.check`, and `nomination.needed` for what is missing.
    """
    said = {name: typed.get(name, "").strip() for name in FIELDS}
    checked = _judge(typed, asking, today)
    if checked is not None:
        said |= {name: "" for name in _MAY_BE_UNASKED if name not in checked.personal}
    faults: list[Fault] = []
    for name, clean in CLEANERS.items():
        if said.get(name):
            try:
                said[name] = clean(said[name])
            except Refusal as refusal:
                faults.append(Fault(name, refusal))
    faults += [
        Fault(name, Refusal("nomination.needed"))
        for name in (NEEDED if checked is None else ("name",))
        if not said[name] and name not in {one.field for one in faults}
    ]
    _read_document(said, faults, today)
    if checked is None:
        return Reading(Nominee(**said), tuple(faults), {}, {}, frozenset())
    known = {one.field for one in faults}
    faults += [Fault(part, refusal) for part, refusal in checked.faults.items() if part not in known]
    given = {key: typed.get(consent_field(key), "") for key in checked.telling}
    return Reading(
        Nominee(**said),
        tuple(faults),
        checked.answers(),
        {key: words for key, words in given.items() if words},
        frozenset(key for key, words in given.items() if not words),
    )


def correctable(before: Nominee, asking: Asking | None, *, today: date) -> tuple[str, ...]:
    """The fields that a unit may put right of whom it has sent: those that are asked of them.

    Where a form of the training's own asks for an ID document it asks for a consent too, so one that was
    not given is not added this way.
    """
    checked = _judge(before.typed(), asking, today)
    if checked is None:
        return FIELDS
    asked = checked.personal if before.id_number else checked.personal - {"id_type", "id_number"}
    return tuple(name for name in FIELDS if name not in _MAY_BE_UNASKED or name in asked)


def corrected(
    before: Nominee, typed: Mapping[str, str], asking: Asking | None, *, today: date
) -> tuple[Nominee, dict[str, Refusal]]:
    """What a unit says now of whom it has sent, and what is wrong with the fields that it may put right.

    An empty ID number leaves the one that was sent. The refusals are those of `read_nominee`.
    """
    fields = correctable(before, asking, today=today)
    said = before.typed() | {name: typed[name] for name in fields if name in typed}
    if not said["id_number"].strip():
        said |= {"id_type": before.id_type, "id_number": before.id_number}
    reading = read_nominee(said, today=today)
    wrong = {name: one for name, one in reading.wrong.items() if one.code != "nomination.needed"}
    wrong |= {
        name: Refusal("nomination.needed")
        for name in needed_of(asking)
        if not getattr(reading.nominee, name) and name not in wrong
    }
    return reading.nominee, {name: one for name, one in wrong.items() if name in fields}


def needed_of(asking: Asking | None) -> frozenset[str]:
    """The fields without which nobody is named; an ID document is seen to by the form itself."""
    if asking is None:
        return frozenset(NEEDED)
    asked = asking.definition.asked()
    required = {key for key, one in asked if one.modes.of(asking.category_id) is Mode.REQUIRED}
    return frozenset({"name"} | (required & (_MAY_BE_UNASKED - {"id_type", "id_number"})))


# The name is always asked; the unit is the one that names, unless another is said.
_MAY_BE_UNASKED = frozenset(FIELDS) - {"name", "unit", "note"}


def _judge(typed: Mapping[str, str], asking: Asking | None, today: date) -> Checked | None:
    if asking is None:
        return None
    checked = check(asking.definition, asking.category_id, typed, today=today)
    if not typed.get("unit", "").strip():
        checked.faults.pop("unit", None)
    return checked


def _read_document(said: dict[str, str], faults: list[Fault], today: date) -> None:
    kind = IdType(said["id_type"]) if said["id_type"] in set(IdType) else None
    try:
        document = read_id_number(said["id_number"], kind, today=today) if said["id_number"] else None
    except Refusal as refusal:
        faults.append(Fault("id_number", refusal))
        return
    said["id_type"] = document.type.value if document else ""
    said["id_number"] = document.number if document else ""
    if document and said["sex"] and sex_of(document) not in {None, said["sex"]}:
        faults.append(Fault("sex", Refusal("sex_differs_from_id"), doubt=True))
