import json

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class
from tests.factories import Cast
from trainingmgr.domain.certificate import RevocationGround
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import storage
from trainingmgr.models import AuditEntry, Certificate, Training
from trainingmgr.queries.certificate import register, verification
from trainingmgr.services import certificate as service
from trainingmgr.services import roster


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    training = make_class(session, cast, 0, code="LAW")
    add_person(session, training, "王小明", latin_name="Wang Xiaoming")
    issue(cast, training)
    return training


def only(session: Session, training: Training) -> Certificate:
    return certificates(session, training)[0]


def test_the_name_and_the_bytes_go_and_the_paper_in_hand_still_verifies(
    session: Session, cast: Cast, training: Training
) -> None:
    before = only(session, training)
    key, digest, code = before.file_key or "", before.sha256 or "", before.code
    service.erase(cast.actor("owner"), before)
    row = only(session, training)
    assert not storage.exists(key)
    assert (row.sha256, row.serial, row.registration_id, row.file_key) == (digest, "LAW-0001", None, None)
    kept = json.dumps(row.snapshot, ensure_ascii=False) + json.dumps(
        [entry.details for entry in session.scalars(sa.select(AuditEntry))], ensure_ascii=False
    )
    assert "王小明" not in kept
    assert "Xiaoming" not in kept
    for proof in (verification.prove("LAW-0001", code), verification.prove_file(digest)):
        assert proof is not None
        assert (proof.valid, proof.erased, proof.masked_name) == (True, True, "")
        assert proof.title_zh == training.title_zh
        assert not proof.is_of("王小明")
        assert not proof.is_of("")


def test_an_erased_one_can_still_be_revoked_but_not_downloaded(
    session: Session, cast: Cast, training: Training
) -> None:
    service.erase(cast.actor("owner"), only(session, training))
    assert register.valid(session, training.id) == []
    with pytest.raises(Refusal) as refused:
        service.issued_bytes(cast.actor(), only(session, training))
    assert refused.value.code == "certificate.file_erased"
    service.revoke(cast.actor(), only(session, training), "理由", RevocationGround.OTHER)
    (entry,) = register.entries(session, training.id)
    assert (entry.name, entry.erased) == ("", True)


def test_it_is_done_once(session: Session, cast: Cast, training: Training) -> None:
    service.erase(cast.actor("owner"), only(session, training))
    with pytest.raises(Refusal) as refused:
        service.erase(cast.actor("owner"), only(session, training))
    assert refused.value.code == "certificate.erased_already"


def test_afterwards_the_person_can_be_taken_off_the_roster(
    session: Session, cast: Cast, training: Training
) -> None:
    registration_id = only(session, training).registration_id
    assert registration_id is not None
    service.erase(cast.actor("owner"), only(session, training))
    roster.remove(cast.actor(), training.id, registration_id)
    assert only(session, training).serial == "LAW-0001"
