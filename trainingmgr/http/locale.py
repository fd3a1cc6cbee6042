"""The language of the screen: a remembered choice, else the browser's wish."""

import os

from flask import Flask, has_request_context, request
from flask_babel import get_locale

LANGUAGES = {"zh": "中文", "en": "English"}
COOKIE = "trainingmgr_language"
_BABEL = {"zh": "zh_Hans_CN", "en": "en"}


def language() -> str:
    """The screen's language for this request: `zh` or `en`."""
    current = get_locale()
    return "en" if current is not None and current.language == "en" else "zh"


def select() -> str:
    """Choose the locale of a request, in the words of the translation catalogues."""
    if not has_request_context():
        return _BABEL["zh" if _terminal_language().startswith("zh") else "en"]
    chosen = request.cookies.get(COOKIE, "")
    if chosen not in LANGUAGES:
        wish = request.accept_languages.best_match(
            ["zh", "zh-CN", "zh-Hans", "zh-TW", "zh-HK", "en", "en-US", "en-GB"]
        )
        chosen = "en" if wish and wish.startswith("en") else "zh"
    return _BABEL[chosen]


def _terminal_language() -> str:
    for name in ("TRAININGMGR_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return os.environ[name].lower()
    return ""


def pick(zh: str, en: str) -> str:
    """The text of a two-language field for this screen; the other one where that is empty."""
    return (en or zh) if language() == "en" else (zh or en)


def init_app(app: Flask) -> None:
    """Give templates the language and the two-language field."""
    app.jinja_env.globals.update(language=language, languages=LANGUAGES)
    app.jinja_env.globals["pick"] = pick
