"""Designs as files, to be carried from one installation to another."""

from trainingmgr.domain.design import check_design, with_assets
from trainingmgr.domain.design.parcel import Packed, pack, unpack
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db, storage, transaction
from trainingmgr.models import Design
from trainingmgr.queries import design as queries
from trainingmgr.queries.accounts import Actor
from trainingmgr.services.design._common import NAME_LENGTH, free_name, record, stored
from trainingmgr.services.design.assets import keep


def export(organisation_id: int, design_id: int) -> tuple[str, bytes]:
    """The design's name, and its draft with all its pictures as one file; reads only.

    Raises NotFound, the first of the draft's `faults`, or Refusal `design.picture_unknown` (count).
    """
    session = db.session()
    row = queries.design_of(session, organisation_id, design_id)
    if row is None:
        raise NotFound("not_found")
    data = queries.draft_of(row)
    check_design(data)
    assets = queries.assets_by_digest(session, organisation_id, data.assets)
    if missing := len(data.assets) - len(assets):
        raise Refusal("design.picture_unknown", count=missing)
    pictures = {
        digest: Packed(asset.media_type, storage.get(asset.file_key)) for digest, asset in assets.items()
    }
    return row.name_zh, pack(row.name_zh, row.name_en, data, pictures)


def import_file(actor: Actor, organisation_id: int, data: bytes) -> Design:
    """Make a design from a file that `export` wrote, under a free name, with its pictures.

    Raises the refusals of `domain.design.parcel.unpack` and of `documents.pictures.prepare_asset`.
    """
    parcel = unpack(data)
    with transaction() as session:
        kept = {
            digest: keep(session, organisation_id, parcel.name_zh, picture)[0].sha256
            for digest, picture in parcel.pictures.items()
        }
        name = " ".join(parcel.name_zh.split())[:NAME_LENGTH] or "未命名"
        row = Design(
            organisation_id=organisation_id,
            name_zh=free_name(session, organisation_id, name),
            name_en=" ".join(parcel.name_en.split())[:120],
            draft=stored(session, organisation_id, with_assets(parcel.design, kept)),
        )
        session.add(row)
        session.flush()
        record(session, actor, "design.imported", row, pictures=len(parcel.pictures))
    return row
