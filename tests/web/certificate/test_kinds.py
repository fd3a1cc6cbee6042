from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.certificates import certificates, make_class
from tests.factories import Cast
from trainingmgr.domain.certificate import CertificateKind
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
    who = session.scalars(sa.select(Registration.id)).first()
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
