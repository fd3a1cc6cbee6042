"""How lecturers and sites were judged, kept on their pages."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.domain.evaluation import read_score
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.http.access import actor, requires
from trainingmgr.http.forms import strip
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.services import evaluation as services
from trainingmgr.services import invitation as invitations
from trainingmgr.web.schedule.blueprint import bp


@bp.post("/t/<code>/lecturers/<int:lecturer_id>/evaluations")
@requires(Permission.EDIT)
def judge_lecturer(training: Training, lecturer_id: int) -> Response:
    """Note how a lecturer was judged."""
    return _judge(training, _lecturer_page(training, lecturer_id), lecturer_id=lecturer_id)


@bp.post("/t/<code>/sites/<int:site_id>/evaluations")
@requires(Permission.EDIT)
def judge_site(training: Training, site_id: int) -> Response:
    """Note how a site was judged."""
    return _judge(training, _site_page(training, site_id), site_id=site_id)


@bp.post("/t/<code>/lecturers/<int:lecturer_id>/evaluations/<int:evaluation_id>/delete")
@requires(Permission.EDIT)
def drop_of_lecturer(training: Training, lecturer_id: int, evaluation_id: int) -> Response:
    """Take a judgement of a lecturer away."""
    return _drop(training, evaluation_id, _lecturer_page(training, lecturer_id))


@bp.post("/t/<code>/sites/<int:site_id>/evaluations/<int:evaluation_id>/delete")
@requires(Permission.EDIT)
def drop_of_site(training: Training, site_id: int, evaluation_id: int) -> Response:
    """Take a judgement of a site away."""
    return _drop(training, evaluation_id, _site_page(training, site_id))


@bp.post("/t/<code>/lecturers/<int:lecturer_id>/erase")
@requires(Permission.EDIT)
def erase_lecturer(training: Training, lecturer_id: int) -> Response:
    """Erase a lecturer's personal data with all that hangs on them."""
    code = training.code
    invitations.erase_lecturer(actor(), training.organisation_id, lecturer_id)
    flash(_("The lecturer's personal data are erased."), "success")
    return redirect(url_for("schedule.lecturers", code=code), 303)


def _judge(training: Training, address: str, **subject: int) -> Response:
    words, occasion = (strip(request.form.get(name, "")) or "" for name in ("words", "occasion"))

    def act() -> None:
        score = read_score(request.form.get("score", "")[:20])
        services.add_evaluation(
            actor(), training, score=score, words=words[:1000], occasion=occasion[:160], **subject
        )

    return _try(act, _("The judgement is noted."), address)


def _drop(training: Training, evaluation_id: int, address: str) -> Response:
    return _try(
        lambda: services.remove_evaluation(actor(), training, evaluation_id),
        _("The judgement was removed."),
        address,
    )


def _try(act: Callable[[], Any], done: str, address: str) -> Response:
    try:
        act()
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(done, "success")
    return redirect(address, 303)


def _lecturer_page(training: Training, lecturer_id: int) -> str:
    return url_for(
        "schedule.edit_lecturer", code=training.code, lecturer_id=lecturer_id, _anchor="evaluations"
    )


def _site_page(training: Training, site_id: int) -> str:
    return url_for("schedule.edit_site", code=training.code, site_id=site_id, _anchor="evaluations")
