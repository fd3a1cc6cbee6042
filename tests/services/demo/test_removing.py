"""The demo goes when asked, and leaves what is anybody's own."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories import Cast, make_counter, make_registration, make_training, make_unit, make_unplaced
from tests.services.demo.conftest import ACTOR
from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.invitation import LectureFileKind
from trainingmgr.domain.membership import Role
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import metadata, now, storage
from trainingmgr.models import (
    Certificate,
    Contribution,
    LectureFile,
    Lecturer,
    Membership,
    Organisation,
    Person,
    Registration,
    Site,
    SitePicture,
    Training,
    Unit,
)
from trainingmgr.services import demo
from trainingmgr.services import training as trainings


def counts(session: Session) -> dict[str, int]:
    return {
        table.name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }


def certificate(session: Session, registration: Registration, *, is_sample: bool) -> Certificate:
    row = Certificate(
        training_id=registration.training_id,
        counter_id=make_counter(session, registration.training_id),
        registration_id=registration.id,
        number=registration.id,
        serial=f"S-{registration.id}",
        code="C" * 26,
        status=CertificateStatus.VALID,
        snapshot={"a": 1},
        issue_date=date(2019, 11, 2),
        is_sample=is_sample,
        sha256="0" * 64,
        file_key=f"certificates/{registration.id}.pdf",
        issued_at=now(),
    )
    session.add(row)
    session.commit()
    return row


def someone(session: Session, training: Training) -> Registration:
    return session.scalars(
        sa.select(Registration)
        .where(Registration.training_id == training.id)
        .order_by(Registration.id)
        .limit(1)
    ).one()


def test_everything_goes_when_asked_also_after_samples_were_issued(
    session: Session, chengdu: Training, cast: Cast
) -> None:
    before = counts(session)
    for _number in range(2):
        paper = certificate(session, someone(session, chengdu), is_sample=True)
        assert paper.file_key is not None
        storage.put(paper.file_key, b"%PDF")
        key, slides, seen = paper.file_key, "lecture/demo", "sites/demo"
        for kept in (slides, seen, f"{seen}-small"):
            storage.put(kept, b"%PDF")
        session.add(
            LectureFile(
                lecturer_id=session.scalars(sa.select(Lecturer.id).order_by(Lecturer.id).limit(1)).one(), kind=LectureFileKind.SLIDES,
                name="课件.pdf", media_type="application/pdf", size=4, sha256="0" * 64, file_key=slides,
            )
        )  # fmt: skip
        session.add(
            SitePicture(
                site_id=session.scalars(sa.select(Site.id).order_by(Site.id).limit(1)).one(), position=1, width=1, height=1,
                size=4, sha256="0" * 64, file_key=seen, small_sha256="0" * 64, small_file_key=f"{seen}-small",
            )
        )  # fmt: skip
        session.commit()
        report = demo.remove(ACTOR)
        assert (report.removed, report.people, report.certificates) == (("BJ2019", "CD2019"), 345, 1)
        assert report.organisation
        assert not storage.exists(key)
        assert not any(storage.exists(kept) for kept in (slides, seen, f"{seen}-small"))
        left = counts(session)
        assert {name for name, count in left.items() if count} == {
            "organisation",
            "user",
            "membership",
            "audit_entry",
        }
        session.rollback()
        demo.load(ACTOR)
        chengdu = session.scalars(sa.select(Training).where(Training.code == "CD2019")).one()
    after = counts(session)
    assert {**after, "audit_entry": 0} == {**before, "audit_entry": 0}


def test_samples_that_replaced_one_another_go_too(session: Session, chengdu: Training) -> None:
    who = someone(session, chengdu)
    for number in range(3):
        last = session.scalar(sa.select(sa.func.max(Certificate.id)))
        if last:
            revoked = session.get_one(Certificate, last)
            revoked.status, revoked.ground = CertificateStatus.REVOKED, "error"
            revoked.end_reason, revoked.ended_at = "姓名有误", now()
            session.commit()
        paper = Certificate(
            training_id=chengdu.id,
            counter_id=make_counter(session, chengdu.id),
            registration_id=who.id,
            number=number + 1,
            serial=f"S-{number}",
            code="C" * 26,
            status=CertificateStatus.VALID,
            snapshot={"a": 1},
            issue_date=date(2019, 11, 2),
            is_sample=True,
            sha256="0" * 64,
            file_key=f"certificates/{number}.pdf",
            issued_at=now(),
            replaces_id=last,
        )
        session.add(paper)
        session.commit()
    assert demo.remove(ACTOR).certificates == 3
    assert session.scalar(sa.select(sa.func.count()).select_from(Certificate)) == 0


def test_removing_what_is_not_there_changes_nothing(session: Session, cast: Cast) -> None:
    report = demo.remove(ACTOR)
    assert (report.removed, report.people, report.organisation) == ((), 0, False)


def test_what_somebody_made_of_the_demo_stays(session: Session, chengdu: Training, cast: Cast) -> None:
    elsewhere = make_training(session, cast.organisation, code="OWN")
    make_registration(session, elsewhere)
    copy = trainings.copy(ACTOR, chengdu, "COPY", date(2027, 5, 11))
    place = session.get(Organisation, copy.organisation_id)
    assert place is not None
    mine = make_unit(session, place, "自建单位")
    beijing = session.scalars(sa.select(Lecturer.id).order_by(Lecturer.id.desc()).limit(1)).one()
    part = Contribution(position=1, lecturer_id=beijing, role="lecture")
    make_unplaced(session, copy, contributions=[part])

    report = demo.remove(ACTOR)

    assert report.removed == ("BJ2019", "CD2019")
    assert not report.organisation
    session.expire_all()
    assert set(session.scalars(sa.select(Training.code))) == {"OWN", "COPY"}
    assert [one.unit.name for one in copy.hosts] == ["民政部"]
    assert len(session.scalars(sa.select(Site)).all()) == 6
    assert len(session.scalars(sa.select(Lecturer)).all()) == 13
    units = set(session.scalars(sa.select(Unit.name).where(Unit.organisation_id == place.id)))
    assert {mine.name, "民政部", "四川省成都市金牛区", "中央组织部", "河北省民政厅"} <= units
    assert "共青团中央新媒体中心" not in units
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1


def test_the_organisation_stays_for_a_member_who_has_no_other(session: Session, cast: Cast) -> None:
    user = cast.users["viewer"]
    session.execute(sa.delete(Membership).where(Membership.user_id == user.id))
    session.commit()
    demo.load(ACTOR)
    place = session.scalars(sa.select(Organisation).where(Organisation.is_sample.is_(True))).one()
    session.add(Membership(user_id=user.id, organisation_id=place.id, role=Role.OWNER))
    session.commit()
    assert not demo.remove(ACTOR).organisation
    assert session.scalar(sa.select(Membership.role).where(Membership.user_id == user.id)) is Role.OWNER
    assert demo.load(ACTOR).loaded == ("CD2019", "BJ2019")


def test_a_real_certificate_keeps_the_whole_demo(session: Session, chengdu: Training) -> None:
    certificate(session, someone(session, chengdu), is_sample=False)
    before = counts(session)
    session.rollback()
    with pytest.raises(Refusal) as refused:
        demo.remove(ACTOR)
    assert (refused.value.code, refused.value.values) == (
        "demo.real_certificates",
        {"code": "CD2019", "count": 1},
    )
    assert counts(session) == before


def test_the_database_lets_samples_go_and_nothing_else(session: Session, chengdu: Training) -> None:
    real = certificate(session, someone(session, chengdu), is_sample=False).id
    other = session.scalars(
        sa.select(Registration)
        .where(Registration.training_id == chengdu.id)
        .order_by(Registration.id)
        .offset(1)
        .limit(1)
    ).one()
    sample = certificate(session, other, is_sample=True).id
    session.execute(sa.delete(Certificate).where(Certificate.id == sample))
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(sa.delete(Certificate).where(Certificate.id == real))
    session.rollback()
    with pytest.raises(IntegrityError):
        session.execute(sa.update(Certificate).where(Certificate.id == real).values(is_sample=True))
    session.rollback()
    assert session.get(Certificate, real) is not None
