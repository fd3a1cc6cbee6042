"""`trainingmgr doctor`: is this machine fit to run the program?"""

import sys

import click

from trainingmgr.cli._common import echo_json, in_app, json_option
from trainingmgr.http.words import say
from trainingmgr.services.checks import Answer, check_all

_MARKS = {Answer.OK: "✓", Answer.NOTE: "·", Answer.BAD: "✗"}


@click.command()
@json_option
@in_app
def doctor(as_json: bool) -> None:
    """Check fonts, disk, clock, database, keys and queue; exit status 1 if something must be mended."""
    checks = check_all()
    fit = all(check.answer is not Answer.BAD for check in checks)
    if as_json:
        echo_json(
            {
                "fit": fit,
                "checks": [
                    {
                        "name": check.name,
                        "answer": check.answer,
                        "message": say(check.code, check.values),
                        "values": check.values,
                    }
                    for check in checks
                ],
            }
        )
    else:
        for check in checks:
            click.echo(f"{_MARKS[check.answer]} {check.name:<10}{say(check.code, check.values)}")
    sys.exit(0 if fit else 1)


commands = [doctor]
