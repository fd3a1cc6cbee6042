import hashlib
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, make_counter, make_registration, make_session, make_training, make_unit
from tests.nominations import entry_of, name_person, offered, picture, typed
from trainingmgr.config import Settings
from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.extensions import db, keyring, metadata, now, storage
from trainingmgr.models import (
    Asset,
    AuditEntry,
    Certificate,
    ImportDraft,
    Installation,
    Registration,
    RegistrationTally,
    Training,
    Unit,
    User,
)
from trainingmgr.queries import nomination as nominated
from trainingmgr.queries.accounts import Actor
from trainingmgr.services import nomination as nominations
from trainingmgr.services.backup import back_up, restore

OPERATOR = Actor(None, "command line (test)")
PDF = b"%PDF-1.7 not really"


def _everything(session: Session) -> dict[str, list[Any]]:
    session.expire_all()
    return {
        table.name: [tuple(row) for row in session.execute(sa.select(table).order_by(*table.primary_key))]
        for table in metadata.sorted_tables
        if table.name not in {"audit_entry", "installation"}
    }


@pytest.fixture
def filled(session: Session, cast: Cast) -> Training:
    """A training with people, a sealed number, exact hours, a unit under a later one, an issued file."""
    session.add(Installation(id=1, key_fingerprint=keyring.fingerprint()))
    training = make_training(session, cast.organisation, code="KEPT")
    make_session(session, training, class_hours=Decimal("1.50"))
    below, above = make_unit(session, cast.organisation), make_unit(session, cast.organisation)
    below.parent_id = above.id
    person = {
        "id_type": "resident_id",
        "id_sealed": keyring.seal("11010519491231002X", "person:x:id_number"),
        "id_index": keyring.blind_index("11010519491231002X", "id"),
    }
    row = make_registration(session, training, "王小明", unit_id=below.id, **person)
    make_registration(session, training, "李华", status=RegistrationStatus.NOMINATED)
    storage.put("certificates/KEPT/1.pdf", PDF)
    session.add(
        Certificate(
            training_id=training.id,
            counter_id=make_counter(session, training.id),
            registration_id=row.id,
            number=1,
            serial="KEPT-0001",
            code="code",
            status=CertificateStatus.VALID,
            snapshot={"name": "王小明", "hours": "1.5"},
            issue_date=training.end_date,
            sha256=hashlib.sha256(PDF).hexdigest(),
            file_key="certificates/KEPT/1.pdf",
            size=len(PDF),
            issued_at=now(),
        )
    )
    session.commit()
    return training


def _altered(source: Path, target: Path, member: str, data: bytes | None) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            if name == member and data is None:
                continue
            new.writestr(name, data if name == member and data is not None else old.read(name))


def test_what_was_backed_up_comes_back_whole(filled: Training, session: Session, tmp_path: Path) -> None:
    before = _everything(session)
    report = back_up(tmp_path / "a.backup")
    assert (report.files, report.tables["registration"]) == (1, 2)

    session.execute(sa.update(Training).values(title_zh="改了"))
    session.add(Unit(organisation_id=filled.organisation_id, name="后来的单位", type="other"))
    session.commit()
    storage.put("certificates/KEPT/1.pdf", b"something else")
    storage.put("certificates/KEPT/2.pdf", b"a later file")
    restored = restore(tmp_path / "a.backup", OPERATOR, replace=True)

    assert restored.keys_match
    assert _everything(db.session()) == before
    assert storage.get("certificates/KEPT/1.pdf") == PDF
    assert not storage.exists("certificates/KEPT/2.pdf")
    assert db.session().scalar(sa.select(AuditEntry.action).order_by(AuditEntry.id.desc())) == (
        "installation.restore"
    )


def test_ids_of_rows_that_were_gone_when_it_was_backed_up_are_given_to_nobody_after_it_came_back(
    filled: Training, session: Session, tmp_path: Path
) -> None:
    gone = make_registration(session, filled, "张三")
    session.delete(gone)
    session.commit()
    back_up(tmp_path / "a.backup")
    manifest = json.loads(zipfile.ZipFile(tmp_path / "a.backup").read("manifest.json"))
    assert manifest["last_ids"]["registration"] == gone.id
    altered = manifest | {"last_ids": {"registration": 900}}
    _altered(tmp_path / "a.backup", tmp_path / "b.backup", "manifest.json", json.dumps(altered).encode())
    restore(tmp_path / "b.backup", OPERATOR, replace=True)

    row = db.session().scalars(sa.select(Registration)).first()
    assert row
    assert make_registration(db.session(), row.training, "赵六").id == 901

    # Nor are those that came after the backup, and are gone by its coming back.
    restore(tmp_path / "a.backup", OPERATOR, replace=True)
    row = db.session().scalars(sa.select(Registration)).first()
    assert row
    assert make_registration(db.session(), row.training, "孙七").id == 902


