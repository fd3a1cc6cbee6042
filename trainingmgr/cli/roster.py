"""The roster on the command line."""

import json
import sys
from datetime import datetime
from pathlib import Path

import click
from flask_babel import gettext as _

from trainingmgr.cli._common import echo_json, in_app, training_of
from trainingmgr.cli._table import aligned
from trainingmgr.domain.roster_column import RosterOrder
from trainingmgr.extensions import db
from trainingmgr.http.rendering import localised
from trainingmgr.http.roster_table import cells, header, roster_file
from trainingmgr.queries import roster as roster_queries
from trainingmgr.queries.roster import ExportRow


@click.command("roster")
@click.argument("code")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv", "xlsx"]),
    help="How to write it; the ending of --out decides otherwise, else text.",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write to a file."
)
@click.option(
    "--order",
    type=click.Choice([one.value for one in RosterOrder]),
    default=RosterOrder.NAME.value,
    help="By name, or as people were entered: for an import, as in its file.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@in_app
def roster(code: str, form: str | None, out: Path | None, order: str, as_json: bool) -> None:
    """Print the roster of the training CODE. ID numbers are masked."""
    ending = out.suffix.lstrip(".").lower() if out else ""
    form = form or ("json" if as_json else ending if ending in {"csv", "xlsx", "json"} else "text")
    if form == "xlsx" and out is None and sys.stdout.isatty():
        raise click.UsageError(_("A workbook is no text for a terminal: write it to a file with --out FILE."))
    training = training_of(code)
    rows = roster_queries.export_rows(db.session(), training.id, order=RosterOrder(order))
    if form in {"csv", "xlsx"}:
        title = f"{localised(training, 'title')} · {_('Roster')}"
        content = roster_file(form, title, rows, phones=True, zone=training.time_zone)
        if out:
            out.write_bytes(content)
        else:
            click.echo(content, nl=False)
    elif form == "json":
        people = [_plain(row) for row in rows]
        if out:
            document = {"training": training.code, "people": people}
            out.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        else:
            echo_json({"training": training.code, "people": people})
    else:
        text = "\n".join(aligned(_without_empty([header(), *cells(rows, phones=True)])))
        if out:
            out.write_text(text + "\n", encoding="utf-8")
        else:
            click.echo(text)


def _plain(row: ExportRow) -> dict[str, object]:
    values = row._asdict()
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def _without_empty(table: list[list[str]]) -> list[list[str]]:
    """The columns that say something of anybody."""
    used = [at for at in range(len(table[0])) if any(row[at] for row in table[1:])] or [0]
    return [[row[at] for at in used] for row in table]


commands = [roster]
