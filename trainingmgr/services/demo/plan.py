"""What a demo training is made of, before it has rows."""

from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal

from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.material import MaterialKind
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.schedule import ContributorRole, ContributorType, SessionKind
from trainingmgr.domain.training import TrainingInput
from trainingmgr.domain.unit import UnitType


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """A unit by the name that its source gives; `parent` is the name of another one."""

    name: str
    name_en: str
    type: UnitType
    region: str = ""
    parent: str = ""
    aliases: tuple[str, ...] = ()
    is_sample: bool = False
    division_code: str = ""


@dataclass(frozen=True, slots=True)
class PartPlan:
    """A contributor in a session: `name` for a person, `title` for a post or for words instead of a name."""

    type: ContributorType
    role: ContributorRole
    unit: str
    name: str = ""
    title_zh: str = ""
    title_en: str = ""
    topic_zh: str = ""
    topic_en: str = ""


@dataclass(frozen=True, slots=True)
class SitePlan:
    district_zh: str
    district_en: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPlan:
    """An entry of the timetable on the `day`th day, from 1, at times that no source gives."""

    day: int
    start: time
    end: time
    kind: SessionKind
    title_zh: str
    title_en: str
    hours: Decimal = Decimal(0)
    compulsory: bool = False
    description_zh: str = ""
    description_en: str = ""
    parts: tuple[PartPlan, ...] = ()
    stops: tuple[SitePlan, ...] = ()
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class MaterialPlan:
    kind: MaterialKind
    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True)
class HolderPlan:
    """An invented room or table."""

    name: str
    places: int
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPlan:
    """An invented participant. `marks` by the session's place among those that count; None leaves a gap.

    `room` and `table` are names of the training's own, empty for none.
    """

    name: str
    sex: str
    unit: str
    post: str
    category: int
    group: str
    phone: str
    latin_name: str = ""
    id_number: str = ""
    status: RegistrationStatus = RegistrationStatus.ARRIVED
    marks: dict[int, AttendanceMark | None] = field(default_factory=dict)
    note: str = ""
    room: str = ""
    table: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """`places` is how many each unit that sent somebody was offered, 0 where it was not done by units."""

    settings: TrainingInput
    units: tuple[UnitPlan, ...]
    sessions: tuple[SessionPlan, ...]
    people: tuple[PersonPlan, ...]
    materials: tuple[MaterialPlan, ...] = ()
    places: int = 0
    rooms: tuple[HolderPlan, ...] = ()
    tables: tuple[HolderPlan, ...] = ()