def test_what_units_said_and_sent_back_comes_back_with_it(
    filled: Training, session: Session, cast: Cast, tmp_path: Path
) -> None:
    _line, unit = offered(session, cast, filled, 2)
    entry, unit_id = entry_of(session, cast, filled, unit), unit.id
    first = name_person(entry, typed("王芳")).nomination_id
    nominations.attach(entry, "回执.png", picture())
    nominations.replace(entry, first, typed("李雷"), "岗位调整")
    nominations.withdraw(entry, name_person(entry, typed("王芳")).nomination_id)
    code = filled.code
    before = _everything(session)
    back_up(tmp_path / "a.backup")
    (scan,) = nominated.scans(session, filled.id, unit_id)
    storage.delete(scan.file_key)
    restore(tmp_path / "a.backup", OPERATOR, replace=True)
    assert _everything(db.session()) == before
    assert nominations.kept_bytes(scan.file_key) == picture()
    training = db.session().scalars(sa.select(Training).where(Training.code == code)).one()
    named = nominated.sent(db.session(), training.id, unit_id)
    assert [one.nominee.name for one in named] == ["李雷", "王芳"]


def test_the_restored_database_goes_on_counting_and_guarding(
    filled: Training, session: Session, tmp_path: Path
) -> None:
    back_up(tmp_path / "a.backup")
    code = filled.code
    restore(tmp_path / "a.backup", OPERATOR, replace=True)
    session = db.session()
    training = session.scalars(sa.select(Training).where(Training.code == code)).one()
    make_registration(session, training, "新来的")
    tally = session.scalars(
        sa.select(RegistrationTally.people).where(
            RegistrationTally.training_id == training.id,
            RegistrationTally.status == RegistrationStatus.CONFIRMED,
        )
    ).one()
    assert tally == 2
    with pytest.raises(sa.exc.DatabaseError):
        session.execute(sa.delete(Certificate))
    session.rollback()


def test_a_certificate_that_stands_for_a_revoked_one_comes_back_with_it(
    filled: Training, session: Session, tmp_path: Path
) -> None:
    first = session.scalars(sa.select(Certificate)).one()
    first.status, first.ground, first.end_reason, first.ended_at = (
        CertificateStatus.REVOKED,
        "error",
        "姓名有误",
        now(),
    )
    session.flush()
    values = {
        name: getattr(first, name)
        for name in ("training_id", "counter_id", "registration_id", "issue_date", "sha256", "size")
    }
    storage.put("certificates/KEPT/2.pdf", PDF)
    session.add(
        Certificate(
            **values,
            file_key="certificates/KEPT/2.pdf",
            number=2,
            serial="KEPT-0002",
            code="code2",
            status=CertificateStatus.VALID,
            snapshot={"name": "王晓明"},
            issued_at=now(),
            replaces_id=first.id,
        )
    )
    session.commit()
    before = _everything(session)
    back_up(tmp_path / "a.backup")
    restore(tmp_path / "a.backup", OPERATOR, replace=True)
    assert _everything(db.session()) == before


def test_pictures_of_designs_are_kept_once_however_many_have_them(
    filled: Training, session: Session, cast: Cast, tmp_path: Path
) -> None:
    digest = hashlib.sha256(PDF).hexdigest()
    for organisation in (cast.organisation, cast.elsewhere):
        session.add(
            Asset(
                organisation_id=organisation.id,
                sha256=digest,
                media_type="image/png",
                width=1,
                height=1,
                size=len(PDF),
                file_key="assets/one",
            )
        )
    session.commit()
    storage.put("assets/one", PDF)
    assert back_up(tmp_path / "a.backup").files == 2
    storage.delete("assets/one")
    restore(tmp_path / "a.backup", OPERATOR, replace=True)
    assert storage.get("assets/one") == PDF


def test_the_moment_a_restore_commits_old_and_new_files_are_both_there(
    filled: Training, session: Session, tmp_path: Path
) -> None:
    back_up(tmp_path / "a.backup")
    storage.delete("certificates/KEPT/1.pdf")
    storage.put("certificates/OLD/1.pdf", b"what a machine that stops now still has rows for")
    seen: list[tuple[bool, bool]] = []

    def look(_connection: sa.Connection) -> None:
        seen.append((storage.exists("certificates/OLD/1.pdf"), storage.exists("certificates/KEPT/1.pdf")))

    sa.event.listen(db.engine, "commit", look)
    try:
        restore(tmp_path / "a.backup", OPERATOR, replace=True)
    finally:
        sa.event.remove(db.engine, "commit", look)
    assert seen[0] == (True, True)
    assert not storage.exists("certificates/OLD/1.pdf")


