"""The commands that set up and keep an installation, each as a process or through click's runner."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask_security.utils import verify_password
from sqlalchemy.orm import Session

from tests.documents.fonts import tiny_font
from tests.factories import Cast
from trainingmgr.config import Settings, load_settings
from trainingmgr.documents.fonts import configure_fonts
from trainingmgr.domain.membership import Role
from trainingmgr.extensions import db
from trainingmgr.models import Installation, Membership, Training, User
from trainingmgr.queries.accounts import user_by_email
from trainingmgr.queries.certificate.facts import public_address

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Run a command inside the test's application."""
    return lambda *arguments, **options: app.test_cli_runner().invoke(args=list(arguments), **options)


def test_init_records_the_keys_once_and_then_finds_nothing_to_do(run: Run, session: Session) -> None:
    first = json.loads(run("init", "--json").output)
    assert (first["created"], first["keys_match"]) == (False, True)
    assert session.scalar(sa.select(sa.func.count(Installation.id))) == 1
    assert run("init", env={"TRAININGMGR_LANGUAGE": "en"}).output.startswith("Ready; nothing to do.")


def test_init_warns_of_foreign_keys_until_they_are_adopted(run: Run, session: Session) -> None:
    session.add(Installation(id=1, key_fingerprint="0123456789abcdef"))
    session.commit()
    assert json.loads(run("init", "--json").output)["keys_match"] is False
    assert json.loads(run("init", "--adopt-keys", "--json").output)["keys_match"] is True
    assert json.loads(run("init", "--json").output)["keys_match"] is True


def test_doctor_finds_a_good_installation_fit(run: Run) -> None:
    run("init")
    result = run("doctor", "--json")
    report = json.loads(result.output)
    assert (result.exit_code, report["fit"]) == (0, True), report
    assert {"fonts", "database", "keys", "queue", "disk", "clock", "instance"} <= {
        check["name"] for check in report["checks"]
    }


def test_doctor_fails_on_keys_of_another_database(run: Run, session: Session) -> None:
    session.add(Installation(id=1, key_fingerprint="0123456789abcdef"))
    session.commit()
    result = run("doctor", "--json")
    answers = {check["name"]: check["answer"] for check in json.loads(result.output)["checks"]}
    assert (result.exit_code, answers["keys"], answers["database"]) == (1, "bad", "ok")


def test_doctor_fails_on_a_folder_that_others_can_read(run: Run, run_settings: Settings) -> None:
    run_settings.instance.chmod(0o755)
    try:
        result = run("doctor", "--json")
    finally:
        run_settings.instance.chmod(0o700)
    answers = {check["name"]: check["answer"] for check in json.loads(result.output)["checks"]}
    assert (result.exit_code, answers["instance"]) == (1, "bad")


def test_doctor_says_why_a_font_of_one_s_own_is_left_out(
    run: Run, run_settings: Settings, tmp_path: Path
) -> None:
    tiny_font(tmp_path / "locked.ttf", {"A": 0x41}, embedding=2)
    (tmp_path / "broken.ttf").write_bytes(b"\0\1\0\0" + bytes(9))
    try:
        configure_fonts(tmp_path)
        result = run("doctor", "--json")
    finally:
        configure_fonts(run_settings.instance / "fonts")
    said = [str(check) for check in json.loads(result.output)["checks"] if check["name"] == "fonts"]
    assert [any(word in line for line in said) for word in ("locked.ttf", "broken.ttf")] == [True, True]
    assert result.exit_code == 0


def test_a_user_is_added_with_a_password_that_is_shown_and_fits(
    run: Run, session: Session, cast: Cast
) -> None:
    result = run("user", "add", "New@Example.org", "--organisation", cast.organisation.name_zh, "--json")
    report = json.loads(result.output)
    user = user_by_email(session, "new@example.org")
    assert user is not None
    assert verify_password(report["password"], user.password)
    assert report["organisation_created"] is False


def test_a_password_may_come_from_standard_input_and_is_not_shown(
    run: Run, session: Session, cast: Cast
) -> None:
    result = run("user", "password", "viewer@example.org", "--password-stdin", input="typed by a human\n")
    session.expire_all()
    assert result.exit_code == 0
    assert "typed by a human" not in result.output
    assert verify_password("typed by a human", cast.users["viewer"].password)


