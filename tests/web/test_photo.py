"""Photographs as a browser sends and gets them."""

import io
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.certificates import add_person, make_class
from tests.factories import Cast, look_again, make_registration, make_training
from tests.photos import packed, photo, zipped
from tests.queries.counting import statements
from tests.services.certificate.test_pressing import choose
from tests.services.photo.test_giving import with_photo
from trainingmgr.documents.pictures import prepare_photo
from trainingmgr.models import Person, Registration, Training

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="FACES")


@pytest.fixture
def wang(session: Session, training: Training) -> Registration:
    return make_registration(session, training, "王小明")


def upload(client: FlaskClient, *files: tuple[bytes, str]) -> str:
    """Send files; gives the address of the preview."""
    answer = client.post(
        "/t/FACES/roster/photos", data={"files": [(io.BytesIO(data), name) for data, name in files]}
    )
    assert answer.status_code == 303, answer.text
    return answer.location


def photos(session: Session) -> int:
    look_again(session)
    return session.scalar(sa.select(sa.func.count()).where(Person.photo != "")) or 0


def test_one_is_uploaded_seen_by_all_of_the_training_replaced_and_removed(
    session: Session, client_as: SignIn, wang: Registration
) -> None:
    client, page = client_as("organiser"), f"/t/FACES/roster/{wang.id}"
    assert client.get(f"{page}/photo").status_code == 404
    answer = client.post(f"{page}/photo", data={"file": (io.BytesIO(photo(1)), "x.jpg")})
    assert answer.status_code == 303
    assert "The photograph was saved." in client.get(page).text
    seen = client_as("viewer").get(f"{page}/photo")
    assert (seen.mimetype, seen.data) == ("image/jpeg", prepare_photo(photo(1)).data)
    assert seen.headers["Cache-Control"] == "no-store"
    whole = client_as("viewer").get(page).text
    assert f'src="{page}/photo"' in whole
    assert "413 × 579" in whole
    assert "Remove the photograph" not in whole
    assert client_as("viewer").post(f"{page}/photo/remove").status_code == 403
    client.post(f"{page}/photo", data={"file": (io.BytesIO(photo(2, size=(150, 210))), "x.jpg")})
    small = client.get(page).text
    assert "it will look coarse" in small
    assert (undo := re.search(r'action="(/t/FACES/roster/photos/undo/\d+)"', small)) is not None
    assert client.post(undo[1], data={"person": wang.id}).location.endswith(page)
    assert client.get(f"{page}/photo").data == prepare_photo(photo(1)).data
    client.post(f"{page}/photo/remove")
    assert client.get(f"{page}/photo").status_code == 404


def test_what_is_no_photograph_is_refused_on_the_participants_page(
    session: Session, client_as: SignIn, wang: Registration
) -> None:
    client, page = client_as("organiser"), f"/t/FACES/roster/{wang.id}"
    for files, words in (
        ({"file": (io.BytesIO(b"%PDF-1.7"), "photo.jpg")}, "neither a JPEG nor a PNG"),
        ({}, "Choose a photograph first"),
    ):
        answer = client.post(f"{page}/photo", data=files, follow_redirects=True)
        assert words in answer.text
    assert photos(session) == 0


