"""`trainingmgr issue` and `revoke`."""

import os
import socket
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _
from flask_babel import ngettext

from trainingmgr.cli._common import echo_json, in_app, json_option, kind_option, operator, training_of
from trainingmgr.cli._progress import Progress, progress_bar
from trainingmgr.domain.certificate import FOR_LECTURERS, CertificateKind, RevocationGround
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db
from trainingmgr.http.words import say
from trainingmgr.models import Job, Training
from trainingmgr.queries import eligibility as eligibility_queries
from trainingmgr.queries import job as jobs
from trainingmgr.queries.certificate import facts, lecturers, register
from trainingmgr.queries.certificate.offers import offer_named
from trainingmgr.services import certificate as service

# Between two looks at a job whose last items another worker holds.
_WAIT_SECONDS = 0.3


@click.command()
@click.argument("code")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Lay the PDFs into this folder, one a person.",
)
@click.option(
    "--date",
    "issue_date",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Date on the certificates; the training's by default.",
)
@kind_option
@json_option
@in_app
def issue(code: str, out: Path | None, issue_date: datetime | None, kind: str, as_json: bool) -> None:
    """Issue a certificate to everybody on training CODE who may get one, and wait for the end.

    Exit status 0 when everybody who may get a certificate has one at the end, 1 otherwise.
    """
    training, wanted = training_of(code), CertificateKind(kind)
    if out:
        # A folder that cannot be made is refused before numbers are taken.
        out.mkdir(parents=True, exist_ok=True)
    before = register.counts(db.session(), training.id, wanted).valid
    day = issue_date.date() if issue_date else None
    job = service.start_issue(operator(), training, issue_date=day, kind=wanted)
    faults = _work_off(job, quiet=as_json) if job else []
    after = register.counts(db.session(), training.id, wanted).valid
    left = _left(training, wanted)
    files = service.lay_out(operator(), training, out, kind=wanted) if out else []
    report = {
        "training": training.code,
        "kind": wanted.value,
        "issued": after - before,
        "valid": after,
        "without": len(left),
        "failures": faults,
    }
    if out:
        report |= {"folder": str(out), "files": len(files)}
    if as_json:
        echo_json(report)
    else:
        _tell(training, report)
    sys.exit(1 if left or faults else 0)


def _left(training: Training, kind: CertificateKind) -> list[int]:
    """Those who may get a certificate of the kind and have none."""
    session = db.session()
    if kind in FOR_LECTURERS:
        people = lecturers.candidates(session, training, kind)
        return [one.lecturer_id for one in people if one.waiting]
    offer = offer_named(session, training, kind)
    return eligibility_queries.eligible_ids(session, training, without_certificate=True, offer=offer)


def _work_off(job: Job, *, quiet: bool) -> list[dict[str, Any]]:
    """Work on the job, beside any worker that does, until it is over; gives its failures."""
    session, job_id = db.session(), job.id
    name = f"cli:{socket.gethostname()[:20]}:{os.getpid()}"
    with progress_bar(_("Certificates"), hidden=quiet) as show:
        while True:
            service.work(job_id, name, on_batch=lambda: _advance(show, job_id))
            state = _advance(show, job_id)
            if state.finished:
                break
            if state.paused:
                raise Refusal("certificate.order_paused", left=state.total - state.handled)
            time.sleep(_WAIT_SECONDS)
    faults = jobs.faults(session, job_id)
    names = facts.names(session, job, [one.subject_id for one in faults])
    return [
        {
            "name": names.get(one.subject_id, ("", ""))[0],
            "refused": one.code,
            "message": say(one.code, one.values),
        }
        for one in faults
    ]


def _advance(show: Progress, job_id: int) -> jobs.Progress:
    session = db.session()
    session.rollback()
    state = jobs.progress(session, job_id)
    show(state.handled, state.total)
    return state


def _tell(training: Training, report: dict[str, Any]) -> None:
    if report["issued"]:
        issued = report["issued"]
        click.echo(
            ngettext(
                "%(code)s: %(num)d certificate issued.",
                "%(code)s: %(num)d certificates issued.",
                issued,
                code=training.code,
            )
        )
    elif not report["valid"] and not report["failures"] and not report["without"]:
        click.echo(
            _(
                "%(code)s: nobody may get a certificate yet. `trainingmgr eligible %(code)s` says why.",
                code=training.code,
            )
        )
    elif not report["failures"] and not report["without"]:
        click.echo(_("%(code)s: everybody who may get a certificate has one.", code=training.code))
    for one in report["failures"]:
        click.echo(f"  {one['name']}{_(': ')}{one['message']}", err=True)
    if report["without"]:
        click.echo(_("Still without one: %(count)d.", count=report["without"]), err=True)
    if "folder" in report:
        files = report["files"]
        click.echo(
            ngettext(
                "%(num)d PDF lies in %(folder)s.",
                "%(num)d PDFs lie in %(folder)s.",
                files,
                folder=report["folder"],
            )
        )


@click.command()
@click.argument("serial")
@click.option("--reason", required=True, help="Why; the register keeps it.")
@click.option(
    "--ground",
    type=click.Choice([one.value for one in RevocationGround]),
    default=RevocationGround.OTHER.value,
    show_default=True,
    help="What a checker is told.",
)
@json_option
@in_app
def revoke(serial: str, reason: str, ground: str, as_json: bool) -> None:
    """Revoke the certificate SERIAL. It stays in the register, with the reason."""
    row = register.by_serial(db.session(), serial)
    if row is None:
        raise Refusal("certificate.unknown", serial=serial)
    service.revoke(operator(), row, reason, RevocationGround(ground))
    if as_json:
        echo_json(
            {"serial": serial, "status": row.status.value, "reason": row.end_reason, "ground": row.ground}
        )
    else:
        click.echo(_("Certificate %(serial)s is revoked.", serial=serial))


commands = [issue, revoke]
