"""The receipt of a fee, filled in for a lecturer and a training."""

from flask import Response
from flask_babel import gettext as _

from trainingmgr.documents.fee_receipt import FeeReceipt, fee_receipt_pdf
from trainingmgr.extensions import db, now
from trainingmgr.http.locale import language, pick
from trainingmgr.http.rendering import clock, day, days, local, moment
from trainingmgr.models import LecturerFee, Training
from trainingmgr.queries.glyph import fonts_of
from trainingmgr.queries.invitation import LecturerRow


def receipt_of(training: Training, row: LecturerRow, fee: LecturerFee) -> Response:
    """The receipt as a PDF, in the language of the screen."""
    zone = training.time_zone
    organisation = training.organisation
    paper = FeeReceipt(
        host=pick(organisation.name_zh, organisation.name_en),
        training=pick(training.title_zh, training.title_en),
        days=days(training.start_date, training.end_date),
        lecturer=(row.en if language() == "en" else row.zh).line(language()),
        sessions=tuple(
            f"{day(local(one.starts_at, zone).date(), weekday=False)} {clock(one.starts_at, zone)}–"
            f"{clock(one.ends_at, zone)} {pick(one.title_zh, one.title_en)}"
            for one in row.sessions
        ),
        amount=fee.amount,
        tax_note=fee.tax_note,
        signed=f"{fee.signed_name} · {moment(fee.signed_at, zone)}" if fee.signed_at else "",
        printed=_("printed %(time)s", time=moment(now(), zone)),
    )
    data = fee_receipt_pdf(paper, language(), fonts_of(db.session(), training.organisation_id))
    response = Response(data, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"{training.code}-fee.pdf")
    return response
