"""One person twice in a file."""

from collections import Counter
from collections.abc import Sequence

from trainingmgr.domain.person import text_key
from trainingmgr.domain.roster_file.records import Problem, RosterRow

_NO_UNIT = ("unit", "")


def find_twice(rows: Sequence[RosterRow]) -> list[Problem]:
    """Name both rows wherever one person stands twice.

    One person: the same ID document; or, unless two different documents tell them apart, the same
    name with the same unit or the same phone. Without a unit the name is enough where a phone is missing.
    """
    problems: list[Problem] = []
    pairs: set[tuple[int, int]] = set()

    def both(first: int, second: int, code: str) -> None:
        if (first, second) in pairs:
            return
        pairs.add((first, second))
        problems.append(Problem(first, None, code, {"other": second}))
        problems.append(Problem(second, None, code, {"other": first}))

    numbers = [row.document.number for row in rows if row.document is not None]
    if len(set(numbers)) < len(numbers):
        documents: dict[str, RosterRow] = {}
        for row in rows:
            if row.document is not None:
                first = documents.setdefault(row.document.number, row)
                if first is not row:
                    alike = first.name_key == row.name_key
                    both(first.row, row.row, "row_twice" if alike else "document_twice")
    keys = [row.name_key for row in rows]
    named: dict[str, list[RosterRow]] = {key: [] for key, times in Counter(keys).items() if times > 1}
    for key, row in zip(keys, rows, strict=True):
        if key in named:
            named[key].append(row)
    for namesakes in named.values():
        # Of each place the first row, and the first that no document tells apart from others.
        firsts: dict[tuple[str, str], RosterRow] = {}
        unproven: dict[tuple[str, str], RosterRow] = {}
        for row in namesakes:
            places = [("unit", text_key(row.unit))]
            if row.phone:
                places.append(("phone", row.phone))
            for place in places:
                other = firsts.setdefault(place, row) if row.document is None else unproven.get(place)
                # Where neither names a unit, two different phones are two people.
                apart = place == _NO_UNIT and row.phone and other is not None and other.phone
                if other is not None and other is not row and not apart:
                    both(other.row, row.row, "person_twice")
                firsts.setdefault(place, row)
                if row.document is None:
                    unproven.setdefault(place, row)
    return problems
