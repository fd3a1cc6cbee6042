"""Who may get which kind of certificate."""

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from trainingmgr.domain.attendance import CountedSession, Rule, Shortfall, Verdict
from trainingmgr.domain.certificate import CertificateKind

# An hour, or the part of one that a short session is worth: whoever was there at all has earned it.
_ANY = Decimal("0.01")
# Kinds that say what somebody attended, so that a missed session is no fault.
_OF_WHAT_WAS_ATTENDED = frozenset({CertificateKind.ATTENDANCE, CertificateKind.CLASS_HOURS})


def rule_of_kind(
    kind: CertificateKind,
    sessions: Collection[CountedSession],
    completion: Fraction,
    own: Fraction | None = None,
    elsewhere: Collection[CountedSession] = (),
) -> Rule:
    """The rule by which participants of a training get certificates of `kind`.

    Completion and best trainee ask for the fraction `completion` of the counted hours and every
    compulsory session; attendance and class hours for having been there at all. A fraction of its
    `own` takes the place of the kind's. `elsewhere` are the sessions for other groups alone, as `Rule` has them.
    """
    if kind in _OF_WHAT_WAS_ATTENDED:
        free = [replace(one, compulsory=False) for one in sessions]
        return Rule(free, own or Fraction(0), _ANY, elsewhere)
    return Rule(sessions, completion if own is None else own, elsewhere=elsewhere)


def not_named(verdict: Verdict) -> Verdict:
    """The verdict of somebody whom the organiser has not named a best trainee."""
    return _short_of(verdict, Shortfall.NOT_NAMED)


def revoked(verdict: Verdict) -> Verdict:
    """The verdict of somebody whose last certificate was revoked as one they were not entitled to."""
    return _short_of(verdict, Shortfall.REVOKED)


def _short_of(verdict: Verdict, reason: Shortfall) -> Verdict:
    return replace(verdict, shortfalls=(*verdict.shortfalls, reason), attainable=False)
