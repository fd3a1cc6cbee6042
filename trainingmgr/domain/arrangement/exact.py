"""The same problem for OR-Tools, which proves what is best.

People who are alike in everything that counts are not told apart: so many of them are put into a container.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from trainingmgr.domain.arrangement import steps
from trainingmgr.domain.arrangement.board import Block, Board, shares
from trainingmgr.domain.arrangement.model import Problem, Trait

SEED = 20191030
_WORKERS = 2
_MEGABYTES = 1024
_MOST = 1 << 40


@dataclass(frozen=True, slots=True)
class Solved:
    """`board` None where none was found, `impossible` where there is none. `bound` is one of the price."""

    board: Board | None
    bound: int
    proven: bool
    impossible: bool = False


def solve(problem: Problem, seconds: float, start: Board | None = None) -> Solved:
    """The best board that is found within so many seconds, from `start` if there is one."""
    from ortools.sat.python import cp_model

    model = Model(problem)
    model.demand()
    model.wish(start)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.random_seed = SEED
    solver.parameters.num_workers = _WORKERS
    solver.parameters.max_memory_in_mb = _MEGABYTES
    status = solver.solve(model.cp)
    if status == cp_model.INFEASIBLE:
        return Solved(None, 0, proven=True, impossible=True)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Solved(start, model.board.least_price, proven=False)
    found = model.read(solver)
    bound = max(round(solver.best_objective_bound), found.least_price)
    return Solved(found, min(bound, found.price), proven=status == cp_model.OPTIMAL)


class Model:
    """The variables: how many of each lot of like blocks are in each container."""

    def __init__(self, problem: Problem, *, apart: bool = False) -> None:
        """With `apart` nobody is joined to a block: that people are together is then demanded by whoever calls."""
        from ortools.sat.python import cp_model

        self.cp = cp_model.CpModel()
        self.board = board = Board(problem)
        self.lots = _lots(board, [(at,) for at in range(board.size)] if apart else board.blocks)
        # Pins are demands of whoever calls, too.
        self._fixed = None if apart else steps.pinned(problem)
        self.at: list[list[Any]] = [
            [self._number(lot, container) for container in range(board.containers)] for lot in self.lots
        ]
        for number, lot in enumerate(self.lots):
            self.cp.add(sum(self.at[number]) == len(lot))
        self.people = [
            sum(len(lot[0]) * self.at[number][container] for number, lot in enumerate(self.lots))
            for container in range(board.containers)
        ]
        for container in range(board.containers):
            self.cp.add(self.people[container] <= board.places[container])

    def _number(self, lot: list[Block], container: int) -> Any:
        """How many of the lot are in the container: a variable, or a number where there is no choice."""
        board, fixed = self.board, self._fixed
        if fixed is None:
            return self.cp.new_int_var(0, min(len(lot), board.places[container] // len(lot[0])), "")
        home = board.pinned_to(lot[0])
        if home is not None:
            return int(home == container)
        inside = fixed.inside[container]
        if not fixed.fits(lot[0], container):
            return 0
        most = min(len(lot), (board.places[container] - len(inside)) // len(lot[0]))
        return self.cp.new_int_var(0, most, "")

    def _anybody(self, parts: list[tuple[Any, int]]) -> Any:
        """Whether any of these numbers, each with the most that it can be, is above nought."""
        open_ = [(number, most) for number, most in parts if not isinstance(number, int)]
        if any(isinstance(number, int) and number for number, _most in parts):
            return 1
        if not open_:
            return 0
        found = self.cp.new_bool_var("")
        for number, most in open_:
            self.cp.add(number <= most * found)
        return found

    @cached_property
    def lot_of(self) -> dict[int, int]:
        """The lot that a person's block is in."""
        return {at: number for number, lot in enumerate(self.lots) for block in lot for at in block}

    @cached_property
    def used(self) -> list[Any]:
        """For each container whether anybody is in it."""
        found = []
        for container, places in enumerate(self.board.places):
            parts = [(self.at[number][container], len(lot)) for number, lot in enumerate(self.lots)]
            used = self._anybody(parts)
            self.cp.add(self.people[container] <= places * used)
            found.append(used)
        return found

    def demand(self) -> None:
        """All that must hold."""
        board = self.board
        for group in board.problem.apart:
            members = [board.position[one] for one in group if one in board.position]
            # One who is left of a pair counts among others like them, who are not to be held apart for it.
            if len(members) > 1:
                self.part(members)
        if board.problem.one_sex:
            self.one_sex()
        for at in range(board.size):
            if board.alone[at]:
                self.leave_alone(at)

    def part(self, members: list[int]) -> list[Any]:
        """Hold people apart; gives the constraints."""
        lots = [self.lot_of[at] for at in members]
        return [
            self.cp.add(sum(self.at[lot][container] for lot in lots) <= 1)
            for container in range(self.board.containers)
        ]

    def one_sex(self) -> list[Any]:
        """Let each container be for one sex; gives the constraints."""
        board, found = self.board, []
        sexes = sorted(set(board.sex))
        for container in range(board.containers):
            own = [self.cp.new_bool_var("") for _sex in sexes]
            self.cp.add_at_most_one(own)
            for sex, allowed in zip(sexes, own, strict=True):
                inside = []
                for number, lot in enumerate(self.lots):
                    if board.sex[lot[0][0]] == sex:
                        inside.append(len(lot[0]) * self.at[number][container])
                        if not isinstance(self.at[number][container], int):
                            found.append(self.cp.add(self.at[number][container] <= len(lot) * allowed))
                found.append(self.cp.add(sum(inside) <= board.places[container] * allowed))
        return found

    def leave_alone(self, at: int) -> list[Any]:
        """Let nobody join the person; gives the constraints."""
        board, lot = self.board, self.lot_of[at]
        return [
            self.cp.add(
                self.people[container] + (board.places[container] - 1) * self.at[lot][container]
                <= board.places[container]
            )
            for container in range(board.containers)
        ]

    def wish(self, start: Board | None) -> None:
        """Ask for the lowest price, no higher than that of `start`."""
        board, cost = self.board, self._cost()
        homes = [(number, board.present[lot[0][0]], lot) for number, lot in enumerate(self.lots)]
        moves = sum(
            len(lot) - self.at[number][home]
            for number, home, lot in homes
            if home is not None and len(lot[0]) == 1
        ) + sum(
            1 - self.at[number][board.present[at] or 0]
            for number, lot in enumerate(self.lots)
            if len(lot[0]) > 1
            for at in lot[0]
            if board.present[at] is not None
        )
        price = self.cp.new_int_var(board.least_price, start.price if start else _MOST, "")
        self.cp.add(price == board.priced(cost, moves))
        self.cp.minimize(price)
        if start is not None:
            for number, lot in enumerate(self.lots):
                homes_now = [start.where[block[0]] for block in lot]
                for container, variable in enumerate(self.at[number]):
                    if not isinstance(variable, int):
                        self.cp.add_hint(variable, homes_now.count(container))

    def _cost(self) -> Any:
        board, problem = self.board, self.board.problem
        cost: Any = problem.fewest * sum(self.used) if problem.fewest else 0
        if problem.even:
            least, most = shares(problem.containers, board.size)
            cost += sum(
                problem.even * self._off(self.people[container], least[container], most[container])
                for container in range(board.containers)
            )
        for feature in board.features:
            bearers = set(feature.people)
            parts = [
                (number, sum(at in bearers for at in lot[0]), len(lot))
                for number, lot in enumerate(self.lots)
            ]
            parts = [one for one in parts if one[1]]
            for container in range(board.containers):
                if feature.spread:
                    have = sum(each * self.at[number][container] for number, each, _lots in parts)
                    off = self._off(have, feature.least[container], feature.most[container])
                    cost += feature.weight * off
                else:
                    here = self._anybody(
                        [(self.at[number][container], lots) for number, _each, lots in parts]
                    )
                    cost += feature.weight * here
        return cost

    def _off(self, have: Any, least: int, most: int) -> Any:
        off = self.cp.new_int_var(0, self.board.size, "")
        self.cp.add(off >= have - most)
        self.cp.add(off >= least - have)
        return off

    def read(self, solver: Any) -> Board:
        """The board that the solver found."""
        board = self.board
        for number, lot in enumerate(self.lots):
            waiting = list(lot)
            for container in range(board.containers):
                for _one in range(int(solver.value(self.at[number][container]))):
                    board.put(waiting.pop(), container)
        return board


def _lots(board: Board, blocks: list[Block]) -> list[list[Block]]:
    """Blocks that may change places without anything being different, in lots."""
    counting = {*board.problem.spread, *board.problem.gather}
    if board.problem.one_sex:
        counting.add(Trait.SEX)
    found: dict[tuple[object, ...], list[Block]] = {}
    for block in blocks:
        at = block[0]
        bound = len(block) > 1 or board.pin[at] is not None or board.foes[at] or board.alone[at]
        traits = board.problem.people[at].traits
        key: tuple[object, ...] = (
            (block,)
            if bound or len(board.block_at[at]) > 1
            else (board.present[at], *(traits.get(one, "") for one in sorted(counting)))
        )
        found.setdefault(key, []).append(block)
    return list(found.values())
