"""The blueprint that the screens of certificates share, and the kind that an address asks for."""

from flask import Blueprint, abort, request

from trainingmgr.domain.certificate import CertificateKind
from trainingmgr.domain.handing import PaperOrder
from trainingmgr.extensions import db
from trainingmgr.models import Training
from trainingmgr.queries.certificate import offers
from trainingmgr.queries.certificate.offers import Offer

bp = Blueprint("certificate", __name__)


def kind_named(name: str) -> CertificateKind:
    """The kind that an address names; 404 for a word that is none."""
    if name not in set(CertificateKind):
        abort(404)
    return CertificateKind(name)


def asked_offer(training: Training) -> Offer:
    """The offer that the address is about (`?kind=`), completion without one; 404 for a kind not given."""
    kind = kind_named(request.values.get("kind", CertificateKind.COMPLETION))
    found = offers.offer(db.session(), training, kind)
    if found is None:
        abort(404)
    return found


def asked_order() -> PaperOrder:
    """The order of papers that the address asks for (`?order=`), by serial without one; 404 for one that is none."""
    name = request.args.get("order", PaperOrder.SERIAL)
    if name not in set(PaperOrder):
        abort(404)
    return PaperOrder(name)
