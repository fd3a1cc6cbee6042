"""A certificate: what is printed on it, how it is numbered, and how a checker proves it."""

import json
import re
import secrets
import unicodedata
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from urllib.parse import quote, unquote

import msgspec
from stdnum.iso7064 import mod_37_36

from trainingmgr.domain.glyph import Substitute, SubstituteKind
from trainingmgr.domain.refusal import Refusal

SNAPSHOT_VERSION = 3

# No 0/O and no 1/I: what is left is told apart on paper and over the telephone.
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 26  # 32 letters carry 5 bits each: 130 bits
CODE_GROUP = 5

MAX_SERIAL_LENGTH = 48

MASK = "*"
_MIDDLE_DOTS = "·•‧∙⋅・･᛫•.．"
_COMPOUNDS = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙钟离"
    "长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭"
    "南门羊舌微生梁丘左丘东门西门南荣第五"
)
_COMPOUND_SURNAMES = frozenset(_COMPOUNDS[at : at + 2] for at in range(0, len(_COMPOUNDS), 2))


class CertificateStatus(StrEnum):
    """`RESERVED` holds a number whose paper is not finished; `VOIDED` explains one that never will be."""

    RESERVED = "reserved"
    VALID = "valid"
    REVOKED = "revoked"
    VOIDED = "voided"


class CertificateKind(StrEnum):
    """What a paper certifies. The first of a training's kinds is the completion of its course."""

    COMPLETION = "completion"
    ATTENDANCE = "attendance"
    CLASS_HOURS = "class_hours"
    BEST_TRAINEE = "best_trainee"
    APPOINTMENT = "appointment"
    THANKS = "thanks"


FOR_LECTURERS = frozenset({CertificateKind.APPOINTMENT, CertificateKind.THANKS})
"""Kinds that a lecturer of the training gets; all others go to participants."""


class SerialScope(StrEnum):
    """What is numbered together: a kind of certificate within a training, or within an organisation and year."""

    TRAINING = "training"
    YEAR = "year"


class RevocationGround(StrEnum):
    """Why a certificate does not stand any more, in the general words that a checker is told."""

    ERROR = "error"
    NOT_ENTITLED = "not_entitled"
    MISUSED = "misused"
    HOLDER_ASKED = "holder_asked"
    OTHER = "other"


class RequestAction(StrEnum):
    """What a second person is asked to agree to."""

    REVOKE = "revoke"
    REISSUE = "reissue"


class CertificateLanguage(StrEnum):
    ZH = "zh"
    EN = "en"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class CertificateSnapshot:
    """Every fact printed on one certificate, as it was on the day of issue.

    Texts are empty where a training has none in that language; dates include both ends;
    `class_hours` of zero is not printed; they are the planned ones, but those earned where the
    certificate is about hours, and those taught on a lecturer's paper. `code` is the checker's code as `new_code` gave it, `verify_url` the
    address in the QR. `holder_detail` (a unit or a masked ID) is set where namesakes must be told
    apart. A lecturer's paper names what was taught in `topic_*`. `design` is the SHA-256 of the
    design's canonical JSON (empty for the program's first layout), `photo` that of the holder's
    photograph. Texts keep their true characters: what stands on the paper for those that no font
    has is in `substitutes`.
    """

    language: CertificateLanguage
    serial: str
    code: str
    verify_url: str
    holder_name: str
    training_title_zh: str
    training_title_en: str
    host_zh: str
    host_en: str
    place_zh: str
    place_en: str
    start_date: date
    end_date: date
    class_hours: Decimal
    issue_date: date
    is_sample: bool
    holder_latin_name: str | None = None
    holder_detail: str | None = None
    co_hosts_zh: tuple[str, ...] = ()
    co_hosts_en: tuple[str, ...] = ()
    signature_zh: tuple[str, ...] = ()
    signature_en: tuple[str, ...] = ()
    kind: CertificateKind = CertificateKind.COMPLETION
    holder_unit: str = ""
    holder_unit_en: str = ""
    holder_post: str = ""
    topic_zh: str = ""
    topic_en: str = ""
    design: str = ""
    photo: str = ""
    substitutes: tuple[Substitute, ...] = ()

    @property
    def printed_name(self) -> str:
        """The holder's name as it can be read on the paper, with the texts that were agreed on."""
        name = self.holder_name
        for one in self.substitutes:
            if one.kind is SubstituteKind.TEXT:
                name = name.replace(one.character, one.value)
        return name

    def to_json(self) -> str:
        """Canonical JSON: the same facts give the same text, so its hash may be kept."""
        facts = asdict(self) | {
            "version": SNAPSHOT_VERSION,
            "language": self.language.value,
            "kind": self.kind.value,
            "start_date": self.start_date.isoformat(),
            "end_date": self.end_date.isoformat(),
            "issue_date": self.issue_date.isoformat(),
            "class_hours": str(self.class_hours),
        }
        return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "CertificateSnapshot":
        """Read what `to_json` wrote; ValueError when it is of another version or not whole."""
        return cls.from_facts(json.loads(text))

    @classmethod
    def from_facts(cls, facts: Any) -> "CertificateSnapshot":
        """As `from_json`, of JSON that was read already."""
        version = facts.get("version") if isinstance(facts, dict) else None
        if version not in _SINCE:
            raise ValueError("not a certificate snapshot of a known version")
        whole = _SINCE[version] | facts
        if whole.keys() != _FIELDS:
            raise ValueError(f"snapshot fields differ: {sorted(whole.keys() ^ _FIELDS)}")
        try:
            return msgspec.convert(whole, cls)
        except msgspec.ValidationError as error:
            raise ValueError(str(error)) from error


