import base64
import json
import stat
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from trainingmgr.crypto import KeyRing, OwnKeys, SealBrokenError, SigningKeys, TokenDevice, TokenKeys

RING = KeyRing.generate()


@given(st.text(), st.text(min_size=1))
def test_a_sealed_value_opens_in_its_own_place_alone(value: str, place: str) -> None:
    sealed = RING.seal(value, place)
    assert RING.unseal(sealed, place) == value
    with pytest.raises(SealBrokenError):
        RING.unseal(sealed, place + "x")


def test_the_same_value_is_sealed_differently_each_time() -> None:
    assert RING.seal("11010519491231002X", "p") != RING.seal("11010519491231002X", "p")


def test_altered_bytes_and_foreign_keys_do_not_open() -> None:
    sealed = RING.seal("secret", "p")
    for broken in (
        sealed[:-1] + bytes([sealed[-1] ^ 1]),
        b"",
        sealed[:5],
        KeyRing.generate().seal("secret", "p"),
    ):
        with pytest.raises(SealBrokenError):
            RING.unseal(broken, "p")


def test_equal_values_share_a_blind_index_within_a_scope_only() -> None:
    assert RING.blind_index("v", "a") == RING.blind_index("v", "a")
    assert RING.blind_index("v", "a") != RING.blind_index("v", "b")
    assert RING.blind_index("v", "a") != KeyRing.generate().blind_index("v", "a")


@given(st.lists(st.tuples(st.text(), st.text(min_size=1)), max_size=4))
def test_many_values_at_once_are_sealed_and_indexed_as_each_alone(values: list[tuple[str, str]]) -> None:
    sealed = RING.seal_each(values)
    assert [RING.unseal(one, place) for one, (_, place) in zip(sealed, values, strict=True)] == [
        value for value, _ in values
    ]
    assert len({one[:15] for one in sealed}) == len(values)
    assert RING.blind_indexes([value for value, _ in values], "a") == [
        RING.blind_index(value, "a") for value, _ in values
    ]


def test_two_processes_that_start_at_once_end_with_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: KeyRing.load_or_create(tmp_path / "keys.json"), range(16)))
    assert len({ring.dump() for ring in rings}) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["keys.json"]


def test_the_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    KeyRing.load_or_create(tmp_path / "keys.json")
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600


def _first_version(ring: KeyRing) -> str:
    """As the file was before there were keys for tokens and signing."""
    data = json.loads(ring.dump())
    return json.dumps(
        {name: data[name] for name in data if name not in {"tokens", "signing"}} | {"version": 1}
    )


