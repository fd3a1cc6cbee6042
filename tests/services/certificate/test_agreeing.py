import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.certificates import certificates, issue, make_class
from tests.factories import Cast
from trainingmgr.domain.certificate import CertificateStatus, RequestAction, RevocationGround
from trainingmgr.domain.refusal import Refusal
from trainingmgr.models import Certificate, CertificateRequest, Training
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.certificate import register
from trainingmgr.services import certificate as service

ERROR = RevocationGround.ERROR


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    training = make_class(session, cast, 1, code="TWO", second_person=True)
    issue(cast, training)
    return training


def only(session: Session, training: Training) -> Certificate:
    return certificates(session, training)[0]


def ask(
    session: Session, cast: Cast, training: Training, action: RequestAction = RequestAction.REVOKE
) -> int:
    service.ask(cast.actor("organiser"), only(session, training), action, "姓名有误", ERROR)
    (asked,) = register.asked(session, training.id)
    return asked.id


def test_nobody_revokes_alone_where_two_are_wanted_but_the_operator_of_the_server(
    session: Session, cast: Cast, training: Training
) -> None:
    for act in (service.revoke, service.reissue):
        with pytest.raises(Refusal) as refused:
            act(cast.actor(), only(session, training), "理由", ERROR)
        assert refused.value.code == "certificate.needs_second_person"
    service.revoke(Actor(None, "command line"), only(session, training), "理由", ERROR)
    assert only(session, training).status is CertificateStatus.REVOKED


def test_whoever_asked_cannot_agree_and_another_can(session: Session, cast: Cast, training: Training) -> None:
    request = ask(session, cast, training)
    with pytest.raises(Refusal) as refused:
        service.agree(cast.actor("organiser"), request)
    assert refused.value.code == "certificate.second_person"
    assert only(session, training).status is CertificateStatus.VALID
    assert service.agree(cast.actor("owner"), request) is None
    row = only(session, training)
    assert (row.status, row.end_reason, row.ground) == (CertificateStatus.REVOKED, "姓名有误", "error")
    assert register.asked(session, training.id) == []
    with pytest.raises(Refusal) as refused:
        service.agree(cast.actor("owner"), request)
    assert refused.value.code == "certificate.request_over"


def test_agreeing_to_a_replacement_makes_it(session: Session, cast: Cast, training: Training) -> None:
    job = service.agree(cast.actor("owner"), ask(session, cast, training, RequestAction.REISSUE))
    assert job is not None
    service.work(job.id, "test")
    old, new = certificates(session, training)
    assert (old.status, new.status, new.replaces_id) == (
        CertificateStatus.REVOKED,
        CertificateStatus.VALID,
        old.id,
    )


def test_what_was_declined_stays_valid_and_may_be_asked_again(
    session: Session, cast: Cast, training: Training
) -> None:
    service.decline(cast.actor("owner"), ask(session, cast, training))
    assert only(session, training).status is CertificateStatus.VALID
    assert ask(session, cast, training)


def test_one_certificate_is_asked_about_once(session: Session, cast: Cast, training: Training) -> None:
    ask(session, cast, training)
    with pytest.raises(Refusal) as refused:
        ask(session, cast, training)
    assert refused.value.code == "certificate.asked_already"
    assert session.scalar(sa.select(sa.func.count()).select_from(CertificateRequest)) == 1
