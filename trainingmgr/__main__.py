"""The `trainingmgr` command."""

import sys

from flask.cli import FlaskGroup

from trainingmgr.app import create_app

group = FlaskGroup(
    name="trainingmgr",
    create_app=create_app,
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
    set_debug_flag=False,
    help="Runs in-person training classes, from the roster to the certificate.",
)


def main() -> None:
    """Run the command line."""
    group.main(args=sys.argv[1:], prog_name="trainingmgr")


if __name__ == "__main__":
    main()
