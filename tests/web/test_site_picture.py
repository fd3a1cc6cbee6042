"""Pictures of teaching sites as organisers, viewers, participants and strangers get them."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_session, make_site, make_training
from tests.photos import photo
from tests.queries.counting import statements
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.models import Site, SitePicture, Training, TrainingSession, VisitStop
from trainingmgr.queries.site_picture import pictures_of
from trainingmgr.services import own_page

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    first = datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=7)
    return make_training(session, cast.organisation, code="CLASS", start_date=first, end_date=first)


@pytest.fixture
def site(session: Session, cast: Cast, training: Training) -> Site:
    return make_site(session, cast.organisation, name_zh="清波社区", name_en="Qingbo")


@pytest.fixture
def visit(session: Session, training: Training, site: Site) -> TrainingSession:
    row = make_session(session, training, kind=SessionKind.SITE_VISIT, title_en="Visit")
    row.stops.append(VisitStop(position=1, site_id=site.id))
    session.commit()
    return row


def send(client: FlaskClient, site: Site, *numbers: int, name: str = "a.jpg") -> str:
    files = [(BytesIO(photo(number * 20, size=(600, 400))), name) for number in numbers]
    page = f"/t/CLASS/sites/{site.id}/pictures"
    return client.post(page, data={"files": files}, follow_redirects=True).text


def pictures(session: Session, site: Site) -> list[SitePicture]:
    look_again(session)
    return list(pictures_of(session, site.id))


def test_pictures_are_added_described_moved_removed_and_brought_back(
    session: Session, client_as: SignIn, site: Site
) -> None:
    client, page = client_as("organiser"), f"/t/CLASS/sites/{site.id}/pictures"
    assert "There is no picture of this site yet." in client.get(page).text
    assert "2 pictures were added." in send(client, site, 1, 2)
    one, two = (row.id for row in pictures(session, site))
    typed = {f"zh-{one}": " 广场 ", f"en-{one}": "Square", f"zh-{two}": "", "zh-x": "无", "zh-999": "无"}
    assert "Saved." in client.post(f"{page}/arrange", data=typed, follow_redirects=True).text
    for nonsense in ("x", f"{one}-sideways", "9" * 5000 + "-up", "-up"):
        assert client.post(f"{page}/arrange", data={"move": nonsense}).status_code == 303
    answer = client.post(f"{page}/arrange", data={"move": f"{two}-up", f"zh-{two}": "", f"en-{two}": "Hall"})
    assert answer.location.endswith(f"#p{two}")
    assert [(row.id, row.caption_zh, row.caption_en) for row in pictures(session, site)] == [
        (two, "", "Hall"),
        (one, "广场", "Square"),
    ]
    shown = client.get(page).text
    assert 'alt="Hall"' in shown
    assert shown.index(f'id="p{two}"') < shown.index(f'id="p{one}"')
    typed |= {f"en-{one}": "The square"}
    gone = client.post(f"{page}/{two}/remove", data=typed, follow_redirects=True).text
    assert [(row.id, row.caption_en) for row in pictures(session, site)] == [(one, "The square")]
    undo = re.search(rf'action="({page}/undo/\d+)"', gone)
    assert undo is not None
    assert client.get(f"{page}/{two}.jpg").status_code == 404
    assert "The picture is back." in client.post(undo[1], follow_redirects=True).text
    assert [row.id for row in pictures(session, site)] == [two, one]
    assert "can no longer be taken back" in client.post(undo[1], follow_redirects=True).text


def test_files_that_are_no_pictures_are_named_and_the_others_stay(
    session: Session, client_as: SignIn, site: Site
) -> None:
    client, page = client_as("organiser"), f"/t/CLASS/sites/{site.id}/pictures"
    files = [(BytesIO(photo(1)), "一.jpg"), (BytesIO(b"<svg/>"), "<b>图.jpg"), (BytesIO(photo(1)), "再.jpg")]
    answer = client.post(page, data={"files": files}, follow_redirects=True).text
    assert "One picture was added." in answer
    assert "“&lt;b&gt;图.jpg” was not added. The file is neither a JPEG nor a PNG nor a WebP" in answer
    assert "“再.jpg” was not added. This picture is there already." in answer
    assert "Choose a picture first." in client.post(page, data={}, follow_redirects=True).text
    assert len(pictures(session, site)) == 1


def test_a_picture_is_given_to_whoever_may_see_the_training_and_asked_for_once(
    session: Session, cast: Cast, client_as: SignIn, site: Site
) -> None:
    send(client_as("organiser"), site, 1)
    (row,) = pictures(session, site)
    theirs = make_site(session, cast.elsewhere)
    viewer, page = client_as("viewer"), f"/t/CLASS/sites/{site.id}/pictures"
    for address, digest in (
        (f"{page}/{row.id}.jpg", row.sha256),
        (f"{page}/{row.id}/small.jpg", row.small_sha256),
    ):
        answer = viewer.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == (
            f'"{digest}"',
            "private, no-cache",
        )
        assert viewer.get(address, headers={"If-None-Match": f'"{digest}"'}).status_code == 304
        assert viewer.get(address.replace(str(site.id), str(theirs.id), 1)).status_code == 404
        assert client_as("stranger").get(address).status_code == 404
        assert client_as("nobody").get(address).status_code == 303
    shown = viewer.get(page).text
    assert f'src="{page}/{row.id}/small.jpg"' in shown
    assert 'type="file"' not in shown
    assert client_as("viewer").post(f"{page}/{row.id}/remove").status_code == 403
    assert client_as("organiser").get(f"/t/CLASS/sites/{theirs.id}/pictures").status_code == 404


def test_the_first_picture_stands_for_a_site_in_the_list_and_on_the_route(
    session: Session, cast: Cast, client_as: SignIn, site: Site, visit: TrainingSession
) -> None:
    client = client_as("organiser")
    bare = make_site(session, cast.organisation)
    send(client, site, 1, 2)
    first, second = pictures(session, site)
    for page in ("/t/CLASS/sites", f"/t/CLASS/schedule/{visit.id}/route"):
        text = client.get(page).text
        assert f"/pictures/{first.id}/small.jpg" in text
        assert f"/pictures/{second.id}/small.jpg" not in text
        assert f"/t/CLASS/sites/{bare.id}/pictures" not in text
    own = client.get(f"/t/CLASS/sites/{site.id}").text
    assert f"/pictures/{first.id}/small.jpg" in own
    assert f"/pictures/{second.id}/small.jpg" in own
    with statements() as few:
        client.get("/t/CLASS/sites")
    send(client, bare, 3)
    look_again(session)
    make_site(session, cast.organisation)
    with statements() as many:
        client.get("/t/CLASS/sites")
    assert len(few) == len(many)


def test_participants_see_a_small_picture_where_their_visit_leads(
    app: Flask, session: Session, cast: Cast, client_as: SignIn, training: Training, site: Site,
    visit: TrainingSession,
) -> None:  # fmt: skip
    send(client_as("organiser"), site, 1)
    (row,) = pictures(session, site)
    who = make_registration(session, training, "王小明")
    key = own_page.open_page(cast.actor(), training, who.id)
    client = app.test_client()
    client.set_cookie("trainingmgr_language", "en")
    page = client.get(f"/me/{key}").text
    address = f"/site-pictures/{row.small_sha256}.jpg"
    assert f'src="{address}" alt="Picture of Qingbo"' in page
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert client.get(f"/site-pictures/{row.sha256}.jpg").status_code == 404
    client_as("organiser").post(f"/t/CLASS/sites/{site.id}/pictures/{row.id}/remove")
    assert client.get(address).status_code == 404
    assert address not in client.get(f"/me/{key}").text


def test_a_copied_training_finds_the_pictures_again(
    session: Session, cast: Cast, client_as: SignIn, training: Training, site: Site, visit: TrainingSession
) -> None:
    client = client_as("organiser")
    send(client, site, 1)
    (row,) = pictures(session, site)
    copied = client.post("/t/CLASS/copy", data={"code": "NEXT", "start_date": "2030-05-11"})
    assert copied.status_code == 303
    assert client.get(f"/t/NEXT/sites/{site.id}/pictures/{row.id}.jpg").status_code == 200


def test_both_fields_of_a_caption_speak_of_the_picture(client_as: SignIn, site: Site) -> None:
    client = client_as("organiser")
    send(client, site, 1)
    client.set_cookie("trainingmgr_language", "zh")
    page = client.get(f"/t/CLASS/sites/{site.id}/pictures").text
    labels = re.findall(r'<label class="form-label" for="(zh|en)-\d+">([^<]+)<', page)
    assert labels == [("zh", "图片说明（中文）"), ("en", "图片说明（英文）")]
