"""The forms of an attendance file."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from trainingmgr.http.forms import BaseForm


class UploadForm(BaseForm):
    """One file."""

    file = FileField(
        _l("Attendance file (.xlsx or .csv)"), validators=[FileRequired(_l("Choose a file first."))]
    )


class ConfirmForm(BaseForm):
    """What was seen and agreed to."""

    new = IntegerField(validators=[InputRequired(), NumberRange(min=0)])
    changed = IntegerField(validators=[InputRequired(), NumberRange(min=0)])
