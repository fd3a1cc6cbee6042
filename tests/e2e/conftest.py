"""A real server with a real worker and the demo, and a real Chromium in front of it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.error import URLError

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from tests.conftest import installation
from trainingmgr.documents.fonts import BUNDLED
from trainingmgr.services.checks import chromium as find_chromium

EMAIL = "walker@example.org"
PASSWORD = "walks every page of it"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]


@dataclass(frozen=True)
class Live:
    """A running installation: its address, its environment for the command line, and the server's process."""

    url: str
    environ: dict[str, str]
    folder: Path
    server: int = 0

    def command(self, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run `trainingmgr` beside the running server."""
        return subprocess.run(
            [sys.executable, "-m", "trainingmgr", *arguments],
            env=self.environ,
            input=text,
            capture_output=True,
            text=True,
            check=True,
            timeout=180,
        )


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """`trainingmgr serve` on a free port, with the demo and one organiser."""
    folder = tmp_path_factory.mktemp("live")
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    with installation(folder / "instance") as settings:
        environ = os.environ | settings | {"TRAININGMGR_PUBLIC_URL": url, "LANG": "C.UTF-8", "TZ": "UTC"}
        site = Live(url, environ, folder)
        log = (folder / "server.log").open("w")
        server = subprocess.Popen(
            [sys.executable, "-m", "trainingmgr", "serve", "--demo", "--port", str(port)],
            env=environ,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(url + "/login", server)
            site.command(
                *("user", "add", EMAIL, "--name", "林老师", "--role", "owner"),
                *("--organisation", "培训班演示（示例）", "--password-stdin"),
                text=PASSWORD + "\n",
            )
            yield replace(site, server=server.pid)
        finally:
            server.terminate()
            server.wait(20)
            log.close()


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The system's Chromium, headless, with a Chinese font also where the system has none."""
    path = find_chromium()
    assert path, "Chromium is missing: `make doctor` says how to install it"
    fonts = tmp_path_factory.mktemp("fonts") / "fonts.conf"
    fonts.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{BUNDLED}</dir></fontconfig>',
        encoding="utf-8",
    )
    environ: dict[str, str | float | bool] = {**os.environ, "FONTCONFIG_FILE": str(fonts)}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, env=environ)
        yield browser
        browser.close()


Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def organiser(live: Live, chromium: Browser) -> StorageState:
    """What the organiser's browser keeps once signed in, for the contexts of all tests."""
    with chromium.new_context(base_url=live.url) as context:
        page = context.new_page()
        sign_in(page)
        return context.storage_state()


@pytest.fixture
def complaints() -> list[str]:
    """What pages complained of; a test that brings it about clears it before it ends."""
    return []


@pytest.fixture
def visit(live: Live, chromium: Browser, organiser: StorageState, complaints: list[str]) -> Iterator[Visit]:
    """Open a signed-in page: `visit(path, language="zh", width=1280, scripts=True)`.

    A script error, a message on the console, or a request to another host fails the test.
    """
    contexts: list[BrowserContext] = []

    def open_page(
        path: str, *, language: str = "zh", width: int = 1280, scripts: bool = True, signed_in: bool = True
    ) -> Page:
        context = chromium.new_context(
            base_url=live.url,
            locale="zh-CN" if language == "zh" else "en-GB",
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            accept_downloads=True,
            storage_state=organiser if signed_in else None,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((live.url, "data:", "blob:", "about:"))
                else complaints.append(f"foreign request: {request.url}")
            ),
        )
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


def sign_in(page: Page) -> None:
    page.goto("/login")
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/")


_MORE_OF_THE_SAME = "tbody tr:nth-child(n+13), option:nth-child(n+6):not([selected]), li:nth-child(n+17)"


def serious_faults(page: Page, *rules: str) -> list[str]:
    """What axe-core finds on the page that is serious or critical, by all rules or by those named."""
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:160]}"
        for fault in found
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    width: int = page.evaluate(
        "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    )
    return width


def faults_on(page: Page, *, at_last: bool = False) -> list[str]:
    """By how much the page is wider than a phone or a desk screen, and its serious faults.

    With `at_last` nothing is to be done on the page afterwards: of long tables and lists it keeps the first rows.
    """
    found = []
    size = page.viewport_size
    assert size is not None
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": size["height"]})
        if (wide := overflow(page)) > 0:
            found.append(f"{wide} px wider than a screen of {width}")
    page.set_viewport_size(size)
    if at_last:
        # The fiftieth row is made as the fifth is, and axe-core takes as long over it.
        page.evaluate(f"document.querySelectorAll('{_MORE_OF_THE_SAME}').forEach(one => one.remove())")
    return found + serious_faults(page)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended at once"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError("the server does not answer")
