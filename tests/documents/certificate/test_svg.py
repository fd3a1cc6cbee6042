"""What the designer shows, held against the page that the printed file is made of."""

from hashlib import sha256
from xml.etree import ElementTree as ET

import msgspec
import pytest

from trainingmgr.documents.certificate.facts import Facts
from trainingmgr.documents.certificate.layout import Composer
from trainingmgr.documents.certificate.outlines import outline
from trainingmgr.documents.certificate.page import Text
from trainingmgr.documents.certificate.preview import Preview, preview
from trainingmgr.documents.certificate.specimen import Holder, specimen
from trainingmgr.documents.certificate.svg import Shown, draw_svg
from trainingmgr.documents.designs import built_in, keys
from trainingmgr.documents.fonts import font_chain
from trainingmgr.domain.certificate import CertificateKind, CertificateLanguage
from trainingmgr.domain.design import (
    Background,
    Border,
    BorderStyle,
    Design,
    Paragraph,
    PhotoItem,
    PictureItem,
    QrItem,
    Run,
    SealItem,
    Shape,
    ShapeItem,
    TextItem,
)

SVG = "{http://www.w3.org/2000/svg}"
FACTS = specimen(CertificateKind.COMPLETION, CertificateLanguage.BOTH)
DIGEST = sha256(b"x").hexdigest()


def text(words: str, **values: object) -> TextItem:
    place: dict[str, object] = {"x": 20, "y": 20, "width": 200, "height": 20}
    return TextItem(**(place | values), paragraphs=(Paragraph(runs=(Run(words),)),))  # type: ignore[arg-type]


WHOLE = Design(
    background=Background(colour="#fffdf5", asset=DIGEST),
    items=(
        text("{holder_name} {serial}", label="姓名"),
        QrItem(x=20, y=150, width=30, height=30),
        SealItem(x=200, y=120, width=40, height=40),
        PhotoItem(x=240, y=20, width=25, height=35, required=True),
        PictureItem(x=60, y=150, width=30, height=30, asset=DIGEST),
        ShapeItem(x=20, y=100, width=100, height=1, shape=Shape.LINE),
        ShapeItem(x=20, y=105, width=30, height=10, shape=Shape.RECTANGLE, fill="#ff0000", stroke=None),
        ShapeItem(x=60, y=105, width=30, height=10, shape=Shape.ELLIPSE),
    ),
)


def show(design: Design, shown: Shown | None = None) -> Preview:
    return preview(design, FACTS, lambda _digest: shown, label="<&>")


def root(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def test_every_glyph_stands_where_the_page_has_it() -> None:
    page = Composer(built_in(), font_chain()).compose(Facts(FACTS))
    marks = [
        mark
        for layer in page.layers
        for element in layer.elements
        if isinstance(element, Text)
        for mark in element.marks
        if outline(mark.glyph)
    ]
    svg = root(draw_svg(page, lambda _digest: None, label="x"))
    uses = [use for use in svg.iter(f"{SVG}use") if (use.get("href") or "").startswith("#g")]
    assert len(uses) == len(marks) > 100
    places = [use.get("transform", "").removeprefix("matrix(").removesuffix(")").split() for use in uses]
    assert [float(place[5]) for place in places] == pytest.approx([mark.y for mark in marks], abs=0.001)
    plain = [
        (float(place[4]), mark.x) for place, mark in zip(places, marks, strict=True) if not mark.glyph.narrow
    ]
    assert [shown for shown, _ in plain] == pytest.approx([x for _, x in plain], abs=0.001)


def test_everything_that_is_used_is_there_and_under_one_name() -> None:
    for key in keys():
        svg = root(show(built_in(key)).svg)
        names = [one.get("id") for one in svg.iter() if one.get("id")]
        assert len(names) == len(set(names))
        used = {(use.get("href") or "")[1:] for use in svg.iter(f"{SVG}use")}
        assert used <= set(names)


@pytest.mark.parametrize("style", BorderStyle)
def test_each_border_is_drawn(style: BorderStyle) -> None:
    plain = Design(items=WHOLE.items)
    bordered = msgspec.structs.replace(plain, border=Border(style=style, colour="#a01020"))
    more = len(show(bordered).svg) - len(show(plain).svg)
    assert (more > 100) == (style is not BorderStyle.NONE)
    assert ('stroke="#a01020"' in show(bordered).svg) == (style is not BorderStyle.NONE)
    root(show(bordered).svg)


def test_each_kind_of_item_is_shown() -> None:
    seen = show(WHOLE, Shown("/a.png?x=1&y=2", 400, 200))
    assert seen.faults == ()
    svg = root(seen.svg)
    assert svg.get("aria-label") == "<&>"
    assert [image.get("href") for image in svg.iter(f"{SVG}image")] == ["/a.png?x=1&y=2"] * 2
    drawn = {one.tag.removeprefix(SVG) for one in svg.iter()}
    assert {"line", "ellipse", "rect", "path", "use"} <= drawn
    # What cannot be shown has a box for it.
    assert show(WHOLE).svg.count("#f2f2f2") == 2


def test_a_picture_keeps_its_shape_in_its_box() -> None:
    image = next(root(show(Design(items=WHOLE.items), Shown("/a", 400, 200)).svg).iter(f"{SVG}image"))
    width, height = float(image.get("width", 0)), float(image.get("height", 0))
    assert width / height == pytest.approx(2, abs=0.001)
    assert width == pytest.approx(30 * 72 / 25.4, abs=0.01)


def test_an_item_that_cannot_be_set_is_left_out_and_named() -> None:
    items = (
        text("{holder_name}{serial}", label="小", width=5, wrap=False),
        text("{nonsense}", label="错"),
        text("\U0003fffd 缺字", label="缺"),
        *WHOLE.items[:2],
    )
    seen = show(Design(items=items))
    assert {(fault.code, fault.values["item"], fault.values["label"]) for fault in seen.faults} == {
        ("certificate.does_not_fit", 1, "小"),
        ("design.unknown_field", 2, "错"),
        ("certificate.character_missing", 3, "缺"),
    }
    assert show(Design(items=WHOLE.items[:2])).svg == seen.svg


def test_a_blank_page_is_shown_with_what_it_lacks() -> None:
    seen = show(Design())
    assert [fault.code for fault in seen.faults] == [
        "design.qr_missing",
        "design.serial_missing",
        "design.holder_missing",
    ]
    assert list(root(seen.svg).iter(f"{SVG}use")) == []


def test_what_a_text_says_is_no_markup() -> None:
    svg = show(Design(items=(text("<script>alert(1)</script>"), *WHOLE.items[:2]))).svg
    assert "script" not in svg


@pytest.mark.parametrize("kind", CertificateKind)
@pytest.mark.parametrize("language", CertificateLanguage)
@pytest.mark.parametrize("holder", Holder)
@pytest.mark.parametrize("key", keys())
def test_every_built_in_design_takes_every_paper(
    key: str, kind: CertificateKind, language: CertificateLanguage, holder: Holder
) -> None:
    seen = preview(built_in(key), specimen(kind, language, holder), lambda _digest: None, label="x")
    assert seen.faults == ()
