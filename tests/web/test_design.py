"""The designer without scripts: everything by forms, as a browser would send them."""

from collections.abc import Callable

import msgspec
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.designer import MARKUP, DesignForm, Editor, draft
from tests.factories import Cast, look_again
from trainingmgr.documents.designs import built_in
from trainingmgr.domain.design import QrItem, TextItem
from trainingmgr.models import Design
from trainingmgr.queries import design as queries
from trainingmgr.services import design as services

ClientAs = Callable[[str], FlaskClient]


@pytest.fixture
def base(cast: Cast) -> str:
    return f"/o/{cast.organisation.id}/designs"


@pytest.fixture
def design(cast: Cast) -> Design:
    return services.create(cast.actor(), cast.organisation.id, "红金", "", "classic")


def test_a_design_is_made_from_a_blank_page_by_forms_alone(
    session: Session, client_as: ClientAs, base: str
) -> None:
    client = client_as("organiser")
    answer = client.post(f"{base}/new", data={"name_zh": "空白起步", "start": ""})
    number = session.scalars(sa.select(Design.id)).one()
    assert answer.location == f"{base}/{number}"
    editor = Editor(client, answer.location)
    assert "The page is blank" in editor.page
    editor.press("add:text")
    editor.press(
        "run:add:0", x="40", y="60", width="217", height="60", size="28", label="正文", align="centre"
    )
    editor.press("paragraph:add", paragraphs__0__runs__1__text="（编号 {serial}）")
    editor.press("save", paragraphs__1__runs__0__text="{body_zh}", wrap=None, colour="#AA0000")
    editor.press("add:qr")
    editor.press("save", x="20", y="150")
    item, symbol = draft(session, number).items
    assert isinstance(item, TextItem)
    assert isinstance(symbol, QrItem)
    assert (item.x, item.size, item.label, item.align, item.colour, item.wrap) == (
        40,
        28,
        "正文",
        "centre",
        "#aa0000",
        False,
    )
    words = [[run.text for run in paragraph.runs] for paragraph in item.paragraphs]
    assert words == [["{holder_name}", "（编号 {serial}）"], ["{body_zh}"]]
    assert (symbol.x, symbol.y) == (20, 150)
    editor.press("publish")
    assert "Version 1 is published" in editor.page


def test_items_change_their_order_are_copied_and_go(
    session: Session, client_as: ClientAs, base: str, design: Design
) -> None:
    editor = Editor(client_as("organiser"), f"{base}/{design.id}")
    before = draft(session, design.id).items
    editor.press("down:1")
    assert draft(session, design.id).items[:2] == (before[1], before[0])
    editor.press("up:2")
    assert draft(session, design.id).items == before
    editor.press("copy:1")
    copied = draft(session, design.id).items
    assert len(copied) == len(before) + 1
    assert copied[1] == msgspec.structs.replace(before[0], x=before[0].x + 5)
    editor.press("delete:2")
    assert draft(session, design.id).items == before


def test_paper_border_and_guides_are_set(
    session: Session, client_as: ClientAs, base: str, design: Design
) -> None:
    editor = Editor(client_as("organiser"), f"{base}/{design.id}")
    editor.press(
        "save",
        background__colour="#fffdf5",
        border__style="double",
        border__inset="12.5",
        guides__across="148,5; 20",
        guides__down="",
    )
    found = draft(session, design.id)
    assert (found.background.colour, found.border.style, found.border.inset) == ("#fffdf5", "double", 12.5)
    assert found.guides.across == (5, 20, 148)


@pytest.mark.parametrize(
    ("typed", "name", "words"),
    [
        ({"x": "abc"}, "x", "This is not a number."),
        ({"x": "-3"}, "x", "0 at least"),
        ({"size": "900"}, "size", "200 at most"),
        ({"size": "nan"}, "size", "This is not a number."),
        ({"tracking": "nan"}, "tracking", "This is not a number."),
        ({"tracking": "1e999"}, "tracking", "This is not a number."),
        ({"x": "９" * 5000}, "x", "This is not a number."),
        ({"guides__across": "nan"}, "guides-across", "not a number"),
        ({"colour": "red"}, "colour", "not a colour"),
        ({"face": "comic"}, "face", "not one of the choices"),
        ({"label": "长" * 81}, "label", "80 characters at most"),
        ({"paragraphs__0__indent": "99"}, "paragraphs-0-indent", "8 at most"),
        ({"paper__width": "9999"}, "paper-width", "600"),
        ({"guides__down": "10, x"}, "guides-down", "not a number"),
    ],
)
def test_what_is_typed_wrong_is_told_beside_its_field_and_the_rest_is_not_lost(
    session: Session,
    client_as: ClientAs,
    base: str,
    design: Design,
    typed: dict[str, str],
    name: str,
    words: str,
) -> None:
    editor = Editor(client_as("organiser"), f"{base}/{design.id}")
    editor.press("open:5")
    editor.press("save", 422, smallest="11", **typed)
    slot = editor.page.split(f'id="f-{name}-error" data-error>')[1].split("</p>")[0]
    assert words in slot
    assert DesignForm(editor.page).fields["smallest"] == "11"
    assert draft(session, design.id) == built_in()


