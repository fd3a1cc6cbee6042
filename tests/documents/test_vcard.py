"""Contacts are read back by a reader of its own, as the RFCs say a file is to be read."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.documents.vcard import VERSIONS, Contact, write_vcards

Card = dict[str, str]


def read(content: bytes) -> list[Card]:
    """The cards of a file: unfolded, each property by its name, parameters apart, values unescaped."""
    assert content.endswith(b"\r\n")
    lines = content.decode().replace("\r\n ", "").split("\r\n")[:-1]
    cards: list[Card] = []
    for line in lines:
        head, _colon, value = _split(line)
        name = head.split(";")[0]
        if name == "BEGIN":
            cards.append({})
        elif name != "END":
            assert name not in cards[-1], f"{name} twice"
            cards[-1][name] = value
    return cards


def _split(line: str) -> tuple[str, str, str]:
    quoted = False
    for at, character in enumerate(line):
        quoted ^= character == '"'
        if character == ":" and not quoted:
            return line[:at], ":", line[at + 1 :]
    raise AssertionError(f"no value in {line!r}")


def text(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), value)


def parts(value: str, mark: str) -> list[str]:
    return [text(one) for one in re.split(rf"(?<!\\)(?:\\\\)*{mark}", value)]


WANG = Contact(
    uid="trainingmgr:0a1b",
    name="尉迟敬德",
    family="尉迟",
    given="敬德",
    sort_as=("yuchi", "jing de"),
    unit="示例省民政厅; 基层处",
    post="处长, 主任",
    phone="+869912345678;ext=801",
    email="a@example.org",
    sex="M",
    categories=("社区治理培训班", "第1组"),
    note="第一行\n第二行 \\ 完",
)


def test_a_contact_is_what_telephones_expect() -> None:
    (card,) = read(write_vcards([WANG]))
    assert (card["VERSION"], card["FN"], card["GENDER"]) == ("4.0", "尉迟敬德", "M")
    assert card["N"] == "尉迟;敬德;;;"
    assert parts(card["ORG"], ";") == ["示例省民政厅; 基层处"]
    assert text(card["TITLE"]) == "处长, 主任"
    assert card["TEL"] == "tel:+869912345678;ext=801"
    assert parts(card["CATEGORIES"], ",") == ["社区治理培训班", "第1组"]
    assert text(card["NOTE"]) == "第一行\n第二行 \\ 完"
    assert b'N;SORT-AS="yuchi,jing de":' in write_vcards([WANG])


def test_the_older_version_has_the_same_in_its_own_way() -> None:
    (card,) = read(write_vcards([WANG], "3.0"))
    assert (card["VERSION"], card["SORT-STRING"]) == ("3.0", "yuchi jing de")
    assert card["TEL"] == "+869912345678,801"
    assert "GENDER" not in card


def test_what_is_not_known_is_left_out() -> None:
    (card,) = read(write_vcards([Contact("1", "Ann", "", "Ann")]))
    assert set(card) == {"VERSION", "UID", "FN", "N"}


anything = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=90)


@settings(max_examples=60)
@given(
    names=st.lists(anything.filter(bool), min_size=1, max_size=3),
    note=anything,
    version=st.sampled_from(VERSIONS),
)
def test_any_text_comes_back_and_no_line_is_longer_than_75_octets(
    names: list[str], note: str, version: str
) -> None:
    people = [Contact("1", name, name, name, ("x", name), unit=note, note=note) for name in names]
    content = write_vcards(people, version)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    cards = read(content)
    assert [text(card["FN"]) for card in cards] == names
    assert [text(card.get("NOTE", "")) for card in cards] == [note] * len(names)
