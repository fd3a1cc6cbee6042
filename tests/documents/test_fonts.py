import shutil
import struct
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import psutil
import pytest
from fontTools.ttLib import TTFont

from tests.documents.fonts import RARE, tiny_font
from trainingmgr.documents.fonts import (
    BUNDLED,
    Face,
    FontChain,
    FontUnusable,
    Sfnt,
    characters,
    configure_fonts,
    font_chain,
    load_chain,
)
from trainingmgr.documents.fonts.subset import make_subset


def test_the_bundled_fonts_are_those_of_the_manifest() -> None:
    lines = (BUNDLED / "SHA256SUMS").read_text().splitlines()
    named = {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}
    present = {path.name for path in BUNDLED.iterdir() if path.suffix in {".ttf", ".txt"}}
    assert present == named.keys() >= {face.value for face in Face}
    for name, digest in named.items():
        assert sha256((BUNDLED / name).read_bytes()).hexdigest() == digest


@pytest.fixture(scope="module", params=list(Face))
def opened(request: pytest.FixtureRequest) -> Iterator[tuple[Sfnt, TTFont]]:
    path = BUNDLED / request.param.value
    with TTFont(path, lazy=True) as reference:
        yield Sfnt(path), reference


def test_glyphs_and_widths_are_those_that_fonttools_reads(opened: tuple[Sfnt, TTFont]) -> None:
    font, reference = opened
    best = reference.getBestCmap()
    order = {name: number for number, name in enumerate(reference.getGlyphOrder())}
    for code in [*sorted(best)[::97], *map(ord, "王Aé·，“𠅤䶮龘"), 0x10FFFF, 0]:
        name = best.get(code)
        assert font.glyph(code) == (order[name] if name else 0)
        if name:
            assert font.metric(order[name]) == reference["hmtx"][name]


def test_a_subset_draws_what_the_whole_font_draws(opened: tuple[Sfnt, TTFont]) -> None:
    font, reference = opened
    text = "王小明Aé·，〇𠅤"
    slots = [(font.glyph(ord(c)), c, False) for c in text]
    subset = make_subset(font, [*slots, (slots[0][0], "\u2ea0", False)])
    with TTFont(BytesIO(subset.program)) as small:
        small.ensureDecompiled()
        for (glyph, _, _), code in subset.codes.items():
            name = reference.getGlyphOrder()[glyph]
            ours = small["glyf"][small.getGlyphOrder()[code]].getCoordinates(small["glyf"])
            theirs = reference["glyf"][name].getCoordinates(reference["glyf"])
            assert list(ours[0]) == list(theirs[0])
            assert list(ours[1]) == list(theirs[1])
    assert len(set(subset.codes.values())) == len(text) + 1


def test_a_composite_glyph_brings_its_components(tmp_path: Path) -> None:
    path = tmp_path / "composed.ttf"
    tiny_font(path, {"A": 0x41, "Adieresis": 0xC4}, composed={"Adieresis": "A"})
    font = Sfnt(path)
    subset = make_subset(font, [(font.glyph(0xC4), "Ä", False)])
    with TTFont(BytesIO(subset.program)) as small:
        first, second = small.getGlyphOrder()[1:]
        assert small["glyf"][first].components[0].glyphName == second
        assert small["glyf"][second].numberOfContours == 1


def test_a_narrowed_quotation_mark_keeps_its_shape_at_the_left_edge(chain: FontChain) -> None:
    (full,) = chain.shape("“", Face.SONG)
    narrow = full.narrowed()
    assert narrow.advance < 0.5 < full.advance
    subset = make_subset(full.font, [narrow.slot, full.slot])
    with TTFont(BytesIO(subset.program)) as small:
        names = small.getGlyphOrder()
        glyf, hmtx = small["glyf"], small["hmtx"]
        wide_points = glyf[names[subset.codes[full.slot]]].getCoordinates(glyf)[0]
        name = names[subset.codes[narrow.slot]]
        narrow_points = glyf[name].getCoordinates(glyf)[0]
        assert len({x1 - x2 for (x1, _), (x2, _) in zip(wide_points, narrow_points, strict=True)}) == 1
        assert min(x for x, _ in narrow_points) == hmtx[name][1] == 60
        assert hmtx[name][0] == round(narrow.advance * 1000)


@pytest.mark.parametrize("name", ["王小明", "阿卜杜·买买提", "㛃𬭎𠅤䶮龘", "John Smith", "é"])
def test_names_that_offices_meet_can_be_drawn(chain: FontChain, name: str) -> None:
    assert chain.missing_characters(name) == ()


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (f"王{RARE}明{RARE}", (RARE,)),
        ("محمد", ("م", "ح", "د")),
        ("ᠮᠣ", ("ᠮ", "ᠣ")),
        ("王\u200b明\n", ("\u200b", "\n")),
        ("x\u0302", ("\u0302",)),
    ],
)
def test_what_cannot_be_drawn_right_is_named_once(
    chain: FontChain, text: str, missing: tuple[str, ...]
) -> None:
    assert chain.missing_characters(text) == missing


def test_marks_are_composed_but_compatibility_ideographs_kept() -> None:
    assert characters("e\u0301\ufa10") == ["é", "\ufa10"]


