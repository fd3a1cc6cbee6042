"""ID documents: resident IDs and residence permits by GB 11643, passports, and others."""

import re
import unicodedata
from datetime import date
from enum import StrEnum
from functools import lru_cache

import msgspec

from trainingmgr.domain.person.text import INVISIBLE, text_key
from trainingmgr.domain.refusal import Refusal


class IdType(StrEnum):
    RESIDENT_ID = "resident_id"
    RESIDENCE_PERMIT = "residence_permit"
    PASSPORT = "passport"
    OTHER = "other"


_EIGHTEEN_DIGITS = frozenset({IdType.RESIDENT_ID, IdType.RESIDENCE_PERMIT})


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class IdDocument(msgspec.Struct, frozen=True, gc=False):
    """A checked ID number in capitals without spaces, and what kind of document bears it."""

    type: IdType
    number: str


# GB/T 2260: the first two digits are a province; 81, 82, 83 stand on residence permits of people
# from Hong Kong, Macau and Taiwan, whose first six digits are fixed.
_REGIONS = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71"
_PROVINCES = frozenset(_REGIONS.split())
_PERMITS = frozenset({"810000", "820000", "830000"})
# The weights of the check digit are powers of two, of which 11 leaves what it leaves of powers of 13: a number
# read to the base 13 is the whole sum at once.
_BASE, _MODULUS = 13, 11

_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
_ROUNDED = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]+")
_NOISE = re.compile(r"[\s\-‐‑‒–—―−]+")
# What is typed for the X at the end, and a remark that has no part in a number.
_CROSSES = str.maketrans(dict.fromkeys("×✕✖✗╳ХΧ", "X"))
_REMARK = re.compile(r"\([^()0-9]+\)$")
_PASSPORT = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,20}")
# Travel permits for Hong Kong and Macau (H, M and eight or ten digits).
_TRAVEL = re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?")
_OTHER = re.compile(r"(?=.*[0-9])[A-Z0-9()/.\u4e00-\u9fff]{4,30}")

_TYPE_WORDS: dict[str, IdType] = {
    **dict.fromkeys(
        ("身份证", "居民身份证", "二代身份证", "第二代居民身份证", "idcard", "residentid", "residentidcard",
         "chineseid", "id", "nationalid", "resident_id"),
        IdType.RESIDENT_ID,
    ),
    **dict.fromkeys(
        ("居住证", "港澳台居民居住证", "港澳居民居住证", "台湾居民居住证", "港澳台居住证", "外国人永久居留身份证",
         "residencepermit", "residence_permit"),
        IdType.RESIDENCE_PERMIT,
    ),
    **dict.fromkeys(("护照", "普通护照", "公务护照", "外交护照", "因公护照", "外国护照", "passport"), IdType.PASSPORT),
    **dict.fromkeys(
        ("其他", "其它", "军官证", "士兵证", "警官证", "港澳居民来往内地通行证", "港澳通行证", "回乡证",
         "台湾居民来往大陆通行证", "台胞证", "驾驶证", "other", "travelpermit", "militaryid"),
        IdType.OTHER,
    ),
}  # fmt: skip

_SEX_WORDS: dict[str, Sex] = {
    **dict.fromkeys(("男", "男性", "男士", "先生", "m", "male", "man", "mr", "mr."), Sex.MALE),
    **dict.fromkeys(("女", "女性", "女士", "f", "female", "woman", "ms", "ms.", "mrs", "mrs."), Sex.FEMALE),
}


@lru_cache(maxsize=256)
def read_id_type(raw: str) -> IdType | None:
    """The kind of document that a cell names, None for an empty one. Raises Refusal `id_type_unknown`."""
    key = text_key(raw)
    if not key:
        return None
    kind = _TYPE_WORDS.get(key)
    if kind is None:
        raise Refusal("id_type_unknown", value=raw.strip()[:60])
    return kind


@lru_cache(maxsize=256)
def read_sex(raw: str) -> Sex | None:
    """The sex that a cell names, None for an empty one. Raises Refusal `sex_unknown`."""
    key = text_key(raw)
    if not key:
        return None
    sex = _SEX_WORDS.get(key)
    if sex is None:
        raise Refusal("sex_unknown", value=raw.strip()[:60])
    return sex