def test_an_archive_holds_no_keys_and_no_roster_in_waiting(
    filled: Training, session: Session, cast: Cast, run_settings: Settings, tmp_path: Path
) -> None:
    session.add(
        ImportDraft(
            training_id=filled.id, user_id=cast.users["owner"].id, file_name="x.csv", content_sealed=b"x"
        )
    )
    session.commit()
    back_up(tmp_path / "a.backup")
    secrets = json.loads((run_settings.instance / "keys.json").read_text())
    with zipfile.ZipFile(tmp_path / "a.backup") as archive:
        assert "tables/import_draft.jsonl" not in archive.namelist()
        content = b"".join(archive.read(name) for name in archive.namelist())
    for secret in (secrets["secret_key"], secrets["index_key"], *secrets["field_keys"].values()):
        assert secret.encode() not in content


@pytest.mark.parametrize(
    ("member", "data"),
    [
        ("tables/person.jsonl", b"[]\n"),
        ("tables/person.jsonl", None),
        ("files/certificates/KEPT/1.pdf", b"%PDF forged"),
        ("files/certificates/KEPT/1.pdf", None),
    ],
)
def test_a_damaged_archive_changes_nothing(
    filled: Training, session: Session, tmp_path: Path, member: str, data: bytes | None
) -> None:
    back_up(tmp_path / "a.backup")
    _altered(tmp_path / "a.backup", tmp_path / "b.backup", member, data)
    session.execute(sa.update(Training).values(title_zh="改了"))
    session.commit()
    before = _everything(session)
    with pytest.raises(Refusal) as refusal:
        restore(tmp_path / "b.backup", OPERATOR, replace=True)
    assert (refusal.value.code, refusal.value.values) == ("backup_damaged", {"part": member})
    assert _everything(db.session()) == before
    assert storage.get("certificates/KEPT/1.pdf") == PDF


def test_a_restore_that_fails_halfway_leaves_rows_and_files_as_they_were(
    filled: Training, session: Session, tmp_path: Path
) -> None:
    back_up(tmp_path / "a.backup")
    with zipfile.ZipFile(tmp_path / "a.backup") as archive:
        manifest = json.loads(archive.read("manifest.json"))
        users = archive.read("tables/user.jsonl") * 2
    manifest["tables"]["user"] |= {"sha256": hashlib.sha256(users).hexdigest()}
    _altered(tmp_path / "a.backup", tmp_path / "b.backup", "tables/user.jsonl", users)
    _altered(tmp_path / "b.backup", tmp_path / "c.backup", "manifest.json", json.dumps(manifest).encode())
    before = _everything(session)
    with pytest.raises(sa.exc.IntegrityError):
        restore(tmp_path / "c.backup", OPERATOR, replace=True)
    assert _everything(db.session()) == before
    assert storage.get("certificates/KEPT/1.pdf") == PDF
    assert not list(storage.root.parent.glob(f".{storage.root.name}-*"))


def test_an_installation_in_use_is_given_up_only_on_request(
    filled: Training, session: Session, tmp_path: Path
) -> None:
    back_up(tmp_path / "a.backup")
    with pytest.raises(Refusal) as refusal:
        restore(tmp_path / "a.backup", OPERATOR)
    assert refusal.value.code == "restore_not_empty"


def test_a_backup_sealed_with_other_keys_says_so(filled: Training, session: Session, tmp_path: Path) -> None:
    session.execute(sa.update(Installation).values(key_fingerprint="0123456789abcdef"))
    session.commit()
    back_up(tmp_path / "a.backup")
    assert not restore(tmp_path / "a.backup", OPERATOR, replace=True).keys_match
    assert db.session().scalar(sa.select(Installation.key_fingerprint)) == "0123456789abcdef"


def test_a_file_of_this_name_is_not_overwritten(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "a.backup").write_text("mine")
    with pytest.raises(Refusal) as refusal:
        back_up(tmp_path / "a.backup")
    assert refusal.value.code == "backup_exists"
    assert [path.name for path in tmp_path.iterdir()] == ["a.backup"]


def test_an_issued_file_that_was_altered_stops_the_backup_by_name(
    filled: Training, session: Session, tmp_path: Path
) -> None:
    storage.put("certificates/KEPT/1.pdf", b"altered")
    with pytest.raises(Refusal) as refusal:
        back_up(tmp_path / "a.backup")
    assert refusal.value.values == {"file": "certificates/KEPT/1.pdf"}
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06" + bytes(18)])
def test_something_else_is_refused_as_unreadable(app: Flask, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(Refusal) as refusal:
        restore(tmp_path / "x", OPERATOR)
    assert refusal.value.code == "backup_unreadable"


def test_progress_ends_at_the_whole(filled: Training, session: Session, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    back_up(tmp_path / "a.backup", lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] > 0
    seen.clear()
    restore(
        tmp_path / "a.backup", OPERATOR, replace=True, progress=lambda done, total: seen.append((done, total))
    )
    assert seen[-1][0] == seen[-1][1] > 0
    assert db.session().scalar(sa.select(sa.func.count(User.id)))
    assert db.session().scalar(sa.select(sa.func.count(Registration.id))) == 2
