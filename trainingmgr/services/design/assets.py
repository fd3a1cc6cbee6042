"""Pictures and PDF pages that designs use."""

from collections.abc import Callable
from hashlib import sha256

from sqlalchemy.orm import Session

from trainingmgr.documents.pictures import prepare_asset
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db, storage, transaction
from trainingmgr.models import Asset
from trainingmgr.queries import audit
from trainingmgr.queries import design as queries
from trainingmgr.queries.accounts import Actor
from trainingmgr.services.design._common import lock


def upload(actor: Actor, organisation_id: int, name: str, data: bytes) -> Asset:
    """Keep a picture or PDF for designs. The same bytes twice are one asset.

    Raises the refusals of `documents.pictures.prepare_asset`.
    """
    with transaction() as session:
        row, new = keep(session, organisation_id, name, data)
        if new:
            audit.record(
                session,
                actor,
                "design.picture_added",
                "asset",
                row.id,
                organisation_id=organisation_id,
                name=row.name,
            )
    return row


def keep(session: Session, organisation_id: int, name: str, data: bytes) -> tuple[Asset, bool]:
    """The asset that a picture becomes, and whether it is a new one, in the running transaction.

    What is kept is the picture as documents print it, so its digest may be another than that of `data`.
    """
    lock(session, organisation_id)
    found = queries.asset_of(session, organisation_id, sha256(data).hexdigest())
    if found is not None:
        return found, False
    checked = prepare_asset(data)
    digest = sha256(checked.data).hexdigest()
    found = queries.asset_of(session, organisation_id, digest)
    if found is not None:
        return found, False
    # Of an organisation's own, so that to take one away never takes another's.
    key = f"assets/{organisation_id}/{digest}"
    storage.put(key, checked.data)
    row = Asset(
        organisation_id=organisation_id,
        sha256=digest,
        name=name[:120],
        media_type=checked.media_type,
        width=checked.width,
        height=checked.height,
        size=len(checked.data),
        file_key=key,
    )
    session.add(row)
    session.flush()
    return row, True


def asset_source(organisation_id: int) -> Callable[[str], bytes]:
    """Gives the bytes of the organisation's pictures by their SHA-256; KeyError for one that it has not."""

    def read(digest: str) -> bytes:
        found = queries.asset_of(db.session(), organisation_id, digest)
        if found is None:
            raise KeyError(digest)
        return storage.get(found.file_key)

    return read


def delete_unused(actor: Actor, organisation_id: int, asset_id: int) -> None:
    """Take away a picture that no draft, version, character or issued certificate stands on.

    Raises NotFound, or Refusal `design.picture_in_use` (name).
    """
    with transaction() as session:
        lock(session, organisation_id)
        row = session.get(Asset, asset_id)
        if row is None or row.organisation_id != organisation_id:
            raise NotFound("not_found")
        if row.sha256 in queries.used_assets(session, organisation_id):
            raise Refusal("design.picture_in_use", name=row.name)
        key = row.file_key
        session.delete(row)
        audit.record(
            session,
            actor,
            "design.picture_deleted",
            "asset",
            asset_id,
            organisation_id=organisation_id,
            name=row.name,
        )
    storage.delete(key)
