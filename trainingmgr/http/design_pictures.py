"""The pictures of a design where it is shown: at their addresses, or within it where it is a picture itself."""

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO

from PIL import Image

from trainingmgr.documents.certificate.svg import Pictures, Shown
from trainingmgr.domain.design import Design
from trainingmgr.extensions import db, storage
from trainingmgr.models import Asset
from trainingmgr.queries import design as queries

_SMALL = 500


def pictures_by(organisation_id: int, design: Design, address: Callable[[Asset], str | None]) -> Pictures:
    """The design's pictures at what `address` says of each, if anything; its PDF pages are none."""
    known = queries.assets_by_digest(db.session(), organisation_id, design.assets)

    def find(digest: str) -> Shown | None:
        row = known.get(digest)
        if row is None or not row.media_type.startswith("image/"):
            return None
        found = address(row)
        return Shown(found, row.width, row.height) if found is not None else None

    return find


def within(organisation_id: int, design: Design) -> Pictures:
    """The design's pictures small and in the SVG itself: one that is shown as a picture loads no others."""
    return pictures_by(organisation_id, design, _in_letters)


def _in_letters(row: Asset) -> str | None:
    try:
        with Image.open(BytesIO(storage.get(row.file_key))) as picture:
            picture.thumbnail((_SMALL, _SMALL))
            buffer = BytesIO()
            picture.save(buffer, "PNG")
    except FileNotFoundError:
        return None
    return f"data:image/png;base64,{b64encode(buffer.getvalue()).decode()}"
