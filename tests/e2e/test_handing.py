"""Papers handed over at a desk by phone, what is printed for it, and the page of somebody who holds one."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Live, Visit, faults_on, overflow, serious_faults

pytestmark = pytest.mark.browser

PEOPLE = 26
BASE = "/t/HANDING/certificates"

# A class of its own, so that the demo stays as the other walks find it.
_ISSUE = """
import json, sys
import sqlalchemy as sa
from tests.certificates import certificates, issue, make_class
from tests.e2e.seeding import finished
from tests.factories import Cast
from trainingmgr.app import create_app
from trainingmgr.extensions import db
from trainingmgr.models import Organisation
from trainingmgr.queries.accounts import Actor
from trainingmgr.services import certificate as service

class Anybody(Cast):
    def actor(self, who=""):
        return Actor(None, "test")

with create_app().app_context():
    session = db.session()
    organisation = session.scalars(sa.select(Organisation).order_by(Organisation.id)).first()
    cast = Anybody(organisation, organisation, {})
    training = make_class(session, cast, int(sys.argv[1]), code="HANDING")
    finished(session, issue(cast, training))
    rows = certificates(session, training)
    service.revoke(cast.actor(), rows[-1], "理由")
    print(json.dumps(rows[0].registration_id))
"""


@pytest.fixture(scope="module")
def holder(live: Live) -> int:
    """A class with a paper for each and one of them revoked; gives the registration of the first holder."""
    done = subprocess.run(
        [sys.executable, "-c", _ISSUE, str(PEOPLE)],
        env=live.environ | {"TEST_NUMBERS_FROM": "2001"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("scripts", [True, False])
def test_a_paper_is_found_handed_to_somebody_else_and_taken_back(
    visit: Visit, holder: int, scripts: bool
) -> None:
    page = visit(f"{BASE}/desk", language="en", width=360, scripts=scripts)
    page.get_by_role("searchbox").fill("HANDING-0002")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".desk li")).to_have_count(1)
    page.locator(".desk summary").click()
    page.get_by_label(re.compile("Who collects it")).fill("赵姐")
    page.get_by_role("button", name="Note it").click()
    expect(page.locator(".undo-bar")).to_contain_text("HANDING-0002 was collected by 赵姐.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".notice-good")).to_contain_text("not collected again")


def test_the_list_for_signatures_repeats_heads_and_foot_and_counts_its_pages(
    visit: Visit, holder: int, tmp_path: Path
) -> None:
    pages = _printed(visit(f"{BASE}/signing", language="en"), tmp_path / "list.pdf")
    assert len(pages) == 2
    for number, text in enumerate(pages, 1):
        assert "Signature" in text
        assert "printed " in text
        assert re.search(rf"^{number} ?/ ?2$", text, re.MULTILINE)


def test_labels_fill_sheets_of_twenty_four(visit: Visit, holder: int, tmp_path: Path) -> None:
    pages = _printed(visit(f"{BASE}/labels", language="en"), tmp_path / "labels.pdf")
    assert [len(re.findall(r"HANDING-\d{4}", text)) for text in pages] == [24, PEOPLE - 1 - 24]


def _printed(page: Page, target: Path) -> list[str]:
    """The text of each sheet of A4 that the page prints."""
    page.pdf(path=target, prefer_css_page_size=True)
    sizes = subprocess.run(["pdfinfo", target], capture_output=True, text=True, check=True).stdout
    assert "(A4)" in sizes
    text = subprocess.run(["pdftotext", target, "-"], capture_output=True, text=True, check=True).stdout
    return text.split("\f")[:-1]


def test_the_holder_opens_the_address_that_the_organiser_made(visit: Visit, holder: int) -> None:
    page = visit(f"/t/HANDING/roster/{holder}/own-page", language="en")
    page.get_by_role("button", name="Open the page").click()
    address = page.locator(".own-address a").get_attribute("href")
    assert address is not None
    assert not serious_faults(page)
    theirs = visit(address, language="en", width=360, signed_in=False)
    assert not serious_faults(theirs)
    assert overflow(theirs) <= 0
    paper = theirs.get_by_role("link", name=re.compile("PDF")).get_attribute("href")
    assert theirs.request.get(paper or "").body().startswith(b"%PDF")
    theirs.get_by_role("link", name="Check HANDING-0001").click()
    expect(theirs.locator("h1")).to_have_text("Valid")
    page.get_by_role("button", name="Close the page").click()
    gone = theirs.request.get(address)
    assert gone.status == 404


@pytest.mark.parametrize(("language", "width"), [("zh", 360), ("en", 1280)])
def test_the_pages_have_no_serious_fault_and_do_not_scroll_sideways(
    visit: Visit, holder: int, language: str, width: int
) -> None:
    page = visit("/", language=language, width=width)
    # Colours that still fade from one scheme to the other have no contrast of their own.
    page.emulate_media(reduced_motion="reduce")
    faults = {}
    for path in ("", "/desk", "/desk?show=all", "/signing?order=unit", "/labels?order=group", "/revoked"):
        page.goto(BASE + path)
        found = faults_on(page, at_last=True)
        page.emulate_media(color_scheme="dark")
        found += serious_faults(page, "color-contrast")
        page.emulate_media(color_scheme="light")
        if found:
            faults[path] = found
    assert not faults
