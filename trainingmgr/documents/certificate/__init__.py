"""Certificates of any kind in any design, in Chinese, English or both.

`Press` makes the certificates of one design, one file a person. `draw_certificate` and `check_drawable` are the
same for a single one.
"""

from trainingmgr.documents.certificate.binding import Adding, Addition, Bound, Numbers
from trainingmgr.documents.certificate.drawing import AssetSource
from trainingmgr.documents.certificate.press import Press, check_drawable, draw_certificate

__all__ = [
    "Adding",
    "Addition",
    "AssetSource",
    "Bound",
    "Numbers",
    "Press",
    "check_drawable",
    "draw_certificate",
]
