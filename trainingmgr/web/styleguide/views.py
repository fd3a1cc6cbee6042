"""Every component on one page, for whoever builds screens: in development alone."""

from flask import Blueprint, abort, render_template
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField
from wtforms.validators import DataRequired

from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.extensions import settings
from trainingmgr.http.access import public
from trainingmgr.http.forms import BaseForm, text

bp = Blueprint("styleguide", __name__)


class _Example(BaseForm):
    name = text(_l("Name"), 120, DataRequired(_l("This field is needed.")))
    day = DateField(_l("First day"))
    status = SelectField(_l("Status"), choices=[(one.value, one.value) for one in RegistrationStatus])
    agreed = BooleanField(_l("Compulsory"))


@bp.route("/styleguide", methods=["GET", "POST"])
@public
def index() -> tuple[str, int]:
    """The components, with a form that shows its errors when it is sent empty."""
    if not settings.development:
        abort(404)
    form = _Example()
    sound = not form.is_submitted() or form.validate()
    page = render_template(
        "styleguide/index.html", form=form, statuses=list(RegistrationStatus), marks=list(AttendanceMark)
    )
    return page, 200 if sound else 422
