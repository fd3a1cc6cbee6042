"""How far a training is filled, as a table with bars and as a file; reminders to units without an answer."""

from datetime import date

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from trainingmgr.documents.tabular import OutSheet, write_xlsx
from trainingmgr.domain.coverage import CoverageBy, Share, bars, total
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.public_address import is_local
from trainingmgr.extensions import db
from trainingmgr.http.access import may, requires
from trainingmgr.http.labels import label
from trainingmgr.http.locale import LANGUAGES, language, pick
from trainingmgr.http.roster_table import MIME
from trainingmgr.models import Training
from trainingmgr.queries import nomination as nominations
from trainingmgr.queries.certificate.facts import public_address
from trainingmgr.queries.coverage import coverage
from trainingmgr.queries.nomination import UnitRow, address_token

bp = Blueprint("coverage", __name__, url_prefix="/t/<code>/coverage")

MOST_ROWS = 200


@bp.get("")
@requires(Permission.VIEW)
def index(training: Training) -> str:
    """Places, people named and people confirmed, added up by what the address asks for."""
    asked = request.args.get("by", "")
    by = CoverageBy(asked) if asked in set(CoverageBy) else CoverageBy.REGION
    shares = coverage(db.session(), training.id)[by]
    return render_template(
        "coverage/index.html",
        training=training,
        by=by,
        ways=list(CoverageBy),
        bars=bars(shares[:MOST_ROWS]),
        more=max(0, len(shares) - MOST_ROWS),
        total=total(shares),
        unanswered=_unanswered(training) if may("edit") else [],
        languages=LANGUAGES,
    )


@bp.get("/export.xlsx")
@requires(Permission.VIEW)
def export(training: Training) -> Response:
    """All three tables as the sheets of a workbook."""
    heads = [_("Places"), _("Named"), _("Confirmed"), _("Waiting")]
    sheets = [
        OutSheet(
            label(by), [label(by), *heads], [*map(_cells, shares), [_("Total"), *_cells(total(shares))[1:]]]
        )
        for by, shares in coverage(db.session(), training.id).items()
    ]
    response = Response(write_xlsx(sheets), mimetype=MIME["xlsx"])
    name = f"{training.code}-coverage-{date.today():%Y%m%d}.xlsx"  # noqa: DTZ011 - the reader's day
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@bp.get("/reminders")
@requires(Permission.EDIT)
def reminders(training: Training) -> str:
    """What each unit without an answer is told, as texts to copy."""
    wanted = request.args.get("language", "")
    spoken = wanted if wanted in LANGUAGES else language()
    rows = _unanswered(training)
    letters = nominations.reminders(
        db.session(), training, rows, spoken, lambda key: f"{public_address()}/n/{address_token(key)}"
    )
    return render_template(
        "coverage/reminders.html",
        training=training,
        letters=letters,
        together=nominations.group_reminder(db.session(), training, rows, spoken) if rows else "",
        spoken=spoken,
        languages=LANGUAGES,
        address_local=is_local(public_address()),
    )


def _unanswered(training: Training) -> list[UnitRow]:
    rows = nominations.overview(db.session(), training).rows
    return [row for row in rows if row.places and not row.answered]


def _cells(one: Share) -> list[str | int]:
    return [pick(one.name_zh, one.name_en) or "—", one.places, one.named, one.confirmed, one.waiting]
