"""The press of a kind of certificate: its design, with the pictures that the design uses."""

from functools import lru_cache
from hashlib import sha256

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.certificate import Press
from trainingmgr.documents.designs import built_in
from trainingmgr.documents.fonts import FontChain
from trainingmgr.domain.design import read_design, write_design
from trainingmgr.extensions import db, storage
from trainingmgr.models import Asset, DesignVersion
from trainingmgr.queries.certificate.offers import Offer
from trainingmgr.queries.glyph import fonts_of
from trainingmgr.queries.photo import photo_key

# Each holds what its design's pages have in common, some hundred kilobytes.
_PRESSES = 6


def press_of(session: Session, offer: Offer, organisation_id: int) -> tuple[Press, str]:
    """The press for this kind, and the SHA-256 of its design's canonical JSON.

    It prints with the organisation's substitutes for characters that no font has.

    Raises Refusal where the stored design makes no sense any more.
    """
    if offer.design_version_id is not None:
        version = session.get_one(DesignVersion, offer.design_version_id)
        data = _canonical(version.data)
    else:
        data = write_design(built_in(offer.built_in) if offer.built_in else built_in())
    return _press(data, fonts_of(session, organisation_id)), sha256(data).hexdigest()


def _canonical(stored: object) -> bytes:
    return write_design(read_design(msgspec.json.encode(stored)))


@lru_cache(maxsize=_PRESSES)
def _press(data: bytes, fonts: FontChain) -> Press:
    return Press(read_design(data), _bytes_of, fonts)


def _bytes_of(digest: str) -> bytes:
    """A picture, page or photograph by its SHA-256. Raises KeyError."""
    key = db.session().scalar(sa.select(Asset.file_key).where(Asset.sha256 == digest).limit(1))
    try:
        return storage.get(key or photo_key(digest))
    except FileNotFoundError:
        raise KeyError(digest) from None
