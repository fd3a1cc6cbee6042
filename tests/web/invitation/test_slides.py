"""Slides that lecturers send."""

import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_session, make_training
from tests.invitations import BASE, ZONE, page_of, teach
from tests.nominations import picture
from trainingmgr.domain.timetable_version import fingerprint
from trainingmgr.extensions import storage
from trainingmgr.models import (
    Contribution,
    LectureFile,
    Lecturer,
    Training,
    TrainingSession,
)
from trainingmgr.queries.schedule.table import timetable
from trainingmgr.queries.schedule.versions import snapshot_of
from trainingmgr.services import invitation as services
from trainingmgr.services import own_page, schedule

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def coming(session: Session, cast: Cast) -> Training:
    first = datetime.now(ZONE).date() + timedelta(days=7)
    return make_training(session, cast.organisation, code="SOON", start_date=first, end_date=first)


def deck(main: str = "presentationml.presentation.main+xml", extra: str = "") -> bytes:
    """A file that an office program would take for a presentation."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "[Content_Types].xml", f"<Types>application/vnd.x-officedocument.{main}{extra}</Types>"
        )
        archive.writestr("ppt/presentation.xml", "<p/>")
    return buffer.getvalue()


def test_slides_are_told_by_their_content_and_reach_participants_when_released(
    session: Session, cast: Cast, coming: Training, client_as: SignIn, stranger: FlaskClient
) -> None:
    lesson = make_session(session, coming)
    lesson_id = lesson.id
    lecturer = teach(session, cast, lesson)
    services.mark_asked(cast.actor(), coming, lecturer.id)
    page = page_of(session, lecturer)

    def send(name: str, data: bytes, session_id: object = lesson.id) -> str:
        form = {"session_id": str(session_id), "file": (BytesIO(data), name)}
        return stranger.post(f"{page}/files", data=form, follow_redirects=True).text

    presentation = deck()
    assert "The file has arrived." in send("课件.html", presentation)
    assert "The file has arrived." in send("me.png", picture(), "")
    assert "contains macros" in send("a.pptx", deck(extra="vnd.ms-office.vbaProject"))
    assert "neither a PDF" in send("a.pptx", deck(main="spreadsheetml.sheet.main+xml"))
    assert "neither a PDF" in send("a.html", b"<script>alert(1)</script>")
    assert "damaged" in send("a.pptx", presentation[:60])
    look_again(session)
    slides, biography = session.scalars(sa.select(LectureFile).order_by(LectureFile.id)).all()
    assert (slides.name, biography.name) == ("课件.pptx", "me.png")
    got = stranger.get(f"{page}/files/{slides.id}")
    assert got.data == presentation
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got.headers["Content-Security-Policy"]

    who = make_registration(session, coming)
    mine = f"/me/{own_page.open_page(cast.actor(), coming, who.id)}"
    client = client_as("organiser")
    assert client.get(f"{BASE}/{lecturer.id}/files/{slides.id}").data == presentation
    assert stranger.get(f"{mine}/slides/{slides.id}").status_code == 404
    client.post(f"{BASE}/{lecturer.id}/files/{slides.id}/release", data={"on": "1"})
    assert f"{mine}/slides/{slides.id}" in stranger.get(mine).text
    assert stranger.get(f"{mine}/slides/{slides.id}").data == presentation
    assert client.post(f"{BASE}/{lecturer.id}/files/{biography.id}/release").status_code == 404
    said = snapshot_of(timetable(session, coming))
    schedule.publish(cast.actor(), coming.id, seen=fingerprint(said))
    assert f"{mine}/slides/{slides.id}" in stranger.get(mine).text
    look_again(session)
    session.get_one(LectureFile, slides.id).session_id = None
    session.delete(session.get_one(TrainingSession, lesson.id))
    session.commit()
    other = make_session(session, make_training(session, cast.organisation, code="OTHER"), id=lesson_id)
    session.get_one(LectureFile, slides.id).session_id = other.id
    session.commit()
    # The published timetable still names the session by the number that is another training's now.
    assert stranger.get(f"{mine}/slides/{slides.id}").status_code == 404
    stranger.post(f"{page}/files/{slides.id}/remove")
    assert not storage.exists(slides.file_key)


def slides_sent(
    session: Session, cast: Cast, coming: Training, stranger: FlaskClient
) -> tuple[TrainingSession, Lecturer, int, str]:
    """A lesson, who teaches it, the slides that they sent for it, and the page of a participant."""
    lesson = make_session(session, coming)
    lecturer = teach(session, cast, lesson)
    services.mark_asked(cast.actor(), coming, lecturer.id)
    form = {"session_id": str(lesson.id), "file": (BytesIO(deck()), "a.pptx")}
    stranger.post(f"{page_of(session, lecturer)}/files", data=form)
    look_again(session)
    slides = session.scalars(sa.select(LectureFile.id)).one()
    who = make_registration(session, coming)
    return lesson, lecturer, slides, f"/me/{own_page.open_page(cast.actor(), coming, who.id)}"


def test_slides_follow_the_published_timetable_and_can_be_kept_back_meanwhile(
    session: Session, cast: Cast, coming: Training, client_as: SignIn, stranger: FlaskClient
) -> None:
    lesson, lecturer, slides, mine = slides_sent(session, cast, coming, stranger)
    client, release = client_as("organiser"), f"{BASE}/{lecturer.id}/files/{slides}/release"

    def publish() -> None:
        look_again(session)
        schedule.publish(cast.actor(), coming.id, seen=fingerprint(snapshot_of(timetable(session, coming))))

    def gets() -> bool:
        return stranger.get(f"{mine}/slides/{slides}").status_code == 200

    client.post(release, data={"on": "1"})
    look_again(session)
    make_session(session, coming)
    publish()
    look_again(session)
    version = session.get_one(TrainingSession, lesson.id).version
    schedule.set_session_aside(cast.actor(), coming.id, lesson.id, version=version)
    assert gets()
    page = client.get(BASE).text
    assert "None of their sessions has a time at present." in page
    assert client.get(f"{BASE}/{lecturer.id}/files/{slides}").status_code == 200
    client.post(release, data={"on": ""})
    assert not gets()
    client.post(release, data={"on": "1"})
    assert gets()
    publish()
    assert not gets()
    assert "a.pptx" not in stranger.get(mine).text


def test_slides_of_who_no_longer_teaches_a_session_go_with_the_next_version(
    session: Session, cast: Cast, coming: Training, client_as: SignIn, stranger: FlaskClient
) -> None:
    _lesson, lecturer, slides, mine = slides_sent(session, cast, coming, stranger)
    client_as("organiser").post(f"{BASE}/{lecturer.id}/files/{slides}/release", data={"on": "1"})
    schedule.publish(cast.actor(), coming.id, seen=fingerprint(snapshot_of(timetable(session, coming))))
    look_again(session)
    session.execute(sa.delete(Contribution))
    session.commit()
    assert stranger.get(f"{mine}/slides/{slides}").status_code == 200
    schedule.publish(cast.actor(), coming.id, seen=fingerprint(snapshot_of(timetable(session, coming))))
    assert stranger.get(f"{mine}/slides/{slides}").status_code == 404
