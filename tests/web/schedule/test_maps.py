"""Maps of routes on tiles: whose pictures a page may load, and what it loads without any."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, make_session, make_site, make_training
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.models import TrainingSession, VisitStop

SignIn = Callable[[str], FlaskClient]
FOREIGN = re.compile(r'(?:src|href)="(https?://[^"]*)"')


@pytest.fixture
def visit(session: Session, cast: Cast) -> TrainingSession:
    training = make_training(session, cast.organisation, code="CLASS")
    row = make_session(session, training, kind=SessionKind.SITE_VISIT, title_en="Visit")
    for number, (latitude, longitude) in enumerate(((30.7053, 104.0492), (30.6181, 104.0306)), 1):
        site = make_site(session, cast.organisation, latitude=latitude, longitude=longitude)
        row.stops.append(VisitStop(position=number, site_id=site.id))
    session.commit()
    return row


@pytest.fixture
def tiles(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = replace(
        app.extensions["trainingmgr.settings"],
        tile_url="https://tiles.example.org:8443/{z}/{x}/{y}.png?key=a&b=c",
        tile_attribution="© <Somebody>",
    )
    monkeypatch.setitem(app.extensions, "trainingmgr.settings", settings)


def test_without_tiles_nothing_is_loaded_from_another_host(client_as: SignIn, visit: TrainingSession) -> None:
    answer = client_as("viewer").get(f"/t/CLASS/schedule/{visit.id}/route")
    assert "<polyline" in answer.text
    assert "as the crow flies: no streets" in answer.text
    assert "<image" not in answer.text
    assert FOREIGN.findall(answer.text) == []
    assert "img-src 'self' data:;" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.usefixtures("tiles")
def test_tiles_lie_under_the_route_and_their_host_alone_is_allowed_on_that_page_alone(
    client_as: SignIn, visit: TrainingSession
) -> None:
    client = client_as("viewer")
    answer = client.get(f"/t/CLASS/schedule/{visit.id}/route")
    found = FOREIGN.findall(answer.text)
    assert 4 <= len(found) <= 12
    assert "https://tiles.example.org:8443/12/3231/1680.png?key=a&amp;b=c" in found
    assert all(
        re.fullmatch(r"https://tiles\.example\.org:8443/12/\d+/\d+\.png\?key=a&amp;b=c", one) for one in found
    )
    assert answer.text.index("<image") < answer.text.index("<polyline")
    assert "Map: © &lt;Somebody&gt;" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://tiles.example.org:8443;" in policy
    assert policy.count("example.org") == 1
    assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    other = client.get("/t/CLASS/sites")
    assert "example.org" not in other.headers["Content-Security-Policy"]
    assert other.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.usefixtures("tiles")
def test_a_route_without_coordinates_asks_no_host(
    session: Session, cast: Cast, client_as: SignIn, visit: TrainingSession
) -> None:
    for stop in visit.stops:
        stop.site.latitude = stop.site.longitude = None
    session.commit()
    answer = client_as("viewer").get(f"/t/CLASS/schedule/{visit.id}/route")
    assert FOREIGN.findall(answer.text) == []
    assert "example.org" not in answer.headers["Content-Security-Policy"]


def test_sites_without_coordinates_are_named_and_organisers_led_to_them(
    session: Session, client_as: SignIn, visit: TrainingSession
) -> None:
    address, words = f"/t/CLASS/schedule/{visit.id}/route", "nobody has entered where they are"
    assert words not in client_as("viewer").get(address).text
    site = visit.stops[0].site
    site.latitude = site.longitude = None
    session.commit()
    told = client_as("viewer").get(address).text
    assert words in told
    link = f'href="/t/CLASS/sites/{visit.stops[0].site_id}"'
    assert link not in told
    assert link in client_as("organiser").get(address).text
