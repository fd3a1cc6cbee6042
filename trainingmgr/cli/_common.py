"""What every command shares: reports as text or JSON, refusals as exit status 1."""

import functools
import getpass
import json
import sys
from collections.abc import Callable
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from trainingmgr.domain.certificate import CertificateKind
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.queries.accounts import Actor, training_by_code
from trainingmgr.queries.installation import schema

Command = Callable[..., Any]

json_option = click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
kind_option = click.option(
    "--kind",
    type=click.Choice([one.value for one in CertificateKind]),
    default=CertificateKind.COMPLETION.value,
    show_default=True,
    help="The kind of certificate.",
)


def in_app(function: Command) -> Command:
    """Run a command inside the application; a refusal becomes its sentence and exit status 1.

    With `--json` the refusal is reported as `{"refused": code, "message": sentence, ...values}`.
    """

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            try:
                return function(*args, **kwargs)
            except (OperationalError, ProgrammingError) as error:
                # Told apart only after the fact: a check beforehand would cost every command a query.
                raise _not_ready(error) from error
            except OSError as error:
                if error.filename is None:
                    raise
                reason = error.strerror or str(error)
                raise Refusal("file_unusable", file=str(error.filename), reason=reason) from error
        except Refusal as refusal:
            if kwargs.get("as_json"):
                echo_json({"refused": refusal.code, "message": sentence(refusal), **refusal.values})
            else:
                click.echo(sentence(refusal), err=True)
            sys.exit(1)

    return with_appcontext(wrapper)


def _not_ready(error: DBAPIError) -> Exception:
    """The refusal that a database fault comes down to: no server, or a schema that is not made yet."""
    db.session.rollback()
    try:
        with db.engine.connect() as connection:
            return error if schema(connection).up_to_date else Refusal("database_not_ready")
    except DBAPIError as unreachable:
        return Refusal("database_unreachable", reason=str(unreachable.orig).strip())


def echo_json(data: object) -> None:
    """Print one JSON document; what JSON does not know is printed as text."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def training_of(code: str) -> Training:
    """The training with this code. Raises Refusal `training_not_found`."""
    training = training_by_code(db.session(), code)
    if training is None:
        raise Refusal("training_not_found", code=code)
    return training


def operator() -> Actor:
    """Whoever runs the command, as the audit knows them."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "?"
    return Actor(user_id=None, name=f"command line ({name})")
