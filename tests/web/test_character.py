import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.certificates import add_person, make_class
from tests.documents.glyphs import glyph_picture
from tests.factories import Cast, make_registration, make_training
from trainingmgr.queries import glyph as queries

ClientAs = Callable[[str], FlaskClient]
RARE = "\U000323af"
TEXT = {"printed": "龙天", "agreed_with": "王某", "agreed_on": "2026-05-04", "note": "卷宗 12"}


@pytest.fixture
def base(cast: Cast) -> str:
    return f"/o/{cast.organisation.id}/characters"


def test_the_list_says_which_characters_who_bears_them_and_the_ways_out(
    session: Session, cast: Cast, client_as: ClientAs, base: str
) -> None:
    client = client_as("organiser")
    assert "Every name can be printed as it is written" in client.get(base).text
    make_registration(session, make_training(session, cast.organisation), f"王{RARE}<b>")
    page = client.get(base).text
    assert "U+323AF" in page
    assert f"王{RARE}&lt;b&gt;" in page
    assert f'href="{base}/323AF"' in page
    assert "cannot be printed" in page
    assert "instance/fonts" in page


def test_an_agreed_text_is_set_shown_changed_and_removed(
    session: Session, cast: Cast, client_as: ClientAs, base: str
) -> None:
    make_registration(session, make_training(session, cast.organisation), f"王{RARE}")
    client = client_as("organiser")
    assert client.post(f"{base}/323AF/text", data=TEXT).status_code == 303
    page = client.get(base).text
    assert "龙天" in page
    assert "agreed with 王某 on" in page
    assert "cannot be printed" not in page
    form = client.get(f"{base}/323AF").text
    assert 'value="龙天"' in form
    assert 'value="2026-05-04"' in form
    client.post(f"{base}/323AF/text", data=TEXT | {"printed": "龙"})
    (row,) = queries.rows(session, cast.organisation.id)
    assert row.text == "龙"
    assert client.post(f"{base}/323AF/remove").status_code == 303
    assert "cannot be printed" in client.get(base).text
    assert client.post(f"{base}/323AF/remove").status_code == 404


def test_a_picture_is_uploaded_and_shown(
    session: Session, cast: Cast, client_as: ClientAs, base: str
) -> None:
    client = client_as("organiser")
    data = {"file": (io.BytesIO(glyph_picture()), "glyph.png"), "source": "<i>"}
    assert client.post(f"{base}/323AF/picture", data=data).status_code == 303
    page = client.get(base).text
    assert f'src="{base}/323AF/picture.png"' in page
    assert "&lt;i&gt;" in page
    shown = client.get(f"{base}/323AF/picture.png")
    assert (shown.mimetype, shown.data[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize(
    ("way", "data", "said"),
    [
        ("text", {}, "Say with whom this was agreed."),
        ("text", TEXT | {"printed": f"龙{RARE}"}, "The text holds the very character"),
        ("text", TEXT | {"agreed_on": "soon"}, "One field needs a correction"),
        ("picture", {}, "Choose a picture."),
        ("picture", {"file": (io.BytesIO(b"<svg/>"), "a.svg")}, "SVG files are not taken"),
        ("picture", {"file": (io.BytesIO(glyph_picture(size=150)), "a.png")}, "400 are needed"),
    ],
    ids=["no-text", "same", "no-day", "no-file", "svg", "small"],
)
def test_what_cannot_be_taken_is_said_at_its_field(
    session: Session, cast: Cast, client_as: ClientAs, base: str, way: str, data: dict[str, Any], said: str
) -> None:
    answer = client_as("organiser").post(f"{base}/323AF/{way}", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert queries.rows(session, cast.organisation.id) == []


def test_an_address_that_names_no_character_does_not_exist(client_as: ClientAs, base: str) -> None:
    client = client_as("organiser")
    for code in ("zz", "0", "110000", "D800", "-", "32 3AF"):
        assert client.get(f"{base}/{code}").status_code == 404
    assert client.get(f"{base}/323AF/picture.png").status_code == 404
    assert "needs no substitute" in client.get(f"{base}/738B").text


def test_the_notices_lead_there_and_go_away_with_a_substitute(
    session: Session, cast: Cast, client_as: ClientAs, base: str
) -> None:
    training = make_class(session, cast, 0, code="RARE")
    who = add_person(session, training, f"王{RARE}")
    pages = [f"/t/RARE/roster/{who.id}", "/t/RARE/certificates"]
    editor = client_as("organiser")
    for page in pages:
        assert f'<a href="{base}">' in editor.get(page).text
        assert base not in client_as("viewer").get(page).text
    assert "U+323AF" in editor.get("/t/RARE/roster").text
    assert editor.post(f"{base}/323AF/text", data=TEXT).status_code == 303
    for page in pages:
        assert base not in editor.get(page).text
    assert "U+323AF" not in editor.get("/t/RARE/roster").text


def test_an_import_tells_of_names_that_cannot_be_printed_before_and_after(
    session: Session, cast: Cast, client_as: ClientAs, base: str
) -> None:
    make_training(session, cast.organisation, code="IMP")
    client = client_as("organiser")
    content = f"姓名,单位\n王{RARE},某局\n李明,某局\n".encode()
    sent = client.post("/t/IMP/roster/import", data={"file": (io.BytesIO(content), "r.csv")})
    preview = client.get(sent.location).text
    assert f"王{RARE} (U+323AF)" in preview
    assert f'<a href="{base}">' in preview
    client.post(f"{sent.location}/confirm", data={"new": "2", "update": "0"})
    page = client.get("/t/IMP/roster").text
    assert re.search(r"1 name cannot be printed.*U\+323AF", page)
