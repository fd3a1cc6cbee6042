"""Pictures of teaching sites: added, described, put in order, removed, and brought back."""

import secrets
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import IO, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.pictures import Prepared, SitePictureFiles, prepare_site_picture
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.site_picture import CAPTION_EN, CAPTION_ZH, MOST_PICTURES, moved
from trainingmgr.extensions import db, now, storage, transaction
from trainingmgr.models import Site, SitePicture
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.site_picture import pictures_of

_REMOVED = "site_picture.removed"
_OUT_OF_THE_WAY = 1000


class Added(NamedTuple):
    """How many pictures were added, and the files that were not, by name, with the reason."""

    pictures: int
    refused: list[tuple[str, Refusal]]


class Caption(NamedTuple):
    """What a picture shows, in words."""

    zh: str
    en: str


class _Ready(NamedTuple):
    name: str
    large: Prepared
    small: Prepared
    digest: str
    key: str
    small_key: str


def add(actor: Actor, organisation_id: int, site_id: int, sent: Iterable[tuple[str, IO[bytes]]]) -> Added:
    """Add what was sent behind the pictures that a site has. What cannot be one does not stop the others.

    A picture that was removed of late comes back with its words. Raises NotFound; the reasons are Refusals
    `site_picture.too_many` (most), `site_picture.twice` and those of `prepare_site_picture`.
    """
    _own(db.session(), organisation_id, site_id, lock=False)
    ready: list[_Ready] = []
    refused: list[tuple[str, Refusal]] = []
    # Preparing takes a while and needs no lock.
    for name, file in sent:
        try:
            if len(ready) == MOST_PICTURES:
                raise Refusal("site_picture.too_many", most=MOST_PICTURES)
            ready.append(_prepared(name, prepare_site_picture(file.read())))
        except Refusal as refusal:
            refused.append((name, refusal))
    kept: set[str] = set()
    try:
        for one in ready:
            storage.put(one.key, one.large.data)
            storage.put(one.small_key, one.small.data)
        with transaction() as session:
            named, count, late = _keep(session, actor, organisation_id, site_id, ready)
        kept = named
    finally:
        for key in {key for one in ready for key in (one.key, one.small_key)} - kept:
            storage.delete(key)
    return Added(count, refused + late)


def arrange(
    actor: Actor,
    organisation_id: int,
    site_id: int,
    captions: Mapping[int, Caption],
    move: tuple[int, int] | None = None,
) -> None:
    """Say what pictures show, by id, and `move` one of them so many places on (negative: nearer to the front).

    Pictures that the site has no longer are passed over. Raises NotFound.
    """
    with transaction() as session:
        _own(session, organisation_id, site_id)
        rows = {row.id: row for row in pictures_of(session, site_id)}
        changed = []
        for picture_id, row in rows.items():
            said = captions.get(picture_id)
            if said is not None and (row.caption_zh, row.caption_en) != said:
                row.caption_zh, row.caption_en = said.zh[:CAPTION_ZH], said.en[:CAPTION_EN]
                changed.append(picture_id)
        order = list(rows)
        if move is not None and move[0] in rows:
            order = moved(order, *move)
        if order != list(rows):
            _put_in_order(session, site_id, order)
        elif not changed:
            return
        audit.record(
            session,
            actor,
            "site_picture.arranged",
            "site",
            site_id,
            organisation_id=organisation_id,
            captions=changed,
            order=order,
        )


def remove(actor: Actor, organisation_id: int, site_id: int, picture_id: int) -> int:
    """Take a picture away, and give what `bring_back` takes. Its files go once that is too late. Raises NotFound."""
    with transaction() as session:
        _own(session, organisation_id, site_id)
        rows = {row.id: row for row in pictures_of(session, site_id)}
        order = list(rows)
        if picture_id not in rows:
            raise NotFound("not_found")
        place = order.index(picture_id)
        rows[picture_id].position, rows[picture_id].removed_at = None, now()
        _put_in_order(session, site_id, order[:place] + order[place + 1 :])
        entry = audit.record(
            session,
            actor,
            _REMOVED,
            "site",
            site_id,
            organisation_id=organisation_id,
            picture=picture_id,
            before=place,
        )
        session.flush()
        return entry.id


