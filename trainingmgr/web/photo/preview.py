"""The preview of uploaded photographs: a page of files, each with whom it fits or why it fits nobody."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainingmgr.http.labels import label
from trainingmgr.http.words import say
from trainingmgr.queries.photo import Member
from trainingmgr.services.photo import Line, Plan, Verdict

PAGE = 60
CHECK = "check"

VERDICTS: dict[Verdict, LazyString] = {
    Verdict.SEVERAL: _l("Fits several"),
    Verdict.NOBODY: _l("Fits nobody"),
    Verdict.TWICE: _l("Several files for one person"),
    Verdict.BROKEN: _l("Not a photograph"),
    Verdict.NEW: _l("New"),
    Verdict.REPLACES: _l("Replaces one"),
    Verdict.SAME: _l("There already"),
}
_TONES = {
    Verdict.NEW: "good",
    Verdict.REPLACES: "warn",
    Verdict.SAME: "",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A file as the preview shows it; `choices` are those of whom somebody may say that it is theirs."""

    photo_id: int
    path: str
    has_picture: bool
    word: LazyString
    tone: str
    name: str
    unit: str
    said: Sequence[str]
    choices: Sequence[tuple[int, str]]
    chosen: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """One page of a plan. `shown` is the verdict, or `check`, that the files are narrowed to."""

    plan: Plan
    shown: str
    page: int
    pages: int
    rows: Sequence[Row]
    filters: Sequence[tuple[str, LazyString, int]]


def preview_of(plan: Plan, shown: str, page: int) -> Preview:
    """The files that `shown` asks for, those first that somebody has to look at."""
    order = list(VERDICTS)
    lines = sorted(
        (line for line in plan.lines if _is_shown(line, shown)), key=lambda line: order.index(line.verdict)
    )
    pages = max(1, -(-len(lines) // PAGE))
    page = min(max(page, 1), pages)
    filters: list[tuple[str, LazyString, int]] = [("", _l("All"), len(plan.lines))]
    filters += [(one.value, word, plan.counts[one]) for one, word in VERDICTS.items()]
    filters.append((CHECK, _l("Please check"), sum(1 for line in plan.lines if line.doubts)))
    return Preview(
        plan=plan,
        shown=shown,
        page=page,
        pages=pages,
        rows=[_row(line) for line in lines[(page - 1) * PAGE : page * PAGE]],
        filters=[one for one in filters if one[2] or not one[0]],
    )


def _is_shown(line: Line, shown: str) -> bool:
    if shown == CHECK:
        return bool(line.doubts)
    return not shown or line.verdict == shown


def _row(line: Line) -> Row:
    one = line.people[0] if len(line.people) == 1 else None
    said = [say(line.code, line.values)] if line.code else []
    if line.verdict is Verdict.TWICE:
        said.append(_("Another file is this person's too. Say which of them it is."))
    several = line.verdict in {Verdict.SEVERAL, Verdict.TWICE}
    return Row(
        photo_id=line.photo_id,
        path=line.path,
        has_picture=bool(line.sha256),
        word=VERDICTS[line.verdict],
        tone=_TONES.get(line.verdict, "bad"),
        name=one.name if one else "",
        unit=one.unit if one else "",
        said=[*said, *(label(doubt) for doubt in line.doubts)],
        choices=[(person.id, _told_apart(person)) for person in line.people] if several else [],
        chosen=line.chosen,
    )


def _told_apart(person: Member) -> str:
    details = (person.unit, f"*{person.phone_tail}" if person.phone_tail else "")
    return " · ".join([person.name, *filter(None, details)])
