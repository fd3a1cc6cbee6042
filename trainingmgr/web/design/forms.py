"""The forms around a design."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired
from wtforms import FileField, SelectField
from wtforms.validators import DataRequired

from trainingmgr.http.forms import BaseForm, text


class NameForm(BaseForm):
    """What a design is called."""

    name_zh = text(_l("Name in Chinese"), 80, DataRequired(_l("Give the design a name.")))
    name_en = text(_l("Name in English"), 120)


class NewForm(NameForm):
    """A design and what it starts from."""

    start = SelectField(_l("Starts from"))


class FileForm(BaseForm):
    """One file from the user's machine."""

    file = FileField(_l("File"), validators=[FileRequired(_l("Choose a file."))])
