"""A person's place on one training, from nomination to completion."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from trainingmgr.domain.person import name_key


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


# Dots that keyboards give for the middle dot of a name; the name itself is kept without any.
_OTHER_DOTS = re.compile("[•‧∙⋅・●]")


def search_text(name: str, pinyin: str, initials: str, unit: str, phone_tail: str) -> str:
    """What the search box looks through for one registration, in lower case.

    `pinyin` is the name's sort key (syllables apart); it is kept run together, so that `chenyueliang`,
    `chen` and `yueliang` are all found in it. Each part stands apart by a space, which no searched
    word holds.
    """
    joined, unit = pinyin.replace(" ", "").casefold(), name_key(unit) if unit else ""
    words = (name_key(name), joined, initials.casefold(), unit, phone_tail)
    return " ".join(dict.fromkeys(filter(None, words)))


def search_words(text: str) -> tuple[str, ...]:
    """The words of a search in the form of `search_text`; all of them must be found.

    A telephone number typed whole is looked for by its last four digits, which is what is kept.
    """
    words = []
    for word in unicodedata.normalize("NFKC", text).split()[:8]:
        digits = re.sub(r"[-+()]", "", word)
        whole_number = digits.isdigit() and len(digits) >= 7
        words.append(digits[-4:] if whole_number else name_key(_OTHER_DOTS.sub("", word)))
    return tuple(dict.fromkeys(word for word in words if word))
