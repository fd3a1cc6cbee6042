"""Arranging people into groups, buses, rooms and at tables."""

from trainingmgr.domain.arrangement.aims import (
    FIRST_AIMS,
    GATHERABLE,
    SPREADABLE,
    Aims,
    Proposal,
    basis_of,
    problem_of,
    read_aims,
    read_proposal,
    write,
)
from trainingmgr.domain.arrangement.board import Board
from trainingmgr.domain.arrangement.model import (
    Answer,
    ArrangementKind,
    Container,
    Engine,
    Problem,
    Reason,
    Relation,
    Someone,
    Status,
    Trait,
    Unmet,
)
from trainingmgr.domain.arrangement.rank import FIRST_RANKS, level_of
from trainingmgr.domain.arrangement.solver import arrange
from trainingmgr.domain.arrangement.wishes import standing, unmet

__all__ = [
    "FIRST_AIMS",
    "FIRST_RANKS",
    "GATHERABLE",
    "SPREADABLE",
    "Aims",
    "Answer",
    "ArrangementKind",
    "Board",
    "Container",
    "Engine",
    "Problem",
    "Proposal",
    "Reason",
    "Relation",
    "Someone",
    "Status",
    "Trait",
    "Unmet",
    "arrange",
    "basis_of",
    "level_of",
    "problem_of",
    "read_aims",
    "read_proposal",
    "standing",
    "unmet",
    "write",
]
