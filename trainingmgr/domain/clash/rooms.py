"""Which rooms a training may go to: the catalogue of an organisation may have rooms in several cities."""

from collections.abc import Collection

from trainingmgr.domain.clash.plan import Plan, Room
from trainingmgr.domain.place import distance_km

_NEAR_KM = 3


def rooms_for(plan: Plan, place: str, people: int, used: Collection[str]) -> list[str]:
    """The rooms besides `place` that hold so many people, the smallest first: those `used` by the training, or near by."""
    here = plan.rooms.get(place, Room())
    found = sorted(
        (room.capacity or 0, name)
        for name, room in plan.rooms.items()
        if (name in used or _near(here, room))
        and name != place
        and not (room.own_name and room.own_name == here.own_name)
        and (room.capacity or 0) >= people
    )
    return [name for _capacity, name in found]


def _near(one: Room, other: Room) -> bool:
    return one.at is not None and other.at is not None and distance_km(one.at, other.at) <= _NEAR_KM
