import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast
from trainingmgr.config import Settings
from trainingmgr.crypto import KeyRing, SigningKeys, pin_of
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import keyring
from trainingmgr.models import AuditEntry, Installation
from trainingmgr.queries.accounts import Actor
from trainingmgr.services import keys
from trainingmgr.services.accounts import rename_organisation

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
def foreign(app: Flask, tmp_path: Path) -> tuple[Path, KeyRing]:
    """A key file of another installation."""
    ring = KeyRing.generate()
    (tmp_path / "foreign.keys").write_text(keys._seal(ring.dump(), PASSPHRASE))
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
    assert keys._open(tmp_path / "a.keys", PASSPHRASE, KeyRing.generate()) == KeyRing.parse(keyring.dump())
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


def test_rotated_keys_are_in_the_file_and_the_audit_says_who_did_it(
    session: Session, cast: Cast, own_keys: Path
) -> None:
    before = KeyRing.parse(own_keys.read_text())
    keys.rotate(OPERATOR, tokens=True, signing=False)
    tokens = KeyRing.parse(own_keys.read_text())
    assert (tokens.signing, tokens.token_keys.kid) == (
        before.signing,
        next(iter(tokens.token_keys.public_keys)),
    )
    assert before.token_keys.kid in tokens.token_keys.retired
    keys.rotate(OPERATOR, tokens=False, signing=True)
    both = KeyRing.parse(own_keys.read_text())
    assert both.token_keys == tokens.token_keys
    (former,) = both.signing.retired
    assert before.signing.issuer_certificate(cast.organisation.name_zh) in former.certificates
    assert both.fingerprint() == before.fingerprint()
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "keys.rotate")).first()
    assert entry
    assert (entry.actor, entry.details) == (OPERATOR.name, {"tokens": True, "signing": False})


def test_nothing_changes_when_the_rotation_cannot_be_written(
    session: Session, own_keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = own_keys.read_bytes()
    monkeypatch.setattr("trainingmgr.crypto.ring.os.fsync", _no_room)
    with pytest.raises(OSError, match="no room"):
        keys.rotate(OPERATOR, tokens=True, signing=True)
    assert own_keys.read_bytes() == before
    session.rollback()
    assert not session.scalars(sa.select(AuditEntry)).all()


def _no_room(_descriptor: int) -> None:
    raise OSError("no room")


def test_an_export_from_before_a_rotation_brings_its_keys_back_and_forgets_none(
    app: Flask, own_keys: Path, tmp_path: Path
) -> None:
    before = KeyRing.parse(own_keys.read_text())
    keys.export_keys(OPERATOR, tmp_path / "a.keys", PASSPHRASE)
    keys.rotate(OPERATOR, tokens=True, signing=True)
    later = KeyRing.parse(own_keys.read_text())
    assert keys.import_keys(OPERATOR, tmp_path / "a.keys", PASSPHRASE)
    now = KeyRing.parse(own_keys.read_text())
    assert (now.signing.current, now.token_keys.kid) == (before.signing.current, before.token_keys.kid)
    assert now.signing.pins == later.signing.pins
    assert set(now.token_keys.public_keys) == set(later.token_keys.public_keys)


def test_keys_of_ones_own_come_into_force_and_give_way_to_made_ones_again(
    session: Session, cast: Cast, own_keys: Path, tmp_path: Path
) -> None:
    identity = SigningKeys.generate().identity("某认证中心")
    assert isinstance(identity.key, ec.EllipticCurvePrivateKey)
    certificate, root = map(x509.load_der_x509_certificate, identity.certificates)
    (tmp_path / "own.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(
            None, identity.key, certificate, [root], BestAvailableEncryption(PASSPHRASE.encode())
        )
    )
    name = cast.organisation.name_zh
    for passphrase, organisation, code in (
        ("wrong", name, "signature.p12_passphrase"),
        (PASSPHRASE, "", "keys_organisation_unclear"),
    ):
        with pytest.raises(Refusal) as refusal:
            keys.use_pkcs12(OPERATOR, tmp_path / "own.p12", passphrase, organisation)
        assert refusal.value.code == code
    keys.use_pkcs12(OPERATOR, tmp_path / "own.p12", PASSPHRASE, name)
    kinds = {one.organisation: one.kind for one in keys.overview().certificates}
    assert kinds.pop(name) == "pkcs12"
    assert set(kinds.values()) == {"made"}
    assert keys.write_certificate(tmp_path / "issuer.cer", name).subject == root.subject.rfc4514_string()
    assert (tmp_path / "issuer.cer").read_bytes() == identity.certificates[-1]
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "keys.use")).one()
    assert entry.details["organisation"] == name
    for renamed, new in ((cast.organisation, "某省民政厅"), (cast.elsewhere, name)):
        with pytest.raises(Refusal) as refusal:
            rename_organisation(OPERATOR, renamed.id, new, "")
        assert refusal.value.code == "organisation_has_keys", (
            "nobody else may come by them, and nobody lose them"
        )
    assert rename_organisation(OPERATOR, cast.organisation.id, name, "Another English name")
    keys.use_made(OPERATOR, name)
    assert rename_organisation(OPERATOR, cast.organisation.id, "某省民政厅", "")
    assert rename_organisation(OPERATOR, cast.organisation.id, name, "")
    assert {one.kind for one in keys.overview().certificates} == {"made"}
    assert pin_of(identity.key.public_key()) in KeyRing.parse(own_keys.read_text()).signing.pins


def test_the_certificate_to_install_is_that_of_the_organisation(
    session: Session, cast: Cast, own_keys: Path, tmp_path: Path
) -> None:
    name = cast.organisation.name_zh
    written = keys.write_certificate(tmp_path / "a.pem", name)
    certificate = x509.load_pem_x509_certificate((tmp_path / "a.pem").read_bytes())
    assert written.subject == certificate.subject.rfc4514_string()
    assert f"O={name}" in written.subject
    for target, organisation, code in (
        ("b.pem", "", "keys_organisation_unclear"),
        ("b.pem", "无此单位", "keys_organisation_unclear"),
        ("a.pem", name, "keys_file_exists"),
        ("no/b.pem", name, "keys_file_unwritable"),
    ):
        with pytest.raises(Refusal) as refusal:
            keys.write_certificate(tmp_path / target, organisation)
        assert refusal.value.code == code


def test_what_is_shown_of_the_keys_holds_no_private_part(cast: Cast, own_keys: Path) -> None:
    shown = json.dumps(asdict(keys.overview()))
    data = json.loads(own_keys.read_text())
    for secret in (data["tokens"]["seed"], data["signing"]["current"]["signer"], data["secret_key"]):
        assert secret not in shown
    assert cast.organisation.name_zh in json.loads(shown)["certificates"][0]["organisation"]
