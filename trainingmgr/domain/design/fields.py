"""The facts that a design may print, and how a text with fields is taken apart."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple


class Field(StrEnum):
    """A fact of a certificate under the name by which a design asks for it: `{holder_name}`.

    `SENTENCE_*` are whole sentences as an office would write them for the kind of certificate, so
    that a design need not know the grammar of hosts, co-hosts, dates and hours; they are made of
    `OPENING_*`, the holder's name with its detail, and `BODY_*`, for designs that set the name
    larger or on a line of its own. Dates are in the language of their ending; `ISSUE_DATE_ZH` is in
    Chinese numerals. English calls the holder by `HOLDER_NAME_EN`, which is the Latin name where
    there is one; `HOLDER_OTHER_NAME` is then the Chinese one. `CO_HOSTS_*` and `SIGNATURE_*` may have
    several names, the latter on lines of their own.
    """

    KIND_ZH = "kind_zh"
    KIND_EN = "kind_en"
    HOLDER_NAME = "holder_name"
    HOLDER_LATIN_NAME = "holder_latin_name"
    HOLDER_NAME_EN = "holder_name_en"
    HOLDER_OTHER_NAME = "holder_other_name"
    HOLDER_DETAIL = "holder_detail"
    HOLDER_UNIT = "holder_unit"
    HOLDER_UNIT_EN = "holder_unit_en"
    HOLDER_POST = "holder_post"
    TRAINING_TITLE_ZH = "training_title_zh"
    TRAINING_TITLE_EN = "training_title_en"
    HOST_ZH = "host_zh"
    HOST_EN = "host_en"
    CO_HOSTS_ZH = "co_hosts_zh"
    CO_HOSTS_EN = "co_hosts_en"
    PLACE_ZH = "place_zh"
    PLACE_EN = "place_en"
    DATES_ZH = "dates_zh"
    DATES_EN = "dates_en"
    CLASS_HOURS_ZH = "class_hours_zh"
    CLASS_HOURS_EN = "class_hours_en"
    TOPIC_ZH = "topic_zh"
    TOPIC_EN = "topic_en"
    SENTENCE_ZH = "sentence_zh"
    SENTENCE_EN = "sentence_en"
    OPENING_ZH = "opening_zh"
    OPENING_EN = "opening_en"
    BODY_ZH = "body_zh"
    BODY_EN = "body_en"
    CLOSING_ZH = "closing_zh"
    SIGNATURE_ZH = "signature_zh"
    SIGNATURE_EN = "signature_en"
    ISSUE_DATE_ZH = "issue_date_zh"
    ISSUE_DATE_EN = "issue_date_en"
    SERIAL = "serial"
    CODE = "code"
    VERIFY_ADDRESS = "verify_address"


PERSONAL = frozenset(
    {
        Field.HOLDER_NAME,
        Field.HOLDER_LATIN_NAME,
        Field.HOLDER_NAME_EN,
        Field.HOLDER_OTHER_NAME,
        Field.HOLDER_DETAIL,
        Field.HOLDER_UNIT,
        Field.HOLDER_UNIT_EN,
        Field.HOLDER_POST,
        Field.CLASS_HOURS_ZH,
        Field.CLASS_HOURS_EN,
        Field.TOPIC_ZH,
        Field.TOPIC_EN,
        Field.SENTENCE_ZH,
        Field.SENTENCE_EN,
        Field.BODY_ZH,
        Field.BODY_EN,
        Field.SERIAL,
        Field.CODE,
        Field.VERIFY_ADDRESS,
    }
)
"""What may differ between two certificates of one batch."""

_FIELD = re.compile(r"\{([^{}]*)\}")


class Piece(NamedTuple):
    """A part of a text: plain words, or a field to be filled in."""

    text: str
    field: Field | None = None


class UnknownFieldError(ValueError):
    """A text asks for a fact that there is not; `name` is what stood between the braces."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@lru_cache(maxsize=1024)
def pieces(text: str) -> tuple[Piece, ...]:
    """The text's words and fields in order. Raises UnknownFieldError; a lone brace counts as unknown."""
    found: list[Piece] = []
    at = 0
    for match in _FIELD.finditer(text):
        _plain(found, text[at : match.start()])
        try:
            found.append(Piece(match.group(), Field(match[1])))
        except ValueError:
            raise UnknownFieldError(match[1]) from None
        at = match.end()
    _plain(found, text[at:])
    return tuple(found)


def _plain(found: list[Piece], text: str) -> None:
    if "{" in text or "}" in text:
        raise UnknownFieldError(text.strip()[:40])
    if text:
        found.append(Piece(text))


def fields_of(text: str) -> frozenset[Field]:
    """The fields that a text asks for. Raises UnknownFieldError."""
    return frozenset(piece.field for piece in pieces(text) if piece.field)
