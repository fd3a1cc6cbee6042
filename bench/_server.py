"""One server for the page benchmarks: our application and a bare Flask page behind the same waitress."""

import multiprocessing
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import waitress
from flask import Flask

BARE = "/bare"


@contextmanager
def serve(make_app: Callable[[], Flask], threads: int = 4) -> Iterator[str]:
    """Serve `make_app()` in a child process and give its address; `BARE` is a bare Flask page beside it.

    The application is made in the child, so that no connection is shared with this process.
    """
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    child = multiprocessing.get_context("fork").Process(
        target=_serve, args=(make_app, listener, threads), daemon=True
    )
    child.start()
    listener.close()
    try:
        _wait_for(port, child)
        yield f"http://127.0.0.1:{port}"
    finally:
        child.terminate()
        child.join(10)


def _serve(make_app: Callable[[], Flask], listener: socket.socket, threads: int) -> None:
    app, bare = make_app(), _bare()

    def both(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        chosen = bare if environ["PATH_INFO"] == BARE else app
        return chosen(environ, start_response)

    waitress.serve(both, sockets=[listener], threads=threads, _quiet=True)


def _bare() -> Flask:
    app = Flask("bare")

    @app.get(BARE)
    def hello() -> str:
        return "<!DOCTYPE html><title>Hello</title><p>Hello, world."

    return app


def _wait_for(port: int, child: Any) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", BARE)
            connection.getresponse().read()
            connection.close()
        except OSError:
            if time.monotonic() > deadline or not child.is_alive():
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
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    return f"{cookie.key}={cookie.value}; trainingmgr_language=zh"


def measure(
    base: str, paths: Sequence[str], cookie: str, *, rounds: int = 5, seconds: float = 1.0
) -> dict[str, list[float]]:
    """Requests a second for each path and round, over one kept-alive connection, one after the other.

    The paths take turns within a round, so that a slow minute of the machine is everybody's.
    Raises AssertionError for an answer other than 200.
    """
    connection = HTTPConnection(urlsplit(base).netloc, timeout=60)
    found: dict[str, list[float]] = {path: [] for path in paths}
    for path in paths:
        _ask(connection, path, cookie, 0.2)
    for _round in range(rounds):
        for path in paths:
            found[path].append(_ask(connection, path, cookie, seconds))
    connection.close()
    return found


def _ask(connection: HTTPConnection, path: str, cookie: str, seconds: float) -> float:
    count, begin = 0, time.perf_counter()
    while (spent := time.perf_counter() - begin) < seconds or count < 3:
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, f"{path}: {answer.status}"
        count += 1
    return count / spent
