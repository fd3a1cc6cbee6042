"""`trainingmgr import CODE FILE`."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _
from flask_babel import ngettext

from trainingmgr.cli._common import echo_json, in_app, json_option, operator, training_of
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import OverCapacity
from trainingmgr.extensions import db
from trainingmgr.http.words import sentence
from trainingmgr.http.words.roster_import import FIELDS, IGNORED, problem_sentence, shown_value
from trainingmgr.services.roster_import import (
    ImportRefused,
    Plan,
    PlannedRow,
    Verdict,
    import_roster,
    plan_import,
)


@click.command("import")
@click.argument("code")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.option("--update", is_flag=True, help="Change people on the roster whose values differ in the file.")
@json_option
@in_app
def import_command(code: str, file: Path, dry_run: bool, update: bool, as_json: bool) -> None:
    """Import a roster (.xlsx or .csv) into the training CODE: every row, or none.

    Exit status 0: done, or nothing to do. 1: refused, nothing written. 2: wrong usage.
    """
    training = training_of(code)
    data = file.read_bytes()
    refused: Refusal | None = None
    if dry_run:
        plan = plan_import(db.session(), training, data)
        refused = _would_refuse(plan, update=update)
    else:
        try:
            with _Bar(hidden=as_json) as bar:
                plan = import_roster(
                    training.id,
                    data,
                    operator(),
                    file_name=file.name,
                    update=update,
                    over=OverCapacity.TAKE,
                    progress=bar.progress,
                )
        except ImportRefused as refusal:
            plan, refused = refusal.plan, refusal
    written = not dry_run and refused is None and bool(plan.counts[Verdict.NEW] + plan.counts[Verdict.UPDATE])
    if as_json:
        echo_json(_report(training.code, file.name, plan, refused, dry_run=dry_run, written=written))
    else:
        _print(plan, refused, dry_run=dry_run)
    sys.exit(1 if refused else 0)


commands = [import_command]


def _would_refuse(plan: Plan, *, update: bool) -> Refusal | None:
    if not plan.clean:
        return Refusal("import_faulty", rows=plan.counts[Verdict.REFUSED])
    if plan.counts[Verdict.UPDATE] and not update:
        return Refusal("import_needs_update", rows=plan.counts[Verdict.UPDATE])
    return None


class _Bar:
    """A progress bar on the terminal's error stream, from the first row that is written."""

    def __init__(self, *, hidden: bool) -> None:
        self._hidden = hidden or not sys.stderr.isatty()
        self._bar: Any = None
        self._done = 0
        self.progress: Callable[[int, int], None] = self._progress

    def __enter__(self) -> "_Bar":
        return self

    def _progress(self, done: int, total: int) -> None:
        if self._hidden or not total:
            return
        if self._bar is None:
            self._bar = click.progressbar(length=total, label=_("Importing"), file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(done - self._done)
        self._done = done

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.__exit__(*error)


def _print(plan: Plan, refused: Refusal | None, *, dry_run: bool) -> None:
    if plan.sheet:
        click.echo(
            _("Sheet “%(sheet)s”, header in row %(row)d.", sheet=plan.sheet, row=plan.layout.header_row)
        )
    for one in plan.ignored:
        if one.kind != "title":
            click.echo(
                _(
                    "Row %(row)d passed over (%(kind)s): %(text)s",
                    row=one.row,
                    kind=IGNORED[one.kind],
                    text=one.text,
                )
            )
    for row in plan.rows:
        _print_row(row)
    counts = plan.counts
    if refused:
        click.echo(sentence(refused), err=True)
        return
    if not counts[Verdict.NEW] and not counts[Verdict.UPDATE]:
        click.echo(
            ngettext(
                "Nothing to do: this person is on the roster with these values already.",
                "Nothing to do: all %(num)d people are on the roster with these values already.",
                counts[Verdict.UNCHANGED],
            )
        )
        return
    words = {
        "new": counts[Verdict.NEW],
        "changed": counts[Verdict.UPDATE],
        "unchanged": counts[Verdict.UNCHANGED],
    }
    if dry_run:
        click.echo(_("Would add %(new)d, change %(changed)d and leave %(unchanged)d as they are.", **words))
    else:
        click.echo(_("Added %(new)d, changed %(changed)d, left %(unchanged)d as they were.", **words))
    if plan.over_capacity:
        click.echo(_("The roster is %(num)d over the training's capacity.", num=plan.over_capacity), err=True)


def _print_row(row: PlannedRow) -> None:
    place = (
        _("Row %(row)d (%(name)s)", row=row.row, name=row.name) if row.name else _("Row %(row)d", row=row.row)
    )
    for problem in row.problems:
        click.echo(_("%(place)s: %(text)s", place=place, text=problem_sentence(problem)), err=True)
    for doubt in row.doubts:
        click.echo(_("%(place)s, please check: %(text)s", place=place, text=problem_sentence(doubt)))
    for change in row.changes:
        before, after = (shown_value(change.field, value) for value in (change.before, change.after))
        click.echo(
            _(
                "%(place)s, %(field)s: %(before)s → %(after)s",
                place=place,
                field=FIELDS[change.field],
                before=before,
                after=after,
            )
        )


def _report(
    code: str, file: str, plan: Plan, refused: Refusal | None, *, dry_run: bool, written: bool
) -> dict[str, Any]:
    return {
        "training": code,
        "file": file,
        "sheet": plan.sheet,
        "header_row": plan.layout.header_row,
        "dry_run": dry_run,
        "written": written,
        "refused": refused.code if refused else None,
        "message": sentence(refused) if refused else None,
        "counts": {verdict.value: count for verdict, count in plan.counts.items()},
        "new_units": list(plan.new_units),
        "known_units": dict(plan.known_units),
        "over_capacity": plan.over_capacity,
        "rows": [_row(row) for row in plan.rows],
        "ignored": [{"row": one.row, "kind": one.kind.value, "text": one.text} for one in plan.ignored],
    }


def _row(row: PlannedRow) -> dict[str, Any]:
    return {
        "row": row.row,
        "name": row.name or None,
        "verdict": row.verdict.value,
        "changes": [
            {"field": one.field.value, "before": one.before, "after": one.after} for one in row.changes
        ],
        "problems": [_problem(one) for one in row.problems],
        "doubts": [_problem(one) for one in row.doubts],
    }


def _problem(problem: Any) -> dict[str, Any]:
    return {
        "field": problem.field.value if problem.field else None,
        "code": problem.code,
        "message": problem_sentence(problem),
    }