def test_a_refused_command_says_why_and_ends_with_status_1(run: Run, cast: Cast) -> None:
    result = run("user", "password", "nobody@example.org", env={"TRAININGMGR_LANGUAGE": "en"})
    assert result.exit_code == 1
    assert "There is no account with the mail address nobody@example.org" in result.output
    refused = run("user", "password", "nobody@example.org", "--json")
    assert json.loads(refused.output)["refused"] == "user_not_found"


def test_wrong_usage_ends_with_status_2(run: Run, cast: Cast) -> None:
    assert run("user", "add").exit_code == 2
    assert run("user", "add", "a@example.org", "--role", "king").exit_code == 2


def test_users_are_listed_with_their_roles(run: Run, session: Session, cast: Cast) -> None:
    listed = {row["email"]: row for row in json.loads(run("user", "list", "--json").output)}
    assert listed["front_desk@example.org"]["role"] == "front_desk"
    assert listed["stranger@example.org"]["organisation"] == cast.elsewhere.name_zh
    cast.users["viewer"].active = False
    session.commit()
    lines = run("user", "list", env={"TRAININGMGR_LANGUAGE": "en"}).output.splitlines()
    assert lines[0].split() == ["Mail", "address", "Name", "Role", "Organisation"]
    (desk,) = [line for line in lines if line.startswith("front_desk@example.org")]
    assert "  Front desk  " in desk
    assert [line.split()[0] for line in lines if line.endswith("may not sign in")] == ["viewer@example.org"]


def test_a_backup_goes_out_and_comes_back_by_command(
    run: Run, session: Session, cast: Cast, tmp_path: Path
) -> None:
    file = str(tmp_path / "a.backup")
    run("init")
    written = json.loads(run("backup", file, "--json").output)
    session.execute(sa.update(User).values(name="x"))
    session.commit()
    assert json.loads(run("restore", file, "--json").output)["refused"] == "restore_not_empty"
    restored = json.loads(run("restore", file, "--replace", "--json").output)
    assert restored["records"] == written["records"]
    assert restored["lost_without_keys"] == []
    session = db.session()
    assert "x" not in session.scalars(sa.select(User.name)).all()


def test_a_restore_says_what_is_lost_without_the_keys(
    run: Run, session: Session, cast: Cast, tmp_path: Path
) -> None:
    session.add(Installation(id=1, key_fingerprint="0123456789abcdef"))
    session.commit()
    run("backup", str(tmp_path / "a.backup"))
    report = json.loads(run("restore", str(tmp_path / "a.backup"), "--replace", "--json").output)
    assert report["keys_match"] is False
    assert report["lost_without_keys"] == ["id_numbers", "search_by_id_number", "passwords"]


