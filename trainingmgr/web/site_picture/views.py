"""Pictures of a teaching site: to look at, to add, to describe and put in order, to remove."""

import re

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.site_picture import CAPTION_EN, CAPTION_ZH, MOST_PICTURES
from trainingmgr.extensions import db
from trainingmgr.http import undo
from trainingmgr.http.access import actor, public, requires
from trainingmgr.http.files import stored
from trainingmgr.http.forms import strip
from trainingmgr.http.headers import let_anyone_keep, let_asker_check
from trainingmgr.http.throttle import at_most
from trainingmgr.http.uploads import MEGABYTE, takes_up_to
from trainingmgr.http.words import sentence
from trainingmgr.models import Site, Training
from trainingmgr.queries import site_picture as queries
from trainingmgr.services import site_picture as services
from trainingmgr.services.site_picture import Caption

bp = Blueprint("site_picture", __name__)

MOST_MEGABYTES = 100
_PLACE = "/t/<code>/sites/<int:site_id>/pictures"
_BOX = re.compile(r"zh-(\d{1,10})")
_MOVE = re.compile(r"(\d{1,10})-(up|down)")
_KEPT_FOR = 24 * 60 * 60


@bp.get(_PLACE)
@requires(Permission.VIEW)
def index(training: Training, site_id: int) -> str:
    """The pictures of a site; whoever may edit finds the forms around them."""
    site = db.session().get(Site, site_id)
    if site is None or site.organisation_id != training.organisation_id:
        abort(404)
    return render_template(
        "site_picture/index.html",
        training=training,
        site=site,
        pictures=queries.pictures_of(db.session(), site_id),
        most=MOST_PICTURES,
        megabytes=MOST_MEGABYTES,
        length_zh=CAPTION_ZH,
        length_en=CAPTION_EN,
    )


@bp.post(_PLACE)
@takes_up_to(MOST_MEGABYTES * MEGABYTE)
@requires(Permission.EDIT)
def add(training: Training, site_id: int) -> ResponseReturnValue:
    """Add what was sent; files that are no pictures are named."""
    code = training.code
    sent = [(one.filename or "", one.stream) for one in request.files.getlist("files") if one.filename]
    if not sent:
        flash(_("Choose a picture first."), "error")
        return _to_page(code, site_id)
    done = services.add(actor(), training.organisation_id, site_id, sent)
    if done.pictures:
        flash(ngettext("One picture was added.", "%(num)d pictures were added.", done.pictures), "success")
    for name, refusal in done.refused:
        flash(_("“%(file)s” was not added. %(reason)s", file=name, reason=sentence(refusal)), "error")
    return _to_page(code, site_id)


@bp.post(f"{_PLACE}/arrange")
@requires(Permission.EDIT)
def arrange(training: Training, site_id: int) -> ResponseReturnValue:
    """Save what is said of the pictures, and move one of them where a button says so."""
    code, pressed = training.code, _MOVE.fullmatch(request.form.get("move", ""))
    move = (int(pressed[1]), -1 if pressed[2] == "up" else 1) if pressed else None
    services.arrange(actor(), training.organisation_id, site_id, _captions(), move)
    if move is not None:
        return _to_page(code, site_id, f"p{move[0]}")
    flash(_("Saved."), "success")
    return _to_page(code, site_id)


@bp.post(f"{_PLACE}/<int:picture_id>/remove")
@requires(Permission.EDIT)
def remove(training: Training, site_id: int, picture_id: int) -> ResponseReturnValue:
    """Take a picture away, and save what was typed about the others beside it."""
    code, organisation_id = training.code, training.organisation_id
    services.arrange(actor(), organisation_id, site_id, _captions())
    change = services.remove(actor(), organisation_id, site_id, picture_id)
    back = url_for("site_picture.bring_back", code=code, site_id=site_id, entry_id=change)
    undo.offer(_("The picture was removed."), back)
    return _to_page(code, site_id)


@bp.post(f"{_PLACE}/undo/<int:entry_id>")
@requires(Permission.EDIT)
def bring_back(training: Training, site_id: int, entry_id: int) -> ResponseReturnValue:
    """Take the removal of a picture back."""
    code = training.code
    try:
        services.bring_back(actor(), training.organisation_id, site_id, entry_id)
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "warning")
    else:
        flash(_("The picture is back."), "success")
    return _to_page(code, site_id)


@bp.get(f"{_PLACE}/<int:picture_id>.jpg")
@requires(Permission.VIEW)
def large(training: Training, site_id: int, picture_id: int) -> Response:
    """A picture of a site."""
    row = queries.picture_of(db.session(), training.organisation_id, site_id, picture_id)
    return _jpeg(row.file_key, row.sha256) if row else abort(404)


@bp.get(f"{_PLACE}/<int:picture_id>/small.jpg")
@requires(Permission.VIEW)
def small(training: Training, site_id: int, picture_id: int) -> Response:
    """The same for lists."""
    row = queries.picture_of(db.session(), training.organisation_id, site_id, picture_id)
    return _jpeg(row.small_file_key, row.small_sha256) if row else abort(404)


@bp.get("/site-pictures/<picture_digest>.jpg")
@at_most("3000/minute")
@public
def shown_outside(picture_digest: str) -> Response:
    """A small picture for the pages of participants, by its SHA-256, which nobody knows who has not been shown it."""
    key = queries.small_key(db.session(), picture_digest)
    answer = Response(stored(key), mimetype="image/jpeg")
    let_anyone_keep(_KEPT_FOR)
    return answer


def _captions() -> dict[int, Caption]:
    typed = {}
    for name in request.form:
        if found := _BOX.fullmatch(name):
            zh, en = (strip(request.form.get(f"{language}-{found[1]}")) or "" for language in ("zh", "en"))
            typed[int(found[1])] = Caption(zh[:CAPTION_ZH], en[:CAPTION_EN])
    return typed


def _jpeg(key: str, digest: str) -> Response:
    answer = Response(stored(key), mimetype="image/jpeg")
    answer.set_etag(digest)
    let_asker_check()
    return answer.make_conditional(request)  # type: ignore[return-value]


def _to_page(code: str, site_id: int, anchor: str = "pictures") -> Response:
    return redirect(url_for("site_picture.index", code=code, site_id=site_id, _anchor=anchor), 303)  # type: ignore[return-value]
