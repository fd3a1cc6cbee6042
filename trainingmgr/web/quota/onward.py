"""What comes after places were offered: the units get the addresses of their pages."""

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from trainingmgr.http.notices import with_way
from trainingmgr.models import Training


def onward(training: Training, notice: str) -> Markup:
    """The notice, with the way to the units' addresses."""
    return with_way(
        notice, url_for("nomination.index", code=training.code), _("Next: addresses for the units")
    )
