"""What is done by hand: people moved and held, demands made, containers set up."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from trainingmgr.domain.arrangement import FIRST_RANKS, ArrangementKind, Relation
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db
from trainingmgr.http import undo
from trainingmgr.http.access import actor, requires
from trainingmgr.http.wellformed import an_id
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.queries import arrangement as queries
from trainingmgr.services import arrangement as services
from trainingmgr.web.arrangement.blueprint import bp, kind_or_404, to_page
from trainingmgr.web.arrangement.forms import HolderForm, SeveralForm
from trainingmgr.web.arrangement.showing import page_of, shown
from trainingmgr.web.arrangement.words import added, removed

_MOST_DIGITS = 9


@bp.post("/<into>/people")
@requires(Permission.EDIT)
def people(training: Training, into: str) -> ResponseReturnValue:
    """Move those ticked, hold them, or ask something of them."""
    kind, form = kind_or_404(into), request.form
    ids = [int(one) for one in form.getlist("id") if one.isdecimal() and len(one) <= _MOST_DIGITS]
    try:
        _do(training, kind, form.get("do", ""), ids)
    except Refusal as refusal:
        db.session.rollback()
        page = page_of(training, kind)
        page.error, page.ticked = sentence(refusal), frozenset(ids)
        return shown(page, 422)
    return to_page(training, kind)


def _do(training: Training, kind: ArrangementKind, do: str, ids: list[int]) -> None:
    if do in {"hold", "let_go"}:
        number = services.pin(actor(), training.id, kind, ids, held=do == "hold")
        if do == "hold":
            flash(ngettext("One person is held.", "%(num)d people are held.", number), "success")
        else:
            flash(
                ngettext("One person may be moved again.", "%(num)d people may be moved again.", number),
                "success",
            )
    elif do in set(Relation):
        services.add_wish(actor(), training.id, kind, Relation(do), ids)
        flash(_("The demand is noted; the next proposal heeds it."), "success")
    else:
        to = "" if do == "out" else request.form.get("to", "")
        if do != "out" and not to:
            raise Refusal("arrangement.no_such_holder")
        tell_of(training, services.move(actor(), training.id, kind, ids, to))


def tell_of(training: Training, done: services.Moved) -> None:
    """Say how many were moved, and offer to take it back."""
    text = ngettext("One person was moved.", "%(num)d people were moved.", done.people)
    if done.people and done.placed == done.people:
        text = ngettext("One person was placed.", "%(num)d people were placed.", done.people)
    if done.undo is None:
        flash(text if done.people else _("They are there already."))
        return
    undo.offer(text, url_for("arrangement.take_back", code=training.code, entry_id=done.undo))


@bp.post("/undo/<int:entry_id>")
@requires(Permission.EDIT)
def take_back(training: Training, entry_id: int) -> Response:
    """Take a move back."""
    try:
        done = services.undo(actor(), training.id, entry_id)
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return redirect(url_for("arrangement.index", code=training.code), 303)
    flash(
        ngettext(
            "One person is where they were before.", "%(num)d people are where they were before.", done.back
        )
    )
    if done.left:
        flash(
            ngettext(
                "One was left: somebody has moved them since.",
                "%(num)d were left: somebody has moved them since.",
                done.left,
            ),
            "warning",
        )
    return to_page(training, done.kind)


@bp.post("/<into>/wishes")
@requires(Permission.EDIT)
def drop_wish(training: Training, into: str) -> Response:
    """Drop a demand."""
    kind = kind_or_404(into)
    try:
        services.remove_wish(actor(), training.id, request.form.get("wish", 0, type=an_id))
    except NotFound:
        flash(_("It is dropped already."))
    else:
        flash(_("The demand is dropped."), "success")
    return to_page(training, kind)


@bp.post("/<into>/containers")
@requires(Permission.EDIT)
def containers(training: Training, into: str) -> ResponseReturnValue:
    """Add containers, change one, take one away."""
    kind, do = kind_or_404(into), request.form.get("do", "")
    if do == "remove":
        return _remove(training, kind)
    if do == "remove_empty":
        number = services.remove_empty(actor(), training.id, kind)
        flash(removed(kind, number), "success")
        return to_page(training, kind)
    form = HolderForm() if do == "change" else SeveralForm()
    form.fit(kind)
    if form.validate():
        try:
            if isinstance(form, SeveralForm):
                number = services.add_holders(actor(), training.id, kind, form.draft(), form.number.data or 1)
                flash(added(kind, number), "success")
            else:
                services.change_holder(actor(), training.id, kind, request.form.get("key", ""), form.draft())
                flash(_("Saved."), "success")
        except NotFound:
            raise
        except Refusal as refusal:
            db.session.rollback()
            form.name.errors = [*form.name.errors, sentence(refusal)]
        else:
            return to_page(training, kind)
    page = page_of(training, kind)
    if isinstance(form, SeveralForm):
        page = replace(page, adding=form)
    else:
        page = replace(page, changing=form, changed_key=request.form.get("key", ""))
    return shown(page, 422)


def _remove(training: Training, kind: ArrangementKind) -> Response:
    try:
        services.remove_holder(actor(), training.id, kind, request.form.get("key", ""))
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("It was removed."), "success")
    return to_page(training, kind)


@bp.route("/ranks", methods=["GET", "POST"])
@requires(Permission.EDIT)
def ranks(training: Training) -> ResponseReturnValue:
    """The order of ranks: by which words of a post they are told."""
    typed, error = request.form.get("ranks", ""), ""
    if request.method == "POST":
        try:
            services.set_ranks(actor(), training.id, [] if "first" in request.form else typed.splitlines())
        except Refusal as refusal:
            error = sentence(refusal)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("arrangement.ranks", code=training.code), 303)
    own = queries.ranks(db.session(), training.id)
    unknown = [one for one in queries.members(db.session(), training.id, own) if one.post and not one.level]
    return render_template(
        "arrangement/ranks.html",
        training=training,
        text=typed if error else "\n".join(own),
        error=error,
        is_first=own == list(FIRST_RANKS),
        unknown=unknown,
    ), 422 if error else 200
