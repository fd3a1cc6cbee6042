import json
from pathlib import Path
from typing import Any

from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class
from tests.factories import Cast
from trainingmgr.domain.certificate import RevocationGround
from trainingmgr.extensions import storage
from trainingmgr.models import Certificate
from trainingmgr.services import certificate as service
from trainingmgr.services import proof as proofs


def call(app: Flask, *args: str) -> Result:
    return app.test_cli_runner().invoke(args=list(args))


def two(session: Session, cast: Cast) -> list[Certificate]:
    training = make_class(session, cast, 0, code="VERIFY")
    for name in ("王小明", "李小红"):
        add_person(session, training, name)
    issue(cast, training)
    return certificates(session, training)


def lay(rows: list[Certificate], folder: Path) -> list[Path]:
    paths = [folder / f"{row.serial}.pdf" for row in rows]
    for row, path in zip(rows, paths, strict=True):
        path.write_bytes(storage.get(row.file_key or ""))
    return paths


def reported(result: Result) -> Any:
    return json.loads(result.stdout)


def test_a_folder_is_told_file_by_file(app: Flask, session: Session, cast: Cast, tmp_path: Path) -> None:
    rows = two(session, cast)
    paths = lay(rows, tmp_path)
    assert call(app, "verify", str(tmp_path)).exit_code == 0
    service.revoke(cast.actor(), rows[1], "理由", RevocationGround.ERROR)
    paths[0].write_bytes(paths[0].read_bytes() + b"\n% a remark")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / paths[1].name).write_bytes(b"Dear Sir")
    result = call(app, "verify", str(tmp_path), "--json")
    assert result.exit_code == 1
    found = {one["what"]: one["status"] for one in reported(result)}
    assert found[paths[1].name] == "revoked"
    assert found[f"letters/{paths[1].name}"] == "unknown"
    assert found[paths[0].name] in {"altered", "unknown"}


def test_a_qrs_text_is_proven_with_and_without_the_register(
    app: Flask, session: Session, cast: Cast, tmp_path: Path
) -> None:
    row = two(session, cast)[0]
    address = row.snapshot["verify_url"]
    assert reported(call(app, "verify", address, "--json"))["status"] == "valid"
    keys, revoked = tmp_path / "keys.json", tmp_path / "revoked.jwt"
    keys.write_text(json.dumps(proofs.public_keys()), encoding="utf-8")
    revoked.write_text(proofs.revocation_list(), encoding="ascii")
    away = ("--keys", str(keys), "--revoked", str(revoked), "--json")
    result = call(app, "verify", address, *away)
    assert (result.exit_code, reported(result)["status"], reported(result)["name"]) == (0, "valid", "王*明")
    (tmp_path / "broken.pdf").write_bytes(b"")
    lay([row], tmp_path)
    found = {one["what"]: one["status"] for one in reported(call(app, "verify", str(tmp_path), *away))}
    assert found == {"broken.pdf": "unknown", f"{row.serial}.pdf": "valid"}
    service.revoke(cast.actor(), row, "理由", RevocationGround.OTHER)
    revoked.write_text(proofs.revocation_list(), encoding="ascii")
    result = call(app, "verify", address, *away)
    assert (result.exit_code, reported(result)["status"]) == (1, "revoked")


def test_a_list_that_another_signed_is_refused(
    app: Flask, session: Session, cast: Cast, tmp_path: Path
) -> None:
    row = two(session, cast)[0]
    keys, revoked = tmp_path / "keys.json", tmp_path / "revoked.jwt"
    keys.write_text(json.dumps(proofs.public_keys()), encoding="utf-8")
    revoked.write_text(proofs.revocation_list()[:-6] + "AAAAAA", encoding="ascii")
    address = row.snapshot["verify_url"]
    result = call(app, "verify", address, "--keys", str(keys), "--revoked", str(revoked), "--json")
    assert (result.exit_code, reported(result)["refused"]) == (1, "token.forged")


def test_what_is_no_certificate_gets_its_own_answer(app: Flask, session: Session, tmp_path: Path) -> None:
    text = tmp_path / "letter.pdf"
    text.write_bytes(b"Dear Sir")
    assert reported(call(app, "verify", str(text), "--json"))["refused"] == "certificate.file_no_pdf"
    empty = tmp_path / "empty"
    empty.mkdir()
    assert reported(call(app, "verify", str(empty), "--json"))["refused"] == "certificate.folder_empty"
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(201 * 1024 * 1024)
    assert reported(call(app, "verify", str(huge), "--json"))["refused"] == "certificate.file_large"
    other = tmp_path / "other.pdf"
    other.write_bytes(b"%PDF-1.7\n%%EOF\n")
    assert reported(call(app, "verify", str(other), "--json"))["status"] == "unknown"


def test_an_unknown_number_is_said_to_be_one_in_a_sentence(app: Flask, cast: Cast) -> None:
    done = call(app, "verify", "NOPE-0001")
    assert done.exit_code == 1
    assert "No certificate with this serial number was issued here" in done.output
    assert "No certificate" in reported(call(app, "verify", "NOPE-0001", "--json"))["note"]
