"""`trainingmgr keys export` and `keys import`."""

import sys
from pathlib import Path

import click
from flask_babel import gettext as _

from trainingmgr.cli._common import echo_json, in_app, json_option, operator
from trainingmgr.extensions import keyring
from trainingmgr.services import keys as key_service

passphrase_option = click.option(
    "--passphrase-stdin", is_flag=True, help="Read the passphrase from standard input."
)


@click.group()
def keys() -> None:
    """The installation's keys, which no backup holds."""


@keys.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@passphrase_option
@json_option
@in_app
def export(file: Path, passphrase_stdin: bool, as_json: bool) -> None:
    """Write the keys into FILE under a passphrase."""
    passphrase = _read(passphrase_stdin, confirm=True)
    fingerprint = key_service.export_keys(operator(), file, passphrase)
    if as_json:
        echo_json({"file": file, "fingerprint": fingerprint})
        return
    click.echo(
        _(
            "Wrote the keys (%(fingerprint)s) to %(file)s. Keep the file and the passphrase apart from "
            "each other and from the backups.",
            fingerprint=fingerprint,
            file=file,
        )
    )


@keys.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Give up other keys that this database is sealed with.")
@passphrase_option
@json_option
@in_app
def import_(file: Path, replace: bool, passphrase_stdin: bool, as_json: bool) -> None:
    """Take the keys in FILE for this installation's."""
    passphrase = _read(passphrase_stdin, confirm=False)
    changed = key_service.import_keys(operator(), file, passphrase, replace=replace)
    if as_json:
        echo_json({"file": file, "changed": changed})
    elif changed:
        click.echo(_("The keys are in place. Start server and workers again, so that they use them."))
    else:
        click.echo(_("These keys (%(fingerprint)s) are in place already.", fingerprint=keyring.fingerprint()))


def _read(from_stdin: bool, confirm: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if confirm:
        ask = _("Passphrase of %(least)d characters or more", least=key_service.PASSPHRASE_LENGTH)
    else:
        ask = _("Passphrase")
    again = _("The same once more") if confirm else False
    given: str = click.prompt(ask, hide_input=True, confirmation_prompt=again, err=True)
    return given


commands = [keys]
