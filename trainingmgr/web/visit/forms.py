"""The form of a bus."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from trainingmgr.http.forms import BaseForm, text

MOST_SEATS = 200


class BusForm(BaseForm):
    """A bus. Its leader is somebody from the class, or a name that is typed."""

    name = text(_l("Name of the bus"), 40, DataRequired(_l("Give the bus a name, such as Bus 1.")))
    seats = IntegerField(
        _l("Seats"),
        validators=[
            InputRequired(_l("Say how many people find a seat in the bus.")),
            NumberRange(1, MOST_SEATS, _l("A bus has from 1 to 200 seats.")),
        ],
    )
    plate = text(_l("Number plate"), 20)
    driver = text(_l("Driver"), 60)
    driver_phone = text(_l("Driver's phone"), 40)
    leads = SelectField(_l("Leader from the class"), validate_choice=True)
    leader = text(_l("Or another leader"), 120)
    leader_phone = text(_l("Phone of the other leader"), 40)

    def offer(self, leaders: list[tuple[str, str]]) -> None:
        """Give the list of participants to choose the leader from."""
        self.leads.choices = [("", _l("Nobody from the class")), *leaders]
