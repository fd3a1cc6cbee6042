"""The schema that the migrations make is the one that the models describe, on the way up and down."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy.orm import Session

from tests.certificates import mark
from tests.factories import (
    Cast,
    make_counter,
    make_registration,
    make_session,
    make_site,
    make_training,
    make_unit,
    make_unplaced,
)
from tests.mails import make_mail
from trainingmgr import migrations
from trainingmgr.crypto import HIDDEN
from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.mail import MailKind, MailStatus
from trainingmgr.domain.membership import Role
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.extensions import db, metadata, now
from trainingmgr.migrations import downgrade, revisions, upgrade
from trainingmgr.models import (
    Attendance,
    Certificate,
    Contribution,
    Lecturer,
    MailMessage,
    Membership,
    Planning,
    PlanningWish,
    Registration,
    RegistrationTally,
    SerialCounter,
    SessionGroup,
    Training,
    TrainingSession,
    UnplacedSession,
    VisitStop,
)
from trainingmgr.queries import audit


def _tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_the_migrated_schema_has_no_difference_from_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert not differences


def test_the_newest_revision_by_its_file_is_the_one_that_alembic_ends_at() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert [one.revision for one in scripts.walk_revisions()] == revisions()[::-1]


def test_every_check_of_the_models_is_in_the_database(app: Flask) -> None:
    inspector = sa.inspect(db.engine)
    for table in metadata.sorted_tables:
        wanted = {str(one.name) for one in table.constraints if isinstance(one, sa.CheckConstraint)}
        assert {one["name"] for one in inspector.get_check_constraints(table.name)} == wanted, table.name


def test_no_table_gives_an_id_twice(app: Flask) -> None:
    """SQLite counts on by AUTOINCREMENT alone, PostgreSQL by sequences."""
    numbered = {table.name for table in metadata.sorted_tables if "id" in table.c} - {"installation"}
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "sqlite":
            found = sa.text("SELECT name FROM sqlite_master WHERE sql LIKE '%PRIMARY KEY AUTOINCREMENT%'")
        else:
            found = sa.text(
                "SELECT table_name FROM information_schema.columns WHERE column_name = 'id'"
                " AND column_default LIKE 'nextval(%'"
            )
        counting = set(connection.scalars(found))
    assert numbered <= counting


def test_ids_that_the_audit_trail_names_of_rows_long_gone_are_given_to_nobody(
    session: Session, cast: Cast
) -> None:
    training = make_training(session, cast.organisation)
    row = make_registration(session, training, "王小明")
    gone = row.id + 7
    audit.record(session, cast.actor(), "roster.remove", "registration", gone, training=training)
    audit.record(session, cast.actor(), "session.delete", "session", 30, training=training)
    session.commit()
    code = training.code
    db.session.remove()

    downgrade(revision="0037")
    upgrade()

    found = db.session()
    again = found.scalars(sa.select(Training).where(Training.code == code)).one()
    if db.engine.dialect.name == "sqlite":
        assert make_registration(found, again, "李华").id == gone + 1
        assert make_session(found, again).id == 31
    counted = sa.select(sa.func.sum(RegistrationTally.people))
    assert found.scalar(counted) == found.scalar(sa.select(sa.func.count()).select_from(Registration))


def test_people_of_before_are_found_by_their_printed_names(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    row = make_registration(
        session,
        training,
        "吕梅",
        latin_name="Mei Lü-Müller",
        sort_key="lv mei",
        search_text="吕梅 lvmei mei 1",
    )
    other = make_registration(session, training, "吕兰", sort_key="lv lan", search_text="吕兰 lvlan lan 2")
    ids = row.id, other.id
    session.commit()
    db.session.remove()

    downgrade(revision="0038")
    upgrade()

    found = db.session()
    texts = [found.get_one(Registration, one).search_text.split(" ") for one in ids]
    assert {"müller", "muller", "meilumuller", "lvmei", "1"} <= set(texts[0])
    assert {"lyulan", "lvlan"} <= set(texts[1])
    assert [one[0] for one in texts] == ["吕梅", "吕兰"]


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


def test_breaks_were_meals_before(session: Session, cast: Cast) -> None:
    make_session(session, make_training(session, cast.organisation), kind=SessionKind.BREAK)
    db.session.remove()
    downgrade(revision="0036")
    upgrade()
    assert db.session().scalars(sa.select(TrainingSession.kind)).all() == [SessionKind.MEAL]


def test_sessions_without_a_time_keep_their_first_contributor_and_site_on_the_way_down(
    session: Session, cast: Cast
) -> None:
    training = make_training(session, cast.organisation)
    site, placed = make_site(session, cast.organisation), make_session(session, training)
    people = [
        Lecturer(organisation_id=cast.organisation.id, type="person", name=name)
        for name in ("王小明", "李华")
    ]
    session.add_all(people)
    session.flush()
    waiting = make_unplaced(
        session,
        training,
        title_zh="待排",
        contributions=[
            Contribution(position=at, lecturer_id=one.id, role="lecture") for at, one in enumerate(people, 1)
        ],
        stops=[VisitStop(position=1, site_id=site.id)],
        groups=[SessionGroup(group_name="一组")],
    )
    session.add_all(
        PlanningWish(training_id=training.id, kind="before", session_id=one, other_session_id=other)
        for one, other in ((placed.id, waiting.id), (waiting.id, placed.id))
    )
    session.add(Planning(training_id=training.id, frame={}, stays=[], seen=[[1, 1]], problem="{}"))
    session.commit()
    kept, site_id = placed.id, site.id
    session.expunge_all()
    db.session.remove()

    downgrade(revision="0035")
    with db.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT title_zh, minutes FROM unplaced_session")).all() == [
            ("待排", 90)
        ]
    upgrade()

    found = db.session()
    row = found.scalars(sa.select(UnplacedSession)).one()
    assert (row.title_zh, row.minutes, row.class_hours) == ("待排", 90, Decimal(2))
    assert [part.lecturer.name for part in row.contributions] == ["王小明"]
    assert ([stop.site_id for stop in row.stops], row.groups) == ([site_id], [])
    wished = sa.select(PlanningWish.session_id, PlanningWish.other_session_id).order_by(PlanningWish.id)
    assert found.execute(wished).tuples().all() == [(kept, row.id), (row.id, kept)]
    assert found.scalars(sa.select(TrainingSession.id)).all() == [kept]
    assert found.execute(sa.select(Planning.problem, Planning.seen)).tuples().one() == ("", [])


def test_references_hold_for_who_is_served_by_the_process_that_migrated(app: Flask) -> None:
    upgrade()
    for _ in range(3):
        with pytest.raises(sa.exc.IntegrityError), db.engine.begin() as connection:
            connection.execute(
                sa.insert(Membership).values(user_id=12345, organisation_id=12345, role=Role.VIEWER)
            )


def test_migrations_go_down_to_nothing_and_up_again(app: Flask) -> None:
    db.session.remove()
    downgrade(revision="base")
    assert _tables() == set()
    upgrade()
    assert _tables() == {table.name for table in metadata.sorted_tables}
