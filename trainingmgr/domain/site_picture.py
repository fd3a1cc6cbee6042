"""Pictures of a teaching site: how many there may be, and in which order they stand."""

from collections.abc import Sequence

MOST_PICTURES = 12
"""Of one site."""

CAPTION_ZH = 200
CAPTION_EN = 300


def moved(order: Sequence[int], one: int, steps: int) -> list[int]:
    """The order with `one` so many places further back, or nearer to the front where negative; the ends hold it."""
    rest = [other for other in order if other != one]
    place = max(0, min(len(rest), list(order).index(one) + steps))
    return [*rest[:place], one, *rest[place:]]
