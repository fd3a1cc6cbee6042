"""Makes the README's pictures from the running program and its demo, in an installation of their own.

    python scripts/pictures.py

Needs a Chromium with Chinese fonts (Debian: chromium fonts-noto-cjk) and pdftoppm (poppler-utils).
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from trainingmgr.services.checks import chromium

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
_WIDTH = 1280


def main() -> int:
    """Start the program on the demo, photograph it, end it."""
    path = chromium()
    if path is None or shutil.which("pdftoppm") is None:
        print("chromium and pdftoppm are needed: apt install chromium fonts-noto-cjk poppler-utils")
        return 1
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="trainingmgr-pictures-") as folder:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TRAININGMGR_")}
        environment |= {
            "TRAININGMGR_INSTANCE": folder,
            "TRAININGMGR_LANGUAGE": "zh",
            "TRAININGMGR_PUBLIC_URL": "https://classes.example.org",
            "PYTHONUNBUFFERED": "1",
        }
        port = _free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "trainingmgr", "serve", "--demo", "--no-worker", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            _until_it_serves(server)
            told = _command(environment, "user", "password", "organiser@example.org", "--json")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
                _photograph(browser, f"http://127.0.0.1:{port}", json.loads(told)["password"])
                browser.close()
            _certificate(environment, Path(folder))
        finally:
            server.terminate()
            server.communicate(timeout=30)
    for picture in sorted(PICTURES.glob("*.png")):
        _shrink(picture)
        print(f"{picture.relative_to(ROOT)}  {picture.stat().st_size // 1024} kB")
    return 0


def _photograph(browser: Browser, address: str, password: str) -> None:
    context = browser.new_context(
        locale="zh-CN", viewport={"width": _WIDTH, "height": 860}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{address}/login")
    page.fill("#email", "organiser@example.org")
    page.fill("#password", password)
    page.press("#password", "Enter")
    page.wait_for_url(f"{address}/")
    for path, name in (("/t/CD2019/schedule", "timetable"), ("/t/BJ2019/certificates", "issue")):
        page.goto(address + path, wait_until="networkidle")
        page.screenshot(path=PICTURES / f"{name}.png", full_page=name == "timetable")


def _certificate(environment: dict[str, str], folder: Path) -> None:
    papers = folder / "papers"
    _command(environment, "issue", "CD2019", "--out", str(papers))
    first = sorted(papers.glob("*.pdf"))[0]
    target = PICTURES / "certificate"
    subprocess.run(["pdftoppm", "-png", "-singlefile", "-r", "110", str(first), str(target)], check=True)


def _shrink(picture: Path) -> None:
    """A screen and a paper have few colours, and everybody who clones the project gets every version."""
    with Image.open(picture) as image:
        few = image.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(picture, optimize=True)


def _command(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "trainingmgr", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def _until_it_serves(server: "subprocess.Popen[str]") -> None:
    assert server.stdout is not None
    for line in server.stdout:
        if "http://127.0.0.1" in line:
            return
    sys.exit("the program did not start")


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
