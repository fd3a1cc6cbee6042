"""The designer used by its forms alone."""

from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tests.factories import look_again
from trainingmgr.domain.design import Design as Data
from trainingmgr.models import Design
from trainingmgr.queries import design as queries

MARKUP = "<script>alert('x')</script>"


class DesignForm(HTMLParser):
    """The fields of the designer's form, as a browser without scripts sends them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: MultiDict[str, str] = MultiDict()
        self.buttons: list[str] = []
        self._within = False
        self._select = self._area = ""
        self._first: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._within = at.get("id") == "designer"
        if tag == "button" and at.get("form") == "designer":
            self.buttons.append(at["value"])
        if not self._within or (not (name := at.get("name", "")) and tag != "option"):
            return
        if tag == "button":
            self.buttons.append(at["value"])
        elif tag == "input" and (at.get("type") != "checkbox" or "checked" in at):
            self.fields.add(name, at.get("value", ""))
        elif tag == "select":
            self._select, self._first = name, None
        elif tag == "option" and self._select and ("selected" in at or self._first is None):
            self._first = at.get("value", "")
            self.fields.setlist(self._select, [self._first])
        elif tag == "textarea":
            self._area = name
            self.fields.setdefault(name, "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._within = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data


class Editor:
    """Somebody in front of the designer who presses its buttons."""

    def __init__(self, client: FlaskClient, address: str) -> None:
        self.client, self.address = client, address
        self.page = client.get(address).text

    def press(self, do: str, status: int = 303, **typed: Any) -> None:
        form = DesignForm(self.page)
        assert do in form.buttons, f"no button {do}"
        fields = form.fields
        for name, value in typed.items():
            name = name.replace("__", ".")
            if value is None:
                fields.poplist(name)
            else:
                fields.setlist(name, [str(value)])
        fields["do"] = do
        answer = self.client.post(self.address, data=fields)
        assert answer.status_code == status, answer.text[:3000]
        self.page = self.client.get(answer.location).text if status == 303 else answer.text


def draft(session: Session, number: int) -> Data:
    look_again(session)
    return queries.draft_of(session.get_one(Design, number))
