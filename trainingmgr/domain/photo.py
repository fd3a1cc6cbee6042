"""Photographs of participants: what prints well, which designs want one, and whose a file is by its name."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from trainingmgr.domain.design import Design, PhotoItem
from trainingmgr.domain.person import name_key, text_key

ACROSS, DOWN = 25, 35
"""Millimetres of a one-inch photograph (一寸) as papers bear it; its ratio is what one is cut to when it is drawn."""

FEWEST_ACROSS = 240
"""Pixels on 25 mm that look sharp on paper: 244 dots an inch."""


class PhotoNeed(StrEnum):
    """Whether a design prints the holder's photograph: not at all, where there is one, or always."""

    NONE = "none"
    WISHED = "wished"
    NEEDED = "needed"


def need_of(design: Design) -> PhotoNeed:
    """What a design wants of photographs."""
    items = [item for item in design.items if isinstance(item, PhotoItem)]
    if any(item.required for item in items):
        return PhotoNeed.NEEDED
    return PhotoNeed.WISHED if items else PhotoNeed.NONE


class Doubt(StrEnum):
    """What somebody should look at before a photograph is printed."""

    SMALL = "small"
    WIDE = "wide"
    OTHER_TAIL = "other_tail"


def doubts_of_size(width: int, height: int) -> tuple[Doubt, ...]:
    """What is to be said of a picture of so many pixels: too few once it is cut, or wider than high."""
    across = min(width, height * ACROSS / DOWN)
    found = ((Doubt.SMALL, across < FEWEST_ACROSS), (Doubt.WIDE, width > height))
    return tuple(doubt for doubt, holds in found if holds)


class Face(NamedTuple):
    """Somebody on the roster, as file names may speak of them.

    `names` are the keys of the name in each script, `units` those of the unit by each of its names,
    `phone` the digits alone.
    """

    id: int
    names: frozenset[str]
    units: frozenset[str] = frozenset()
    phone: str = ""
    has_document: bool = False


class Match(NamedTuple):
    """Whom a file's name fits: one, several who cannot be told apart, or nobody, with the reason.

    `code` is one of `photo.name_unknown`, `photo.id_unknown`, `photo.id_of_another`, `photo.other_unit`,
    `photo.other_phone` where nobody fits.
    """

    ids: tuple[int, ...]
    code: str = ""
    doubts: tuple[Doubt, ...] = ()


# What people write beside a name that says nothing of whose picture it is.
_NOISE = re.compile(
    r"(?:电子|个人|本人|免冠|证件|登记|标准|半身|正面|彩色|近期|蓝底|白底|红底|[一二两12](?:英)?寸)*"
    r"(?:照片?|相片?|头像|底|免冠|证件|正面|寸)?(?:副本|最终版?|修改|新)?|photo|picture|portrait|copy|final|img|id"
)
# Ends as names of bodies do: somebody of one that is not on the roster is somebody else too.
_BODY = re.compile(
    r".{2,}(?:局|厅|委|委员会|部|司|处|办|办公室|政府|街道|社区|协会|学会|基金会|联合会|中心|公司|集团|医院|学院|大学|学校|研究院|研究所|报社|杂志社|新华社|电视台)"
)
_TOKEN = re.compile(
    r"[0-9]{17}[0-9Xx](?![0-9A-Za-z])|[A-Za-z]{1,2}[0-9]{6,10}(?![0-9A-Za-z])|[0-9]+|[A-Za-z'’]+|[^\W_A-Za-z0-9]+"
)
_DOCUMENT = re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}|[A-Z]{1,2}[0-9]{6,10}")
_ENDING = re.compile(r"\.[A-Za-z0-9]{2,5}$")
_TAIL = 4


