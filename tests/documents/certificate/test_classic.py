from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import psutil
import pytest

from tests.documents.fonts import RARE, tiny_font
from tests.documents.reading import Word, check, joined, picture_of, scanned, text_of, words_of
from trainingmgr.documents.certificate import check_drawable, draw_certificate
from trainingmgr.documents.fonts import FontChain, load_chain
from trainingmgr.domain.certificate import CertificateLanguage, CertificateSnapshot, group_code, verify_url
from trainingmgr.domain.refusal import Refusal

MM = 72 / 25.4
WIDTH, HEIGHT = 841.89, 595.28
LANGUAGES = list(CertificateLanguage)

# What no text may touch, in millimetres from the paper's edge: the inner frame, and the QR with its quiet zone.
FRAME = 17.5 * MM


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> CertificateLanguage:
    return CertificateLanguage(request.param)


def test_the_chinese_paper_says_every_fact(snapshot: CertificateSnapshot, chain: FontChain) -> None:
    text = joined(draw_certificate(snapshot, chain))
    assert "结业证书" in text
    assert (
        "学员王小明于2019年10月30日至11月2日在四川省成都市参加由民政部主办的"
        "“全国社区治理和服务创新实验区示范培训班”，修完规定课程，共计24.5学时，准予结业。特发此证。"
    ) in text
    assert "民政部二〇一九年十一月二日" in text
    assert "证书编号：CD2019-2019-0001" in text
    assert group_code(snapshot.code) in text


def test_the_english_paper_says_every_fact(snapshot: CertificateSnapshot, chain: FontChain) -> None:
    text = text_of(draw_certificate(replace(snapshot, language=CertificateLanguage.EN), chain))
    flat = " ".join(text.split())
    assert "Certificate of Completion" in flat
    assert "This is to certify that Wang Xiaoming 王小明 has attended" in flat
    assert (
        "“National Demonstration Training Class for Community Governance Pilot Areas”, held by the Ministry of "
        "Civil Affairs in Chengdu, Sichuan, from 30 October to 2 November 2019, and has completed the required "
        "course of 24.5 class hours."
    ) in flat
    assert "Ministry of Civil Affairs 2 November 2019" in flat


def test_the_bilingual_paper_has_the_english_under_the_chinese(
    snapshot: CertificateSnapshot, chain: FontChain
) -> None:
    pdf = draw_certificate(replace(snapshot, language=CertificateLanguage.BOTH), chain)
    words = words_of(pdf)
    chinese = max(word.bottom for word in words if "特发此证" in word.text)
    assert min(word.top for word in words if word.text == "certify") >= chinese - 2
    assert "ThisistocertifythatWangXiaominghasattended" in joined(pdf)


def test_co_hosts_namesakes_and_single_days_are_worded_as_an_office_would(
    snapshot: CertificateSnapshot, chain: FontChain
) -> None:
    day = date(2019, 11, 8)
    facts = replace(
        snapshot,
        start_date=day,
        end_date=day,
        holder_detail="成都市民政局",
        co_hosts_zh=("四川省民政厅", "成都市民政局"),
        class_hours=Decimal(0),
        training_title_zh="“两新”组织培训班",
    )
    assert (
        "王小明（成都市民政局）于2019年11月8日在四川省成都市参加由民政部主办，四川省民政厅、成都市民政局承办的"
        "“‘两新’组织培训班”，修完规定课程，准予结业。"
    ) in joined(draw_certificate(facts, chain))


@pytest.mark.parametrize(
    "name",
    ["王小明", "李㛃", "𠅤𬭎龘", "阿卜杜·买买提", "葛\U000e0100明", "John Smith", "\ufa11田"],
)
def test_the_name_is_copied_from_the_paper_exactly(
    snapshot: CertificateSnapshot, chain: FontChain, name: str
) -> None:
    pdf = draw_certificate(replace(snapshot, holder_name=name), chain)
    assert name.replace(" ", "") in joined(pdf)
    check(pdf)


def test_two_characters_that_share_a_glyph_are_copied_as_two(
    snapshot: CertificateSnapshot, chain: FontChain
) -> None:
    assert "王⺠民" in joined(draw_certificate(replace(snapshot, holder_name="王⺠民"), chain))


