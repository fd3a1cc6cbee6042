"""The forms of rare characters."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired
from wtforms import DateField, FileField
from wtforms.validators import DataRequired, InputRequired

from trainingmgr.http.forms import BaseForm, text


class TextForm(BaseForm):
    """A text in the character's place, and who agreed to it."""

    printed = text(
        _l("Printed instead"), 40, DataRequired(_l("Type what is printed in the character's place."))
    )
    agreed_with = text(_l("Agreed with"), 120, DataRequired(_l("Say with whom this was agreed.")))
    agreed_on = DateField(_l("Agreed in writing on"), validators=[InputRequired(_l("Choose the day."))])
    note = text(_l("Where the writing is kept"), 300)


class PictureForm(BaseForm):
    """A picture of the character."""

    file = FileField(_l("Picture (PNG)"), validators=[FileRequired(_l("Choose a picture."))])
    source = text(_l("Where the picture is from"), 300)
