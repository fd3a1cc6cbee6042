"""The way of a visit: a drawing of it, and the same as a table."""

from flask import render_template

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.person import mask_phone
from trainingmgr.domain.refusal import NotFound
from trainingmgr.extensions import db
from trainingmgr.http.access import in_training, requires
from trainingmgr.http.locale import language
from trainingmgr.http.maps import map_of, short
from trainingmgr.models import Training, TrainingSession
from trainingmgr.queries.schedule.route import legs_of
from trainingmgr.queries.site_picture import first_pictures
from trainingmgr.web.schedule.blueprint import bp


@bp.get("/t/<code>/schedule/<int:session_id>/route")
@requires(Permission.VIEW)
def route(training: Training, session_id: int) -> str:
    """The stops of a visit in order, drawn where their coordinates are known."""
    row = in_training(db.session.get(TrainingSession, session_id), training)
    legs = legs_of(db.session(), training, row, language())
    if not legs:
        raise NotFound("not_found")
    drawn = [leg for leg in legs if leg.at is not None]
    sketched = map_of([leg.at for leg in drawn if leg.at is not None]) if drawn else None
    return render_template(
        "schedule/route.html",
        training=training,
        row=row,
        legs=legs,
        drawn=list(zip(drawn, sketched.sketch.points, strict=True)) if sketched else [],
        sketched=sketched,
        pictures=first_pictures(db.session(), {leg.site_id for leg in legs}),
        missing=[leg for leg in legs if leg.at is None],
        late=legs[-1].leaves > row.ends_at,
        mask_phone=mask_phone,
        short=short,
    )