def test_a_name_with_a_character_of_an_added_font_is_copied_exactly(
    snapshot: CertificateSnapshot, tmp_path: Path
) -> None:
    tiny_font(tmp_path / "rare.ttf", {"rare": ord(RARE)})
    chain = load_chain(tmp_path, system=False)
    pdf = draw_certificate(replace(snapshot, holder_name=f"王{RARE}"), chain)
    assert f"王{RARE}" in joined(pdf)
    with pikepdf.open(BytesIO(pdf)) as read:
        names = [str(font.BaseFont) for font in read.pages[0].Resources.Font.values()]
    assert any(name.endswith("+Tiny-Regular") for name in names)
    check(pdf)


def test_the_qr_leads_to_the_address(snapshot: CertificateSnapshot, chain: FontChain, language: str) -> None:
    pdf = draw_certificate(replace(snapshot, language=CertificateLanguage(language)), chain)
    assert scanned(pdf) == snapshot.verify_url


def test_the_qr_is_thirty_millimetres_wide_with_its_quiet_zone_white(
    longest: CertificateSnapshot, chain: FontChain, language: CertificateLanguage
) -> None:
    pdf = draw_certificate(replace(longest, language=language, is_sample=True), chain)
    assert scanned(pdf) == longest.verify_url
    left, top, right, bottom = qr_box(pdf)
    assert right - left >= 30 * MM - 0.01
    with pikepdf.open(BytesIO(pdf)) as read:
        modules = int(read.pages[0].Resources.XObject.QR.Width)
    quiet = (right - left) / modules * 4
    page = picture_of(pdf, dpi=144)
    for strip in (
        (left - quiet + 1, top - quiet + 1, right + quiet - 1, top - 1),
        (left - quiet + 1, bottom + 1, right + quiet - 1, bottom + quiet - 1),
        (left - quiet + 1, top, left - 1, bottom),
        (right + 1, top, right + quiet - 1, bottom),
    ):
        assert page.darkest(*strip) == 255


def _operations(page: pikepdf.Page) -> list[tuple[list[Any], str]]:
    return [(list(step.operands), str(step.operator)) for step in pikepdf.parse_content_stream(page)]


def qr_box(pdf: bytes) -> tuple[float, float, float, float]:
    """From the page's own drawing, in points from the upper left corner."""
    with pikepdf.open(BytesIO(pdf)) as read:
        matrix: list[float] = []
        for operands, operator in _operations(read.pages[0]):
            if operator == "cm":
                matrix = [float(number) for number in operands]
            if operator == "Do" and str(operands[0]) == "/QR":
                side, _, _, height, x, y = matrix
                return x, HEIGHT - y - height, x + side, HEIGHT - y
    raise AssertionError("no QR on the page")


def test_the_longest_facts_stay_clear_of_frame_qr_and_each_other(
    longest: CertificateSnapshot, chain: FontChain, language: CertificateLanguage
) -> None:
    _assert_clear(draw_certificate(replace(longest, language=language), chain))


def test_ordinary_facts_stay_clear_of_frame_qr_and_each_other(
    snapshot: CertificateSnapshot, chain: FontChain, language: CertificateLanguage
) -> None:
    _assert_clear(draw_certificate(replace(snapshot, language=language), chain))


def test_three_bodies_sign_without_touching_the_text(
    longest: CertificateSnapshot, chain: FontChain, language: CertificateLanguage
) -> None:
    facts = replace(
        longest,
        language=language,
        signature_zh=(longest.host_zh, *longest.co_hosts_zh[:2]),
        signature_en=("Ministry of Civil Affairs", *longest.co_hosts_en[1:3]),
    )
    pdf = draw_certificate(facts, chain)
    _assert_clear(pdf)
    signed = facts.signature_en if language is CertificateLanguage.EN else facts.signature_zh
    assert all(name.replace(" ", "") in joined(pdf) for name in signed)


def _assert_clear(pdf: bytes) -> None:
    words = words_of(pdf)
    left, top, right, bottom = qr_box(pdf)
    for word in words:
        assert word.left >= FRAME
        assert word.right <= WIDTH - FRAME
        assert word.top >= FRAME - 6
        assert word.bottom <= HEIGHT - FRAME + 6
        assert not _overlap(word, Word("QR", left, top, right, bottom)), word
    for index, word in enumerate(words):
        for other in words[index + 1 :]:
            assert not _overlap(_ink(word), _ink(other)), (word, other)


def _ink(word: Word) -> Word:
    """The word's box holds the font's full ascent and descent; letters fill about its middle half."""
    spare = (word.bottom - word.top) * 0.27
    return Word(word.text, word.left + 0.3, word.top + spare, word.right - 0.3, word.bottom - spare)


