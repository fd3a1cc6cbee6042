"""Kept pages are never stale, never somebody else's, and carry marks of their own each time."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jinja2 import Environment
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_session, make_training
from trainingmgr.http import kept
from trainingmgr.models import Person, Training, TrainingSession

SignIn = Callable[[str], FlaskClient]
PAGES = ("roster", "schedule")


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    training = make_training(session, cast.organisation, code="KEPT", title_en="")
    make_registration(session, training, "王小明")
    make_session(session, training, title_zh="开班式", title_en="")
    return training


def test_what_changes_in_the_database_is_on_the_next_page(
    session: Session, training: Training, client_as: SignIn
) -> None:
    client = client_as("organiser")
    for _twice in range(2):
        assert "王小明" in client.get("/t/KEPT/roster").text
        assert "开班式" in client.get("/t/KEPT/schedule").text
    session.execute(sa.update(Person).values(name="李小红"))
    session.execute(sa.update(TrainingSession).values(title_zh="结业式"))
    session.execute(sa.update(Training).values(title_zh="改了名的培训班"))
    session.commit()
    roster, schedule = (client.get(f"/t/KEPT/{page}").text for page in PAGES)
    assert "李小红" in roster
    assert "王小明" not in roster
    assert "结业式" in schedule
    assert "开班式" not in schedule
    assert "改了名的培训班" in roster
    assert "改了名的培训班" in schedule


@pytest.mark.parametrize("page", PAGES)
def test_each_reader_gets_the_page_of_their_own_role_and_name(
    training: Training, client_as: SignIn, cast: Cast, page: str
) -> None:
    editing = {"roster": "/t/KEPT/roster/new", "schedule": "/t/KEPT/schedule/new"}[page]
    for who, edits in (("organiser", True), ("viewer", False), ("organiser", True), ("front_desk", False)):
        text = client_as(who).get(f"/t/KEPT/{page}").text
        assert (editing in text) is edits, who
        assert f"<summary>{cast.users[who].name}</summary>" in text
    assert client_as("stranger").get(f"/t/KEPT/{page}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_the_language_of_the_screen_is_kept_apart(training: Training, client_as: SignIn, page: str) -> None:
    client = client_as("organiser")
    english = client.get(f"/t/KEPT/{page}").text
    client.set_cookie("trainingmgr_language", "zh")
    chinese = client.get(f"/t/KEPT/{page}").text
    assert '<html lang="en">' in english
    assert '<html lang="zh-Hans">' in chinese


@pytest.mark.parametrize("page", PAGES)
def test_the_nonce_is_new_each_time_and_the_one_of_the_policy(
    training: Training, client_as: SignIn, page: str
) -> None:
    client, seen = client_as("organiser"), set()
    for _time in range(3):
        answer = client.get(f"/t/KEPT/{page}")
        nonces = set(re.findall(r'nonce="([^"]+)"', answer.text))
        (nonce,) = nonces
        assert f"'nonce-{nonce}'" in answer.headers["Content-Security-Policy"]
        seen.add(nonce)
    assert len(seen) == 3


def test_a_kept_page_bears_a_token_that_its_own_session_may_post_with(
    app: Flask, training: Training, client_as: SignIn
) -> None:
    first, second = client_as("organiser"), client_as("organiser")
    first.get("/t/KEPT/roster")
    token = re.findall(r'name="csrf_token" value="([^"]+)"', second.get("/t/KEPT/roster").text)[0]
    assert "\0" not in token
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        data = {"csrf_token": token, "do": "status"}
        assert second.post("/t/KEPT/roster/bulk", data=data).status_code == 303
        assert first.post("/t/KEPT/roster/bulk", data=data).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_a_message_is_said_once(training: Training, client_as: SignIn) -> None:
    client = client_as("organiser")
    client.get("/t/KEPT/roster")
    client.post("/t/KEPT/roster/bulk", data={"do": "status"})
    said = "Tick at least one participant first."
    assert said in client.get("/t/KEPT/roster").text
    assert said not in client.get("/t/KEPT/roster").text


def test_the_address_is_part_of_the_page(training: Training, client_as: SignIn) -> None:
    client = client_as("organiser")
    client.get("/t/KEPT/roster?q=%E7%8E%8B")
    assert 'value="王"' not in client.get("/t/KEPT/roster").text


def test_a_process_keeps_no_more_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_CHARACTERS", 100)
    shelf = kept._Shelf()
    for number in range(20):
        shelf.put(number, kept._Page("x" * 30))
        shelf.put(number, kept._Page("y" * 30))
    assert [shelf.get(number) is not None for number in (0, 16, 17, 18, 19)] == [
        False,
        False,
        True,
        True,
        True,
    ]


WITH_VALUES = Environment(autoescape=True).from_string(
    '<h1 title="{{ title }}">{{ title }}</h1><a href="/v/{{ quote(serial) }}?c={{ quote(title) }}">{{ serial }}</a>'
    '<a href="/to?next={{ quote("/v/" ~ quote(serial)) }}&amp;t={{ quote(title) }}">%s</a>'
)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=60, deadline=None)
@given(title=TEXTS, serial=TEXTS)
@example(title="<script>alert('x')</script> & \"quoted\"", serial="\\1 %00title%00 {{ title }}")
def test_a_filled_page_is_the_one_that_would_have_been_written(title: str, serial: str) -> None:
    """In texts, attributes, addresses, and addresses that are part of others."""

    def render(values: Mapping[str, str]) -> str:
        return WITH_VALUES.render(values, quote=lambda text: quote(text, safe=""))

    page = kept._Page(render({"title": "\0title\0", "serial": "\0serial\0"}), ("title", "serial"))
    values = {"title": title, "serial": serial}
    assert page.filled(values) == render(values)
    assert page.filled(values) == render(values)


def test_what_looks_like_a_mark_in_a_page_without_values_is_left_alone(
    training: Training, client_as: SignIn
) -> None:
    client = client_as("organiser")
    for _twice in range(2):
        page = client.get("/t/KEPT/roster", query_string={"q": "%00serial%00 %00csp"})
        assert 'value="%00serial%00 %00csp"' in page.text
