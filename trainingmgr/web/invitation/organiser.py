"""The organiser's page about the lecturers of a training: who is asked, what they said, sent and are paid."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from trainingmgr.domain.fee import read_amount
from trainingmgr.domain.invitation import InvitationAnswer
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.public_address import is_local
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, may, requires
from trainingmgr.http.files import attachment
from trainingmgr.http.locale import LANGUAGES, language
from trainingmgr.http.notices import say_mails, sends
from trainingmgr.http.own_timetable import TOKEN
from trainingmgr.http.wellformed import an_id
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.queries import invitation as queries
from trainingmgr.queries.certificate.facts import public_address
from trainingmgr.queries.invitation import LecturerRow
from trainingmgr.services import invitation as services
from trainingmgr.web.invitation.forms import AnswerForm, FeeForm
from trainingmgr.web.invitation.papers import receipt_of

bp = Blueprint("organiser", __name__, url_prefix="/t/<code>/invitations")


@bp.get("")
@requires(Permission.EDIT)
def index(training: Training) -> str:
    """Every lecturer of the training with how it stands."""
    rows = queries.overview(db.session(), training)
    return render_template(
        "invitation/index.html",
        training=training,
        rows=rows,
        pays=may("pay"),
        answers=list(InvitationAnswer),
        fee_forms={one.lecturer.id: _fee_form(one) for one in rows},
        address=lambda key: _address(queries.invitation_token(key)),
        languages=LANGUAGES,
        sends=sends(training),
        address_local=is_local(public_address()),
    )


@bp.post("/ask")
@requires(Permission.EDIT)
def ask(training: Training) -> AnyResponse:
    """Ask or remind all who are to be, or those chosen, by mail."""
    wanted = request.form.get("language", "")
    chosen = request.form.getlist("id", type=an_id) or None
    reminds = request.form.get("do") == "remind"
    act = services.remind if reminds else services.ask
    spoken = wanted if wanted in LANGUAGES else language()
    try:
        done = act(actor(), training, chosen, page=_address(TOKEN), language=spoken)
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        _say(training, done)
    return _back(training)


@bp.post("/<int:lecturer_id>/asked")
@requires(Permission.EDIT)
def asked(training: Training, lecturer_id: int) -> AnyResponse:
    """Note that a lecturer was asked by another way, and make the address of their page."""
    return _try(
        training,
        lecturer_id,
        lambda: services.mark_asked(actor(), training, lecturer_id),
        _("Noted. The address of the page stands below."),
    )


@bp.post("/<int:lecturer_id>/sessions/<int:session_id>")
@requires(Permission.EDIT)
def note_answer(training: Training, lecturer_id: int, session_id: int) -> AnyResponse:
    """Note what a lecturer said to a session."""
    said = request.form.get("answer", "")
    answer = InvitationAnswer(said) if said in set(InvitationAnswer) else None
    word = AnswerForm().word.data or ""
    return _try(
        training,
        lecturer_id,
        lambda: services.note_answer(actor(), training, lecturer_id, session_id, answer, word),
        _("The answer is noted."),
    )


@bp.post("/<int:lecturer_id>/fee")
@requires(Permission.PAY)
def fee(training: Training, lecturer_id: int) -> AnyResponse:
    """Set the fee of a lecturer."""
    form = FeeForm()
    if not form.validate():
        flash(" ".join(str(one) for errors in form.errors.values() for one in errors), "error")
        return _back(training, lecturer_id)
    amount, note = form.amount.data or "", form.tax_note.data or ""
    return _try(
        training,
        lecturer_id,
        lambda: services.set_fee(actor(), training, lecturer_id, read_amount(amount), note),
        _("The fee is set."),
    )


@bp.post("/<int:lecturer_id>/fee/reopen")
@requires(Permission.PAY)
def reopen_fee(training: Training, lecturer_id: int) -> AnyResponse:
    """Drop the signature under a fee."""
    return _try(
        training,
        lecturer_id,
        lambda: services.reopen_fee(actor(), training, lecturer_id),
        _("The signature was dropped."),
    )


@bp.get("/<int:lecturer_id>/receipt.pdf")
@requires(Permission.PAY)
def receipt(training: Training, lecturer_id: int) -> Response:
    """The receipt of a lecturer's fee, to print."""
    rows = queries.overview(db.session(), training)
    row = next((one for one in rows if one.lecturer.id == lecturer_id), None)
    if row is None or row.fee is None:
        raise NotFound("not_found")
    return receipt_of(training, row, row.fee)


@bp.get("/<int:lecturer_id>/files/<int:file_id>")
@requires(Permission.EDIT)
def file(training: Training, lecturer_id: int, file_id: int) -> Response:
    """A file that a lecturer sent, to keep."""
    rows = queries.overview(db.session(), training)
    known = {part.id for one in rows if one.lecturer.id == lecturer_id for part in one.files}
    found = queries.file_of(db.session(), lecturer_id, file_id)
    if found is None or file_id not in known:
        abort(404)
    return attachment(services.file_bytes(found), found.name, found.media_type)


@bp.post("/<int:lecturer_id>/files/<int:file_id>/release")
@requires(Permission.EDIT)
def release(training: Training, lecturer_id: int, file_id: int) -> AnyResponse:
    """Let participants have slides, or no longer."""
    on = request.form.get("on") == "1"
    return _try(
        training,
        lecturer_id,
        lambda: services.release(actor(), training, lecturer_id, file_id, on=on),
        _("Participants find the slides on their own pages.") if on else _("The slides are kept back."),
    )


def _fee_form(row: LecturerRow) -> FeeForm:
    known = row.fee
    return FeeForm(
        formdata=None,
        data={"amount": f"{known.amount:.2f}", "tax_note": known.tax_note} if known else {},
    )


def _address(token: str) -> str:
    return public_address() + "/invitation/" + token


def _say(training: Training, done: services.Asked) -> None:
    if done.mails:
        say_mails(training, done.mails)
    else:
        flash(_("There was nobody to write to."), "warning")
    if done.without_address:
        flash(
            _(
                "Some lecturers have no mail address. Ask them by another way and note it here; their pages have addresses too."
            ),
            "warning",
        )


def _try(training: Training, lecturer_id: int, act: Callable[[], Any], done: str) -> AnyResponse:
    try:
        act()
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(done, "success")
    return _back(training, lecturer_id)


def _back(training: Training, lecturer_id: int | None = None) -> AnyResponse:
    anchor = f"l{lecturer_id}" if lecturer_id is not None else None
    return redirect(url_for("invitation.organiser.index", code=training.code, _anchor=anchor), 303)
