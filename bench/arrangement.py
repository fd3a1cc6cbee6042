"""Arranging 120 people in groups, buses and rooms, and 500, beside a plain model of a yes or no a person and container."""

import random
import statistics
import time
from dataclasses import replace

from bench.row import Row
from trainingmgr.domain.arrangement import (
    Aims,
    Answer,
    ArrangementKind,
    Container,
    Problem,
    Someone,
    Status,
    Trait,
    arrange,
    problem_of,
)

_CLASS, _LARGE = 120, 500
_SECONDS, _SECONDS_OF_LARGE = 10.0, 60.0
_GROUP, _BUS, _ROOM = ArrangementKind.GROUP, ArrangementKind.BUS, ArrangementKind.ROOM
_AIMS = {
    _GROUP: Aims(spread=(Trait.REGION, Trait.SEX, Trait.LEVEL)),
    _BUS: Aims(gather=(Trait.GROUP,)),
    _ROOM: Aims(gather=(Trait.REGION, Trait.UNIT)),
}


def rows(rounds: int = 3) -> list[Row]:
    """A class put into 8 groups, 3 buses and 60 rooms; one of 500; and somebody who comes late."""
    plain = [_timed(_plain, _problem(_CLASS, _ROOM, 60), _SECONDS) for _round in range(rounds)]
    ours = [_whole(_CLASS, (8, 3, 60), _SECONDS) for _round in range(rounds)]
    large = [_whole(_LARGE, (20, 12, 251), _SECONDS_OF_LARGE) for _round in range(rounds)]
    late = [_late() for _round in range(rounds)]
    return [
        _row(
            "arranging 120: 8 groups, 3 buses, 60 rooms / the rooms alone, plain model", ours, plain, _SECONDS
        ),
        _row(
            "arranging 500: 20 groups, 12 buses, 251 rooms / 120's rooms, plain model",
            large,
            plain,
            _SECONDS_OF_LARGE,
        ),
        _row("one of 120 comes late / 120's rooms, plain model", late, plain, _SECONDS),
    ]


def _row(name: str, ours: list[float], peer: list[float], most: float) -> Row:
    ratios = [theirs / mine for mine, theirs in zip(ours, peer, strict=True)]
    middle, seconds = statistics.median(ratios), statistics.median(ours)
    return Row(
        name=name,
        ours=f"{seconds:.2f} s",
        peer=f"{statistics.median(peer):.2f} s",
        ratio=middle,
        spread=max(abs(ratio - middle) for ratio in ratios) / middle,
        aim=f"under {most:g} s, proven or with its gap",
        ok=seconds < most,
    )


def _whole(people: int, numbers: tuple[int, int, int], seconds: float) -> float:
    """Seconds for groups, buses and rooms together. What is neither proven nor has a bound is an error."""
    taken = 0.0
    for kind, number in zip((_GROUP, _BUS, _ROOM), numbers, strict=True):
        problem = _problem(people, kind, number)
        began = time.perf_counter()
        answer = arrange(problem, seconds / 2)
        taken += time.perf_counter() - began
        _check(answer, people)
    return taken


def _check(answer: Answer, people: int) -> None:
    if len(answer.placed) != people or answer.status not in {Status.BEST, Status.GOOD}:
        raise AssertionError("not everybody was placed")


def _late() -> float:
    problem = _problem(_CLASS, _ROOM, 60)
    first = arrange(problem)
    left = [one for one in problem.people if one.id not in {3, 4}]
    sex = next(one for one in problem.people if one.id == 3).traits[Trait.SEX]
    late = Someone(_CLASS + 1, {Trait.SEX: sex, Trait.REGION: "r1", Trait.UNIT: "r1u1"})
    began = time.perf_counter()
    answer = arrange(replace(problem, people=[*left, late], present=first.placed, stay=True))
    taken = time.perf_counter() - began
    if answer.moved:
        raise AssertionError("somebody was moved though a bed was free")
    return taken


def _problem(people: int, kind: ArrangementKind, number: int) -> Problem:
    draw = random.Random(5)
    found = []
    for at in range(people):
        region = f"r{draw.randrange(31)}"
        traits = {
            Trait.REGION: region,
            Trait.UNIT: f"{region}u{draw.randrange(3)}",
            Trait.SEX: "female" if at < people * 2 // 5 else "male",
            Trait.LEVEL: str(draw.choice((2, 3, 3, 4, 4, 4, 5))),
            Trait.GROUP: f"g{at % 8}",
        }
        found.append(Someone(at, traits))
    places = {_GROUP: None, _BUS: 45, _ROOM: 2}[kind]
    return problem_of(
        kind, _AIMS[kind], found, [Container(str(at), places) for at in range(number)], stay=False
    )


def _timed(solve: object, problem: Problem, seconds: float) -> float:
    assert callable(solve)
    began = time.perf_counter()
    solve(problem, seconds)
    return time.perf_counter() - began


def _plain(problem: Problem, seconds: float) -> None:
    """As one writes it down first: is this person in that room, does that room hold that region."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    rooms, mixed = range(len(problem.containers)), []
    at = [[model.new_bool_var("") for _room in rooms] for _one in problem.people]
    for row in at:
        model.add_exactly_one(row)
    women = [model.new_bool_var("") for _room in rooms]
    for room in rooms:
        model.add(sum(row[room] for row in at) <= (problem.containers[room].places or len(at)))
        for one, row in zip(problem.people, at, strict=True):
            allowed = women[room] if one.traits[Trait.SEX] == "female" else women[room].negated()
            model.add_implication(row[room], allowed)
        for trait, weight in problem.gather.items():
            for value in sorted({one.traits[trait] for one in problem.people}):
                here = model.new_bool_var("")
                for one, row in zip(problem.people, at, strict=True):
                    if one.traits[trait] == value:
                        model.add_implication(row[room], here)
                mixed.append(weight * here)
    model.minimize(sum(mixed))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers = seconds, 2
    if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        raise AssertionError("the plain model found nothing")
