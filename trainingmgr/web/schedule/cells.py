"""The sessions of the timetable as finished HTML.

Written here and not in the template because of the numbers: a page of 400 sessions has thousands of
small texts, and the template engine spends several times as long on each. Everything that somebody
typed goes through `escape`.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from markupsafe import escape as _escape

from trainingmgr.domain.chinese import inside_title_marks
from trainingmgr.domain.invitation import InvitationState
from trainingmgr.domain.schedule import ContributorRole, SessionKind, keeps_place
from trainingmgr.http.labels import label
from trainingmgr.http.rendering import number
from trainingmgr.queries.schedule import Contributor, Entry, Stop

Part = TypeVar("Part")

# The part that everybody has at a session of this kind, so that it needs no word.
_IMPLIED = {
    SessionKind.LECTURE: ContributorRole.LECTURE,
    SessionKind.EXCHANGE: ContributorRole.PRESENTATION,
    SessionKind.BRIEFING: ContributorRole.PRESENTATION,
}


def escape(text: str) -> str:
    """`text` with what means something in HTML escaped, as a plain string."""
    return str(_escape(text))


class Cells:
    """Writes sessions in one language.

    `base` is the address of the timetable, without markup; with `editable`, titles lead to the forms.
    With `all_times_sample` the days say so and the sessions need not. `invited` says how it stands with lecturers
    who were asked, by session and lecturer.
    """

    def __init__(
        self,
        language: str,
        base: str,
        *,
        editable: bool,
        all_times_sample: bool,
        invited: Mapping[tuple[int, int], InvitationState],
    ) -> None:
        self._invited = invited
        self._states = {
            state: f' <small class="inv inv-{state.value}">{escape(label(state))}</small>'
            for state in InvitationState
        }
        self._english = language == "en"
        self._base = escape(base)
        self._editable = editable
        self._mark_times = not all_times_sample
        self._kinds = {kind: escape(label(kind)) for kind in SessionKind}
        self._roles = {role: f"<small>{escape(label(role))}</small> " for role in ContributorRole}
        self._sample = "<i>" + escape(_("Sample")) + "</i>"
        self._sample_time = "<i>" + escape(_("Sample time")) + "</i>"
        self._compulsory = '<span class="must">' + escape(_("Compulsory")) + "</span>"
        self._way = escape(_("Route"))
        self._parallel = escape(_("At the same time"))
        self._apart = escape(_(", "))
        self._hours: dict[Decimal, str] = {}
        self._people: dict[int, str] = {}
        self._stays: dict[int, str] = {}

    def blocks(self, blocks: tuple[tuple[Entry, ...], ...]) -> Markup:
        """The blocks of one half-day; a block of several sessions holds them in its lanes."""
        # Built of escaped parts alone.
        return Markup("".join(map(self._block, blocks)))  # noqa: S704  # nosec B704

    def _block(self, block: tuple[Entry, ...]) -> str:
        if len(block) == 1:
            return self._entry(block[0])
        tracks = " tracks" if all(entry.groups for entry in block) else ""
        return (
            f'<div class="par{tracks} w{block[0].lanes}" role="group" aria-label="{self._parallel}">'
            f'<p class="par-word">{self._parallel}</p>{"".join(map(self._entry, block))}</div>'
        )

    def _pick(self, zh: str, en: str) -> str:
        return (en or zh) if self._english else (zh or en)

    def _entry(self, entry: Entry) -> str:
        title = escape(self._pick(entry.title_zh, entry.title_en))
        kind = self._kinds[entry.kind]
        lane = f" l{entry.lane}" if entry.lanes > 1 else ""
        mark = ""
        if entry.is_sample:
            mark = self._sample
        elif entry.times_are_sample and self._mark_times:
            mark = self._sample_time
        word = f"<b>{kind}</b>" if entry.counts and kind != title else ""
        if self._editable:
            title = f'<a href="{self._base}/{entry.id}">{title}</a>'
        return (
            f'<article class="e k-{entry.kind.value}{lane}" id="s{entry.id}">'
            f'<p class="t"><time>{entry.start}</time><span>–{entry.end}</span>{mark}{word}</p>{self._groups(entry)}'
            f"<h4>{title}</h4>"
            f"{self._people_and_route(entry)}{self._description(entry)}{self._where(entry)}"
            "</article>\n"
        )

    def _groups(self, entry: Entry) -> str:
        return f'<p class="g">{self._apart.join(map(escape, entry.groups))}</p>' if entry.groups else ""

    def _people_and_route(self, entry: Entry) -> str:
        found = self._contributors(entry) + self._route(entry)
        return f'<div class="who">{found}</div>' if found else ""

    def _contributors(self, entry: Entry) -> str:
        parts = entry.contributors
        if not parts:
            return ""
        implied = _IMPLIED.get(entry.kind)
        return _list(
            "c" if len(parts) > 1 else "c one", parts, lambda part: self._contributor(part, implied, entry.id)
        )

    def _contributor(self, part: Contributor, implied: ContributorRole | None, session_id: int) -> str:
        who = self._people.get(part.lecturer_id)
        if who is None:
            words = part.en if self._english else part.zh
            of = f" <span>{escape(words.of)}</span>" if words.of else ""
            who = self._people[part.lecturer_id] = f"<b>{escape(words.name)}</b>{of}"
        role = "" if part.role is implied else self._roles[part.role]
        topic = self._pick(part.topic_zh, part.topic_en)
        if topic and not self._english:
            topic = inside_title_marks(topic)
        state = self._invited.get((session_id, part.lecturer_id)) if self._invited else None
        mark = self._states[state] if state is not None else ""
        return f"{role}{who}<q>{escape(topic)}</q>{mark}" if topic else f"{role}{who}{mark}"

    def _route(self, entry: Entry) -> str:
        if not entry.stops:
            return ""
        link = f'<a class="way" href="{self._base}/{entry.id}/route">{self._way}</a>'
        return _list("c stops", entry.stops, self._stop) + link

    def _stop(self, stop: Stop) -> str:
        district = self._pick(stop.district_zh, stop.district_en)
        of = f"<small>{escape(district)}</small> " if district else ""
        stay = self._stay(stop.minutes) if stop.minutes else ""
        return f"{of}<b>{escape(self._pick(stop.name_zh, stop.name_en))}</b>{stay}"

    def _stay(self, minutes: int) -> str:
        if minutes not in self._stays:
            self._stays[minutes] = " <span>" + escape(_("%(num)d min", num=minutes)) + "</span>"
        return self._stays[minutes]

    def _description(self, entry: Entry) -> str:
        text = self._pick(entry.description_zh, entry.description_en)
        return f'<p class="d">{escape(text)}</p>' if text else ""

    def _where(self, entry: Entry) -> str:
        place = self._pick(entry.place_zh, entry.place_en)
        if place and not keeps_place(entry.kind, bool(entry.stops)):
            place = str(_("from %(place)s", place=place))
        parts = f"<span>{escape(place)}</span>" if place else ""
        if entry.class_hours and entry.counts:
            parts += self._length(entry.class_hours)
        if entry.compulsory:
            parts += self._compulsory
        return f'<p class="w">{parts}</p>' if parts else ""

    def _length(self, hours: Decimal) -> str:
        if hours not in self._hours:
            words = ngettext(
                "%(hours)s class hour", "%(hours)s class hours", 1 if hours == 1 else 2, hours=number(hours)
            )
            self._hours[hours] = f"<span>{escape(words)}</span>"
        return self._hours[hours]


def _list(css: str, parts: tuple[Part, ...], write: Callable[[Part], str]) -> str:
    return f'<ol class="{css}"><li>{"</li><li>".join(map(write, parts))}</li></ol>'
