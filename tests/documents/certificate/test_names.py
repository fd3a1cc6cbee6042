"""Names that offices meet, read back from the finished paper."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.documents.fonts import RARE, tiny_font
from tests.documents.reading import check, difference, joined, text_of, words_of
from trainingmgr.documents.certificate import Press, check_drawable, draw_certificate
from trainingmgr.documents.fonts import BUNDLED, Face, FontChain, Sfnt, load_chain
from trainingmgr.domain.certificate import CertificateLanguage, CertificateSnapshot
from trainingmgr.domain.refusal import Refusal

DOTS = "·•‧∙⋅・．."


def drawn(snapshot: CertificateSnapshot, chain: FontChain, name: str) -> bytes:
    pdf = draw_certificate(replace(snapshot, holder_name=name), chain)
    check(pdf)
    return pdf


def a_variant() -> str:
    """A sequence for which the bundled font has another glyph than for the character alone."""
    font = Sfnt(BUNDLED / Face.SONG.value)
    for selector in (*range(0xE0100, 0xE0110), *range(0xFE00, 0xFE10)):
        for code in range(0x4E00, 0x9FFF):
            number = font.variant(code, selector)
            if number and number != font.glyph(code):
                return chr(code) + chr(selector)
    raise AssertionError("no variant")


def test_a_variation_sequence_is_printed_as_its_variant_and_read_back_whole(
    snapshot: CertificateSnapshot, chain: FontChain
) -> None:
    variant = a_variant()
    titled = replace(snapshot, training_title_zh=f"{variant}县培训班")
    pdf = draw_certificate(titled, chain)
    check(pdf)
    assert f"{variant}县培训班" in joined(pdf)
    plain = draw_certificate(replace(titled, training_title_zh=f"{variant[0]}县培训班"), chain)
    assert difference(pdf, plain, dpi=100).pixels > 0


def test_a_variant_that_no_font_has_is_printed_as_the_character_and_kept_in_the_text(
    snapshot: CertificateSnapshot, chain: FontChain
) -> None:
    pdf = drawn(snapshot, chain, "葛\U000e01ee明")
    assert "学员葛\U000e01ee明于" in joined(pdf)
    assert difference(pdf, drawn(snapshot, chain, "葛明"), dpi=79).pixels == 0


@pytest.mark.parametrize("dot", DOTS)
def test_the_middle_dot_of_a_name_is_printed_as_it_was_typed(
    snapshot: CertificateSnapshot, chain: FontChain, dot: str
) -> None:
    name = f"迪丽热巴{dot}迪力木拉提"
    pdf = drawn(snapshot, chain, name)
    assert f"学员{name}于" in joined(pdf)
    # In one line, dot and all.
    assert any(name in word.text for word in words_of(pdf))


@pytest.mark.parametrize(
    "name",
    [
        "阿卜杜热合曼江·阿卜杜力提甫江·买买提艾力·图尔荪",
        "买买提吐尔逊·阿卜杜克热木·玉素甫艾力·麦合木提江",
        "才仁多杰扎西旺久索南次仁卓玛拉姆央金曲珍",
        "格桑旺堆·洛桑丹增·阿旺曲扎·土登次仁",
    ],
)
@pytest.mark.parametrize("language", CertificateLanguage)
def test_very_long_names_in_chinese_letters_stay_whole_and_on_one_line(
    snapshot: CertificateSnapshot, chain: FontChain, name: str, language: CertificateLanguage
) -> None:
    pdf = draw_certificate(replace(snapshot, holder_name=name, language=language), chain)
    check(pdf)
    if language is CertificateLanguage.EN:
        assert "Wang Xiaoming" in text_of(pdf)
        return
    assert any(name in word.text for word in words_of(pdf))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("José Núñez", "José Núñez"),
        ("Jose\u0301 Nu\u0301n\u0303ez", "José Núñez"),
        ("Lǚ Qiáng", "Lǚ Qiáng"),
        ("Lu\u0308\u030c Qia\u0301ng", "Lǚ Qiáng"),
        ("Đặng Thị Ngọc", "Đặng Thị Ngọc"),
        ("Dzöngsar Khyentsé", "Dzöngsar Khyentsé"),
        ("Łukasz Żółć", "Łukasz Żółć"),
    ],
)
def test_latin_names_with_marks_are_printed_composed_however_they_were_typed(
    snapshot: CertificateSnapshot, chain: FontChain, typed: str, printed: str
) -> None:
    facts = replace(snapshot, language=CertificateLanguage.EN, holder_latin_name=typed)
    pdf = draw_certificate(facts, chain)
    check(pdf)
    assert printed in " ".join(text_of(pdf).split())


@pytest.mark.parametrize(
    ("character", "code_point"),
    [
        ("\U0002a6a5", "U+2A6A5"),  # Extension B
        ("\U0002a701", "U+2A701"),  # C
        ("\U0002b745", "U+2B745"),  # D
        ("\U0002b825", "U+2B825"),  # E
        ("\U0002cebf", "U+2CEBF"),  # F
        ("\U00030010", "U+30010"),  # G
        ("\U00031350", "U+31350"),  # H
        ("\ue000", "U+E000"),
        ("\U000f0001", "U+F0001"),
        ("\U0002a6a5\U000e0100", "U+2A6A5 U+E0100"),
    ],
)
def test_a_refusal_names_the_code_point_of_what_no_font_has(
    snapshot: CertificateSnapshot, chain: FontChain, character: str, code_point: str
) -> None:
    with pytest.raises(Refusal) as refused:
        check_drawable(replace(snapshot, holder_name=f"王{character}"), chain)
    assert refused.value.code == "certificate.character_missing"
    assert (refused.value.values["character"], refused.value.values["code_point"]) == (character, code_point)


@pytest.mark.parametrize("character", ["\ue000", "\U000f0001", RARE, "\U000323af"])
def test_a_character_of_the_installation_s_own_font_is_printed_and_read_back(
    snapshot: CertificateSnapshot, tmp_path: Path, character: str
) -> None:
    tiny_font(tmp_path / "own.ttf", {"own": ord(character)})
    chain = load_chain(tmp_path, system=False)
    pdf = drawn(snapshot, chain, f"王{character}明")
    assert f"学员王{character}明于" in joined(pdf)
    assert difference(
        pdf, Press(fonts=chain).bind_plain(replace(snapshot, holder_name=f"王{character}明")).data, dpi=60
    )


def test_only_the_character_that_is_lacking_comes_from_another_font_and_in_matching_weight(
    tmp_path: Path,
) -> None:
    for name, weight in (("a-bold.ttf", 700), ("b-plain.ttf", 400)):
        tiny_font(tmp_path / name, {"rare": ord(RARE)}, weight=weight)
    chain = load_chain(tmp_path, system=False)
    fonts = {face: [glyph.font.path.name for glyph in chain.shape(f"王{RARE}明", face)] for face in Face}
    assert fonts == {
        Face.SONG: [Face.SONG.value, "b-plain.ttf", Face.SONG.value],
        Face.SONG_BOLD: [Face.SONG_BOLD.value, "a-bold.ttf", Face.SONG_BOLD.value],
        Face.KAI: [Face.KAI.value, "b-plain.ttf", Face.KAI.value],
    }
