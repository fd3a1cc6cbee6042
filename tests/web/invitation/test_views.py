"""Lecturers asked: what the organiser does, what lecturers do on their pages, and what others get of it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from html import unescape
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.documents.reading import text_of
from tests.factories import Cast, look_again, make_session, make_training, make_unit
from tests.invitations import BASE, ZONE, page_of, teach
from tests.mails import as_read
from tests.nominations import picture
from tests.queries.counting import statements
from trainingmgr.domain.fee import terms_of
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.schedule import ContributorType
from trainingmgr.extensions import now, storage
from trainingmgr.models import (
    AuditEntry,
    Contribution,
    Evaluation,
    Invitation,
    LectureFile,
    Lecturer,
    LecturerFee,
    LecturerWindow,
    MailMessage,
    TimetableLink,
    Training,
    TrainingSession,
)
from trainingmgr.queries import invitation as queries
from trainingmgr.services import invitation as services
from trainingmgr.services import schedule

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def coming(session: Session, cast: Cast) -> Training:
    first = datetime.now(ZONE).date() + timedelta(days=7)
    return make_training(session, cast.organisation, code="SOON", start_date=first, end_date=first)


def seen_at(stranger: FlaskClient, page: str) -> str:
    """The times of the first session as the lecturer's page shows them."""
    found = re.search(r'name="seen" value="([^"]+)"', stranger.get(page).text)
    assert found is not None
    return unescape(found[1])


def test_lecturers_are_asked_by_mail_answer_and_are_asked_again_when_a_session_moves(
    session: Session, cast: Cast, coming: Training, client_as: SignIn, stranger: FlaskClient
) -> None:
    lesson = make_session(session, coming, title_en="Community governance")
    lecturer = teach(session, cast, lesson)
    teach(session, cast, make_session(session, coming), name="王芳", email="")
    client = client_as("organiser")
    page = client.get(BASE).text
    assert "Not asked yet" in page
    assert "No mail server is set, so mails are kept in the outbox and not sent." in page
    client.post(f"{BASE}/ask", data={"do": "ask", "language": "en"})
    assert (
        "One mail lies in the outbox. Nothing is sent, since no mail server is set." in client.get(BASE).text
    )
    look_again(session)
    mail = session.scalars(sa.select(MailMessage)).one()
    assert (mail.to_address, mail.lecturer_id) == ("li@example.org", lecturer.id)
    assert "Community governance" in mail.body
    found = re.search(r"https://classes\.example\.org(/invitation/\S+)", as_read(session, mail))
    assert found is not None
    page = found[1]
    assert page == page_of(session, lecturer)
    text = stranger.get(page).text
    assert "王芳" not in text
    seen = seen_at(stranger, page)
    post = f"{page}/sessions/{lesson.id}"
    stranger.post(post, data={"answer": "accepted", "word": "Gladly", "seen": seen})
    schedule = client.get("/t/SOON/schedule").text
    assert 'class="inv inv-accepted">Accepted' in schedule
    assert "inv-accepted" not in client_as("viewer").get("/t/SOON/schedule").text
    assert "Gladly" in client.get(BASE).text

    look_again(session)
    session.get_one(TrainingSession, lesson.id).ends_at += timedelta(minutes=30)
    session.commit()
    assert "Moved since; ask again" in client.get(BASE).text
    for old in (seen, "", "yesterday", seen.partition("/")[0]):
        late = stranger.post(post, data={"answer": "declined", "seen": old}, follow_redirects=True)
        assert "moved in the meantime" in late.text
    client.post(f"{BASE}/ask", data={"do": "ask", "language": "zh"})
    client.post(f"{BASE}/ask", data={"do": "remind", "language": "zh"})
    look_again(session)
    kinds = session.scalars(sa.select(MailMessage.kind).order_by(MailMessage.id)).all()
    assert kinds == ["lecturer_invitation", "lecturer_invitation", "lecturer_reminder"]
    stranger.post(post, data={"answer": "declined", "word": "Away", "seen": seen_at(stranger, page)})
    look_again(session)
    assert session.scalars(sa.select(Invitation.answer)).all() == ["declined"]
    names = str(session.execute(sa.select(AuditEntry.actor, AuditEntry.details)).all())
    assert "李明" not in names
    assert "Away" not in names


