"""Adding people to a roster in tests."""

from datetime import date
from typing import Any

from tests.factories import Cast
from trainingmgr.domain.participant import Facts
from trainingmgr.domain.person import IdDocument, IdType, read_id_number
from trainingmgr.models import Training
from trainingmgr.services import roster

NUMBER = "11010519491231002X"


def document(number: str = NUMBER) -> IdDocument:
    found = read_id_number(number, today=date(2026, 1, 1)) if number == NUMBER else None
    return found or IdDocument(IdType.PASSPORT, number)


def add(cast: Cast, training: Training, name: str, same_as: int | None = None, **facts: Any) -> roster.Added:
    return roster.add(cast.actor(), training.id, Facts(name=name, **facts), same_as)
