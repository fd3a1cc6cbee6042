"""The schema that the migrations make is the one that the models describe, on the way up and down."""

from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy.orm import Session

from tests.certificates import mark
from tests.factories import (
    Cast,
    make_counter,
    make_registration,
    make_session,
    make_training,
    make_unit,
)
from tests.mails import make_mail
from trainingmgr.crypto import HIDDEN
from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.mail import MailKind, MailStatus
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.extensions import db, metadata, now
from trainingmgr.models import (
    Attendance,
    Certificate,
    MailMessage,
    Registration,
    RegistrationTally,
    SerialCounter,
)


def _tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_the_migrated_schema_has_no_difference_from_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert not differences


def test_every_check_of_the_models_is_in_the_database(app: Flask) -> None:
    inspector = sa.inspect(db.engine)
    for table in metadata.sorted_tables:
        wanted = {str(one.name) for one in table.constraints if isinstance(one, sa.CheckConstraint)}
        assert {one["name"] for one in inspector.get_check_constraints(table.name)} == wanted, table.name


def test_what_stands_in_the_tables_outlives_the_way_down_and_up(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation, code="KEPT")
    lecture = make_session(session, training)
    row = make_registration(session, training, "王小明")
    mark(session, row, lecture.id)
    session.add(
        Certificate(
            training_id=training.id,
            counter_id=make_counter(session, training.id),
            registration_id=row.id,
            number=1,
            serial="KEPT-0001",
            code="C",
            status=CertificateStatus.RESERVED,
            snapshot={"holder_name": "王小明"},
            issue_date=training.end_date,
        )
    )
    session.execute(sa.update(SerialCounter).values(next_number=2))
    session.commit()
    db.session.remove()

    downgrade(revision="0001")
    upgrade()

    found = db.session()
    assert found.scalars(sa.select(Certificate.serial)).all() == ["KEPT-0001"]
    assert found.scalar(sa.select(SerialCounter.next_number)) == 2
    for table in (Registration, Attendance):
        assert found.scalar(sa.select(sa.func.count()).select_from(table)) == 1


def test_statuses_of_later_have_their_nearest_before_and_are_counted_on(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    make_registration(session, training, "王小明", status=RegistrationStatus.WAITLISTED)
    make_registration(session, training, "李华", status=RegistrationStatus.DECLINED)
    session.commit()
    db.session.remove()

    downgrade(revision="0002")
    upgrade()

    found = db.session()
    assert found.scalars(sa.select(Registration.status).order_by(Registration.id)).all() == [
        RegistrationStatus.NOMINATED,
        RegistrationStatus.WITHDRAWN,
    ]
    found.execute(sa.update(Registration).values(status=RegistrationStatus.WAITLISTED, waitlisted_at=now()))
    found.flush()
    counted = sa.select(RegistrationTally.status, RegistrationTally.people)
    assert dict(found.execute(counted.where(RegistrationTally.people > 0)).tuples().all()) == {
        "waitlisted": 2
    }


def test_mails_of_before_lose_the_secrets_that_are_known_otherwise(session: Session, cast: Cast) -> None:
    here, unit = cast.organisation, make_unit(session, cast.organisation)
    address = "https://x.example.org/n/"
    whole, hidden = address + "a" * 44, address + HIDDEN
    of_unit: dict[str, Any] = {"unit_id": unit.id, "kind": MailKind.NOMINATION_INVITATION}
    written: list[tuple[str, dict[str, Any]]] = [
        (hidden, {"status": MailStatus.SENT}),
        (whole, {"status": MailStatus.QUEUED}),
        (hidden, {"status": MailStatus.QUEUED} | of_unit),
        (whole, {"status": MailStatus.KEPT, "unit_id": unit.id}),
    ]
    for _wanted, values in written:
        make_mail(session, here, "a@example.net", subject=whole, body=whole, **values)
    db.session.remove()

    downgrade(revision="0033")
    upgrade()

    found = db.session().execute(sa.select(MailMessage.subject, MailMessage.body).order_by(MailMessage.id))
    assert found.tuples().all() == [(wanted, wanted) for wanted, _values in written]


def test_migrations_go_down_to_nothing_and_up_again(app: Flask) -> None:
    db.session.remove()
    downgrade(revision="base")
    assert _tables() == set()
    upgrade()
    assert _tables() == {table.name for table in metadata.sorted_tables}
