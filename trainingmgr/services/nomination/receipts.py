"""Stamped receipts that units send back as scans."""

import secrets

import sqlalchemy as sa

from trainingmgr.documents.attachment import check_attachment
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import storage, transaction
from trainingmgr.models import NominationReceipt, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.nomination import Entry, still_open

MOST_SCANS = 10


def attach(entry: Entry, name: str, data: bytes) -> int:
    """Keep a scan of the stamped receipt, and give its id.

    Raises Refusal `nomination.too_many_scans` (limit), `nomination.link_ended`, `nomination.archived`, and
    what `check_attachment` raises.
    """
    checked = check_attachment(name, data)
    key = f"nominations/{secrets.token_hex(16)}"
    with transaction() as session:
        training = still_open(session, entry)
        kept = session.scalar(
            sa.select(sa.func.count())
            .select_from(NominationReceipt)
            .where(NominationReceipt.training_id == training.id, NominationReceipt.unit_id == entry.unit_id)
        )
        if (kept or 0) >= MOST_SCANS:
            raise Refusal("nomination.too_many_scans", limit=MOST_SCANS)
        storage.put(key, checked.data)
        row = NominationReceipt(
            training_id=training.id,
            unit_id=entry.unit_id,
            file_name=checked.name,
            media_type=checked.media_type,
            size=len(checked.data),
            sha256=checked.sha256,
            file_key=key,
        )
        session.add(row)
        session.flush()
        audit.record(
            session,
            entry.actor,
            "nomination.scan_attached",
            "nomination_receipt",
            row.id,
            training=training,
            unit_id=entry.unit_id,
        )
        return row.id


def remove_scan(actor: Actor, training: Training, receipt_id: int) -> int:
    """Take a scan away for good, and give the id of the unit that it was of. Raises NotFound."""
    with transaction() as session:
        row = session.get(NominationReceipt, receipt_id, with_for_update=True)
        if row is None or row.training_id != training.id:
            raise NotFound("not_found")
        key, unit_id = row.file_key, row.unit_id
        session.delete(row)
        audit.record(
            session,
            actor,
            "nomination.scan_removed",
            "nomination_receipt",
            receipt_id,
            training=training,
            unit_id=unit_id,
        )
    storage.delete(key)
    return unit_id


def kept_bytes(key: str) -> bytes:
    """The bytes of a scan or a notice. Raises NotFound where the storage has lost them."""
    try:
        return storage.get(key)
    except FileNotFoundError as error:
        raise NotFound("not_found") from error
