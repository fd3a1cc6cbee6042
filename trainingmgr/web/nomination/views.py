"""Nominations as the organiser sees them: how far the units are, their addresses, what they are told."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.nomination import LinkState
from trainingmgr.domain.person import mask_id_number, show_phone
from trainingmgr.domain.public_address import is_local
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, may, requires
from trainingmgr.http.files import attachment
from trainingmgr.http.locale import LANGUAGES, language
from trainingmgr.http.notices import say_mails, sends, with_way
from trainingmgr.http.wellformed import an_id
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.queries import nomination as queries
from trainingmgr.queries import quota as quotas
from trainingmgr.queries.certificate.facts import public_address
from trainingmgr.queries.nomination import UnitRow, address_token
from trainingmgr.services import nomination as services
from trainingmgr.services.nomination import Kept
from trainingmgr.web.nomination.forms import NoticeForm

bp = Blueprint("nomination", __name__, url_prefix="/t/<code>/nominations")

# So many units are named in a message; of more it says how many they are.
_NAMED = 5
_SHOWN: dict[str, Callable[[UnitRow], object]] = {
    "unanswered": lambda row: row.places and not row.answered,
    "undecided": lambda row: row.to_decide,
    "doubtful": lambda row: row.doubtful,
    "no_address": lambda row: row.link is not LinkState.IN_FORCE,
}


@bp.get("")
@requires(Permission.VIEW)
def index(training: Training) -> str:
    """Every unit with its places, its people and its address."""
    return _page(training)


def _page(training: Training, typed: Mapping[int, str] | None = None) -> str:
    """The page, with the mail addresses in their fields that were `typed` and refused."""
    seen = queries.overview(db.session(), training)
    shown = request.values.get("show", "")
    rows = _shown(seen.rows, shown)
    counts = {name: sum(bool(wanted(row)) for row in seen.rows) for name, wanted in _SHOWN.items()}
    return render_template(
        "nomination/index.html",
        training=training,
        seen=seen,
        rows=rows,
        shown=shown,
        counts=counts,
        languages=LANGUAGES,
        sends=sends(training),
        address_local=is_local(public_address()),
        typed=typed or {},
    )


@bp.post("/links")
@requires(Permission.EDIT)
def links(training: Training) -> ResponseReturnValue:
    """Make addresses, or send them or a reminder by mail to those chosen; mail addresses typed beside units are kept."""
    chosen, do = _chosen(training), request.form.get("do")
    kept = _keep_typed_addresses(training)
    if do == "keep":
        return _told(training, kept)
    try:
        if do == "make":
            made = services.make_links(actor(), training, chosen or None)
            notice = ngettext("One address was made.", "%(num)d addresses were made.", made)
            seen = url_for("nomination.addresses", code=training.code)
            flash(with_way(notice, seen, _("See the addresses")), "success")
        elif not chosen:
            flash(_("Tick at least one unit."), "warning")
        else:
            _send(training, chosen, reminder=do == "remind")
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    return redirect(url_for("nomination.index", code=training.code), 303)


def _keep_typed_addresses(training: Training) -> Kept:
    rows = queries.overview(db.session(), training).rows
    given = {row.unit_id: request.form.get(f"email{row.unit_id}", "").strip() for row in rows}
    typed = {unit_id: text for unit_id, text in given.items() if text}
    kept = services.keep_mail_addresses(actor(), training, typed) if typed else Kept(0, {})
    for text in kept.faulty.values():
        flash(sentence(Refusal("email_invalid", value=text)), "error")
    return kept


def _told(training: Training, kept: Kept) -> ResponseReturnValue:
    if kept.number:
        flash(
            ngettext("One mail address was kept.", "%(num)d mail addresses were kept.", kept.number),
            "success",
        )
    elif not kept.faulty:
        flash(_("No new mail address was typed."), "warning")
    if kept.faulty:
        return _page(training, kept.faulty), 422
    return redirect(url_for("nomination.index", code=training.code), 303)


def _chosen(training: Training) -> list[int]:
    """The units that were ticked, or all that the filter leaves."""
    if not request.form.get("all"):
        return request.form.getlist("id", type=an_id)
    rows = queries.overview(db.session(), training).rows
    return [row.unit_id for row in _shown(rows, request.form.get("show", ""))]


def _shown(rows: Iterable[UnitRow], shown: str) -> list[UnitRow]:
    return [row for row in rows if shown not in _SHOWN or _SHOWN[shown](row)]


def _send(training: Training, chosen: list[int], *, reminder: bool) -> None:
    wanted = request.form.get("language", "")
    done = services.send_links(
        actor(),
        training,
        chosen,
        language=wanted if wanted in LANGUAGES else language(),
        address=_address("{token}"),
        reminder=reminder,
    )
    if done.mails:
        say_mails(training, done.mails)
    if done.without_address:
        flash(_unsent(done.without_address), "warning")


def _unsent(units: Sequence[str]) -> str:
    named: str = _(", ").join(units[:_NAMED])
    if len(units) > _NAMED:
        named = _("%(units)s and %(num)d more", units=named, num=len(units) - _NAMED)
    said: str = _(
        "Without a mail address, so nothing was sent: %(units)s. Write one beside the unit, or copy the addresses "
        "of the pages and pass them on yourself.",
        units=named,
    )
    return said


@bp.get("/links")
@requires(Permission.EDIT)
def addresses(training: Training) -> str:
    """All addresses in force as a text to copy, one a line."""
    rows = [
        (row.name, _address(address_token(row.key)))
        for row in queries.overview(db.session(), training).rows
        if row.link is LinkState.IN_FORCE
    ]
    return render_template(
        "nomination/addresses.html",
        training=training,
        rows=rows,
        address_local=is_local(public_address()),
    )


@bp.get("/units/<int:unit_id>")
@requires(Permission.VIEW)
def unit(training: Training, unit_id: int) -> str:
    """One unit: its address, its people, who of them should be looked at, its stamped receipts."""
    session, row = db.session(), _row(training, unit_id)
    return render_template(
        "nomination/unit.html",
        training=training,
        row=row,
        lines=quotas.table(session, training, unit_id).lines,
        people=queries.sent(session, training.id, unit_id),
        twins=queries.twins(session, training, unit_id),
        scans=queries.scans(session, training.id, unit_id) if may("edit") else [],
        address=_address(address_token(row.key)) if may("edit") and row.link is LinkState.IN_FORCE else "",
        address_local=is_local(public_address()),
        show_phone=show_phone,
        mask_id_number=mask_id_number,
    )


@bp.post("/units/<int:unit_id>/renew")
@requires(Permission.EDIT)
def renew(training: Training, unit_id: int) -> Response:
    """Give the unit another address."""
    try:
        services.renew(actor(), training, unit_id)
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("The unit has a new address; one that it had before leads nowhere."), "success")
    return _to_unit(training, unit_id)


@bp.post("/units/<int:unit_id>/revoke")
@requires(Permission.EDIT)
def revoke(training: Training, unit_id: int) -> Response:
    """Let the unit's address lead nowhere."""
    _row(training, unit_id)
    try:
        services.revoke(actor(), training, unit_id)
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("The address was taken back."), "success")
    return _to_unit(training, unit_id)


