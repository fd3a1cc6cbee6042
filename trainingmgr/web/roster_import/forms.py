"""The forms of the import."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, RadioField
from wtforms.validators import InputRequired, NumberRange, Optional

from trainingmgr.domain.registration import OverCapacity
from trainingmgr.http.forms import BaseForm


class UploadForm(BaseForm):
    """One file."""

    file = FileField(_l("Roster file (.xlsx or .csv)"), validators=[FileRequired(_l("Choose a file first."))])


class ColumnsForm(BaseForm):
    """What the columns hold: one value `c<index>` a column, read from the request itself."""


class ConfirmForm(BaseForm):
    """What was seen and agreed to."""

    new = IntegerField(validators=[InputRequired(), NumberRange(min=0)])
    update = IntegerField(validators=[InputRequired(), NumberRange(min=0)])
    over = RadioField(
        validators=[Optional()],
        choices=[(one.value, "") for one in OverCapacity],
        default=OverCapacity.REFUSE,
    )
