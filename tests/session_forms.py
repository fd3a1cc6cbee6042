"""A session's form as a browser fills it in and sends it."""

from html.parser import HTMLParser

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.models import TrainingSession

FILLED = {
    "kind": "lecture",
    "title_zh": "专题授课（一）",
    "day": "2026-05-12",
    "start": "09:00",
    "end": "10:30",
    "compulsory": "y",
}


class SessionForm(HTMLParser):
    """What a browser would send back of the page's first form with a title."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {key: value or "" for key, value in attrs}
        name = attributes.get("name", "")
        of_copy = attributes.get("id", "").startswith("copy-")
        if tag == "input" and attributes.get("type") != "checkbox" and not of_copy:
            self.values.setdefault(name, attributes.get("value", ""))
        elif tag == "input" and "checked" in attributes:
            self.values[name] = "y"
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in attributes:
            self.values[self._select] = attributes.get("value", "")


def fields_of(text: str) -> dict[str, str]:
    parser = SessionForm()
    parser.feed(text)
    return {name: value for name, value in parser.values.items() if name}


def only_session(session: Session) -> TrainingSession:
    session.rollback()
    return session.scalars(sa.select(TrainingSession).execution_options(populate_existing=True)).one()