@bp.route("/notice", methods=["GET", "POST"])
@requires(Permission.EDIT)
def notice(training: Training) -> ResponseReturnValue:
    """What the units read on their pages."""
    known = queries.notice_of(db.session(), training.id)
    form = NoticeForm(
        data={
            "text_zh": known.text_zh,
            "text_en": known.text_en,
            "late_replacement": known.late_replacement,
        }
    )
    if form.validate_on_submit():
        sent = form.file.data
        try:
            services.set_notice(
                actor(),
                training,
                form.text_zh.data or "",
                form.text_en.data or "",
                late_replacement=form.late_replacement.data,
                file=(sent.filename, sent.read()) if sent and sent.filename else None,
            )
        except Refusal as refusal:
            form.file.errors = [sentence(refusal)]
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("nomination.index", code=training.code), 303)
    page = render_template("nomination/notice.html", training=training, form=form, known=known)
    return page, 422 if form.errors else 200


@bp.post("/notice/drop-file")
@requires(Permission.EDIT)
def drop_file(training: Training) -> Response:
    """Take the notice's file away."""
    services.drop_file(actor(), training)
    flash(_("The file was removed."), "success")
    return redirect(url_for("nomination.notice", code=training.code), 303)


@bp.get("/scans/<int:receipt_id>")
@requires(Permission.EDIT)
def scan(training: Training, receipt_id: int) -> Response:
    """A stamped receipt."""
    found = queries.scan_of(db.session(), training.id, receipt_id)
    if found is None:
        abort(404)
    return attachment(services.kept_bytes(found.file_key), found.file_name, found.media_type)


@bp.post("/scans/<int:receipt_id>/remove")
@requires(Permission.EDIT)
def remove_scan(training: Training, receipt_id: int) -> Response:
    """Take a stamped receipt away for good."""
    unit_id = services.remove_scan(actor(), training, receipt_id)
    flash(_("The scan was removed."), "success")
    return _to_unit(training, unit_id)


def _row(training: Training, unit_id: int) -> UnitRow:
    rows = queries.overview(db.session(), training).rows
    found = next((row for row in rows if row.unit_id == unit_id), None)
    if found is None:
        abort(404)
    return found


def _address(token: str) -> str:
    return f"{public_address()}/n/{token}"


def _to_unit(training: Training, unit_id: int) -> Response:
    return redirect(url_for("nomination.unit", code=training.code, unit_id=unit_id), 303)