def test_a_file_of_the_first_version_gets_the_keys_it_lacks_and_keeps_the_others(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(_first_version(RING))
    read = KeyRing.load_or_create(path)
    assert replace(read, token_keys=RING.token_keys, signing=RING.signing) == RING
    assert read.fingerprint() == RING.fingerprint()
    assert KeyRing.load_or_create(path) == read
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_processes_that_upgrade_a_file_at_once_end_with_the_same_keys(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(_first_version(RING))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        rings = list(pool.map(_load, [path] * 4))
    assert set(rings) == {path.read_text()}
    assert {file.name for file in tmp_path.iterdir()} == {"keys.json", ".keys.json.lock"}


def _load(path: Path) -> str:
    return KeyRing.load_or_create(path).dump()


def test_changes_of_many_at_once_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    KeyRing.load_or_create(path)

    def rotate(_number: int) -> None:
        KeyRing.update(path, lambda ring: replace(ring, token_keys=ring.token_keys.rotate()))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(rotate, range(16)))
    assert len(KeyRing.load_or_create(path).token_keys.retired) == 16


def test_a_change_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    before = KeyRing.load_or_create(path).dump()

    def fail(_ring: KeyRing) -> KeyRing:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        KeyRing.update(path, fail)
    assert path.read_text() == before


def test_an_older_export_takes_what_it_lacks_from_the_ring_beside_it() -> None:
    present = KeyRing.generate()
    read = KeyRing.parse(_first_version(RING), present)
    assert (read.signing, read.token_keys) == (present.signing, present.token_keys)
    assert read.field_keys == RING.field_keys


def test_a_ring_shows_no_secret_when_it_is_printed() -> None:
    data = json.loads(RING.dump())
    hidden = [
        RING.secret_key,
        repr(RING.token_keys.seed),
        repr(RING.signing.current.issuer),
        data["index_key"],
    ]
    assert not any(secret in repr(RING) for secret in hidden)
    assert "1234" not in repr(TokenDevice("/x.so", "t", "k", "1234"))


def test_tokens_of_retired_keys_can_still_be_verified() -> None:
    keys = TokenKeys.generate()
    kid, signature = keys.kid, keys.private_key.sign(b"token")
    rotated = keys.rotate().rotate()
    assert len(rotated.public_keys) == 3
    assert rotated.kid != kid
    Ed25519PublicKey.from_public_bytes(rotated.public_keys[kid]).verify(signature, b"token")
    assert TokenKeys.read(rotated.record()) == rotated
    assert keys.seed not in rotated.public_keys.values()


def test_the_certificates_of_an_organisation_are_the_same_each_time() -> None:
    keys = SigningKeys.generate()
    again = SigningKeys.read(json.loads(json.dumps(keys.record())))
    assert again.identity("某办公室").certificates == keys.identity("某办公室").certificates
    assert again.identity("某办公室").certificates != keys.identity("另一办公室").certificates


def test_the_signer_stands_under_an_issuer_of_the_same_organisation() -> None:
    signer, issuer = map(
        x509.load_der_x509_certificate, SigningKeys.generate().identity("某办公室").certificates
    )
    signer.verify_directly_issued_by(issuer)
    issuer.verify_directly_issued_by(issuer)
    organisations = {
        one.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value for one in (signer, issuer)
    }
    assert organisations == {"某办公室"}
    usage = {one: one.extensions.get_extension_for_class(x509.KeyUsage).value for one in (signer, issuer)}
    assert (usage[signer].content_commitment, usage[signer].key_cert_sign) == (True, False)
    assert (usage[issuer].content_commitment, usage[issuer].key_cert_sign, usage[issuer].crl_sign) == (
        False,
        True,
        True,
    )
    purposes = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36") in purposes
    assert issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0
    assert isinstance(signer.public_key(), ec.EllipticCurvePublicKey)
    assert signer.not_valid_after_utc - datetime.now(UTC) > timedelta(days=39 * 365)


def test_the_issuer_states_that_nothing_is_revoked() -> None:
    identity = SigningKeys.generate().identity("某办公室")
    issuer = x509.load_der_x509_certificate(identity.certificates[-1])
    data = identity.revocation_list(datetime.now(UTC))
    assert data
    stated = x509.load_der_x509_crl(data)
    assert stated.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    assert (len(stated), stated.issuer) == (0, issuer.subject)


def test_new_signing_keys_leave_the_public_parts_of_the_former_ones() -> None:
    keys = SigningKeys.generate()
    certificate = keys.issuer_certificate("某办公室")
    rotated = keys.renew(datetime(2026, 5, 4, tzinfo=UTC), ["某办公室"])
    assert keys.pins < rotated.pins
    (former,) = rotated.retired
    assert (former.pin, former.certificates) == (keys.current.pin, (certificate,))
    assert SigningKeys.read(json.loads(json.dumps(rotated.record()))) == rotated
    assert base64.b64encode(keys.current.signer).decode() not in json.dumps(rotated.record())


def test_a_ring_that_comes_back_remembers_what_was_signed_meanwhile() -> None:
    later = replace(
        RING,
        token_keys=RING.token_keys.rotate(),
        signing=RING.signing.renew(datetime.now(UTC)),
    )
    back = RING.remember(later)
    assert (back.signing.current, back.token_keys.kid) == (RING.signing.current, RING.token_keys.kid)
    assert back.signing.pins == later.signing.pins
    assert back.token_keys.public_keys == later.token_keys.public_keys
    assert RING.remember(RING) == RING


def _brought(name: str) -> OwnKeys:
    identity = SigningKeys.generate().identity(name)
    assert isinstance(identity.key, ec.EllipticCurvePrivateKey)
    key = identity.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return OwnKeys(identity.certificates, key)


def test_keys_that_an_organisation_brought_sign_for_it_alone() -> None:
    moment = datetime(2026, 5, 4, tzinfo=UTC)
    keys, own, newer = SigningKeys.generate(), _brought("甲"), _brought("甲")
    used = keys.use("甲", own, moment)
    assert used.identity("甲").certificates == own.certificates
    assert used.identity("乙").certificates == keys.identity("乙").certificates
    assert SigningKeys.read(json.loads(json.dumps(used.record()))) == used
    assert used.renew(moment).identity("甲").certificates == own.certificates
    replaced = used.use("甲", newer, moment)
    assert [one.pin for one in replaced.retired] == [own.pin]
    assert {own.pin, newer.pin, keys.current.pin} == replaced.pins
    back = replaced.use("甲", None, moment)
    assert back.identity("甲").certificates == keys.identity("甲").certificates
    assert [one.pin for one in back.retired] == [newer.pin, own.pin]
    assert [one.pin for one in back.use("甲", own, moment).retired] == [newer.pin]
    assert keys.remember(replaced, moment).pins == replaced.pins
