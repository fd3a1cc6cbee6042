"""Where photographs of people lie in the storage, and which are nobody's any more."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.models import Person


def photo_key(digest: str) -> str:
    """Where the photograph with this SHA-256 lies in the storage."""
    return f"photos/{digest[:2]}/{digest}.jpg"


def unused_keys(session: Session, digests: Collection[str]) -> list[str]:
    """The keys of those of these photographs that no person has, for the caller to delete after the commit."""
    wanted = {digest for digest in digests if digest}
    if not wanted:
        return []
    kept = set(session.scalars(sa.select(Person.photo).where(Person.photo.in_(wanted))))
    return [photo_key(digest) for digest in sorted(wanted - kept)]
