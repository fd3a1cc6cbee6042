"""What the tools of others say about a signed file."""

import subprocess
from io import BytesIO
from pathlib import Path

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleTrustManager

from trainingmgr.documents.signature.awaiting import awaited


def pdfsig(pdf: bytes, folder: Path) -> str:
    """The report of poppler's tool."""
    file = folder / "signed.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False)
    return done.stdout


def qpdf_accepts(pdf: bytes, folder: Path) -> bool:
    file = folder / "checked.pdf"
    file.write_bytes(pdf)
    return subprocess.run(["qpdf", "--check", str(file)], capture_output=True, check=False).returncode == 0


def pyhanko(pdf: bytes, root: bytes, at: int = 0) -> PdfSignatureStatus:
    """The verdict of pyHanko's validator for whom `root` (DER) is trusted, on the signature with that number."""
    signature = PdfFileReader(BytesIO(pdf)).embedded_signatures[at]
    context = ValidationContext(
        trust_manager=SimpleTrustManager.build([x509.Certificate.load(root)]), allow_fetching=False
    )
    return awaited(async_validate_pdf_signature(signature, context))
