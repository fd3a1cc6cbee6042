"""Pictures of teaching sites: which there are, and where they lie."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.models import Site, SitePicture


def pictures_of(session: Session, site_id: int) -> Sequence[SitePicture]:
    """The pictures of a site, in order."""
    return session.scalars(
        sa.select(SitePicture)
        .where(SitePicture.site_id == site_id, SitePicture.position.is_not(None))
        .order_by(SitePicture.position)
    ).all()


def first_pictures(session: Session, site_ids: Collection[int]) -> dict[int, SitePicture]:
    """The picture that stands for a site, by its id; sites without pictures are left out."""
    if not site_ids:
        return {}
    rows = session.scalars(
        sa.select(SitePicture).where(SitePicture.site_id.in_(sorted(site_ids)), SitePicture.position == 1)
    )
    return {row.site_id: row for row in rows}


def picture_of(session: Session, organisation_id: int, site_id: int, picture_id: int) -> SitePicture | None:
    """A picture that a site of the organisation has; None for any other."""
    return session.scalar(
        sa.select(SitePicture)
        .join(Site, Site.id == SitePicture.site_id)
        .where(
            SitePicture.id == picture_id,
            SitePicture.site_id == site_id,
            SitePicture.position.is_not(None),
            Site.organisation_id == organisation_id,
        )
    )


def small_key(session: Session, digest: str) -> str | None:
    """Where the small picture with this SHA-256 lies, if some site has it."""
    return session.scalar(
        sa.select(SitePicture.small_file_key)
        .where(SitePicture.small_sha256 == digest, SitePicture.position.is_not(None))
        .limit(1)
    )


def keys_of(session: Session, site_ids: Collection[int]) -> list[str]:
    """The keys of all files that hang on sites, removed pictures too, for the caller to delete with them."""
    rows = session.execute(
        sa.select(SitePicture.file_key, SitePicture.small_file_key).where(SitePicture.site_id.in_(site_ids))
    )
    return [key for row in rows for key in row]