_FIELDS = {field.name for field in fields(CertificateSnapshot)} | {"version"}
# What snapshots have had since those of a version, with the value that was true of them.
_SINCE_2: dict[str, Any] = {"substitutes": []}
_SINCE_1 = (
    _SINCE_2
    | dict.fromkeys(
        ("holder_unit", "holder_unit_en", "holder_post", "topic_zh", "topic_en", "design", "photo"), ""
    )
    | {"kind": CertificateKind.COMPLETION.value}
)
_SINCE: dict[int, dict[str, Any]] = {1: _SINCE_1, 2: _SINCE_2, SNAPSHOT_VERSION: {}}


def new_code() -> str:
    """A checker's code of 130 random bits, in letters and figures that cannot be mistaken for one another."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def group_code(code: str) -> str:
    """The code in groups as it is printed: `ABCDE-FGHJK-LMNPQ-RSTUV-WXYZ23`, the last group longer by one."""
    groups = [code[at : at + CODE_GROUP] for at in range(0, len(code), CODE_GROUP)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return "-".join(groups)


def clean_code(typed: str) -> str:
    """A code as typed from paper, back to the form `new_code` gave; empty if it cannot be one."""
    code = re.sub(r"[\s\-_‐-―−]", "", unicodedata.normalize("NFKC", typed)).upper()
    whole = len(code) == CODE_LENGTH and set(code) <= set(CODE_ALPHABET)
    return code if whole else ""


def verify_url(public_url: str, serial: str, code: str) -> str:
    """The address in the QR: where anyone may ask whether this serial is valid.

    `code` is the checker's code, or the signed token that holds it.
    """
    return f"{public_url.rstrip('/')}/v/{quote(serial, safe='')}?c={quote(code, safe='')}"


def proof_in(address: str) -> str:
    """The code or the token in an address that `verify_url` gave; empty in an empty one."""
    return unquote(address.rpartition("?c=")[2])


@dataclass(frozen=True, slots=True)
class SerialPattern:
    """How a training numbers its certificates, for example `{code}-{year}-{seq:04d}`.

    Fields: `{code}` (the training's), `{year}` (of issue, four figures), `{kind}` (a letter, see
    `KIND_LETTERS`), `{seq}` (from 1; `:04d` pads it with zeros up to 2 to 9 figures) and `{check}`
    (a check character by ISO 7064 MOD 37,36 over all letters and figures before it, in capitals).
    Literals are letters, figures, `-`, `_` and `.`, so that a serial may stand in an address and a
    file name as it is. A pattern is parsed, never given to `str.format`, which would reach into
    objects.
    """

    text: str

    def __post_init__(self) -> None:
        if not self.text:
            raise Refusal("certificate.pattern_empty")
        rest = _FIELD.sub("", self.text)
        if bad := _UNSAFE.search(rest):
            raise Refusal("certificate.pattern_character", character=bad.group(), pattern=self.text)
        if sum(match["name"] == "seq" for match in _FIELD.finditer(self.text)) != 1:
            raise Refusal("certificate.pattern_without_seq", pattern=self.text)
        if "{check}" in self.text and not _CHECK_LAST.search(self.text):
            raise Refusal("certificate.pattern_check_last", pattern=self.text)
        if rest.startswith((".", "-")) and not self.text.startswith("{"):
            raise Refusal("certificate.pattern_character", character=self.text[0], pattern=self.text)
        if ".." in _FIELD.sub("x", self.text):
            raise Refusal("certificate.pattern_character", character="..", pattern=self.text)
        if len(self.render("X" * 24, 2000, 999_999)) > MAX_SERIAL_LENGTH:
            raise Refusal("certificate.pattern_too_long", pattern=self.text, longest=MAX_SERIAL_LENGTH)

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields that the pattern uses."""
        return frozenset(match["name"] or match["other"] for match in _FIELD.finditer(self.text))

    def render(
        self, code: str, year: int, seq: int, kind: CertificateKind = CertificateKind.COMPLETION
    ) -> str:
        """The serial with this running number; one that outgrows its padding is printed whole."""
        plain = {"code": code, "year": f"{year:04d}", "kind": KIND_LETTERS[kind], "check": ""}

        def value(match: re.Match[str]) -> str:
            if match["name"] == "seq":
                return f"{seq:0{int(match['width'] or 1)}d}"
            return plain[match["other"]]

        serial = _FIELD.sub(value, self.text)
        return serial + check_character(serial) if "check" in self.fields else serial


