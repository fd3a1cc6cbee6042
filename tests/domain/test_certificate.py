import json
import re
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingmgr.domain.certificate import (
    CODE_ALPHABET,
    CertificateLanguage,
    CertificateSnapshot,
    SerialPattern,
    clean_code,
    group_code,
    mask_name,
    names_match,
    new_code,
    verify_url,
)
from trainingmgr.domain.glyph import Substitute, SubstituteKind
from trainingmgr.domain.refusal import Refusal

TEXTS = st.text(max_size=12)
NAMES = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=8)
SNAPSHOTS = st.builds(
    CertificateSnapshot,
    language=st.sampled_from(CertificateLanguage),
    class_hours=st.decimals(min_value=0, max_value=999, places=2, allow_nan=False),
    holder_latin_name=st.none() | TEXTS,
    holder_detail=st.none() | TEXTS,
    co_hosts_zh=st.lists(TEXTS, max_size=3).map(tuple),
    signature_en=st.lists(TEXTS, max_size=3).map(tuple),
    **dict.fromkeys(
        (
            *("serial", "code", "verify_url", "holder_name", "training_title_zh", "training_title_en"),
            *("host_zh", "host_en", "place_zh", "place_en"),
        ),
        TEXTS,
    ),
    start_date=st.dates(),
    end_date=st.dates(),
    issue_date=st.dates(),
    is_sample=st.booleans(),
)


@given(SNAPSHOTS)
def test_a_snapshot_comes_back_from_json_with_every_fact(snapshot: CertificateSnapshot) -> None:
    back = CertificateSnapshot.from_json(snapshot.to_json())
    assert back == snapshot
    assert all(
        type(getattr(back, f.name)) is type(getattr(snapshot, f.name)) for f in fields(CertificateSnapshot)
    )
    assert back.to_json() == snapshot.to_json()


@given(SNAPSHOTS, st.sampled_from(["version", "serial", "class_hours"]))
def test_a_snapshot_that_lacks_a_fact_is_not_read(snapshot: CertificateSnapshot, lost: str) -> None:
    facts = json.loads(snapshot.to_json())
    del facts[lost]
    with pytest.raises(ValueError):
        CertificateSnapshot.from_json(json.dumps(facts))


@given(SNAPSHOTS)
def test_a_snapshot_of_a_later_version_is_not_read_as_this_one(snapshot: CertificateSnapshot) -> None:
    facts = json.loads(snapshot.to_json()) | {"version": 4}
    with pytest.raises(ValueError):
        CertificateSnapshot.from_json(json.dumps(facts))


def test_hours_keep_their_exact_figures() -> None:
    facts = json.loads(_snapshot(Decimal("24.50")).to_json())
    assert facts["class_hours"] == "24.50"


def test_a_snapshot_of_the_first_version_is_that_of_a_completion_in_the_first_layout() -> None:
    facts = json.loads(_snapshot(Decimal(24)).to_json()) | {"version": 1}
    for later in (
        "substitutes",
        "kind",
        "design",
        "photo",
        "topic_zh",
        "topic_en",
        "holder_unit",
        "holder_unit_en",
        "holder_post",
    ):
        del facts[later]
    assert CertificateSnapshot.from_json(json.dumps(facts)) == _snapshot(Decimal(24))


def test_a_snapshot_of_the_second_version_was_printed_without_substitutes() -> None:
    facts = json.loads(_snapshot(Decimal(24)).to_json()) | {"version": 2}
    del facts["substitutes"]
    assert CertificateSnapshot.from_json(json.dumps(facts)) == _snapshot(Decimal(24))


def test_substitutes_come_back_from_json_and_leave_the_true_name_alone() -> None:
    facts = replace(
        _snapshot(Decimal(24)),
        holder_name="王𪚥明",
        substitutes=(
            Substitute("𪚥", SubstituteKind.TEXT, "龙"),
            Substitute("䶮", SubstituteKind.PICTURE, "ab" * 32),
        ),
    )
    back = CertificateSnapshot.from_json(facts.to_json())
    assert back == facts
    assert (back.holder_name, back.printed_name) == ("王𪚥明", "王龙明")


def _snapshot(hours: Decimal) -> CertificateSnapshot:
    day = date(2019, 11, 8)
    return CertificateSnapshot(
        language=CertificateLanguage.ZH,
        serial="1",
        code="",
        verify_url="",
        holder_name="王小明",
        training_title_zh="培训班",
        training_title_en="",
        host_zh="民政部",
        host_en="",
        place_zh="",
        place_en="",
        start_date=day,
        end_date=day,
        issue_date=day,
        class_hours=hours,
        is_sample=True,
    )


def test_codes_carry_128_bits_in_letters_nobody_mistakes() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert len(CODE_ALPHABET) ** len(next(iter(codes))) >= 2**128
    assert not set("01OI") & set("".join(codes))


