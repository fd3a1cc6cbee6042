"""Reads of a training's roster: pages of it, one participant, the whole of it for a file."""

from trainingmgr.queries.roster.board import Card, Column, column
from trainingmgr.queries.roster.facets import Facets, Saved, facets, group_names
from trainingmgr.queries.roster.filters import Filters, where
from trainingmgr.queries.roster.listing import Page, Place, Row, count, ids, page, row
from trainingmgr.queries.roster.participant import (
    CertificateLine,
    MarkLine,
    Participant,
    Traces,
    certificates,
    marks,
    names_of,
    participant,
    traces,
)
from trainingmgr.queries.roster.searching import COUNT_CAP, Way, way
from trainingmgr.queries.roster.whole import ExportRow, export_rows

__all__ = [
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
    "Saved",
    "Traces",
    "Way",
    "certificates",
    "column",
    "count",
    "export_rows",
    "facets",
    "group_names",
    "ids",
    "marks",
    "names_of",
    "page",
    "participant",
    "row",
    "traces",
    "way",
    "where",
]
