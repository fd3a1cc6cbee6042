"""What every bench module reports, and the one way in which rounds become a row."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure beside its peer, taken in the same minute.

    `ours` and `peer` are for reading and carry their unit ("2,310 a second"). `ratio` says how many
    times better ours is than the peer's (or the plain figure where there is no peer, as with memory).
    `spread` is the widest deviation of a round's ratio from `ratio`, as a fraction of it. `aim` is for
    reading ("at least 4", "under 200 MB"); `ok` tells whether it is met.
    """

    name: str
    ours: str
    peer: str
    ratio: float
    spread: float
    aim: str
    ok: bool


def against(
    name: str,
    ours: Sequence[float],
    peer: Sequence[float],
    *,
    at_least: float,
    show: Callable[[float], str],
) -> Row:
    """The row of two rates (larger is better), measured in turn: `ours[i]` and `peer[i]` are one round.

    The ratio is the median of the rounds' ratios, so that a slow minute of the machine hits both.
    """
    ratios = [mine / theirs for mine, theirs in zip(ours, peer, strict=True)]
    middle = statistics.median(ratios)
    return Row(
        name=name,
        ours=show(statistics.median(ours)),
        peer=show(statistics.median(peer)),
        ratio=middle,
        spread=max(abs(ratio - middle) for ratio in ratios) / middle,
        aim=f"at least {at_least:g}",
        ok=middle >= at_least,
    )
