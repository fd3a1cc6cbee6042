"""`trainingmgr keys`: take them out, bring them in, put others in force, show them."""

import sys
from dataclasses import asdict
from pathlib import Path

import click
from flask_babel import gettext as _

from trainingmgr.cli._common import echo_json, in_app, json_option, operator
from trainingmgr.crypto import TokenDevice
from trainingmgr.services import keys as key_service

passphrase_option = click.option(
    "--passphrase-stdin", is_flag=True, help="Read the passphrase from standard input."
)
organisation_option = click.option(
    "--organisation", default="", help="Chinese name; needed where there are several."
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
        fingerprint = key_service.overview().fingerprint
        click.echo(_("These keys (%(fingerprint)s) are in place already.", fingerprint=fingerprint))


@keys.command()
@click.option("--tokens", is_flag=True, help="The key of QR tokens and badges only.")
@click.option("--signing", is_flag=True, help="The keys that sign certificates only.")
@json_option
@in_app
def rotate(tokens: bool, signing: bool, as_json: bool) -> None:
    """Put new keys in force; what the former ones signed stays verifiable."""
    both = tokens == signing
    key_service.rotate(operator(), tokens=tokens or both, signing=signing or both)
    _report_change(as_json)


@keys.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@organisation_option
@passphrase_option
@json_option
@in_app
def use(file: Path, organisation: str, passphrase_stdin: bool, as_json: bool) -> None:
    """Sign certificates with the key in the PKCS#12 FILE (.p12, .pfx)."""
    key_service.use_pkcs12(operator(), file, _read(passphrase_stdin, confirm=False), organisation)
    _report_change(as_json)


@keys.command("use-device")
@click.argument("key")
@click.option("--module", required=True, help="The PKCS#11 library of the device's maker.")
@click.option("--token", required=True, help="The label of the token.")
@click.option("--pin-stdin", is_flag=True, help="Read the PIN from standard input.")
@organisation_option
@json_option
@in_app
def use_device(key: str, module: str, token: str, pin_stdin: bool, organisation: str, as_json: bool) -> None:
    """Sign certificates with the key labelled KEY on a PKCS#11 device."""
    if pin_stdin:
        pin = sys.stdin.readline().rstrip("\r\n")
    else:
        _need_terminal("--pin-stdin")
        pin = click.prompt(_("PIN"), hide_input=True, err=True)
    key_service.use_device(operator(), TokenDevice(module, token, key, pin), organisation)
    _report_change(as_json)


@keys.command("use-made")
@organisation_option
@json_option
@in_app
def use_made(organisation: str, as_json: bool) -> None:
    """Sign certificates with the keys made here again."""
    key_service.use_made(operator(), organisation)
    _report_change(as_json)


@keys.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@organisation_option
@json_option
@in_app
def certificate(file: Path, organisation: str, as_json: bool) -> None:
    """Write the issuer's certificate to FILE (.pem, else DER), for readers to install."""
    written = key_service.write_certificate(file, organisation)
    if as_json:
        echo_json({"file": file, **asdict(written)})
        return
    click.echo(_("Wrote the certificate of %(subject)s to %(file)s.", subject=written.subject, file=file))
    click.echo(_("SHA-256 fingerprint: %(fingerprint)s", fingerprint=written.sha256))


@keys.command()
@json_option
@in_app
def show(as_json: bool) -> None:
    """List the keys in force and the retired ones; never a private part."""
    found = key_service.overview()
    if as_json:
        echo_json(asdict(found))
        return
    click.echo(_("Keys of sealed fields: %(fingerprint)s", fingerprint=found.fingerprint))
    retired = len(found.retired_token_keys)
    click.echo(_("Key of tokens: %(kid)s; %(retired)d retired", kid=found.token_key, retired=retired))
    kinds = {
        "made": _("key made here"),
        "pkcs12": _("key of the organisation's own"),
        "device": _("key on a device"),
    }
    click.echo(_("Certificates to sign with; %(retired)d retired keys", retired=len(found.retired_signing)))
    for one in found.certificates:
        click.echo(f"  {one.subject}  {one.start} – {one.end}  SHA-256 {one.sha256[:16]}  {kinds[one.kind]}")


def _report_change(as_json: bool) -> None:
    found = key_service.overview()
    if as_json:
        echo_json(asdict(found))
    else:
        click.echo(_("The keys are in force. Start server and workers again, so that they use them."))
        click.echo(_("Export the keys again: `trainingmgr keys export FILE`."))


def _need_terminal(instead: str) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError(
            _("There is no terminal to ask at: write it to standard input, with %(option)s.", option=instead)
        )


def _read(from_stdin: bool, confirm: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    _need_terminal("--passphrase-stdin")
    if confirm:
        ask = _("Passphrase of %(least)d characters or more", least=key_service.PASSPHRASE_LENGTH)
    else:
        ask = _("Passphrase")
    again = _("The same once more") if confirm else False
    given: str = click.prompt(ask, hide_input=True, confirmation_prompt=again, err=True)
    return given


commands = [keys]
