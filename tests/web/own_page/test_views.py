"""A person's own page, as its owner, an organiser and a stranger see it."""

import re
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class, mark
from tests.factories import Cast, look_again
from tests.queries.counting import statements
from trainingmgr.app import create_app
from trainingmgr.config import Settings
from trainingmgr.domain.certificate import CertificateKind, RevocationGround
from trainingmgr.extensions import db, now, storage
from trainingmgr.models import CertificateOffer, Registration, Training, TrainingSession
from trainingmgr.queries import own_page as queries
from trainingmgr.services import certificate as certificate_service
from trainingmgr.services import own_page as service

SignIn = Callable[[str], FlaskClient]


def first_year(session: Session, cast: Cast) -> tuple[Training, Registration]:
    training = make_class(session, cast, 0, code="FIRST")
    who = add_person(session, training, "王小明")
    add_person(session, training, "李雷")
    issue(cast, training)
    return training, who


def later_year(session: Session, cast: Cast, who: Registration, code: str = "LATER") -> Training:
    training = make_class(session, cast, 0, code=code, title_en="Class of a later year")
    again = Registration(training_id=training.id, person_id=who.person_id, sort_key="w", search_text="w")
    session.add(again)
    session.commit()
    lecture = session.scalars(
        sa.select(TrainingSession.id).where(TrainingSession.training_id == training.id)
    ).one()
    mark(session, again, lecture)
    issue(cast, training)
    return training


def test_the_page_shows_what_was_issued_over_the_years_and_to_nobody_else(
    session: Session, cast: Cast, stranger: FlaskClient
) -> None:
    training, who = first_year(session, cast)
    later_year(session, cast, who)
    page = stranger.get(f"/me/{service.open_page(cast.actor(), training, who.id)}").text
    assert "Certificates of 王小明" in page
    assert "Sample Department of Civil Affairs" in page
    assert re.findall(r"<dd>((?:FIRST|LATER)-\d+)</dd>", page) == ["LATER-0001", "FIRST-0001"]
    assert "李雷" not in page
    stranger.set_cookie("trainingmgr_language", "zh")
    key = queries.key_of(session, who.person_id)
    assert "王小明的证书" in stranger.get(f"/me/{key}").text


def test_each_has_the_very_pdf_and_an_address_that_proves_it(
    session: Session, cast: Cast, stranger: FlaskClient
) -> None:
    training, who = first_year(session, cast)
    address = f"/me/{service.open_page(cast.actor(), training, who.id)}"
    mine, foreign = certificates(session, training)
    answer = stranger.get(f"{address}/{mine.id}.pdf")
    assert answer.data == storage.get(mine.file_key or "")
    assert answer.mimetype == "application/pdf"
    assert stranger.get(f"{address}/{foreign.id}.pdf").status_code == 404
    check = re.search(r'href="(/v/[^"]+)"', stranger.get(address).text)
    assert check is not None
    assert 'proof-word">Valid' in stranger.get(check[1].replace("&amp;", "&")).text


def test_a_revoked_one_says_when_why_in_general_and_what_took_its_place(
    session: Session, cast: Cast, stranger: FlaskClient
) -> None:
    training, who = first_year(session, cast)
    row = certificates(session, training)[0]
    job = certificate_service.reissue(cast.actor(), row, "secret", RevocationGround.ERROR)
    certificate_service.work(job.id, "test")
    page = stranger.get(f"/me/{service.open_page(cast.actor(), training, who.id)}").text
    assert re.findall(r"<dd>(FIRST-\d+)</dd>", page) == ["FIRST-0003", "FIRST-0001", "FIRST-0003"]
    assert "Revoked" in page
    assert "secret" not in page


def test_the_window_for_collecting_is_shown_until_the_paper_is_collected(
    session: Session, cast: Cast, stranger: FlaskClient
) -> None:
    training, who = first_year(session, cast)
    session.add(
        CertificateOffer(
            training_id=training.id, kind=CertificateKind.COMPLETION, handover_en="Ground floor, noon"
        )
    )
    session.commit()
    address = f"/me/{service.open_page(cast.actor(), training, who.id)}"
    assert "Ground floor, noon" in stranger.get(address).text
    certificate_service.hand_over(cast.actor(), certificates(session, training)[0])
    page = stranger.get(address).text
    assert "Ground floor, noon" not in page
    assert "Paper collected" in page


