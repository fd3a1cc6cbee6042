"""The way to a key on a device, with a stand-in for the library that talks to it."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from trainingmgr.crypto import Identity, TokenDevice
from trainingmgr.documents.signature import Signer, inspect, read_device
from trainingmgr.documents.signature import device as module
from trainingmgr.domain.refusal import Refusal

DEVICE = TokenDevice("/usr/lib/some-token.so", "office", "seal", "1234")


class _Library:
    """Has one token with one key; the key answers as long as the PIN was right."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.opened = 0
        self.broken = False

    def open_pkcs11_session(self, module: str, token_criteria: SimpleNamespace, user_pin: str) -> object:
        if (module, token_criteria.label, user_pin) != (DEVICE.module, DEVICE.token, DEVICE.pin):
            raise OSError("no such token")
        self.opened += 1
        return object()

    def PKCS11Signer(self, _session: object, *, cert_label: str, **_options: object) -> object:  # noqa: N802
        if cert_label != DEVICE.key:
            raise LookupError("no such key")
        certificates = [x509.Certificate.load(one) for one in self.identity.certificates]
        return SimpleNamespace(
            signing_cert=certificates[0], cert_registry=certificates[::-1], async_sign_raw=self._sign
        )

    async def _sign(self, data: bytes, _digest: str) -> bytes:
        if self.broken:
            raise OSError("device removed")
        assert isinstance(self.identity.key, ec.EllipticCurvePrivateKey)
        return self.identity.key.sign(data, ec.ECDSA(hashes.SHA256()))


@pytest.fixture
def library(identity: Identity, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Library]:
    found = _Library(identity)
    monkeypatch.setattr(module, "_library", lambda: found)
    monkeypatch.setattr(module, "_criteria", lambda label: SimpleNamespace(label=label))
    module._session.cache_clear()
    yield found
    module._session.cache_clear()


def test_a_key_on_a_device_signs_with_the_chain_that_lies_beside_it(
    library: _Library, pdf: bytes, identity: Identity
) -> None:
    own = read_device(DEVICE)
    assert own.certificates == identity.certificates
    assert not own.key
    signed = Signer(own.identity("")).sign(pdf)
    assert inspect(signed, {own.pin}).ours
    assert library.opened == 1


@pytest.mark.parametrize(
    "changed", [{"token": "other"}, {"pin": "1"}, {"key": "other"}, {"module": "/nowhere.so"}]
)
def test_a_device_that_does_not_answer_is_refused_with_its_own_words(
    library: _Library, changed: dict[str, str]
) -> None:
    values = {"module": DEVICE.module, "token": DEVICE.token, "key": DEVICE.key, "pin": DEVICE.pin} | changed
    with pytest.raises(Refusal) as refusal:
        read_device(TokenDevice(**values))
    assert refusal.value.code == "signature.device_failed"
    assert "no such" in str(refusal.value.values["reason"])


def test_a_device_that_was_pulled_out_is_opened_anew(library: _Library, pdf: bytes) -> None:
    identity = read_device(DEVICE).identity("")
    signer = Signer(identity)
    library.broken = True
    with pytest.raises(Refusal) as refusal:
        signer.sign(pdf)
    assert refusal.value.code == "signature.device_failed"
    library.broken = False
    assert Signer(identity).sign(pdf)
    assert library.opened == 2


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_name: str) -> None:
        raise ImportError

    monkeypatch.setattr("trainingmgr.documents.signature.device.importlib.import_module", absent)
    with pytest.raises(Refusal) as refusal:
        read_device(DEVICE)
    assert refusal.value.code == "signature.device_missing"
