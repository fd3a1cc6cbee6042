"""The language of the screen: a remembered choice, else the browser's wish."""

import os
from functools import lru_cache

from flask import Flask, has_request_context, request
from flask_babel import Locale, get_locale
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

LANGUAGES = {"zh": "中文", "en": "English"}
COOKIE = "trainingmgr_language"
_BABEL = {"zh": Locale.parse("zh_Hans_CN"), "en": Locale.parse("en")}


def language() -> str:
    """The screen's language for this request: `zh` or `en`."""
    current = get_locale()
    return "en" if current is not None and current.language == "en" else "zh"


def select() -> Locale:
    """Choose the locale of a request, or of a terminal."""
    if not has_request_context():
        return _BABEL["zh" if _terminal_language().startswith("zh") else "en"]
    chosen = request.cookies.get(COOKIE, "")
    if chosen not in LANGUAGES:
        chosen = _wish(request.headers.get("Accept-Language", ""))
    return _BABEL[chosen]


@lru_cache(maxsize=256)
def _wish(header: str) -> str:
    """The language that a browser asks for. Browsers have few ways to ask, and reading one takes long."""
    wish = parse_accept_header(header, LanguageAccept).best_match(
        ["zh", "zh-CN", "zh-Hans", "zh-TW", "zh-HK", "en", "en-US", "en-GB"]
    )
    return "en" if wish and wish.startswith("en") else "zh"


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
