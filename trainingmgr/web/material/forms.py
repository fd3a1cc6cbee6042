"""The form of a material."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import DataRequired

from trainingmgr.domain.material import MaterialKind
from trainingmgr.http.forms import BaseForm, text
from trainingmgr.http.labels import choices


class MaterialForm(BaseForm):
    """Kind and titles."""

    kind = SelectField(_l("Kind"), choices=choices(MaterialKind))
    title_zh = text(_l("Title in Chinese"), 120, DataRequired(_l("Give the material a title.")))
    title_en = text(_l("Title in English"), 240)
