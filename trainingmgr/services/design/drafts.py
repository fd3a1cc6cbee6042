"""Making designs and working on them. What is issued with is a published version, never a draft."""

import sqlalchemy as sa

from trainingmgr.documents.designs import built_in
from trainingmgr.domain.design import Design as Data
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import now, transaction
from trainingmgr.models import CertificateOffer, Design, Training
from trainingmgr.queries.accounts import Actor
from trainingmgr.services.design._common import design_of, free_name, name_free, record, stored


def create(
    actor: Actor, organisation_id: int, name_zh: str, name_en: str = "", start: Data | str | None = None
) -> Design:
    """Make a design: blank, from the built-in one of the key `start`, or from what somebody worked on.

    Raises NotFound for an unknown key, and Refusal `design.name_taken` (name).
    """
    with transaction() as session:
        name_free(session, organisation_id, name_zh)
        row = Design(
            organisation_id=organisation_id,
            name_zh=name_zh,
            name_en=name_en,
            draft=stored(session, organisation_id, _start(start)),
        )
        session.add(row)
        session.flush()
        record(session, actor, "design.created", row)
    return row


def _start(start: Data | str | None) -> Data:
    if isinstance(start, Data):
        return start
    if not start:
        return Data()
    try:
        return built_in(start)
    except KeyError:
        raise NotFound("not_found") from None


def copy(actor: Actor, organisation_id: int, design_id: int, draft: Data | None = None) -> Design:
    """Make a design from the draft of another, or from what somebody made of it, under a free name.

    Raises NotFound, and for a `draft` what `save_draft` raises but `stale`.
    """
    with transaction() as session:
        other = design_of(session, organisation_id, design_id)
        row = Design(
            organisation_id=organisation_id,
            name_zh=free_name(session, organisation_id, other.name_zh),
            name_en=other.name_en,
            draft=stored(session, organisation_id, draft) if draft else other.draft,
        )
        session.add(row)
        session.flush()
        record(session, actor, "design.created", row, copied_from=other.id)
    return row


def save_draft(actor: Actor, organisation_id: int, design_id: int, draft: Data, version: int) -> Design:
    """Keep what somebody made of the design at `version`; it need not make sense yet.

    Raises NotFound, Refusal `stale` where somebody else was first, `design.too_large` (longest) or
    `design.picture_unknown` (count). To keep what is kept already changes nothing.
    """
    with transaction() as session:
        row = design_of(session, organisation_id, design_id, version)
        data = stored(session, organisation_id, draft)
        if data != row.draft:
            row.draft = data
            record(session, actor, "design.saved", row, items=len(draft.items))
    return row


def rename(actor: Actor, organisation_id: int, design_id: int, name_zh: str, name_en: str) -> None:
    """Give the design other names. Raises NotFound, Refusal `design.name_taken` (name)."""
    with transaction() as session:
        row = design_of(session, organisation_id, design_id)
        name_free(session, organisation_id, name_zh, but=row.id)
        before = [row.name_zh, row.name_en]
        row.name_zh, row.name_en = name_zh, name_en
        record(session, actor, "design.renamed", row, before=before)


def archive(actor: Actor, organisation_id: int, design_id: int) -> None:
    """Put the design away; what was issued with it stays as it is.

    Raises NotFound, or Refusal `design.in_use` (trainings) while trainings that are not archived give
    certificates in it.
    """
    with transaction() as session:
        row = design_of(session, organisation_id, design_id)
        users = session.scalars(
            sa.select(Training.code)
            .join(CertificateOffer, CertificateOffer.training_id == Training.id)
            .where(CertificateOffer.design_id == row.id, Training.archived_at.is_(None))
            .distinct()
            .order_by(Training.code)
        ).all()
        if users:
            raise Refusal("design.in_use", trainings=", ".join(users[:5]))
        if row.archived_at is None:
            row.archived_at = now()
            record(session, actor, "design.archived", row)


def bring_back(actor: Actor, organisation_id: int, design_id: int) -> None:
    """Take an archived design out again. Raises NotFound."""
    with transaction() as session:
        row = design_of(session, organisation_id, design_id)
        if row.archived_at is not None:
            row.archived_at = None
            record(session, actor, "design.brought_back", row)
