"""Having people arranged, and the proposal that comes of it."""

from datetime import timedelta

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.arrangement import Aims, ArrangementKind, Trait
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, now
from trainingmgr.http.access import actor, requires
from trainingmgr.http.words import sentence
from trainingmgr.models import Job, Training
from trainingmgr.queries.arrangement import Member
from trainingmgr.services import arrangement as services
from trainingmgr.web.arrangement import words
from trainingmgr.web.arrangement.acting import tell_of
from trainingmgr.web.arrangement.blueprint import bp, kind_or_404, to_page
from trainingmgr.web.arrangement.showing import page_of, shown

_TAKEN_UP_WITHIN = timedelta(seconds=20)


@bp.post("/<into>/arrange")
@requires(Permission.EDIT)
def arrange(training: Training, into: str) -> ResponseReturnValue:
    """Have a worker propose who goes where."""
    kind = kind_or_404(into)
    try:
        services.order(actor(), training.id, kind, _aims(), stay=request.form.get("from") != "scratch")
    except Refusal as refusal:
        db.session.rollback()
        page = page_of(training, kind)
        page.error_of_aims = sentence(refusal)
        return shown(page, 422)
    return redirect(url_for("arrangement.proposal", code=training.code, into=kind.value), 303)


def _aims() -> Aims:
    form, traits = request.form, set(Trait)
    alone_to = form.get("alone_to", "")
    return Aims(
        spread=tuple(Trait(one) for one in form.getlist("spread") if one in traits),
        gather=tuple(Trait(one) for one in form.getlist("gather") if one in traits),
        alone_to=int(alone_to) if alone_to.isdecimal() and len(alone_to) < 3 and int(alone_to) else None,
        asked_alone="asked_alone" in form,
        follow_rides="follow_rides" in form,
    )


@bp.get("/<into>/proposal")
@requires(Permission.VIEW)
def proposal(training: Training, into: str) -> ResponseReturnValue:
    """Who would move where, and which wish would be left unmet; until then that it is worked on."""
    kind = kind_or_404(into)
    page = page_of(training, kind)
    if page.running is not None:
        return render_template(
            "arrangement/working.html", training=training, page=page, alone=_alone(page.running)
        )
    found = page.plan.proposal
    if found is None:
        flash(_("No proposal waits."))
        return to_page(training, kind)
    answer, namer = found.answer, page.namer
    moves = [
        (page.plan.by_id[number], namer.holder(found.before.get(number, "")), namer.holder(key))
        for number, key in answer.placed.items()
        if number in page.plan.by_id and found.before.get(number) != key
    ]
    moved = [one for one in moves if one[0].id in answer.moved]
    inside: dict[str, list[Member]] = {}
    for number, key in answer.placed.items():
        if number in page.plan.by_id:
            inside.setdefault(key, []).append(page.plan.by_id[number])
    return render_template(
        "arrangement/proposal.html",
        training=training,
        page=page,
        proposal=found,
        answer=answer,
        moved=moved,
        placed=[one for one in moves if one[0].id not in answer.moved],
        inside=[
            (one.name, inside[one.key], one.places, page.makeup(inside[one.key]))
            for one in page.plan.holders
            if one.key in inside
        ],
        unmet=[
            namer.unmet(one) for one in answer.unmet if one.code != "mixed" or one.trait is not Trait.UNIT
        ],
        units_mixed=sum(one.code == "mixed" and one.trait is Trait.UNIT for one in answer.unmet),
        reasons=[namer.reason(one) for one in answer.reasons],
        verdict=words.verdict(answer),
        stale=page.stale,
        sexless=[one for one in page.plan.sex_unknown if one.id not in page.plan.present],
        found_by=words.found_by(answer),
        one_word=words.ONE[kind],
        prefix=url_for("arrangement.show", code=training.code, into=kind.value),
    )


@bp.get("/<into>/proposal/bar")
@requires(Permission.VIEW)
def proposal_bar(training: Training, into: str) -> ResponseReturnValue:
    """The same for the page that asks again every second; once there is something to see it is loaded anew."""
    kind = kind_or_404(into)
    page = page_of(training, kind)
    if page.running is not None:
        return render_template(
            "arrangement/_working.html", training=training, page=page, alone=_alone(page.running)
        )
    response = make_response("")
    response.headers["HX-Refresh"] = "true"
    return response


def _alone(job: Job) -> bool:
    """Whether no worker has taken it up although one should have."""
    return job.started_at is None and now() - job.created_at > _TAKEN_UP_WITHIN


@bp.post("/<into>/proposal")
@requires(Permission.EDIT)
def decide(training: Training, into: str) -> Response:
    """Accept the proposal or discard it."""
    kind: ArrangementKind = kind_or_404(into)
    if request.form.get("do") != "accept":
        services.discard(actor(), training.id, kind)
        flash(_("The proposal was discarded; nobody was moved."))
        return to_page(training, kind)
    try:
        done = services.accept(actor(), training.id, kind)
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        tell_of(training, done)
    return to_page(training, kind)
