"""The list of one's trainings and how one of them stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import (
    Cast,
    make_counter,
    make_line,
    make_registration,
    make_session,
    make_training,
    make_unit,
)
from tests.nominations import entry_of, name_person, offered, typed
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.certificate import CertificateKind, CertificateStatus
from trainingmgr.domain.next_steps import Step
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.domain.training import Phase
from trainingmgr.extensions import db
from trainingmgr.models import (
    Attendance,
    Certificate,
    Handout,
    Material,
    Registration,
    Training,
    TrainingSession,
)
from trainingmgr.queries import training as queries
from trainingmgr.queries.nomination import units_to_hear_from
from trainingmgr.services import nomination

NOON = datetime(2026, 5, 12, 4, tzinfo=UTC)  # 12:00 in Shanghai


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def reserve(
    session: Session,
    registration: Registration,
    number: int,
    status: CertificateStatus,
    kind: CertificateKind = CertificateKind.COMPLETION,
) -> None:
    session.add(
        Certificate(
            training_id=registration.training_id,
            counter_id=make_counter(session, registration.training_id),
            registration_id=registration.id,
            number=number,
            serial=f"S-{registration.id}-{number}",
            code="C" * 26,
            status=status,
            kind=kind,
            snapshot={},
            issue_date=date(2026, 5, 14),
            sha256="0" * 64,
            file_key="x",
            ended_at=NOON if status in {CertificateStatus.REVOKED, CertificateStatus.VOIDED} else None,
            end_reason="r",
            ground="other" if status is CertificateStatus.REVOKED else "",
        )
    )
    session.commit()


def mark(row: TrainingSession, person: Registration, made: AttendanceMark) -> Attendance:
    return Attendance(training_id=row.training_id, session_id=row.id, registration_id=person.id, mark=made)


def populate(session: Session, training: Training, people: int) -> None:
    row = make_session(session, training)
    for number in range(people):
        person = make_registration(session, training)
        session.add(mark(row, person, AttendanceMark.PRESENT))
        reserve(session, person, number + 1, CertificateStatus.VALID)


def test_the_list_has_the_trainings_of_the_reader_with_their_figures(session: Session, cast: Cast) -> None:
    here = make_training(session, cast.organisation, code="HERE")
    make_training(session, cast.elsewhere, code="THERE")
    populate(session, here, 3)
    make_registration(session, here, status=RegistrationStatus.WITHDRAWN)

    (card,) = queries.cards(session, cast.users["viewer"].id, NOON)

    assert (card.code, card.phase, card.people, card.sessions, card.certificates) == (
        "HERE",
        Phase.RUNNING,
        3,
        1,
        3,
    )
    assert (card.organisation_zh, str(card.role)) == ("示例省民政厅", "viewer")
    assert {one.code for one in queries.cards(session, None, NOON)} == {"HERE", "THERE"}


def test_what_runs_comes_first_then_what_is_near(session: Session, cast: Cast) -> None:
    for code, start in (
        ("PAST", date(2026, 4, 1)),
        ("LONGPAST", date(2025, 4, 1)),
        ("LATER", date(2026, 9, 1)),
        ("SOON", date(2026, 6, 1)),
        ("NOW", date(2026, 5, 12)),
    ):
        make_training(session, cast.organisation, code=code, start_date=start, end_date=start)
    make_training(session, cast.organisation, code="AWAY", archived_at=NOON)
    make_registration(session, session.scalars(sa.select(Training).where(Training.code == "LATER")).one())

    found = [card.code for card in queries.cards(session, cast.users["owner"].id, NOON)]

    assert found == ["NOW", "SOON", "LATER", "PAST", "LONGPAST", "AWAY"]


def test_today_is_the_day_where_the_training_is(session: Session, cast: Cast) -> None:
    late = datetime(2026, 5, 10, 17, tzinfo=UTC)  # the 11th in Shanghai, still the 10th in New York
    make_training(session, cast.organisation, code="EAST")
    make_training(session, cast.organisation, code="WEST", time_zone="America/New_York")
    phases = {card.code: card.phase for card in queries.cards(session, None, late)}
    assert phases == {"EAST": Phase.RUNNING, "WEST": Phase.PLANNED}


def test_the_list_and_the_overview_cost_the_same_however_much_there_is(session: Session, cast: Cast) -> None:
    user = cast.users["owner"].id
    first = make_training(session, cast.organisation)
    populate(session, first, 1)
    costs = []
    for more in (0, 6):
        for _ in range(more):
            populate(session, make_training(session, cast.organisation), 2)
            populate(session, first, 0)
        session.expire_all()
        with counted_statements() as seen:
            queries.cards(session, user)
            lists = len(seen)
            queries.overview(session, first)
        costs.append((lists, len(seen)))
    assert costs[0] == costs[1]
    assert costs[0][0] == 1
    assert costs[0][1] <= 8


def test_sheets_that_were_taken_before_their_sessions_began_are_counted_and_end_no_class(
    session: Session, cast: Cast
) -> None:
    training = make_training(session, cast.organisation)
    person = make_registration(session, training)
    for days in (1, 2):
        row = make_session(session, training, start=NOON + timedelta(days=days))
        session.add(mark(row, person, AttendanceMark.PRESENT))
    make_session(session, training, start=NOON + timedelta(days=2))
    session.commit()
    view = queries.overview(session, training, NOON)
    assert (view.sheets_due, view.sheets_taken) == (2, 2)
    assert Step.ISSUE_CERTIFICATES not in [one.step for one in view.next_steps]


def test_the_overview_counts_people_hours_sheets_and_certificates(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation, capacity=80)
    populate(session, training, 2)
    make_session(session, training, kind=SessionKind.MEAL, class_hours=Decimal(1))
    make_session(session, training, start=NOON + timedelta(minutes=30), class_hours=Decimal("1.5"))
    make_session(session, training, start=NOON + timedelta(days=1), class_hours=Decimal(3))
    gone = make_registration(session, training, status=RegistrationStatus.WITHDRAWN)
    reserve(session, gone, 9, CertificateStatus.REVOKED)

    view = queries.overview(session, training, NOON)

    assert (view.phase, view.today, view.capacity) == (Phase.RUNNING, date(2026, 5, 12), 80)
    assert (view.people[RegistrationStatus.CONFIRMED], view.people[RegistrationStatus.WITHDRAWN]) == (2, 1)
    assert (view.on_class, view.sessions, view.hours) == (2, 4, Decimal("6.5"))
    assert (view.sheets_due, view.sheets_taken) == (2, 1)
    assert (view.certificates_valid, view.certificates_revoked) == (2, 1)
    assert [one.step for one in view.next_steps] == [Step.TAKE_ATTENDANCE]


def test_whoever_was_seen_in_a_session_has_arrived(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    populate(session, training, 2)
    make_session(session, training, start=NOON + timedelta(days=1))
    awaited = make_registration(session, training)
    away = make_registration(session, training)
    sheet = session.scalars(sa.select(TrainingSession).order_by(TrainingSession.id)).first()
    assert sheet is not None
    session.add(mark(sheet, away, AttendanceMark.ABSENT))
    session.flush()

    def arrivals() -> list[object]:
        steps = queries.overview(session, training, NOON).next_steps
        return [one.values["people"] for one in steps if one.step is Step.SIGN_IN_ARRIVALS]

    assert arrivals() == [2]
    session.add(mark(sheet, awaited, AttendanceMark.LATE))
    session.flush()
    assert arrivals() == [1]


def test_once_all_is_taken_those_who_may_get_a_certificate_are_counted(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    populate(session, training, 1)
    sheet = session.scalars(sa.select(TrainingSession).order_by(TrainingSession.id)).first()
    assert sheet is not None
    marks = [AttendanceMark.PRESENT, AttendanceMark.LATE, AttendanceMark.ABSENT]
    session.add_all([mark(sheet, make_registration(session, training), one) for one in marks])
    session.commit()
    steps = queries.overview(session, training, NOON).next_steps
    assert [(one.step, one.values) for one in steps] == [
        (Step.ISSUE_CERTIFICATES, {"people": 2}),
        (Step.SEE_WHO_HAS_NONE, {"people": 1}),
    ]


def test_papers_of_other_kinds_are_no_certificates_of_completion(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    sheet, person = make_session(session, training), make_registration(session, training)
    session.add(mark(sheet, person, AttendanceMark.PRESENT))
    reserve(session, person, 1, CertificateStatus.VALID, CertificateKind.BEST_TRAINEE)
    view = queries.overview(session, training, NOON)
    assert view.certificates_valid == 1
    assert [(one.step, one.values) for one in view.next_steps] == [(Step.ISSUE_CERTIFICATES, {"people": 1})]


def test_the_public_address_is_missed_where_real_certificates_are_to_come(
    app: Flask, session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = make_training(session, cast.organisation)
    sample = make_training(session, cast.organisation, is_sample=True)

    def asked(training: Training) -> bool:
        steps = queries.overview(session, training, NOON).next_steps
        return any(one.step is Step.SET_PUBLIC_ADDRESS for one in steps)

    assert not asked(training)
    bare = replace(app.extensions["trainingmgr.settings"], public_url="")
    monkeypatch.setitem(app.extensions, "trainingmgr.settings", bare)
    assert asked(training)
    assert not asked(sample)


def test_units_that_have_named_nobody_who_is_still_there_are_to_be_heard_from(
    session: Session, cast: Cast
) -> None:
    training = make_training(session, cast.organisation)
    entries = []
    for number in range(4):
        _line, unit = offered(session, cast, training, 1)
        if number:
            entries.append(entry_of(session, cast, training, unit))
    make_line(session, training, {make_unit(session, cast.organisation): 0})
    kept, gone, _silent = entries
    name_person(kept, typed("王芳"))
    nomination.withdraw(gone, name_person(gone, typed("李雷", phone="13800138001")).nomination_id)
    nomination.save(gone, typed("周八", phone="13800138002"), None)
    assert units_to_hear_from(session, training.id) == (1, 2)
    steps = queries.overview(session, training, NOON - timedelta(days=30)).next_steps
    assert [one.values for one in steps if one.step in {Step.ASK_UNITS, Step.REMIND_UNITS}] == [
        {"units": 1},
        {"units": 2},
    ]


def test_what_is_not_handed_out_yet_is_said(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    populate(session, training, 3)
    book = Material(training_id=training.id, title_zh="手册")
    session.add(book)
    session.flush()
    person = session.scalars(sa.select(Registration).order_by(Registration.id)).first()
    assert person is not None
    session.add(Handout(training_id=training.id, material_id=book.id, registration_id=person.id))
    session.commit()

    steps = queries.overview(session, training, NOON + timedelta(days=30)).next_steps

    assert [(one.step, one.values.get("people")) for one in steps] == [
        (Step.PRINT_CERTIFICATES, 3),
        (Step.HAND_OUT, 2),
        (Step.ARCHIVE, None),
    ]
