"""Refusals in words: no two features use one code for two sentences."""

import importlib
import pkgutil

from flask import Flask
from flask_babel import force_locale

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration_form import FieldKey
from trainingmgr.http import words
from trainingmgr.http.words.audit import ACTIONS


def test_a_refusal_code_has_one_sentence(app: Flask) -> None:
    seen: dict[str, tuple[str, str]] = {}
    clashes = []
    with app.test_request_context(), force_locale("en"):
        for info in pkgutil.iter_modules(words.__path__):
            messages = importlib.import_module(f"{words.__name__}.{info.name}").MESSAGES
            for code, message in messages.items():
                feature, text = seen.setdefault(code, (info.name, str(message)))
                if text != str(message):
                    clashes.append(f"{code}: {feature} and {info.name}")
    assert not clashes


def test_a_value_that_has_a_word_is_said_by_it(app: Flask) -> None:
    refusal = Refusal("registration_form.question_needed", label=FieldKey.EMERGENCY)
    with app.test_request_context(), force_locale("en"):
        assert words.sentence(refusal).startswith("“Emergency contact” is asked")


def test_a_title_is_said_in_the_language_of_the_screen_where_it_has_one(app: Flask) -> None:
    both = Refusal("act_overtaken", title_zh="专题授课", title_en="Lecture")
    chinese = Refusal("act_overtaken", title_zh="专题授课", title_en="")
    with app.test_request_context():
        with force_locale("en"):
            assert words.sentence(both).startswith("“Lecture” was changed since")
            assert words.sentence(chinese).startswith("“专题授课” was changed since")
        with force_locale("zh_Hans_CN"):
            assert "专题授课" in words.sentence(both)


def test_days_are_said_as_the_screen_writes_them_and_what_only_looks_like_one_as_typed(app: Flask) -> None:
    refusal = Refusal("certificate.pattern_without_seq", pattern="2026-02-31", day="2026-02-28")
    with app.test_request_context(), force_locale("en"):
        assert words.dated(refusal).values == {"pattern": "2026-02-31", "day": "28 Feb 2026"}


def test_every_act_is_told_in_both_languages(app: Flask) -> None:
    with app.test_request_context():
        with force_locale("en"):
            english = {action: str(words) for action, words in ACTIONS.items()}
        with force_locale("zh_Hans_CN"):
            untranslated = [action for action, words in ACTIONS.items() if str(words) == english[action]]
    assert untranslated == []
