"""A training and the span of its life."""

import re
from datetime import date
from enum import StrEnum

CODE_PATTERN = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,22}[A-Z0-9])?")


class Phase(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    RUNNING = "running"
    CLOSING = "closing"
    ARCHIVED = "archived"


class HostRole(StrEnum):
    HOST = "host"
    CO_HOST = "co_host"


def clean_code(text: str) -> str:
    """Normalise a typed training code; an empty string means that it cannot be one.

    A code stands in addresses, file names and serials: capital letters, digits and inner hyphens,
    24 at most.
    """
    code = text.strip().upper()
    return code if CODE_PATTERN.fullmatch(code) else ""


def phase(start: date, end: date, today: date, *, archived: bool, people: int) -> Phase:
    """Where a training stands today, in its own zone's calendar."""
    if archived:
        return Phase.ARCHIVED
    if today > end:
        return Phase.CLOSING
    if today >= start:
        return Phase.RUNNING
    return Phase.OPEN if people else Phase.PLANNED