def test_keys_are_exported_under_a_typed_passphrase(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.keys"
    result = run("keys", "export", str(file), "--passphrase-stdin", "--json", input="long enough to keep\n")
    assert result.exit_code == 0, result.output
    assert json.loads(file.read_text())["format"] == "trainingmgr-keys"
    wrong = run("keys", "import", str(file), "--passphrase-stdin", "--json", input="something else\n")
    assert (wrong.exit_code, json.loads(wrong.output)["refused"]) == (1, "passphrase_wrong")


def test_a_passphrase_is_asked_for_at_a_terminal_alone(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.keys"
    result = run("keys", "export", str(file), input="long enough to keep\n" * 2)
    assert result.exit_code == 2
    assert "--passphrase-stdin" in result.output
    assert not file.exists()


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """`trainingmgr serve` as a process of its own, in an instance folder of its own."""

    def __init__(self, instance: Path) -> None:
        self.instance = instance
        self.port = _free_port()
        self.process: subprocess.Popen[str] | None = None
        self.lines: list[str] = []

    def start(self, *options: str) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TRAININGMGR_")}
        environment |= {
            "TRAININGMGR_INSTANCE": str(self.instance),
            "TRAININGMGR_LANGUAGE": "en",
            "PYTHONUNBUFFERED": "1",
        }
        command = [sys.executable, "-m", "trainingmgr", "serve", "--port", str(self.port), *options]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if line.startswith("Serving on"):
                return
        raise AssertionError(f"not started: {self.lines}")

    def page(self, path: str) -> Any:
        return urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20)

    def workers(self) -> list[int]:
        assert self.process is not None
        children = psutil.Process(self.process.pid).children()
        return [child.pid for child in children if _alive(child.pid)]

    def end(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        status = self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "instance")
    yield made
    if made.process is not None and made.process.poll() is None:
        made.end(signal.SIGKILL)


def _wait_for(condition: Callable[[], object], seconds: float = 25) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def _alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_a_first_start_makes_everything_a_second_one_nothing_and_no_worker_outlives_them(
    server: Server,
) -> None:
    server.start("--demo")
    said = "\n".join(server.lines)
    assert "organiser@example.org with the password" in said
    assert server.page("/login").status == 200
    password = said.partition("the password ")[2].split()[0]
    stored = b"".join(path.read_bytes() for path in server.instance.rglob("*") if path.is_file())
    assert password.encode() not in stored
    assert _wait_for(server.workers)
    former = server.workers()[0]
    os.kill(former, signal.SIGKILL)
    assert _wait_for(lambda: set(server.workers()) - {former}), "no new worker came"
    last = server.workers()[0]
    assert server.end(signal.SIGINT) == 0
    assert not _alive(last)

    server.start("--demo")
    assert len(server.lines) == 1
    assert _wait_for(server.workers)
    worker = server.workers()[0]
    server.end(signal.SIGKILL)
    assert _wait_for(lambda: not _alive(worker)), "the worker outlives its server"


@pytest.mark.parametrize(("before", "trainings"), [("demo", 2), ("init", 0)])
def test_the_first_start_makes_a_login_also_after_the_demo_was_loaded_or_without_it(
    app: Flask, run: Run, monkeypatch: pytest.MonkeyPatch, before: str, trainings: int
) -> None:
    # Serving settles on an address; what stood before comes back.
    monkeypatch.setitem(app.extensions, "trainingmgr.settings", app.extensions["trainingmgr.settings"])
    monkeypatch.setattr("waitress.server.BaseWSGIServer.run", lambda _server: None)
    assert run(before).exit_code == 0
    for first in (True, False):
        done = run("serve", "--no-worker", env={"TRAININGMGR_LANGUAGE": "en"})
        assert ("organiser@example.org with the password" in done.output) is first
    session = db.session()
    (mine,) = session.scalars(sa.select(Membership))
    owned = sa.select(sa.func.count(Training.id)).where(Training.organisation_id == mine.organisation_id)
    assert (session.scalar(owned), mine.role) == (trainings, Role.OWNER)


def test_a_port_in_use_is_refused_where_it_was_asked_for(run: Run) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--no-worker", "--port", str(port), env={"TRAININGMGR_LANGUAGE": "en"})
    assert done.exit_code == 1
    assert f"Port {port} is in use" in done.output


def test_addresses_lead_to_the_port_that_is_really_bound_also_those_that_the_worker_prints(
    app: Flask, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses: list[str] = []
    workers: list[dict[str, str]] = []

    class Child:
        def __init__(self, _command: object, _on_death: object, environment: dict[str, str]) -> None:
            workers.append(environment)

        def start(self) -> None: ...

        def stop(self) -> None: ...

    monkeypatch.setattr("trainingmgr.cli.serve.Supervisor", Child)
    monkeypatch.setattr(
        "waitress.server.BaseWSGIServer.run", lambda _server: addresses.append(public_address())
    )
    given = app.extensions["trainingmgr.settings"]
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setitem(app.extensions, "trainingmgr.settings", replace(given, port=port, public_url=""))
        done = run("serve", env={"TRAININGMGR_LANGUAGE": "en"})
    bound = int(addresses[0].rpartition(":")[2])
    assert bound > port
    assert addresses == [f"http://127.0.0.1:{bound}"]
    assert f"Serving on http://127.0.0.1:{bound} " in done.output
    assert [load_settings(one).port for one in workers] == [bound]
