"""Open Badges 3.0: certificates as W3C verifiable credentials, by themselves and baked into a picture."""

from trainingmgr.documents.open_badge.credential import Issuer, OpenBadge, credential, issuer_profile, payload
from trainingmgr.documents.open_badge.picture import png_badge, svg_badge
from trainingmgr.documents.open_badge.status_list import StatusList, status_payload

__all__ = [
    "Issuer",
    "OpenBadge",
    "StatusList",
    "credential",
    "issuer_profile",
    "payload",
    "png_badge",
    "status_payload",
    "svg_badge",
]
