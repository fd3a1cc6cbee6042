"""`trainingmgr init`: make an installation ready, or find that it is."""

import click
from flask_babel import gettext as _

from trainingmgr.cli._common import echo_json, in_app, json_option, operator
from trainingmgr.extensions import db, settings
from trainingmgr.services import installation
from trainingmgr.services.installation import Prepared


@click.command()
@click.option(
    "--adopt-keys",
    is_flag=True,
    help="Record the present keys as this database's own (what lost keys sealed stays unreadable).",
)
@json_option
@in_app
def init(adopt_keys: bool, as_json: bool) -> None:
    """Make the instance folder, the keys and the database, or bring them up to date."""
    prepared = installation.prepare(operator())
    adopted = adopt_keys and installation.adopt_keys(operator())
    if as_json:
        echo_json(
            {
                "instance": settings.instance,
                "database": db.engine.url.render_as_string(hide_password=True),
                "revision": prepared.before.head,
                "created": prepared.created,
                "upgraded_from": prepared.before.current if prepared.upgraded else None,
                "saved": prepared.saved,
                "keys_match": prepared.keys_match or adopted,
            }
        )
        return
    lines = report(prepared, adopted)
    for line in lines or [_("Ready; nothing to do. Data lies in %(folder)s", folder=settings.instance)]:
        click.echo(line)


def report(prepared: Prepared, adopted: bool = False) -> list[str]:
    """What `prepare` did, in lines for a person; none where it had nothing to do."""
    lines = []
    if prepared.created:
        lines.append(_("Made the database and the keys in %(folder)s", folder=settings.instance))
    if prepared.upgraded and prepared.saved:
        lines.append(_("Upgraded the database; a copy from before lies in %(file)s", file=prepared.saved))
    elif prepared.upgraded:
        lines.append(_("Upgraded the database."))
    if adopted:
        lines.append(_("The present keys are now recorded as this database's own."))
    elif not prepared.keys_match:
        lines.append(
            _(
                "The keys are not those of this database: sealed ID numbers cannot be opened and passwords "
                "do not fit. Bring the right keys with `trainingmgr keys import FILE`."
            )
        )
    return lines


commands = [init]
