"""Sites of an organisation, where teaching happens on the spot."""

from dataclasses import asdict, dataclass
from datetime import time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.place import check_opening, check_point
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import storage, transaction
from trainingmgr.models import Site, VisitStop
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.site_picture import keys_of


@dataclass(frozen=True, slots=True)
class SiteDraft:
    """A site as typed. Name and district together tell it from others."""

    name_zh: str
    name_en: str = ""
    district_zh: str = ""
    district_en: str = ""
    address: str = ""
    host_contact: str = ""
    host_phone: str = ""
    latitude: float | None = None
    longitude: float | None = None
    opens_at: time | None = None
    closes_at: time | None = None
    capacity: int | None = None
    taught_zh: str = ""
    taught_en: str = ""


def save_site(actor: Actor, organisation_id: int, draft: SiteDraft, site_id: int | None = None) -> int:
    """Add a site, or change the one with `site_id`, and give the id.

    Raises Refusal `site_exists`, and those of `check_point` and `check_opening`; NotFound.
    """
    check_point(draft.latitude, draft.longitude)
    check_opening(draft.opens_at, draft.closes_at)
    with transaction() as session:
        site = _own(session, organisation_id, site_id) if site_id is not None else None
        twin = _equal(session, organisation_id, draft)
        if twin is not None and twin.id != site_id:
            raise Refusal("site_exists", name=draft.name_zh)
        site = site or Site(organisation_id=organisation_id)
        values = asdict(draft)
        fields = sorted(name for name, value in values.items() if getattr(site, name) != value)
        for name, value in values.items():
            setattr(site, name, value)
        session.add(site)
        session.flush()
        action = "site.change" if site_id is not None else "site.add"
        audit.record(session, actor, action, "site", site.id, organisation_id=organisation_id, fields=fields)
        return site.id


def delete_site(actor: Actor, organisation_id: int, site_id: int) -> None:
    """Delete a site that no session visits, with its pictures. Raises Refusal `site_in_use`; NotFound."""
    with transaction() as session:
        site = _own(session, organisation_id, site_id)
        used = session.scalar(
            sa.select(sa.func.count(VisitStop.session_id.distinct())).where(VisitStop.site_id == site_id)
        )
        if used:
            raise Refusal("site_in_use", count=used)
        pictures = keys_of(session, [site_id])
        session.delete(site)
        audit.record(session, actor, "site.delete", "site", site_id, organisation_id=organisation_id)
    for key in pictures:
        storage.delete(key)


def find_or_add(session: Session, organisation_id: int, draft: SiteDraft) -> Site:
    """The site with this name in this district, added if unknown."""
    site = _equal(session, organisation_id, draft)
    if site is None:
        site = Site(organisation_id=organisation_id, **asdict(draft))
        session.add(site)
        session.flush()
    return site


def _equal(session: Session, organisation_id: int, draft: SiteDraft) -> Site | None:
    return session.scalar(
        sa.select(Site).where(
            Site.organisation_id == organisation_id,
            Site.name_zh == draft.name_zh,
            Site.district_zh == draft.district_zh,
        )
    )


def _own(session: Session, organisation_id: int, site_id: int) -> Site:
    site = session.get(Site, site_id, with_for_update=True)
    if site is None or site.organisation_id != organisation_id:
        raise NotFound("not_found")
    return site
