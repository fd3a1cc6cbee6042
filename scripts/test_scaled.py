"""Every test on PostgreSQL and Redis: local servers where they answer, else throw-away ones of our own.

    python scripts/test_scaled.py [PYTEST ARGUMENTS]

TEST_DATABASE_URL (a role that may make databases) and TEST_QUEUE_URL name other servers. Databases
and Redis keys of the run carry a mark of the run and are dropped at its end, also when it is broken off.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

import psycopg
import redis
from psycopg import sql

Found = TypeVar("Found")
ROOT = Path(__file__).resolve().parent.parent
LOCAL_DATABASE = "postgresql://postgres@127.0.0.1:5432/postgres"
LOCAL_QUEUE = "redis://127.0.0.1:6379/0"
_PATIENCE = 30.0


def main() -> int:
    """Find or start the servers, run the suite, take everything away again."""
    # Ended by a signal, too, the run takes away what it has made.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    mark = f"{secrets.token_hex(4)}_"
    with ExitStack() as stack:
        database = os.environ.get("TEST_DATABASE_URL") or _local_or_own(
            "PostgreSQL", LOCAL_DATABASE, database_answers, own_postgresql, stack
        )
        queue = os.environ.get("TEST_QUEUE_URL") or _local_or_own(
            "Redis", LOCAL_QUEUE, queue_answers, own_redis, stack
        )
        stack.callback(drop_keys, queue, mark)
        stack.callback(drop_databases, database, mark)
        environment = os.environ | {
            "TEST_DATABASE_URL": database,
            "TEST_QUEUE_URL": queue,
            "TEST_RUN": mark,
        }
        command = ["sh", str(ROOT / "scripts" / "test.sh"), *sys.argv[1:]]
        return subprocess.run(command, env=environment, check=False).returncode


def _local_or_own(
    name: str,
    local: str,
    answers: Callable[[str], bool],
    own: Callable[[], AbstractContextManager[str]],
    stack: ExitStack,
) -> str:
    if answers(local):
        print(f"{name}: the local server ({local})", flush=True)
        return local
    url = stack.enter_context(own())
    print(f"{name}: no local server lets us in; started one for this run ({url})", flush=True)
    return url


def database_answers(url: str) -> bool:
    """Tell whether a PostgreSQL at `url` lets us in and lets us make databases."""
    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
            return bool(row and row[0])
    except psycopg.OperationalError:
        return False


def queue_answers(url: str) -> bool:
    """Tell whether a Redis at `url` lets us in."""
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=2) as server:
            return bool(server.ping())
    except redis.RedisError:
        return False


@contextmanager
def own_postgresql() -> Iterator[str]:
    """A PostgreSQL of our own in a temporary folder, gone afterwards."""
    binaries = _postgresql_binaries() or _after_install("postgresql", _postgresql_binaries)
    folder = Path(tempfile.mkdtemp(prefix="trainingmgr-pg-"))
    # initdb refuses to run as root.
    user = _unprivileged() if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    port = _free_port()
    data = folder / "data"
    try:
        _run([binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8"], user)
        settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        _run([binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", settings, "start"], user)
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            _run([binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"], user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def own_redis() -> Iterator[str]:
    """A Redis of our own that keeps nothing on disk."""
    found = shutil.which("redis-server")
    program = found or _after_install("redis-server", lambda: shutil.which("redis-server"))
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="trainingmgr-redis-") as folder:
        server = subprocess.Popen(
            [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
            stdout=subprocess.DEVNULL,
        )
        url = f"redis://127.0.0.1:{port}/0"
        try:
            deadline = time.monotonic() + _PATIENCE
            while not queue_answers(url):
                if server.poll() is not None or time.monotonic() > deadline:
                    sys.exit("redis-server did not start")
                time.sleep(0.1)
            yield url
        finally:
            server.terminate()
            server.wait(_PATIENCE)


def drop_databases(url: str, mark: str) -> None:
    """Drop what a broken-off run has left of its databases."""
    with psycopg.connect(url, autocommit=True) as connection:
        left = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (f"trainingmgr_test_{mark}",)
        ).fetchall()
        for (name,) in left:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def drop_keys(url: str, mark: str) -> None:
    """Delete what a broken-off run has left in Redis."""
    with redis.Redis.from_url(url) as server:
        for key in server.scan_iter(f"*trainingmgr_test_{mark}*"):
            server.delete(key)


def _postgresql_binaries() -> Path | None:
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    folders += sorted(Path("/opt/homebrew/opt").glob("postgresql*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0


def _after_install(package: str, find: Callable[[], Found | None]) -> Found:
    """Install a Debian package and look again; stop with the command to type where we may not."""
    if sys.platform == "darwin":
        sys.exit("The scaled tests need PostgreSQL and Redis. Type: brew install postgresql redis")
    if shutil.which("apt-get") is None:
        sys.exit(f"The scaled tests need the Debian package {package} or what your system calls it.")
    sudo: list[str] = []
    if os.geteuid() != 0:
        sudo = ["sudo", "-n"]
        may = shutil.which("sudo") and subprocess.run([*sudo, "true"], capture_output=True, check=False)
        if not may or may.returncode != 0:
            sys.exit(f"The scaled tests need more programs. Type: sudo apt-get install --yes {package}")
    print(f"Installing for the tests: {package} ...", flush=True)
    for arguments in (["update", "-qq"], ["install", "-qq", "--yes", "--no-install-recommends", package]):
        _run([*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *arguments], None)
    found = find()
    if found is None:
        sys.exit(f"{package} was installed but its programs were not found.")
    return found


def _unprivileged() -> str:
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    sys.exit("PostgreSQL cannot be run as root, and there is no other user to run it as.")


def _run(command: list[str | Path], user: str | None) -> None:
    done = subprocess.run(
        [str(part) for part in command], user=user, cwd="/", capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
