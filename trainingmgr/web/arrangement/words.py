"""What the pages say of each kind, of wishes left unmet and of demands that cannot hold."""

from collections.abc import Sequence

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainingmgr.domain.arrangement import Answer, ArrangementKind, Engine, Reason, Status, Trait, Unmet
from trainingmgr.domain.person import Sex
from trainingmgr.http.arrangement import ONE
from trainingmgr.http.labels import label
from trainingmgr.http.locale import pick
from trainingmgr.http.words import say
from trainingmgr.models import Category
from trainingmgr.queries.arrangement import Plan

__all__ = [
    "ADD",
    "FIRST",
    "GATHER",
    "INTRO",
    "ONE",
    "PLACES",
    "SPREAD",
    "Namer",
    "added",
    "found_by",
    "removed",
    "sex_word",
    "verdict",
    "without",
]

_K = ArrangementKind

PLACES: dict[ArrangementKind, LazyString] = {
    _K.GROUP: _l("Size at most"),
    _K.BUS: _l("Seats"),
    _K.ROOM: _l("Beds"),
    _K.TABLE: _l("Seats"),
}
# Buses are added elsewhere.
ADD: dict[ArrangementKind, LazyString] = {
    _K.GROUP: _l("Add groups"),
    _K.ROOM: _l("Add rooms"),
    _K.TABLE: _l("Add tables"),
}
FIRST: dict[ArrangementKind, LazyString] = {
    _K.GROUP: _l("Name of the first group"),
    _K.ROOM: _l("Name of the first room"),
    _K.TABLE: _l("Name of the first table"),
}
INTRO: dict[ArrangementKind, LazyString] = {
    _K.GROUP: _l("Groups for discussions and visits, balanced by what you tick."),
    _K.BUS: _l("Who rides in which bus; groups stay together where they fit."),
    _K.ROOM: _l("Who sleeps where: room-mates are of one sex, and of one region and unit where that can be."),
    _K.TABLE: _l("Who sits where; at each table the order follows the rank, and the first presides."),
}
SPREAD: dict[tuple[ArrangementKind, Trait], LazyString] = {
    (_K.GROUP, Trait.REGION): _l("Spread regions evenly"),
    (_K.GROUP, Trait.SEX): _l("Spread women and men evenly"),
    (_K.GROUP, Trait.LEVEL): _l("Spread ranks evenly"),
    (_K.GROUP, Trait.CATEGORY): _l("Spread categories evenly"),
    (_K.GROUP, Trait.UNIT): _l("Spread colleagues of one unit"),
    (_K.ROOM, Trait.REGION): _l("Mix regions in the rooms"),
    (_K.TABLE, Trait.LEVEL): _l("Spread ranks, so that somebody of rank presides at each table"),
    (_K.TABLE, Trait.REGION): _l("Spread regions evenly"),
    (_K.TABLE, Trait.SEX): _l("Spread women and men evenly"),
}
GATHER: dict[tuple[ArrangementKind, Trait], LazyString] = {
    (_K.BUS, Trait.GROUP): _l("Keep a group in one bus where it fits"),
    (_K.BUS, Trait.UNIT): _l("Keep colleagues of one unit in one bus"),
    (_K.ROOM, Trait.REGION): _l("Room-mates of one region"),
    (_K.ROOM, Trait.UNIT): _l("Room-mates of one unit"),
    (_K.ROOM, Trait.GROUP): _l("Room-mates of one group"),
    (_K.TABLE, Trait.GROUP): _l("Keep a group at one table"),
    (_K.TABLE, Trait.UNIT): _l("Keep colleagues of one unit at one table"),
}


def without(kind: ArrangementKind, number: int) -> str:
    """How many have no place, as a sentence."""
    if kind is _K.GROUP:
        return str(ngettext("One person is in no group.", "%(num)d people are in no group.", number))
    if kind is _K.BUS:
        return str(ngettext("One person is in no bus.", "%(num)d people are in no bus.", number))
    if kind is _K.ROOM:
        return str(ngettext("One person has no room.", "%(num)d people have no room.", number))
    return str(ngettext("One person is at no table.", "%(num)d people are at no table.", number))


