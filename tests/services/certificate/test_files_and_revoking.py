"""What was issued stays as it is: the bytes, the row, and the number of one that was revoked."""

import zipfile
from io import BytesIO
from pathlib import Path
from subprocess import run

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class, text_of
from tests.factories import Cast
from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import storage
from trainingmgr.models import AuditEntry, Certificate
from trainingmgr.services import certificate as service


def test_the_same_bytes_are_handed_out_each_time(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 1)
    issue(cast, training)
    (row,) = certificates(session, training)
    first = service.issued_bytes(cast.actor(), row)
    assert first.startswith(b"%PDF")
    assert service.issued_bytes(cast.actor(), row) == first


def test_a_correction_on_the_roster_changes_nothing_issued(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 0)
    person = add_person(session, training, "王小明")
    issue(cast, training)
    (row,) = certificates(session, training)
    before = service.issued_bytes(cast.actor(), row)
    person.person.name = "王晓明"
    session.commit()
    issue(cast, training)
    (row,) = certificates(session, training)
    assert row.snapshot["holder_name"] == "王小明"
    assert service.issued_bytes(cast.actor(), row) == before


@pytest.mark.parametrize("damage", ["altered", "missing"])
def test_a_file_that_is_not_what_was_issued_is_not_handed_out_and_is_noted(
    session: Session, cast: Cast, damage: str
) -> None:
    training = make_class(session, cast, 2)
    issue(cast, training)
    row = certificates(session, training)[0]
    path = storage.path(row.file_key or "")
    if damage == "altered":
        path.write_bytes(path.read_bytes().replace(b"%PDF-1.7", b"%PDF-1.6"))
    else:
        path.unlink()
    with pytest.raises(Refusal) as refused:
        service.issued_bytes(cast.actor(), row)
    assert refused.value.code == f"certificate.file_{damage}"
    note = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == refused.value.code)).one()
    assert note.details == {"serial": row.serial}
    # One that is gone, or of another length, is told of before the first byte of a zip.
    with pytest.raises(Refusal) as refused:
        b"".join(service.bundle(cast.actor(), training).pieces)
    assert refused.value.code == f"certificate.file_{damage}"


def test_the_zip_holds_one_readable_file_a_person(session: Session, cast: Cast, tmp_path: Path) -> None:
    training = make_class(session, cast, 0, code="ZIP")
    for name in ("王小明", "李/雷"):
        add_person(session, training, name)
    issue(cast, training)
    bundle = service.bundle(cast.actor(), training)
    data = b"".join(bundle.pieces)
    assert (bundle.papers, bundle.size) == (2, len(data))
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["ZIP-0001_王小明.pdf", "ZIP-0002_李雷.pdf"]
        assert "王小明" in text_of(archive.read("ZIP-0001_王小明.pdf"), tmp_path)


def test_the_merged_file_has_a_page_a_person_in_the_order_of_the_numbers(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    training = make_class(session, cast, 0, code="MERGE")
    for name in ("王小明", "李雷", "韩梅梅"):
        add_person(session, training, name)
    issue(cast, training)
    target = tmp_path / "all.pdf"
    assert service.merged(cast.actor(), training, target) == 3
    for page, name in enumerate(("王小明", "李雷", "韩梅梅"), 1):
        command = ["pdftotext", "-f", str(page), "-l", str(page), "-raw", str(target), "-"]
        text = run(command, capture_output=True, check=True, text=True).stdout
        assert name in "".join(text.split())
        assert f"MERGE-000{page}" in text
    run(["qpdf", "--check", str(target)], check=True, capture_output=True)


def test_laying_out_twice_gives_the_same_files(session: Session, cast: Cast, tmp_path: Path) -> None:
    training = make_class(session, cast, 2)
    issue(cast, training)
    first = service.lay_out(cast.actor(), training, tmp_path / "out")
    stamps = [path.stat().st_mtime_ns for path in first]
    assert service.lay_out(cast.actor(), training, tmp_path / "out") == first
    assert [path.stat().st_mtime_ns for path in first] == stamps


def test_nothing_issued_is_nothing_to_download(session: Session, cast: Cast, tmp_path: Path) -> None:
    training = make_class(session, cast, 1)
    with pytest.raises(Refusal) as refused:
        service.merged(cast.actor(), training, tmp_path / "all.pdf")
    assert refused.value.code == "certificate.none_issued"


def test_revoking_keeps_the_row_and_its_bytes_and_a_new_one_gets_a_new_number(
    session: Session, cast: Cast
) -> None:
    training = make_class(session, cast, 2)
    issue(cast, training)
    old = certificates(session, training)[0]
    data = service.issued_bytes(cast.actor(), old)
    service.revoke(cast.actor(), old, "  姓名  有误 ")
    issue(cast, training)
    first, _second, third = certificates(session, training)
    assert (first.status, first.end_reason, first.ended_by) == (
        CertificateStatus.REVOKED,
        "姓名 有误",
        "organiser",
    )
    assert service.issued_bytes(cast.actor(), first) == data
    assert (third.registration_id, third.number, third.status) == (
        first.registration_id,
        3,
        CertificateStatus.VALID,
    )
    assert third.code != first.code


def test_revoking_needs_a_reason_and_a_valid_certificate(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 1)
    issue(cast, training)
    (row,) = certificates(session, training)
    for reason, code in (("  ", "reason_missing"), ("x" * 301, "reason_long")):
        with pytest.raises(Refusal) as refused:
            service.revoke(cast.actor(), row, reason)
        assert refused.value.code == f"certificate.{code}"
    service.revoke(cast.actor(), row, "有误")
    with pytest.raises(Refusal) as refused:
        service.revoke(cast.actor(), row, "再次")
    assert refused.value.code == "certificate.not_valid"


@pytest.mark.parametrize(
    "change",
    [
        {"serial": "OTHER-1"},
        {"code": "X"},
        {"snapshot": {"holder_name": "别人"}},
        {"sha256": "0" * 64},
        {"number": 99},
        {"status": "reserved"},
        {"is_sample": True},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_database_itself_refuses_to_change_what_was_issued(
    session: Session, cast: Cast, change: dict[str, object]
) -> None:
    training = make_class(session, cast, 1)
    issue(cast, training)
    with pytest.raises(DatabaseError):
        session.execute(sa.update(Certificate).values(**change))
    session.rollback()
    with pytest.raises(DatabaseError):
        session.execute(sa.delete(Certificate))
    session.rollback()


def test_what_was_revoked_never_stands_again(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 1)
    issue(cast, training)
    service.revoke(cast.actor(), certificates(session, training)[0], "有误")
    with pytest.raises(DatabaseError):
        session.execute(
            sa.update(Certificate).values(status=CertificateStatus.VALID, ended_at=None, end_reason="")
        )
    session.rollback()
