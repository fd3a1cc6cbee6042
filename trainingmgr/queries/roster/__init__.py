"""Reads of a training's roster: pages of it, one participant, the whole of it for a file."""

from trainingmgr.queries.roster.board import Card, Column, column
from trainingmgr.queries.roster.listing import (
    COUNT_CAP,
    Facets,
    Filters,
    Page,
    Place,
    Row,
    count,
    facets,
    group_names,
    ids,
    page,
    row,
    where,
)
from trainingmgr.queries.roster.participant import (
    CertificateLine,
    MarkLine,
    Participant,
    Traces,
    certificates,
    marks,
    participant,
    traces,
)
from trainingmgr.queries.roster.whole import COLUMNS, ExportRow, export_rows

__all__ = [
    "COLUMNS",
    "COUNT_CAP",
    "Card",
    "CertificateLine",
    "Column",
    "ExportRow",
    "Facets",
    "Filters",
    "MarkLine",
    "Page",
    "Participant",
    "Place",
    "Row",
    "Traces",
    "certificates",
    "column",
    "count",
    "export_rows",
    "facets",
    "group_names",
    "ids",
    "marks",
    "page",
    "participant",
    "row",
    "traces",
    "where",
]
