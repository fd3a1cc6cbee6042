"""`trainingmgr backup` and `trainingmgr restore`."""

from pathlib import Path

import click
from flask_babel import gettext as _

from trainingmgr.cli._common import echo_json, in_app, json_option, operator
from trainingmgr.cli._progress import progress_bar
from trainingmgr.services import installation
from trainingmgr.services.backup import Report, back_up
from trainingmgr.services.backup import restore as put_back


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@in_app
def backup(file: Path, as_json: bool) -> None:
    """Write everything but the keys into FILE, also beside a running server."""
    with progress_bar(_("Backing up"), hidden=as_json) as progress:
        report = back_up(file, progress)
    if as_json:
        echo_json(_as_json(file, report))
        return
    click.echo(
        _(
            "Wrote %(rows)s records and %(files)s issued files to %(file)s",
            rows=report.rows,
            files=report.files,
            file=file,
        )
    )
    click.echo(_("It holds no keys: keep those too, with `trainingmgr keys export FILE`."))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Give up what this installation holds now.")
@json_option
@in_app
def restore(file: Path, replace: bool, as_json: bool) -> None:
    """Put the content of FILE, a backup, into this installation: all of it, or nothing."""
    installation.prepare(operator())
    with progress_bar(_("Restoring"), hidden=as_json) as progress:
        report = put_back(file, operator(), replace=replace, progress=progress)
    if as_json:
        echo_json(_as_json(file, report))
        return
    click.echo(
        _("Restored %(rows)s records and %(files)s issued files.", rows=report.rows, files=report.files)
    )
    if not report.keys_match:
        click.echo(
            _(
                "The keys of this installation are not those of the backup. Until you bring those with "
                "`trainingmgr keys import FILE`, sealed ID numbers cannot be opened, people are not found "
                "by ID number, and no password fits. If they are lost, so are the ID numbers; new passwords "
                "are made with `trainingmgr user password EMAIL` and the present keys taken over with "
                "`trainingmgr init --adopt-keys`."
            ),
            err=True,
        )


def _as_json(file: Path, report: Report) -> dict[str, object]:
    lost = [] if report.keys_match else ["id_numbers", "search_by_id_number", "passwords"]
    return {
        "file": file,
        "created_at": report.created_at,
        "version": report.version,
        "records": report.rows,
        "files": report.files,
        "tables": report.tables,
        "keys_match": report.keys_match,
        "lost_without_keys": lost,
    }


commands = [backup, restore]
