"""The wheel is the whole product: installed elsewhere, it runs a class without the source tree."""

import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import urllib.request
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from trainingmgr import __version__

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


class Installed:
    """The wheel in an environment of its own; the packages it needs are lent by the present one."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.folder = folder
        environment = folder / "env"
        if shutil.which("uv"):
            _run(["uv", "venv", "--quiet", "--no-project", "--python", sys.executable, str(environment)])
            install = ["uv", "pip", "install", "--quiet", "--python", str(environment / "bin" / "python")]
        else:
            _run([sys.executable, "-m", "venv", "--without-pip", str(environment)])
            install = [sys.executable, "-m", "pip", "--python", str(environment), "install", "--quiet"]
        _run([*install, "--no-deps", "--no-index", str(wheel)])
        site = next(environment.glob("lib/python*/site-packages"))
        (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
        self.command = environment / "bin" / "trainingmgr"
        self.environment = {
            k: v for k, v in os.environ.items() if not k.startswith(("TRAININGMGR_", "PYTHON"))
        }
        self.environment |= {
            "HOME": str(folder / "home"),
            "TRAININGMGR_INSTANCE": str(folder / "instance"),
            "TRAININGMGR_LANGUAGE": "en",
            "PYTHONUNBUFFERED": "1",
        }
        (folder / "home").mkdir()

    def __call__(self, *arguments: str) -> str:
        return _run([str(self.command), *arguments], cwd=self.folder, env=self.environment)


def _run(command: list[str], **options: object) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    output: str = done.stdout
    return output


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Installed:
    made = Installed(tmp_path_factory.mktemp("installed"), wheel)
    assert json.loads(made("init", "--json"))["created"] is True
    made("demo")
    return made


def test_the_wheel_holds_everything_but_the_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for wanted in (
        "trainingmgr/templates/base.html",
        "trainingmgr/static/app.css",
        "trainingmgr/static/vendor/htmx/htmx.min.js",
        "trainingmgr/documents/divisions/cities.json",
        "trainingmgr/documents/divisions/LICENSE",
        "trainingmgr/documents/fonts/NotoSerifSC-Regular.ttf",
        "trainingmgr/documents/fonts/LXGWWenKai-Regular.ttf",
        "trainingmgr/documents/fonts/OFL-NotoSerifSC.txt",
        "trainingmgr/documents/fonts/SHA256SUMS",
        "trainingmgr/migrations/env.py",
        "trainingmgr/migrations/versions/0001_the_first_schema.py",
        "trainingmgr/translations/zh/LC_MESSAGES/messages.mo",
    ):
        assert wanted in names
    source = {path.relative_to(ROOT).as_posix() for path in (ROOT / "templates").rglob("*.html")}
    assert {f"trainingmgr/{name}" for name in source} <= names
    assert not [name for name in names if name.startswith(("tests/", "bench/", "scripts/", "instance/"))]


def test_it_runs_a_class_outside_the_source_tree(installed: Installed) -> None:
    assert "陈越良" in installed("schedule", "CD2019", "--format", "json")
    assert json.loads(installed("doctor", "--json"))["fit"] is True
    where = installed.environment | {"PYTHONSAFEPATH": "1"}
    python = str(installed.command.with_name("python"))
    code = "import trainingmgr; print(trainingmgr.__version__, trainingmgr.__file__)"
    version, _, place = _run([python, "-c", code], cwd="/", env=where).partition(" ")
    assert (version, place.startswith(str(installed.folder))) == (__version__, True)


def test_it_issues_certificates_outside_the_source_tree(installed: Installed) -> None:
    installed("issue", "CD2019", "--out", "papers")
    papers = list((installed.folder / "papers").glob("*.pdf"))
    assert len(papers) > 50
    text = _run(["pdftotext", str(papers[0]), "-"])
    assert "结业证书" in text.replace(" ", "")


def test_it_serves_pages_and_static_files_outside_the_source_tree(installed: Installed) -> None:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [str(installed.command), "serve", "--no-worker", "--port", str(port)],
        cwd=installed.folder,
        env=installed.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        assert any(line.startswith("Serving on") for line in server.stdout)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/login", timeout=20) as page:
            assert 'name="password"' in page.read().decode()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/static/app.css", timeout=20) as style:
            assert style.headers["Content-Type"].startswith("text/css")
    finally:
        server.terminate()
        server.communicate(timeout=30)
    assert server.returncode == 0