def bring_back(actor: Actor, organisation_id: int, site_id: int, change: int) -> None:
    """Take one removal back, once: the picture stands where it stood.

    Raises Refusal `undo_gone` for a removal of somebody else's, an old one, or one that was taken back
    already, `site_picture.too_many` (most); NotFound.
    """
    with transaction() as session:
        _own(session, organisation_id, site_id)
        entry = audit.to_undo_in_organisation(session, actor, organisation_id, change, frozenset({_REMOVED}))
        row = session.get(SitePicture, entry.details["picture"]) if entry else None
        if entry is None or row is None or row.site_id != site_id or row.removed_at is None:
            raise Refusal("undo_gone")
        order = [one.id for one in pictures_of(session, site_id)]
        if len(order) >= MOST_PICTURES:
            raise Refusal("site_picture.too_many", most=MOST_PICTURES)
        order.insert(entry.details["before"], row.id)
        row.removed_at, row.position = None, len(order)
        session.flush()
        _put_in_order(session, site_id, order)
        audit.record_undo(session, actor, "site_picture.brought_back", None, entry, picture=row.id)


def let_removed_go() -> None:
    """Delete pictures whose removal can no longer be taken back, and their files."""
    before = now() - audit.UNDO_WITHIN
    over = SitePicture.removed_at < before
    if db.session().scalar(sa.select(SitePicture.id).where(over).limit(1)) is None:
        return
    with transaction() as session:
        rows = session.execute(
            sa.delete(SitePicture).where(over).returning(SitePicture.file_key, SitePicture.small_file_key)
        ).all()
    for row in rows:
        for key in row:
            storage.delete(key)


def _prepared(name: str, files: SitePictureFiles) -> _Ready:
    # Each picture of each site has files of its own, so that none is deleted which another row names.
    key = f"sites/{secrets.token_hex(16)}"
    return _Ready(
        name, files.large, files.small, sha256(files.large.data).hexdigest(), f"{key}.jpg", f"{key}-small.jpg"
    )


def _keep(
    session: Session, actor: Actor, organisation_id: int, site_id: int, ready: list[_Ready]
) -> tuple[set[str], int, list[tuple[str, Refusal]]]:
    """The keys that rows name now, how many pictures were added, and what was refused."""
    _own(session, organisation_id, site_id)
    known = {
        row.sha256: row
        for row in session.scalars(sa.select(SitePicture).where(SitePicture.site_id == site_id))
    }
    place = sum(row.position is not None for row in known.values())
    named: set[str] = set()
    added: list[SitePicture] = []
    refused: list[tuple[str, Refusal]] = []
    for one in ready:
        row = known.get(one.digest)
        if row is not None and row.position is not None:
            refused.append((one.name, Refusal("site_picture.twice")))
            continue
        if place == MOST_PICTURES:
            refused.append((one.name, Refusal("site_picture.too_many", most=MOST_PICTURES)))
            continue
        place += 1
        if row is None:
            row = known[one.digest] = _row(site_id, one)
            session.add(row)
            named |= {one.key, one.small_key}
        row.position, row.removed_at = place, None
        added.append(row)
    session.flush()
    if added:
        audit.record(
            session,
            actor,
            "site_picture.added",
            "site",
            site_id,
            organisation_id=organisation_id,
            pictures=[row.id for row in added],
        )
    return named, len(added), refused


def _row(site_id: int, one: _Ready) -> SitePicture:
    return SitePicture(
        site_id=site_id,
        width=one.large.width,
        height=one.large.height,
        size=len(one.large.data),
        sha256=one.digest,
        file_key=one.key,
        small_sha256=sha256(one.small.data).hexdigest(),
        small_file_key=one.small_key,
    )


def _put_in_order(session: Session, site_id: int, order: list[int]) -> None:
    """Number a site's pictures anew; no two may have one number, not for a moment either."""
    session.flush()
    session.execute(
        sa.update(SitePicture)
        .where(SitePicture.site_id == site_id, SitePicture.position.is_not(None))
        .values(position=SitePicture.position + _OUT_OF_THE_WAY)
        .execution_options(synchronize_session=False)
    )
    if order:
        session.execute(
            sa.update(SitePicture),
            [{"id": picture_id, "position": place} for place, picture_id in enumerate(order, 1)],
        )


def _own(session: Session, organisation_id: int, site_id: int, *, lock: bool = True) -> None:
    """Raises NotFound for a site of others. Unless told otherwise nobody else changes its pictures until the commit."""
    query = sa.select(Site.id).where(Site.id == site_id, Site.organisation_id == organisation_id)
    if session.scalar(query.with_for_update() if lock else query) is None:
        raise NotFound("not_found")