def test_a_variation_sequence_takes_the_glyph_asked_for_or_the_plain_one(chain: FontChain) -> None:
    font = Sfnt(BUNDLED / Face.SONG.value)
    (plain,) = chain.shape("葛", Face.SONG)
    (unknown,) = chain.shape("葛\U000e01ee", Face.SONG)
    assert unknown.number == plain.number
    assert unknown.text == "葛\U000e01ee"
    with TTFont(font.path, lazy=True) as reference:
        table = next(t for t in reference["cmap"].tables if t.format == 14)
        order = {name: number for number, name in enumerate(reference.getGlyphOrder())}
        pairs = [(s, code, name) for s, uvs in table.uvsDict.items() for code, name in uvs[:20]]
        default = {s: reference.getBestCmap() for s in table.uvsDict}
        assert pairs
        for selector, code, name in pairs:
            assert font.variant(code, selector) == order[name or default[selector][code]]


def test_a_rare_character_comes_from_the_installation_s_own_font(tmp_path: Path) -> None:
    tiny_font(tmp_path / "rare.ttf", {"rare": ord(RARE), "wang": ord("王")})
    chain = load_chain(tmp_path, system=False)
    assert chain.missing_characters(RARE) == ()
    assert [glyph.font.path.name for glyph in chain.shape(f"王{RARE}", Face.KAI)] == [
        Face.KAI.value,
        "rare.ttf",
    ]


def test_a_name_is_set_in_one_font_if_any_has_all_of_it(tmp_path: Path) -> None:
    tiny_font(tmp_path / "rare.ttf", {"rare": ord(RARE), "wang": ord("王")})
    chain = load_chain(tmp_path, system=False)
    assert {glyph.font.path.name for glyph in chain.shape_whole(f"王{RARE}", Face.KAI)} == {"rare.ttf"}


def test_fonts_that_cannot_be_used_are_left_out_with_a_reason(tmp_path: Path) -> None:
    whole = BUNDLED / Face.KAI.value
    (tmp_path / "broken.ttf").write_bytes(whole.read_bytes()[:5000])
    (tmp_path / "empty.ttf").write_bytes(b"")
    (tmp_path / "page.ttf").write_text("<html>")
    (tmp_path / "cff.otf").write_bytes(b"OTTO" + bytes(100))
    tiny_font(tmp_path / "locked.ttf", {"A": 0x41}, embedding=2)
    tiny_font(tmp_path / "bitmaps.ttf", {"A": 0x41}, embedding=0x200)
    tiny_font(tmp_path / "undivided.ttf", {"A": 0x41}, embedding=0x100)
    tiny_font(tmp_path / "editable.ttf", {"A": 0x41}, embedding=0x8)
    tiny_font(tmp_path / "lost.ttf", {"A": 0x41})
    with TTFont(tmp_path / "lost.ttf") as font:
        loca = font.reader.tables["loca"]
    data = bytearray((tmp_path / "lost.ttf").read_bytes())
    data[loca.offset + loca.length - 2 : loca.offset + loca.length] = b"\xff\xff"
    (tmp_path / "lost.ttf").write_bytes(data)
    shutil.copy(whole, tmp_path / "unrelated.bin")
    chain = load_chain(tmp_path, system=False)
    assert {font.path.name: font.reason for font in chain.ignored} == {
        "broken.ttf": "damaged",
        "empty.ttf": "damaged",
        "page.ttf": "not_truetype",
        "cff.otf": "cff",
        "locked.ttf": "restricted",
        "bitmaps.ttf": "restricted",
        "undivided.ttf": "no_subsets",
        "lost.ttf": "damaged",
    }


def test_a_font_of_the_older_table_format_is_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "older.ttf"
    tiny_font(path, {"A": 0x41, "B": 0x42, "wang": ord("王")}, only_format_4=True)
    font = Sfnt(path)
    assert [font.glyph(code) for code in (0x41, 0x42, ord("王"), 0x43, 0xFFFF)] == [1, 2, 3, 0, 0]


def test_the_first_font_of_a_collection_is_used(tmp_path: Path) -> None:
    single = tmp_path / "single.ttf"
    tiny_font(single, {"A": 0x41})
    data = single.read_bytes()
    moved = bytearray(data)
    for at in range(12, 12 + 16 * struct.unpack(">H", data[4:6])[0], 16):
        (offset,) = struct.unpack_from(">I", data, at + 8)
        struct.pack_into(">I", moved, at + 8, offset + 16)
    path = tmp_path / "collection.ttc"
    path.write_bytes(b"ttcf" + struct.pack(">HHII", 1, 0, 1, 16) + moved)
    assert Sfnt(path).glyph(0x41) == 1


def test_the_process_shares_one_chain_until_its_folder_changes(tmp_path: Path) -> None:
    configure_fonts(None)
    assert font_chain() is font_chain()
    before = font_chain()
    configure_fonts(tmp_path)
    try:
        assert font_chain() is not before
    finally:
        configure_fonts(None)


def test_fonts_are_mapped_and_not_read() -> None:
    process = psutil.Process()
    before = process.memory_full_info().uss
    chain = load_chain(system=False)
    chain.shape("王小明", Face.KAI)
    assert process.memory_full_info().uss - before < 8_000_000


def test_a_file_that_is_no_font_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.ttf"
    path.write_bytes(b"wOFF" + bytes(40))
    with pytest.raises(FontUnusable) as unusable:
        Sfnt(path)
    assert unusable.value.reason == "not_truetype"
