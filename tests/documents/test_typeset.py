from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingmgr.documents.fonts import Face, FontChain, load_chain
from trainingmgr.documents.typeset import Line, Span, Style, Typesetter
from trainingmgr.domain.chinese import CLOSING, OPENING

CHAIN = load_chain(system=False)
SETTER = Typesetter(CHAIN)
SONG = Style(Face.SONG, 10)
LATIN = Style(Face.SONG, 10, latin=True)


def _text(line: Line) -> str:
    return "".join(box.glyph.text for box in line.boxes)


@given(
    st.text(st.sampled_from("王小明民政，。“”（）《》12ab "), min_size=1, max_size=60), st.integers(60, 300)
)
def test_lines_hold_the_text_within_their_width_by_the_rules(text: str, width: int) -> None:
    lines = SETTER.lines([Span(text, SONG)], width)
    if lines is None:
        return
    assert "".join(_text(line) for line in lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert line.width <= width + 0.001
        marks = line.marks(0, 0, width=width)
        last = marks[-1]
        overhang = 5 if last.glyph.text in CLOSING else 0
        assert last.x + last.glyph.advance * 10 <= width + overhang + 0.001
        assert [mark.x for mark in marks] == sorted(mark.x for mark in marks)
    for before, line in pairwise(lines):
        at_space = text.count(" ") > 0
        assert at_space or _text(line)[0] not in CLOSING
        assert at_space or _text(before)[-1] not in OPENING


def test_a_justified_line_ends_at_the_margin_and_the_last_one_does_not() -> None:
    lines = SETTER.lines([Span("全国社区治理和服务创新实验区示范培训班" * 3, SONG)], 205)
    assert lines is not None
    full = lines[0].marks(0, 0, width=205)[-1]
    assert full.x + 10 == pytest.approx(205)
    assert lines[-1].marks(0, 0, width=205)[-1].x + 10 < 204


def test_a_closing_mark_at_the_end_of_a_line_hangs_by_half() -> None:
    lines = SETTER.lines([Span("一二三四五六七八九，十", SONG)], 95)
    assert lines is not None
    assert _text(lines[0]) == "一二三四五六七八九，"
    assert lines[0].width == pytest.approx(95)


def test_two_marks_side_by_side_share_a_square() -> None:
    assert SETTER.width("”，", SONG) == pytest.approx(15, abs=0.2)
    assert SETTER.width("，“", SONG) == pytest.approx(15, abs=0.2)
    assert SETTER.width("（“", SONG) == pytest.approx(15, abs=0.2)


def test_chinese_and_figures_stand_a_little_apart() -> None:
    apart = SETTER.width("年2019", SONG) - SETTER.width("年", SONG) - SETTER.width("2019", SONG)
    assert apart == pytest.approx(1.0)


def test_a_whole_span_is_never_broken() -> None:
    name = Span("阿卜杜·买买提", Style(Face.KAI, 15, whole=True))
    lines = SETTER.lines([Span("学员参加了培训班", SONG), name, Span("，结业", SONG)], 130)
    assert lines is not None
    assert any("阿卜杜·买买提，" in _text(line) for line in lines)
    assert SETTER.lines([name], 60) is None


def test_english_quotation_marks_take_their_ink_alone() -> None:
    assert SETTER.width("“A”", LATIN) < SETTER.width("“A”", SONG) - 8


def test_balanced_lines_are_as_few_and_more_even() -> None:
    text = [Span("Department of Primary-level Governance and Community Development, China", LATIN)]
    plain, even = SETTER.lines(text, 300), SETTER.balanced(text, 300)
    assert plain is not None
    assert even is not None
    assert len(plain) == len(even)
    assert min(line.width for line in even) > min(line.width for line in plain)


def test_an_empty_span_leaves_no_trace() -> None:
    spans = [Span("", SONG), Span("王", SONG), Span("", SONG), Span("明", SONG)]
    assert SETTER.single(*spans).width == SETTER.width("王明", SONG)
    assert SETTER.lines([Span("", SONG)], 100) == []


def test_an_address_is_broken_anywhere() -> None:
    address = "train.example.org/v/" + "A" * 60
    lines = SETTER.lines([Span(address, replace(SONG, anywhere=True))], 120)
    assert lines is not None
    assert "".join(_text(line) for line in lines) == address
    assert all(line.width <= 120 for line in lines)


def test_a_character_without_a_glyph_is_an_error_here(chain: FontChain) -> None:
    with pytest.raises(ValueError):
        Typesetter(chain).width("𪚥", SONG)
