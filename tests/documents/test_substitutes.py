import random
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from tests.documents.fonts import RARE, tiny_font
from tests.documents.glyphs import glyph_picture
from tests.documents.reading import check, difference, joined, picture_of, words_of
from trainingmgr.documents.certificate import Press, check_drawable
from trainingmgr.documents.fonts import Face, FontChain, SubstitutedChain, load_chain
from trainingmgr.documents.fonts.subset import make_subset
from trainingmgr.documents.fonts.traced import font_of_picture, prepare_glyph
from trainingmgr.domain.certificate import CertificateSnapshot
from trainingmgr.domain.glyph import Substitute, SubstituteKind
from trainingmgr.domain.refusal import Refusal

OTHER = "\U000323af"
DIGEST = "ab" * 32
PICTURE = Substitute(RARE, SubstituteKind.PICTURE, DIGEST)
TEXT = Substitute(OTHER, SubstituteKind.TEXT, "龙天")
# The QR of the first layout, in inches: one way writes it as a picture, the other as squares.
QR = (1.9, 5.9, 3.4, 7.4)


def no_picture(digest: str) -> bytes:
    raise AssertionError(digest)


@pytest.fixture(scope="module")
def picture() -> bytes:
    return prepare_glyph(glyph_picture()).data


@pytest.fixture
def chain_of(chain: FontChain, picture: bytes) -> FontChain:
    return SubstitutedChain(chain, [PICTURE, TEXT], {DIGEST: picture}.__getitem__)


def test_what_has_a_substitute_is_not_missing_any_more(chain: FontChain) -> None:
    # To know that takes no picture.
    fonts = SubstitutedChain(chain, [PICTURE, TEXT], no_picture)
    assert fonts.missing_characters(f"王{RARE}{OTHER}\U000323aa") == ("\U000323aa",)
    assert fonts.missing_characters("Wang") == ()
    assert not fonts.has(RARE)


def test_a_text_whose_own_font_was_taken_away_is_missing_again(chain: FontChain) -> None:
    fonts = SubstitutedChain(chain, [Substitute(OTHER, SubstituteKind.TEXT, f"龙{RARE}")], no_picture)
    assert fonts.missing_characters(f"王{OTHER}") == (RARE,)


def test_a_certificate_is_printed_with_substitutes(
    snapshot: CertificateSnapshot, chain_of: FontChain
) -> None:
    facts = replace(snapshot, holder_name=f"王{RARE}{OTHER}")
    pdf = Press(fonts=chain_of).draw(facts)
    check(pdf)
    # The picture is copied as the character that it stands for, the text as what can be read.
    assert f"学员王{RARE}龙天于2019年" in joined(pdf)


def test_the_snapshot_says_what_was_printed_in_whose_place(
    snapshot: CertificateSnapshot, chain_of: FontChain
) -> None:
    press = Press(fonts=chain_of)
    assert press.explained(snapshot) is snapshot
    explained = press.explained(
        replace(snapshot, holder_name=f"王{RARE}{OTHER}{RARE}", signature_zh=(f"{OTHER}局",))
    )
    assert explained.substitutes == (PICTURE, TEXT)
    assert explained.printed_name == f"王{RARE}龙天{RARE}"
    # What no design prints needs no explanation.
    assert press.explained(replace(snapshot, holder_unit_en=OTHER)).substitutes == ()


def test_as_soon_as_a_font_has_the_character_it_is_printed_as_itself(
    tmp_path: Path, snapshot: CertificateSnapshot
) -> None:
    tiny_font(tmp_path / "rare.ttf", {"rare": ord(RARE), "other": ord(OTHER)})
    fonts = SubstitutedChain(load_chain(tmp_path, system=False), [PICTURE, TEXT], no_picture)
    press = Press(fonts=fonts)
    facts = press.explained(replace(snapshot, holder_name=f"王{RARE}{OTHER}"))
    assert facts.substitutes == ()
    assert f"王{RARE}{OTHER}" in joined(press.draw(facts))


def test_the_picture_has_the_size_and_place_of_the_character_beside_it(
    snapshot: CertificateSnapshot, chain: FontChain, picture: bytes
) -> None:
    """A picture of 龘 printed for another character, beside the font's own 龘."""
    stand_in = Substitute("\ue000", SubstituteKind.PICTURE, DIGEST)
    fonts = SubstitutedChain(chain, [stand_in], {DIGEST: picture}.__getitem__)
    boxes, pictures = [], []
    for name in ("龘\ue000龘", "龘龘龘"):
        pdf = Press(fonts=fonts).draw(replace(snapshot, holder_name=name))
        (word,) = [one for one in words_of(pdf) if name in one.text]
        boxes.append(word)
        pictures.append(picture_of(pdf, dpi=300))
    assert (boxes[0].left, boxes[0].top, boxes[0].right) == (boxes[1].left, boxes[1].top, boxes[1].right)
    word, middle = boxes[0], (boxes[0].left + boxes[0].right) / 2
    half = (word.right - word.left) / 12
    inks = []
    for one in pictures:
        page = Image.frombytes("L", (one.width, one.height), one.pixels)
        box = [round(side * one.scale) for side in (middle - half, word.top, middle + half, word.bottom)]
        inks.append(page.crop((box[0], box[1], box[2], box[3])))
    dark = [sum(255 - value for value in ink.tobytes()) for ink in inks]
    assert 0.7 < dark[0] / dark[1] < 1.4
    apart = sum(ImageChops.difference(*inks).tobytes())
    assert apart < 0.6 * dark[1]


