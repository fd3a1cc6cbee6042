"""Everything that a timetable said at one moment, in plain values that can be written down."""

from datetime import datetime, time
from decimal import Decimal

import msgspec

from trainingmgr.domain.schedule import ContributorRole, ContributorType, SessionKind
from trainingmgr.domain.timetable import Words


class ContributorState(msgspec.Struct, frozen=True):
    """A contributor's part, with the words that named them then."""

    lecturer_id: int
    type: ContributorType
    role: ContributorRole
    name_zh: str = ""
    of_zh: str = ""
    name_en: str = ""
    of_en: str = ""
    topic_zh: str = ""
    topic_en: str = ""

    def words(self, language: str) -> Words:
        """Who it is, in `zh` or `en`."""
        return Words(self.name_en, self.of_en) if language == "en" else Words(self.name_zh, self.of_zh)


class StopState(msgspec.Struct, frozen=True):
    """A stop of a visit, with the site as it was."""

    site_id: int
    name_zh: str
    name_en: str = ""
    district_zh: str = ""
    district_en: str = ""
    address: str = ""
    minutes: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    opens_at: time | None = None
    closes_at: time | None = None
    capacity: int | None = None


class SessionState(msgspec.Struct, frozen=True):
    """A session; its moments are instants, `uid` its name in calendars, which it keeps for ever."""

    id: int
    uid: str
    sequence: int
    kind: SessionKind
    title_zh: str
    starts_at: datetime
    ends_at: datetime
    class_hours: Decimal
    title_en: str = ""
    description_zh: str = ""
    description_en: str = ""
    place_zh: str = ""
    place_en: str = ""
    compulsory: bool = False
    times_are_sample: bool = False
    is_sample: bool = False
    groups: tuple[str, ...] = ()
    contributors: tuple[ContributorState, ...] = ()
    stops: tuple[StopState, ...] = ()

    def title(self, language: str) -> str:
        """The title in `zh` or `en`, the other one where that is empty."""
        return (self.title_en or self.title_zh) if language == "en" else (self.title_zh or self.title_en)

    def place(self, language: str) -> str:
        """The place in `zh` or `en`, the other one where that is empty."""
        return (self.place_en or self.place_zh) if language == "en" else (self.place_zh or self.place_en)


class Snapshot(msgspec.Struct, frozen=True):
    """A whole timetable in order of time; `zone` is the clock that it goes by."""

    zone: str
    sessions: tuple[SessionState, ...] = ()


def write_snapshot(snapshot: Snapshot) -> str:
    """The snapshot as JSON."""
    return msgspec.json.encode(snapshot).decode()


def read_snapshot(text: str) -> Snapshot:
    """The snapshot that `write_snapshot` wrote. Raises msgspec.DecodeError for anything else."""
    return msgspec.json.decode(text, type=Snapshot)
