"""What a subscribed calendar is told from one visit to the next: what is new, what changed, what is off.

A calendar knows an event by its UID and believes whoever speaks of it with the higher SEQUENCE (RFC 5545,
3.8.7.4). So a feed remembers what it said last: whatever the reason why a session is no longer somebody's
(deleted, moved to another group, given to another lecturer, not published), it stays for a while as cancelled.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

CANCELLED_FOR = timedelta(days=30)
"""How long a feed says that an event is off; longer than any calendar waits to ask again."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A session as a feed shows it now, in both languages. `zone` is an IANA name, `kind` a code."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    kind: str
    title_zh: str
    title_en: str
    place_zh: str = ""
    place_en: str = ""
    text_zh: str = ""
    text_en: str = ""

    @property
    def fingerprint(self) -> str:
        """The same for events that a calendar would show alike, whatever their `sequence`."""
        values = (
            self.starts_at.isoformat(), self.ends_at.isoformat(), self.zone, self.kind, self.title_zh,
            self.title_en, self.place_zh, self.place_en, self.text_zh, self.text_en,
        )  # fmt: skip
        return sha256("\0".join(values).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a feed said of an event last, and since when it says so."""

    uid: str
    sequence: int
    fingerprint: str
    changed_at: datetime
    cancelled: bool
    starts_at: datetime
    ends_at: datetime
    zone: str
    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Followed:
    """What a feed says now by UID, and which of it has to be written down or forgotten for that."""

    says: Mapping[str, Remembered]
    written: frozenset[str]
    forgotten: frozenset[str]


def follow(known: Iterable[Remembered], shown: Iterable[Shown], at: datetime) -> Followed:
    """What a feed that said `known` says at the instant `at`, where `shown` are its sessions.

    A number never falls, and grows whenever a calendar would show something else. What took place and is
    shown no longer is forgotten, since nobody is helped by hearing that it was cancelled.
    """
    before = {one.uid: one for one in known}
    says: dict[str, Remembered] = {}
    for one in shown:
        old = before.pop(one.uid, None)
        says[one.uid] = _now(old, one, at)
    written = {uid for uid, one in says.items() if one.changed_at == at}
    forgotten = set()
    for uid, old in before.items():
        if old.cancelled and at - old.changed_at <= CANCELLED_FOR:
            says[uid] = old
        elif old.cancelled or old.ends_at <= at:
            forgotten.add(uid)
        else:
            says[uid] = replace(old, cancelled=True, sequence=old.sequence + 1, changed_at=at)
            written.add(uid)
    return Followed(says, frozenset(written), frozenset(forgotten))


def _now(old: Remembered | None, one: Shown, at: datetime) -> Remembered:
    fingerprint = one.fingerprint
    sequence = one.sequence
    if old is not None:
        if old.fingerprint == fingerprint and not old.cancelled and one.sequence <= old.sequence:
            return old
        sequence = max(one.sequence, old.sequence + 1)
    return Remembered(
        uid=one.uid,
        sequence=sequence,
        fingerprint=fingerprint,
        changed_at=at,
        cancelled=False,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        zone=one.zone,
        title_zh=one.title_zh,
        title_en=one.title_en,
    )
