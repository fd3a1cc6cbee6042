"""Characters that no font has: who bears them, and what an organisation prints in their place."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from unicodedata import category

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.fonts import FontChain, SubstitutedChain, font_chain
from trainingmgr.domain.glyph import Substitute, SubstituteKind
from trainingmgr.extensions import db, storage
from trainingmgr.models import Asset, GlyphSubstitute, Lecturer, Person, Registration

SHOWN_NAMES = 20


@dataclass(slots=True)
class RareCharacter:
    """A character with some of the names that have it, and how many have it."""

    character: str
    names: list[str] = field(default_factory=list)
    people: int = 0
    substitute: GlyphSubstitute | None = None


def rows(session: Session, organisation_id: int) -> list[GlyphSubstitute]:
    """The organisation's substitutes by character."""
    return list(
        session.scalars(
            sa.select(GlyphSubstitute)
            .where(GlyphSubstitute.organisation_id == organisation_id)
            .order_by(GlyphSubstitute.character)
        )
    )


def row_of(session: Session, organisation_id: int, character: str) -> GlyphSubstitute | None:
    return session.scalar(
        sa.select(GlyphSubstitute).where(
            GlyphSubstitute.organisation_id == organisation_id, GlyphSubstitute.character == character
        )
    )


# Asked for every roster; written once, since putting it together costs more than running it.
_SUBSTITUTES = (
    sa.select(
        GlyphSubstitute.character,
        GlyphSubstitute.kind,
        GlyphSubstitute.text,
        GlyphSubstitute.asset_sha256,
    )
    .where(GlyphSubstitute.organisation_id == sa.bindparam("organisation_id"))
    .order_by(GlyphSubstitute.character)
)


def fonts_of(session: Session, organisation_id: int) -> FontChain:
    """The fonts as this organisation prints with them."""
    found = session.connection().execute(_SUBSTITUTES, {"organisation_id": organisation_id}).all()
    return _with(
        font_chain(),
        tuple(Substitute(one.character, one.kind, one.text or one.asset_sha256) for one in found),
    )


@lru_cache(maxsize=32)
def _with(fonts: FontChain, substitutes: tuple[Substitute, ...]) -> FontChain:
    return SubstitutedChain(fonts, substitutes, picture) if substitutes else fonts


def picture(digest: str) -> bytes:
    """A glyph picture by its SHA-256. Raises KeyError."""
    key = db.session().scalar(sa.select(Asset.file_key).where(Asset.sha256 == digest).limit(1))
    if key is None:
        raise KeyError(digest)
    return storage.get(key)


def missing_characters(fonts: FontChain, *texts: str) -> tuple[str, ...]:
    """The characters of `texts` that cannot be printed, each once."""
    return tuple(dict.fromkeys(c for text in texts if text for c in _missing(fonts, text)))


@lru_cache(maxsize=8192)
def _missing(fonts: FontChain, text: str) -> tuple[str, ...]:
    return fonts.missing_characters(text)


def rare_characters(session: Session, organisation_id: int) -> list[RareCharacter]:
    """Every character in a name of the organisation's people that no font has, and every substitute.

    Those without a substitute come first, the more people bear one the earlier.
    """
    found = {
        one.character: RareCharacter(one.character, substitute=one) for one in rows(session, organisation_id)
    }
    fonts = font_chain()
    known: dict[str, bool] = {}
    for name in _names(session, organisation_id):
        # A name of plain characters, which nearly all are, costs no more than looking at them.
        if all(known.get(c, False) for c in name):
            continue
        missing = fonts.missing_characters(name)
        if not missing:
            # A mark may be drawn over one letter and not over another.
            known.update((c, True) for c in name if not category(c).startswith("M"))
        for character in missing:
            one = found.setdefault(character, RareCharacter(character))
            one.people += 1
            if len(one.names) < SHOWN_NAMES:
                one.names.append(name)
    return sorted(found.values(), key=lambda one: (one.substitute is not None, -one.people, one.character))


def _names(session: Session, organisation_id: int) -> Iterable[str]:
    """Each person's name as often as people have it."""
    latin = (
        sa.select(Registration.latin_name)
        .join(Person, Person.id == Registration.person_id)
        .where(Person.organisation_id == organisation_id, Registration.latin_name != "")
        .distinct()
    )
    return session.scalars(
        sa.union_all(
            sa.select(Person.name).where(Person.organisation_id == organisation_id),
            latin,
            sa.select(Lecturer.name).where(Lecturer.organisation_id == organisation_id, Lecturer.name != ""),
            sa.select(Lecturer.latin_name).where(
                Lecturer.organisation_id == organisation_id, Lecturer.latin_name != ""
            ),
        )
    )


def bearers(session: Session, organisation_id: int, character: str) -> list[str]:
    """Some of the names that have the character."""
    columns = (
        (Person.name, Person.organisation_id),
        (Lecturer.name, Lecturer.organisation_id),
        (Lecturer.latin_name, Lecturer.organisation_id),
    )
    parts = [
        sa.select(name).where(owner == organisation_id, name.contains(character, autoescape=True))
        for name, owner in columns
    ]
    latin = sa.select(Registration.latin_name).join(Person, Person.id == Registration.person_id)
    parts.append(
        latin.where(
            Person.organisation_id == organisation_id,
            Registration.latin_name.contains(character, autoescape=True),
        )
    )
    return list(session.scalars(sa.union(*parts).limit(SHOWN_NAMES)))


def picture_of(session: Session, organisation_id: int, character: str) -> bytes | None:
    """What is printed for the character, if that is a picture."""
    row = row_of(session, organisation_id, character)
    if row is None or row.kind is not SubstituteKind.PICTURE:
        return None
    return picture(row.asset_sha256)
