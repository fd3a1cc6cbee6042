"""One change to many, and its taking back."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.http import undo
from trainingmgr.http.access import actor, requires
from trainingmgr.http.notices import sends
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.queries.roster import Filters
from trainingmgr.services import roster as roster_service
from trainingmgr.web.roster.blueprint import bp
from trainingmgr.web.roster.listing import back_to, filters_of


def ticked(form: MultiDict[str, str]) -> list[int]:
    """The registrations that were ticked."""
    return [int(one) for one in form.getlist("id") if one.isascii() and one.isdigit() and len(one) < 10]


@bp.post("/t/<code>/roster/bulk")
@requires(Permission.EDIT)
def bulk(training: Training) -> ResponseReturnValue:
    """One change to everybody who is ticked, or to all that the filters leave."""
    back = back_to(training, request.form.get("back", ""))
    chosen: list[int] | Filters = ticked(request.form)
    if request.form.get("all"):
        chosen = filters_of(request.form)
    elif not chosen:
        flash(_("Tick at least one participant first."), "error")
        return redirect(back, 303)
    if request.form.get("do") == "group":
        group = " ".join(request.form.get("to_group", "").split())[:40]
        done = roster_service.set_group(actor(), training.id, chosen, group)
    elif request.form.get("to_status") in set(RegistrationStatus):
        status = RegistrationStatus(request.form["to_status"])
        beyond = "beyond" in request.form
        try:
            done = roster_service.set_status(actor(), training.id, chosen, status, beyond=beyond)
        except Refusal as refusal:
            flash(sentence(refusal), "error")
            return redirect(back, 303)
    else:
        flash(_("Choose a status first."), "error")
        return redirect(back, 303)
    tell_of(training, done, back=request.form.get("back", ""))
    return redirect(back, 303)


def tell_of(training: Training, done: roster_service.BulkDone, *, left: str = "", **back: str) -> None:
    """Say on the next page what a change to many has done, beside the offer to take it back.

    `back` tells the undo where to lead; `left` why some were left, where it is not their status.
    """
    text = ngettext("%(num)d participant was changed.", "%(num)d participants were changed.", done.changed)
    if done.over:
        text += " " + _("Beyond the capacity or their units' places: %(num)d.", num=done.over)
    if done.told:
        text += " " + _mails_words(training, done.told)
    if done.undo is None:
        flash(text, "success" if done.changed or not done.refused else "warning")
    else:
        undo.offer(text, url_for("roster.undo_bulk", code=training.code, entry_id=done.undo), **back)
    if done.promoted:
        moved_up = ngettext(
            "%(num)d person moved up from the waiting list.",
            "%(num)d people moved up from the waiting list.",
            done.promoted,
        )
        flash(moved_up, "success")
    if done.refused:
        why = left or _("the present status does not allow this step")
        flash(_("Left as they were: %(num)d (%(why)s).", num=done.refused, why=why), "warning")


def _mails_words(training: Training, mails: int) -> str:
    if not sends(training):
        return str(
            ngettext("%(num)d mail is kept in the outbox.", "%(num)d mails are kept in the outbox.", mails)
        )
    return str(
        ngettext("%(num)d mail goes out in two minutes.", "%(num)d mails go out in two minutes.", mails)
    )


@bp.post("/t/<code>/roster/undo/<int:entry_id>")
@requires(Permission.EDIT)
def undo_bulk(training: Training, entry_id: int) -> ResponseReturnValue:
    """Take back a change to many of late."""
    back = back_to(training, request.form.get("back", ""))
    if request.form.get("to") == "board":
        back = url_for("roster.board", code=training.code)
    try:
        undone = roster_service.undo_bulk(actor(), training.id, entry_id)
    except Refusal as refusal:
        flash(sentence(refusal), "warning")
        return redirect(back, 303)
    text = ngettext("Undone for %(num)d participant.", "Undone for %(num)d participants.", undone.restored)
    if undone.left:
        text += " " + ngettext(
            "%(num)d was changed again in the meantime and stays so.",
            "%(num)d were changed again in the meantime and stay so.",
            undone.left,
        )
    if undone.kept:
        text += " " + ngettext(
            "%(num)d who had moved up has been told already and keeps the place.",
            "%(num)d who had moved up have been told already and keep their places.",
            undone.kept,
        )
    if undone.told:
        text += " " + ngettext(
            "%(num)d mail about it had gone out already.",
            "%(num)d mails about it had gone out already.",
            undone.told,
        )
    flash(text, "warning" if undone.left or undone.kept or undone.told else "success")
    return redirect(back, 303)
