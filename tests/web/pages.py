"""What tests of pages read off an answer."""

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient


def body(client: FlaskClient, address: str, **how: Any) -> str:
    """The text of the page at an address, as its reader has it: without entities."""
    return unescape(client.get(address, **how).get_data(as_text=True))


def hidden(html: str, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)
    assert found is not None
    return found[1]
