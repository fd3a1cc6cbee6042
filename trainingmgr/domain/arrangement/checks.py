"""Why people cannot be placed, as far as counting and comparing tell it."""

from collections import Counter
from collections.abc import Iterator

from trainingmgr.domain.arrangement.board import Board
from trainingmgr.domain.arrangement.model import Problem, Reason, Trait


def reasons(problem: Problem) -> list[Reason]:
    """What cannot hold, each on its own. An empty list is no promise that everything can."""
    if not problem.containers:
        return [Reason("arrangement.nothing_to_put_into")]
    board = Board(problem)
    return [
        *_places(board),
        *_together(board),
        *_apart(board),
        *_pins(board),
        *_alone(board),
        *(_sexes(board) if problem.one_sex and board.size <= sum(board.places) else ()),
    ]


def _places(board: Board) -> Iterator[Reason]:
    places = sum(board.places)
    if board.size > places:
        yield Reason(
            "arrangement.too_few_places",
            {"people": board.size, "places": places, "missing": board.size - places},
        )


def _together(board: Board) -> Iterator[Reason]:
    most = max(board.places)
    for block in board.blocks:
        people = tuple(board.problem.people[at].id for at in block)
        if len(block) > most:
            yield Reason("arrangement.together_too_many", {"people": len(block), "places": most}, people)
        if board.problem.one_sex and len({board.sex[at] for at in block}) > 1:
            yield Reason("arrangement.together_two_sexes", {}, people)
        if len(block) > 1 and any(board.alone[at] for at in block):
            yield Reason("arrangement.together_yet_alone", {}, people)
        pinned = {board.pin[at] for at in block if board.pin[at] is not None}
        if len(pinned) > 1:
            yield Reason("arrangement.together_pinned_apart", {}, people)


def _apart(board: Board) -> Iterator[Reason]:
    block_of = {at: number for number, block in enumerate(board.blocks) for at in block}
    for group in board.problem.apart:
        members = [board.position[one] for one in sorted(group) if one in board.position]
        people = tuple(board.problem.people[at].id for at in members)
        if len(members) > board.containers:
            values = {"people": len(members), "containers": board.containers}
            yield Reason("arrangement.apart_too_many", values, people)
        if len({block_of[at] for at in members}) < len(members):
            yield Reason("arrangement.apart_yet_together", {}, people)
        pins = Counter(board.pin[at] for at in members if board.pin[at] is not None)
        for container, number in pins.items():
            if container is not None and number > 1:
                both = tuple(board.problem.people[at].id for at in members if board.pin[at] == container)
                held_in: dict[str, int | str] = {"container": board.problem.containers[container].key}
                yield Reason("arrangement.apart_pinned_together", held_in, both)


def _pins(board: Board) -> Iterator[Reason]:
    inside: dict[int, list[int]] = {}
    for block in board.blocks:
        home = board.pinned_to(block)
        if home is not None:
            inside.setdefault(home, []).extend(block)
    for container, members in sorted(inside.items()):
        key, places = board.problem.containers[container].key, board.places[container]
        people = tuple(board.problem.people[at].id for at in members)
        if len(members) > places:
            values: dict[str, int | str] = {"container": key, "people": len(members), "places": places}
            yield Reason("arrangement.pinned_too_many", values, people)
        if board.problem.one_sex and len({board.sex[at] for at in members}) > 1:
            yield Reason("arrangement.pinned_two_sexes", {"container": key}, people)
        alone = [at for at in members if board.alone[at]]
        if alone and len(members) > 1:
            yield Reason("arrangement.pinned_yet_alone", {"container": key}, people)


def _alone(board: Board) -> Iterator[Reason]:
    alone = sum(board.alone)
    if alone > board.containers:
        values = {"people": alone, "containers": board.containers}
        yield Reason("arrangement.alone_too_many", values)


def _sexes(board: Board) -> Iterator[Reason]:
    """Whoever is alone takes a smallest container; the rest is parted among the sexes if it can be.

    Which sums of places one sex can have is found container by container. Pins are left out of account.
    """
    alone = sum(board.alone)
    left = sorted(board.places)[alone:]
    people = Counter(sex for sex, own in zip(board.sex, board.alone, strict=True) if not own)
    if len(people) < 2 or alone > board.containers:
        if alone and sum(people.values()) > sum(left):
            values = {"people": sum(people.values()), "places": sum(left), "alone": alone}
            yield Reason("arrangement.alone_leave_too_few", values)
        return
    women, men = people["female"], people["male"]
    whole, sums = sum(left), {0}
    for size in left:
        sums |= {one + size for one in sums if one < women}
    enough = [one for one in sums if one >= women]
    if not enough or whole - min(enough) < men:
        values = {"women": women, "men": men, "places": whole, "alone": alone}
        yield Reason("arrangement.sexes_do_not_fit", values)


def of_sex(problem: Problem) -> list[int]:
    """Whose sex is not known, where containers are for one."""
    return [one.id for one in problem.people if problem.one_sex and not one.traits.get(Trait.SEX)]
