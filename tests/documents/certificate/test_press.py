"""What the fast way writes, beside what ReportLab draws of the same certificate."""

import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from tests.documents.fonts import RARE, tiny_font
from tests.documents.reading import check, difference, joined, scanned
from trainingmgr.documents.certificate import Press
from trainingmgr.documents.designs import built_in, keys
from trainingmgr.documents.fonts import FontChain, load_chain
from trainingmgr.documents.pictures import prepare_asset, prepare_photo
from trainingmgr.domain.certificate import (
    CertificateKind,
    CertificateLanguage,
    CertificateSnapshot,
    verify_url,
)
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
    SignatureItem,
    TextItem,
)
from trainingmgr.domain.refusal import Refusal


def _same(press: Press, snapshot: CertificateSnapshot, **options: Any) -> bytes:
    """The fast way's file, having looked like the plain way's everywhere but for the edges of QR modules."""
    fast = press.draw(snapshot, **options)
    plain = press.bind_plain(snapshot, **options).data
    (qr,) = (item for item in press.design.items if isinstance(item, QrItem))
    inch = 25.4
    box = (qr.x / inch, qr.y / inch, (qr.x + qr.width) / inch, (qr.y + qr.height) / inch)
    different = difference(fast, plain, dpi=79, without=box)
    # A renderer sets glyphs in quarters of a pixel. Quotation marks of English text, which one way moves inside
    # their squares and the other with them, may come out a quarter apart.
    narrowed = 0 if snapshot.language is CertificateLanguage.ZH else len(re.findall("[“”‘’…]", joined(fast)))
    assert different.pixels <= 12 + 40 * narrowed, different
    return fast


@pytest.mark.parametrize("turn", range(len(CertificateKind)))
def test_the_fast_way_looks_like_the_plain_one_in_every_kind_and_language(
    press: Press, taught: CertificateSnapshot, turn: int
) -> None:
    """Each design meets each kind and each language, and each kind each language, without all three at a time."""
    kind, languages = list(CertificateKind)[turn], list(CertificateLanguage)
    place = [built_in(key) for key in keys()].index(press.design)
    _same(press, replace(taught, kind=kind, language=languages[(turn + place) % len(languages)]))


@pytest.mark.parametrize("language", list(CertificateLanguage))
def test_every_design_is_sound_and_can_be_read_and_scanned(
    press: Press, taught: CertificateSnapshot, language: CertificateLanguage
) -> None:
    facts = replace(taught, language=language)
    pdf = press.draw(facts)
    check(pdf)
    check(press.bind_plain(facts).data)
    text = joined(pdf)
    assert any(str(name).replace(" ", "") in text for name in (facts.holder_name, facts.holder_latin_name))
    assert facts.serial in text
    assert scanned(pdf, dpi=200) == facts.verify_url


@pytest.mark.parametrize("language", list(CertificateLanguage))
def test_long_names_samples_and_previews_look_the_same_too(
    press: Press, longest: CertificateSnapshot, language: CertificateLanguage
) -> None:
    facts = replace(longest, language=language, is_sample=True)
    assert facts.holder_name in joined(_same(press, facts)) or language is CertificateLanguage.EN
    _same(press, facts, preview=True)


def test_characters_of_other_fonts_and_latin_names_look_the_same(
    press: Press, taught: CertificateSnapshot
) -> None:
    for name in ("李㛃", "𠅤𬭎龘", "阿卜杜·买买提", "Zoë Müller-Łęcki"):
        assert name.replace(" ", "") in joined(_same(press, replace(taught, holder_name=name)))


def test_hours_details_and_posts_of_their_own_look_the_same(
    press: Press, taught: CertificateSnapshot
) -> None:
    for hours, detail in ((Decimal("1.5"), "成都市民政局"), (Decimal(0), None), (Decimal(120), "*4321")):
        _same(press, replace(taught, class_hours=hours, holder_detail=detail))


def _design(*items: Any, **changes: Any) -> Design:
    def text(words: str, y: float, **more: Any) -> TextItem:
        return TextItem(x=20, y=y, width=180, height=20, paragraphs=(Paragraph((Run(words),)),), **more)

    fixed = (
        text("{serial}", 150, size=9),
        text("{holder_name}", 40, colour="#aa2200"),
        QrItem(x=240, y=150, width=30, height=30, colour="#203040"),
    )
    return Design(items=(*fixed, *items), **changes)


