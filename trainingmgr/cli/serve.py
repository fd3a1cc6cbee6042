"""`trainingmgr serve`: the program on this machine, with a worker beside it."""

import errno
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import Any

import click
from flask import current_app
from flask_babel import gettext as _
from waitress.server import create_server

from trainingmgr.cli._common import in_app, operator
from trainingmgr.cli._memory import share_arenas
from trainingmgr.cli._supervisor import Supervisor, worker_command
from trainingmgr.cli.init import report
from trainingmgr.config import PREFIX
from trainingmgr.domain.public_address import address_of
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, settings
from trainingmgr.queries.installation import has_users
from trainingmgr.services import accounts, demo, installation

FIRST_USER = "organiser@example.org"
_PORTS_TO_TRY = 20
_THREADS = 8
# So much of an answer waits in memory for a browser that reads slowly.
_AHEAD = 1024 * 1024


@click.command()
@click.option("--host", help="Address to listen on. [default: TRAININGMGR_HOST or 127.0.0.1]")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Port; taken as given. [default: TRAININGMGR_PORT or 8000, or the next one free]",
)
@click.option("--no-worker", is_flag=True, help="Start no worker process beside the server.")
@click.option(
    "--demo", "with_demo", is_flag=True, help="Where nobody can sign in yet: load the demo trainings too."
)
@in_app
def serve(host: str | None, port: int | None, no_worker: bool, with_demo: bool) -> None:
    """Serve the pages, on this machine alone unless --host says otherwise.

    Where nobody can sign in yet, an account is made and its password printed once.
    """
    share_arenas()
    for line in report(installation.prepare(operator())):
        click.echo(line)
    wanted = host or settings.host
    server = _listen(wanted, port)
    environment = _settle(wanted, int(server.effective_port))
    login = None if has_users(db.session()) else _first_start(with_demo)
    db.session.remove()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    supervisor = None if no_worker else Supervisor(worker_command(), _worker_died, environment)
    with _ended_by_signal():
        if supervisor:
            supervisor.start()
        try:
            _announce(login)
            server.run()
        finally:
            server.close()
            if supervisor:
                supervisor.stop()


def _first_start(with_demo: bool) -> tuple[str, str]:
    """Make the first account, which owns whatever is there; give mail address and password."""
    if with_demo:
        click.echo(_("Loading the two demo trainings ..."))
        # The account comes last: broken off before it, the next start does all of this again.
        demo.load(operator())
    password = accounts.new_password()
    accounts.create_owner(
        operator(), email=FIRST_USER, name=_("Organiser"), password=password, home=_("My organisation")
    )
    return FIRST_USER, password


def _listen(host: str, port: int | None) -> Any:
    """A server that holds its port.

    Raises Refusal `port_taken`, `ports_taken`, `port_forbidden`, `host_unusable`.
    """
    wanted = port or settings.port
    candidates = [wanted] if port else range(wanted, min(wanted + _PORTS_TO_TRY, 65536))
    application = current_app._get_current_object()  # type: ignore[attr-defined]
    for candidate in candidates:
        bound = _bind(host, candidate)
        if bound is not None:
            return create_server(
                application,
                sockets=[bound],
                threads=_THREADS,
                ident="trainingmgr",
                outbuf_high_watermark=_AHEAD,
            )
    raise Refusal("port_taken" if port else "ports_taken", port=wanted, last=candidates[-1])


def _settle(host: str, port: int) -> dict[str, str]:
    """Let addresses lead to where the server really listens; give the environment that tells the worker so too.

    Without a public address, those in pages, codes and mails name the port, which may be another than was wished.
    """
    current_app.extensions["trainingmgr.settings"] = replace(
        current_app.extensions["trainingmgr.settings"], host=host, port=port
    )
    return os.environ | {f"{PREFIX}HOST": host, f"{PREFIX}PORT": str(port)}


def _bind(host: str, port: int) -> socket.socket | None:
    """A socket bound to the address, or None where another program has it."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except PermissionError as error:
        raise Refusal("port_forbidden", port=port) from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return None
        raise Refusal("host_unusable", host=host, reason=error.strerror or str(error)) from error
    return bound


def _announce(login: tuple[str, str] | None) -> None:
    if login:
        email, password = login
        click.echo(
            _(
                "Sign in as %(email)s with the password %(password)s (shown this once; "
                "`.venv/bin/trainingmgr user password %(email)s` makes a new one).",
                email=email,
                password=password,
            )
        )
    click.echo(_("Serving on %(address)s (Ctrl-C ends it)", address=address_of(settings.host, settings.port)))
    sys.stdout.flush()


def _worker_died(status: int) -> None:
    current = "signal" if status < 0 else "status"
    click.echo(f"The worker ended ({current} {abs(status)}); starting it again.", err=True)


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """Let SIGTERM and Ctrl-C end the server in order, without a traceback."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    former = {name: signal.signal(name, end) for name in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for name, handler in former.items():
            signal.signal(name, handler)


commands = [serve]
