"""The public pages behind the QR: is this certificate valid.

They answer only to whoever has the code from the paper, or the file itself. A serial that does not exist
and a wrong code get the same answer, and asking is limited, so that nobody learns names or serials by
trying.
"""

import re

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from trainingmgr.documents.token import looks_like_token
from trainingmgr.domain.certificate import clean_code
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import csrf
from trainingmgr.http.access import public
from trainingmgr.http.throttle import at_most
from trainingmgr.http.words import sentence
from trainingmgr.queries.certificate import facts, verification
from trainingmgr.queries.certificate.verification import Proof
from trainingmgr.services import proof as proofs
from trainingmgr.web.verification.answer import NameForm, answer, compared
from trainingmgr.web.verification.offline import offline_page

bp = Blueprint("verification", __name__)

_DIGEST = re.compile(r"[0-9a-f]{64}")


@bp.get("/v")
@at_most("60/minute")
@public
def ask() -> str | AnyResponse:
    """A form for the serial and the code; with both it leads to the answer."""
    serial = request.args.get("serial", "").strip()[:80]
    typed = request.args.get("c", "").strip()[:4096]
    if serial and typed:
        return redirect(url_for("verification.show", serial=serial, c=clean_code(typed) or typed), 303)
    return render_template(
        "verification/ask.html", serial=serial, code=typed[:80], asked=bool(serial or typed)
    )


@bp.get("/v/<serial>")
@at_most("60/minute")
@public
def show(serial: str) -> str | tuple[str, int]:
    """The answer: valid, revoked or unknown."""
    given = request.args.get("c", "")[:4096]
    if not given:
        return render_template("verification/ask.html", serial=serial[:80], asked=False)
    try:
        proof = _proof(serial, given)
    except Refusal as refusal:
        return _altered(sentence(refusal))
    return answer(proof) if proof else _unknown(serial, "" if looks_like_token(given) else given)


@bp.post("/v/<serial>")
@at_most("20/minute")
@public
def compare(serial: str) -> str | tuple[str, int]:
    """The answer once more, and whether the typed name is the holder's."""
    form = NameForm()
    proof = verification.prove(serial, form.c.data or "")
    if proof is None:
        return _unknown(serial)
    matches = proof.is_of(form.name.data or "") if form.validate() else None
    return compared(proof, form, matches), 422 if form.errors else 200


csrf.exempt(compare)


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
    proof = verification.prove_file(digest)
    if proof is not None:
        return answer(proof, by_file=True)
    if _claimed(request.args.get("serial", ""), request.args.get("c", "")[:4096]) is not None:
        return _altered(None)
    return _unknown("", by_file=True)


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


def _proof(serial: str, given: str) -> Proof | None:
    """By what the address brings: a code that was typed from the paper, or the QR's token."""
    by = verification.prove_by_token if looks_like_token(given) else verification.prove
    return by(serial, given)


def _claimed(serial: str, given: str) -> Proof | None:
    try:
        return _proof(serial, given) if given else None
    except Refusal:
        return None


def _altered(reason: str | None) -> tuple[str, int]:
    return render_template("verification/altered.html", reason=reason), 404


def _unknown(serial: str, typed: str = "", *, by_file: bool = False) -> tuple[str, int]:
    page = render_template("verification/unknown.html", serial=serial[:80], code=typed[:80], by_file=by_file)
    return page, 404
