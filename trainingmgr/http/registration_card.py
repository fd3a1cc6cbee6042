"""What a participant's page says of their registration: answers, consents, and what they wrote themselves."""

from dataclasses import dataclass

from trainingmgr.extensions import db
from trainingmgr.http.registration_words import ShownAnswer, asks_answers, shown_answers, written_words
from trainingmgr.models import Training
from trainingmgr.queries.own_registration import Written, written
from trainingmgr.queries.registration_answer import answers_of, consents_of
from trainingmgr.queries.registration_form import form_of
from trainingmgr.queries.roster import Participant

_COMPARED = ("sex", "ethnicity", "phone", "email")


@dataclass(frozen=True, slots=True)
class RegistrationCard:
    """`asks` tells that the form asks more than stands on the roster; `own` is None for who has no own address."""

    answers: list[ShownAnswer]
    asks: bool
    own: Written | None

    def differing(self) -> list[tuple[str, str]]:
        """What they wrote of themselves and is known otherwise, by box, in words."""
        return (
            [(name, written_words(name, text)) for name, text in self.own.differing.items()]
            if self.own
            else []
        )


def registration_card(training: Training, who: Participant) -> RegistrationCard:
    """The card of a participant; four statements."""
    session = db.session()
    form = form_of(session, training.id).definition
    known = {name: who.text(name) for name in _COMPARED}
    return RegistrationCard(
        shown_answers(form, answers_of(session, who.id), consents_of(session, who.id)),
        asks_answers(form, who.category_id),
        written(session, training, who.id, known),
    )