def test_a_wrong_a_renewed_and_a_closed_address_are_told_apart_from_nothing(
    session: Session, cast: Cast, stranger: FlaskClient
) -> None:
    training, who = first_year(session, cast)
    row = certificates(session, training)[0]
    old = service.open_page(cast.actor(), training, who.id)
    new = service.open_page(cast.actor(), training, who.id)
    assert stranger.get(f"/me/{new}").status_code == 200
    service.close_page(cast.actor(), training, who.id)
    for key in (old, new, "None", "x" * 200, new[:-1]):
        for address in (f"/me/{key}", f"/me/{key}/{row.id}.pdf"):
            answer = stranger.get(address)
            assert answer.status_code == 404
            assert "王小明" not in answer.text


def test_the_address_is_kept_out_of_caches_search_engines_and_other_sites(
    session: Session, cast: Cast, stranger: FlaskClient
) -> None:
    training, who = first_year(session, cast)
    answer = stranger.get(f"/me/{service.open_page(cast.actor(), training, who.id)}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert '<meta name="robots" content="noindex, nofollow">' in answer.text


def test_a_page_costs_the_same_for_one_certificate_and_for_several(
    session: Session, cast: Cast, stranger: FlaskClient
) -> None:
    training, who = first_year(session, cast)
    address = f"/me/{service.open_page(cast.actor(), training, who.id)}"
    counted = []
    for code in ("", "A", "B"):
        if code:
            later_year(session, cast, who, code)
        with statements() as sent:
            assert stranger.get(address).status_code == 200
        counted.append(len(sent))
    assert counted[0] == counted[1] == counted[2]


def test_an_organiser_opens_renews_and_closes_it(
    session: Session, cast: Cast, client_as: SignIn, stranger: FlaskClient
) -> None:
    _training, who = first_year(session, cast)
    client, base = client_as("organiser"), f"/t/FIRST/roster/{who.id}/own-page"
    assert base in client.get(f"/t/FIRST/roster/{who.id}").text
    assert "There is no page yet" in client.get(base).text
    addresses = []
    for _ in range(2):
        answer = client.post(base)
        assert (answer.status_code, answer.location) == (303, base)
        found = re.search(r'value="https://classes\.example\.org(/me/[\w-]{43})"', client.get(base).text)
        assert found is not None
        addresses.append(found[1])
    assert [stranger.get(address).status_code for address in addresses] == [404, 200]
    client.post(f"{base}/close")
    look_again(session)
    assert stranger.get(addresses[1]).status_code == 404


def test_whoever_may_not_edit_does_not_see_the_address(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    training, who = first_year(session, cast)
    key = service.open_page(cast.actor(), training, who.id)
    for one in ("front_desk", "viewer"):
        client = client_as(one)
        assert client.get(f"/t/FIRST/roster/{who.id}/own-page").status_code == 403
        assert key not in client.get(f"/t/FIRST/roster/{who.id}").text


@pytest.fixture
def limited(app: Flask, run_settings: Settings) -> Iterator[FlaskClient]:
    """A client of an application that limits how often one may ask, as a served one does."""
    other = create_app(
        run_settings,
        {
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
            "RATELIMIT_ENABLED": True,
            "RATELIMIT_STORAGE_URI": "",
        },
    )
    yield other.test_client()
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a_class_may_look_at_once_and_guessing_is_limited(limited: FlaskClient) -> None:
    statuses = [limited.get(f"/me/guess{number}").status_code for number in range(601)]
    assert statuses == [404] * 600 + [429]


def test_the_page_of_a_class_names_its_host_rather_than_the_organisation(
    session: Session, cast: Cast, stranger: FlaskClient
) -> None:
    today = now().date()
    training = make_class(session, cast, 0, code="HOSTED", start_date=today, end_date=today)
    who = add_person(session, training, "王小明")
    page = stranger.get(f"/me/{service.open_page(cast.actor(), training, who.id)}").text
    head = page[page.index("page-head") :]
    assert "Sample Bureau of Civil Affairs" in head[: head.index("</p>")]
