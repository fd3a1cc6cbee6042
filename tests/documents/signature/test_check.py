import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.generic import NameObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import PdfSignatureMetadata
from pyhanko.sign.general import load_private_key_from_pemder_data
from pyhanko.sign.signers import SimpleSigner, async_sign_pdf
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.documents.signature.conftest import ORGANISATION
from tests.documents.signature.tools import pdfsig, pyhanko
from trainingmgr.crypto import Identity, SigningKeys
from trainingmgr.documents.signature import Alteration, SignatureState, Signer, check, check_size, inspect
from trainingmgr.documents.signature.awaiting import awaited
from trainingmgr.documents.signature.check import MOST_BYTES
from trainingmgr.domain.refusal import Refusal


def _second_signature(signed: bytes) -> bytes:
    """Another signs as well, which the certification of the first does not allow."""
    identity = SigningKeys.generate().identity("Somebody Else")
    assert identity.key is not None
    key = identity.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = SimpleSigner(
        x509.Certificate.load(identity.certificates[0]),
        load_private_key_from_pemder_data(key, None),
        SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )
    with pikepdf.open(BytesIO(signed)) as source:
        field = source.Root.AcroForm.Fields[0]
        assert field.T == "Signature1"
    # The certification is taken for none at all, as a forger's tool would.
    blinded = re.sub(rb"/Perms <</DocMDP \d+ 0 R>>", lambda found: b" " * len(found[0]), signed)
    restored = bytearray(
        awaited(
            async_sign_pdf(
                IncrementalPdfFileWriter(BytesIO(blinded)),
                PdfSignatureMetadata(field_name="Signature2"),
                signer,
            )
        ).getvalue()
    )
    restored[: len(signed)] = signed
    return bytes(restored)


def _page_replaced(signed: bytes) -> bytes:
    """As an update, so that every signed byte stands."""
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    page = writer.root["/Pages"]["/Kids"][0]
    page[NameObject("/Contents")] = writer.add_object(StreamObject(stream_data=b"0 0 100 100 re f"))
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def _byte_changed(signed: bytes) -> bytes:
    at = signed.index(b"/DisplayDocTitle true")
    return signed[:at] + b"/DisplayDocTitle tru3" + signed[at + 21 :]


def _time_changed(signed: bytes) -> bytes:
    return re.sub(rb"/M\(D:\d{4}", b"/M(D:2019", signed)


def _written_anew(signed: bytes) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(signed)) as source:
        source.save(out)
    return out.getvalue()


ALTERED: list[tuple[Callable[[bytes], bytes], Alteration]] = [
    (lambda signed: signed + b"\n% more\n", Alteration.APPENDED),
    (lambda signed: signed + b"\n", Alteration.APPENDED),
    (_page_replaced, Alteration.APPENDED),
    (_second_signature, Alteration.SECOND_SIGNATURE),
    (_byte_changed, Alteration.CONTENT),
    (_time_changed, Alteration.CONTENT),
    (_written_anew, Alteration.CONTENT),
]


@pytest.mark.parametrize(("alter", "how"), ALTERED)
def test_every_alteration_is_noticed_here_and_by_the_tools_of_others(
    alter: Callable[[bytes], bytes],
    how: Alteration,
    signed: bytes,
    keys: SigningKeys,
    identity: Identity,
    tmp_path: Path,
) -> None:
    altered = alter(signed)
    found = inspect(altered, keys.pins)
    assert (found.state, found.alteration) == (SignatureState.ALTERED, how)
    assert found.signatures == (2 if how is Alteration.SECOND_SIGNATURE else 1)
    report = pdfsig(altered, tmp_path)
    assert "Signature is Valid." not in report or "Not total document signed" in report
    try:
        status = pyhanko(altered, identity.certificates[-1])
    except PdfError:
        return
    assert not status.bottom_line or status.coverage.name != "ENTIRE_FILE"  # type: ignore[union-attr]


def test_what_is_hidden_behind_the_container_is_noticed(signed: bytes, keys: SigningKeys) -> None:
    at = signed.index(b"000>>", signed.index(b"/Contents<"))
    found = inspect(signed[:at] + b"0f0>>" + signed[at + 5 :], keys.pins)
    assert (found.state, found.alteration) == (SignatureState.ALTERED, Alteration.CONTENT)


