"""How lecturers and sites were judged, as an exact score from 1 to 5."""

from decimal import Decimal, InvalidOperation

from trainingmgr.domain.refusal import Refusal


def read_score(text: str) -> Decimal:
    """A score as typed, with at most two places. Raises Refusal `evaluation.score`."""
    try:
        score = Decimal(text.strip())
        if not 1 <= score <= 5 or score != score.quantize(Decimal("0.01")):
            raise Refusal("evaluation.score")
    except InvalidOperation as error:
        raise Refusal("evaluation.score") from error
    return score.quantize(Decimal("0.01"))
