"""Certificates on screen, without scripts."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class, mark, text_of
from tests.factories import Cast, make_registration
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.certificate import CertificateKind, CertificateStatus
from trainingmgr.domain.job import JobKind
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.extensions import db, now
from trainingmgr.models import Job, JobItem, Registration, Training, TrainingSession
from trainingmgr.queries.certificate import facts
from trainingmgr.services import certificate as service
from trainingmgr.services.certificate.reserving import reserve

SignIn = Callable[[str], FlaskClient]


def test_the_page_says_who_may_get_one_who_may_not_and_why(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    training = make_class(session, cast, 2, code="PAGE")
    make_registration(session, training, "缺席者")
    page = client_as("organiser").get("/t/PAGE/certificates").text
    assert "Issue 2 certificates" in page
    assert "PAGE-0001 to PAGE-0002" in page
    row = page[page.index("缺席者") :]
    assert "0 of 2 class hours" in row[: row.index("</tr>")]


def test_a_name_leads_to_the_participant_and_a_certificate_to_its_verification(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    training = make_class(session, cast, 1, code="LINKS")
    issue(cast, training)
    one = certificates(session, training)[0]
    client = client_as("organiser")
    page = client.get("/t/LINKS/certificates").text
    assert f'href="/t/LINKS/roster/{one.registration_id}"' in page
    address = f"/v/{one.serial}?c={one.code}"
    assert f'href="{address}"' in page
    assert f'href="{address}"' in client.get("/t/LINKS/certificates/register").text
    assert "<title>Valid · LINKS-0001" in client.get(address).text


def test_one_press_orders_and_leads_to_the_progress(session: Session, cast: Cast, client_as: SignIn) -> None:
    training = make_class(session, cast, 2, code="PRESS")
    client = client_as("organiser")
    answer = client.post("/t/PRESS/certificates", data={"issue_date": "2026-05-15"})
    assert answer.status_code == 303
    progress = client.get(answer.location).text
    assert "0 of 2 are made" in progress
    assert '<meta http-equiv="refresh"' in progress
    assert "hx-get" in client.get(answer.location + "/bar").text
    job = session.scalars(sa.select(Job)).one()
    service.work(job.id, "test")
    done = client.get(answer.location)
    assert "All 2 certificates are issued" in done.text
    assert "hx-get" not in done.text
    assert {row.issue_date.isoformat() for row in certificates(session, training)} == {"2026-05-15"}


def test_the_progress_names_those_who_got_none(session: Session, cast: Cast, client_as: SignIn) -> None:
    training = make_class(session, cast, 1, code="NONE")
    add_person(session, training, "王\U0003134a")
    job_id = issue(cast, training)
    uid = session.get_one(Job, job_id).uid
    page = client_as("viewer").get(f"/t/NONE/certificates/jobs/{uid}").text
    assert "One person got no certificate" in page
    assert "\U0003134a” (U+3134A)" in page


def test_a_refused_order_says_why_above_and_beside_the_field(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    make_class(session, cast, 1, code="EARLY")
    answer = client_as("organiser").post("/t/EARLY/certificates", data={"issue_date": "2026-05-01"})
    assert answer.status_code == 422
    assert answer.text.count("before the last day of the class") == 2
    assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == 0


def test_a_name_that_cannot_be_printed_is_pointed_out_before_issuing(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    training = make_class(session, cast, 0, code="RARE")
    add_person(session, training, "王\U0003134a")
    assert "No font has \U0003134a" in client_as("viewer").get("/t/RARE/certificates").text


def test_without_a_public_address_the_page_says_who_sets_it_and_how_and_issuing_is_closed(
    app: Flask, session: Session, cast: Cast, client_as: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = replace(app.extensions["trainingmgr.settings"], public_url="")
    monkeypatch.setitem(app.extensions, "trainingmgr.settings", bare)
    make_class(session, cast, 1, code="BARE")
    page = client_as("organiser").get("/t/BARE/certificates").text
    assert "the program has no public address" in page
    assert 'value="TRAININGMGR_PUBLIC_URL=https://training.example.org make run"' in page
    assert page.count("Issue one certificate") == page.count("disabled>Issue one certificate</button>") == 1
    assert client_as("organiser").post("/t/BARE/certificates").status_code == 422
    make_class(session, cast, 0, code="SOON")
    assert "the program has no public address" in client_as("organiser").get("/t/SOON/certificates").text


def test_a_class_without_a_host_says_so_before_anybody_issues(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    training = make_class(session, cast, 1, code="HOSTLESS")
    training.hosts.clear()
    session.commit()
    client = client_as("organiser")
    page = client.get("/t/HOSTLESS/certificates")
    assert page.status_code == 200
    assert "The training has no host" in page.text
    assert 'href="/t/HOSTLESS/settings"' in page.text
    assert page.text.count("Issue one certificate") == page.text.count("disabled>Issue one certificate") == 1
    assert client.post("/t/HOSTLESS/certificates", data={"issue_date": "2026-05-15"}).status_code == 422
    preview = client.get("/t/HOSTLESS/certificates/preview.pdf")
    assert preview.status_code == 422
    assert "Add the host in the settings" in preview.text


def test_an_address_that_others_do_not_reach_is_warned_of_before_issuing(
    app: Flask, session: Session, cast: Cast, client_as: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_class(session, cast, 1, code="NEAR")
    client = client_as("organiser")
    assert "nobody else could check" not in client.get("/t/NEAR/certificates").text
    near = replace(app.extensions["trainingmgr.settings"], public_url="http://127.0.0.1:8000")
    monkeypatch.setitem(app.extensions, "trainingmgr.settings", near)
    page = client.get("/t/NEAR/certificates").text
    assert "nobody else could check" in page
    assert "How to get an address that everybody can open" in page
    assert "Issue one certificate" in page


def test_a_front_desk_sees_no_button_and_may_not_issue(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    make_class(session, cast, 1, code="DESK")
    client = client_as("front_desk")
    assert "Issue one certificate" not in client.get("/t/DESK/certificates").text
    assert client.post("/t/DESK/certificates").status_code == 403


def test_the_preview_is_marked_and_takes_no_number(
    session: Session, cast: Cast, client_as: SignIn, tmp_path: Path
) -> None:
    training = make_class(session, cast, 0, code="VIEW")
    add_person(session, training, "王小明")
    answer = client_as("viewer").get("/t/VIEW/certificates/preview.pdf")
    assert answer.mimetype == "application/pdf"
    text = text_of(answer.data, tmp_path)
    assert "王小明" in text
    assert "PREVIEW" in text
    assert certificates(session, training) == []


def test_revoking_asks_for_a_reason_and_the_register_keeps_it(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    training = make_class(session, cast, 1, code="TAKE")
    issue(cast, training)
    (row,) = certificates(session, training)
    client = client_as("organiser")
    address = f"/t/TAKE/certificates/{row.id}/revoke"
    assert "Revoke certificate TAKE-0001" in client.get(address).text
    assert client.post(address, data={"reason": " "}).status_code == 422
    assert certificates(session, training)[0].status is CertificateStatus.VALID
    answer = client.post(address, data={"reason": "姓名有误"})
    assert answer.status_code == 303
    register = client.get(answer.location).text
    assert "姓名有误" in register
    assert "Revoked" in register
    checked = f"/v/TAKE-0001?c={row.code}"
    assert f'href="{checked}"' in register
    assert "<title>Revoked · TAKE-0001" in client.get(checked).text
    assert "Issue one certificate" in client.get("/t/TAKE/certificates").text


def test_another_trainings_certificate_does_not_exist_here(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    make_class(session, cast, 1, code="HERE")
    there = make_class(session, cast, 1, code="THERE")
    job_id = issue(cast, there)
    (row,) = certificates(session, there)
    client = client_as("owner")
    assert client.get(f"/t/HERE/certificates/{row.id}.pdf").status_code == 404
    assert client.post(f"/t/HERE/certificates/{row.id}/revoke", data={"reason": "x"}).status_code == 404
    uid = session.get_one(Job, job_id).uid
    assert client.get(f"/t/HERE/certificates/jobs/{uid}").status_code == 404


def lecture_of(session: Session, training: Training) -> int:
    (found,) = session.scalars(
        sa.select(TrainingSession.id).where(TrainingSession.training_id == training.id)
    )
    return found


def test_who_lacks_only_sheets_that_were_not_taken_may_still_get_one(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    training = make_class(session, cast, 0, code="STILL")
    add_person(session, training, "王在场")
    make_registration(session, training, "张待定")
    absent = make_registration(session, training, "李缺席")
    mark(session, absent, lecture_of(session, training), AttendanceMark.ABSENT)
    client = client_as("viewer")
    page = client.get("/t/STILL/certificates").text
    figures = re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page)
    assert figures == [("Issued", "0"), ("Ready to issue", "1"), ("Still possible", "1"), ("Fall short", "1")]
    states = {"王在场": "Ready to issue", "张待定": "Still possible", "李缺席": "Falls short"}
    for name, state in states.items():
        row = re.findall(rf"<tr[^>]*>(?:(?!</tr>).)*{name}.*?</tr>", page, re.DOTALL)[0]
        assert state in row
        who = re.search(r"/t/STILL/roster/\d+", row)
        assert who is not None
        assert state in client.get(who[0]).text
    still = client.get("/t/STILL/certificates?show=open").text
    assert [name for name in states if name in still] == ["张待定"]


def test_issuing_before_the_last_day_is_warned_of(session: Session, cast: Cast, client_as: SignIn) -> None:
    ahead = now().date() + timedelta(days=5)
    make_class(session, cast, 1, code="AHEAD", start_date=ahead - timedelta(days=9), end_date=ahead)
    make_class(session, cast, 1, code="OVER")
    client = client_as("organiser")
    assert "The class is not over" in client.get("/t/AHEAD/certificates").text
    assert "The class is not over" not in client.get("/t/OVER/certificates").text


def test_issuing_while_the_class_goes_on_wants_a_tick_and_nothing_else_does(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    ahead = now().date() + timedelta(days=5)
    values = {"start_date": ahead - timedelta(days=9), "end_date": ahead}
    make_class(session, cast, 1, code="GOESON", **values)
    make_class(session, cast, 1, code="SHOWN", is_sample=True, **values)
    make_class(session, cast, 1, code="DONE")
    client = client_as("organiser")
    page = client.get("/t/GOESON/certificates").text
    assert 'name="early"' in page
    assert "Issue although the class goes on until" in page
    refused = client.post("/t/GOESON/certificates")
    assert refused.status_code == 422
    assert "Tick that you issue although it is not over" in refused.text
    assert f"goes on until {ahead.isoformat()}" not in refused.text, "days are written as people write them"
    assert session.scalars(sa.select(Job).where(Job.kind == JobKind.ISSUE)).all() == []
    assert client.post("/t/GOESON/certificates", data={"early": "y"}).status_code == 303
    for code in ("SHOWN", "DONE"):
        assert 'name="early"' not in client.get(f"/t/{code}/certificates").text
        assert client.post(f"/t/{code}/certificates").status_code == 303


def test_letters_of_appointment_are_issued_before_the_class_without_a_tick(
    session: Session, cast: Cast
) -> None:
    ahead = now().date() + timedelta(days=5)
    training = make_class(session, cast, 1, code="SOONER", start_date=ahead, end_date=ahead)
    assert not facts.comes_early(training, CertificateKind.APPOINTMENT)
    assert facts.comes_early(training, CertificateKind.COMPLETION)


def test_the_table_is_filtered_by_state_and_by_word(session: Session, cast: Cast, client_as: SignIn) -> None:
    training = make_class(session, cast, 0, code="SIFT")
    add_person(session, training, "王小明")
    absent = make_registration(session, training, "李缺席")
    mark(session, absent, lecture_of(session, training), AttendanceMark.ABSENT)
    client = client_as("viewer")
    short = client.get("/t/SIFT/certificates?show=short").text
    assert ("李缺席" in short, "王小明" in short) == (True, False)
    found = client.get("/t/SIFT/certificates?q=小明").text
    assert ("李缺席" in found, "王小明" in found) == (False, True)
    assert "Nobody matches" in client.get("/t/SIFT/certificates?q=zzz").text


@pytest.mark.parametrize("path", ["certificates", "certificates/register"])
def test_the_number_of_queries_does_not_grow_with_the_people(
    session: Session, cast: Cast, client_as: SignIn, path: str
) -> None:
    counts = []
    for people in (2, 30):
        training = make_class(session, cast, people)
        issue(cast, training)
        client = client_as("organiser")
        counts.append(_queries(lambda c=client, t=training: c.get(f"/t/{t.code}/{path}")))  # type: ignore[misc]
    assert counts[0] == counts[1]


def _queries(call: Callable[[], object]) -> int:
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        call()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_a_number_whose_holder_withdrew_is_voided_from_the_page_and_explained(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    training = make_class(session, cast, 1, code="VOID")
    job = service.start_issue(cast.actor(), training)
    assert job is not None
    reserve(job.id, "dies", 25)
    session.execute(sa.update(Registration).values(status=RegistrationStatus.WITHDRAWN))
    session.execute(sa.update(JobItem).values(lease_until=now() - timedelta(seconds=1), attempts=99))
    session.commit()
    service.work(job.id, "gives up")
    client = client_as("organiser")
    assert "Void one number" in client.get("/t/VOID/certificates").text
    assert client.post("/t/VOID/certificates").status_code == 303
    session.rollback()
    service.work(session.scalars(sa.select(Job.id).order_by(Job.id.desc())).first() or 0, "test")
    register = client.get("/t/VOID/certificates/register").text
    assert "Voided" in register
    assert "Not on the class" in register


def test_the_way_to_the_register_is_not_called_a_registration(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    training = make_class(session, cast, 1, code="BOOK")
    uid = session.get_one(Job, issue(cast, training)).uid
    client = client_as("organiser")
    client.set_cookie("trainingmgr_language", "zh")
    for address in ("/t/BOOK/certificates", f"/t/BOOK/certificates/jobs/{uid}"):
        ways = re.findall(r'href="/t/BOOK/certificates/register"[^>]*>([^<]+)<', client.get(address).text)
        assert set(ways) == {"证书登记簿"}