def test_the_organiser_notes_what_was_said_by_telephone(
    session: Session, cast: Cast, coming: Training, client_as: SignIn
) -> None:
    lesson = make_session(session, coming)
    lecturer = teach(session, cast, lesson, email="")
    client = client_as("organiser")
    client.post(f"{BASE}/{lecturer.id}/asked")
    assert page_of(session, lecturer) in client.get(BASE).text
    client.post(f"{BASE}/{lecturer.id}/sessions/{lesson.id}", data={"answer": "accepted", "word": "by phone"})
    look_again(session)
    row = session.scalars(sa.select(Invitation)).one()
    assert (row.answer, row.word) == ("accepted", "by phone")
    client.post(f"{BASE}/{lecturer.id}/sessions/{lesson.id}", data={"answer": ""})
    look_again(session)
    assert session.scalars(sa.select(Invitation.answer)).one() is None
    other = make_session(session, make_training(session, cast.elsewhere))
    assert client.post(f"{BASE}/{lecturer.id}/sessions/{other.id}").status_code == 404


def test_what_was_answered_and_sent_outlives_a_deletion_that_is_taken_back(
    session: Session, cast: Cast, coming: Training, stranger: FlaskClient
) -> None:
    lesson = make_session(session, coming)
    lecturer = teach(session, cast, lesson)
    services.mark_asked(cast.actor(), coming, lecturer.id)
    page = page_of(session, lecturer)
    said = {"answer": "accepted", "word": "Gladly", "seen": seen_at(stranger, page)}
    stranger.post(f"{page}/sessions/{lesson.id}", data=said)
    stranger.post(f"{page}/files", data={"session_id": str(lesson.id), "file": (BytesIO(picture()), "a.png")})
    undo = schedule.delete_session(cast.actor(), coming.id, lesson.id)
    again = schedule.restore_session(cast.actor(), coming.id, undo)
    look_again(session)
    row = session.scalars(sa.select(Invitation)).one()
    assert (row.session_id, row.answer, row.word) == (again, "accepted", "")
    assert session.scalars(sa.select(LectureFile.session_id)).one() == again
    assert "Gladly" not in str(session.execute(sa.select(AuditEntry.details)).all())
    undo = schedule.delete_session(cast.actor(), coming.id, again)
    other = teach(session, cast, make_session(session, coming), name="王芳")
    session.scalars(sa.select(LectureFile)).one().lecturer_id = other.id
    session.commit()
    schedule.restore_session(cast.actor(), coming.id, undo)
    look_again(session)
    assert session.scalars(sa.select(LectureFile.session_id)).one() is None


def test_a_fee_is_exact_signed_for_as_it_was_seen_and_hidden_from_who_may_not_pay(
    session: Session, cast: Cast, coming: Training, client_as: SignIn, stranger: FlaskClient
) -> None:
    lecturer = teach(session, cast, make_session(session, coming))
    services.mark_asked(cast.actor(), coming, lecturer.id)
    page, client = page_of(session, lecturer), client_as("organiser")
    fee = f"{BASE}/{lecturer.id}/fee"
    assert "at most two places" in client.post(fee, data={"amount": "10.005"}, follow_redirects=True).text
    client.post(fee, data={"amount": "1,005.20", "tax_note": "Tax is paid by us"})
    assert client_as("front_desk").post(fee, data={"amount": "1"}).status_code == 403
    assert client_as("front_desk").get(f"{BASE}/{lecturer.id}/receipt.pdf").status_code == 403
    text = stranger.get(page).text
    assert "¥1,005.20" in text
    look_again(session)
    row = session.scalars(sa.select(LecturerFee)).one()
    signing = f"{page}/fees/{row.id}"
    for other in (terms_of(Decimal(9), row.tax_note), terms_of(row.amount, "Tax is paid by you"), ""):
        changed = stranger.post(signing, data={"terms": other, "name": "李明"}, follow_redirects=True).text
        assert "changed the amount or the note" in changed
    seen = re.search(r'name="terms" value="(\w+)"', text)
    assert seen is not None
    stranger.post(signing, data={"terms": seen[1], "name": "李明"})
    assert "Drop the signature first" in client.post(fee, data={"amount": "1"}, follow_redirects=True).text
    stranger.set_cookie("trainingmgr_language", "zh")
    words = text_of(stranger.get(f"{page}/fees/{row.id}/receipt.pdf").data)
    for part in ("授课酬金领取单", "¥1,005.20", "壹仟零伍元贰角整", "李明"):
        assert part in words
    assert "1005" not in str(session.execute(sa.select(AuditEntry.details)).all())
    client.post(f"{fee}/reopen")
    client.post(fee, data={"amount": "1200"})
    look_again(session)
    assert session.execute(sa.select(LecturerFee.amount, LecturerFee.signed_name)).one() == (1200, "")


