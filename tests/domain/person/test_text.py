"""Text cells put right."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.person import clean_email, clean_text, text_key
from trainingmgr.domain.refusal import Refusal


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("四川省 成都市　民政局", "四川省成都市民政局"),
        ("City  of\nLondon", "City of London"),
        ("ＡＢＣ１２３公司（北京）", "ABC123公司（北京）"),
        ("某局 IT 部", "某局 IT 部"),
        ("《中国社会组织》杂志", "《中国社会组织》杂志"),
    ],
)
def test_a_line_of_text_is_put_right(typed: str, clean: str) -> None:
    assert clean_text(typed, 120) == clean


def test_text_past_its_limit_is_refused_with_both_lengths() -> None:
    with pytest.raises(Refusal) as refused:
        clean_text("字" * 41, 40)
    assert refused.value.values == {"limit": 40, "length": 41}


@settings(deadline=None)
@given(st.text(max_size=40))
def test_clean_text_stays_as_it_is(typed: str) -> None:
    try:
        once = clean_text(typed, 200)
    except Refusal:
        return
    assert clean_text(once, 200) == once


def test_width_and_brackets_do_not_make_another_unit() -> None:
    assert text_key("民政局（本级）") == text_key("民政局(本级)")


@pytest.mark.parametrize(
    ("typed", "clean"),
    [(" Zhang.San@Example.ORG ", "Zhang.San@example.org"), ("ａ＠ｂ．ｃｎ", "a@b.cn"), ("", "")],
)
def test_mail_addresses_are_put_right(typed: str, clean: str) -> None:
    assert clean_email(typed) == clean


@pytest.mark.parametrize("typed", ["a", "a@b", "a b@c.cn", "a@b..cn", "@b.cn", "a@b.cn;c@d.cn"])
def test_bad_mail_addresses_are_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="email_invalid"):
        clean_email(typed)