def test_what_makes_no_sense_is_told_beside_its_item(client_as: ClientAs, base: str, design: Design) -> None:
    editor = Editor(client_as("organiser"), f"{base}/{design.id}")
    editor.press("open:7")
    editor.press("save", x="250", paragraphs__0__runs__0__text="{nobody}")
    item = editor.page.split('data-number="7"')[1].split("</li>")[0]
    assert "reaches over the edge" in item
    assert "asks for {nobody}" in item
    editor.press("publish", 422)
    assert "reaches over the edge" in editor.page


def test_a_second_editor_loses_nothing(
    session: Session, client_as: ClientAs, base: str, design: Design
) -> None:
    mine = Editor(client_as("organiser"), f"{base}/{design.id}")
    theirs = Editor(client_as("owner"), f"{base}/{design.id}")
    theirs.press("save", border__inset="20")
    mine.press("save", 409, border__inset="30")
    assert "Somebody else has saved this design" in mine.page
    assert draft(session, design.id).border.inset == 20
    again = mine.page
    mine.press("apart")
    look_again(session)
    other = session.scalars(sa.select(Design).where(Design.id != design.id)).one()
    assert (other.name_zh, queries.draft_of(other).border.inset) == ("红金（2）", 30)
    mine.page = again
    mine.press("overwrite")
    assert draft(session, design.id).border.inset == 30


def test_the_live_view_shows_and_judges_without_saving(
    session: Session, client_as: ClientAs, base: str, design: Design
) -> None:
    client = client_as("organiser")
    fields = DesignForm(client.get(f"{base}/{design.id}?open=5").text).fields
    fields["x"] = "0"
    fields["do"] = "add:shape"
    answer = client.post(f"{base}/{design.id}/live", data=fields)
    assert answer.status_code == 200
    assert "<svg" in answer.text
    assert "<html" not in answer.text
    assert draft(session, design.id) == built_in()
    fields["design"] = "{}x"
    assert client.post(f"{base}/{design.id}/live", data=fields).status_code == 422


@pytest.mark.parametrize(
    "changed",
    [
        {"open": "9" * 5000},
        {"open": "-1"},
        {"do": "delete:" + "9" * 5000},
        {"do": "delete:0"},
        {"do": "up:1"},
        {"do": "run:delete:x"},
        {"do": "run:add:" + "9" * 5000},
        {"do": "paragraph:delete:7"},
        {"do": "add:../x"},
        {"do": "\0"},
        {"version": "x"},
        {"kind": "x", "language": "x", "holder": "x"},
    ],
)
def test_no_request_by_hand_breaks_the_designer(
    session: Session, client_as: ClientAs, base: str, design: Design, changed: dict[str, str]
) -> None:
    client = client_as("organiser")
    fields = DesignForm(client.get(f"{base}/{design.id}?open=5").text).fields
    for name, value in ({"do": ""} | changed).items():
        fields.setlist(name, [value])
    assert client.post(f"{base}/{design.id}/live", data=fields).status_code < 500
    assert client.post(f"{base}/{design.id}", data=fields).status_code < 500
    assert draft(session, design.id) == built_in()


def test_words_of_others_are_never_markup(client_as: ClientAs, base: str, cast: Cast) -> None:
    data = built_in()
    items = list(data.items)
    first = items[0]
    assert isinstance(first, TextItem)
    run = first.paragraphs[0].runs[0]
    words = msgspec.structs.replace(
        first.paragraphs[0], runs=(run, msgspec.structs.replace(run, text=MARKUP))
    )
    items[0] = msgspec.structs.replace(first, label=MARKUP, paragraphs=(words,))
    data = msgspec.structs.replace(data, items=tuple(items))
    row = services.create(cast.actor(), cast.organisation.id, MARKUP, MARKUP, data)
    client = client_as("organiser")
    for page in (base, f"{base}/{row.id}?open=1", f"{base}/{row.id}/miniature.svg?language=zh"):
        answer = client.get(page)
        assert answer.status_code == 200
        assert MARKUP not in answer.text
