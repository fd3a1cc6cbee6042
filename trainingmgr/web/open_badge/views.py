"""Badges for those who have the code from the paper, and what verifiers of badges look up."""

from flask import Blueprint, Response, abort, jsonify, request

from trainingmgr.documents.open_badge import OpenBadge, png_badge, svg_badge
from trainingmgr.extensions import db
from trainingmgr.http.access import public
from trainingmgr.http.headers import let_anyone_keep
from trainingmgr.http.throttle import at_most
from trainingmgr.queries import open_badge as query
from trainingmgr.services import open_badge as service

bp = Blueprint("open_badge", __name__)

_JWT = "application/vc+jwt"
# Seconds. Verifiers ask for the same thing again and again; a revocation is seen no later than this.
_KEPT = 300


@bp.get("/v/<serial>/credential")
@at_most("60/minute")
@public
def credential(serial: str) -> Response:
    """The certificate as a signed credential."""
    return _file(service.signed(_badge(serial)), _JWT, f"{serial}.jwt")


@bp.get("/v/<serial>/badge.svg")
@at_most("60/minute")
@public
def svg(serial: str) -> Response:
    """The badge as a drawing with the credential in it."""
    badge = _badge(serial)
    return _file(svg_badge(badge, service.signed(badge)), "image/svg+xml", f"{serial}.svg")


@bp.get("/v/<serial>/badge.png")
@at_most("20/minute")
@public
def png(serial: str) -> Response:
    """The badge as a picture with the credential in it."""
    badge = _badge(serial)
    return _file(png_badge(badge, service.signed(badge)), "image/png", f"{serial}.png")


@bp.get("/v/issuer/<int:organisation_id>")
@at_most("60/minute")
@public
def issuer(organisation_id: int) -> Response:
    """Who issues, and by which keys."""
    found = query.issuer(db.session(), organisation_id)
    if found is None:
        abort(404)
    let_anyone_keep(_KEPT)
    return jsonify(service.profile(found))


@bp.get("/v/issuer/<int:organisation_id>/status/<int:list_number>")
@at_most("60/minute")
@public
def status(organisation_id: int, list_number: int) -> Response:
    """Which credentials are revoked, as a signed list."""
    found = query.status_list(db.session(), organisation_id, list_number)
    if found is None:
        abort(404)
    let_anyone_keep(_KEPT)
    return Response(service.signed_list(found), mimetype=_JWT)


@bp.get("/v/key/<kid>")
@at_most("60/minute")
@public
def key(kid: str) -> Response:
    """The public key that a credential names in its header, as a JWK."""
    found = service.public_key(kid)
    if found is None:
        abort(404)
    let_anyone_keep(_KEPT)
    return jsonify(found)


def _badge(serial: str) -> OpenBadge:
    badge = query.open_badge(db.session(), serial, request.args.get("c", "")[:80])
    if badge is None:
        abort(404)
    return badge


def _file(data: str | bytes, media_type: str, name: str) -> Response:
    response = Response(data, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