def added(kind: ArrangementKind, number: int) -> str:
    """How many containers came in, as a sentence; buses come in elsewhere."""
    if kind is _K.GROUP:
        return str(ngettext("One group was added.", "%(num)d groups were added.", number))
    if kind is _K.ROOM:
        return str(ngettext("One room was added.", "%(num)d rooms were added.", number))
    return str(ngettext("One table was added.", "%(num)d tables were added.", number))


def removed(kind: ArrangementKind, number: int) -> str:
    """How many containers were taken away, as a sentence; buses are elsewhere."""
    if kind is _K.GROUP:
        return str(ngettext("One group was removed.", "%(num)d groups were removed.", number))
    if kind is _K.ROOM:
        return str(ngettext("One room was removed.", "%(num)d rooms were removed.", number))
    return str(ngettext("One table was removed.", "%(num)d tables were removed.", number))


def sex_word(sex: str) -> str:
    """The word for a sex as it is kept."""
    return label(Sex(sex)) if sex in set(Sex) else sex


class Namer:
    """Puts what a solver says into words with the names of people, containers and values."""

    def __init__(self, plan: Plan, categories: Sequence[Category]) -> None:
        self._plan = plan
        self._categories = {str(one.id): pick(one.name_zh, one.name_en) for one in categories}
        self._units = {str(one.unit_id): one.unit for one in plan.members if one.unit_id}
        self._holders = {one.key: one.name for one in plan.holders}

    def holder(self, key: str) -> str:
        """The name of a container; empty for one that is gone."""
        return self._holders.get(key, "")

    def value(self, trait: Trait, value: str) -> str:
        """A value of a trait as a reader knows it."""
        if trait is Trait.SEX:
            return sex_word(value)
        if trait is Trait.UNIT:
            return self._units.get(value, value)
        if trait is Trait.CATEGORY:
            return self._categories.get(value, value)
        if trait is Trait.LEVEL and value.isdecimal() and int(value) <= len(self._plan.ranks):
            return str(_("rank %(rank)s", rank=self._plan.ranks[int(value) - 1].split()[0]))
        return value

    def unmet(self, one: Unmet) -> str:
        """A wish that is not met."""
        name = self.holder(one.container)
        if one.code == "mixed":
            values = " / ".join(self.value(one.trait, part) for part in one.value.split(" / "))
            return str(_("%(name)s: %(values)s", name=name, values=values))
        value = self.value(one.trait, one.value)
        if one.code == "scattered":
            return str(
                _(
                    "%(value)s is spread over %(have)d, %(least)d would do",
                    value=value,
                    have=one.have,
                    least=one.least,
                )
            )
        fair = str(one.most) if one.least == one.most else f"{one.least}–{one.most}"
        return str(
            _(
                "%(name)s: %(value)s %(have)d, even would be %(fair)s",
                name=name,
                value=value,
                have=one.have,
                fair=fair,
            )
        )

    def reason(self, one: Reason) -> tuple[str, str]:
        """Why people cannot be placed, and the names of those whom it is about."""
        values: dict[str, object] = dict(one.values)
        if "container" in values:
            values["container"] = self.holder(str(values["container"]))
        names = [self._plan.by_id[number].name for number in one.people if number in self._plan.by_id]
        return say(one.code, values), _(", ").join(names)


def verdict(answer: Answer) -> str:
    """How good a proposal is, in one sentence."""
    if answer.status is Status.BEST:
        return str(_("This is the best there is: nothing better is possible."))
    if answer.cost == 0 or answer.gap == 0:
        return str(_("Every wish is met as far as can be."))
    if answer.bound <= 0:
        return str(_("This is a good way; how much better one could be is not known."))
    return str(
        _(
            "This is a good way; a better one could save at most %(share)s%% of what is left unmet.",
            share=f"{answer.gap * 100:.0f}",
        )
    )


def found_by(answer: Answer) -> str:
    """What found it."""
    if answer.engine is Engine.CP_SAT:
        return str(_("Found by OR-Tools."))
    return str(_("Found by improving step by step."))
