"""Search words and what they are looked for in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.person import name_key, phone_tail, pinyin_initials, pinyin_key
from trainingmgr.domain.registration import (
    GONE_STATUSES,
    PRESENT_STATUSES,
    Places,
    RegistrationStatus,
    grams,
    leading_grams,
    may_name_unit,
    next_statuses,
    search_pattern,
    search_text,
    search_words,
)


def text_of(name: str, unit: str = "", phone: str = "") -> str:
    return search_text(name, pinyin_key(name), pinyin_initials(name), unit, phone_tail(phone))


@pytest.mark.parametrize(
    "typed",
    ["尉迟", "敬德", "yuchi", "YUCHIJINGDE", "Yuchi Jingde", "yjd", "民政厅", "四川 8000", "138 0013 8000", "13800138000",
     "+86-138-0013-8000", "ＹＪＤ"],
)  # fmt: skip
def test_a_person_is_found_by_name_pinyin_initials_unit_and_phone(typed: str) -> None:
    found = text_of("尉迟敬德", "四川省民政厅", "+8613800138000")
    if typed == "138 0013 8000":
        # Parts of a number are words of their own: all but the tail are not kept.
        assert "8000" in search_words(typed)
    else:
        words = search_words(typed)
        assert words
        assert all(word in found for word in words)


def test_a_name_with_a_middle_dot_is_found_with_it_without_it_and_with_another_one() -> None:
    found = text_of("阿卜杜拉·麦麦提")
    for typed in ("阿卜杜拉·麦麦提", "阿卜杜拉麦麦提", "阿卜杜拉•麦麦提", "麦麦提"):
        assert all(word in found for word in search_words(typed))


def test_a_word_does_not_reach_from_one_part_into_the_next() -> None:
    assert not all(word in text_of("王芳", "芳草街") for word in search_words("王芳芳草"))


@pytest.mark.parametrize(
    ("name", "latin", "typed"),
    [
        ("穆勒", "Hans Müller", ("Hans Müller", "müller", "Muller", "MULLER hans", "hansm")),
        ("易卜拉欣", "İbrahim (Jack) Demir", ("İbrahim", "ibrahim", "(Jack)", "Jack", "demir")),
        ("麦麦提", "Məmət Иванов", ("məmət", "Иванов", "иван")),
        ("黄小明", "Wong Siu-ming", ("Wong Siu Ming", "wong", "siu-ming", "ming", "huang")),
        ("李玉梅", "Li Yumei", ("Li Yumei", "Yumei Li", "LI YUMEI")),
        ("吕女士", "", ("Lyu", "lv", "nyushi")),
        ("Łukasz O’Brien", "", ("Łukasz", "lukasz", "O'Brien", "obrien", "brien")),
    ],
)
def test_a_person_is_found_by_the_name_on_the_english_certificate(
    name: str, latin: str, typed: tuple[str, ...]
) -> None:
    text = search_text(name, pinyin_key(name), pinyin_initials(name), "", "8000", latin)
    for one in typed:
        for word in search_words(one):
            assert search_pattern(word).strip("%") in f" {text}", (one, word)


@given(st.text(max_size=60))
def test_any_text_makes_words_without_spaces(typed: str) -> None:
    words = search_words(typed)
    assert len(words) <= 8
    assert not any(character.isspace() for word in words for character in word)


@given(name=st.text(alphabet="王李尉迟万俟单仇芳伟·", min_size=1, max_size=8))
def test_everybody_is_found_by_their_whole_name(name: str) -> None:
    assert all(word in text_of(name) for word in search_words(name))


def test_whoever_waits_or_was_turned_away_comes_in_by_the_organisers_word_alone() -> None:
    out = {RegistrationStatus.WAITLISTED, *GONE_STATUSES}
    for status in out:
        assert next_statuses(status) & PRESENT_STATUSES == {RegistrationStatus.CONFIRMED}
    assert RegistrationStatus.DECLINED not in next_statuses(RegistrationStatus.ARRIVED)


def test_every_status_can_be_reached_and_left_again() -> None:
    for status in RegistrationStatus:
        assert next_statuses(status) - {status}
        assert any(status in next_statuses(other) for other in RegistrationStatus)


@given(
    before=st.tuples(st.none() | st.integers(1, 9), st.integers(0, 12)),
    after=st.tuples(st.none() | st.integers(1, 9), st.integers(0, 12)),
)
def test_places_that_came_free_are_free_and_no_more_than_came(
    before: tuple[int | None, int], after: tuple[int | None, int]
) -> None:
    then, now = Places(*before), Places(*after)
    freed = now.freed_since(then)
    assert now.beyond(freed) == 0
    if then.capacity == now.capacity:
        assert freed <= max(0, then.taken - now.taken)
    assert now.left is None or freed <= now.left


@given(
    name=st.text("林小明王安 abz1é", min_size=1, max_size=6),
    unit=st.text("民政局林17ab-", max_size=6),
    typed=st.text("林小明民政局abz17éüəи", min_size=1, max_size=5),
    latin=st.text("abü é-əи", max_size=6),
)
@settings(max_examples=200, deadline=None)
def test_whoever_is_found_by_a_word_has_its_grams_or_a_unit_that_it_names(
    name: str, unit: str, typed: str, latin: str
) -> None:
    text = search_text(name, "lin xiao", "lx", unit, "8003", latin)
    for word in search_words(typed):
        inside = search_pattern(word).strip("%")
        if inside in f" {text}":
            named = may_name_unit(word) and word in name_key(unit)
            assert named or grams(text).issuperset(leading_grams(word))