def _overlap(one: Word, other: Word) -> bool:
    apart = one.right <= other.left or other.right <= one.left
    return not (apart or one.bottom <= other.top or other.bottom <= one.top)


def test_the_ink_of_text_never_meets_the_frame(longest: CertificateSnapshot, chain: FontChain) -> None:
    pdf = draw_certificate(replace(longest, language=CertificateLanguage.BOTH), chain)
    page = picture_of(pdf, dpi=144)
    inside, corner = 19 * MM, 23 * MM
    for strip in (
        (corner, inside, WIDTH - corner, inside + 12),
        (corner, HEIGHT - inside - 4, WIDTH - corner, HEIGHT - inside),
        (inside, corner, inside + 30, HEIGHT - corner),
        (WIDTH - inside - 30, corner, WIDTH - inside, HEIGHT - corner),
    ):
        assert page.darkest(*strip) == 255


def test_the_name_is_larger_than_its_line_and_stays_on_it(
    snapshot: CertificateSnapshot, longest: CertificateSnapshot, chain: FontChain
) -> None:
    (name,) = [w for w in words_of(draw_certificate(snapshot, chain)) if "王小明" in w.text]
    (words,) = [w for w in words_of(draw_certificate(snapshot, chain)) if "全国社区" in w.text]
    assert name.bottom - name.top > 1.2 * (words.bottom - words.top)
    assert any(longest.holder_name in w.text for w in words_of(draw_certificate(longest, chain)))


def test_ordinary_chinese_text_has_26_to_32_characters_a_line(
    snapshot: CertificateSnapshot, chain: FontChain
) -> None:
    lines = text_of(draw_certificate(replace(snapshot, holder_detail="成都市民政局"), chain)).splitlines()
    (full,) = [line for line in lines if "参加由民政部" in line]
    figures = sum(c.isascii() and not c.isspace() for c in full)
    assert 26 <= len(full.replace(" ", "")) - figures / 2 <= 32


@pytest.mark.parametrize("field", ["holder_name", "training_title_zh", "host_zh", "serial", "signature_zh"])
def test_a_character_that_no_font_has_is_refused_by_name(
    snapshot: CertificateSnapshot, chain: FontChain, field: str
) -> None:
    value: Any = ("王𪚥",) if field == "signature_zh" else "王𪚥"
    facts = replace(snapshot, **{field: value})
    for ask in (check_drawable, draw_certificate):
        with pytest.raises(Refusal) as refused:
            ask(facts, chain)
        assert refused.value.code == "certificate.character_missing"
        assert refused.value.values == {
            "field": field,
            "character": "𪚥",
            "code_point": "U+2A6A5",
            "characters": "𪚥",
        }


@pytest.mark.parametrize(
    ("changes", "item", "text"),
    [
        ({"holder_name": "买" * 80}, "正文 Text", "买" * 80),
        ({"training_title_zh": "培训" * 300}, "正文 Text", "学员王小明于2019年10月30日"),
        (
            {"signature_zh": ("民政部基层政权建设和社区治理司",) * 12},
            "落款 Signature",
            "民政部基层政权建设和社区治理司",
        ),
        ({"verify_url": "https://example.org/" + "a" * 900}, "编号与查验 Serial", "证书编号"),
    ],
)
def test_what_finds_no_room_is_refused_before_it_is_drawn(
    snapshot: CertificateSnapshot, chain: FontChain, changes: dict[str, Any], item: str, text: str
) -> None:
    with pytest.raises(Refusal) as refused:
        check_drawable(replace(snapshot, **changes), chain)
    assert refused.value.code == "certificate.does_not_fit"
    assert refused.value.values["label"] == item
    assert str(refused.value.values["text"]).startswith(text)


@pytest.mark.parametrize(
    ("language", "field"),
    [("zh", "training_title_zh"), ("en", "host_en"), ("both", "training_title_en"), ("zh", "verify_url")],
)
def test_a_paper_that_would_lack_a_needed_text_is_refused(
    snapshot: CertificateSnapshot, chain: FontChain, language: str, field: str
) -> None:
    blank: dict[str, Any] = {field: " "}
    facts = replace(snapshot, language=CertificateLanguage(language), **blank)
    with pytest.raises(Refusal) as refused:
        check_drawable(facts, chain)
    assert (refused.value.code, refused.value.values) == ("certificate.text_missing", {"field": field})


