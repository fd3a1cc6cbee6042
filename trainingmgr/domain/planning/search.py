"""Running OR-Tools' CP-SAT: the same way each time, within limits, and with word to whoever waits."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from time import monotonic
from typing import Any

Beat = Callable[[], bool]
"""Called every few seconds of a search, in the caller's thread; ends it by saying no."""

SEED = 20191030
_MEMORY_MB = 1024
# Well below the time after which a worker is thought dead.
_BEAT = 4.0


def new_solver(seconds: float) -> Any:
    """A solver with a fixed seed, one worker, and limits in time and memory."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = SEED
    solver.parameters.max_time_in_seconds = max(0.05, seconds)
    solver.parameters.max_memory_in_mb = _MEMORY_MB
    return solver


def search(
    solver: Any,
    model: Any,
    beat: Beat,
    *,
    best: float = float("inf"),
    enough: float = float("inf"),
    idle: float = float("inf"),
) -> Any:
    """Solve a model in one go; gives the status of the solver.

    `best` is the value that is known already. The search ends before its time when it is `enough` (of
    `time.monotonic`) and anything is known, or when so many seconds (`idle`) brought nothing better.
    """
    progress = _progress(best)
    with ThreadPoolExecutor(1) as pool:
        running: Future[Any] = pool.submit(solver.solve, model, progress)
        told = monotonic()
        try:
            while not wait([running], timeout=min(_BEAT / 8, idle / 4)).done:
                now = monotonic()
                if now - told >= _BEAT:
                    told = now
                    if not beat():
                        solver.stop_search()
                known = progress.best < float("inf")
                if known and (now >= enough or now - progress.at >= idle):
                    solver.stop_search()
        except BaseException:
            # Leaving waits for the thread.
            solver.stop_search()
            raise
        return running.result()


def _progress(best: float) -> Any:
    from ortools.sat.python import cp_model

    class Progress(cp_model.CpSolverSolutionCallback):
        """Notes when the search last found something better."""

        def __init__(self) -> None:
            super().__init__()
            self.best, self.at = best, monotonic()

        def on_solution_callback(self) -> None:
            if self.objective_value < self.best:
                self.best, self.at = self.objective_value, monotonic()

    return Progress()
