"""Files that people send along: PDFs and pictures, told by content, kept as they are."""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import PurePosixPath

import pikepdf
from PIL import Image, UnidentifiedImageError

from trainingmgr.domain.refusal import Refusal

MAX_BYTES = 10 * 1024 * 1024
_MOST_PIXELS = 100_000_000
_ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that may be kept, under a name that ends as its content asks."""

    name: str
    media_type: str
    data: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.data).hexdigest()


def check_attachment(name: str, data: bytes) -> Attachment:
    """The file as it may be kept.

    Raises Refusal `attachment.empty`, `attachment.too_large` (megabytes, limit), `attachment.kind`
    for what is neither PDF, JPEG nor PNG, `attachment.broken`, `attachment.locked`.
    """
    if not data:
        raise Refusal("attachment.empty")
    if len(data) > MAX_BYTES:
        raise Refusal("attachment.too_large", megabytes=-(-len(data) // 2**20), limit=MAX_BYTES // 2**20)
    media_type = _kind(data)
    if media_type == "application/pdf":
        _check_pdf(data)
    else:
        _check_picture(data)
    stem = "".join(c for c in PurePosixPath(name.replace("\\", "/")).stem if c.isprintable())
    return Attachment((stem.strip() or "file")[:_LONGEST_NAME] + _ENDINGS[media_type], media_type, data)


def _kind(data: bytes) -> str:
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    raise Refusal("attachment.kind")


def _check_pdf(data: bytes) -> None:
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            if not len(pdf.pages):
                raise Refusal("attachment.broken")
    except pikepdf.PasswordError as error:
        raise Refusal("attachment.locked") from error
    except pikepdf.PdfError as error:
        raise Refusal("attachment.broken") from error


def _check_picture(data: bytes) -> None:
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise Refusal("attachment.broken")
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Refusal("attachment.broken") from error
