"""Names put right, compared, ordered, and written in Latin letters."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.person import clean_name, latin_form, name_key, pinyin_initials, pinyin_key
from trainingmgr.domain.refusal import Refusal

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("张三", "张三"),
        (" 张 三 ", "张三"),
        ("张\u3000三", "张三"),
        ("张\n三", "张三"),
        ("\ufeff张\u200b三", "张三"),
        ("阿卜杜拉•麦麦提", "阿卜杜拉·麦麦提"),
        ("阿卜杜拉 ・ 麦麦提", "阿卜杜拉·麦麦提"),
        ("阿卜杜拉‧麦麦提", "阿卜杜拉·麦麦提"),
        ("阿卜杜拉．麦麦提", "阿卜杜拉·麦麦提"),
        ("阿卜杜拉.麦麦提", "阿卜杜拉·麦麦提"),
        ("阿卜杜拉··麦麦提", "阿卜杜拉·麦麦提"),
        ("张三·", "张三"),
        ("⻢⻰", "马龙"),
        ("王䶮", "王䶮"),
        ("王\U00020164", "王\U00020164"),
        ("Ｊｏｈｎ　Ｓｍｉｔｈ", "John Smith"),
        ("  John   A.  Smith ", "John A. Smith"),
        ("José Ángel", "José Ángel"),
        ("Jean-Luc O'Neill", "Jean-Luc O'Neill"),
        ("=1+1", "=1+1"),
    ],
)
def test_a_typed_name_is_put_right(typed: str, clean: str) -> None:
    assert clean_name(typed) == clean


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "name_missing"),
        (" \u3000\u200b", "name_missing"),
        ("张三、李四", "name_several"),
        ("张三\n李四", "name_several"),
        ("张三/李四", "name_several"),
        ("张\x07三", "control_character"),
        ("张\ue000", "control_character"),
        ("张\ufffd", "control_character"),
        ("——", "name_not_a_name"),
        ("王" * 121, "too_long"),
    ],
)
def test_what_is_no_name_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        clean_name(typed)
    assert refused.value.code == code


@settings(deadline=None)
@given(st.text(max_size=30))
def test_cleaning_a_clean_name_changes_nothing(typed: str) -> None:
    try:
        once = clean_name(typed)
    except Refusal:
        return
    assert clean_name(once) == once
    assert once == once.strip()
    assert not any(unicodedata.category(c) in {"Cc", "Co"} for c in once)


@settings(deadline=None)
@given(HAN, HAN)
def test_gaps_never_make_a_chinese_name_another(one: str, two: str) -> None:
    assert clean_name(f"{one} {two}") == clean_name(one + two) == clean_name(f"{one}\u3000{two}")


@pytest.mark.parametrize(
    ("one", "other"),
    [("阿卜杜拉·麦麦提", "阿卜杜拉麦麦提"), ("John Smith", "JOHN SMITH"), ("O'Neill", "O’Neill")],
)
def test_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@settings(deadline=None)
@given(st.text(min_size=1, max_size=20))
def test_a_name_has_a_key_whatever_it_is(typed: str) -> None:
    try:
        name = clean_name(typed)
    except Refusal:
        return
    assert name_key(name)
    assert pinyin_key(name)


@pytest.mark.parametrize(
    ("name", "key", "initials", "latin"),
    [
        ("陈越良", "chen yue liang", "cyl", "Chen Yueliang"),
        ("单雄信", "shan xiong xin", "sxx", "Shan Xiongxin"),
        ("仇英", "qiu ying", "qy", "Qiu Ying"),
        ("查良镛", "zha liang yong", "zly", "Zha Liangyong"),
        ("解缙", "xie jin", "xj", "Xie Jin"),
        ("曾国藩", "zeng guo fan", "zgf", "Zeng Guofan"),
        ("任正", "ren zheng", "rz", "Ren Zheng"),
        ("区寄", "ou ji", "oj", "Ou Ji"),
        ("尉迟敬德", "yuchi jing de", "yjd", "Yuchi Jingde"),
        ("万俟卨", "moqi xie", "mx", "Moqi Xie"),
        ("欧阳静", "ouyang jing", "oj", "Ouyang Jing"),
        ("吕布", "lv bu", "lb", "Lyu Bu"),
        ("令狐冲", "linghu chong", "lc", "Linghu Chong"),
        ("阿卜杜拉·麦麦提", "a bu du la mai mai ti", "abdlmmt", "Abudula Maimaiti"),
        ("José Ángel", "jose angel", "ja", "José Ángel"),
        ("单", "shan", "s", "Shan"),
    ],
)  # fmt: skip
def test_surnames_are_read_as_surnames(name: str, key: str, initials: str, latin: str) -> None:
    assert pinyin_key(name) == key
    assert pinyin_initials(name) == initials
    assert latin_form(name) == latin
