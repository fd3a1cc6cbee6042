from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.status import SignatureCoverageLevel

from tests.documents.reading import picture_of
from tests.documents.signature.conftest import ORGANISATION
from tests.documents.signature.tools import pdfsig, pyhanko, qpdf_accepts
from trainingmgr.crypto import Identity, MadeKeys, SigningKeys
from trainingmgr.documents.certificate import Press
from trainingmgr.documents.fonts import FontChain
from trainingmgr.documents.signature import Rectangle, Signer, elsewise, inspect
from trainingmgr.documents.signature.field import SignatureDictionary
from trainingmgr.domain.certificate import CertificateSnapshot
from trainingmgr.domain.refusal import Refusal

MOMENT = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the help of pyHanko for unusual files."""

    def refuse(*_arguments: object, **_options: object) -> bytes:
        raise AssertionError("signed elsewise")

    monkeypatch.setattr(elsewise, "sign_elsewise", refuse)


def assert_accepted(pdf: bytes, identity: Identity, folder: Path) -> None:
    report = pdfsig(pdf, folder)
    assert "Signature is Valid." in report
    assert "Total document signed" in report
    assert "ETSI.CAdES.detached" in report
    assert "Signing Hash Algorithm: SHA-256" in report
    status = pyhanko(pdf, identity.certificates[-1])
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert qpdf_accepts(pdf, folder)


def test_a_signed_certificate_is_accepted_by_the_tools_of_others(
    signer: Signer, pdf: bytes, identity: Identity, tmp_path: Path, alone: None
) -> None:
    signed = signer.sign(pdf)
    assert signed.startswith(pdf)
    assert_accepted(signed, identity, tmp_path)
    assert f"Signer Certificate Common Name: {ORGANISATION}" in pdfsig(signed, tmp_path)


def test_a_file_written_with_its_signature_needs_no_update(
    signer: Signer, snapshot: CertificateSnapshot, chain: FontChain, identity: Identity, tmp_path: Path
) -> None:
    signed = signer.finish(Press(fonts=chain).bind(snapshot, adding=signer.adding))
    assert signed.count(b"startxref") == 1
    assert_accepted(signed, identity, tmp_path)


def test_the_signature_certifies_and_says_who_why_where_and_when(signer: Signer, pdf: bytes) -> None:
    (signature,) = PdfFileReader(BytesIO(signer.sign(pdf, MOMENT))).embedded_signatures
    assert signature.docmdp_level is MDPPerm.NO_CHANGES
    entries = signature.sig_object
    assert (entries["/Reason"], entries["/Location"], entries["/ContactInfo"], entries["/Name"]) == (
        "颁发结业证书",
        "四川省成都市",
        "office@example.org",
        ORGANISATION,
    )
    assert signature.self_reported_timestamp == MOMENT
    attributes = {one["type"].native for one in signature.signer_info["signed_attrs"]}
    assert attributes == {"content_type", "message_digest", "signing_certificate_v2"}


def test_the_certification_is_named_in_the_catalogue(signed: bytes) -> None:
    with pikepdf.open(BytesIO(signed)) as pdf:
        field = pdf.Root.AcroForm.Fields[0]
        assert pdf.Root.Perms.DocMDP.objgen == field.V.objgen
        assert pdf.Root.AcroForm.SigFlags == 3
        assert pdf.pages[0].Annots[0].objgen == field.objgen
        assert list(field.Rect) == [0, 0, 0, 0]


def test_the_same_file_and_moment_give_the_same_bytes(signer: Signer, pdf: bytes) -> None:
    assert signer.sign(pdf, MOMENT) == signer.sign(pdf, MOMENT)
    assert signer.sign(pdf, MOMENT) != signer.sign(pdf, MOMENT.replace(year=2027))


def test_the_container_is_in_distinguished_encoding(signed: bytes) -> None:
    contents = PdfFileReader(BytesIO(signed)).embedded_signatures[0].pkcs7_content
    container = cms.ContentInfo.load(contents)
    assert container.dump(force=True) == contents[: len(container.dump())]
    assert not contents[len(container.dump()) :].strip(b"\x00")


def test_a_file_with_its_table_in_a_stream_is_continued_with_one(
    signer: Signer, pdf: bytes, identity: Identity, tmp_path: Path, alone: None
) -> None:
    buffer = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as source:
        source.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    signed = signer.sign(buffer.getvalue().rstrip())
    assert b"\nxref\n" not in signed
    assert_accepted(signed, identity, tmp_path)


def test_a_visible_signature_shows_in_its_rectangle(
    identity: Identity, pdf: bytes, signer: Signer, tmp_path: Path
) -> None:
    visible = Signer(identity, rectangle=Rectangle(330, 130, 500, 170)).sign(pdf)
    assert_accepted(visible, identity, tmp_path)
    assert picture_of(visible) != picture_of(pdf)
    assert picture_of(signer.sign(pdf)) == picture_of(pdf)
    with pikepdf.open(BytesIO(visible)) as opened:
        fonts = opened.pages[0].Annots[0].AP.N.Resources.Font
        assert all("/FontFile2" in font.DescendantFonts[0].FontDescriptor for font in fonts.values())


def _with_form(pdf: pikepdf.Pdf) -> None:
    field = pikepdf.Dictionary(FT=pikepdf.Name.Tx, T=pikepdf.String("text"), V=pikepdf.String("x"))
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[pdf.make_indirect(field)])


@pytest.mark.parametrize("kind", ["form", "encrypted", "annotated"])
def test_unusual_files_are_signed_all_the_same(
    kind: str, signer: Signer, pdf: bytes, identity: Identity, tmp_path: Path
) -> None:
    buffer = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as source:
        if kind == "form":
            _with_form(source)
        if kind == "annotated":
            link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9])
            source.pages[0].Annots = pikepdf.Array([source.make_indirect(link)])
        source.save(buffer, encryption=pikepdf.Encryption(owner="x") if kind == "encrypted" else None)
    signed = signer.sign(buffer.getvalue())
    report = pdfsig(signed, tmp_path)
    assert "Signature is Valid." in report
    assert "Total document signed" in report
    assert qpdf_accepts(signed, tmp_path)
    if kind != "encrypted":
        assert_accepted(signed, identity, tmp_path)


def test_what_cannot_be_signed_is_refused_each_with_its_own_reason(signer: Signer, pdf: bytes) -> None:
    locked = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as source:
        source.save(locked, encryption=pikepdf.Encryption(owner="x", user="y"))
    for data, code in (
        (locked.getvalue(), "signature.encrypted"),
        (signer.sign(pdf), "signature.already_signed"),
        (b"no file at all", "signature.unreadable"),
        (b"", "signature.unreadable"),
        (pdf[: len(pdf) // 2], "signature.unreadable"),
    ):
        with pytest.raises(Refusal) as refusal:
            signer.sign(data)
        assert refusal.value.code == code


def test_a_place_that_holds_no_empty_signature_is_not_written_to(
    signer: Signer, snapshot: CertificateSnapshot, chain: FontChain
) -> None:
    bound = Press(fonts=chain).bind(snapshot, adding=signer.adding)
    pdf = bytearray(bound.data)
    with pytest.raises(ValueError, match="no unsigned"):
        signer.fill(pdf, bound.places[0] - 1)
    signer.fill(pdf, bound.places[0])
    with pytest.raises(ValueError, match="no unsigned"):
        signer.fill(pdf, bound.places[0])


def test_a_signer_whose_certificate_has_run_out_is_refused() -> None:
    expired = SigningKeys(replace(MadeKeys.generate(), created=date(1970, 1, 2)))
    with pytest.raises(Refusal) as refusal:
        Signer(expired.identity(ORGANISATION))
    assert refusal.value.code == "signature.certificate_expired"


def test_an_organisation_signs_under_its_whole_name_however_long(keys: SigningKeys, pdf: bytes) -> None:
    name = "全国社区治理和服务创新实验区联席会议办公室" * 3
    found = inspect(Signer(keys.identity(name)).sign(pdf), keys.pins)
    assert (found.ours, found.signer) == (True, name)


@given(
    before=st.binary(max_size=300),
    after=st.binary(max_size=300),
    room=st.integers(1, 400),
    size=st.integers(0, 400),
)
def test_all_but_the_container_is_digested_whatever_stands_around(
    before: bytes, after: bytes, room: int, size: int
) -> None:
    entry = SignatureDictionary(name="名", reason="", location="", contact="", room=room)
    pdf = bytearray(before + entry.body + after)
    digest = entry.digest(pdf, len(before), MOMENT)
    container = bytes(range(256)) * 2
    if size > room:
        with pytest.raises(ValueError, match="too small"):
            entry.put(pdf, len(before), container[:size])
        return
    entry.put(pdf, len(before), container[:size])
    spans = [int(part) for part in pdf.split(b"/ByteRange[")[-1].split(b"]")[0].split()]
    gap = bytes(pdf[spans[1] : spans[2]])
    assert (gap[:1], gap[-1:], spans[2] + spans[3]) == (b"<", b">", len(pdf))
    assert bytes.fromhex(gap[1:-1].decode())[:size] == container[:size]
    assert sha256(pdf[: spans[1]] + pdf[spans[2] :]).digest() == digest