def test_both_ways_of_drawing_draw_the_picture_alike(
    snapshot: CertificateSnapshot, chain_of: FontChain
) -> None:
    press = Press(fonts=chain_of)
    # The second name is filled in where the first one stood, the third takes more room.
    for name in (f"王{RARE}{OTHER}明", f"李{RARE}{OTHER}华", f"{OTHER}{RARE}{OTHER}"):
        facts = replace(snapshot, holder_name=name, host_zh=f"{OTHER}局")
        assert difference(press.draw(facts), press.bind_plain(facts).data, dpi=79, without=QR).pixels < 200


def test_the_same_picture_gives_the_same_bytes(picture: bytes) -> None:
    again = font_of_picture.__globals__["_font"].__wrapped__(picture, ord(RARE), DIGEST)
    font = font_of_picture(picture, RARE, DIGEST)
    slot = (font.glyph(ord(RARE)), RARE, False)
    assert make_subset(font, [slot]) == make_subset(again, [slot])
    assert prepare_glyph(glyph_picture()).data == picture


@pytest.mark.parametrize(
    "data",
    [
        glyph_picture(mode="RGBA", ink=(0, 0, 0, 255), ground=(0, 0, 0, 0)),
        glyph_picture(ink=90, ground=230),
        glyph_picture(form="JPEG"),
        glyph_picture(size=1800),
    ],
    ids=["transparent", "faint", "jpeg", "large"],
)
def test_pictures_of_every_usual_kind_come_out_alike(data: bytes, picture: bytes) -> None:
    (one, other) = (Image.open(BytesIO(each)).convert("L") for each in (prepare_glyph(data).data, picture))
    apart = ImageChops.difference(one.resize(other.size), other)
    assert apart.histogram()[255] < 0.05 * other.width * other.height


def test_a_stroke_alone_is_a_character_too(chain: FontChain) -> None:
    data = prepare_glyph(glyph_picture("一")).data
    fonts = SubstitutedChain(chain, [PICTURE], {DIGEST: data}.__getitem__)
    (glyph,) = fonts.shape(RARE, Face.SONG)
    ink = glyph.font.ink(glyph.number)
    assert ink is not None
    assert 0.9 < (ink[1] - ink[0]) / glyph.font.units < 0.95


def spotted() -> bytes:
    noise = random.Random(7)
    picture = Image.new("L", (600, 600), 255)
    picture.putdata([0 if noise.random() < 0.3 else 255 for _ in range(360_000)])
    buffer = BytesIO()
    picture.resize((1800, 1800), Image.Resampling.NEAREST).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (lambda: glyph_picture(size=180), "glyph.too_small"),
        (lambda: glyph_picture(" "), "glyph.blank"),
        (lambda: glyph_picture(ink=255, ground=0), "glyph.dark"),
        (spotted, "glyph.unclean"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "asset.svg"),
        (lambda: glyph_picture()[:900], "asset.broken"),
        (lambda: b"", "asset.empty"),
    ],
    ids=["small", "blank", "negative", "spots", "svg", "cut", "empty"],
)
def test_what_is_no_picture_of_a_character_is_refused(data: Callable[[], bytes], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        prepare_glyph(data())
    assert refused.value.code == code


def test_a_small_character_on_a_large_sheet_is_too_small() -> None:
    sheet = Image.new("L", (1200, 1200), 255)
    sheet.paste(Image.open(BytesIO(glyph_picture(size=100))), (300, 300))
    buffer = BytesIO()
    sheet.save(buffer, "PNG")
    with pytest.raises(Refusal, match=r"glyph\.too_small"):
        prepare_glyph(buffer.getvalue())


def test_a_script_that_has_to_be_shaped_can_have_a_picture(
    snapshot: CertificateSnapshot, chain: FontChain, picture: bytes
) -> None:
    mark = "\u0f40"
    facts = replace(snapshot, holder_name=f"王{mark}")
    with pytest.raises(Refusal):
        check_drawable(facts, chain)
    fonts = SubstitutedChain(
        chain, [Substitute(mark, SubstituteKind.PICTURE, DIGEST)], {DIGEST: picture}.__getitem__
    )
    check_drawable(facts, fonts)
