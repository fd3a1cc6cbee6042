"""What lecturers and organisers type about invitations."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, SelectField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length

from trainingmgr.http.forms import BaseForm, text


class AnswerForm(BaseForm):
    """A word along with an answer."""

    word = TextAreaField(
        _l("A word to the organiser"), [Length(max=500)], render_kw={"rows": 2, "maxlength": 500}
    )


class TimesForm(BaseForm):
    """From when to when on which days somebody can come."""

    first = DateField(_l("First day"), [InputRequired(_l("Choose the day."))])
    last = DateField(_l("Last day"), [InputRequired(_l("Choose the day."))])
    start = TimeField(_l("From what time"), [InputRequired(_l("Enter the time."))])
    end = TimeField(_l("To what time"), [InputRequired(_l("Enter the time."))])


class UploadForm(BaseForm):
    """A file, and which session it is for; empty for a biography."""

    session_id = SelectField(_l("What it is for"), validate_choice=False)
    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file."))],
        render_kw={"accept": ".pdf,.pptx,.docx,.jpg,.jpeg,.png"},
    )


class BiographyForm(BaseForm):
    """Who the lecturer is, in their own words."""

    biography = TextAreaField(_l("Biography"), [Length(max=4000)], render_kw={"rows": 5, "maxlength": 4000})


class SignForm(BaseForm):
    """The full name under a fee."""

    name = text(_l("Full name"), 120, InputRequired(_l("Type your full name to sign.")))


class FeeForm(BaseForm):
    """What a lecturer is paid."""

    amount = text(
        _l("Amount in yuan"),
        20,
        InputRequired(_l("Enter the amount.")),
        render_kw={"inputmode": "decimal"},
    )
    tax_note = text(_l("Note on tax"), 300)
