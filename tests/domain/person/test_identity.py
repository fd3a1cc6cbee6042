"""ID documents checked, told apart and masked."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from tests.rosters import id_number
from trainingmgr.domain.person import (
    IdDocument,
    IdType,
    Sex,
    mask_id_number,
    read_id_number,
    read_id_type,
    read_sex,
    sex_of,
)
from trainingmgr.domain.refusal import Refusal

TODAY = date(2026, 11, 1)


def read(raw: str, kind: IdType | None = None) -> IdDocument | None:
    return read_id_number(raw, kind, today=TODAY)


@settings(deadline=None)
@given(
    st.integers(0, 999), st.dates(date(1900, 1, 1), TODAY), st.sampled_from(["110105", "510107", "650102"])
)
def test_every_well_formed_number_is_taken(order: int, born: date, region: str) -> None:
    number = id_number(order, region=region, born=born)
    document = IdDocument(IdType.RESIDENT_ID, number)
    assert read(number) == document
    assert read(f" {number[:6]} {number[6:14]} {number[14:].lower()} ") == document
    assert ric.compact(number) == number
    assert sex_of(document) is (Sex.MALE if order % 2 else Sex.FEMALE)


@settings(deadline=None)
@given(st.integers(1, 998), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_never_passes(order: int, place: int, shift: int) -> None:
    number = id_number(order)
    digits = "0123456789X" if place == 17 else "0123456789"
    wrong = digits[(digits.index(number[place]) + shift) % len(digits)]
    with pytest.raises(Refusal):
        read(number[:place] + wrong + number[place + 1 :])


@pytest.mark.parametrize("region", ["810000", "820000", "830000"])
def test_residence_permits_of_hong_kong_macau_and_taiwan_are_taken(region: str) -> None:
    number = id_number(5, region=region)
    for kind in (None, IdType.RESIDENT_ID, IdType.RESIDENCE_PERMIT):
        assert read(number, kind) == IdDocument(IdType.RESIDENCE_PERMIT, number)


@pytest.mark.parametrize(
    ("raw", "kind", "type_", "number"),
    [
        ("E12345678", None, IdType.PASSPORT, "E12345678"),
        ("e 1234 5678", IdType.PASSPORT, IdType.PASSPORT, "E12345678"),
        ("123456789", IdType.PASSPORT, IdType.PASSPORT, "123456789"),
        ("H12345678", None, IdType.OTHER, "H12345678"),
        ("12345678", IdType.OTHER, IdType.OTHER, "12345678"),
        ("南字第1234567号", IdType.OTHER, IdType.OTHER, "南字第1234567号"),
    ],
)
def test_passports_and_other_papers_are_taken(
    raw: str, kind: IdType | None, type_: IdType, number: str
) -> None:
    assert read(raw, kind) == IdDocument(type_, number)


@pytest.mark.parametrize(
    ("raw", "kind", "code"),
    [
        ("1.10105E+17", None, "number_rounded"),
        ("1.1010519800307E+17", IdType.RESIDENT_ID, "number_rounded"),
        ("110105198003071000", None, "number_rounded"),
        ("110105800307001", None, "id_fifteen_digits"),
        (id_number(1)[:-1], None, "id_length"),
        (id_number(1) + "1", IdType.RESIDENT_ID, "id_length"),
        (id_number(1)[:-1] + "A", IdType.RESIDENT_ID, "id_characters"),
        (id_number(1, region="990105"), None, "id_region"),
        ("12345678", None, "id_type_needed"),
        ("ABCDEFG", IdType.PASSPORT, "id_not_of_type"),
        (id_number(1), IdType.PASSPORT, "id_not_of_type"),
        ("=1+1", None, "id_characters"),
    ],
)
def test_what_is_no_document_is_refused(raw: str, kind: IdType | None, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(raw, kind)
    assert refused.value.code == code


def test_impossible_and_future_births_are_refused() -> None:
    body = "11010519800230001"
    impossible = next(body + c for c in "0123456789X" if _sum(body + c) == 1)
    for number in (impossible, id_number(1, born=date(2026, 11, 2))):
        with pytest.raises(Refusal, match="id_birth_date"):
            read(number)


def _sum(number: str) -> int:
    total = 0
    for place, character in enumerate(reversed(number)):
        total += (10 if character == "X" else int(character)) * pow(2, place, 11)
    return total % 11


def test_no_refusal_tells_the_number() -> None:
    wrong = id_number(1)[:17] + ("1" if id_number(1)[17] != "1" else "2")
    with pytest.raises(Refusal) as refused:
        read(wrong)
    assert wrong not in str(refused.value)


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("110105198003070014", "110***********0014"),
        ("E12345678", "E*****678"),
        ("123456", "****56"),
    ],
)
def test_masks_hide_the_birth_date(number: str, masked: str) -> None:
    assert mask_id_number(number) == masked


@settings(deadline=None)
@given(st.text("0123456789ABCX", min_size=4, max_size=30))
def test_a_mask_shows_at_most_seven_characters(number: str) -> None:
    masked = mask_id_number(number)
    assert len(masked) == len(number)
    assert len(masked.replace("*", "")) <= 7


def test_words_for_documents_and_sexes_are_understood() -> None:
    assert read_id_type("居民身份证") is IdType.RESIDENT_ID
    assert read_id_type(" Passport ") is IdType.PASSPORT
    assert read_id_type("") is None
    assert read_sex("女") is Sex.FEMALE
    assert read_sex("Ｍ") is Sex.MALE
    for reader in (read_id_type, read_sex):
        with pytest.raises(Refusal):
            reader("什么")
