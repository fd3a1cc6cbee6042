"""Lecturers of an organisation: persons, units, and somebody of a unit who is not named."""

from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.schedule import ContributorType
from trainingmgr.domain.timetable import UNNAMED_EN, UNNAMED_ZH
from trainingmgr.extensions import storage, transaction
from trainingmgr.models import Contribution, Lecturer, MailMessage
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.invitation import file_keys
from trainingmgr.queries.mail.erasing import blank
from trainingmgr.queries.schedule.planning import forget_lecturer_in_plannings
from trainingmgr.queries.schedule.versions import forget_lecturer
from trainingmgr.queries.unit import unit_named


@dataclass(frozen=True, slots=True)
class LecturerDraft:
    """A lecturer as typed. `unit` is a unit's name or alias; an unknown one becomes a new unit."""

    type: ContributorType
    name: str = ""
    latin_name: str = ""
    unit: str = ""
    title_zh: str = ""
    title_en: str = ""
    phone: str = ""
    email: str = ""
    topics_zh: str = ""
    topics_en: str = ""
    languages: str = ""


def save_lecturer(
    actor: Actor, organisation_id: int, draft: LecturerDraft, lecturer_id: int | None = None
) -> int:
    """Add a lecturer, or change the one with `lecturer_id`, and give the id.

    Raises Refusal `lecturer_nameless`, `lecturer_unit_missing`, `lecturer_exists`; NotFound.
    """
    with transaction() as session:
        values = _values(session, organisation_id, draft)
        lecturer = (
            _own(session, organisation_id, lecturer_id)
            if lecturer_id is not None
            else Lecturer(organisation_id=organisation_id)
        )
        twin = _equal(session, organisation_id, values)
        if twin is not None and twin.id != lecturer_id:
            raise Refusal("lecturer_exists")
        fields = sorted(name for name, value in values.items() if getattr(lecturer, name) != value)
        for name, value in values.items():
            setattr(lecturer, name, value)
        session.add(lecturer)
        session.flush()
        action = "lecturer.change" if lecturer_id is not None else "lecturer.add"
        audit.record(
            session, actor, action, "lecturer", lecturer.id, organisation_id=organisation_id, fields=fields
        )
        return lecturer.id


def delete_lecturer(actor: Actor, organisation_id: int, lecturer_id: int) -> None:
    """Delete a lecturer who contributes to no session, from what was published and from mails too, with their files.

    Raises Refusal `lecturer_in_use`; NotFound.
    """
    with transaction() as session:
        lecturer = _own(session, organisation_id, lecturer_id)
        used = session.scalar(
            sa.select(sa.func.count(Contribution.session_id.distinct())).where(
                Contribution.lecturer_id == lecturer_id
            )
        )
        if used:
            raise Refusal("lecturer_in_use", count=used)
        forget_lecturer(session, organisation_id, lecturer_id)
        forget_lecturer_in_plannings(session, organisation_id, lecturer_id)
        keys = file_keys(session, lecturer_id)
        blank(session, MailMessage.lecturer_id == lecturer_id)
        session.delete(lecturer)
        audit.record(
            session, actor, "lecturer.delete", "lecturer", lecturer_id, organisation_id=organisation_id
        )
    for key in keys:
        storage.delete(key)


def find_or_add(session: Session, organisation_id: int, draft: LecturerDraft) -> Lecturer:
    """The lecturer that `draft` describes, added if unknown. Raises as `save_lecturer` does."""
    values = _values(session, organisation_id, draft)
    known = _equal(session, organisation_id, values)
    if known is not None:
        return known
    lecturer = Lecturer(organisation_id=organisation_id, **values)
    session.add(lecturer)
    session.flush()
    return lecturer


def _values(session: Session, organisation_id: int, draft: LecturerDraft) -> dict[str, object]:
    values: dict[str, object] = asdict(draft)
    del values["unit"]
    if draft.type is ContributorType.PERSON:
        if not draft.name:
            raise Refusal("lecturer_nameless")
    else:
        values |= {"name": "", "latin_name": ""}
        if not draft.unit:
            raise Refusal("lecturer_unit_missing")
    if draft.type is ContributorType.UNNAMED and not draft.title_zh:
        values |= {"title_zh": UNNAMED_ZH, "title_en": draft.title_en or UNNAMED_EN}
    values["unit_id"] = unit_named(session, organisation_id, draft.unit).id if draft.unit else None
    return values


def _equal(session: Session, organisation_id: int, values: dict[str, object]) -> Lecturer | None:
    return session.scalar(
        sa.select(Lecturer)
        .where(
            Lecturer.organisation_id == organisation_id,
            Lecturer.type == values["type"],
            Lecturer.name == values["name"],
            Lecturer.unit_id.is_not_distinct_from(values["unit_id"]),
            Lecturer.title_zh == values["title_zh"],
        )
        .order_by(Lecturer.id)
        .limit(1)
    )


def _own(session: Session, organisation_id: int, lecturer_id: int) -> Lecturer:
    lecturer = session.get(Lecturer, lecturer_id, with_for_update=True)
    if lecturer is None or lecturer.organisation_id != organisation_id:
        raise NotFound("not_found")
    return lecturer
