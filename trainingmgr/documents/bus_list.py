"""The list of buses for drivers and leaders: at each time which bus goes where, and who rides in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from trainingmgr.documents.fonts import FontChain
from trainingmgr.documents.listing import Block, Heading, Listing, Table, Words, draw_listing


@dataclass(frozen=True, slots=True)
class ListedBus:
    """A bus on a visit, every value as it is to be printed.

    `stops` are the lines of where it goes; `groups` is empty where nobody said who rides.
    """

    name: str
    plate: str
    driver: str
    leader: str
    groups: str
    people: int
    seats: int
    stops: Sequence[str]


@dataclass(frozen=True, slots=True)
class BusList:
    """The buses by time, each time with its heading; `under` stands below the title, `printed` at the foot."""

    title: str
    under: str
    times: Sequence[tuple[str, Sequence[ListedBus]]]
    printed: str


@dataclass(frozen=True, slots=True)
class _Words:
    columns: tuple[tuple[str, float], ...]
    none: str
    page: str


_ZH = _Words(
    (
        ("车辆", 46), ("车牌号", 62), ("司机", 96), ("带队人", 96), ("乘车小组", 110), ("人数/座位", 54),
        ("去往", 250),
    ),
    "没有安排车辆的现场教学。",
    "第 {page} 页，共 {pages} 页",
)  # fmt: skip
_EN = _Words(
    (
        ("Bus", 46), ("Plate", 62), ("Driver", 96), ("Leader", 96), ("Groups", 110), ("People / seats", 62),
        ("Where", 242),
    ),
    "No visit goes by bus.",
    "Page {page} of {pages}",
)  # fmt: skip


def bus_list_pdf(listed: BusList, language: str, fonts: FontChain) -> bytes:
    """The list on A4 across in `zh` or `en`."""
    words = _EN if language == "en" else _ZH
    blocks: list[Block] = []
    head, widths = zip(*words.columns, strict=True)
    for heading, buses in listed.times:
        blocks += [Heading(heading), Table(head, [_row(bus) for bus in buses], widths)]
    if not blocks:
        blocks.append(Words(words.none))
    return draw_listing(
        Listing(listed.title, blocks, listed.under, listed.printed, words.page, wide=True), fonts
    )


def _row(bus: ListedBus) -> list[str]:
    people = str(bus.people) if bus.groups else "—"
    return [
        bus.name, bus.plate, bus.driver, bus.leader, bus.groups, f"{people} / {bus.seats}",
        "\n".join(bus.stops),
    ]  # fmt: skip
