"""`trainingmgr verify`: a file, a folder of files, a serial, or the text of a QR; with the register or without it."""

import json
import re
import sys
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import click
from flask_babel import gettext as _

from trainingmgr.cli._common import echo_json, in_app, json_option
from trainingmgr.documents.signature import SignatureState, check
from trainingmgr.documents.token import (
    REVOCATIONS,
    CertificateClaims,
    looks_like_token,
    read_payload,
    read_token,
)
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import keyring
from trainingmgr.http.labels import label
from trainingmgr.http.words import sentence
from trainingmgr.queries.certificate import verification
from trainingmgr.queries.certificate.verification import Proof, revocation_mark

LARGEST = 200 * 1024 * 1024
_ADDRESS = re.compile(rb"https?://[^\s()<>\\]+/v/([A-Za-z0-9._%-]+)\?c=([A-Za-z0-9._-]+)")


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one thing to be verified. `status` is valid, revoked, altered or unknown."""

    what: str
    status: str
    facts: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    is_sample: bool = False


@click.command()
@click.argument("file_or_serial")
@click.option(
    "--code", default="", help="The verification code on the paper; then a serial alone proves nothing."
)
@click.option(
    "--keys",
    "keys_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An issuer's public keys (keys.json): verify by the QR's token alone, without a register.",
)
@click.option(
    "--revoked",
    "revoked_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The issuer's list of revoked certificates (revoked.jwt), with --keys.",
)
@json_option
@in_app
def verify(
    file_or_serial: str, code: str, keys_file: Path | None, revoked_file: Path | None, as_json: bool
) -> None:
    """Tell whether certificates are valid.

    A PDF or a folder of PDFs by their bytes, a serial by the register, the text of a QR by its signature.
    Exit status 0 when everything is valid, 1 when anything is revoked, altered or unknown, 2 when the
    file does not exist.
    """
    path = Path(file_or_serial)
    if keys_file is not None:
        found = _away(path, file_or_serial, keys_file, revoked_file)
    elif path.is_dir():
        found = _each(path, _file)
    elif path.is_file():
        found = [_file(path)]
    elif "/v/" in file_or_serial or looks_like_token(file_or_serial):
        found = [_token(file_or_serial)]
    else:
        found = [_serial(file_or_serial, code)]
        if found[0].status == "unknown" and (path.suffix.lower() == ".pdf" or len(path.parts) > 1):
            raise click.UsageError(_("There is no file %(file)s.", file=file_or_serial))
    _tell(found, as_json=as_json, folder=path.is_dir())
    sys.exit(0 if all(one.status == "valid" for one in found) else 1)


def _pdfs(folder: Path) -> list[Path]:
    found = sorted(one for one in folder.rglob("*") if one.suffix.lower() == ".pdf" and one.is_file())
    if not found:
        raise Refusal("certificate.folder_empty", folder=str(folder))
    return found


def _each(folder: Path, judge: Callable[[Path], Finding]) -> list[Finding]:
    """Every PDF of a folder by where it lies there; one that cannot be read does not hold up the others."""
    found = []
    for path in _pdfs(folder):
        try:
            finding = judge(path)
        except Refusal as refusal:
            finding = Finding(path.name, "unknown", note=sentence(refusal))
        except OSError as error:
            finding = Finding(path.name, "unknown", note=error.strerror or str(error))
        found.append(replace(finding, what=path.relative_to(folder).as_posix()))
    return found


def _file(path: Path) -> Finding:
    """By the register: the very bytes, else what the file's own QR says it was."""
    data = _bytes(path)
    proof = verification.prove_file(sha256(data).hexdigest())
    if proof is not None:
        return _proven(path.name, proof)
    serial, given = _claim(data)
    claimed = None
    if serial:
        try:
            claims = read_token(given, keyring.token_keys.public_keys)
            claimed = verification.prove(claims.serial, claims.code)
        except Refusal as refusal:
            return Finding(path.name, "altered", note=sentence(refusal))
    if claimed is not None:
        return Finding(
            path.name, "altered", {"serial": claimed.serial}, _("The file is not the one that was issued.")
        )
    return _by_signature(path.name, data)


