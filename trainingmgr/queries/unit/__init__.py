"""Units: found by name, listed, and what refers to them."""

from trainingmgr.queries.unit.group import DivisionUnit, naming_of, offices
from trainingmgr.queries.unit.likeness import Alike, Alikes, alikes
from trainingmgr.queries.unit.listing import (
    Filters,
    Page,
    Row,
    Tree,
    page,
    people_and_trainings,
    tree,
    whole_list,
)
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
from trainingmgr.queries.unit.one import Whole, above, unit_of, whole
from trainingmgr.queries.unit.references import from_samples_alone, references, unused, uses

__all__ = [
    "Alike",
    "Alikes",
    "DivisionUnit",
    "Filters",
    "KnownUnits",
    "Page",
    "Row",
    "Tree",
    "Whole",
    "above",
    "alikes",
    "from_samples_alone",
    "known_units",
    "lock_units",
    "naming_of",
    "new_unit",
    "offices",
    "page",
    "parents_of",
    "people_and_trainings",
    "references",
    "suggestions",
    "tree",
    "unit_known_as",
    "unit_named",
    "unit_of",
    "unused",
    "uses",
    "whole",
    "whole_list",
]