class Names:
    """The names of a roster, ready to be looked for in the names of files."""

    def __init__(self, faces: Iterable[Face], bearer: Callable[[str], int | None]) -> None:
        """`bearer` gives whoever on the roster bears an ID number, in capitals, if anybody does."""
        self._faces = {one.id: one for one in faces}
        self._bearer = bearer
        self._by_name: dict[str, set[int]] = defaultdict(set)
        self._units: set[str] = set()
        for one in self._faces.values():
            for key in one.names:
                self._by_name[key].add(one.id)
            self._units |= one.units

    def match(self, path: str) -> Match:
        """Whom the file is of, by its name and, among namesakes, by the folders it lies in.

        An ID number goes before all else. A name alone is enough where one person bears it; of
        namesakes the unit or the end of the phone number must tell. A unit or a phone that is
        another's means that somebody else of that name is meant.
        """
        *folders, file = re.split(r"[/\\]", unicodedata.normalize("NFKC", path))
        tokens = _TOKEN.findall(_ENDING.sub("", file))
        numbers = [one.upper() for one in tokens if _DOCUMENT.fullmatch(one.upper())]
        named, rest = self._named(tokens)
        bearers = {found for one in numbers if (found := self._bearer(one)) is not None}
        if bearers:
            if len(bearers) > 1:
                return Match(tuple(sorted(bearers)))
            if named and not bearers & named:
                return Match((), "photo.id_of_another")
            return Match(tuple(bearers))
        if numbers:
            # Whoever's own number is known is somebody else; the number may be of one whose is not.
            named = {one for one in named if not self._faces[one].has_document}
            return self._told_apart(named, rest, folders) if named else Match((), "photo.id_unknown")
        return self._told_apart(named, rest, folders) if named else Match((), "photo.name_unknown")

    def _named(self, tokens: Sequence[str]) -> tuple[set[int], list[str]]:
        """Those whose name stands in a file's name, and what else stands there."""
        for length in range(len(tokens), 0, -1):
            runs = [at for at in range(len(tokens) - length + 1) if self._run(tokens[at : at + length])]
            if runs:
                found = set().union(*(self._run(tokens[at : at + length]) for at in runs))
                used = {place for at in runs for place in range(at, at + length)}
                rest = [one for place, one in enumerate(tokens) if place not in used]
                return found | self._also_in(rest), rest
        for at, token in enumerate(tokens):
            for name, other in _cuts(token):
                if name in self._by_name and (self._is_unit(other) or _NOISE.fullmatch(other)):
                    return self._by_name[name], [*tokens[:at], other, *tokens[at + 1 :]]
        return set(), []

    def _also_in(self, tokens: Sequence[str]) -> set[int]:
        """Others whose name stands inside a longer word: a picture of two is nobody's photograph."""
        words = [key for one in tokens if len(key := name_key(one)) > 1 and key not in self._units]
        named = [ids for name, ids in self._by_name.items() if any(name in word for word in words)]
        return set().union(*named) if words else set()

    def _is_unit(self, word: str) -> bool:
        return text_key(word) in self._units or _BODY.fullmatch(word) is not None

    def _run(self, tokens: Sequence[str]) -> set[int]:
        return self._by_name.get(name_key(" ".join(tokens)), set())

    def _told_apart(self, ids: set[int], rest: Sequence[str], folders: Sequence[str]) -> Match:
        faces = [self._faces[one] for one in sorted(ids)]
        phones = [one for one in rest if one.isdigit() and len(one) >= _TAIL]
        whole = [one for one in phones if len(one) == 11]
        if whole:
            faces = [
                one for one in faces if not one.phone or any(_ends(one.phone, number) for number in whole)
            ]
            if not faces:
                return Match((), "photo.other_phone")
        words = [text_key(one) for one in rest if not one.isdigit() and not _NOISE.fullmatch(one.casefold())]
        if any(self._is_unit(word) for word in (*words, "".join(words))):
            faces = [one for one in faces if not one.units or any(_of_unit(one, word) for word in words)]
            if not faces:
                return Match((), "photo.other_unit")
        hints = [*words, "".join(words), *(text_key(folder) for folder in folders)]
        left = set(faces)
        for some in (
            {one for one in faces if any(_ends(one.phone, number) for number in phones)},
            *({one for one in faces if _of_unit(one, word)} for word in hints),
        ):
            # What fits none of them says nothing; two hints that point to different people tell nobody.
            left &= some or left
        faces = sorted(left, key=lambda one: one.id) or faces
        if len(faces) != 1:
            return Match(tuple(one.id for one in faces))
        return Match((faces[0].id,), doubts=tuple(_doubts(faces[0], phones)))


def _cuts(token: str) -> Iterator[tuple[str, str]]:
    """The ways to read a token as a name and something else, long names first, the name in front first."""
    for length in range(len(token) - 1, 1, -1):
        yield name_key(token[:length]), token[length:]
        yield name_key(token[-length:]), token[:-length]


def _ends(phone: str, number: str) -> bool:
    return bool(phone) and phone.endswith(number)


def _of_unit(one: Face, word: str) -> bool:
    return len(word) > 1 and any(word in unit or unit in word for unit in one.units)


def _doubts(one: Face, phones: Sequence[str]) -> Iterator[Doubt]:
    tails = [number for number in phones if len(number) == _TAIL]
    if one.phone and tails and not any(_ends(one.phone, number) for number in tails):
        yield Doubt.OTHER_TAIL
