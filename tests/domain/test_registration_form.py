"""What a form asks of whom, and what counts as an answer."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration_form import (
    NO,
    YES,
    AnswerKind,
    BuiltInField,
    Condition,
    FieldKey,
    FormDefinition,
    Mode,
    Modes,
    QuestionInput,
    Sensitive,
    add_question,
    asked_fields,
    change_field,
    change_question,
    check,
    condition_choices,
    first_form,
    for_categories,
    move_question,
    read_form,
    remove_question,
    with_modes,
    write_form,
)

TODAY = date(2026, 5, 1)
WHO = {"name": "王小明", "unit": "示例市民政局", "phone": "13800138000"}


def _yes_no(condition: Condition | None = None, mode: Mode = Mode.REQUIRED) -> QuestionInput:
    return QuestionInput(kind=AnswerKind.YES_NO, label_zh="问题", modes=Modes(mode), condition=condition)


def _with(*questions: QuestionInput) -> FormDefinition:
    form = first_form()
    for one in questions:
        form = add_question(form, one)
    return form


def _code(act: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refusal) as refused:
        act(*args, **kwargs)
    return refused.value.code


@given(
    st.lists(st.tuples(st.sampled_from(Mode), st.integers(0, 5), st.booleans()), min_size=1, max_size=6),
    st.lists(st.sampled_from(["", YES, NO, "nonsense"]), min_size=6, max_size=6),
)
@settings(max_examples=150, deadline=None)
def test_what_is_asked_follows_from_its_conditions_and_nothing_else_is_needed_or_kept(
    chain: list[tuple[Mode, int, bool]], typed: list[str]
) -> None:
    form = first_form()
    parents: list[tuple[int, str] | None] = []
    for number, (mode, back, wanted) in enumerate(chain):
        parent = number - 1 - back
        value = YES if wanted else NO
        parents.append((parent, value) if parent >= 0 else None)
        condition = Condition(f"q{parent + 1}", value) if parent >= 0 else None
        form = add_question(form, _yes_no(condition, mode))
    answers = {f"q{number + 1}": typed[number] for number in range(len(chain))}
    checked = check(form, None, WHO | answers, today=TODAY)

    def asked(number: int) -> bool:
        if chain[number][0] is Mode.OFF:
            return False
        above = parents[number]
        return above is None or (asked(above[0]) and typed[above[0]] == above[1])

    for number, (mode, _back, _wanted) in enumerate(chain):
        key = f"q{number + 1}"
        assert (key in checked.asked) == asked(number)
        valid = typed[number] in {YES, NO}
        assert (key in checked.values) == (asked(number) and valid)
        missing = typed[number] == "" and mode is Mode.REQUIRED
        assert (key in checked.faults) == (asked(number) and (missing or typed[number] == "nonsense"))
    assert read_form(json.loads(json.dumps(write_form(form)))) == form


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12))
@settings(max_examples=100, deadline=None)
def test_no_order_of_changes_makes_questions_depend_on_one_another_in_a_circle(
    changes: list[tuple[int, int]],
) -> None:
    form = _with(*[_yes_no() for _ in range(5)])
    for below, above in changes:
        offered = f"q{above + 1}" in condition_choices(form, f"q{below + 1}")
        changed = _yes_no(Condition(f"q{above + 1}", YES))
        if offered:
            form = change_question(form, f"q{below + 1}", changed)
        else:
            code = _code(change_question, form, f"q{below + 1}", changed)
            assert code == "registration_form.condition_circle"
    everything = dict.fromkeys((f"q{number}" for number in range(1, 6)), YES)
    assert {f"q{number}" for number in range(1, 6)} <= set(asked_fields(form, None, everything))


def test_a_mode_may_differ_for_a_category_and_moves_along_with_it() -> None:
    form = with_modes(first_form(), {"phone": Modes(Mode.OFF, {7: Mode.REQUIRED}), "name": Modes(Mode.OFF)})
    assert set(check(form, None, {"unit": "x"}, today=TODAY).faults) == {"name"}
    assert set(check(form, 7, {"name": "王小明", "unit": "x"}, today=TODAY).faults) == {"phone"}
    copied = for_categories(form, {7: 9})
    assert "phone" in asked_fields(copied, 9, {})
    assert "phone" not in asked_fields(copied, 7, {})


def test_a_built_in_field_depends_on_what_was_chosen_elsewhere() -> None:
    form = with_modes(first_form(), {"lodging": Modes(Mode.REQUIRED), "departure": Modes(Mode.REQUIRED)})
    form = change_field(
        form,
        FieldKey.DEPARTURE,
        modes=Modes(Mode.REQUIRED),
        condition=Condition("lodging", "single"),
        sensitive=None,
    )
    assert not check(form, None, WHO | {"lodging": "none"}, today=TODAY).faults
    assert set(check(form, None, WHO | {"lodging": "single"}, today=TODAY).faults) == {"departure_day"}
    assert (
        _code(
            change_field,
            form,
            FieldKey.LODGING,
            modes=Modes(Mode.REQUIRED),
            condition=Condition("departure_by", "train"),
            sensitive=None,
        )
        == "registration_form.condition_circle"
    )


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (AnswerKind.SHORT_TEXT, " ＡＢ  二 三 ", "AB 二三"),
        (AnswerKind.LONG_TEXT, " 一\r\n\r\n二 ", "一\n\n二"),
        (AnswerKind.NUMBER, "１,２００.50", "1200.5"),
        (AnswerKind.NUMBER, "-0", "0"),
        (AnswerKind.NUMBER, "100", "100"),
        (AnswerKind.DATE, "2026年5月1日", "2026-05-01"),
        (AnswerKind.DATE, "2026/5/1", "2026-05-01"),
        (AnswerKind.ONE, "o2", "o2"),
        (AnswerKind.SEVERAL, "o3,o1,o1", "o1,o3"),
        (AnswerKind.YES_NO, "no", "no"),
    ],
)
def test_an_answer_is_put_right_by_its_kind(kind: AnswerKind, typed: str, kept: str) -> None:
    form = _with(QuestionInput(kind=kind, label_zh="问题", options=("甲 | A", "乙", "丙")))
    checked = check(form, None, WHO | {"q1": typed}, today=TODAY)
    assert (checked.faults, checked.answers()) == ({}, {"q1": kept})


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        (AnswerKind.NUMBER, "1e99", "registration_form.number"),
        (AnswerKind.NUMBER, "NaN", "registration_form.number"),
        (AnswerKind.NUMBER, "五", "registration_form.number"),
        (AnswerKind.DATE, "2026-02-30", "registration_form.date"),
        (AnswerKind.DATE, "0026-02-03", "registration_form.date"),
        (AnswerKind.ONE, "o1,o2", "registration_form.choice"),
        (AnswerKind.SEVERAL, "o1,o9", "registration_form.choice"),
        (AnswerKind.SHORT_TEXT, "x" * 201, "too_long"),
        (AnswerKind.LONG_TEXT, "a\x00b", "control_character"),
        (AnswerKind.SHORT_TEXT, "", "registration_form.missing"),
    ],
)
def test_what_is_no_answer_is_refused_at_its_box(kind: AnswerKind, typed: str, code: str) -> None:
    question = QuestionInput(kind=kind, label_zh="问题", options=("甲", "乙"), modes=Modes(Mode.REQUIRED))
    checked = check(_with(question), None, WHO | {"q1": typed}, today=TODAY)
    assert {part: refusal.code for part, refusal in checked.faults.items()} == {"q1": code}
    assert "q1" not in checked.values


def test_an_id_document_tells_its_kind_and_is_kept_with_the_person() -> None:
    form = with_modes(first_form(), {"document": Modes(Mode.OPTIONAL)})
    checked = check(form, None, WHO | {"id_number": "11010519491231002x"}, today=TODAY)
    assert checked.document is not None
    assert checked.facts().document == checked.document
    assert checked.facts().phone == "+8613800138000"
    assert checked.answers() == {}
    wrong = check(form, None, WHO | {"id_number": "110105194912310021"}, today=TODAY)
    assert wrong.document is None
    assert wrong.faults["id_number"].code == "id_check_digit"


def test_sensitive_answers_need_a_consent_of_their_own_and_what_tells_nothing_does_not() -> None:
    form = with_modes(first_form(), {key: Modes(Mode.OPTIONAL) for key in ("document", "diet", "health")})
    form = add_question(
        form, QuestionInput(kind=AnswerKind.SHORT_TEXT, label_zh="血型", sensitive=Sensitive("急救"))
    )
    typed = WHO | {"diet": "halal", "id_type": "passport", "q1": "A"}
    checked = check(form, None, typed, today=TODAY, consents=("q1",))
    assert checked.telling == {"diet", "q1"}
    assert {part: one.code for part, one in checked.faults.items()} == {
        "consent_diet": "registration_form.consent_missing"
    }
    assert not check(form, None, WHO | {"diet": "none"}, today=TODAY, consents=()).faults
    needed = with_modes(form, {"diet": Modes(Mode.REQUIRED)})
    asked = check(needed, None, WHO | {"diet": "halal"}, today=TODAY, consents=())
    assert asked.faults["consent_diet"].code == "registration_form.consent_needed"
    assert check(form, None, WHO | {"diet": "none", "diet_note": "x"}, today=TODAY, consents=()).faults


def test_an_option_taken_out_still_names_what_was_answered_and_keeps_its_key_when_it_comes_back() -> None:
    question = QuestionInput(kind=AnswerKind.ONE, label_zh="分会场", options=("成都|Chengdu", "重庆"))
    form = _with(question, _yes_no(Condition("q1", "o2")))
    fewer = QuestionInput(kind=AnswerKind.NUMBER, label_zh="分会场", options=("成都|Chengdu", "贵阳"))
    assert _code(change_question, form, "q1", fewer) == "registration_form.option_needed"
    form = remove_question(form, "q2")
    form = change_question(form, "q1", fewer)
    changed = form.questions[0]
    assert changed.kind is AnswerKind.ONE
    assert [(one.key, one.zh, one.gone) for one in changed.options] == [
        ("o1", "成都", False),
        ("o3", "贵阳", False),
        ("o2", "重庆", True),
    ]
    assert check(form, None, WHO | {"q1": "o2"}, today=TODAY).faults["q1"].code == "registration_form.choice"
    form = change_question(form, "q1", question)
    assert [(one.key, one.gone) for one in form.questions[0].options] == [
        ("o1", False),
        ("o2", False),
        ("o3", True),
    ]


def test_what_another_question_depends_on_stays_and_keys_are_never_given_twice() -> None:
    form = _with(_yes_no(), _yes_no(Condition("q1", YES)))
    assert _code(remove_question, form, "q1") == "registration_form.question_needed"
    form = remove_question(remove_question(form, "q2"), "q1")
    assert add_question(form, _yes_no()).questions[0].key == "q3"


def test_questions_change_places() -> None:
    form = _with(_yes_no(), _yes_no(), _yes_no())
    moved = move_question(move_question(form, "q3", "up"), "q1", "up")
    assert [one.key for one in moved.questions] == ["q1", "q3", "q2"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (QuestionInput(kind=AnswerKind.NUMBER, label_zh=" "), "registration_form.label_missing"),
        (QuestionInput(kind=AnswerKind.ONE, label_zh="x", options=("甲",)), "registration_form.options_few"),
        (
            QuestionInput(kind=AnswerKind.ONE, label_zh="x", options=("甲", "甲 | A")),
            "registration_form.option_twice",
        ),
        (
            QuestionInput(kind=AnswerKind.NUMBER, label_zh="x", sensitive=Sensitive()),
            "registration_form.purpose_missing",
        ),
        (
            QuestionInput(kind=AnswerKind.NUMBER, label_zh="x", sensitive=Sensitive("y", keep_days=0)),
            "registration_form.keep_days",
        ),
        (_yes_no(Condition("sex", "both")), "registration_form.condition_unknown"),
        (_yes_no(Condition("name", "王")), "registration_form.condition_unknown"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(given: QuestionInput, code: str) -> None:
    assert _code(add_question, first_form(), given) == code


def test_sensitive_fields_stay_sensitive_and_the_name_is_asked_of_everybody() -> None:
    form = change_field(
        first_form(), FieldKey.HEALTH, modes=Modes(Mode.OPTIONAL), condition=None, sensitive=None
    )
    assert form.fields[FieldKey.HEALTH].sensitive == first_form().fields[FieldKey.HEALTH].sensitive
    form = change_field(
        form,
        FieldKey.NAME,
        modes=Modes(Mode.OFF),
        condition=Condition("sex", "male"),
        sensitive=Sensitive("x"),
    )
    assert form.fields[FieldKey.NAME] == BuiltInField(Modes(Mode.REQUIRED))
