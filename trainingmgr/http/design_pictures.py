"""The pictures of a design, for one that is itself shown as a picture."""

from base64 import b64encode
from io import BytesIO

from PIL import Image

from trainingmgr.documents.certificate.svg import Pictures, Shown
from trainingmgr.domain.design import Design
from trainingmgr.extensions import db, storage
from trainingmgr.queries import design as queries

_SMALL = 500


def within(organisation_id: int, design: Design) -> Pictures:
    """The design's pictures small and in the SVG itself: one that is shown as a picture loads no others."""
    known = queries.assets_by_digest(db.session(), organisation_id, design.assets)

    def find(digest: str) -> Shown | None:
        row = known.get(digest)
        if row is None or not row.media_type.startswith("image/"):
            return None
        try:
            with Image.open(BytesIO(storage.get(row.file_key))) as picture:
                picture.thumbnail((_SMALL, _SMALL))
                buffer = BytesIO()
                picture.save(buffer, "PNG")
        except FileNotFoundError:
            return None
        return Shown(f"data:image/png;base64,{b64encode(buffer.getvalue()).decode()}", row.width, row.height)

    return find
