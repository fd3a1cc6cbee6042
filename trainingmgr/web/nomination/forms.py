"""The organiser's forms about nominations."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, TextAreaField
from wtforms.validators import Length

from trainingmgr.http.forms import BaseForm

_LONGEST = 10_000


class NoticeForm(BaseForm):
    """What the units are told."""

    text_zh = TextAreaField(_l("Text in Chinese"), [Length(max=_LONGEST)], render_kw={"rows": 8})
    text_en = TextAreaField(_l("Text in English"), [Length(max=_LONGEST)], render_kw={"rows": 8})
    file = FileField(_l("File (PDF, JPEG or PNG)"))
    late_replacement = BooleanField(_l("Units may replace people after the closing date"))
