"""Files that the fast writer does not continue: pyHanko lays the signature in, around the same container."""

from collections.abc import Callable
from io import BytesIO

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import ExternalSigner
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko.stamp import TextStampStyle

from trainingmgr.documents.signature.awaiting import awaited
from trainingmgr.documents.signature.field import FIELD_NAME, Rectangle
from trainingmgr.documents.signature.timestamp import ValidationData
from trainingmgr.domain.refusal import Refusal


def sign_elsewise(
    pdf: bytes,
    make: Callable[[bytes], bytes],
    *,
    certificate: bytes,
    room: int,
    texts: dict[str, str],
    page: int,
    rectangle: Rectangle | None,
    data: ValidationData | None,
) -> bytes:
    """The file with the container that `make` gives for its digest; an encrypted one opens without a password.

    Raises Refusal `signature.encrypted`, `signature.already_signed`, `signature.unreadable`.
    """
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
        if writer.prev.encrypted:
            writer.encrypt(b"")  # type: ignore[no-untyped-call]
        if writer.prev.embedded_signatures:
            raise Refusal("signature.already_signed")
        if data is not None:
            DocumentSecurityStore.supply_dss_in_writer(
                writer,
                None,
                certs=[x509.Certificate.load(one) for one in data.certificates],
                crls=[crl.CertificateList.load(one) for one in data.revocation_lists],
                ocsps=[ocsp.OCSPResponse.load(one) for one in data.responses],
            )
        signer = PdfSigner(
            PdfSignatureMetadata(
                field_name=FIELD_NAME,
                md_algorithm="sha256",
                subfilter=SigSeedSubFilter.PADES,
                certify=True,
                docmdp_permissions=MDPPerm.NO_CHANGES,
                name=texts["name"] or None,
                reason=texts["reason"] or None,
                location=texts["location"] or None,
                contact_info=texts["contact"] or None,
            ),
            signer=ExternalSigner(x509.Certificate.load(certificate), None, signature_value=256),
            stamp_style=TextStampStyle(stamp_text="%(signer)s", border_width=0),
            new_field_spec=SigFieldSpec(FIELD_NAME, on_page=page, box=_corners(rectangle)),
        )
        prepared, _document, output = awaited(
            signer.async_digest_doc_for_signing(writer, bytes_reserved=room * 2)
        )
        prepared.fill_with_cms(output, make(prepared.document_digest))
        output.seek(0)
        return bytes(output.read())
    except (PdfError, SigningError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        code = "signature.encrypted" if b"/Encrypt" in pdf else "signature.unreadable"
        raise Refusal(code) from error


def _corners(rectangle: Rectangle | None) -> tuple[int, int, int, int] | None:
    if rectangle is None:
        return None
    return round(rectangle.left), round(rectangle.bottom), round(rectangle.right), round(rectangle.top)
