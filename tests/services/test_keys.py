import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast
from trainingmgr.config import Settings
from trainingmgr.crypto import KeyRing
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import keyring
from trainingmgr.models import AuditEntry, Installation
from trainingmgr.queries.accounts import Actor
from trainingmgr.services import keys

OPERATOR = Actor(None, "command line (test)")
PASSPHRASE = "一个足够长的口令 for keys"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_COST", {"n": 1 << 10, "r": 8, "p": 1})


@pytest.fixture
def own_keys(run_settings: Settings) -> Iterator[Path]:
    """The installation's key file, put back after the test."""
    path = run_settings.instance / "keys.json"
    before = path.read_bytes()
    yield path
    path.write_bytes(before)
    for copy in path.parent.glob("keys.json.until-*"):
        copy.unlink()


@pytest.fixture
def foreign(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, KeyRing]:
    """A key file of another installation."""
    ring = KeyRing.generate()
    present = app.extensions["trainingmgr.keyring"]
    app.extensions["trainingmgr.keyring"] = ring
    keys.export_keys(OPERATOR, tmp_path / "foreign.keys", PASSPHRASE)
    app.extensions["trainingmgr.keyring"] = present
    return tmp_path / "foreign.keys", ring


def test_keys_brought_into_an_installation_that_holds_nothing_are_recorded_as_its_own(
    session: Session, own_keys: Path, foreign: tuple[Path, KeyRing]
) -> None:
    session.add(Installation(id=1, key_fingerprint=keyring.fingerprint()))
    session.commit()
    source, ring = foreign
    assert keys.import_keys(OPERATOR, source, PASSPHRASE)
    session.expire_all()
    assert session.scalar(sa.select(Installation.key_fingerprint)) == ring.fingerprint()


def test_an_export_holds_no_key_in_the_clear_and_is_private(app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "a.keys"
    assert keys.export_keys(OPERATOR, target, PASSPHRASE) == keyring.fingerprint()
    assert target.stat().st_mode & 0o777 == 0o600
    text = target.read_text()
    for value in json.loads(keyring.dump())["field_keys"].values():
        assert value not in text
    assert keyring.secret_key not in text


def test_keys_come_back_from_their_export(app: Flask, tmp_path: Path) -> None:
    keys.export_keys(OPERATOR, tmp_path / "a.keys", PASSPHRASE)
    assert keys._open(tmp_path / "a.keys", PASSPHRASE) == KeyRing.parse(keyring.dump())
    assert keys.import_keys(OPERATOR, tmp_path / "a.keys", PASSPHRASE) is False


def test_a_wrong_passphrase_and_an_altered_file_open_nothing(app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "a.keys"
    keys.export_keys(OPERATOR, target, PASSPHRASE)
    with pytest.raises(Refusal) as refusal:
        keys.import_keys(OPERATOR, target, PASSPHRASE + "x")
    assert refusal.value.code == "passphrase_wrong"
    data = json.loads(target.read_text())
    data["kdf"]["p"] = 2
    target.write_text(json.dumps(data))
    with pytest.raises(Refusal) as refusal:
        keys.import_keys(OPERATOR, target, PASSPHRASE)
    assert refusal.value.code == "passphrase_wrong"


@pytest.mark.parametrize("text", ["", "{}", '{"format": "trainingmgr-keys"}', "[1]", "\udcff"])
def test_a_file_without_keys_is_refused(app: Flask, tmp_path: Path, text: str) -> None:
    (tmp_path / "x").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(Refusal) as refusal:
        keys.import_keys(OPERATOR, tmp_path / "x", PASSPHRASE)
    assert refusal.value.code == "keys_file_unreadable"


def test_a_file_that_asks_for_all_memory_is_refused(app: Flask, tmp_path: Path) -> None:
    keys.export_keys(OPERATOR, tmp_path / "a.keys", PASSPHRASE)
    data = json.loads((tmp_path / "a.keys").read_text())
    data["kdf"]["n"] = 1 << 40
    (tmp_path / "a.keys").write_text(json.dumps(data))
    with pytest.raises(Refusal) as refusal:
        keys.import_keys(OPERATOR, tmp_path / "a.keys", PASSPHRASE)
    assert refusal.value.code == "keys_file_unreadable"


def test_a_short_passphrase_is_refused_and_writes_nothing(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refusal:
        keys.export_keys(OPERATOR, tmp_path / "a.keys", "short")
    assert refusal.value.code == "passphrase_short"
    assert not list(tmp_path.iterdir())


def test_keys_of_another_installation_are_kept_out_of_one_in_use(
    cast: Cast, foreign: tuple[Path, KeyRing], own_keys: Path
) -> None:
    before = own_keys.read_bytes()
    with pytest.raises(Refusal) as refusal:
        keys.import_keys(OPERATOR, foreign[0], PASSPHRASE)
    assert refusal.value.code == "keys_differ"
    assert own_keys.read_bytes() == before


def test_keys_that_sealed_the_database_are_let_in(
    session: Session, cast: Cast, foreign: tuple[Path, KeyRing], own_keys: Path
) -> None:
    session.add(Installation(id=1, key_fingerprint=foreign[1].fingerprint()))
    session.commit()
    before = own_keys.read_bytes()
    assert keys.import_keys(OPERATOR, foreign[0], PASSPHRASE)
    assert KeyRing.parse(own_keys.read_text()) == foreign[1]
    assert own_keys.stat().st_mode & 0o777 == 0o600
    assert [copy.read_bytes() for copy in own_keys.parent.glob("keys.json.until-*")] == [before]
    assert "keys.import" in session.scalars(sa.select(AuditEntry.action)).all()


def test_an_empty_installation_takes_any_keys(
    app: Flask, foreign: tuple[Path, KeyRing], own_keys: Path
) -> None:
    assert keys.import_keys(OPERATOR, foreign[0], PASSPHRASE)


def test_other_keys_are_given_up_on_request(
    cast: Cast, foreign: tuple[Path, KeyRing], own_keys: Path
) -> None:
    assert keys.import_keys(OPERATOR, foreign[0], PASSPHRASE, replace=True)
    assert KeyRing.parse(own_keys.read_text()) == foreign[1]
