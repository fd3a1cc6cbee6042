"""Certificates as files: singly, as a zip, in one file to print."""

import io
import re
import zipfile
from collections.abc import Callable
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path
from subprocess import run
from threading import Thread

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from waitress.server import create_server

from tests.certificates import certificates, issue, make_class
from tests.factories import Cast
from trainingmgr.extensions import db, storage
from trainingmgr.models import AuditEntry
from trainingmgr.storage import FileStorage

SignIn = Callable[[str], FlaskClient]


def test_downloads_are_the_issued_bytes_one_zip_and_one_merged_file(
    session: Session, cast: Cast, client_as: SignIn, tmp_path: Path
) -> None:
    training = make_class(session, cast, 3, code="DOWN")
    issue(cast, training)
    rows = certificates(session, training)
    client = client_as("viewer")
    kept = storage.get(rows[0].file_key or "")
    assert client.get(f"/t/DOWN/certificates/{rows[0].id}.pdf").data == kept
    packed = client.get("/t/DOWN/certificates/all.zip")
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        assert len(archive.namelist()) == 3
        assert archive.read(archive.namelist()[0]) == kept
    merged = client.get("/t/DOWN/certificates/all.pdf")
    assert int(merged.headers["Content-Length"]) == len(merged.data)
    (tmp_path / "all.pdf").write_bytes(merged.data)
    info = run(["pdfinfo", str(tmp_path / "all.pdf")], capture_output=True, check=True, text=True).stdout
    assert re.search(r"Pages:\s+3\b", info)
    folder = Path(str(client.application.extensions["trainingmgr.settings"].instance)) / "tmp"
    assert list(folder.iterdir()) == []


def test_the_zip_begins_at_once_and_holds_no_transaction_open_while_it_is_sent(
    session: Session, cast: Cast, client_as: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = make_class(session, cast, 3, code="FLOW")
    issue(cast, training)
    client, whole = client_as("viewer"), FileStorage.get
    read: list[str] = []

    def noted(storage: FileStorage, key: str) -> bytes:
        read.append(key)
        return whole(storage, key)

    monkeypatch.setattr(FileStorage, "get", noted)
    session.rollback()
    answer = client.get("/t/FLOW/certificates/all.zip", buffered=False)
    pieces = answer.iter_encoded()
    first = next(pieces)
    assert first.startswith(b"PK")
    assert len(read) == 1
    assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of a pool with a queue
    assert len(first + b"".join(pieces)) == int(answer.headers["Content-Length"])
    assert len(read) == 3


def test_a_file_that_is_found_altered_while_the_zip_is_sent_breaks_the_connection(
    app: Flask, session: Session, cast: Cast, client_as: SignIn
) -> None:
    training = make_class(session, cast, 3, code="BREAK")
    issue(cast, training)
    last = certificates(session, training)[-1]
    path = storage.path(last.file_key or "")
    path.write_bytes(path.read_bytes().replace(b"%PDF-1.7", b"%PDF-1.6"))
    session.rollback()
    cookie = client_as("viewer").get("/t/BREAK/certificates").request.headers["Cookie"]
    server = create_server(app.wsgi_app, host="127.0.0.1", port=0, map={})
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        connection = HTTPConnection("127.0.0.1", server.effective_port, timeout=20)
        connection.request("GET", "/t/BREAK/certificates/all.zip", headers={"Cookie": cookie})
        answer = connection.getresponse()
        assert answer.status == 200
        with pytest.raises(IncompleteRead) as broken:
            answer.read()
    finally:
        server.close()
        thread.join(5)
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(broken.value.partial))
    session.rollback()
    note = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "certificate.file_altered")).one()
    assert note.details == {"serial": last.serial}


def test_an_altered_file_is_refused_on_screen(session: Session, cast: Cast, client_as: SignIn) -> None:
    training = make_class(session, cast, 1, code="ALTER")
    issue(cast, training)
    (row,) = certificates(session, training)
    storage.path(row.file_key or "").write_bytes(b"%PDF-1.7 forged")
    answer = client_as("viewer").get(f"/t/ALTER/certificates/{row.id}.pdf")
    assert answer.status_code == 422
    assert "not the one that was issued" in answer.text
