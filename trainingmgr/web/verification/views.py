"""The public page behind the QR: is this certificate valid.

It answers only to whoever has the code from the paper. A serial that does not exist and a wrong code get
the same answer, and asking is limited, so that nobody learns names or serials by trying.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import InputRequired

from trainingmgr.domain.certificate import clean_code, group_code
from trainingmgr.extensions import db, limiter
from trainingmgr.http.access import public
from trainingmgr.http.forms import BaseForm, text
from trainingmgr.queries.certificate import verification

bp = Blueprint("verification", __name__)


class NameForm(BaseForm):
    """The full name that a checker reads on the paper. The code travels along."""

    c = HiddenField()
    name = text(_l("Full name on the certificate"), 120, InputRequired(_l("Type the name first.")))


@bp.get("/v")
@limiter.limit("60/minute")
@public
def ask() -> str | Response:
    """A form for the serial and the code; with both it leads to the answer."""
    serial = request.args.get("serial", "").strip()[:80]
    typed = request.args.get("c", "").strip()[:80]
    if serial and typed:
        return redirect(url_for("verification.show", serial=serial, c=clean_code(typed) or typed), 303)
    return render_template("verification/ask.html", serial=serial, asked=bool(serial or typed))


@bp.get("/v/<serial>")
@limiter.limit("60/minute")
@public
def show(serial: str) -> str | tuple[str, int]:
    """The answer: valid, revoked or unknown."""
    code = request.args.get("c", "")[:80]
    if not code:
        return render_template("verification/ask.html", serial=serial[:80], asked=False)
    return _answer(serial, NameForm(formdata=None, c=code))


@bp.post("/v/<serial>")
@limiter.limit("20/minute")
@public
def compare(serial: str) -> str | tuple[str, int]:
    """The answer once more, and whether the typed name is the holder's."""
    return _answer(serial, NameForm())


def _answer(serial: str, form: NameForm) -> str | tuple[str, int]:
    proof = verification.prove(db.session(), serial, form.c.data or "")
    if proof is None:
        return render_template("verification/unknown.html", serial=serial[:80]), 404
    matches = None
    if request.method == "POST" and form.validate():
        matches = proof.is_of(form.name.data or "")
    status = 422 if form.errors else 200
    page = render_template(
        "verification/answer.html",
        proof=proof,
        form=form,
        matches=matches,
        code=group_code(clean_code(form.c.data or "")),
    )
    return page, status
