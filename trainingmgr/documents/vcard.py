"""Contacts as a vCard file: version 4.0 (RFC 6350), or 3.0 (RFC 2426) for telephones that read no other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

VERSIONS = ("4.0", "3.0")
_LINE = 75  # octets, without the end of the line
_ESCAPES = str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody in an address book. `phone` is E.164 with the extension as `;ext=`; what is empty is left out.

    `sort_as` is the reading that the name is ordered by, surname first; `sex` is `M`, `F` or empty.
    """

    uid: str
    name: str
    family: str
    given: str
    sort_as: tuple[str, ...] = ()
    unit: str = ""
    post: str = ""
    phone: str = ""
    email: str = ""
    sex: str = ""
    categories: tuple[str, ...] = ()
    note: str = ""


def write_vcards(contacts: Iterable[Contact], version: str = "4.0") -> bytes:
    """The contacts one after the other, in UTF-8, lines folded at 75 octets and ended by CRLF."""
    lines = (folded for contact in contacts for line in _lines(contact, version) for folded in _folded(line))
    return b"".join(line + b"\r\n" for line in lines)


def _lines(one: Contact, version: str) -> Iterator[str]:
    new = version == "4.0"
    yield "BEGIN:VCARD"
    yield f"VERSION:{version}"
    yield f"UID:{_text(one.uid)}"
    yield f"FN:{_text(one.name)}"
    parts = ";".join((_text(one.family), _text(one.given), "", "", ""))
    sort_as = ",".join(one.sort_as)
    yield f'N;SORT-AS="{_quoted(sort_as)}":{parts}' if new and sort_as else f"N:{parts}"
    if sort_as and not new:
        yield f"SORT-STRING:{_text(' '.join(one.sort_as))}"
    if one.unit:
        yield f"ORG:{_text(one.unit)}"
    if one.post:
        yield f"TITLE:{_text(one.post)}"
    if one.phone:
        # Telephones that read the old version dial a comma as a pause.
        dialled = one.phone.replace(";ext=", ",")
        yield f"TEL;VALUE=uri;TYPE=voice:tel:{one.phone}" if new else f"TEL;TYPE=VOICE:{dialled}"
    if one.email:
        yield f"EMAIL:{_text(one.email)}"
    if one.sex and new:
        yield f"GENDER:{one.sex}"
    if one.categories:
        yield f"CATEGORIES:{','.join(map(_text, one.categories))}"
    if one.note:
        yield f"NOTE:{_text(one.note)}"
    yield "END:VCARD"


def _text(value: str) -> str:
    return value.translate(_ESCAPES)


def _quoted(value: str) -> str:
    """A parameter's value has no way to hold a quotation mark or a control character."""
    return "".join(one for one in value if one != '"' and one.isprintable())


def _folded(line: str) -> Iterator[bytes]:
    """The line in pieces of at most 75 octets, no character torn apart; each but the first begins with a space."""
    piece = b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > _LINE:
            yield piece
            piece = b" "
        piece += octets
    yield piece
