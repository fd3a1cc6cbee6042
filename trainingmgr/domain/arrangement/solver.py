"""Arranging people: who goes where, how good that is, and why where it cannot be."""

import time
from dataclasses import replace

from trainingmgr.domain import cp_sat
from trainingmgr.domain.arrangement import core, exact, steps
from trainingmgr.domain.arrangement.board import Board
from trainingmgr.domain.arrangement.checks import reasons
from trainingmgr.domain.arrangement.model import Answer, Engine, Problem, Reason, Status
from trainingmgr.domain.arrangement.wishes import unmet

_SECONDS = 8.0
# What steps do not find within this share of the time, or these seconds, OR-Tools looks for.
_SHORT, _SHARE = 1.5, 0.3
_CORE_SECONDS = 3.0


def arrange(problem: Problem, seconds: float = _SECONDS, *, exactly: bool | None = None) -> Answer:
    """The best answer that is found within about so many seconds.

    With `stay`, nobody is moved unless demands ask for it, and then as few as can be. `exactly` False does
    without OR-Tools, which is otherwise used where it can be.
    """
    until = time.monotonic() + seconds
    exactly = cp_sat.is_usable() if exactly is None else exactly
    if found := reasons(problem):
        return Answer(Status.IMPOSSIBLE, Engine.STEPS, reasons=tuple(found))
    if problem.stay and problem.present:
        answer = _staying(problem, until, exactly=exactly)
        if answer.placed:
            return replace(answer, moves_proven=True)
        if answer.status is Status.IMPOSSIBLE:
            problem = replace(problem, least_moves=Board(problem).least_moves + 1)
    return _solved(problem, until, exactly=exactly)


def _staying(problem: Problem, until: float, *, exactly: bool) -> Answer:
    """The best answer in which all stay who are somewhere and are pinned nowhere else."""
    known, people = {one.key for one in problem.containers}, {one.id for one in problem.people}
    here = {number: key for number, key in problem.present.items() if key in known and number in people}
    frozen = replace(problem, pins=here | {one: key for one, key in problem.pins.items() if one in people})
    if found := reasons(frozen):
        return Answer(Status.IMPOSSIBLE, Engine.STEPS, reasons=tuple(found))
    if len(frozen.pins) == len(people) and (board := steps.placed(frozen)):
        return _answer(problem, board, board.cost, proven=True, moves_proven=True)
    return _solved(frozen, until, exactly=exactly, explain=False)


def _solved(problem: Problem, until: float, *, exactly: bool, explain: bool = True) -> Answer:
    left = until - time.monotonic()
    board = steps.improved(problem, min(left, max(_SHORT, _SHARE * left)) if exactly else left)
    if board is not None and board.price <= board.least_price:
        return _answer(problem, board, board.cost, proven=True, moves_proven=True)
    if not exactly:
        if board is None:
            return Answer(Status.NONE_FOUND, Engine.STEPS, reasons=(Reason("arrangement.none_found"),))
        proven = board.moves == board.least_moves
        return _answer(problem, board, board.floor, proven=False, moves_proven=proven)
    return _proven(problem, board, until, explain=explain)


def _proven(problem: Problem, board: Board | None, until: float, *, explain: bool) -> Answer:
    if problem.stay and problem.present:
        bare = replace(problem, spread={}, gather={}, even=0, fewest=0)
        fewest = exact.solve(bare, _left(until) / 2, board.copied(bare) if board else None)
        if fewest.impossible:
            return _impossible(problem, until, explain=explain)
        if fewest.board is not None:
            least = -(-fewest.bound // fewest.board.priced(0, 1))
            problem = replace(problem, least_moves=max(problem.least_moves, least))
            if board is None or fewest.board.moves < board.moves:
                board = steps.improved(problem, _SHORT, fewest.board.copied(problem))
    solved = exact.solve(problem, _left(until), board)
    if solved.impossible:
        return _impossible(problem, until, explain=explain)
    if solved.board is None:
        return Answer(Status.NONE_FOUND, Engine.CP_SAT, reasons=(Reason("arrangement.none_found"),))
    found = solved.board
    if problem.stay:
        bound = found.cost - (found.price - solved.bound)
    else:
        bound = -(-solved.bound // (found.size + 1))
    few = solved.proven or found.moves <= found.least_moves
    answer = _answer(problem, found, max(found.floor, bound), proven=solved.proven, moves_proven=few)
    return replace(answer, engine=Engine.CP_SAT)


def _left(until: float) -> float:
    return max(1.0, until - time.monotonic())


def _impossible(problem: Problem, until: float, *, explain: bool) -> Answer:
    demands = core.clashing(problem, max(_CORE_SECONDS, _left(until))) if explain else ()
    return Answer(Status.IMPOSSIBLE, Engine.CP_SAT, reasons=demands or (Reason("arrangement.impossible"),))


def _answer(problem: Problem, board: Board, bound: int, *, proven: bool, moves_proven: bool) -> Answer:
    placed = board.keys()
    known = {one.key for one in problem.containers}
    moved = tuple(
        sorted(
            number
            for number, key in placed.items()
            if problem.present.get(number) in known and problem.present[number] != key
        )
    )
    floor = board.floor
    return Answer(
        status=Status.BEST if proven else Status.GOOD,
        engine=Engine.STEPS,
        placed=placed,
        moved=moved,
        cost=board.cost - floor,
        bound=max(0, min(bound, board.cost) - floor),
        moves_proven=moves_proven,
        unmet=tuple(unmet(board)),
    )
