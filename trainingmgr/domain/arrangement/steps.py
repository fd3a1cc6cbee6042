"""An arrangement made person by person, then improved step by step: always there, proven only by counting."""

import random
import time
from collections.abc import Iterable

from trainingmgr.domain.arrangement.board import Block, Board
from trainingmgr.domain.arrangement.model import Problem, Trait

_SEED = 20191030
_KICKS = 400


def improved(problem: Problem, seconds: float, start: Board | None = None) -> Board | None:
    """A board with everybody in a container, as good as was found in time; None where none was found.

    The same problem gives the same board unless time runs out.
    """
    until = time.monotonic() + seconds
    best = start
    if start is not None:
        _descend(start, until)
    for build in [] if start else (_from_present, _by_likeness, _by_size):
        board = build(problem)
        if board is None:
            continue
        _descend(board, until)
        if best is None or board.price < best.price:
            best = board
        if best.price <= best.least_price:
            return best
    if best is None:
        best = _with_luck(problem, until)
    return _kicked(best, until) if best else None


def pinned(problem: Problem) -> Board:
    """The board with those alone who are pinned."""
    board = Board(problem)
    for block in board.blocks:
        home = board.pinned_to(block)
        if home is not None and board.fits(block, home):
            board.put(block, home)
    return board


def placed(problem: Problem) -> Board | None:
    """The board of a problem in which everybody is pinned; None where demands do not allow it."""
    board = pinned(problem)
    return None if any(board.unplaced()) else board


def _from_present(problem: Problem) -> Board | None:
    """Everybody stays where they are as far as demands allow; the rest is put in where it costs least."""
    board = pinned(problem)
    for block in board.unplaced():
        homes = [board.present[at] for at in block if board.present[at] is not None]
        if homes:
            home = max(set(homes), key=homes.count)
            if home is not None and board.fits(block, home):
                board.put(block, home)
    return _rest(board, _alike(board))


def _by_likeness(problem: Problem) -> Board | None:
    board = pinned(problem)
    if problem.fewest:
        _fill_whole(board)
    return _rest(board, _alike(board))


def _by_size(problem: Problem) -> Board | None:
    """Rare values first, so that common ones level out what is left."""
    board = pinned(problem)
    rarity = [0] * board.size
    for feature in board.features:
        for at in feature.people:
            rarity[at] += feature.weight * board.size // len(feature.people)
    return _rest(board, sorted(board.blocks, key=lambda block: (-len(block), -rarity[block[0]], block)))


def _alike(board: Board) -> list[Block]:
    """Blocks in an order in which alike ones are neighbours: large ones and loners first."""
    people = board.problem.people
    traits = (Trait.SEX, Trait.GROUP, Trait.REGION, Trait.UNIT)

    def key(block: Block) -> tuple[object, ...]:
        first = people[block[0]]
        return (-len(block), not first.alone, *(first.traits.get(one, "") for one in traits), block)

    return sorted(board.blocks, key=key)


def _fill_whole(board: Board) -> None:
    """Fill containers with people of one unit, then of one region, then of one sex, as far as each goes up."""
    for traits in ((Trait.UNIT, Trait.REGION), (Trait.REGION,), ()):
        free = sorted(
            (at for at in range(board.containers) if not board.inside[at] and board.places[at] > 1),
            key=lambda at: (-board.places[at], at),
        )
        pools: dict[tuple[str, ...], list[Block]] = {}
        for block in board.unplaced():
            one = board.problem.people[block[0]]
            if len(block) == 1 and not one.alone:
                key = (one.traits.get(Trait.SEX, ""), *(one.traits.get(trait, "") for trait in traits))
                pools.setdefault(key, []).append(block)
        for _key, pool in sorted(pools.items()):
            while free and len(pool) >= board.places[free[0]]:
                container = free.pop(0)
                for block in pool[:]:
                    if len(board.inside[container]) < board.places[container] and board.fits(
                        block, container
                    ):
                        board.put(block, container)
                        pool.remove(block)
                if len(board.inside[container]) < board.places[container]:
                    break


def _rest(board: Board, order: Iterable[Block]) -> Board | None:
    for block in order:
        if board.where[block[0]] is None:
            home = _cheapest(board, block)
            if home is None and not _made_room(board, block):
                return None
            if home is not None:
                board.put(block, home)
    return board


