import re
from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class
from tests.factories import Cast
from trainingmgr.domain.certificate import CertificateKind, RevocationGround
from trainingmgr.models import Job, Registration
from trainingmgr.queries.certificate import offers
from trainingmgr.services import certificate as service
from trainingmgr.services.certificate import OfferInput

SignIn = Callable[[str], FlaskClient]
PLAIN = {"design": "", "language": "", "pattern": "", "scope": "training"}


def test_a_kind_is_given_from_its_page_with_a_rule_and_a_pattern(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    training = make_class(session, cast, 1, code="KIND")
    client = client_as("organiser")
    assert "Proof of attendance" in client.get("/t/KIND/certificates/kinds").text
    data = PLAIN | {"pattern": "{code}-P{seq:03d}", "numerator": "1", "denominator": "2"}
    assert client.post("/t/KIND/certificates/kinds/attendance", data=data).status_code == 303
    session.rollback()
    offer = offers.offer(session, training, CertificateKind.ATTENDANCE)
    assert offer is not None
    assert (offer.pattern, str(offer.fraction)) == ("{code}-P{seq:03d}", "1/2")
    page = client.get("/t/KIND/certificates?kind=attendance").text
    assert "It gets the number KIND-P001." in page


def test_what_is_wrong_with_a_kind_stands_beside_its_field(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    make_class(session, cast, 1, code="KIND")
    client = client_as("organiser")
    data = PLAIN | {"pattern": "no number", "numerator": "3", "denominator": "2"}
    answer = client.post("/t/KIND/certificates/kinds/attendance", data=data)
    assert answer.status_code == 422
    assert "The fraction may not be more than one." in answer.text
    answer = client.post("/t/KIND/certificates/kinds/attendance", data=PLAIN | {"pattern": "x"})
    assert answer.status_code == 422
    assert "needs the running number exactly once" in answer.text


def test_a_kind_that_there_is_not_is_not_found(session: Session, cast: Cast, client_as: SignIn) -> None:
    make_class(session, cast, 1, code="KIND")
    client = client_as("organiser")
    for address in ("certificates?kind=nonsense", "certificates?kind=thanks", "certificates/kinds/nonsense"):
        assert client.get(f"/t/KIND/{address}").status_code == 404


def test_best_trainees_are_named_with_one_press_and_issued(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    training = make_class(session, cast, 2, code="BEST")
    service.set_offer(cast.actor(), training, CertificateKind.BEST_TRAINEE, OfferInput())
    who = session.scalars(sa.select(Registration.id).order_by(Registration.id)).first()
    client = client_as("organiser")
    assert client.post(f"/t/BEST/certificates/best/{who}", data={"named": "1"}).status_code == 303
    assert "Take off the list" in client.get("/t/BEST/certificates?kind=best_trainee").text
    answer = client.post("/t/BEST/certificates", data={"kind": "best_trainee"})
    assert "/jobs/" in answer.headers["Location"]
    session.rollback()
    service.work(session.scalars(sa.select(Job.id)).one(), "test")
    assert [row.registration_id for row in certificates(session, training)] == [who]
    assert "Best trainee" in client.get("/t/BEST/certificates/register").text


def test_an_order_is_held_up_let_go_on_and_cancelled_from_its_page(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    training = make_class(session, cast, 3, code="HOLD")
    job = service.start_issue(cast.actor(), training)
    assert job is not None
    client, page = client_as("organiser"), f"/t/HOLD/certificates/jobs/{job.uid}"
    assert client.post(f"{page}/pause").status_code == 303
    held = client.get(page).text
    assert "Held up after 0 of 3" in held
    assert "hx-trigger" not in held
    assert client.post(f"{page}/resume").status_code == 303
    assert client.post(f"{page}/cancel").status_code == 303
    assert "Cancelled after" in client.get(page).text
    assert client.post(f"{page}/cancel").status_code == 422


def test_a_wrong_certificate_is_replaced_from_the_register(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    training = make_class(session, cast, 1, code="WRONG")
    job = service.start_issue(cast.actor(), training)
    assert job is not None
    service.work(job.id, "test")
    (old,) = certificates(session, training)
    client = client_as("organiser")
    answer = client.post(
        f"/t/WRONG/certificates/{old.id}/revoke", data={"reason": "姓名有误", "ground": "error", "again": "y"}
    )
    assert "/jobs/" in answer.headers["Location"]
    session.rollback()
    service.work(session.scalars(sa.select(Job.id).order_by(Job.id.desc())).first() or 0, "test")
    register = client.get("/t/WRONG/certificates/register").text
    assert "In place of WRONG-0001" in register
    assert "It held an error" in register


def test_one_whose_certificate_was_revoked_as_not_entitled_is_shown_as_such_and_served_by_name(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    training = make_class(session, cast, 1, code="AGAIN")
    add_person(session, training, "王小明")
    issue(cast, training)
    old = certificates(session, training)[1]
    service.revoke(cast.actor(), old, "未参加", RevocationGround.NOT_ENTITLED)
    client = client_as("organiser")
    page = client.get("/t/AGAIN/certificates").text
    row = page[page.index("王小明") : page.index("</tr>", page.index("王小明"))]
    assert "Revoked as not entitled" in row
    assert "Everybody who may get a certificate has one" in page
    again = f"/t/AGAIN/certificates/again/{old.registration_id}"
    assert again in row
    assert again not in client_as("viewer").get("/t/AGAIN/certificates").text
    answer = client.post(again, data={"kind": "completion"})
    assert "/jobs/" in answer.headers["Location"]
    session.rollback()
    service.work(session.scalars(sa.select(Job.id).order_by(Job.id.desc())).first() or 0, "test")
    assert "In place of AGAIN-0002" in client.get("/t/AGAIN/certificates/register").text
    # There is nothing left to be asked for.
    answer = client.post(again, data={"kind": "completion"}, follow_redirects=True)
    assert "Nothing new was issued" in answer.text


def test_the_kinds_lead_to_the_organisations_designs(session: Session, cast: Cast, client_as: SignIn) -> None:
    make_class(session, cast, 1, code="LEAD")
    page = client_as("organiser").get("/t/LEAD/certificates/kinds").text
    assert f'href="/o/{cast.organisation.id}/designs"' in page


def test_the_picture_beside_the_order_is_of_the_design_that_is_chosen(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    training = make_class(session, cast, 1, code="LOOK")
    client = client_as("organiser")
    assert 'src="/t/LOOK/certificates/preview.svg?kind=completion"' in client.get("/t/LOOK/certificates").text
    lying = client.get("/t/LOOK/certificates/preview.svg")
    assert lying.mimetype == "image/svg+xml"
    client.post("/t/LOOK/certificates/kinds/completion", data=PLAIN | {"design": "built-in:letter"})
    standing = client.get("/t/LOOK/certificates/preview.svg").text
    assert [_across(svg) for svg in (lying.text, standing)] == [True, False]
    assert certificates(session, training) == []


def test_the_picture_is_the_preview_of_whoever_waits_and_bears_no_number(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    training = make_class(session, cast, 0, code="SEEN", serial_pattern="{code}-{seq:04d}")
    first = add_person(session, training, "王小明")
    client = client_as("organiser")
    picture = "/t/SEEN/certificates/preview.svg"
    of_first = client.get(f"{picture}?holder={first.id}").text
    assert client.get(picture).text == of_first
    issue(cast, training)
    assert client.get(picture).text == of_first, "the next number is not that of whoever has one"
    second = add_person(session, training, "赵大山")
    assert client.get(picture).text == client.get(f"{picture}?holder={second.id}").text != of_first


def _across(svg: str) -> bool:
    width, height = re.search(r'viewBox="0 0 (\S+) (\S+)"', svg).groups()  # type: ignore[union-attr]
    return float(width) > float(height)
