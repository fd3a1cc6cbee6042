"""A roster that several people work on at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_training
from tests.rosters import xlsx
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.models import Registration, RegistrationTally
from trainingmgr.queries.roster import Filters
from trainingmgr.services import roster
from trainingmgr.services.roster import bulk
from trainingmgr.services.roster_import import import_roster

ROUNDS = 6
ROWS = 30


def test_imports_and_changes_of_status_at_once_stop_nobody_and_are_all_counted(
    app: Flask, session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As for thousands: in several statements, and without locking all of them first.
    monkeypatch.setattr(bulk, "_CHUNK", 5)
    monkeypatch.setattr(bulk, "MAX_UNDO", 0)
    training = make_training(session, cast.organisation)
    early = [make_registration(session, training, f"早{n}").id for n in range(12)]
    session.commit()
    actor, training_id, everybody = cast.actor(), training.id, Filters()
    start = Barrier(5)

    def importing(who: str) -> Callable[[int], object]:
        def act(turn: int) -> object:
            people = [(f"{who}{turn}学{n}", f"{who}单位") for n in range(ROWS)]
            data = xlsx([("姓名", "单位"), *people])
            return import_roster(training_id, data, actor, file_name=who)

        return act

    def moving(*statuses: RegistrationStatus) -> Callable[[int], object]:
        return lambda turn: roster.set_status(actor, training_id, everybody, statuses[turn % 2])

    def arriving(_turn: int) -> None:
        for number in early:
            for arrived in (True, False):
                # Somebody may have moved them in between to where the step is none.
                with suppress(Refusal):
                    roster.arrive(actor, training_id, number, arrived=arrived)

    def work(act: Callable[[int], object]) -> None:
        with app.app_context():
            start.wait()
            for turn in range(ROUNDS):
                act(turn)

    one, other = RegistrationStatus.NOMINATED, RegistrationStatus.CONFIRMED
    acts = (importing("甲"), importing("乙"), moving(one, other), moving(other, one), arriving)
    with ThreadPoolExecutor(len(acts)) as pool:
        # A deadlock would come out of here.
        list(pool.map(work, acts))

    session.rollback()
    people = sa.select(Registration.status, sa.func.count()).group_by(Registration.status)
    counted = sa.select(RegistrationTally.status, RegistrationTally.people)
    found = {status.value: number for status, number in session.execute(people).tuples()}
    assert sum(found.values()) == len(early) + 2 * ROUNDS * ROWS
    assert dict(session.execute(counted.where(RegistrationTally.people != 0)).tuples().all()) == found
