"""With a time stamp authority behind a server on this machine."""

import socket
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore, async_validate_pdf_signature
from pyhanko_certvalidator.registry import SimpleTrustManager

from tests.documents.signature.authority import authority, serving
from tests.documents.signature.tools import pdfsig, pyhanko, qpdf_accepts
from trainingmgr.crypto import Identity, SigningKeys
from trainingmgr.documents.signature import Level, Signer, inspect
from trainingmgr.documents.signature import timestamp as module
from trainingmgr.documents.signature.awaiting import awaited
from trainingmgr.domain.refusal import Refusal


def test_without_an_authority_the_level_is_the_basic_one(
    signer: Signer, keys: SigningKeys, signed: bytes
) -> None:
    assert signer.level is Level.B_B
    found = inspect(signed, keys.pins)
    assert (found.level, found.stamped_at) == (Level.B_B, None)


def test_with_an_authority_everything_for_later_validation_is_in_the_signed_file(
    tsa: str, identity: Identity, keys: SigningKeys, pdf: bytes, tmp_path: Path
) -> None:
    signer = Signer(identity, tsa_url=tsa)
    assert signer.level is Level.B_LT
    signed = signer.sign(pdf)
    report = pdfsig(signed, tmp_path)
    assert "Signature is Valid." in report
    assert "Total document signed" in report
    assert qpdf_accepts(signed, tmp_path)
    assert pyhanko(signed, identity.certificates[-1]).intact
    found = inspect(signed, keys.pins)
    assert (found.state, found.level, found.stamped_by) == ("ours", Level.B_LT, "Sample Authority")
    assert found.stamped_at
    assert found.signed_at
    assert abs((found.stamped_at - found.signed_at).total_seconds()) < 60


def test_what_the_file_carries_suffices_to_validate_it_without_asking_anybody(
    tsa: str, identity: Identity, pdf: bytes
) -> None:
    reader = PdfFileReader(BytesIO(Signer(identity, tsa_url=tsa).sign(pdf)))
    (signature,) = reader.embedded_signatures
    store = DocumentSecurityStore.read_dss(reader)
    roots = [one for one in store.load_certs() if one.subject == one.issuer]
    assert len(roots) == 2
    context = store.as_validation_context(
        {
            "trust_manager": SimpleTrustManager.build(roots),
            "allow_fetching": False,
            "revocation_mode": "require",
        }
    )
    status = awaited(async_validate_pdf_signature(signature, context))
    assert status.bottom_line
    assert status.timestamp_validity
    assert status.timestamp_validity.trusted


def test_a_file_without_word_of_revocation_claims_no_more_than_its_time_stamp(
    identity: Identity, keys: SigningKeys, pdf: bytes, tmp_path: Path
) -> None:
    with authority(tmp_path, lists=False) as url:
        signer = Signer(identity, tsa_url=url)
        assert signer.level is Level.B_T
        assert inspect(signer.sign(pdf), keys.pins).level is Level.B_T


def test_a_signer_whose_issuer_is_not_at_hand_claims_no_more_than_its_time_stamp(
    tsa: str, identity: Identity, pdf: bytes
) -> None:
    alone = Identity(identity.certificates[:1], identity.key)
    assert Signer(alone, tsa_url=tsa).level is Level.B_T


def test_an_authority_that_is_not_there_is_named(identity: Identity) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/tsa"
        with pytest.raises(Refusal) as refusal:
            Signer(identity, tsa_url=url)
    assert refusal.value.code == "signature.tsa_unreachable"
    assert refusal.value.values["url"] == url


def test_an_authority_that_never_answers_is_given_up(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Refusal) as refusal:
        Signer(identity, tsa_url=f"http://127.0.0.1:{silent.getsockname()[1]}/")
    assert refusal.value.code == "signature.tsa_unreachable"


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        ("503 Busy", b"", "signature.tsa_unreachable"),
        ("200 OK", b"<html>", "signature.tsa_refused"),
        ("200 OK", b"", "signature.tsa_refused"),
        ("200 OK", bytes.fromhex("30053003020102"), "signature.tsa_refused"),
    ],
)
def test_an_answer_that_is_no_time_stamp_is_refused(
    identity: Identity, status: str, body: bytes, code: str
) -> None:
    with (
        serving(lambda _environ, start: (start(status, []), [body])[1]) as url,
        pytest.raises(Refusal) as refusal,
    ):
        Signer(identity, tsa_url=url)
    assert refusal.value.code == code
