import subprocess
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.certificates import certificates, issue, make_class
from tests.factories import Cast
from trainingmgr.documents.merge import MergePart, merge_pdfs
from trainingmgr.documents.signature import SignatureState, inspect
from trainingmgr.domain.job import ItemStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import keyring, storage
from trainingmgr.models import JobItem
from trainingmgr.queries import job as jobs
from trainingmgr.services import certificate as service
from trainingmgr.services.certificate import making


def test_what_is_issued_is_signed_by_the_organisation_and_others_tools_agree(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    training = make_class(session, cast, 2, code="SIGN")
    issue(cast, training)
    rows = certificates(session, training)
    assert len(rows) == 2
    for row in rows:
        assert row.is_signed
        paper = tmp_path / f"{row.serial}.pdf"
        paper.write_bytes(storage.get(row.file_key or ""))
        said = subprocess.run(["pdfsig", str(paper)], capture_output=True, text=True, check=False).stdout
        assert "Signature is Valid." in said
        assert "ETSI.CAdES.detached" in said
        assert "Total document signed" in said
        assert (
            subprocess.run(["qpdf", "--check", str(paper)], capture_output=True, check=False).returncode == 0
        )
        found = inspect(paper.read_bytes(), keyring.signing.pins)
        assert (found.state, found.certified, found.signatures) == (SignatureState.OURS, True, 1)
        assert cast.organisation.name_zh in found.signer


def test_a_merged_print_file_claims_no_signature(session: Session, cast: Cast, tmp_path: Path) -> None:
    training = make_class(session, cast, 2, code="MERGE")
    issue(cast, training)
    parts = [
        MergePart(row.serial, storage.get(row.file_key or "")) for row in certificates(session, training)
    ]
    target = tmp_path / "all.pdf"
    assert merge_pdfs(parts, target, title="x") == 2
    said = subprocess.run(["pdfsig", str(target)], capture_output=True, text=True, check=False)
    assert "Signature #1" not in said.stdout
    assert subprocess.run(["qpdf", "--check", str(target)], capture_output=True, check=False).returncode == 0


def test_where_nothing_can_be_signed_nothing_is_begun_and_each_says_why(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = make_class(session, cast, 2, code="NOTSA")

    def no_signer(_job_id: int) -> None:
        raise Refusal("signature.tsa_unreachable", url="http://127.0.0.1:9/")

    monkeypatch.setattr(making, "_signer", no_signer)
    job = service.start_issue(cast.actor(), training)
    assert job is not None
    service.work(job.id, "test")
    assert certificates(session, training) == []
    state = jobs.progress(session, job.id)
    assert (state.refused, state.finished) == (2, True)
    assert {one.code for one in jobs.faults(session, job.id)} == {"signature.tsa_unreachable"}
    monkeypatch.undo()
    issue(cast, training)
    assert [row.number for row in certificates(session, training)] == [1, 2]
    assert session.query(JobItem).filter_by(status=ItemStatus.LEASED).count() == 0
