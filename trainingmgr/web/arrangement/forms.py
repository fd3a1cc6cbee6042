"""The forms of containers."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from trainingmgr.domain.arrangement import ArrangementKind
from trainingmgr.http.forms import BaseForm, text
from trainingmgr.services.arrangement import MOST_AT_ONCE, HolderDraft

_MOST = {ArrangementKind.GROUP: 999, ArrangementKind.ROOM: 20, ArrangementKind.TABLE: 200}


class HolderForm(BaseForm):
    """A container."""

    name = text(_l("Its name"), 40, InputRequired())
    places = IntegerField(_l("How many it takes"), [Optional(), NumberRange(min=1)])
    note = text(_l("Floor or note"), 120)

    def fit(self, kind: ArrangementKind) -> None:
        """Hold what is typed to what the kind takes."""
        within = NumberRange(min=1, max=_MOST.get(kind, 1))
        self.places.validators = [Optional() if kind is ArrangementKind.GROUP else InputRequired(), within]

    def draft(self) -> HolderDraft:
        """What was typed."""
        return HolderDraft(self.name.data or "", self.places.data, self.note.data or "")


class SeveralForm(HolderForm):
    """Several containers at once, the first by its name."""

    name = text(_l("Name"), 40, InputRequired())
    number = IntegerField(_l("How many"), [InputRequired(), NumberRange(1, MOST_AT_ONCE)], default=1)
