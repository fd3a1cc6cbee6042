"""The designer without scripts: everything by forms, as a browser would send them."""

import io
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import msgspec
import pikepdf
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tests.factories import Cast, look_again
from tests.queries.counting import statements
from tests.services.test_design import picture
from trainingmgr.documents.designs import built_in, keys
from trainingmgr.domain.design import Design as Data
from trainingmgr.domain.design import QrItem, TextItem
from trainingmgr.models import Design, DesignVersion
from trainingmgr.queries import design as queries
from trainingmgr.services import design as services

ClientAs = Callable[[str], FlaskClient]
MARKUP = "<script>alert('x')</script>"


class _Form(HTMLParser):
    """The fields of the designer's form, as a browser without scripts sends them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: MultiDict[str, str] = MultiDict()
        self.buttons: list[str] = []
        self._within = False
        self._select = self._area = ""
        self._first: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._within = at.get("id") == "designer"
        if tag == "button" and at.get("form") == "designer":
            self.buttons.append(at["value"])
        if not self._within or (not (name := at.get("name", "")) and tag != "option"):
            return
        if tag == "button":
            self.buttons.append(at["value"])
        elif tag == "input" and (at.get("type") != "checkbox" or "checked" in at):
            self.fields.add(name, at.get("value", ""))
        elif tag == "select":
            self._select, self._first = name, None
        elif tag == "option" and self._select and ("selected" in at or self._first is None):
            self._first = at.get("value", "")
            self.fields.setlist(self._select, [self._first])
        elif tag == "textarea":
            self._area = name
            self.fields.setdefault(name, "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._within = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data


@pytest.fixture
def base(cast: Cast) -> str:
    return f"/o/{cast.organisation.id}/designs"


@pytest.fixture
def design(cast: Cast) -> Design:
    return services.create(cast.actor(), cast.organisation.id, "红金", "", "classic")


class Editor:
    """Somebody in front of the designer who presses its buttons."""

    def __init__(self, client: FlaskClient, address: str) -> None:
        self.client, self.address = client, address
        self.page = client.get(address).text

    def press(self, do: str, status: int = 303, **typed: Any) -> None:
        form = _Form(self.page)
        assert do in form.buttons, f"no button {do}"
        fields = form.fields
        for name, value in typed.items():
            name = name.replace("__", ".")
            if value is None:
                fields.poplist(name)
            else:
                fields.setlist(name, [str(value)])
        fields["do"] = do
        answer = self.client.post(self.address, data=fields)
        assert answer.status_code == status, answer.text[:3000]
        self.page = self.client.get(answer.location).text if status == 303 else answer.text


def draft(session: Session, number: int) -> Data:
    look_again(session)
    return queries.draft_of(session.get_one(Design, number))


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
    assert _Form(editor.page).fields["smallest"] == "11"
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
    fields = _Form(client.get(f"{base}/{design.id}?open=5").text).fields
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
    fields = _Form(client.get(f"{base}/{design.id}?open=5").text).fields
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
