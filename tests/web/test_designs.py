"""Designs as a list, as files, and their versions."""

import io
from collections.abc import Callable

import pikepdf
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.designer import MARKUP, Editor, draft
from tests.factories import Cast, look_again
from tests.queries.counting import statements
from tests.services.test_design import picture
from trainingmgr.documents.designs import keys
from trainingmgr.models import Design, DesignVersion
from trainingmgr.queries import design as queries
from trainingmgr.services import design as services

ClientAs = Callable[[str], FlaskClient]


@pytest.fixture
def base(cast: Cast) -> str:
    return f"/o/{cast.organisation.id}/designs"


@pytest.fixture
def design(cast: Cast) -> Design:
    return services.create(cast.actor(), cast.organisation.id, "红金", "", "classic")


def test_a_design_travels_as_a_file(
    session: Session, client_as: ClientAs, base: str, cast: Cast, design: Design
) -> None:
    data = client_as("organiser").get(f"{base}/{design.id}/export").data
    there = f"/o/{cast.elsewhere.id}/designs"
    client = client_as("stranger")
    answer = client.post(f"{there}/import", data={"file": (io.BytesIO(data), "a.zip")})
    assert answer.status_code == 303
    assert "was imported" in client.get(answer.location).text
    for wrong in (b"no zip", data[:-40]):
        answer = client.post(f"{there}/import", data={"file": (io.BytesIO(wrong), "a.zip")})
        assert answer.status_code == 422
        assert "This is not a design file" in answer.text
    assert client.post(f"{there}/import", data={}).status_code == 422


def test_pictures_are_uploaded_shown_used_and_deleted(
    session: Session, client_as: ClientAs, base: str, design: Design
) -> None:
    client = client_as("organiser")
    editor = Editor(client, f"{base}/{design.id}")
    editor.press("add:picture", 422)
    assert "Upload one first" in editor.page
    answer = client.post(f"{base}/pictures", data={"file": (io.BytesIO(picture()), f"{MARKUP}.png")})
    assert answer.status_code == 303
    page = client.get(f"{base}/pictures").text
    assert MARKUP not in page
    assert "Delete" in page
    editor = Editor(client, f"{base}/{design.id}")
    editor.press("add:picture")
    look_again(session)
    asset = queries.assets(session, design.organisation_id)[0]
    assert draft(session, design.id).items[-1].asset == asset.sha256  # type: ignore[union-attr]
    assert f"{base}/pictures/{asset.id}" in editor.page
    shown = client.get(f"{base}/pictures/{asset.id}")
    assert (shown.mimetype, shown.headers["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert "data:image/png;base64," in client.get(f"{base}/{design.id}/miniature.svg").text
    client.post(f"{base}/pictures/{asset.id}/delete")
    assert "is used by a design" in client.get(f"{base}/pictures").text
    bad = client.post(f"{base}/pictures", data={"file": (io.BytesIO(b"<svg/>"), "a.png")})
    assert bad.status_code == 422
    assert "SVG files are not taken" in bad.text


def test_the_proof_is_a_pdf_that_says_that_it_is_a_sample(
    client_as: ClientAs, base: str, design: Design
) -> None:
    answer = client_as("organiser").get(f"{base}/{design.id}/proof.pdf?kind=thanks&language=en&holder=long")
    assert answer.mimetype == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        assert len(pdf.pages) == 1


def test_a_version_is_taken_up_again(
    session: Session, client_as: ClientAs, base: str, design: Design
) -> None:
    client = client_as("organiser")
    editor = Editor(client, f"{base}/{design.id}")
    editor.press("publish", border__inset="20")
    editor.press("publish", border__inset="30")
    look_again(session)
    assert session.scalar(sa.select(sa.func.count()).select_from(DesignVersion)) == 2
    row = session.get_one(Design, design.id)
    look_again(session)
    client.post(f"{base}/{design.id}/restore/1", data={"version": row.version})
    assert draft(session, design.id).border.inset == 20


def test_names_are_asked_for_and_taken_ones_are_told(client_as: ClientAs, base: str, design: Design) -> None:
    client = client_as("organiser")
    for address in (f"{base}/new", f"{base}/{design.id}/rename"):
        assert "Give the design a name." in client.post(address, data={"name_zh": " "}).text
    answer = client.post(f"{base}/new", data={"name_zh": "红金", "start": "classic"})
    assert (answer.status_code, "There is a design called" in answer.text) == (422, True)
    client.post(f"{base}/{design.id}/rename", data={"name_zh": "新名", "name_en": "New"})
    assert "New" in client.get(base).text


def test_the_list_shows_every_design_and_asks_the_database_no_more_for_many(
    session: Session, client_as: ClientAs, cast: Cast, base: str, design: Design
) -> None:
    client = client_as("viewer")
    page = client.get(base).text
    assert all(f"{base}/built-in/{key}.svg" in page for key in keys())
    assert client.get(f"{base}/built-in/nothing.svg").status_code == 404
    assert "New design" not in page
    client.get(base)
    with statements() as few:
        client.get(base)
    for _ in range(5):
        services.copy(cast.actor(), cast.organisation.id, design.id)
    with statements() as many:
        client.get(base)
    assert len(many) == len(few)


def test_archived_designs_stay_in_the_list(client_as: ClientAs, base: str, design: Design) -> None:
    client = client_as("organiser")
    client.post(f"{base}/{design.id}/archive")
    assert "Take out of the archive" in client.get(base).text
    client.post(f"{base}/{design.id}/bring-back")
    assert "Take out of the archive" not in client.get(base).text
    answer = client.post(f"{base}/{design.id}/copy")
    assert "红金（2）" in client.get(answer.location).text
