"""People on a training who may be one with somebody else."""

from flask import render_template

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.person import show_phone
from trainingmgr.extensions import db
from trainingmgr.http.access import requires
from trainingmgr.models import Training
from trainingmgr.queries.same_person import alike_people
from trainingmgr.web.roster.blueprint import bp


@bp.get("/t/<code>/roster/duplicates")
@requires(Permission.EDIT)
def duplicates(training: Training) -> str:
    """With whom somebody on the roster may be one, be it on this training or on another."""
    return render_template(
        "roster/duplicates.html",
        training=training,
        found=alike_people(db.session(), training.organisation_id, training.id),
        show_phone=show_phone,
    )
