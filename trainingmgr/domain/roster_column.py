"""What may stand in the columns of a roster, on the screen and in a file; the name always does."""

from collections.abc import Iterable
from enum import StrEnum


class RosterColumn(StrEnum):
    LATIN_NAME = "latin_name"
    SEX = "sex"
    ETHNICITY = "ethnicity"
    UNIT = "unit"
    NOMINATED_BY = "nominated_by"
    POST = "post"
    CATEGORY = "category"
    GROUP = "group"
    BUS = "bus"
    ROOM = "room"
    TABLE = "table"
    PHONE = "phone"
    EMAIL = "email"
    ID_TYPE = "id_type"
    ID_NUMBER = "id_number"
    STATUS = "status"
    REASON = "reason"
    ARRIVED = "arrived_at"
    REGISTERED = "registered_at"
    NOTE = "note"


class RosterOrder(StrEnum):
    """How a whole roster is ordered. `ENTERED` is as people came onto it: for an import, the order of the file."""

    NAME = "name"
    ENTERED = "entered"


_C = RosterColumn
TABLE_COLUMNS = (_C.LATIN_NAME, _C.UNIT, _C.POST, _C.CATEGORY, _C.GROUP, _C.PHONE, _C.STATUS)
"""What the list shows to somebody who chose nothing."""

FILE_COLUMNS = (
    _C.LATIN_NAME,
    _C.SEX,
    _C.ETHNICITY,
    _C.UNIT,
    _C.POST,
    _C.CATEGORY,
    _C.GROUP,
    _C.PHONE,
    _C.EMAIL,
    _C.ID_TYPE,
    _C.ID_NUMBER,
    _C.STATUS,
    _C.NOTE,
)
"""What a file holds for somebody who chose nothing."""


class ColumnUse(StrEnum):
    """Where a choice of columns goes: the list on the screen, or files."""

    TABLE = "table"
    FILE = "file"


DEFAULTS = {ColumnUse.TABLE: TABLE_COLUMNS, ColumnUse.FILE: FILE_COLUMNS}


def columns_of(names: Iterable[str]) -> tuple[RosterColumn, ...]:
    """The columns with these names in the order that they always have; what is none of ours is left aside."""
    wanted = set(names)
    return tuple(one for one in RosterColumn if one.value in wanted)