def _cheapest(board: Board, block: Block, but: int | None = None) -> int | None:
    """Where the block costs least; of equals the emptiest by its places, for loners the smallest."""
    best: tuple[int, float, int] | None = None
    loner = any(board.alone[at] for at in block)
    for container in range(board.containers):
        if container == but or not board.fits(block, container):
            continue
        board.put(block, container)
        places = board.places[container]
        load = float(places) if loner else len(board.inside[container]) / places
        found = (board.price, load, container)
        board.take(block)
        if best is None or found < best:
            best = found
    return best[2] if best else None


def _made_room(board: Board, block: Block) -> bool:
    """Move one other block, or all of one container, elsewhere so that this one has a place; as few as can be."""
    ways: list[tuple[int, int, list[Block]]] = []
    for container in range(board.containers):
        inside = list(dict.fromkeys(board.block_at[at] for at in board.inside[container]))
        ways += [(len(one), container, [one]) for one in inside]
        if len(inside) > 1:
            ways.append((len(board.inside[container]), container, inside))
    return any(_cleared(board, out, container, block) for _people, container, out in sorted(ways))


def _cleared(board: Board, out: list[Block], container: int, block: Block) -> bool:
    for one in out:
        board.take(one)
    settled: list[Block] = []
    if board.fits(block, container):
        board.put(block, container)
        for one in out:
            home = _cheapest(board, one, container)
            if home is None:
                break
            board.put(one, home)
            settled.append(one)
        if len(settled) == len(out):
            return True
        board.take(block)
    for one in settled:
        board.take(one)
    for one in out:
        board.put(one, container)
    return False


def _descend(board: Board, until: float) -> None:
    """Move and swap while that makes it cheaper."""
    better = True
    while better and time.monotonic() < until:
        better = False
        floor = board.least_price
        for block in board.blocks:
            if board.price <= floor or time.monotonic() > until:
                return
            better |= _moved(board, block) or _swapped(board, block)


def _moved(board: Board, block: Block) -> bool:
    before = board.price
    home = board.take(block)
    best, where = before, home
    for container in range(board.containers):
        if container != home and board.fits(block, container):
            board.put(block, container)
            if board.price < best:
                best, where = board.price, container
            board.take(block)
    board.put(block, where)
    return where != home


def _swapped(board: Board, block: Block) -> bool:
    before, home = board.price, board.where[block[0]]
    if home is None or board.pin[block[0]] is not None:
        return False
    for other in board.blocks:
        away = board.where[other[0]]
        if away is None or away == home or board.pin[other[0]] is not None:
            continue
        # Most changes are for the worse, and counting that takes a tenth of trying it.
        if len(block) == len(other) == 1 and board.change_of_swap(block[0], other[0]) >= 0:
            continue
        board.take(block)
        board.take(other)
        if board.fits(block, away) and board.fits(other, home):
            board.put(block, away)
            board.put(other, home)
            if board.price < before:
                return True
            board.take(block)
            board.take(other)
        board.put(block, home)
        board.put(other, away)
    return False


def _kicked(best: Board, until: float) -> Board:
    """Disturb a good board and improve it again, keeping what is no worse."""
    draw, floor = random.Random(_SEED), best.least_price  # noqa: S311 - no secret  # nosec B311
    free = [block for block in best.blocks if all(best.pin[at] is None for at in block)]
    for _kick in range(_KICKS):
        if best.price <= floor or len(free) < 2 or time.monotonic() > until:
            break
        before = list(best.where)
        worst = best.price
        for block in draw.sample(free, min(len(free), 4)):
            best.take(block)
            options = [at for at in range(best.containers) if best.fits(block, at)]
            best.put(block, draw.choice(options))
        _descend(best, until)
        if best.price > worst:
            _put_back(best, before)
    return best


def _put_back(board: Board, where: list[int | None]) -> None:
    changed = [block for block in board.blocks if board.where[block[0]] != where[block[0]]]
    for block in changed:
        board.take(block)
    for block in changed:
        home = where[block[0]]
        if home is not None:
            board.put(block, home)


def _with_luck(problem: Problem, until: float) -> Board | None:
    """Other orders, where none of the usual ones placed everybody."""
    draw = random.Random(_SEED)  # noqa: S311 - no secret  # nosec B311
    for _try in range(40):
        if time.monotonic() > until:
            return None
        board = pinned(problem)
        order: list[Block] = sorted(board.blocks, key=lambda block: (-len(block), draw.random()))
        built = _rest(board, order)
        if built is not None:
            _descend(built, until)
            return built
    return None
