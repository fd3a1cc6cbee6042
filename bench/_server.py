"""One server for the page benchmarks: our application and a bare Flask page in the same gunicorn workers.

As docs/operations.md runs it: two workers of eight threads. The load comes from four kept-alive
connections, one after the other on each; the paths take turns, so that both meet the same minutes
of the machine and the same cost of asking.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import repeat
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from trainingmgr.app import create_app

Request = tuple[str, Mapping[str, str]]
"""The path of a page, and the headers to ask for it with."""

BARE = "/bare"
CONNECTIONS = 4
_GUNICORN = ("--workers", "2", "--worker-class", "gthread", "--threads", "8", "--log-level", "error")


def both() -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """The application of the environment's instance, with a bare Flask page at `BARE` beside it."""
    app, bare = create_app(), _bare()

    def chosen(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return (bare if environ["PATH_INFO"] == BARE else app)(environ, start_response)

    return chosen


def _bare() -> Flask:
    app = Flask("bare")

    @app.get(BARE)
    def hello() -> str:
        return "<!DOCTYPE html><title>Hello</title><p>Hello, world."

    return app


@contextmanager
def serve(instance: Path, environ: Mapping[str, str] = MappingProxyType({})) -> Iterator[str]:
    """Serve the instance, and the bare page, with these settings; gives the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *_GUNICORN, "--bind", f"127.0.0.1:{port}", "bench._server:both()"],
        env=os.environ | {"TRAININGMGR_INSTANCE": str(instance), **environ},
        cwd=Path(__file__).resolve().parent.parent,
    )
    try:
        _wait_for(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", BARE)
            connection.getresponse().read()
            connection.close()
        except OSError:
            if time.monotonic() > deadline or server.poll() is not None:
                raise
            time.sleep(0.05)
        else:
            return


def session_cookie(app: Flask, fs_uniquifier: str) -> str:
    """The Cookie header of a browser in which this user of `app` is signed in."""
    client = app.test_client()
    with client.session_transaction() as data:
        data["_user_id"] = fs_uniquifier
        data["_fresh"] = True
    # Its session holds from the first page on what the forms of all later ones are known by.
    client.get("/")
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    return f"{cookie.key}={cookie.value}; trainingmgr_language=zh"


def measure(
    base: str, paths: Sequence[str], cookie: str, *, rounds: int = 5, seconds: float = 1.5
) -> dict[str, list[float]]:
    """Requests a second for each path and round. Raises RuntimeError for an answer other than 200."""
    pages = {path: repeat((path, {"Cookie": cookie})) for path in paths}
    return measure_each(base, pages, rounds=rounds, seconds=seconds)


def measure_each(
    base: str, pages: Mapping[str, Iterator[Request]], *, rounds: int = 5, seconds: float = 1.5
) -> dict[str, list[float]]:
    """As `measure`, of pages by name; the requests for each come from an iterator that threads may share."""
    found: dict[str, list[float]] = {name: [] for name in pages}
    for requests in pages.values():
        _ask(base, requests, 0.5)
    for _round in range(rounds):
        for name, requests in pages.items():
            found[name].append(_ask(base, requests, seconds))
    return found


def _ask(base: str, requests: Iterator[Request], seconds: float) -> float:
    counts, faults = [0] * CONNECTIONS, []
    end = time.perf_counter() + seconds

    def keep_asking(number: int) -> None:
        connection = HTTPConnection(urlsplit(base).netloc, timeout=60)
        while time.perf_counter() < end:
            path, headers = next(requests)
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                faults.append(f"{path}: {answer.status}")
                return
            counts[number] += 1
        connection.close()

    begin = time.perf_counter()
    threads = [threading.Thread(target=keep_asking, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise RuntimeError(faults[0])
    return sum(counts) / (time.perf_counter() - begin)