def test_a_sample_says_so_across_the_page_and_stays_legible(
    snapshot: CertificateSnapshot, chain: FontChain, language: CertificateLanguage
) -> None:
    facts = replace(snapshot, is_sample=True, language=language)
    pdf = draw_certificate(facts, chain)
    with pikepdf.open(BytesIO(pdf)) as read:
        spread = _stamp_width(read.pages[0])
    assert spread > 0.6 * WIDTH
    assert all(letter in joined(pdf) for letter in "示例SAMPLE")
    assert scanned(pdf) == facts.verify_url
    plain = replace(facts, is_sample=False)
    assert not {"示", "例"} <= set(joined(draw_certificate(plain, chain)).replace("示范", ""))


def _stamp_width(page: pikepdf.Page) -> float:
    """How far the letters of the stamp reach across the page, from the paper's left to right."""
    matrix, places, inside = [0.0] * 6, [], False
    for operands, operator in _operations(page):
        if operator == "BMC" and str(operands[0]) == "/Artifact":
            inside = True
        if inside and operator == "cm":
            matrix = [float(number) for number in operands]
        if inside and operator == "Tm":
            places.append(float(operands[4]))
        if operator == "EMC":
            inside = False
    return -2 * min(places) * matrix[0]


def test_a_preview_is_marked_and_bears_neither_serial_nor_qr(
    snapshot: CertificateSnapshot, chain: FontChain
) -> None:
    pdf = draw_certificate(replace(snapshot, serial="", code="", verify_url=""), chain, preview=True)
    text = joined(pdf)
    assert all(letter in text for letter in "预览PREVIEW")
    assert scanned(pdf) == ""
    whole = joined(draw_certificate(snapshot, chain, preview=True))
    assert snapshot.serial not in whole
    assert group_code(snapshot.code) not in whole
    check(pdf)


def test_the_same_facts_give_the_same_bytes_in_any_order(
    snapshot: CertificateSnapshot, longest: CertificateSnapshot
) -> None:
    first = draw_certificate(snapshot, load_chain(system=False))
    fresh = load_chain(system=False)
    draw_certificate(longest, fresh)
    assert sha256(draw_certificate(snapshot, fresh)).digest() == sha256(first).digest()


def test_every_file_is_sound_small_and_describes_itself(
    longest: CertificateSnapshot, chain: FontChain, language: CertificateLanguage
) -> None:
    pdf = draw_certificate(replace(longest, language=language), chain)
    check(pdf)
    assert len(pdf) < 90_000
    english = language is CertificateLanguage.EN
    with pikepdf.open(BytesIO(pdf)) as read:
        assert len(read.pages) == 1
        assert [round(float(side)) for side in read.pages[0].MediaBox] == [0, 0, 842, 595]
        assert str(read.Root.Lang) == ("en" if english else "zh-CN")
        about = read.docinfo
        name = longest.holder_latin_name if english else longest.holder_name
        assert str(about.Title).endswith(str(name))
        assert str(about.Author) == (longest.host_en if english else longest.host_zh)
        assert str(about.CreationDate) == "D:20191102000000Z"
        for font in read.pages[0].Resources.Font.values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert "/FontFile2" in descriptor
            assert "/ToUnicode" in font
            assert str(descriptor.FontName)[7] == "+"


def test_a_batch_shares_the_fonts_of_its_common_text(snapshot: CertificateSnapshot, chain: FontChain) -> None:
    def programs(facts: CertificateSnapshot) -> set[bytes]:
        with pikepdf.open(BytesIO(draw_certificate(facts, chain))) as read:
            fonts = read.pages[0].Resources.Font.values()
            return {font.DescendantFonts[0].FontDescriptor.FontFile2.read_raw_bytes() for font in fonts}

    serial = "CD2019-2019-0937"
    other = replace(
        snapshot,
        holder_name="欧阳娜娜",
        serial=serial,
        verify_url=verify_url("https://train.example.org", serial, "K"),
    )
    assert len(programs(snapshot) & programs(other)) == 2


def test_hundreds_of_certificates_leave_memory_as_it_was(
    snapshot: CertificateSnapshot, chain: FontChain
) -> None:
    process = psutil.Process()
    names = [chr(0x4E00 + 7 * number) for number in range(400)]
    for name in names[:50]:
        draw_certificate(replace(snapshot, holder_name=f"王{name}"), chain)
    before = process.memory_info().rss
    for name in names[50:]:
        draw_certificate(replace(snapshot, holder_name=f"王{name}"), chain)
    assert process.memory_info().rss - before < 12_000_000