@pytest.mark.parametrize("style", list(BorderStyle))
def test_borders_shapes_and_the_sample_seal_look_the_same(
    snapshot: CertificateSnapshot, chain: FontChain, style: BorderStyle
) -> None:
    design = _design(
        ShapeItem(x=30, y=20, width=60, height=4, stroke="#0055aa", thickness=2),
        # Over the holder's name, so it must be drawn after it.
        ShapeItem(x=18, y=38, width=40, height=16, shape=Shape.ELLIPSE, fill="#f0e0c0", stroke=None),
        ShapeItem(x=100, y=60, width=40, height=30, shape=Shape.RECTANGLE),
        SealItem(x=200, y=90, width=40, height=40),
        border=Border(style=style, inset=6),
    )
    press = Press(design, fonts=chain)
    pdf = _same(press, snapshot)
    assert "样章SAMPLE" in joined(pdf)


def test_a_design_s_order_is_kept_where_items_overlap(
    snapshot: CertificateSnapshot, chain: FontChain
) -> None:
    over = ShapeItem(x=10, y=30, width=200, height=40, shape=Shape.RECTANGLE, fill="#ffffff", stroke=None)
    hidden, shown = Press(_design(over), fonts=chain), Press(_design(), fonts=chain)
    _same(hidden, snapshot)
    covered = (10 / 25.4, 30 / 25.4, 210 / 25.4, 70 / 25.4)
    assert difference(hidden.draw(snapshot), shown.draw(snapshot), dpi=79).pixels > 50
    assert difference(hidden.draw(snapshot), shown.draw(snapshot), dpi=79, without=covered).pixels == 0


def test_a_glyph_that_no_code_point_leads_to_is_written_and_drawn_alike(
    snapshot: CertificateSnapshot, chain: FontChain
) -> None:
    name = "葛\U000e0100明"
    press = Press(fonts=chain)
    facts = replace(snapshot, holder_name=name)
    assert name in joined(press.draw(facts))
    plain = press.bind_plain(facts).data
    # ReportLab cannot write it, so it is drawn there as an outline, whose edges are smoothed a little differently.
    assert difference(press.draw(facts), plain, dpi=79, without=_QR_OF_CLASSIC).pixels < 200


_QR_OF_CLASSIC = (53.2 / 25.4, 154.1 / 25.4, 83.3 / 25.4, 184.2 / 25.4)


def test_the_plain_way_takes_a_character_of_an_added_font(
    snapshot: CertificateSnapshot, tmp_path: Any
) -> None:
    tiny_font(tmp_path / "rare.ttf", {"rare": ord(RARE)})
    press = Press(fonts=load_chain(tmp_path, system=False))
    _same(press, replace(snapshot, holder_name=f"王{RARE}"))


def test_certificates_of_several_batches_may_alternate(
    press: Press, snapshot: CertificateSnapshot, longest: CertificateSnapshot
) -> None:
    first = [
        press.draw(replace(one, language=language))
        for one in (snapshot, longest)
        for language in CertificateLanguage
    ]
    again = [
        press.draw(replace(one, language=language))
        for one in (snapshot, longest)
        for language in CertificateLanguage
    ]
    assert first == again
    fresh = Press(press.design, fonts=load_chain(system=False))
    assert fresh.draw(longest) == press.draw(longest)


@pytest.mark.parametrize("language", list(CertificateLanguage))
def test_words_filled_into_a_known_text_give_the_file_of_a_first_one(
    snapshot: CertificateSnapshot, chain: FontChain, language: CertificateLanguage
) -> None:
    """Whoever came before, a certificate is what it would be alone."""
    used = Press(fonts=chain)
    facts = replace(snapshot, language=language, holder_latin_name=None)
    variants: list[dict[str, Any]] = [
        {"holder_name": "王小明"},
        {"holder_name": "李四"},
        {"holder_name": "张“三”"},
        {"holder_name": "月11明", "holder_detail": "11月"},
        {"holder_name": "一11明", "holder_detail": "一1月"},
        {"holder_name": "欧阳小明", "class_hours": Decimal("1.5")},
        {"holder_name": "欧阳小明", "class_hours": Decimal(0), "holder_detail": "成都市民政局"},
        {"holder_name": "阿卜杜热合曼江·阿卜杜力提甫江"},
        {"holder_name": "John Smith", "holder_latin_name": "John Smith"},
        {"holder_name": "李四", "serial": "W-1"},
        {"holder_name": "李四", "serial": "CD2019-ABCDEFGHJKLMNPQR-WWWWWWWW-2019-00000001"},
        {"holder_name": "李四", "code": "W" * 26},
        {"holder_name": "李四", "code": "2" * 26},
        {"holder_name": "李四"},
    ]
    for changes in variants:
        one = replace(facts, **changes)
        one = replace(one, verify_url=verify_url("https://train.example.org", one.serial, one.code))
        assert used.draw(one) == Press(fonts=chain).draw(one), changes


