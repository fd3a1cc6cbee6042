"""What an organisation prints in place of characters that no font has."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from trainingmgr.documents.fonts import characters, font_chain
from trainingmgr.documents.fonts.traced import prepare_glyph
from trainingmgr.documents.pictures import Prepared
from trainingmgr.domain.glyph import LONGEST_CHARACTER, SubstituteKind, code_points
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import storage, transaction
from trainingmgr.models import Asset, GlyphSubstitute
from trainingmgr.queries import audit
from trainingmgr.queries import design as assets
from trainingmgr.queries import glyph as queries
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.upsert import upsert


@dataclass(frozen=True, slots=True)
class Agreement:
    """A text in place of a character, with whom it was agreed in writing, and when."""

    text: str
    agreed_with: str
    agreed_on: date | None
    note: str = ""


def set_text(actor: Actor, organisation_id: int, character: str, agreement: Agreement) -> None:
    """Print an agreed text in place of a character, whatever stood there before.

    Raises Refusal `glyph.not_one` (text), `glyph.in_font` (character, code_points), `glyph.text_empty`,
    `glyph.text_same`, `glyph.text_missing` (characters) or `glyph.agreement_missing`.
    """
    _check_character(character)
    text = agreement.text.strip()
    if not text:
        raise Refusal("glyph.text_empty")
    if character in characters(text):
        raise Refusal("glyph.text_same")
    if missing := font_chain().missing_characters(text):
        raise Refusal("glyph.text_missing", characters="".join(missing))
    if not agreement.agreed_with.strip() or agreement.agreed_on is None:
        raise Refusal("glyph.agreement_missing")
    with transaction() as session:
        _set(
            session,
            actor,
            organisation_id,
            character,
            kind=SubstituteKind.TEXT,
            text=text,
            agreed_with=agreement.agreed_with.strip(),
            agreed_on=agreement.agreed_on,
            note=agreement.note,
        )


def set_picture(actor: Actor, organisation_id: int, character: str, data: bytes, note: str = "") -> None:
    """Print a picture in place of a character, whatever stood there before.

    Raises Refusal `glyph.not_one`, `glyph.in_font`, or what `prepare_glyph` raises.
    """
    _check_character(character)
    picture = prepare_glyph(data)
    with transaction() as session:
        digest = _keep(session, organisation_id, picture, code_points(character))
        _set(
            session,
            actor,
            organisation_id,
            character,
            kind=SubstituteKind.PICTURE,
            asset_sha256=digest,
            note=note,
        )


def remove(actor: Actor, organisation_id: int, character: str) -> None:
    """Print nothing in the character's place any more. The picture stays: papers were issued with it.

    Raises NotFound.
    """
    with transaction() as session:
        row = queries.row_of(session, organisation_id, character)
        if row is None:
            raise NotFound("not_found")
        before = _details(row)
        session.delete(row)
        audit.record(
            session,
            actor,
            "glyph.removed",
            "glyph_substitute",
            row.id,
            organisation_id=organisation_id,
            character=character,
            code_points=code_points(character),
            before=before,
        )


def _check_character(character: str) -> None:
    if len(characters(character)) != 1 or len(character) > LONGEST_CHARACTER or character.isspace():
        raise Refusal("glyph.not_one", text=character)
    if font_chain().has(character):
        raise Refusal("glyph.in_font", character=character, code_points=code_points(character))


def _keep(session: Session, organisation_id: int, picture: Prepared, name: str) -> str:
    digest = sha256(picture.data).hexdigest()
    if assets.asset_of(session, organisation_id, digest) is None:
        key = f"assets/{organisation_id}/{digest}"
        storage.put(key, picture.data)
        row = {
            "organisation_id": organisation_id,
            "sha256": digest,
            "name": name,
            "media_type": picture.media_type,
            "width": picture.width,
            "height": picture.height,
            "size": len(picture.data),
            "file_key": key,
        }
        upsert(session, Asset, ["organisation_id", "sha256"], [row], overwrite=False)
    return digest


def _set(session: Session, actor: Actor, organisation_id: int, character: str, **given: Any) -> None:
    known = queries.row_of(session, organisation_id, character)
    before = _details(known) if known else None
    row = {"text": "", "asset_sha256": "", "agreed_with": "", "agreed_on": None, "note": ""} | given
    keys = {"organisation_id": organisation_id, "character": character}
    upsert(session, GlyphSubstitute, list(keys), [keys | row])
    session.expire_all()
    kept = queries.row_of(session, organisation_id, character)
    assert kept is not None  # noqa: S101 - it was written just now  # nosec B101
    audit.record(
        session,
        actor,
        f"glyph.{kept.kind.value}_set",
        "glyph_substitute",
        kept.id,
        organisation_id=organisation_id,
        character=character,
        code_points=code_points(character),
        before=before,
        after=_details(kept),
    )


def _details(row: GlyphSubstitute) -> dict[str, str]:
    return {
        "kind": row.kind.value,
        "text": row.text,
        "picture": row.asset_sha256,
        "agreed_with": row.agreed_with,
        "agreed_on": row.agreed_on.isoformat() if row.agreed_on else "",
        "note": row.note,
    }
