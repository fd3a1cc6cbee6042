"""One record for every name that may stand in an address, so that the access test can call any route."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tests.factories import (
    Cast,
    make_counter,
    make_line,
    make_registration,
    make_session,
    make_site,
    make_training,
    make_unit,
)
from tests.nominations import entry_of, name_person, picture, token_of
from trainingmgr.domain.certificate import CertificateStatus, RequestAction, RevocationGround
from trainingmgr.domain.job import JobKind
from trainingmgr.domain.mail import MailKind
from trainingmgr.domain.rights import RequestKind
from trainingmgr.domain.schedule import ContributorType
from trainingmgr.models import (
    Asset,
    Bus,
    Certificate,
    CertificateRequest,
    DataRequest,
    Design,
    Job,
    Lecturer,
    LecturerWindow,
    MailMessage,
    MailServer,
    Material,
    OpenRegistration,
    PlanningWish,
    QuotaLine,
    Registration,
    SitePicture,
    Training,
    TrainingSession,
    Unit,
    Venue,
)
from trainingmgr.queries.own_registration import new_own
from trainingmgr.queries.own_registration import token_of as own_token
from trainingmgr.services import nomination as nominations

Maker = Callable[[Session, Cast, dict[str, Any]], Any]


def build(session: Session, cast: Cast) -> dict[str, Any]:
    """The values of all address arguments, for records of the cast's organisation."""
    world: dict[str, Any] = {}
    for name, make in MAKERS.items():
        world[name] = make(session, cast, world)
    return world


def _training(session: Session, cast: Cast, world: dict[str, Any]) -> str:
    training = make_training(session, cast.organisation, code="WORLD")
    world["_training"] = training
    return training.code