def test_a_file_as_it_was_signed_is_ours_and_says_by_whom(signed: bytes, keys: SigningKeys) -> None:
    found = check(signed, keys.pins)
    assert found == inspect(signed, keys.pins)
    assert (found.state, found.ours, found.alteration, found.certified) == ("ours", True, None, True)
    assert (found.signer, found.reason, found.location) == (ORGANISATION, "颁发结业证书", "四川省成都市")
    assert found.issuer.startswith(f"{ORGANISATION} CA ")
    assert not found.expired
    assert found.signed_at
    assert abs((datetime.now(UTC) - found.signed_at).total_seconds()) < 60


def test_a_file_without_a_signature_has_none(pdf: bytes, keys: SigningKeys) -> None:
    assert inspect(pdf, keys.pins).state is SignatureState.NONE


def test_a_signature_of_somebody_unknown_is_intact_and_no_more(signed: bytes) -> None:
    found = inspect(signed, SigningKeys.generate().pins)
    assert (found.state, found.ours, found.alteration) == (SignatureState.UNKNOWN_ISSUER, False, None)


def test_somebody_who_takes_our_name_is_not_us(pdf: bytes, keys: SigningKeys) -> None:
    forged = Signer(SigningKeys.generate().identity(ORGANISATION)).sign(pdf)
    assert inspect(forged, keys.pins).state is SignatureState.UNKNOWN_ISSUER


def test_our_certificates_beside_a_signature_of_another_do_not_make_it_ours(
    pdf: bytes, keys: SigningKeys, identity: Identity
) -> None:
    other = SigningKeys.generate().identity("Somebody Else")
    mixed = Identity((*other.certificates, *identity.certificates), other.key)
    assert inspect(Signer(mixed).sign(pdf), keys.pins).state is SignatureState.UNKNOWN_ISSUER


def test_files_from_before_a_rotation_stay_ours(signed: bytes, keys: SigningKeys) -> None:
    rotated = keys.renew(datetime.now(UTC), [ORGANISATION])
    assert inspect(signed, rotated.pins).state is SignatureState.OURS


def test_huge_files_are_refused_before_anything_is_read(keys: SigningKeys) -> None:
    with pytest.raises(Refusal) as refusal:
        check_size(200 * 2**20)
    assert (refusal.value.code, refusal.value.values) == (
        "signature.file_too_large",
        {"megabytes": 200, "limit": 32},
    )
    with pytest.raises(Refusal) as refusal:
        check(b"%PDF-" + bytes(MOST_BYTES), keys.pins)
    assert refusal.value.code == "signature.file_too_large"


def _encrypted(pdf: bytes) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as source:
        source.save(out, encryption=pikepdf.Encryption(owner="x"))
    return out.getvalue()


def _bomb(_pdf: bytes) -> bytes:
    """A table of objects that unpacks to four hundred megabytes."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 24)) for _ in range(24)) + packer.flush()
    head = b"/Type/XRef/Size 9/W[1 4 2]/Root 1 0 R/Filter/FlateDecode/Length %d" % len(packed)
    return b"%%PDF-1.7\n1 0 obj\n<<%b>>\nstream\n%b\nendstream\nendobj\nstartxref\n9\n%%%%EOF\n" % (
        head,
        packed,
    )


def _nested(pdf: bytes) -> bytes:
    at = pdf.rindex(b"trailer\n<<") + 10
    return pdf[:at] + b"/X " + b"[" * 100_000 + b"]" * 100_000 + pdf[at:]


@pytest.mark.parametrize(
    ("make", "codes"),
    [
        (lambda _pdf: b"", {"signature.not_pdf"}),
        (lambda _pdf: b"PK\x03\x04" + bytes(2000), {"signature.not_pdf"}),
        (_encrypted, {"signature.encrypted"}),
        (lambda pdf: pdf[: len(pdf) // 2], {"signature.unreadable"}),
        (lambda pdf: re.sub(rb"startxref\n\d+", b"startxref\n99999999", pdf), {"signature.unreadable"}),
        (lambda pdf: pdf[:20] + pdf[400:], {"signature.unreadable"}),
        (_nested, {"signature.unreadable", "signature.check_gave_up"}),
        (_bomb, {"signature.unreadable", "signature.check_gave_up"}),
    ],
)
def test_hostile_files_get_an_answer_each(
    make: Callable[[bytes], bytes], codes: set[str], pdf: bytes, keys: SigningKeys
) -> None:
    with pytest.raises(Refusal) as refusal:
        check(make(pdf), keys.pins)
    assert refusal.value.code in codes