def test_times_and_biography_come_from_the_lecturer_and_a_renewed_address_ends_the_page(
    session: Session, cast: Cast, coming: Training, client_as: SignIn, stranger: FlaskClient
) -> None:
    lecturer = teach(session, cast, make_session(session, coming))
    services.mark_asked(cast.actor(), coming, lecturer.id)
    page = page_of(session, lecturer)
    day = coming.start_date.isoformat()
    times = {"first": day, "last": day, "start": "09:00", "end": "12:00"}
    stranger.post(f"{page}/times", data=times)
    assert stranger.post(f"{page}/times", data=times | {"start": ""}).status_code == 422
    stranger.post(f"{page}/biography", data={"biography": "Teaches governance."})
    look_again(session)
    window = session.scalars(sa.select(LecturerWindow)).one()
    assert window.starts_at.astimezone(ZONE).hour == 9
    assert "Teaches governance." in client_as("organiser").get(BASE).text
    stranger.post(f"{page}/times/{window.id}/delete")
    guest = queries.guest(session, page.removeprefix("/invitation/"))
    assert guest is not None
    client_as("organiser").post(f"/t/SOON/timetables/lecturers/{lecturer.id}", data={"do": "renew"})
    for address in (page, f"{page}/files/1"):
        assert stranger.get(address).status_code == 404
    with pytest.raises(Refusal, match=r"invitation\.link_ended"):
        services.set_biography(guest, "late")


def test_a_lecturers_page_takes_no_more_times_than_anybody_has(
    session: Session, cast: Cast, coming: Training, stranger: FlaskClient
) -> None:
    lecturer = teach(session, cast, make_session(session, coming))
    services.mark_asked(cast.actor(), coming, lecturer.id)
    page, moment = page_of(session, lecturer), now()
    starts = [moment + timedelta(hours=number) for number in range(499)]
    session.execute(
        sa.insert(LecturerWindow),
        [
            {"lecturer_id": lecturer.id, "starts_at": one, "ends_at": one + timedelta(hours=1)}
            for one in starts
        ],
    )
    session.commit()
    day = coming.start_date
    times = {"first": day.isoformat(), "start": "13:00", "end": "15:00"}
    for days, said in ((1, "500 stretches"), (0, "Noted"), (0, "Noted"), (1, "500 stretches")):
        last = (day + timedelta(days=days)).isoformat()
        assert said in stranger.post(f"{page}/times", data=times | {"last": last}, follow_redirects=True).text
    look_again(session)
    assert session.scalar(sa.select(sa.func.count()).select_from(LecturerWindow)) == 500


def test_erasing_a_lecturer_takes_all_of_it_along(
    session: Session, cast: Cast, coming: Training, client_as: SignIn, stranger: FlaskClient
) -> None:
    unit = make_unit(session, cast.organisation, "示例大学")
    lesson = make_session(session, coming)
    lecturer = teach(session, cast, lesson, unit_id=unit.id)
    client = client_as("organiser")
    client.post(f"{BASE}/ask", data={"do": "ask"})
    page = page_of(session, lecturer)
    stranger.post(f"{page}/files", data={"session_id": "", "file": (BytesIO(picture()), "me.png")})
    client.post(f"{BASE}/{lecturer.id}/fee", data={"amount": "100"})
    judge = f"/t/SOON/lecturers/{lecturer.id}/evaluations"
    assert "score from 1 to 5" in client.post(judge, data={"score": "6"}, follow_redirects=True).text
    client.post(judge, data={"score": "4.5", "words": "Clear"})
    assert "<strong>4.5</strong>" in client.get(f"/t/SOON/lecturers/{lecturer.id}").text
    client.post(f"/t/SOON/lecturers/{lecturer.id}/erase")
    look_again(session)
    for table in (Invitation, LecturerFee, LectureFile, Evaluation, TimetableLink):
        assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    assert list(storage.all_keys()) == []
    mail = session.scalars(sa.select(MailMessage)).one()
    assert (mail.to_name, mail.to_address, mail.body) == ("", "", "")
    standing = session.scalars(sa.select(Lecturer).join(Contribution)).one()
    assert (standing.type, standing.name, standing.unit_id) == (ContributorType.UNNAMED, "", unit.id)
    assert stranger.get(page).status_code == 404


def test_the_page_of_invitations_costs_the_same_for_one_lecturer_and_for_several(
    session: Session, cast: Cast, coming: Training, client_as: SignIn
) -> None:
    client, counted = client_as("organiser"), []
    for number in range(3):
        teach(session, cast, make_session(session, coming), name=f"授课人{number}")
        with statements() as sent:
            assert client.get(BASE).status_code == 200
        counted.append(len(sent))
    assert counted[0] == counted[1] == counted[2]
