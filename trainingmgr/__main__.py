"""The `trainingmgr` command: the commands of `trainingmgr.cli`, and the worker."""
# ruff: noqa: E402 - what is imported below is what must not be looked through

import gc

# Nothing that importing makes is ever garbage; looking for some takes a quarter of the time of a start.
gc.disable()

import importlib
import pkgutil

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo, with_appcontext

from trainingmgr import __version__, cli
from trainingmgr.app import create_app
from trainingmgr.cli._memory import share_arenas
from trainingmgr.config import load_settings
from trainingmgr.jobs import run_worker


def _make_app() -> Flask:
    """The application; a setting that cannot be used is wrong usage (exit 2), said in its sentence."""
    try:
        settings = load_settings()
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    try:
        app = create_app(settings)
    except PermissionError as error:
        raise click.ClickException(f"{error.filename}: no permission to read or write it.") from error
    # What stands now stays; only what work makes is looked through from here on.
    gc.freeze()
    gc.enable()
    return app


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="trainingmgr")
@click.pass_context
def group(context: click.Context) -> None:
    """Runs in-person training classes, from the roster to the certificate."""
    context.obj = ScriptInfo(create_app=_make_app, load_dotenv_defaults=False)


@group.command("worker")
@click.option("--parent", type=int, hidden=True, help="End when this process is gone.")
@with_appcontext
def worker(parent: int | None) -> None:
    """Do background work, such as issuing certificates, until stopped."""
    share_arenas()
    run_worker(current_app._get_current_object(), parent)  # type: ignore[attr-defined]


for _info in pkgutil.iter_modules(cli.__path__):
    if not _info.name.startswith("_"):
        for _command in importlib.import_module(f"{cli.__name__}.{_info.name}").commands:
            group.add_command(_command)


def main() -> None:
    """Run the command line."""
    group.main(prog_name="trainingmgr")


if __name__ == "__main__":
    main()
