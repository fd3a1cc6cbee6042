"""One record for every name that may stand in an address, so that the access test can call any route."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_session, make_site, make_training
from trainingmgr.models import Training, TrainingSession

Maker = Callable[[Session, Cast, dict[str, Any]], Any]


def build(session: Session, cast: Cast) -> dict[str, Any]:
    """The values of all address arguments, for records of the cast's organisation."""
    world: dict[str, Any] = {}
    for name, make in MAKERS.items():
        world[name] = make(session, cast, world)
    return world


def _training(session: Session, cast: Cast, world: dict[str, Any]) -> str:
    training = make_training(session, cast.organisation, code="WORLD")
    world["_training"] = training
    return training.code


def _session(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    row: TrainingSession = make_session(session, world["_training"])
    return row.id


def _registration(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    training: Training = world["_training"]
    return make_registration(session, training, "王小明").id


MAKERS: dict[str, Maker] = {
    "code": _training,
    "session_id": _session,
    "registration_id": _registration,
    "site_id": lambda session, cast, world: make_site(session, cast.organisation).id,
    "organisation_id": lambda session, cast, world: cast.organisation.id,
    "name": lambda session, cast, world: "en",
    "filename": lambda session, cast, world: "app.css",
}
