"""The sites that an organisation's visits lead to."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.person import mask_phone
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires
from trainingmgr.http.words import sentence
from trainingmgr.models import Site, Training
from trainingmgr.queries import schedule as schedule_queries
from trainingmgr.queries.evaluation import evaluations_of
from trainingmgr.queries.site_picture import first_pictures, pictures_of
from trainingmgr.services import schedule as schedule_service
from trainingmgr.services.schedule import SiteDraft
from trainingmgr.web.schedule.blueprint import bp
from trainingmgr.web.schedule.forms import SiteForm, put_beside

_TEXTS = (
    "name_zh", "name_en", "district_zh", "district_en", "address", "host_contact", "host_phone",
    "taught_zh", "taught_en",
)  # fmt: skip
_FACTS = ("latitude", "longitude", "opens_at", "closes_at", "capacity")


@bp.get("/t/<code>/sites")
@requires(Permission.VIEW)
def sites(training: Training) -> str:
    """Every site, by district."""
    rows = schedule_queries.sites(db.session(), training.organisation_id)
    pictures = first_pictures(db.session(), [row.id for row in rows])
    return render_template(
        "schedule/sites.html", training=training, rows=rows, pictures=pictures, mask_phone=mask_phone
    )


@bp.get("/t/<code>/sites/new")
@requires(Permission.EDIT)
def new_site(training: Training) -> str:
    """An empty form."""
    return _page(training, SiteForm(), None)


@bp.post("/t/<code>/sites/new")
@requires(Permission.EDIT)
def create_site(training: Training) -> Any:
    """Add a site."""
    return _take(training, None)


@bp.get("/t/<code>/sites/<int:site_id>")
@requires(Permission.EDIT)
def edit_site(training: Training, site_id: int) -> str:
    """The form of a site."""
    site = _own(training, site_id)
    return _page(training, SiteForm(obj=site), site)


@bp.post("/t/<code>/sites/<int:site_id>")
@requires(Permission.EDIT)
def update_site(training: Training, site_id: int) -> Any:
    """Change a site."""
    return _take(training, _own(training, site_id))


@bp.post("/t/<code>/sites/<int:site_id>/delete")
@requires(Permission.EDIT)
def delete_site(training: Training, site_id: int) -> Response:
    """Delete a site that no session visits, with its pictures."""
    code = training.code
    _own(training, site_id)
    try:
        schedule_service.delete_site(actor(), training.organisation_id, site_id)
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("The site was deleted."), "success")
    return redirect(url_for("schedule.sites", code=code), 303)


def _own(training: Training, site_id: int) -> Site:
    site = db.session.get(Site, site_id)
    if site is None or site.organisation_id != training.organisation_id:
        raise NotFound("not_found")
    return site


def _take(training: Training, site: Site | None) -> Any:
    form, code = SiteForm(), training.code
    if form.validate():
        values: dict[str, Any] = {name: form[name].data or "" for name in _TEXTS}
        draft = SiteDraft(**values | {name: form[name].data for name in _FACTS})
        try:
            schedule_service.save_site(actor(), training.organisation_id, draft, site.id if site else None)
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(_("The site is saved."), "success")
            return redirect(url_for("schedule.sites", code=code), 303)
    return _page(training, form, site), 422


def _page(training: Training, form: SiteForm, site: Site | None) -> str:
    return render_template(
        "schedule/site.html",
        training=training,
        form=form,
        site=site,
        visited=schedule_queries.is_visited(db.session(), site.id) if site else False,
        evaluations=evaluations_of(db.session(), site_id=site.id) if site else [],
        pictures=pictures_of(db.session(), site.id) if site else [],
    )
