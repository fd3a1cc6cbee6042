"""`trainingmgr demo`: the two demo trainings, in and out."""

from dataclasses import asdict

import click
from flask_babel import gettext as _
from flask_babel import ngettext

from trainingmgr.cli._common import echo_json, in_app, json_option, operator
from trainingmgr.extensions import db
from trainingmgr.queries.installation import has_users
from trainingmgr.services import demo as service
from trainingmgr.services import installation


@click.command()
@click.option("--remove", is_flag=True, help="Take the demo away again, its sample certificates too.")
@json_option
@in_app
def demo(remove: bool, as_json: bool) -> None:
    """Load the two demo trainings CD2019 and BJ2019; twice changes nothing.

    A new installation is made ready first.
    """
    if remove:
        _remove(as_json)
        return
    installation.prepare(operator())
    report = service.load(operator())
    if as_json:
        echo_json(asdict(report))
        return
    if report.loaded:
        click.echo(
            _(
                "Loaded %(codes)s with %(people)d people.",
                codes=_list(report.loaded),
                people=report.people,
            )
        )
    else:
        click.echo(_("Both demo trainings are there already; nothing was changed."))
    if not has_users(db.session()):
        click.echo(_("Nobody can sign in yet: `trainingmgr user add EMAIL --role owner` makes an account."))


def _remove(as_json: bool) -> None:
    report = service.remove(operator())
    if as_json:
        echo_json(asdict(report))
    elif not report.removed and not report.organisation:
        click.echo(_("There is no demo training; nothing was changed."))
    else:
        papers = ngettext("%(num)d sample certificate", "%(num)d sample certificates", report.certificates)
        click.echo(
            _(
                "Removed %(codes)s with %(people)d people and %(papers)s.",
                codes=_list(report.removed),
                people=report.people,
                papers=papers,
            )
        )


def _list(codes: tuple[str, ...]) -> str:
    return ", ".join(codes)


commands = [demo]
