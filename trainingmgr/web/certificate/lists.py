"""What is printed for handing papers over, and the list of those that were revoked."""

import json

from flask import Response, abort, render_template
from flask_babel import gettext as _

from trainingmgr.documents.tabular import write_csv
from trainingmgr.domain.handing import PaperOrder, Place, in_order
from trainingmgr.domain.membership import Permission
from trainingmgr.extensions import db, now
from trainingmgr.http.access import requires
from trainingmgr.http.labels import label
from trainingmgr.models import Training
from trainingmgr.queries.certificate import handing
from trainingmgr.queries.certificate.handing import Paper
from trainingmgr.queries.certificate.revoked import Revoked, revoked
from trainingmgr.web.certificate.blueprint import asked_offer, asked_order, bp

LABELS_A_SHEET = 24


@bp.get("/t/<code>/certificates/signing")
@requires(Permission.VIEW)
def signing(training: Training) -> str:
    """A list that is signed as papers are collected (领证签收表)."""
    return _printed("certificate/signing.html", training)


@bp.get("/t/<code>/certificates/labels")
@requires(Permission.VIEW)
def envelope_labels(training: Training) -> str:
    """Labels for envelopes, three by eight on a sheet of A4."""
    return _printed("certificate/labels.html", training)


def _printed(template: str, training: Training) -> str:
    offer, order = asked_offer(training), asked_order()
    papers = in_order(handing.papers(db.session(), training.id, offer.kind), _place, order)
    return render_template(
        template,
        training=training,
        offer=offer,
        order=order,
        orders=PaperOrder,
        papers=papers,
        sheets=[papers[at : at + LABELS_A_SHEET] for at in range(0, len(papers), LABELS_A_SHEET)],
        printed_at=now(),
    )


def _place(paper: Paper) -> Place:
    return paper.place


@bp.get("/t/<code>/certificates/revoked")
@requires(Permission.VIEW)
def list_revoked(training: Training) -> str:
    """The revocation list, which names nobody."""
    rows = revoked(db.session(), training)
    return render_template("certificate/revoked.html", training=training, rows=rows, printed_at=now())


@bp.get("/t/<code>/certificates/revoked.<form>")
@requires(Permission.VIEW)
def revoked_file(training: Training, form: str) -> Response:
    """The same as `csv`, in the words of the screen, or as `json`, in those of the program."""
    rows = revoked(db.session(), training)
    if form == "csv":
        response = Response(_csv(rows), mimetype="text/csv")
    elif form == "json":
        response = Response(_json(training, rows), mimetype="application/json")
    else:
        abort(404)
    response.headers.set("Content-Disposition", "attachment", filename=f"{training.code}-revoked.{form}")
    return response


def _csv(rows: list[Revoked]) -> bytes:
    heads = [_("Serial number"), _("Kind"), _("Issue date"), _("Revoked on"), _("Ground"), _("Replaced by")]
    return write_csv(
        heads,
        (
            (one.serial, label(one.kind), one.issue_date, one.revoked_on, label(one.ground), one.replaced_by)
            for one in rows
        ),
    )


def _json(training: Training, rows: list[Revoked]) -> str:
    listed = [
        {
            "serial": one.serial,
            "kind": one.kind.value,
            "issue_date": one.issue_date.isoformat(),
            "revoked_on": one.revoked_on.isoformat(),
            "ground": one.ground.value,
            "replaced_by": one.replaced_by or None,
        }
        for one in rows
    ]
    made_at = now().isoformat(timespec="seconds")
    return json.dumps({"training": training.code, "made_at": made_at, "revoked": listed}, ensure_ascii=False)
