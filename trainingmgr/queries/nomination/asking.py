"""What a training's own form asks of whoever is named on its lines."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.nomination import Asking
from trainingmgr.domain.registration_form import FormDefinition, consent_field, every_part
from trainingmgr.models import QuotaLine
from trainingmgr.queries.registration_form import form_of


@dataclass(frozen=True, slots=True)
class Askings:
    """`definition` is None for a training that has designed no form: it asks units what it always did."""

    definition: FormDefinition | None
    categories: dict[int, int | None]

    def of(self, line_id: int | None) -> Asking | None:
        """What is asked of somebody on this line, or of somebody who is on none yet."""
        if self.definition is None:
            return None
        return Asking(self.definition, self.categories.get(line_id or 0))

    def agree(self, line_id: int | None, other_id: int | None) -> bool:
        """Tell whether whoever is named on one line is asked the same as whoever is on the other."""
        if self.definition is None:
            return True
        one, other = self.categories.get(line_id or 0), self.categories.get(other_id or 0)
        return all(asked.modes.of(one) is asked.modes.of(other) for _key, asked in self.definition.asked())

    def boxes(self) -> frozenset[str]:
        """Everything that may be typed beyond the fields of a nominee."""
        if self.definition is None:
            return frozenset()
        parts = {part.key for _key, part in every_part(self.definition)}
        return frozenset(parts | {consent_field(key) for key, _one in self.definition.asked()})


def askings(session: Session, training_id: int) -> Askings:
    """What the training asks, line by line; two statements."""
    form = form_of(session, training_id)
    if not form.version:
        return Askings(None, {})
    lines = sa.select(QuotaLine.id, QuotaLine.category_id).where(QuotaLine.training_id == training_id)
    return Askings(form.definition, dict(session.execute(lines).tuples().all()))