def _by_signature(name: str, data: bytes) -> Finding:
    """Of a file that the register does not know: whether our key once signed it."""
    try:
        found = check(data, keyring.signing.pins)
    except Refusal as refusal:
        return Finding(name, "unknown", note=sentence(refusal))
    if found.state is SignatureState.ALTERED and found.ours:
        return Finding(name, "altered", note=_("It was signed here, and changed afterwards."))
    if found.state is SignatureState.OURS:
        return Finding(
            name, "unknown", note=_("It was signed here, but is in no register of this installation.")
        )
    if found.state is SignatureState.UNKNOWN_ISSUER:
        return Finding(
            name, "unknown", note=_("It was signed by somebody else: %(signer)s.", signer=found.signer)
        )
    return Finding(name, "unknown", note=_("No certificate with exactly these bytes was issued here."))


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise Refusal("certificate.file_large", name=path.name, longest=LARGEST // 1024**2)
    data = path.read_bytes()
    if b"%PDF-" not in data[:1024]:
        raise Refusal("certificate.file_no_pdf", name=path.name)
    return data


def _claim(data: bytes) -> tuple[str, str]:
    """Serial and token of the address that a file's QR leads to, if the file says so in plain letters."""
    found = _ADDRESS.search(data)
    return (unquote(found[1].decode()), found[2].decode()) if found else ("", "")


def _token(text: str) -> Finding:
    token = text.rpartition("c=")[2]
    if not looks_like_token(token):
        serial = unquote(text.partition("/v/")[2].partition("?")[0])
        return _serial(serial, token)
    try:
        claims = read_token(token, keyring.token_keys.public_keys)
    except Refusal as refusal:
        return Finding("QR", "altered", note=sentence(refusal))
    proof = verification.prove(claims.serial, claims.code)
    return _proven(claims.serial, proof) if proof else _unknown(claims.serial)


def _serial(serial: str, code: str) -> Finding:
    proof = verification.prove(serial, code) if code else verification.trusted(serial)
    return _proven(serial, proof) if proof else _unknown(serial)


def _unknown(serial: str) -> Finding:
    note = _("No certificate with this serial number was issued here, or the code is another one's.")
    return Finding(serial, "unknown", note=note)


def _proven(what: str, proof: Proof) -> Finding:
    facts = {
        "serial": proof.serial,
        "name": proof.snapshot.holder_name,
        "training": proof.title_zh,
        "host": proof.host_zh,
        "start_date": proof.start_date,
        "end_date": proof.end_date,
        "issue_date": proof.issue_date,
        "sample": proof.is_sample,
    }
    if proof.revoked_on and proof.ground:
        facts |= {"revoked_on": proof.revoked_on, "ground": label(proof.ground)}
    if proof.replaced_by:
        facts["replaced_by"] = proof.replaced_by
    return Finding(what, "valid" if proof.valid else "revoked", facts, is_sample=proof.is_sample)


def _away(path: Path, text: str, keys_file: Path, revoked_file: Path | None) -> list[Finding]:
    """By keys and list alone, as anybody's verifier would."""
    keys = _keys(keys_file)
    revoked: dict[str, Any] = {}
    if revoked_file is not None:
        payload = read_payload(revoked_file.read_text(encoding="ascii").strip(), keys, REVOCATIONS)
        revoked = payload.get("revoked", {})
    if path.is_dir():
        return _each(path, lambda one: _by_token(one.name, _claim(_bytes(one))[1], keys, revoked))
    if path.is_file():
        return [_by_token(path.name, _claim(_bytes(path))[1], keys, revoked)]
    return [_by_token("QR", text.rpartition("c=")[2], keys, revoked)]


def _keys(file: Path) -> dict[str, bytes]:
    try:
        listed = json.loads(file.read_text(encoding="utf-8"))["keys"]
        return {one["kid"]: urlsafe_b64decode(one["x"] + "=" * (-len(one["x"]) % 4)) for one in listed}
    except (ValueError, KeyError, TypeError):
        raise Refusal("certificate.keys_unreadable", name=file.name) from None


def _by_token(what: str, token: str, keys: dict[str, bytes], revoked: dict[str, Any]) -> Finding:
    if not token:
        return Finding(what, "unknown", note=_("The file says nowhere what its QR holds."))
    try:
        claims = read_token(token, keys)
    except Refusal as refusal:
        return Finding(what, "altered", note=sentence(refusal))
    status = "revoked" if revocation_mark(claims.serial, claims.code) in revoked else "valid"
    note = _(
        "Proven by its token; whether the file is the one that was issued, only its signature or the issuer can tell."
    )
    return Finding(what, status, _claimed(claims), note if what != "QR" else "", claims.is_sample)


def _claimed(claims: CertificateClaims) -> dict[str, Any]:
    return {
        "serial": claims.serial,
        "name": claims.masked_name,
        "training": claims.title,
        "host": claims.host,
        "start_date": claims.start_date,
        "end_date": claims.end_date,
        "issue_date": claims.issue_date,
        "sample": claims.is_sample,
    }


def _tell(found: Iterable[Finding], *, as_json: bool, folder: bool) -> None:
    if as_json:
        reports = [{"status": one.status, "what": one.what, **one.facts, "note": one.note} for one in found]
        echo_json(reports if folder else reports[0])
        return
    words = {"valid": _("Valid"), "revoked": _("Revoked"), "altered": _("Altered"), "unknown": _("Unknown")}
    for one in found:
        click.echo(f"{words[one.status]}  {one.what}" if folder else words[one.status])
        if one.facts.get("name"):
            facts = one.facts
            click.echo(f"  {facts['serial']}  {facts['name']}  {facts['training']}  {facts['issue_date']}")
        if one.facts.get("revoked_on"):
            click.echo(f"  {one.facts['revoked_on']}  {one.facts['ground']}")
        if one.facts.get("replaced_by"):
            click.echo(
                "  " + _("Certificate %(serial)s was issued in its place.", serial=one.facts["replaced_by"])
            )
        if one.is_sample:
            click.echo("  " + _("This is a sample made to show the system. It certifies nothing."))
        if one.note:
            click.echo(f"  {one.note}")


commands = [verify]
