"""How values look on a page."""

import pytest

from trainingmgr.crypto import HIDDEN
from trainingmgr.http.rendering import linked

OWN = "http://127.0.0.1:8080/n/abc_-1"


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (f"填报链接：{OWN}\n\n该链接仅供贵单位使用。", [OWN]),
        (f"见{OWN}。谢谢（{OWN}）", [OWN, OWN]),
        (f"See {OWN}, or {OWN}?a=1&b=2.", [OWN, f"{OWN}?a=1&amp;b=2"]),
        (f"https://x.example.org/n/{HIDDEN}", []),
        ("javascript:alert(1) ftp://x.example.org <script>", []),
    ],
)
def test_addresses_in_a_text_are_links_wherever_they_stand(text: str, links: list[str]) -> None:
    found = linked(text)
    assert [part.split('"')[0] for part in found.split('<a href="')[1:]] == links
    assert "<script" not in found
