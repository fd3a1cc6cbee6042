"""The preview of an import: a page of lines, the columns, the figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from trainingmgr.domain.person import mask_id_number, show_phone
from trainingmgr.domain.roster_file import RosterField
from trainingmgr.http.words.roster_import import FIELDS, problem_sentence, shown_value
from trainingmgr.services.roster_import import Draft, PlannedRow, Verdict

PAGE = 100
CHECK = "check"

VERDICTS: dict[Verdict, LazyString] = {
    Verdict.REFUSED: _l("To correct"),
    Verdict.NEW: _l("New"),
    Verdict.UPDATE: _l("Changed"),
    Verdict.UNCHANGED: _l("Unchanged"),
}
_TONES = {Verdict.REFUSED: "bad", Verdict.NEW: "good", Verdict.UPDATE: "warn", Verdict.UNCHANGED: ""}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file as the preview shows it; `known_unit` where the unit is known by another name."""

    row: int
    word: LazyString
    tone: str
    name: str
    latin_name: str
    unit: str
    known_unit: str
    post: str
    phone: str
    identity: str
    problems: Sequence[str]
    doubts: Sequence[str]
    changes: Sequence[tuple[LazyString, str, str]]


@dataclass(frozen=True, slots=True)
class Preview:
    """One page of a draft's lines. `shown` is the verdict, or `check`, that the lines are narrowed to."""

    draft: Draft
    shown: str
    page: int
    pages: int
    lines: Sequence[Line]
    filters: Sequence[tuple[str, LazyString, int]]

    @property
    def counts(self) -> Mapping[Verdict, int]:
        return self.draft.plan.counts


def preview_of(draft: Draft, shown: str | None, page: int) -> Preview:
    """The lines that `shown` asks for; what is to be corrected first, where nothing is asked."""
    plan = draft.plan
    doubtful = sum(1 for row in plan.rows if row.doubts)
    if shown is None:
        shown = "" if plan.clean else Verdict.REFUSED
    rows = [row for row in plan.rows if _is_shown(row, shown)]
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 1), pages)
    filters: list[tuple[str, LazyString, int]] = [("", _l("All"), len(plan.rows))]
    filters += [(verdict.value, word, plan.counts[verdict]) for verdict, word in VERDICTS.items()]
    filters.append((CHECK, _l("Please check"), doubtful))
    return Preview(
        draft=draft,
        shown=shown,
        page=page,
        pages=pages,
        lines=[_line(row, draft) for row in rows[(page - 1) * PAGE : page * PAGE]],
        filters=[one for one in filters if one[2] or not one[0]],
    )


def _is_shown(row: PlannedRow, shown: str) -> bool:
    if shown == CHECK:
        return bool(row.doubts)
    return not shown or row.verdict == shown


def _line(row: PlannedRow, draft: Draft) -> Line:
    person = row.person
    name, unit, post = draft.as_typed.get(row.row, ("", "", ""))
    return Line(
        row=row.row,
        word=VERDICTS[row.verdict],
        tone=_TONES[row.verdict],
        name=row.name or name,
        latin_name=person.latin_name if person else "",
        unit=person.unit if person else unit,
        known_unit=draft.plan.known_units.get(person.unit, "") if person else "",
        post=person.post if person else post,
        phone=show_phone(person.phone) if person else "",
        identity=mask_id_number(person.document.number) if person and person.document else "",
        problems=[problem_sentence(one) for one in row.problems],
        doubts=[problem_sentence(one) for one in row.doubts],
        changes=[
            (FIELDS[one.field], shown_value(one.field, one.before), shown_value(one.field, one.after))
            for one in row.changes
        ],
    )


def column_choices() -> list[tuple[str, LazyString]]:
    """What a column may hold, for a select field."""
    return [("", _l("do not import")), *((field.value, word) for field, word in FIELDS.items())]


def read_mapping(values: Mapping[str, str], columns: int) -> dict[int, RosterField | None]:
    """The mapping that the columns form sends; a value that no field has counts as not imported."""
    known = {field.value: field for field in RosterField}
    return {index: known.get(values.get(f"c{index}", "")) for index in range(columns)}
