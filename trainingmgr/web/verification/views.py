"""The public pages behind the QR: is this certificate valid.

They answer only to whoever has the code from the paper, or the file itself. A serial that does not exist
and a wrong code get the same answer, and asking is limited, so that nobody learns names or serials by
trying.
"""

import re

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField
from wtforms.validators import InputRequired

from trainingmgr.documents.token import looks_like_token, read_token
from trainingmgr.domain.certificate import clean_code, group_code, verify_url
from trainingmgr.domain.open_badge import profile_link
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, keyring
from trainingmgr.http.access import public
from trainingmgr.http.forms import BaseForm, text
from trainingmgr.http.labels import label
from trainingmgr.http.locale import pick
from trainingmgr.http.throttle import at_most
from trainingmgr.http.words import sentence
from trainingmgr.queries.certificate import facts, verification
from trainingmgr.queries.certificate.verification import Proof
from trainingmgr.services import proof as proofs
from trainingmgr.web.verification.offline import offline_page

bp = Blueprint("verification", __name__)

_DIGEST = re.compile(r"[0-9a-f]{64}")


class NameForm(BaseForm):
    """The full name that a checker reads on the paper. The code travels along."""

    c = HiddenField()
    name = text(_l("Full name on the certificate"), 120, InputRequired(_l("Type the name first.")))


@bp.get("/v")
@at_most("60/minute")
@public
def ask() -> str | AnyResponse:
    """A form for the serial and the code; with both it leads to the answer."""
    serial = request.args.get("serial", "").strip()[:80]
    typed = request.args.get("c", "").strip()[:4096]
    if serial and typed:
        return redirect(url_for("verification.show", serial=serial, c=clean_code(typed) or typed), 303)
    return render_template("verification/ask.html", serial=serial, asked=bool(serial or typed))


@bp.get("/v/<serial>")
@at_most("60/minute")
@public
def show(serial: str) -> str | tuple[str, int]:
    """The answer: valid, revoked or unknown."""
    given = request.args.get("c", "")[:4096]
    if not given:
        return render_template("verification/ask.html", serial=serial[:80], asked=False)
    try:
        code = _code(serial, given)
    except Refusal as refusal:
        return _altered(sentence(refusal))
    return _answer(verification.prove(db.session(), serial, code), serial, NameForm(formdata=None, c=code))


@bp.post("/v/<serial>")
@at_most("20/minute")
@public
def compare(serial: str) -> str | tuple[str, int]:
    """The answer once more, and whether the typed name is the holder's."""
    form = NameForm()
    return _answer(verification.prove(db.session(), serial, form.c.data or ""), serial, form)


@bp.get("/v/file/<digest>")
@at_most("60/minute")
@public
def file(digest: str) -> str | tuple[str, int]:
    """The answer for a file, by the SHA-256 that the browser computed; the file itself stays there.

    `at` is the address that the file's own QR leads to, if the browser found one: a file that is
    altered still says which certificate it was.
    """
    if not _DIGEST.fullmatch(digest):
        abort(404)
    proof = verification.prove_file(db.session(), digest)
    if proof is not None:
        return _answer(proof, proof.serial, NameForm(formdata=None, c=proof.code), by_file=True)
    if _claimed(request.args.get("serial", ""), request.args.get("c", "")[:4096]) is not None:
        return _altered(None)
    return render_template("verification/unknown.html", serial="", by_file=True), 404


@bp.get("/v/offline.html")
@at_most("20/minute")
@public
def offline() -> Response:
    """The page that verifies without this server, with today's keys and list, as a file to keep."""
    response = Response(
        offline_page(proofs.public_keys(), proofs.revocation_list(), facts.public_address()),
        mimetype="text/html",
    )
    response.headers.set("Content-Disposition", "attachment", filename="verify-certificates.html")
    return response


@bp.get("/v/keys.json")
@at_most("60/minute")
@public
def keys() -> Response:
    """The public keys that sign tokens here, as a JWK set."""
    return jsonify(proofs.public_keys())


@bp.get("/v/revoked.jwt")
@at_most("20/minute")
@public
def revoked() -> Response:
    """The list of revoked certificates, signed."""
    return Response(proofs.revocation_list(), mimetype="application/jose")


def _code(serial: str, given: str) -> str:
    """The checker's code in what the address brings: typed from paper, or in the QR's token."""
    if not looks_like_token(given):
        return clean_code(given)
    claims = read_token(given, keyring.token_keys.public_keys)
    if claims.serial != serial:
        raise Refusal("token.serial")
    return claims.code


def _claimed(serial: str, given: str) -> Proof | None:
    try:
        return verification.prove(db.session(), serial, _code(serial, given)) if given else None
    except Refusal:
        return None


def _altered(reason: str | None) -> tuple[str, int]:
    return render_template("verification/altered.html", reason=reason), 404


def _answer(
    proof: Proof | None, serial: str, form: NameForm, *, by_file: bool = False
) -> str | tuple[str, int]:
    if proof is None:
        return render_template("verification/unknown.html", serial=serial[:80], by_file=by_file), 404
    matches = None
    if request.method == "POST" and form.validate():
        matches = proof.is_of(form.name.data or "")
    page = render_template(
        "verification/answer.html",
        proof=proof,
        form=form,
        matches=matches,
        code=group_code(clean_code(form.c.data or "")),
        by_file=by_file,
        add_to_profile=_add_to_profile(proof),
    )
    return page, 422 if form.errors else 200


def _add_to_profile(proof: Proof) -> str | None:
    """Where LinkedIn adds the certificate to its holder's profile; a sample is nothing to show."""
    if proof.is_sample:
        return None
    return profile_link(
        f"{label(proof.kind)} · {pick(proof.title_zh, proof.title_en)}",
        pick(proof.host_zh, proof.host_en),
        proof.issue_date,
        proof.serial,
        verify_url(facts.public_address(), proof.serial, proof.code),
    )
