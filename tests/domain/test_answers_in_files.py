"""What cells say to the organiser's own questions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.registration_form import (
    SEPARATOR,
    AnswerKind,
    FileBox,
    Option,
    Question,
    box_of,
    columns_of,
    from_cell,
)

OPTIONS = (Option("a", "讲座", "Lecture"), Option("b", "参观、考察", "Visit"), Option("c", "旧的", gone=True))


def question(kind: AnswerKind, label: str = "想参加什么", key: str = "q1") -> FileBox:
    return box_of(Question(key, kind, label, "What to join", options=OPTIONS))


@pytest.mark.parametrize(
    ("kind", "cell", "said"),
    [
        (AnswerKind.ONE, " 讲 座 ", "a"),
        (AnswerKind.ONE, "lecture", "a"),
        (AnswerKind.ONE, "旧的", "旧的"),
        (AnswerKind.SEVERAL, "讲座；Visit", f"a{SEPARATOR}b"),
        (AnswerKind.SEVERAL, "参观、考察", "b"),
        (AnswerKind.SEVERAL, "讲座,看戏", f"a{SEPARATOR}看戏"),
        (AnswerKind.YES_NO, "是", "yes"),
        (AnswerKind.YES_NO, "N", "no"),
        (AnswerKind.YES_NO, "也许", "也许"),
        (AnswerKind.NUMBER, " 2 ", "2"),
    ],
)
def test_a_cell_says_what_the_box_of_the_form_would(kind: AnswerKind, cell: str, said: str) -> None:
    assert from_cell(question(kind), cell) == said


@given(st.sampled_from(AnswerKind), st.text(max_size=12))
@settings(max_examples=30, deadline=None)
def test_no_cell_is_too_odd_to_be_told_of(kind: AnswerKind, cell: str) -> None:
    assert bool(from_cell(question(kind), cell)) <= bool(cell.strip())


def test_a_column_is_known_by_its_question_in_either_language_and_each_question_once() -> None:
    boxes = [question(AnswerKind.ONE), question(AnswerKind.ONE, "别的", "q2")]
    found = columns_of(boxes, {3: "what to JOIN", 4: "想参加什么", 5: "别的", 6: "谁"})
    assert {place: one.key for place, one in found.items()} == {3: "q1", 5: "q2"}
