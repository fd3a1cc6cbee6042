"""Clashes of a timetable in words: what does not fit, and what would mend it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from flask_babel import gettext as _

from trainingmgr.domain.clash import Clash, ClashKind, Level, Mend, MendKind, Plan, Slot
from trainingmgr.http.rendering import day, days, number


@dataclass(frozen=True, slots=True)
class Step:
    """An act that mends a clash, in words, and as what the form of it sends."""

    words: str
    session: int
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """A clash on screen. `sessions` are its sessions' ids and titles, for links; `mend` is for who may do it.

    `way` is the address and the name of a page where it is mended otherwise than by an act on a session.
    """

    text: str
    remedy: str
    when: str
    impossible: bool
    sessions: tuple[tuple[int, str], ...]
    mend: Step | None = None
    way: tuple[str, str] | None = None


def said_of(plan: Plan, clashes: Iterable[Clash]) -> list[Said]:
    """The clashes of a plan in the language of the screen."""
    slots = {slot.id: slot for slot in plan.slots}
    return [_said(clash, [slots[one] for one in clash.slots]) for clash in clashes]


def step_of(mend: Mend, places: Mapping[str, tuple[str, str]], version: int) -> Step:
    """A mend in the language of the screen, for a session as it is in `version`.

    `places` has the names of rooms in both languages, by that which the plan uses.
    """
    was, then = mend.slot, mend.becomes
    fields = {
        "act": "move",
        "version": str(version),
        "day": f"{then.starts:%Y-%m-%d}",
        "start": f"{then.starts:%H:%M}",
    }
    values: dict[str, object] = {"title": was.title, "group": mend.group, "place": then.place}
    values |= {"day": day(then.starts.date()), "start": f"{then.starts:%H:%M}", "end": f"{then.ends:%H:%M}"}
    if mend.kind is MendKind.PAUSE and mend.rest is not None:
        values["start"] = fields["start"] = f"{then.ends:%H:%M}"
        minutes = int((mend.rest.starts - then.ends).total_seconds()) // 60
        fields |= {"act": "split", "pause": str(minutes), "end": f"{mend.rest.ends:%H:%M}"}
        values["end"] = fields["end"]
    if mend.kind is MendKind.STRETCH:
        fields["end"] = f"{then.ends:%H:%M}"
    if then.place != was.place:
        zh, en = places[then.place]
        fields |= {"placed": "y", "place_zh": zh, "place_en": en}
    if mend.kind is MendKind.GROUP:
        fields |= {"grouped": "y", "groups": "、".join(then.groups)}
    return Step(_step_words(mend) % values, was.id, fields)


def _step_words(mend: Mend) -> str:
    elsewhere = mend.becomes.place != mend.slot.place
    match mend.kind:
        case MendKind.MOVE if mend.becomes.starts.date() != mend.slot.starts.date() and elsewhere:
            words = _("Move “%(title)s” to %(day)s, %(start)s, in %(place)s")
        case MendKind.MOVE if elsewhere:
            words = _("Begin “%(title)s” at %(start)s in %(place)s")
        case MendKind.MOVE if mend.becomes.starts.date() != mend.slot.starts.date():
            words = _("Move “%(title)s” to %(day)s, %(start)s")
        case MendKind.MOVE:
            words = _("Begin “%(title)s” at %(start)s")
        case MendKind.STRETCH:
            words = _("End “%(title)s” at %(end)s")
        case MendKind.PLACE:
            words = _("Hold “%(title)s” in %(place)s")
        case MendKind.GROUP:
            words = _("Add %(group)s to “%(title)s”")
        case MendKind.PAUSE:
            words = _("Break off “%(title)s” at %(start)s for ten minutes; it ends at %(end)s then")
    return str(words)


def _said(clash: Clash, slots: list[Slot]) -> Said:
    values = {name: _in_words(value) for name, value in clash.values.items()}
    values |= {"first_title": slots[0].title, "title": slots[-1].title}
    groups = clash.values.get("groups")
    values["group"] = (
        _(", ").join(groups)
        if isinstance(groups, tuple) and groups
        else values.get("group") or _("The class")
    )
    values["count"] = len(slots)
    values["other"] = values.get("other") or _("a larger place")
    text, remedy = _WORDS[clash.kind]()
    if clash.kind is ClashKind.SITE_CLOSED:
        remedy = _into_opening(clash) or remedy
    if clash.kind is ClashKind.ROOM_TOO_SMALL and clash.values.get("site"):
        remedy = _("Send groups there one after the other, or visit another site.")
    if clash.kind is ClashKind.ROOM_TOO_SMALL and len(slots) > 1:
        text = _("%(place)s holds %(capacity)s people; %(people)s come to each of %(count)s sessions.")
    return Said(
        text=text % values,
        remedy=remedy % values,
        when=_when(clash, slots),
        impossible=clash.level is Level.IMPOSSIBLE,
        sessions=tuple((slot.id, slot.title) for slot in slots),
    )


def _when(clash: Clash, slots: list[Slot]) -> str:
    """The time of the last session, or of all that it is about together; days alone where these are several."""
    together = clash.kind in {ClashKind.NO_BREAK, ClashKind.ROOM_TOO_SMALL}
    starts, ends = (slots[0] if together else slots[-1]).starts, max(slot.ends for slot in slots)
    if together and starts.date() != ends.date():
        return days(starts.date(), ends.date())
    return f"{day(starts.date())} {starts:%H:%M}–{ends:%H:%M}"


def _in_words(value: object) -> object:
    if isinstance(value, datetime | time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return day(value, weekday=False)
    return number(value) if isinstance(value, Decimal) else value


def _into_opening(clash: Clash) -> str:
    """How a visit comes to lie within the opening of its site, where moving it is enough."""
    if clash.values.get("begin_after"):
        return str(_("Begin “%(title)s” at %(begin_after)s or later, or visit another site first."))
    if clash.values.get("begin_before"):
        return str(_("Begin “%(title)s” at %(begin_before)s or earlier, or visit this site first."))
    return ""


_WORDS: dict[ClashKind, Callable[[], tuple[str, str]]] = {
    ClashKind.LECTURER_TWICE: lambda: (
        _("%(who)s is in two places at once: “%(first_title)s” and “%(title)s”."),
        _("Begin “%(title)s” at %(free_from)s or later, or ask somebody else."),
    ),
    ClashKind.LECTURER_ELSEWHERE: lambda: (
        _("At the time of “%(title)s”, %(who)s is in “%(other_title)s” of “%(training)s”."),
        _("Begin “%(title)s” at %(free_from)s or later, or ask somebody else."),
    ),
    ClashKind.PLACE_TWICE: lambda: (
        _("%(place)s is used twice at once: “%(first_title)s” and “%(title)s”."),
        _("Begin “%(title)s” at %(free_from)s or later, or move it to another place."),
    ),
    ClashKind.PLACE_ELSEWHERE: lambda: (
        _("At the time of “%(title)s”, %(place)s is taken by “%(other_title)s” of “%(training)s”."),
        _("Begin “%(title)s” at %(free_from)s or later, or move it to another place."),
    ),
    ClashKind.GROUP_TWICE: lambda: (
        _("%(group)s has two sessions at once: “%(first_title)s” and “%(title)s”."),
        _("Begin “%(title)s” at %(free_from)s or later, unless people are to choose."),
    ),
    ClashKind.BUS_TWICE: lambda: (
        _("%(bus)s goes two ways at once: “%(first_title)s” and “%(title)s”."),
        _("Begin “%(title)s” at %(free_from)s or later, or send another bus."),
    ),
    ClashKind.TRAVEL_TOO_SHORT: lambda: (
        _("From %(place)s to %(next_place)s it takes %(minutes)s minutes; there are %(gap)s."),
        _("Begin “%(title)s” at %(free_from)s or later."),
    ),
    ClashKind.LECTURER_AWAY: lambda: (
        _("%(who)s is not there at the time of “%(title)s”."),
        _(
            "They come on %(free_day)s from %(free_from)s to %(free_to)s: move it there, or ask somebody else."
        ),
    ),
    ClashKind.ROOM_TOO_SMALL: lambda: (
        _("%(place)s holds %(capacity)s people; %(people)s come to “%(title)s”."),
        _("Take %(other)s, or hold it twice."),
    ),
    ClashKind.LECTURER_TOO_LONG: lambda: (
        _("%(who)s teaches %(hours)s class hours in one half-day; %(most)s are enough."),
        _("Move “%(title)s” to another half-day, or share it with somebody."),
    ),
    ClashKind.NO_BREAK: lambda: (
        _("%(group)s sits for %(minutes)s minutes without a break of ten."),
        _("Put a break of ten minutes at about %(break_at)s; what goes on over it is split there."),
    ),
    ClashKind.SITE_CLOSED: lambda: (
        _("%(site)s is open from %(opens)s to %(closes)s; “%(title)s” is there at another time."),
        _("Shorten the stay there, or visit another site."),
    ),
    ClashKind.VISIT_TOO_LONG: lambda: (
        _(
            "The stops of “%(title)s” with the ways between them take until %(free_from)s; it ends at %(ends)s."
        ),
        _("End it at %(free_from)s, or shorten a stay."),
    ),
    ClashKind.OUTSIDE_DAYS: lambda: (
        _("“%(title)s” lies outside the training's days."),
        _("Move it to a day from %(first)s to %(last)s, or change the training's days."),
    ),
    ClashKind.LECTURE_MISSING: lambda: (
        _("%(group)s lacks the lecture “%(title)s” that all other groups have."),
        _("Add the group to one of its sessions."),
    ),
}
