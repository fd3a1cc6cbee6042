"""Units: found by name, listed, and what refers to them."""

from trainingmgr.queries.unit.group import DivisionUnit, naming_of, offices, units_of_group
from trainingmgr.queries.unit.naming import (
    KnownUnits,
    known_units,
    lock_units,
    new_unit,
    parents_of,
    suggestions,
    unit_known_as,
    unit_named,
)

__all__ = [
    "DivisionUnit",
    "KnownUnits",
    "known_units",
    "lock_units",
    "naming_of",
    "new_unit",
    "offices",
    "parents_of",
    "suggestions",
    "unit_known_as",
    "unit_named",
    "units_of_group",
]