def test_a_class_is_sent_looked_at_and_saved_from_a_zip_of_chinese_windows(
    session: Session, client_as: SignIn, training: Training, wang: Registration
) -> None:
    others = [make_registration(session, training, "张三", phone_tail=tail) for tail in ("1111", "2222")]
    client = client_as("organiser")
    files = {"王小明.jpg": photo(1), "张三.jpg": photo(2), "<b>谁.jpg": photo(3), "坏.jpg": b"\xff\xd8\xff"}
    preview = upload(client, (packed(files, "gb18030"), "照片.zip"))
    page = client.get(preview).text
    for words in (
        "王小明.jpg",
        "Fits several",
        "*1111",
        "&lt;b&gt;谁.jpg",
        "Save 1 photograph",
        "is damaged",
    ):
        assert words in page
    pictures = re.findall(rf'src="({re.escape(preview)}/\d+\.jpg)"', page)
    assert [client.get(one).mimetype for one in pictures] == ["image/jpeg"] * 3
    assert client_as("owner").get(pictures[0]).status_code == 404
    assert "no longer kept" in client_as("owner").get(preview, follow_redirects=True).text
    (choice,) = set(re.findall(rf'action="({re.escape(preview)}/\d+/choose)"', page))
    client.post(choice, data={"person": others[1].id})
    assert "Save 2 photographs" in client.get(preview).text
    answer = client.post(f"{preview}/confirm", data={"people": "1"}, follow_redirects=True)
    assert "Nothing was saved" in answer.text
    assert photos(session) == 0
    saved = client.post(f"{preview}/confirm", data={"people": "2"}, follow_redirects=True).text
    assert "2 photographs were saved" in saved
    assert photos(session) == 2
    undo = re.search(r'action="(/t/FACES/roster/photos/undo/\d+)"', saved)
    assert undo is not None
    assert "Undone for 2" in client.post(undo[1], follow_redirects=True).text
    assert photos(session) == 0


def test_several_pictures_may_be_sent_at_once_and_thrown_away(
    session: Session, client_as: SignIn, wang: Registration
) -> None:
    client = client_as("organiser")
    preview = upload(client, (photo(1), "王小明.jpg"), (photo(2), "李华.jpg"))
    assert "2 files" in client.get(preview).text
    assert client.post(f"{preview}/discard").status_code == 303
    assert client.get(preview).status_code == 303
    empty = client.post("/t/FACES/roster/photos")
    assert (empty.status_code, "There was no photograph" in empty.text) == (422, True)


def test_more_may_be_sent_here_than_elsewhere_but_not_by_strangers(
    client_as: SignIn, wang: Registration
) -> None:
    client = client_as("organiser")
    large = b"\xff\xd8\xff" + bytes(11 * 1024 * 1024)
    assert "is damaged" in client.get(upload(client, (large, "王小明.jpg"))).text
    for who, address in (("organiser", "/t/FACES/roster/import"), ("nobody", "/t/FACES/roster/photos")):
        answer = client_as(who).post(address, data={"file": (io.BytesIO(large), "x.jpg")})
        assert answer.status_code == 413
        assert "10 MB at most" in answer.text


def test_the_preview_costs_as_much_for_many_as_for_few(
    session: Session, client_as: SignIn, training: Training, wang: Registration
) -> None:
    client, costs = client_as("organiser"), []
    for number in (1, 30):
        for at in range(number):
            make_registration(session, training, f"学员{number}号{at}")
        preview = upload(client, (zipped(**{f"{at}.jpg": b"x" for at in range(number)}), "a.zip"))
        session.rollback()
        with statements() as sent:
            client.get(preview)
        costs.append(len(sent))
    assert costs[0] == costs[1]


def test_the_pages_say_who_lacks_one_where_a_certificate_prints_it(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    training = make_class(session, cast, 0, code="LACKS")
    has, _lacks = (add_person(session, training, name) for name in ("王小明", "李华"))
    client = client_as("organiser")
    client.post(f"/t/LACKS/roster/{has.id}/photo", data={"file": (io.BytesIO(photo(1)), "x.jpg")})
    client.get("/t/LACKS/roster")
    overview = "/t/LACKS"
    assert "no photograph" not in client.get("/t/LACKS/certificates").text
    assert "Add photographs" not in client.get(overview).text
    look_again(session)
    choose(cast, training, str(with_photo(session, training, required=True).id))
    page = client.get("/t/LACKS/certificates").text
    assert "One of them has no photograph" in page
    assert "does not print a certificate without one" in page[page.index("李华") :]
    assert "1 people have none" in client.get(overview).text
    listed = client.get("/t/LACKS/roster?photo=none").text
    assert ("李华" in listed, "王小明" in listed, "without a photograph" in listed) == (True, False, True)
    assert 'name="photo" value="none"' in listed
    assert "prints the photograph; nobody gets" in client.get("/t/LACKS/roster/photos").text
