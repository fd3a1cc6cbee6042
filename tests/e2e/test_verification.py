"""A checker with a file, one without a network, and one whose browser has no hashing of its own."""

import json
import subprocess
import sys
from functools import partial
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.e2e.conftest import Live, Visit, serious_faults

pytestmark = pytest.mark.browser

# A class of its own, so that the demo stays as the other walks find it.
_ISSUE = """
import json, sys
from pathlib import Path
import sqlalchemy as sa
from tests.certificates import add_person, make_class
from tests.e2e.seeding import finished
from tests.factories import Cast
from trainingmgr.app import create_app
from trainingmgr.extensions import db, storage
from trainingmgr.models import Certificate, Organisation
from trainingmgr.queries.accounts import Actor
from trainingmgr.services import certificate as service

code, folder = sys.argv[1], Path(sys.argv[2])
with create_app().app_context():
    session = db.session()
    organisation = session.scalars(sa.select(Organisation).order_by(Organisation.id)).first()
    cast = Cast(organisation, organisation, {})
    training = make_class(session, cast, 0, code=code)
    for name in ("王小明", "李小红"):
        add_person(session, training, name)
    actor = Actor(None, "test")
    job = service.start_issue(actor, training)
    service.work(job.id, "test")
    finished(session, job.id)
    session.rollback()
    rows = session.scalars(sa.select(Certificate).where(Certificate.training_id == training.id)).all()
    service.revoke(actor, rows[1], "理由")
    for row in rows:
        (folder / f"{row.serial}.pdf").write_bytes(storage.get(row.file_key))
    print(json.dumps([[row.serial, row.snapshot["verify_url"]] for row in rows]))
"""


@pytest.fixture(scope="module")
def papers(live: Live, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, str]]:
    """Two issued certificates as files with the addresses in their QRs; the second one is revoked."""
    folder = tmp_path_factory.mktemp("papers")
    done = subprocess.run(
        [sys.executable, "-c", _ISSUE, "PAPERS", str(folder)],
        env=live.environ | {"TEST_NUMBERS_FROM": "1001"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return [(folder / f"{serial}.pdf", url) for serial, url in json.loads(done.stdout.splitlines()[-1])]


def test_a_dropped_file_is_valid_or_revoked_and_never_leaves_the_browser(
    visit: Visit, papers: list[tuple[Path, str]]
) -> None:
    for (paper, _url), word in zip(papers, ("Valid", "Revoked"), strict=True):
        page = visit("/v", signed_in=False, language="en")
        sent: list[bytes] = []
        page.on("request", partial(_note, sent))
        page.set_input_files("#file", paper)
        page.wait_for_url(f"**/v/file/{sha256(paper.read_bytes()).hexdigest()}*")
        expect(page.locator("h1")).to_have_text(word)
        assert not any(sent)
        assert not serious_faults(page)


def _note(sent: list[bytes], request: Request) -> None:
    sent.append(request.post_data_buffer or b"")


def test_a_file_with_bytes_appended_is_not_the_one_that_was_issued(
    visit: Visit, papers: list[tuple[Path, str]], tmp_path: Path, complaints: list[str]
) -> None:
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(papers[0][0].read_bytes() + b"\n% one more line\n")
    page = visit("/v", signed_in=False, language="en")
    page.set_input_files("#file", changed)
    page.wait_for_url("**/v/file/**")
    assert page.inner_text("h1") in {"Altered", "Unknown"}
    complaints.clear()  # the browser notes the 404


def test_what_is_no_pdf_is_told_so_on_the_spot(visit: Visit, tmp_path: Path) -> None:
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"Dear Sir")
    page = visit("/v", signed_in=False, language="en")
    page.set_input_files("#file", letter)
    expect(page.locator("#drop-said")).to_have_text("This is not a PDF file.")


def test_the_saved_page_proves_papers_without_any_network(
    visit: Visit, chromium: Browser, papers: list[tuple[Path, str]], tmp_path: Path
) -> None:
    page = visit("/v", signed_in=False, language="en")
    with page.expect_download() as download:
        page.get_by_role("link", name="A page for checking without a network").click()
    saved = tmp_path / "verify.html"
    download.value.save_as(saved)

    context = chromium.new_context(viewport={"width": 360, "height": 800}, offline=True)
    away = context.new_page()
    faults: list[str] = []
    away.on("pageerror", lambda error: faults.append(str(error)))
    away.goto(saved.as_uri())
    (_, good), (_, revoked) = papers
    token = good.partition("c=")[2]
    for text, word in (
        (good, "有效 Valid"),
        (token, "有效 Valid"),
        (revoked, "已撤销 Revoked"),
        (good[:-6] + "AAAAAA", "无法证实 Not proven"),
        ("hello", "无法证实 Not proven"),
    ):
        assert _asked(away, text) == word
    assert _asked(away, good) == "有效 Valid"
    assert "王*明" in away.inner_text("#answer")
    assert not serious_faults(away)
    assert not faults
    context.close()


def _asked(page: Page, text: str) -> str:
    page.fill("#token", text)
    page.get_by_role("button", name="查验 Verify").click()
    return page.inner_text("#answer h2")


def test_our_own_hashing_is_that_of_everybody(live: Live, visit: Visit) -> None:
    page = visit("/v", signed_in=False)
    texts = ["", "abc", "a" * 55, "a" * 56, "a" * 63, "a" * 64, "a" * 111, "a" * 112, "证书" * 1000]
    found: Any = page.evaluate(
        """async (texts) => {
            const sha2 = await import(document.getElementById("drop").dataset.hashing);
            const of = (text) => new TextEncoder().encode(text);
            return texts.map((text) => [sha2.hex(sha2.sha256(of(text))), sha2.hex(sha2.sha512(of(text)))]);
        }""",
        texts,
    )
    assert found == [[sha256(one.encode()).hexdigest(), sha512(one.encode()).hexdigest()] for one in texts]
