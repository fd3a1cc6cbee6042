"""A person's place on one training, from nomination to completion."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from trainingmgr.domain.person import has_han, name_key


class RegistrationStatus(StrEnum):
    NOMINATED = "nominated"
    WAITLISTED = "waitlisted"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    COMPLETED = "completed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


# Whoever is on the class, as against nominated only or gone again.
PRESENT_STATUSES = frozenset(
    {RegistrationStatus.CONFIRMED, RegistrationStatus.ARRIVED, RegistrationStatus.COMPLETED}
)
# Whoever has neither come nor gone: they may still be changed, replaced and taken back by themselves or their unit.
EXPECTED_STATUSES = frozenset(
    {RegistrationStatus.NOMINATED, RegistrationStatus.WAITLISTED, RegistrationStatus.CONFIRMED}
)
# Whoever will not come, by their own word or the organiser's.
GONE_STATUSES = frozenset({RegistrationStatus.DECLINED, RegistrationStatus.WITHDRAWN})

_NEXT: dict[RegistrationStatus, frozenset[RegistrationStatus]] = {
    RegistrationStatus.NOMINATED: frozenset(
        {
            RegistrationStatus.WAITLISTED,
            RegistrationStatus.CONFIRMED,
            RegistrationStatus.ARRIVED,
            RegistrationStatus.DECLINED,
            RegistrationStatus.WITHDRAWN,
        }
    ),
    RegistrationStatus.WAITLISTED: frozenset(
        {
            RegistrationStatus.NOMINATED,
            RegistrationStatus.CONFIRMED,
            RegistrationStatus.DECLINED,
            RegistrationStatus.WITHDRAWN,
        }
    ),
    RegistrationStatus.CONFIRMED: frozenset(
        {
            RegistrationStatus.NOMINATED,
            RegistrationStatus.WAITLISTED,
            RegistrationStatus.ARRIVED,
            RegistrationStatus.WITHDRAWN,
        }
    ),
    RegistrationStatus.ARRIVED: frozenset(
        {RegistrationStatus.CONFIRMED, RegistrationStatus.COMPLETED, RegistrationStatus.WITHDRAWN}
    ),
    RegistrationStatus.COMPLETED: frozenset({RegistrationStatus.ARRIVED}),
    RegistrationStatus.DECLINED: frozenset(
        {RegistrationStatus.NOMINATED, RegistrationStatus.WAITLISTED, RegistrationStatus.CONFIRMED}
    ),
    RegistrationStatus.WITHDRAWN: frozenset(
        {RegistrationStatus.NOMINATED, RegistrationStatus.WAITLISTED, RegistrationStatus.CONFIRMED}
    ),
}


def next_statuses(status: RegistrationStatus) -> frozenset[RegistrationStatus]:
    """The statuses that a registration in `status` may be moved to by hand."""
    return _NEXT[status]


@dataclass(frozen=True, slots=True)
class Places:
    """A training's seats: `capacity` None is no limit; `taken` by whoever is on the class."""

    capacity: int | None
    taken: int
    waiting: int = 0

    @property
    def left(self) -> int | None:
        """How many are free, 0 where more are taken than there are; None without a limit."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    @property
    def over(self) -> int:
        """How many more are taken than there are."""
        return 0 if self.capacity is None else max(0, self.taken - self.capacity)

    def beyond(self, people: int) -> int:
        """How many of so many more would have no place."""
        return 0 if self.capacity is None else min(people, max(0, self.taken + people - self.capacity))

    def freed_since(self, before: "Places") -> int:
        """How many places have come free since `before` and are free: left by somebody, or added."""
        freed = before.taken - self.taken
        if self.capacity is not None and before.capacity is not None:
            freed += self.capacity - before.capacity
        return max(0, freed if self.left is None else min(freed, self.left))


class OverCapacity(StrEnum):
    """What becomes of those who are added beyond the places that a training has."""

    REFUSE = "refuse"
    WAITLIST = "waitlist"
    TAKE = "take"


# Dots that keyboards give for the middle dot of a name; the name itself is kept without any.
_OTHER_DOTS = re.compile("[•‧∙⋅・●]")
_WORDS = re.compile(r"[^\W_]+")
# Signs that stand around a word, and are not kept of names as English prints have them.
_AROUND = "()\"'“”‘’,;"
# Latin letters that are not made of a plain one and an accent.
_OTHER_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


def search_text(
    name: str, pinyin: str, initials: str, unit: str, phone_tail: str, latin_name: str = ""
) -> str:
    """What the search box looks through for one registration, in lower case.

    `pinyin` is the name's sort key (syllables apart); it is kept run together from each syllable on, as the
    initials are, so that `chenyueliang`, `yueliang`, `cyl` and `yl` each begin a word of it. So is the name as
    English prints have it, by the person's own `latin_name` or else by the rule, with its accents and without.
    The name goes first. Each part stands apart by a space, which no searched word holds.
    """
    syllables, initials = pinyin.casefold().split(), initials.casefold()
    words = [name_key(name), *_runs(syllables), *(initials[start:] for start in range(len(initials)))]
    if latin := latin_name or ("" if has_han(name) else name):
        words += _printed(latin)
    elif "v" in pinyin:
        words += _runs([one.replace("lv", "lyu").replace("nv", "nyu") for one in syllables])
    words += name_key(unit) if unit else "", phone_tail
    return " ".join(dict.fromkeys(filter(None, words)))


def _runs(parts: Sequence[str]) -> list[str]:
    return ["".join(parts[start:]) for start in range(len(parts))]


def _printed(latin: str) -> list[str]:
    words = _WORDS.findall(_small(latin))
    return [*_runs(words), *_runs([_without_accents(one) for one in words])]


def _small(text: str) -> str:
    # The Turkish I with a dot becomes two signs, of which the second stands in no word.
    return unicodedata.normalize("NFKC", text).casefold().replace("i\u0307", "i")


def _without_accents(word: str) -> str:
    parts = unicodedata.normalize("NFKD", word).translate(_OTHER_LETTERS)
    return "".join(one for one in parts if not unicodedata.combining(one))


def search_words(text: str) -> tuple[str, ...]:
    """The words of a search in the form of `search_text`; all of them must be found, each as `search_pattern` says.

    A telephone number typed whole is looked for by its last four digits, which is what is kept.
    """
    words = []
    for word in _small(text).split()[:8]:
        digits = re.sub(r"[-+()]", "", word)
        whole_number = digits.isdigit() and len(digits) >= 7
        words.append(digits[-4:] if whole_number else name_key(_OTHER_DOTS.sub("", word.strip(_AROUND))))
    return tuple(dict.fromkeys(word for word in words if word))


_TYPED = re.compile("[a-z0-9]+")
# Of any writing but the Chinese.
_PRINTED = re.compile(r"[^\W\u2e80-\u2fdf\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
# Lengths of the beginnings of words that rosters are indexed by.
_BEGINNINGS = (1, 2, 3, 4, 6)


def search_pattern(word: str) -> str:
    """What a space and the `search_text` behind it are LIKE where a searched `word` is found; the escape sign is `/`.

    Letters and figures are found where they begin a word, anything else anywhere.
    """
    begins = " " if _TYPED.fullmatch(word) else ""
    return f"%{begins}" + re.sub(r"([/%_])", r"/\1", word) + "%"


def grams(text: str) -> set[str]:
    """What a `search_text` is indexed by, its unit's name left out.

    That is signs and pairs of the name, also where it is printed in other letters, and beginnings of the rest.
    """
    words = text.split(" ")
    typed = [begun[0] for word in words if (begun := _TYPED.match(word))]
    found = {word[:length] for word in typed for length in _BEGINNINGS if len(word) >= length}
    for name in (words[0], *(word for word in words[1:] if _PRINTED.fullmatch(word))):
        # Letters in the midst of a name begin nothing.
        found |= {gram for gram in (*name, *pairs(name)) if not _TYPED.fullmatch(gram)}
    return found


def leading_grams(word: str) -> tuple[str, ...]:
    """Those grams of which each is had by everybody who is found by a searched `word`, but for the unit's name."""
    if _TYPED.fullmatch(word):
        return tuple(word[:length] for length in _BEGINNINGS if len(word) >= length)[-1:]
    return tuple(pair for pair in pairs(word) if not _TYPED.fullmatch(pair)) or (word,)


def may_name_unit(word: str) -> bool:
    """Tell whether a searched `word` may stand in the midst of a unit's name; others are found by their grams alone."""
    return not _TYPED.fullmatch(word)


def pairs(text: str) -> tuple[str, ...]:
    """Each two signs of `text` that stand side by side, once."""
    return tuple(dict.fromkeys(text[start : start + 2] for start in range(len(text) - 1)))
