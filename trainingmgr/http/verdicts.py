"""Why somebody may not get a certificate, in the words of the screen."""

from collections.abc import Mapping

from flask_babel import gettext

from trainingmgr.domain.attendance import CountedSession, Shortfall, Verdict
from trainingmgr.http.labels import label
from trainingmgr.http.locale import pick
from trainingmgr.http.rendering import number


def _(text: str, **values: object) -> str:
    return str(gettext(text, **values))


def reasons(verdict: Verdict, sessions: Mapping[int, CountedSession]) -> list[str]:
    """The reasons of a verdict in order, each by how much or for which sessions; empty where it is good."""
    return [_reason(one, verdict, sessions) for one in verdict.shortfalls]


def _reason(shortfall: Shortfall, verdict: Verdict, sessions: Mapping[int, CountedSession]) -> str:
    if shortfall is Shortfall.NOT_ON_CLASS:
        return _("Not on the class: %(status)s", status=label(verdict.status))
    if shortfall is Shortfall.TOO_FEW_HOURS:
        return _(
            "Earned %(earned)s of %(planned)s class hours; %(needed)s needed, %(lacking)s short",
            earned=number(verdict.earned),
            planned=number(verdict.planned),
            needed=number(verdict.needed_hours),
            lacking=number(verdict.lacking),
        )
    if shortfall is Shortfall.COMPULSORY_MISSED:
        return _("Missed a compulsory session: %(titles)s", titles=session_titles(verdict.missed, sessions))
    if shortfall is Shortfall.NOT_MARKED:
        return _("Attendance not taken: %(titles)s", titles=session_titles(verdict.unmarked, sessions))
    return label(shortfall)


def session_titles(ids: tuple[int, ...], sessions: Mapping[int, CountedSession], at_most: int = 3) -> str:
    """The titles of sessions in a row, the first few of many."""
    shown = [pick(sessions[one].title, sessions[one].title_en) for one in ids[:at_most] if one in sessions]
    text = _(", ").join(shown)
    if len(ids) > at_most:
        return _("%(titles)s and %(more)d more", titles=text, more=len(ids) - at_most)
    return text
