"""The visits of a training with their buses."""

from flask import render_template

from trainingmgr.domain.membership import Permission
from trainingmgr.extensions import db
from trainingmgr.http.access import requires
from trainingmgr.models import Training
from trainingmgr.queries import bus as bus_queries
from trainingmgr.web.visit.blueprint import bp
from trainingmgr.web.visit.phones import phone_words


@bp.get("/t/<code>/visits")
@requires(Permission.VIEW)
def index(training: Training) -> str:
    """Where the class goes, in which buses, and who rides in them."""
    session = db.session()
    sizes = bus_queries.group_sizes(session, training.id)
    return render_template(
        "visit/index.html",
        training=training,
        buses=bus_queries.buses(session, training.id),
        visits=bus_queries.visits(session, training.id, sizes),
        sizes=sizes,
        seated=bus_queries.anybody_seated(session, training.id),
        phone_words=phone_words,
    )