def check_character(serial: str) -> str:
    """The check character of a serial's letters and figures: ISO 7064 MOD 37,36, capitals and figures."""
    return str(mod_37_36.calc_check_digit(re.sub(r"[^0-9A-Z]", "", serial.upper())))


KIND_LETTERS = {
    CertificateKind.COMPLETION: "C",
    CertificateKind.ATTENDANCE: "A",
    CertificateKind.CLASS_HOURS: "H",
    CertificateKind.BEST_TRAINEE: "B",
    CertificateKind.APPOINTMENT: "L",
    CertificateKind.THANKS: "T",
}
_FIELD = re.compile(r"\{(?:(?P<name>seq)(?::0(?P<width>[2-9])d)?|(?P<other>code|year|kind|check))\}")
_CHECK_LAST = re.compile(r"^[^{}]*(?:\{(?!check)[^{}]*\}[^{}]*)*\{check\}$")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


def mask_name(name: str) -> str:
    """A name as the public page may show it: enough for the holder to know it, too little to learn it.

    王小明 becomes 王*明, 王明 王*, 欧阳明 欧阳*, 欧阳小明 欧阳*明. Of a name with a middle dot the first
    character and the dot's place stay (迪丽热巴·迪力木拉提 becomes 迪***·*****), of a Latin name each
    word's first letter (John Smith becomes J*** S****).
    """
    text = unicodedata.normalize("NFC", name).strip()
    if not text:
        return ""
    if not _is_han(text[0]):
        return " ".join(word[0] + MASK * (len(word) - 1) for word in text.split())
    if any(dot in text for dot in _MIDDLE_DOTS):
        return text[0] + "".join(c if c in _MIDDLE_DOTS else MASK for c in text[1:])
    characters = _clusters(text.replace(" ", ""))
    surname = 2 if len(characters) > 2 and "".join(characters[:2]) in _COMPOUND_SURNAMES else 1
    given = characters[surname:]
    if not given:
        return MASK * len(characters)
    last = given[-1] if len(given) > 1 else ""
    return "".join(characters[:surname]) + MASK * (len(given) - bool(last)) + last


def names_match(typed: str, real: str) -> bool:
    """Whether a checker typed this very name, whatever the spaces, widths, capitals or kind of middle dot."""
    return _folded(typed) == _folded(real) != ""


def _folded(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    text = "".join("·" if c in _MIDDLE_DOTS else c for c in text)
    return "".join(c for c in text if not c.isspace() and not _invisible(c))


def _invisible(character: str) -> bool:
    return unicodedata.category(character) in {"Cf", "Cc"} or _is_selector(character)


def _is_selector(character: str) -> bool:
    return "︀" <= character <= "️" or "\U000e0100" <= character <= "\U000e01ef"


def _clusters(text: str) -> list[str]:
    """Characters, each with the variation selector that belongs to it."""
    found: list[str] = []
    for character in text:
        if found and _is_selector(character):
            found[-1] += character
        else:
            found.append(character)
    return found


def _is_han(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("CJK ", "IDEOGRAPHIC NUMBER ZERO")) or (
        character >= "\U00020000"
    )
