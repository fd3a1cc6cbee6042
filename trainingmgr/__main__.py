"""The `trainingmgr` command."""

import sys

import click
from flask import current_app
from flask.cli import FlaskGroup

from trainingmgr.app import create_app
from trainingmgr.jobs import run_worker

group = FlaskGroup(
    name="trainingmgr",
    create_app=create_app,
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
    set_debug_flag=False,
    help="Runs in-person training classes, from the roster to the certificate.",
)


@group.command("worker")
@click.option("--parent", type=int, hidden=True, help="End when this process is gone.")
def worker(parent: int | None) -> None:
    """Do background work, such as issuing certificates, until stopped."""
    run_worker(current_app._get_current_object(), parent)  # type: ignore[attr-defined]


def main() -> None:
    """Run the command line."""
    group.main(args=sys.argv[1:], prog_name="trainingmgr")


if __name__ == "__main__":
    main()