def _session(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    row: TrainingSession = make_session(session, world["_training"])
    return row.id


def _registration(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    training: Training = world["_training"]
    return make_registration(session, training, "王小明").id


def _line(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    return make_line(session, world["_training"], {make_unit(session, cast.organisation): 2}).id


def _material(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    row = Material(training_id=world["_training"].id, title_zh="手册")
    session.add(row)
    session.commit()
    return row.id


def _certificate(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    row = Certificate(
        training_id=world["_training"].id,
        counter_id=make_counter(session, world["_training"].id),
        registration_id=world["registration_id"],
        number=1,
        serial="WORLD-0001",
        code="",
        status=CertificateStatus.RESERVED,
        snapshot={"holder_name": "王小明", "holder_detail": None},
        issue_date=date(2026, 5, 14),
    )
    session.add(row)
    session.commit()
    return row.id


def _request(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    row = CertificateRequest(
        certificate_id=world["certificate_id"],
        action=RequestAction.REVOKE,
        ground=RevocationGround.ERROR,
        reason="理由",
        asked_by="somebody",
    )
    session.add(row)
    session.commit()
    return row.id


def _job(session: Session, cast: Cast, world: dict[str, Any]) -> str:
    training: Training = world["_training"]
    job = Job(kind=JobKind.ISSUE, organisation_id=training.organisation_id, training_id=training.id)
    session.add(job)
    session.commit()
    return job.uid


def _lecturer(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    row = Lecturer(organisation_id=cast.organisation.id, type=ContributorType.PERSON, name="李明")
    session.add(row)
    session.commit()
    return row.id


def _window(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    row = LecturerWindow(
        lecturer_id=world["lecturer_id"],
        starts_at=datetime(2026, 5, 11, 1, tzinfo=UTC),
        ends_at=datetime(2026, 5, 11, 9, tzinfo=UTC),
    )
    session.add(row)
    session.commit()
    return row.id


def _venue(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    row = Venue(organisation_id=cast.organisation.id, name_zh="一号厅")
    session.add(row)
    session.commit()
    return row.id


def _picture(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    row = SitePicture(
        site_id=world["site_id"],
        position=1,
        width=1,
        height=1,
        size=1,
        sha256="0" * 64,
        file_key="sites/none",
        small_sha256="0" * 64,
        small_file_key="sites/none-small",
    )
    session.add(row)
    session.commit()
    return row.id


def _bus(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    row = Bus(training_id=world["_training"].id, name="1号车", seats=45)
    session.add(row)
    session.commit()
    return row.id


def _wish(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    row = PlanningWish(
        training_id=world["_training"].id, kind="half", session_id=world["session_id"], half="morning"
    )
    session.add(row)
    session.commit()
    return row.id


def _design(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    row = Design(organisation_id=cast.organisation.id, name_zh="红金", draft={})
    session.add(row)
    session.commit()
    return row.id


def _asset(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    row = Asset(
        organisation_id=cast.organisation.id,
        sha256="0" * 64,
        media_type="image/png",
        width=1,
        height=1,
        size=1,
        file_key="assets/none",
    )
    session.add(row)
    session.commit()
    return row.id


def _person(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    return session.get_one(Registration, world["registration_id"]).person_id


def _data_request(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    row = DataRequest(
        organisation_id=cast.organisation.id, person_id=world["person_id"], kind=RequestKind.CORRECTION
    )
    session.add(row)
    session.commit()
    return row.id


def _mail(session: Session, cast: Cast, world: dict[str, Any]) -> str:
    row = MailMessage(
        organisation_id=cast.organisation.id,
        kind=MailKind.MESSAGE,
        to_address="wang@example.net",
        subject="报到",
        body="请准时报到。",
        calendar="BEGIN:VCALENDAR",
    )
    session.add(row)
    session.add(
        MailServer(organisation_id=cast.organisation.id, host="127.0.0.1", port=1, sender_address="a@b.cn")
    )
    session.commit()
    return row.uid


def _unit(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    line = session.get_one(QuotaLine, world["line_id"])
    return line.places[0].unit_id


def _token(session: Session, cast: Cast, world: dict[str, Any]) -> str:
    unit = session.get_one(Unit, world["unit_id"])
    return token_of(session, cast, world["_training"], unit)


def _nomination(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    unit = session.get_one(Unit, world["unit_id"])
    return name_person(entry_of(session, cast, world["_training"], unit)).nomination_id


def _receipt(session: Session, cast: Cast, world: dict[str, Any]) -> int:
    unit = session.get_one(Unit, world["unit_id"])
    return nominations.attach(entry_of(session, cast, world["_training"], unit), "a.png", picture())


def _own_key(session: Session, cast: Cast, world: dict[str, Any]) -> str:
    session.add(OpenRegistration(training_id=world["_training"].id, is_on=True))
    own = new_own(session, session.get_one(Registration, world["registration_id"]))
    session.commit()
    return own_token(own.key)


MAKERS: dict[str, Maker] = {
    "code": _training,
    "session_id": _session,
    "registration_id": _registration,
    "subject_id": lambda session, cast, world: world["registration_id"],
    "line_id": _line,
    "unit_id": _unit,
    "token": _token,
    "nomination_id": _nomination,
    "receipt_id": _receipt,
    "material_id": _material,
    "certificate_id": _certificate,
    "request_id": _request,
    "person_id": _person,
    "asked_id": _data_request,
    "job_uid": _job,
    "serial": lambda session, cast, world: "WORLD-0001",
    "mail_uid": _mail,
    "mail_kind": lambda session, cast, world: "message",
    "mail_language": lambda session, cast, world: "zh",
    "lecturer_id": _lecturer,
    "window_id": _window,
    "page_key": lambda session, cast, world: "no-such-key",
    "invitation_token": lambda session, cast, world: "no-such-address",
    "file_id": lambda session, cast, world: 1,
    "fee_id": lambda session, cast, world: 1,
    "evaluation_id": lambda session, cast, world: 1,
    "timetable_token": lambda session, cast, world: "no-such-address",
    "feed_token": lambda session, cast, world: "no-such-address",
    "site_id": lambda session, cast, world: make_site(session, cast.organisation).id,
    "picture_id": _picture,
    "picture_digest": lambda session, cast, world: "0" * 64,
    "venue_id": _venue,
    "bus_id": _bus,
    "wish_id": _wish,
    "code_points": lambda session, cast, world: "323AF",
    "entry_id": lambda session, cast, world: 1,
    "organisation_id": lambda session, cast, world: cast.organisation.id,
    "batch_uid": lambda session, cast, world: "0123456789abcdef01234567",
    "photo_id": lambda session, cast, world: 1,
    "draft_uid": lambda session, cast, world: "0123456789abcdef01234567",
    "form": lambda session, cast, world: "csv",
    "list_number": lambda session, cast, world: 0,
    "kid": lambda session, cast, world: "AAAAAAAA",
    "digest": lambda session, cast, world: "0" * 64,
    "kind": lambda session, cast, world: "completion",
    "into": lambda session, cast, world: "room",
    "design_id": _design,
    "asset_id": _asset,
    "number": lambda session, cast, world: 1,
    "key": lambda session, cast, world: "classic",
    "own_key": _own_key,
    "field_key": lambda session, cast, world: "phone",
    "direction": lambda session, cast, world: "up",
    "name": lambda session, cast, world: "en",
    "filename": lambda session, cast, world: "app.css",
}
