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

MOST_DRAFTS = 200
MOST_WAITING = 50
LONGEST_REASON = 200
NEEDED = ("name", "post", "phone")
# Whom a unit may take back or replace: nobody who has come already, and nobody who is gone.
LEAVING_STATUSES = frozenset(
    {RegistrationStatus.NOMINATED, RegistrationStatus.WAITLISTED, RegistrationStatus.CONFIRMED}
)
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


class Reading(NamedTuple):
    """A nominee as far as it could be read. `complete` ones may be sent."""

    nominee: Nominee
    faults: tuple[Fault, ...]

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


def read_nominee(typed: Mapping[str, str], *, today: date) -> Reading:
    """Put what was typed right by the rules of the roster; `today` bounds birth dates. Never raises.

    The refusals are those of `CLEANERS` and `read_id_number`, and `nomination.needed` for what is missing.
    """
    said = {name: typed.get(name, "").strip() for name in FIELDS}
    faults: list[Fault] = []
    for name, clean in CLEANERS.items():
        if said.get(name):
            try:
                said[name] = clean(said[name])
            except Refusal as refusal:
                faults.append(Fault(name, refusal))
    faults += [
        Fault(name, Refusal("nomination.needed"))
        for name in NEEDED
        if not said[name] and name not in {one.field for one in faults}
    ]
    _read_document(said, faults, today)
    return Reading(Nominee(**said), tuple(faults))


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