def read_id_number(raw: str, kind: IdType | None = None, *, today: date) -> IdDocument | None:
    """Check an ID number as typed; None for an empty cell.

    `kind` is what the file says of the document; eighteen digits tell for themselves whether they
    are a resident ID or a residence permit. Raises Refusal, never with the number itself:
    `number_rounded` (a spreadsheet kept only 15 digits), `id_fifteen_digits` (void since 2013),
    `id_length` (length), `id_region`, `id_birth_date`, `id_check_digit`, `id_characters`,
    `id_type_needed` (the number alone does not tell), `id_not_of_type` (type).
    """
    number = raw
    plain = _EIGHTEEN.fullmatch(raw) is not None
    if not plain:
        text = INVISIBLE.sub("", unicodedata.normalize("NFKC", raw)).strip().removeprefix("'").upper()
        if not text:
            return None
        if _ROUNDED.fullmatch(text):
            raise Refusal("number_rounded", value=raw.strip()[:40])
        number = _REMARK.sub("", _NOISE.sub("", text).translate(_CROSSES))
        plain = _EIGHTEEN.fullmatch(number) is not None
    if kind is IdType.OTHER:
        return _other(number)
    if plain and kind is not IdType.PASSPORT:
        return _eighteen(number, today)
    if kind in _EIGHTEEN_DIGITS:
        raise _not_eighteen(number)
    return _without_digits_rule(number, kind)


def _eighteen(number: str, today: date) -> IdDocument:
    if number[:2] in _PROVINCES:
        kind = IdType.RESIDENT_ID
    elif number[:6] in _PERMITS:
        kind = IdType.RESIDENCE_PERMIT
    elif number[0] == "9" and number[1:3] in _PROVINCES:
        # Foreigners' permanent residence cards since 2023: 9, province, country, birth, order, check.
        kind = IdType.RESIDENCE_PERMIT
    else:
        raise Refusal("id_region", region=number[:2])
    if int(number.replace("X", "A"), _BASE) % _MODULUS != 1:
        raise Refusal("number_rounded" if number.endswith("000") else "id_check_digit")
    born = birth_date(number)
    if born is None or born.year < 1900 or born > today:
        raise Refusal("id_birth_date", value=f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    return IdDocument(kind, number)


def _not_eighteen(number: str) -> Refusal:
    if re.fullmatch(r"[0-9]{15}", number):
        return Refusal("id_fifteen_digits")
    if len(number) != 18:
        return Refusal("id_length", length=len(number))
    return Refusal("id_characters")


def _without_digits_rule(number: str, kind: IdType | None) -> IdDocument:
    if kind is IdType.PASSPORT:
        if not _PASSPORT.fullmatch(number) or _EIGHTEEN.fullmatch(number):
            raise Refusal("id_not_of_type", type=IdType.PASSPORT)
        return IdDocument(IdType.PASSPORT, number)
    if number.isdigit() or re.fullmatch(r"[0-9]{12,}[0-9A-Z]?", number):
        if len(number) in {8, 9, 10}:
            raise Refusal("id_type_needed")
        raise _not_eighteen(number)
    if _TRAVEL.fullmatch(number):
        return IdDocument(IdType.OTHER, number)
    if len(number) <= 12 and _PASSPORT.fullmatch(number) and number.isascii():
        return IdDocument(IdType.PASSPORT, number)
    if not _OTHER.fullmatch(number):
        raise Refusal("id_characters")
    raise Refusal("id_type_needed")


def _other(number: str) -> IdDocument:
    if not _OTHER.fullmatch(number):
        raise Refusal("id_characters")
    return IdDocument(IdType.OTHER, number)


def birth_date(number: str) -> date | None:
    """The birth date inside an eighteen-digit number, None where there is no such day."""
    try:
        return date.fromisoformat(number[6:14])
    except ValueError:
        return None


def sex_of(document: IdDocument) -> Sex | None:
    """The sex that an eighteen-digit number tells (odd order number: male), None for other documents."""
    if document.type not in _EIGHTEEN_DIGITS:
        return None
    return Sex.MALE if document.number[16] in "13579" else Sex.FEMALE


def mask_id_number(number: str) -> str:
    """What screens and papers show: the first three and last four of eighteen, else the ends alone.

    The birth date and the county stay hidden, as Chinese public notices keep them.
    """
    if len(number) >= 15:
        return number[:3] + "*" * (len(number) - 7) + number[-4:]
    if len(number) >= 8:
        return number[:1] + "*" * (len(number) - 4) + number[-3:]
    return "*" * max(0, len(number) - 2) + number[-2:]
