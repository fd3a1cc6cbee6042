"""What is typed about certificates."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from trainingmgr.http.forms import BaseForm
from trainingmgr.services.certificate import MAX_REASON


class IssueForm(BaseForm):
    """When the certificates are dated; empty for the training's own date."""

    issue_date = DateField(_l("Date on the certificate"), validators=[Optional()])


class RevokeForm(BaseForm):
    """Why a certificate is taken back."""

    reason = TextAreaField(
        _l("Reason"),
        validators=[InputRequired(_l("Say why the certificate is revoked.")), Length(max=MAX_REASON)],
        render_kw={"rows": 3},
    )
