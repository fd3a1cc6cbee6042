"""Mail texts: what is refused when one is saved, and what is written from it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.mail import (
    LANGUAGES,
    MailKind,
    Template,
    built_in,
    check,
    render,
    sample_values,
    variables,
)
from trainingmgr.domain.refusal import Refusal

EVERY = [(kind, language) for kind in MailKind for language in LANGUAGES]


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_every_built_in_text_passes_its_own_check_and_says_every_value(kind: MailKind, language: str) -> None:
    template, values = built_in(kind, language), sample_values(kind, language)
    check(kind, template)
    letter = render(template, values)
    assert "{" not in letter.subject + letter.body
    told = f"{letter.subject}\n{letter.body}"
    assert [one.name for one in variables(kind) if one.required and values[one.name] not in told] == []
    assert values["organisation"] in told


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_a_built_in_text_reads_well_where_only_what_is_needed_is_known(kind: MailKind, language: str) -> None:
    needed = {one.name for one in variables(kind) if one.required} | {"training", "organisation", "unit"}
    values = {name: value if name in needed else "" for name, value in sample_values(kind, language).items()}
    body = render(built_in(kind, language), values).body
    labels = ("：", ":")
    # A label that waits for a value in the next line is the one that speaks of the link below it.
    bare = [
        line for line in body.splitlines() if line.endswith(labels) and values.get("link", "-") not in body
    ]
    assert bare == []
    assert "\n\n\n" not in body


def test_an_unknown_variable_is_refused_by_its_name() -> None:
    with pytest.raises(Refusal) as refused:
        check(MailKind.CERTIFICATE, Template("{training}", "{nmae}，您好"))
    assert refused.value.code == "mail.variable_unknown"
    assert refused.value.values["variable"] == "{nmae}"
    assert "{name}" in str(refused.value.values["known"])


def test_a_text_without_the_link_that_it_is_about_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        check(MailKind.NOMINATION_INVITATION, Template("请推荐", "{unit}：\n\n请推荐。"))
    assert refused.value.code == "mail.variable_missing"
    assert refused.value.values == {"variable": "{link}"}


def test_a_line_that_speaks_only_of_what_is_empty_is_left_out() -> None:
    template = Template("s", "{name}：\n\n地点：{place}\n时间：{dates}{place}\n\n完")
    values = {"name": "", "place": "", "dates": "5月11日"}
    assert render(template, values).body == "时间：5月11日\n\n完"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.text(min_size=1, max_size=400))
def test_a_value_stands_in_the_mail_as_it_is_and_a_subject_is_one_line(name: str, text: str) -> None:
    values = sample_values(MailKind.MESSAGE, "en") | {"subject": name, "text": text}
    letter = render(Template("{subject}", "x {text}!\n\n\n\ny"), values)
    assert letter.body == f"x {text}!\n\ny"
    assert letter.subject == " ".join(name.split())