@pytest.mark.parametrize("broken", ["Edition", "Edition.bind"])
def test_what_the_fast_way_cannot_take_is_drawn_the_plain_way_and_logged(
    snapshot: CertificateSnapshot,
    chain: FontChain,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    broken: str,
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(f"trainingmgr.documents.certificate.press.{broken}", fail)
    press = Press(fonts=chain)
    press.check(snapshot)
    assert press.draw(snapshot) == press.bind_plain(snapshot).data
    assert any("plain way" in record.message for record in caplog.records)
    with pytest.raises(Refusal):
        press.check(replace(snapshot, holder_name="买" * 80))


# -- pictures and pages


def _asset(picture: Image.Image, kind: str = "PNG") -> bytes:
    buffer = BytesIO()
    picture.save(buffer, kind)
    return prepare_asset(buffer.getvalue()).data


def _noise(width: int, height: int) -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise((width, height), 60) for _ in range(3)])


@pytest.fixture(scope="module")
def shelf() -> dict[str, bytes]:
    """Assets by a letter that stands for their hash."""
    seal = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    ImageDraw.Draw(seal).ellipse((5, 5, 195, 195), outline=(200, 30, 30, 200), width=12)
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(400, 420))
    canvas.setFillColorRGB(0.8, 0.9, 1)
    canvas.circle(200, 200, 150, fill=1)
    canvas.showPage()
    canvas.save()
    with pikepdf.open(BytesIO(buffer.getvalue())) as drawn:
        del drawn.pages[0].Resources["/Font"]
        drawn.pages[0].obj.Rotate = 90
        plain = BytesIO()
        drawn.save(plain)
    return {
        "a" * 64: _asset(seal),
        "b" * 64: _asset(_noise(90, 60)),
        "c" * 64: _asset(Image.new("L", (50, 80), 120)),
        "d" * 64: prepare_asset(plain.getvalue()).data,
        "e" * 64: prepare_photo(_asset(_noise(120, 160), "JPEG")).data,
    }


@pytest.mark.parametrize("ground", ["b", "c", "d"])
def test_pictures_pages_and_photographs_look_the_same(
    snapshot: CertificateSnapshot, chain: FontChain, shelf: dict[str, bytes], ground: str
) -> None:
    design = _design(
        PictureItem(x=20, y=70, width=60, height=30, asset="b" * 64),
        SignatureItem(x=100, y=70, width=30, height=30, asset="c" * 64, signer="王"),
        SealItem(x=18, y=36, width=30, height=30, asset="a" * 64),
        PhotoItem(x=200, y=60, width=25, height=35),
        background=Background(colour="#fffbe8", asset=ground * 64),
    )
    press = Press(design, shelf.__getitem__, chain)
    pdf = _same(press, replace(snapshot, photo="e" * 64))
    _same(press, snapshot)
    with pikepdf.open(BytesIO(pdf)) as read:
        # A page of somebody else's may break the archive's rules, so then the file does not claim to keep them.
        assert read.open_metadata().pdfa_status == ("" if ground == "d" else "2B")


def test_a_needed_photograph_that_is_missing_is_refused(
    snapshot: CertificateSnapshot, chain: FontChain
) -> None:
    press = Press(_design(PhotoItem(x=200, y=60, width=25, height=35, required=True)), fonts=chain)
    with pytest.raises(Refusal) as refused:
        press.check(snapshot)
    assert refused.value.code == "certificate.photo_missing"
    check(press.draw(snapshot, preview=True))
