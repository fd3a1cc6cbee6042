"""Taking the demo away again, and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from trainingmgr.domain.certificate import CertificateKind
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import storage, transaction
from trainingmgr.models import (
    Attendance,
    Certificate,
    Contribution,
    Handout,
    Job,
    LectureFile,
    Lecturer,
    Membership,
    Nomination,
    NominationNotice,
    NominationReceipt,
    Organisation,
    Person,
    QuotaLine,
    Registration,
    SerialCounter,
    Site,
    Training,
    Unit,
    Venue,
    VisitStop,
)
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.photo import unused_keys
from trainingmgr.queries.site_picture import keys_of
from trainingmgr.queries.unit import unused
from trainingmgr.services.demo.home import PLANS, home
from trainingmgr.services.demo.plan import TrainingPlan


@dataclass(frozen=True, slots=True)
class RemovalReport:
    """What `remove` took away. `organisation` tells whether the demo's organisation went too.

    It stays where it holds something of somebody's own, or where a member would be left with none.
    """

    removed: tuple[str, ...]
    people: int
    certificates: int
    organisation: bool


def remove(actor: Actor) -> RemovalReport:
    """Take the demo trainings away whole, with their sample certificates; what others use stays.

    Raises Refusal `demo.real_certificates` (code, count) where one of them bears certificates that
    are no samples. Nothing to remove is no refusal.
    """
    with transaction() as session:
        place = home(session)
        if place is None:
            return RemovalReport((), 0, 0, organisation=False)
        rows = session.execute(
            sa.select(Training.id, Training.code).where(
                Training.organisation_id == place.id,
                Training.is_sample.is_(True),
                Training.code.in_(tuple(PLANS)),
            )
        ).all()
        ids = [row[0] for row in rows]
        codes = tuple(sorted(row[1] for row in rows))
        for training_id, code in rows:
            _refuse_real(session, training_id, code)
        papers = list(
            session.scalars(sa.select(Certificate.file_key).where(Certificate.training_id.in_(ids)))
        )
        files = [
            key
            for table in (NominationReceipt, NominationNotice)
            for key in session.scalars(sa.select(table.file_key).where(table.training_id.in_(ids)))
        ]
        people = _remove_trainings(session, ids)
        leftovers = _remove_leftovers(session, place.id, [plan() for plan in PLANS.values()])
        gone = _remove_organisation(session, place)
        audit.record(
            session,
            actor,
            "demo.removed",
            "organisation",
            organisation_id=None if gone else place.id,
            codes=list(codes),
            people=people,
            certificates=len(papers),
        )
    for key in filter(None, [*papers, *files, *leftovers]):
        storage.delete(key)
    return RemovalReport(codes, people, len(papers), organisation=gone)


def _refuse_real(session: Session, training_id: int, code: str) -> None:
    real = session.scalar(
        sa.select(sa.func.count())
        .select_from(Certificate)
        .where(Certificate.training_id == training_id, Certificate.is_sample.is_(False))
    )
    if real:
        raise Refusal("demo.real_certificates", code=code, count=real)


def _remove_trainings(session: Session, ids: list[int]) -> int:
    people = (
        session.scalar(
            sa.select(sa.func.count()).select_from(Registration).where(Registration.training_id.in_(ids))
        )
        or 0
    )
    _remove_certificates(session, ids)
    # Registrations hold their category fast; the rest goes with the training.
    for table in (Attendance, Handout, Job, Nomination, Registration, QuotaLine):
        session.execute(sa.delete(table).where(table.training_id.in_(ids)))
    keys = [f"training/{training_id}/{kind}" for training_id in ids for kind in CertificateKind]
    session.execute(sa.delete(SerialCounter).where(SerialCounter.key.in_(keys)))
    session.execute(sa.delete(Training).where(Training.id.in_(ids)))
    return people


def _remove_certificates(session: Session, training_ids: list[int]) -> None:
    later = aliased(Certificate)
    # One that replaces another holds it fast, so the newest of a chain goes first.
    while ids := session.scalars(
        sa.select(Certificate.id).where(
            Certificate.training_id.in_(training_ids), ~sa.exists().where(later.replaces_id == Certificate.id)
        )
    ).all():
        session.execute(sa.delete(Certificate).where(Certificate.id.in_(ids)))


def _remove_leftovers(session: Session, organisation_id: int, plans: list[TrainingPlan]) -> list[str]:
    """What outlives a training: invented people, and lecturers, sites and units of the demo that nobody uses.

    Gives the keys of the people's photographs, of what the lecturers sent, and of the sites' pictures.
    """
    people = session.scalars(
        sa.delete(Person)
        .where(
            Person.organisation_id == organisation_id,
            Person.is_sample.is_(True),
            ~sa.exists().where(Registration.person_id == Person.id),
        )
        .returning(Person.photo)
    )
    photos = unused_keys(session, set(people))
    sessions = [one for plan in plans for one in plan.sessions]
    lecturers = {(part.type, part.name, part.title_zh) for one in sessions for part in one.parts}
    going = session.scalars(
        sa.select(Lecturer.id).where(
            Lecturer.organisation_id == organisation_id,
            sa.tuple_(Lecturer.type, Lecturer.name, Lecturer.title_zh).in_(lecturers),
            Lecturer.unit_id.in_(_named(organisation_id, plans)),
            ~sa.exists().where(Contribution.lecturer_id == Lecturer.id),
        )
    ).all()
    sent = session.scalars(sa.select(LectureFile.file_key).where(LectureFile.lecturer_id.in_(going))).all()
    session.execute(sa.delete(Lecturer).where(Lecturer.id.in_(going)))
    sites = {(stop.district_zh, stop.name_zh) for one in sessions for stop in one.stops}
    left = session.scalars(
        sa.select(Site.id).where(
            Site.organisation_id == organisation_id,
            sa.tuple_(Site.district_zh, Site.name_zh).in_(sites),
            ~sa.exists().where(VisitStop.site_id == Site.id),
        )
    ).all()
    pictures = keys_of(session, left)
    session.execute(sa.delete(Site).where(Site.id.in_(left)))
    _remove_units(session, organisation_id, plans)
    return [*photos, *sent, *pictures]


def _named(organisation_id: int, plans: Iterable[TrainingPlan]) -> sa.Select[int]:
    names = {unit.name for plan in plans for unit in plan.units}
    return sa.select(Unit.id).where(Unit.organisation_id == organisation_id, Unit.name.in_(names))


def _remove_units(session: Session, organisation_id: int, plans: list[TrainingPlan]) -> None:
    # Those without units under them go first; then their parents have none either.
    while ids := session.scalars(
        sa.select(Unit.id).where(Unit.id.in_(_named(organisation_id, plans)), unused())
    ).all():
        session.execute(sa.delete(Unit).where(Unit.id.in_(ids)))


def _remove_organisation(session: Session, place: Organisation) -> bool:
    other = aliased(Membership)
    needed = sa.select(Membership.id).where(
        Membership.organisation_id == place.id,
        ~sa.exists().where(other.user_id == Membership.user_id, other.organisation_id != place.id),
    )
    owned = [
        sa.select(table.id).where(table.organisation_id == place.id)
        for table in (Training, Person, Unit, Site, Venue, Lecturer)
    ]
    if any(session.scalar(query.limit(1)) is not None for query in (needed, *owned)):
        return False
    session.execute(sa.delete(Organisation).where(Organisation.id == place.id))
    return True
