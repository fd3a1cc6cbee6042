"""`trainingmgr attendance import CODE FILE` and `trainingmgr eligible CODE`."""

import sys
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _

from trainingmgr.cli._common import echo_json, in_app, json_option, kind_option, operator, training_of
from trainingmgr.cli._table import aligned
from trainingmgr.domain.certificate import FOR_LECTURERS, CertificateKind
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db
from trainingmgr.http.labels import label
from trainingmgr.http.rendering import number
from trainingmgr.http.verdicts import reasons
from trainingmgr.http.words import sentence
from trainingmgr.queries.certificate import offers
from trainingmgr.queries.eligibility import Candidate, Eligibility, eligibility
from trainingmgr.services.attendance import ImportResult, import_attendance


@click.group("attendance")
def attendance() -> None:
    """Attendance of a training."""


@attendance.command("import")
@click.argument("code")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@json_option
@in_app
def import_command(code: str, file: Path, dry_run: bool, as_json: bool) -> None:
    """Take marks over from a file (.xlsx or .csv) into the training CODE: every mark, or none.

    The file has a column with names (and, where namesakes need it, unit, phone or ID number) and
    either a column for each session, headed by its title, or the two columns session and mark.

    Exit status 0: done, or nothing to do. 1: refused, nothing written. 2: wrong usage.
    """
    training = training_of(code)
    result = import_attendance(operator(), training, file.read_bytes(), dry_run=dry_run)
    refused = Refusal("attendance_file_faulty", count=len(result.problems)) if result.problems else None
    if as_json:
        echo_json(_report(training.code, file.name, result, refused, dry_run=dry_run))
    else:
        _print(result, refused, dry_run=dry_run)
    sys.exit(1 if refused else 0)


def _print(result: ImportResult, refused: Refusal | None, *, dry_run: bool) -> None:
    for problem in result.problems:
        click.echo(sentence(problem), err=True)
    if refused:
        click.echo(sentence(refused), err=True)
        return
    words = {"new": result.new, "changed": result.changed, "unchanged": result.unchanged}
    if not result.new and not result.changed:
        click.echo(_("Nothing to do: the marks stand like this already (%(unchanged)d).", **words))
    elif dry_run:
        click.echo(_("Marks to add: %(new)d, to change: %(changed)d, unchanged: %(unchanged)d.", **words))
    else:
        click.echo(_("Marks added: %(new)d, changed: %(changed)d, unchanged: %(unchanged)d.", **words))


def _report(
    code: str, file: str, result: ImportResult, refused: Refusal | None, *, dry_run: bool
) -> dict[str, Any]:
    return {
        "training": code,
        "file": file,
        "dry_run": dry_run,
        "written": result.written,
        "refused": refused.code if refused else None,
        "message": sentence(refused) if refused else None,
        "people": result.people,
        "new": result.new,
        "changed": result.changed,
        "unchanged": result.unchanged,
        "problems": [{"code": one.code, "message": sentence(one), **one.values} for one in result.problems],
    }


@click.command("eligible")
@click.argument("code")
@kind_option
@json_option
@in_app
def eligible(code: str, kind: str, as_json: bool) -> None:
    """Say of everybody in the training CODE whether they may get a certificate, and why not."""
    training, wanted = training_of(code), CertificateKind(kind)
    if wanted in FOR_LECTURERS:
        raise click.UsageError(_("Letters go to lecturers: each who is named in the timetable may get one."))
    offer = offers.offer(db.session(), training, wanted)
    if offer is None:
        raise Refusal("certificate.kind_not_offered", kind=wanted.value)
    found = eligibility(db.session(), training, offer=offer)
    if as_json:
        echo_json(
            {
                "training": training.code,
                "planned": number(found.planned),
                "eligible": len(found.eligible),
                "people": [_person(one, found) for one in found.people],
            }
        )
        return
    rows = [
        (
            one.name,
            one.unit,
            f"{number(one.earned)}/{number(one.planned)}",
            _("yes") if one.eligible else _("no"),
            one.certificate.serial if one.certificate else "; ".join(reasons(one.verdict, found.sessions)),
        )
        for one in found.people
    ]
    head = (_("Name"), _("Unit"), _("Hours"), _("Eligible"), _("Serial number or reason"))
    for line in aligned([head, *rows]):
        click.echo(line)
    click.echo(
        _("%(eligible)d of %(people)d may get a certificate.", eligible=len(found.eligible), people=len(rows))
    )


def _person(one: Candidate, found: Eligibility) -> dict[str, Any]:
    return {
        "registration": one.registration_id,
        "name": one.name,
        "unit": one.unit,
        "status": one.status.value,
        "status_word": label(one.status),
        "earned": number(one.earned),
        "needed": number(one.verdict.needed_hours),
        "eligible": one.eligible,
        "shortfalls": [reason.value for reason in one.verdict.shortfalls],
        "reasons": reasons(one.verdict, found.sessions),
        "certificate": one.certificate.serial if one.certificate else None,
        "is_sample": one.is_sample,
    }


commands = [attendance, eligible]
