from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.certificates import certificates, issue, make_class, text_of
from tests.factories import Cast
from trainingmgr.documents.designs import built_in
from trainingmgr.domain.certificate import CertificateKind
from trainingmgr.domain.design import Paragraph, Run, TextItem, write_design
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import storage
from trainingmgr.models import Certificate, Design, DesignVersion, Training
from trainingmgr.queries import eligibility
from trainingmgr.services import certificate as service
from trainingmgr.services.certificate import OfferInput

MOTTO = "学以致用知行合一"


def publish(session: Session, training: Training, motto: str = MOTTO) -> Design:
    """A design like the built-in one, with one more line on it."""
    plain = built_in()
    line = TextItem(
        x=30, y=12, width=200, height=10, paragraphs=(Paragraph((Run(motto),)),), size=10, wrap=False
    )
    data = write_design(msgspec.structs.replace(plain, items=(*plain.items, line)))
    stored = msgspec.json.decode(data)
    design = session.scalar(sa.select(Design).where(Design.organisation_id == training.organisation_id))
    if design is None:
        design = Design(organisation_id=training.organisation_id, name_zh="本单位版式", draft=stored)
        session.add(design)
        session.flush()
    number = len(design.versions) + 1
    session.add(
        DesignVersion(design_id=design.id, number=number, data=stored, sha256=sha256(data).hexdigest())
    )
    session.commit()
    session.refresh(design)
    return design


def choose(cast: Cast, training: Training, design: str) -> None:
    service.set_offer(cast.actor(), training, CertificateKind.COMPLETION, OfferInput(design=design))


def paper(row: Certificate, folder: Path) -> str:
    return text_of(storage.get(row.file_key or ""), folder)


def test_a_published_design_is_what_is_issued_in_and_is_named_with_the_certificate(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    training = make_class(session, cast, 1)
    design = publish(session, training)
    choose(cast, training, str(design.id))
    issue(cast, training)
    (row,) = certificates(session, training)
    assert MOTTO in paper(row, tmp_path)
    assert row.design_version_id == design.versions[0].id
    assert row.snapshot["design"] == design.versions[0].sha256


def test_a_newer_version_is_for_those_who_come_after(session: Session, cast: Cast, tmp_path: Path) -> None:
    training = make_class(session, cast, 2)
    design = publish(session, training)
    choose(cast, training, str(design.id))
    job = service.start_issue(cast.actor(), training, [_first(session, training)])
    assert job is not None
    service.work(job.id, "test")
    publish(session, training, "与时俱进")
    issue(cast, training)
    before, after = certificates(session, training)
    assert MOTTO in paper(before, tmp_path)
    assert "与时俱进" in paper(after, tmp_path)
    assert MOTTO not in paper(after, tmp_path)


def _first(session: Session, training: Training) -> int:
    return eligibility.eligible_ids(session, training)[0]


def test_a_published_version_cannot_be_changed(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 0)
    publish(session, training)
    with pytest.raises(IntegrityError):
        session.execute(sa.update(DesignVersion).values(data={}))
    session.rollback()


def test_built_in_designs_are_chosen_by_their_key(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 1)
    choose(cast, training, "built-in:classic")
    issue(cast, training)
    (row,) = certificates(session, training)
    assert row.snapshot["design"] == sha256(write_design(built_in("classic"))).hexdigest()
    with pytest.raises(Refusal) as refused:
        choose(cast, training, "built-in:../classic")
    assert refused.value.code == "certificate.design_unknown"


def test_a_design_without_a_version_and_one_of_others_cannot_be_chosen(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 0)
    drafted = Design(organisation_id=cast.organisation.id, name_zh="草稿", draft={})
    foreign = Design(organisation_id=cast.elsewhere.id, name_zh="别人的", draft={})
    session.add_all([drafted, foreign])
    session.commit()
    for design, code in (
        (drafted, "certificate.design_unpublished"),
        (foreign, "certificate.design_unknown"),
    ):
        with pytest.raises(Refusal) as refused:
            choose(cast, training, str(design.id))
        assert refused.value.code == code
