from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient


@pytest.fixture
def developer(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    there = replace(app.extensions["trainingmgr.settings"], development=True)
    monkeypatch.setitem(app.extensions, "trainingmgr.settings", there)
    return app.test_client()


def test_the_components_are_shown_in_development_alone(app: Flask) -> None:
    assert app.test_client().get("/styleguide").status_code == 404


def test_every_component_renders_and_the_form_shows_its_errors(developer: FlaskClient) -> None:
    assert developer.get("/styleguide").status_code == 200
    sent = developer.post("/styleguide", data={})
    assert sent.status_code == 422
    assert "notice-bad" in sent.get_data(as_text=True)
