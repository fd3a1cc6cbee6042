"""The address of a unit's page: nobody makes, alters or finds one."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import Cast, make_training
from tests.nominations import entry_of, name_person, offered, page_of, token_of
from trainingmgr.crypto import KeyRing, link_key, link_token, new_link_key
from trainingmgr.extensions import keyring
from trainingmgr.models import (
    NominationLink,
    Training,
)
from trainingmgr.queries import nomination as queries
from trainingmgr.services import nomination as service

SignIn = Callable[[str], FlaskClient]


UNKNOWN = ("", "x" * 44, "A" * 43, "../etc/passwd", "é" * 44)


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="NOMI")


@given(
    st.text(
        alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", min_size=44, max_size=44
    )
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_other_text_is_an_address(app: Flask, text: str) -> None:
    assert link_key(keyring, "nomination", text) is None


def test_an_address_cannot_be_altered_nor_made_by_who_reads_the_database(
    session: Session, cast: Cast, training: Training, stranger: FlaskClient
) -> None:
    _line, unit = offered(session, cast, training)
    token = token_of(session, cast, training, unit)
    _line, other = offered(session, cast, training)
    second = token_of(session, cast, training, other)
    key = session.scalars(sa.select(NominationLink.key).where(NominationLink.unit_id == unit.id)).one()
    assert link_key(keyring, "nomination", token) == key
    stolen = link_token(KeyRing.generate(), "nomination", key)
    other_purpose = link_token(keyring, "something else", key)
    never_given = link_token(keyring, "nomination", new_link_key())
    crossed = key + second[22:]
    flipped = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(44)]
    for wrong in (*UNKNOWN, stolen, other_purpose, never_given, crossed, *flipped, token + "A", key):
        assert queries.entry(session, wrong) is None, wrong
    answer = stranger.get(f"/n/{stolen}")
    assert answer.status_code == 404
    assert training.title_en not in answer.text
    assert unit.name not in answer.text


def test_an_ended_address_says_so_and_nothing_of_the_people(
    session: Session, cast: Cast, training: Training, stranger: FlaskClient
) -> None:
    _line, unit = offered(session, cast, training)
    name_person(entry_of(session, cast, training, unit))
    page = page_of(session, cast, training, unit)
    session.execute(sa.update(NominationLink).values(expires_at=training.created_at))
    session.commit()
    for path in ("", "/people/new", "/receipt.pdf", "/template.xlsx"):
        answer = stranger.get(page + path)
        assert answer.status_code == 410
        assert "This address has expired" in answer.text
        assert "王芳" not in answer.text
    service.renew(cast.actor(), training, unit.id)
    assert "This address was taken back" in stranger.post(f"{page}/send").text
    assert stranger.get(page_of(session, cast, training, unit)).status_code == 200


def test_the_address_is_kept_out_of_caches_search_engines_and_other_sites(
    session: Session, cast: Cast, training: Training, stranger: FlaskClient
) -> None:
    _line, unit = offered(session, cast, training)
    answer = stranger.get(page_of(session, cast, training, unit))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert '<meta name="robots" content="noindex, nofollow">' in answer.text


@pytest.fixture
def organiser(client_as: SignIn) -> FlaskClient:
    return client_as("organiser")


def test_whoever_has_part_of_an_address_is_told_what_to_do(client_as: SignIn) -> None:
    stranger = client_as("nobody").get("/n/part-of-an-address").text
    assert "Open it as it was sent to you" in stranger
    assert "To my trainings" not in stranger
    assert "To my trainings" in client_as("organiser").get("/n/part-of-an-address").text
