"""The lecturers of a training as holders of letters of appointment and of thanks."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.certificate import CertificateKind
from trainingmgr.domain.schedule import ContributorType
from trainingmgr.models import Certificate, Contribution, Lecturer, Training, TrainingSession, Unit
from trainingmgr.queries.eligibility import Standing, standing_of


@dataclass(frozen=True, slots=True)
class LecturerCandidate:
    """A named lecturer of the training, with what they contributed in the order of the timetable.

    `revoked` tells that the last letter was revoked as not entitled and none has taken its place.
    """

    lecturer_id: int
    name: str
    latin_name: str
    unit: str
    unit_en: str
    title_zh: str
    topics_zh: tuple[str, ...]
    topics_en: tuple[str, ...]
    email: str
    is_sample: bool
    certificate: Standing | None
    revoked: bool

    @property
    def waiting(self) -> bool:
        """Tell whether this one is to get a letter without anybody asking for it by name."""
        return self.certificate is None and not self.revoked


def candidates(
    session: Session, training: Training, kind: CertificateKind, ids: Collection[int] | None = None
) -> list[LecturerCandidate]:
    """Everybody by name who contributes to a session of the training, or those of them in `ids`; three queries.

    Units and unnamed persons get no letter: there is nobody whose name could stand on it.
    """
    query = (
        sa.select(
            Lecturer,
            sa.func.coalesce(Unit.name, "").label("unit"),
            sa.func.coalesce(Unit.name_en, "").label("unit_en"),
            Contribution.topic_zh,
            Contribution.topic_en,
            TrainingSession.title_zh,
            TrainingSession.title_en,
        )
        .join(Contribution, Contribution.lecturer_id == Lecturer.id)
        .join(TrainingSession, TrainingSession.id == Contribution.session_id)
        .outerjoin(Unit, Unit.id == Lecturer.unit_id)
        .where(TrainingSession.training_id == training.id, Lecturer.type == ContributorType.PERSON)
        .order_by(TrainingSession.starts_at, TrainingSession.id, Contribution.position)
    )
    if ids is not None:
        query = query.where(Lecturer.id.in_(ids))
    standing, revoked = standing_of(session, training, kind, Certificate.lecturer_id)
    topics: dict[int, list[tuple[str, str]]] = {}
    people = {}
    for row in session.execute(query):
        topic = row.topic_zh or row.title_zh, row.topic_en or row.title_en
        known = topics.setdefault(row.Lecturer.id, [])
        if topic not in known:
            known.append(topic)
        people[row.Lecturer.id] = row
    return [
        LecturerCandidate(
            lecturer_id=one.id,
            name=one.name,
            latin_name=one.latin_name,
            unit=row.unit,
            unit_en=row.unit_en,
            title_zh=one.title_zh,
            topics_zh=tuple(zh for zh, _ in topics[one.id]),
            topics_en=tuple(en for _, en in topics[one.id] if en),
            email=one.email,
            is_sample=one.is_sample,
            certificate=standing.get(one.id),
            revoked=one.id in revoked,
        )
        for row in people.values()
        for one in (row.Lecturer,)
    ]
