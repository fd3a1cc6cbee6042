"""Beijing's 260 certificates in a browser: issued while the worker is killed, checked in every way, one replaced."""

import io
import re
import subprocess
import time
import zipfile
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Live, Visit, faults_on

pytestmark = pytest.mark.browser

BASE = "/t/BJ2019/certificates"
PEOPLE = 260


def test_260_are_issued_over_a_killed_worker_checked_and_one_of_them_replaced(
    live: Live, visit: Visit, chromium: Browser, tmp_path: Path
) -> None:
    page = visit("/", language="en")
    _three_clicks(page)
    _kill_in_the_middle(live)
    # What the dead worker held comes back when its lease runs out; meanwhile the rest goes on, and is in force.
    expect(page.locator("#progress h2")).to_have_text(re.compile(r"^[1-9]\d* of 260 are made$"))
    papers = _wait_for_some(page)
    first = _fetch(page, papers[0], tmp_path)
    address = _scan(first)
    assert address.startswith(f"{live.url}/v/BJ2019-0001?c=")
    _check_on_a_phone(visit, address, tmp_path)
    _check_by_file(visit, first)
    _check_without_network(visit, chromium, address, tmp_path)
    said = subprocess.run(["pdfsig", first], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    _replace_the_first(visit, address, tmp_path)
    expect(page.locator(".issue-done")).to_contain_text("260", timeout=40_000)
    _read_back(page, tmp_path)


def _three_clicks(page: Page) -> None:
    page.get_by_role("link", name=re.compile("BJ2019")).click()
    page.get_by_role("link", name="Issue the certificates").click()
    page.get_by_role("button", name="Issue 260 certificates").click()
    page.wait_for_url("**/certificates/jobs/*")


def _kill_in_the_middle(live: Live) -> None:
    """Kill the server's worker while it holds papers in its hands."""
    (worker,) = (one for one in psutil.Process(live.server).children() if "worker" in one.cmdline())
    kept = live.folder / "instance" / "files" / "certificates"
    deadline = time.monotonic() + 30
    while sum(1 for _ in kept.glob("*/*.pdf")) < 60:
        assert time.monotonic() < deadline, "the worker makes nothing"
        time.sleep(0.01)
    worker.kill()
    worker.wait(5)
    assert sum(1 for _ in kept.glob("*/*.pdf")) < PEOPLE, "it was too late to kill anybody"


def _wait_for_some(page: Page) -> list[str]:
    """The addresses of papers that are valid while others wait."""
    listing = page.request.get(f"{BASE}/register").text()
    return re.findall(rf'href="({BASE}/\d+\.pdf)"', listing)


def _fetch(page: Page, address: str, folder: Path) -> Path:
    paper = folder / "certificate.pdf"
    paper.write_bytes(page.request.get(address).body())
    return paper


def _scan(paper: Path) -> str:
    """The text of the symbol on the first page."""
    picture = paper.with_suffix("")
    subprocess.run(["pdftoppm", "-r", "200", "-l", "1", "-png", "-singlefile", paper, picture], check=True)
    read = ["zbarimg", "--raw", "-q", str(picture.with_suffix(".png"))]
    return subprocess.run(read, capture_output=True, text=True, check=True).stdout.strip()


def _check_on_a_phone(visit: Visit, address: str, folder: Path) -> None:
    """The page that a scan leads to, and the badge that its holder finds there."""
    page = visit(address, width=360, signed_in=False)
    expect(page.locator("h1")).to_have_text("有效（示例）")
    summary = page.locator("summary.badge-summary")
    height = summary.evaluate("element => element.getBoundingClientRect().height")
    assert height >= 44
    summary.click()
    expect(page.locator(".badge-picture")).to_have_js_property("complete", True)
    expect(page.locator(".badge-picture")).not_to_have_js_property("naturalWidth", 0)
    assert not faults_on(page)
    for name, begins in (("PNG", b"\x89PNG"), ("SVG", b"<svg"), ("JWT", b"eyJ")):
        with page.expect_download() as download:
            page.locator(".badge-links a").filter(has_text=name).click()
        download.value.save_as(folder / name)
        assert (folder / name).read_bytes().startswith(begins)
    assert b"openbadgecredential" in (folder / "PNG").read_bytes()


def _check_by_file(visit: Visit, paper: Path) -> None:
    page = visit("/v", language="en", signed_in=False)
    page.set_input_files("#file", paper)
    page.wait_for_url("**/v/file/**")
    expect(page.locator("h1")).to_have_text("Valid (sample)")


def _check_without_network(visit: Visit, chromium: Browser, address: str, folder: Path) -> None:
    page = visit("/v", language="en", signed_in=False)
    with page.expect_download() as download:
        page.get_by_role("link", name="A page for checking without a network").click()
    download.value.save_as(folder / "verify.html")
    context = chromium.new_context(offline=True)
    away = context.new_page()
    away.goto((folder / "verify.html").as_uri())
    away.fill("#token", address)
    away.get_by_role("button", name="查验 Verify").click()
    expect(away.locator("#answer h2")).to_contain_text("Valid")
    context.close()


def _replace_the_first(visit: Visit, address: str, folder: Path) -> None:
    """Revoke one and issue another in its place; whoever scans either is led to the other."""
    page = visit(f"{BASE}/register", language="en")
    page.get_by_role("link", name="Revoke BJ2019-0001").click()
    page.fill("#reason", "单位名称有误")
    page.get_by_label("Issue another in its place").check()
    page.get_by_role("button", name="Revoke certificate BJ2019-0001").click()
    page.wait_for_url("**/certificates/jobs/*")
    old = visit(address, language="en", signed_in=False)
    expect(old.locator("h1")).to_have_text("Revoked")
    replaced = old.get_by_text(re.compile(r"Certificate BJ2019-\d+ was issued in its place\."))
    deadline = time.monotonic() + 30
    while not replaced.count():
        assert time.monotonic() < deadline, "nothing took its place"
        old.reload()
    serial = replaced.inner_text().split()[1]
    page.goto(f"{BASE}/register")
    link = page.get_by_role("link", name=f"Open {serial} (PDF)").get_attribute("href") or ""
    new = visit(_scan(_fetch(page, link, folder)), language="en", signed_in=False)
    expect(new.locator("h1")).to_have_text("Valid (sample)")
    expect(new.get_by_text("Issued in place of BJ2019-0001, which does not stand any more.")).to_be_visible()


def _read_back(page: Page, folder: Path) -> None:
    """Each number once, one file a person, and one print file of as many pages."""
    listing = page.request.get(f"{BASE}/register").text()
    serials = re.findall(r'<th scope="row"[^>]*>\s*(BJ2019-\d+)', listing)
    assert serials == [f"BJ2019-{number:04d}" for number in range(1, PEOPLE + 2)]
    with zipfile.ZipFile(io.BytesIO(page.request.get(f"{BASE}/all.zip").body())) as archive:
        assert archive.testzip() is None
        assert [name[:11] for name in archive.namelist()] == serials[1:]
    merged = folder / "all.pdf"
    merged.write_bytes(page.request.get(f"{BASE}/all.pdf").body())
    info = subprocess.run(["pdfinfo", merged], capture_output=True, text=True, check=True).stdout
    assert re.search(rf"^Pages:\s+{PEOPLE}$", info, re.M)
    assert "/v/BJ2019-0002?c=" in _scan(merged)
