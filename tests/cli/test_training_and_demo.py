"""The commands about the demo and about trainings as a whole."""

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, make_session, make_training
from trainingmgr.models import Training, TrainingSession, User


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAININGMGR_LANGUAGE", "en")


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=list(words))


def report(app: Flask, *words: str) -> Any:
    result = run(app, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_demo_is_loaded_once_and_taken_away(app: Flask, session: Session) -> None:
    assert report(app, "demo")["loaded"] == ["CD2019", "BJ2019"]
    again = run(app, "demo")
    assert again.exit_code == 0
    assert "nothing was changed" in again.stdout
    removed = report(app, "demo", "--remove")
    assert (removed["removed"], removed["people"]) == (["BJ2019", "CD2019"], 345)
    assert "nothing was changed" in run(app, "demo", "--remove").stdout
    assert "Loaded CD2019, BJ2019 with 345 people." in run(app, "demo").stdout
    assert "Removed BJ2019, CD2019" in run(app, "demo", "--remove").stdout


def test_a_demo_without_accounts_says_how_to_sign_in(app: Flask, session: Session, cast: Cast) -> None:
    assert "user add" not in run(app, "demo").stdout
    session.execute(sa.delete(User))
    session.commit()
    assert "trainingmgr user add" in run(app, "demo").stdout


def test_a_demo_that_cannot_be_loaded_is_refused_in_words(app: Flask, session: Session, cast: Cast) -> None:
    make_training(session, cast.organisation, code="CD2019")
    result = run(app, "demo")
    assert result.exit_code == 1
    assert "CD2019" in result.stderr
    asked = run(app, "demo", "--json")
    assert asked.exit_code == 1
    assert json.loads(asked.stdout)["refused"] == "demo.code_taken"


def test_trainings_are_listed_and_shown_with_every_fact(app: Flask, session: Session) -> None:
    assert "no training yet" in run(app, "training", "list").stdout
    run(app, "demo")
    listed = report(app, "training", "list")
    assert [(one["code"], one["people"], one["sessions"]) for one in listed] == [
        ("BJ2019", 260, 9),
        ("CD2019", 84, 19),
    ]
    assert "30 Oct – 2 Nov 2019" in run(app, "training", "list").stdout
    shown = report(app, "training", "show", "cd2019")
    assert shown["hosts"] == [{"name": "民政部", "role": "host"}]
    assert shown["start_date"] == "2019-10-30"
    assert len(shown["categories"]) == 4
    assert shown["figures"]["certificates_valid"] == 0
    text = run(app, "training", "show", "BJ2019").stdout
    assert "(translation)" in text
    assert "→ Issue the certificates" in text
    assert text.count("Study topic") == 4


def test_a_training_that_is_not_there_is_refused(app: Flask, session: Session) -> None:
    result = run(app, "training", "show", "NONE")
    assert result.exit_code == 1
    assert "NONE" in result.stderr


def test_a_training_is_copied_to_other_days(app: Flask, session: Session) -> None:
    run(app, "demo")
    made = report(app, "training", "copy", "CD2019", "--code", "cd2027", "--start", "2027-05-11")
    assert (made["code"], made["start_date"], made["end_date"]) == ("CD2027", "2027-05-11", "2027-05-14")
    session.expire_all()
    row = session.scalars(sa.select(Training).where(Training.code == "CD2027")).one()
    assert (row.start_date, row.is_sample) == (date(2027, 5, 11), True)
    planned = sa.select(sa.func.count()).select_from(TrainingSession)
    assert session.scalar(planned.where(TrainingSession.training_id == row.id)) == 19
    again = run(app, "training", "copy", "CD2019", "--code", "CD2027", "--start", "2027-05-11")
    assert again.exit_code == 1
    assert "another training" in again.stderr


def test_a_copy_leaves_behind_what_is_named(app: Flask, session: Session, cast: Cast) -> None:
    old = make_training(session, cast.organisation, code="OLD")
    make_session(session, old)
    run(app, "training", "copy", "OLD", "--code", "NEW", "--start", "2027-05-11", "--without", "sessions")
    assert report(app, "training", "show", "NEW")["figures"]["sessions"] == 0


def test_a_copy_without_a_day_is_wrong_usage(app: Flask, session: Session) -> None:
    assert run(app, "training", "copy", "CD2019", "--code", "X").exit_code == 2
    assert run(app, "training", "copy", "CD2019", "--code", "X", "--start", "2027-02-30").exit_code == 2
