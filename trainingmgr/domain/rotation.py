"""Groups that visit several places: on which bus they ride, and who is where in which round."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from trainingmgr.domain.refusal import Refusal


class RotationMode(StrEnum):
    """Whether all see all places in turn, or each sees one while the others are elsewhere."""

    IN_TURN = "in_turn"
    AT_ONCE = "at_once"


@dataclass(frozen=True, slots=True)
class Team:
    """Groups that go together: `people` of them, in the bus of this id, if they ride in one."""

    groups: tuple[str, ...]
    people: int
    bus: int | None = None


@dataclass(frozen=True, slots=True)
class Station:
    """Sites that are seen on one way, and how many people they hold at once; None where that is not known."""

    name: str
    sites: tuple[int, ...]
    holds: int | None = None

    def takes(self, people: int) -> bool:
        """Whether so many people find room."""
        return self.holds is None or people <= self.holds


@dataclass(frozen=True, slots=True)
class Leg:
    """A team at a station in a round; both are numbers from 0 in what was given."""

    round: int
    team: int
    station: int


def board(groups: Sequence[tuple[str, int]], buses: Sequence[tuple[int, int]]) -> list[Team]:
    """Seat whole groups in buses, as evenly as can be; a bus that nobody needs stays away.

    `groups` are names with how many people, `buses` ids with their seats. Raises Refusal
    `rotation_group_too_large` (group, people, seats) and `rotation_seats_short` (people, seats).
    """
    people, seats = sum(size for _name, size in groups), sum(number for _bus, number in buses)
    largest = max((number for _bus, number in buses), default=0)
    for name, size in groups:
        if size > largest:
            raise Refusal("rotation_group_too_large", group=name, people=size, seats=largest)
    order = sorted(range(len(groups)), key=lambda place: (-groups[place][1], place))
    free = [number for _bus, number in buses]
    found = _seat(groups, order, free, {})
    if found is None:
        raise Refusal("rotation_seats_short", people=people, seats=seats)
    teams = []
    for number, (bus, _seats) in enumerate(buses):
        inside = [groups[place] for place in range(len(groups)) if found[place] == number]
        if inside:
            teams.append(Team(tuple(name for name, _size in inside), sum(size for _n, size in inside), bus))
    return teams


_MOST_TRIES = 20_000


def _seat(
    groups: Sequence[tuple[str, int]], order: Sequence[int], free: list[int], seated: dict[int, int]
) -> dict[int, int] | None:
    """Seat the groups in order, each where most seats are free, trying other buses where the rest finds none."""
    tries = 0

    def go(at: int) -> bool:
        nonlocal tries
        if at == len(order):
            return True
        tries += 1
        size = groups[order[at]][1]
        tried = set()
        for bus in sorted(range(len(free)), key=lambda one: (-free[one], one)):
            # Buses with as many free seats are one and the same here.
            if free[bus] < size or free[bus] in tried or tries > _MOST_TRIES:
                continue
            tried.add(free[bus])
            free[bus] -= size
            seated[order[at]] = bus
            if go(at + 1):
                return True
            free[bus] += size
            del seated[order[at]]
        return False

    return seated if go(0) else None


def walk(groups: Sequence[tuple[str, int]]) -> list[Team]:
    """Every group as a team of its own, without a bus."""
    return [Team((name,), size) for name, size in groups]


def rotate(teams: Sequence[Team], stations: Sequence[Station]) -> list[Leg]:
    """Let every team see every station once, in as few rounds as the stations' room allows.

    Teams that go together form as many classes as there are rounds; in each round every class moves one
    station on, and waits where there are more rounds than stations. Raises Refusal
    `rotation_station_full` (station, people, holds) where one team alone is too many for a station.
    """
    for rounds in range(len(stations), max(len(teams), len(stations)) + 1):
        classes = _classes(teams, rounds)
        people = [sum(teams[team].people for team in members) for members in classes]
        if all(station.takes(max(people)) for station in stations):
            return sorted(
                (
                    Leg(turn, team, (number + turn) % rounds)
                    for turn in range(rounds)
                    for number, members in enumerate(classes)
                    for team in members
                    if (number + turn) % rounds < len(stations)
                ),
                key=lambda leg: (leg.round, leg.team),
            )
    raise _full(teams, stations)


def spread(teams: Sequence[Team], stations: Sequence[Station]) -> list[Leg]:
    """Let every team see one station, all at once, as evenly as the stations' room allows.

    Raises Refusal `rotation_station_full`, or `rotation_stations_full` (people, holds).
    """
    there = [0] * len(stations)
    legs = []
    for number in sorted(range(len(teams)), key=lambda one: (-teams[one].people, one)):
        fits = [
            place
            for place in range(len(stations))
            if stations[place].takes(there[place] + teams[number].people)
        ]
        if not fits:
            if all(not station.takes(teams[number].people) for station in stations):
                raise _full(teams, stations)
            raise Refusal(
                "rotation_stations_full",
                people=sum(team.people for team in teams),
                holds=sum(station.holds or 0 for station in stations),
            )
        place = min(fits, key=lambda one: (there[one], one))
        there[place] += teams[number].people
        legs.append(Leg(0, number, place))
    return sorted(legs, key=lambda leg: leg.team)


def _classes(teams: Sequence[Team], number: int) -> list[list[int]]:
    """The teams in so many classes of about as many people."""
    classes: list[list[int]] = [[] for _one in range(number)]
    people = [0] * number
    for team in sorted(range(len(teams)), key=lambda one: (-teams[one].people, one)):
        place = min(range(number), key=lambda one: (people[one], len(classes[one]), one))
        classes[place].append(team)
        people[place] += teams[team].people
    return classes


def _full(teams: Sequence[Team], stations: Sequence[Station]) -> Refusal:
    people = max(team.people for team in teams)
    tight = min((one for one in stations if one.holds is not None), key=lambda one: one.holds or 0)
    return Refusal("rotation_station_full", station=tight.name, people=people, holds=tight.holds)