def test_a_code_typed_from_its_printed_groups_is_the_code_again() -> None:
    code = new_code()
    printed = group_code(code)
    assert all(5 <= len(group) <= 6 for group in printed.split("-"))
    assert clean_code(f" {printed.lower().replace('-', ' – ')} ") == code
    assert clean_code("".join(chr(ord(c) + 0xFEE0) for c in code)) == code


@pytest.mark.parametrize("typed", ["", "ABC", "0" * 26, "A" * 25, "A" * 27, "é" * 26])
def test_what_cannot_be_a_code_is_told_apart(typed: str) -> None:
    assert clean_code(typed) == ""


def test_the_address_carries_serial_and_code() -> None:
    parts = urlsplit(verify_url("https://example.org/", "A/1 2", "K?&"))
    assert parts.path == "/v/A%2F1%202"
    assert parse_qs(parts.query) == {"c": ["K?&"]}


@pytest.mark.parametrize(
    ("pattern", "serial"),
    [
        ("{code}-{year}-{seq:04d}", "CD2019-2026-0007"),
        ("{seq}", "7"),
        ("MZ_{year}.{seq:06d}", "MZ_2026.000007"),
        ("{code}{seq:02d}", "CD201907"),
    ],
)
def test_a_pattern_numbers_as_it_says(pattern: str, serial: str) -> None:
    assert SerialPattern(pattern).render("CD2019", 2026, 7) == serial


def test_a_number_that_outgrows_its_padding_is_not_cut() -> None:
    assert SerialPattern("{seq:02d}").render("X", 2026, 12345) == "12345"


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_two_numbers_never_share_a_serial(one: int, other: int) -> None:
    pattern = SerialPattern("{code}-{seq:04d}")
    same = pattern.render("A1", 2026, one) == pattern.render("A1", 2026, other)
    assert same == (one == other)


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("", "certificate.pattern_empty"),
        ("{code}-{year}", "certificate.pattern_without_seq"),
        ("{seq}{seq}", "certificate.pattern_without_seq"),
        ("{seq.__class__}", "certificate.pattern_character"),
        ("{seq!r}", "certificate.pattern_character"),
        ("{seq:99999999d}", "certificate.pattern_character"),
        ("{seq:04x}", "certificate.pattern_character"),
        ("{0}{seq}", "certificate.pattern_character"),
        ("{seq}/{code}", "certificate.pattern_character"),
        ("../{seq}", "certificate.pattern_character"),
        ("..{seq}", "certificate.pattern_character"),
        (".{seq}", "certificate.pattern_character"),
        ("-{seq}", "certificate.pattern_character"),
        ("第{seq}号", "certificate.pattern_character"),
        ("{seq} ", "certificate.pattern_character"),
        ("A" * 60 + "{seq}", "certificate.pattern_too_long"),
    ],
)
def test_a_pattern_that_could_do_harm_is_refused(pattern: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        SerialPattern(pattern)
    assert refused.value.code == code


@given(st.text(max_size=40))
def test_whatever_pattern_is_accepted_gives_serials_for_addresses_and_file_names(text: str) -> None:
    try:
        pattern = SerialPattern(text)
    except Refusal:
        return
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*|_[A-Za-z0-9._-]*", pattern.render("CD2019", 2026, 1))


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王*明"),
        ("王明", "王*"),
        ("王", "*"),
        ("王大小明", "王**明"),
        ("王 小 明", "王*明"),
        ("欧阳明", "欧阳*"),
        ("欧阳小明", "欧阳*明"),
        ("欧阳", "欧*"),
        ("迪丽热巴·迪力木拉提", "迪***·*****"),
        ("阿不都·买买提•江", "阿**·***•*"),
        ("𠅤小明", "𠅤*明"),
        ("John Smith", "J*** S****"),
        ("", ""),
    ],
)
def test_a_masked_name_shows_enough_and_no_more(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@given(NAMES)
def test_a_masked_name_always_hides_something(name: str) -> None:
    assert "*" in mask_name(name)


@pytest.mark.parametrize(
    ("typed", "real"),
    [
        ("王小明", "王小明"),
        (" 王 小明\u3000", "王小明"),
        ("阿不都•买买提", "阿不都·买买提"),
        ("阿不都・买买提", "阿不都·买买提"),
        ("ｗａｎｇ xiaoming", "Wang Xiaoming"),
        ("葛明", "葛\U000e0100明"),
        ("王\u200b小明", "王小明"),
    ],
)
def test_a_typed_name_matches_however_it_is_typed(typed: str, real: str) -> None:
    assert names_match(typed, real)


@pytest.mark.parametrize(("typed", "real"), [("王小名", "王小明"), ("王明", "王小明"), ("", ""), (" ", "王")])
def test_another_name_does_not_match(typed: str, real: str) -> None:
    assert not names_match(typed, real)


def test_a_snapshot_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        _snapshot(Decimal(1)).serial = "2"  # type: ignore[misc]
    assert replace(_snapshot(Decimal(1)), serial="2").serial == "2"
