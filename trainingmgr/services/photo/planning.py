"""Whose each photograph of a batch is, and what giving it to them would change."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.person import IdType
from trainingmgr.domain.photo import Doubt, Match, Names, doubts_of_size
from trainingmgr.models import BatchPhoto, PhotoBatch, Training
from trainingmgr.queries.person import id_index
from trainingmgr.queries.photo import Member, faces, members


class Verdict(StrEnum):
    """What becomes of a file: the first two are written, the last four are left out."""

    NEW = "new"
    REPLACES = "replaces"
    SAME = "same"
    SEVERAL = "several"
    NOBODY = "nobody"
    TWICE = "twice"
    BROKEN = "broken"


WRITTEN = frozenset({Verdict.NEW, Verdict.REPLACES})


@dataclass(frozen=True, slots=True)
class Line:
    """A file of a batch. `people` are those it fits; one alone where it is written.

    `code` and `values` say why it fits nobody or is no photograph; `chosen` tells that somebody said whose it is.
    """

    photo_id: int
    path: str
    verdict: Verdict
    sha256: str
    width: int
    height: int
    people: tuple[Member, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    code: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What confirming a batch would do."""

    uid: str
    lines: list[Line]
    counts: Counter[Verdict]

    @property
    def written(self) -> list[Line]:
        return [line for line in self.lines if line.verdict in WRITTEN]

    @property
    def left_out(self) -> int:
        return len(self.lines) - len(self.written) - self.counts[Verdict.SAME]


def plan_of(session: Session, training: Training, batch: PhotoBatch) -> Plan:
    """Judge every file of a batch against the roster of today; four queries."""
    people = members(session, training.id)
    known = {one.id: one for one in people}
    bearers = {one.id_index: one.id for one in people if one.id_index}

    def bearer(number: str) -> int | None:
        kinds = (id_index(training.organisation_id, kind, number) for kind in IdType)
        return next((bearers[index] for index in kinds if index in bearers), None)

    names = Names(faces(session, people), bearer) if people else None
    rows = session.execute(
        sa.select(
            BatchPhoto.id,
            BatchPhoto.path,
            BatchPhoto.sha256,
            BatchPhoto.width,
            BatchPhoto.height,
            BatchPhoto.fault,
            BatchPhoto.fault_values,
            BatchPhoto.registration_id,
        )
        .where(BatchPhoto.batch_id == batch.id)
        .order_by(BatchPhoto.position)
    )
    lines = _apart([_line(row, known, names) for row in rows])
    return Plan(batch.uid, lines, Counter(line.verdict for line in lines))


def _line(row: Any, known: dict[int, Member], names: Names | None) -> Line:
    blank = Line(row.id, row.path, Verdict.NOBODY, row.sha256, row.width, row.height)
    if row.fault:
        return replace(blank, verdict=Verdict.BROKEN, code=row.fault, values=row.fault_values)
    doubts = doubts_of_size(row.width, row.height)
    chosen = row.registration_id in known
    if chosen:
        match = Match((row.registration_id,))
    else:
        match = names.match(row.path) if names else Match((), "photo.name_unknown")
    people = tuple(known[one] for one in match.ids)
    found = replace(blank, people=people, doubts=(*doubts, *match.doubts), code=match.code, chosen=chosen)
    if len(people) != 1:
        return replace(found, verdict=Verdict.SEVERAL if people else Verdict.NOBODY)
    present = people[0].photo
    if present == row.sha256:
        return replace(found, verdict=Verdict.SAME)
    return replace(found, verdict=Verdict.REPLACES if present else Verdict.NEW)


def _apart(lines: Sequence[Line]) -> list[Line]:
    """Leave out all of several files for one person: which of them is right nobody but a human knows."""
    of: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if len(line.people) == 1 and line.verdict in {*WRITTEN, Verdict.SAME}:
            of[line.people[0].person_id].append(line)
    found = []
    for line in lines:
        others = of[line.people[0].person_id] if len(line.people) == 1 else []
        by_hand = [one for one in others if one.chosen]
        if line in others and len(others) > 1 and by_hand != [line]:
            line = replace(line, verdict=Verdict.TWICE)
        found.append(line)
    return found
