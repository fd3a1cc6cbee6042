"""Places offered, links sent, and three units that name their people, on a phone and in both languages."""

import re
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Live, Visit, overflow, serious_faults

pytestmark = pytest.mark.browser

UNITS = ("四川省民政厅", "云南省民政厅", "贵州省民政厅")
CODE = "WALK2099"
BASE = f"/t/{CODE}"


@pytest.fixture(scope="module")
def addresses(live: Live) -> dict[str, str]:
    """Filled by the first walk: the address of each unit's page."""
    return {}


def test_places_are_offered_and_links_made_and_sent(visit: Visit, addresses: dict[str, str]) -> None:
    page = visit("/t/CD2019/copy", language="en", width=360)
    page.fill("#code", CODE)
    page.fill("#start_date", "2099-10-30")
    page.locator("form.card button[type=submit]").click()
    page.goto(f"{BASE}/quotas")
    expect(page.locator(".quota-line")).to_have_count(4)
    page.locator(".quota-line").nth(1).get_by_role("link", name="Edit").click()
    page.select_option("#over", "waitlist")
    page.get_by_role("button", name="Save").last.click()
    expect(page.locator(".notice-good")).to_contain_text("Saved.")
    page.goto(f"{BASE}/nominations")
    page.get_by_role("button", name="Make the links").click()
    expect(page.locator(".notice-good")).to_contain_text("85 addresses were made.")
    assert (overflow(page), serious_faults(page)) == (0, [])
    page.goto(f"{BASE}/nominations/links")
    lines = [line.split("\t") for line in page.locator("textarea").input_value().splitlines() if line]
    addresses |= {unit: re.sub(r"^https?://[^/]+", "", address) for unit, address in lines}
    assert len(addresses) == 85
    page.goto(f"{BASE}/nominations")
    page.get_by_role("checkbox", name="all 85 shown").check()
    page.get_by_role("button", name="Send by mail").click()
    expect(page.locator(".notice-warn")).to_contain_text(["Without a mail address", "this computer"])
    expect(page.locator(".notice-good")).to_contain_text(
        "20 mails lie in the outbox. Mails of samples are never sent."
    )
    page.goto(f"{BASE}/mail")
    page.locator("tbody a").first.click()
    letter = page.get_by_role("article")
    sent = re.sub(r"^https?://[^/]+", "", letter.get_by_role("link").get_attribute("href") or "")
    assert sent in addresses.values()


def named(page: Page, name: str, phone: str, button: str) -> None:
    page.fill("#name", name)
    page.fill("#post", "处长")
    page.fill("#phone", phone)
    page.get_by_role("button", name=button, exact=True).click()


def test_a_unit_names_beyond_its_places_replaces_and_prints_on_a_phone(
    visit: Visit, addresses: dict[str, str]
) -> None:
    page = visit(addresses[UNITS[0]], language="zh", width=360, signed_in=False)
    assert overflow(page) <= 0
    page.get_by_role("link", name="推荐人选").click()
    assert overflow(page) <= 0
    named(page, "王芳", "13800138000", "报送")
    expect(page.locator(".notice-good")).to_contain_text("已报送：王芳")
    page.get_by_role("link", name="推荐人选").click()
    named(page, "李雷", "13800138001", "报送")
    expect(page.locator(".notice-warn")).to_contain_text("列入候补：李雷")
    page.get_by_role("link", name="替换王芳").click()
    page.fill("#reason", "岗位调整")
    named(page, "韩梅梅", "13800138002", "替换")
    expect(page.locator(".notice-good")).to_contain_text("已由韩梅梅替换王芳")
    assert (overflow(page), serious_faults(page)) == (0, [])
    receipt = page.get_by_role("link", name="打开回执").get_attribute("href")
    assert page.request.get(receipt or "").body().startswith(b"%PDF")


def test_a_unit_fills_in_the_workbook_and_sends_what_is_complete(
    visit: Visit, addresses: dict[str, str], tmp_path: Path
) -> None:
    page = visit(addresses[UNITS[1]], language="en", signed_in=False)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the form").click()
    book = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes()))
    sheet = book.worksheets[0]
    titles = [cell.value for cell in sheet[sheet.max_row]]
    for values in ({"Full name": "赵六", "Position": "处长", "Mobile": "13900139000"}, {"Full name": "孙七"}):
        sheet.append([values.get(str(title)) for title in titles])
    book.save(tmp_path / "filled.xlsx")
    page.set_input_files("input[name=file]", tmp_path / "filled.xlsx")
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#drafts li")).to_have_count(2)
    page.get_by_role("button", name="Send the ticked ones").click()
    expect(page.locator(".notice-good")).to_contain_text("Sent: 赵六.")
    expect(page.locator("#drafts li")).to_have_count(1)


def test_without_scripts_a_draft_is_kept_and_a_scan_attached_and_the_organiser_sees_it(
    visit: Visit, addresses: dict[str, str], tmp_path: Path
) -> None:
    page = visit(addresses[UNITS[2]], language="en", width=360, scripts=False, signed_in=False)
    page.get_by_role("link", name="Name a person").click()
    page.fill("#name", "周八")
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.locator("#drafts")).to_contain_text("To complete")
    scan = tmp_path / "scan.png"
    page.locator("h1").screenshot(path=scan)
    page.set_input_files("input[name=scan]", scan)
    page.get_by_role("button", name="Attach").click()
    expect(page.locator("#receipt")).to_contain_text("scan.png")
    seen = visit(f"{BASE}/nominations?show=undecided", language="en")
    expect(seen.locator("tbody tr")).to_have_count(2)
    seen.locator("tbody a").first.click()
    assert not serious_faults(seen)


def test_the_organiser_approves_promotes_and_erases_who_withdrew(visit: Visit, complaints: list[str]) -> None:
    page = visit(f"{BASE}/roster/board", language="en")
    nominated, waiting, confirmed = (
        page.locator(f"#{one}") for one in ("nominated", "waitlisted", "confirmed")
    )
    nominated.locator("[data-all]").check()
    nominated.get_by_role("button", name="Approve").click()
    for name in ("韩梅梅", "赵六"):
        expect(confirmed).to_contain_text(name)
    waiting.get_by_role("checkbox", name="李雷").check()
    waiting.get_by_role("button", name="Promote", exact=True).click()
    expect(waiting.get_by_role("alert")).to_contain_text("places")
    # The browser notes the refusal.
    complaints.clear()
    waiting.get_by_role("checkbox", name=re.compile("beyond")).check()
    waiting.get_by_role("button", name="Promote", exact=True).click()
    expect(confirmed).to_contain_text("李雷")
    page.goto(f"{BASE}/roster?status=withdrawn")
    page.get_by_role("link", name="王芳", exact=True).click()
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="Erase by law").click()
    page.get_by_role("button", name="Erase everything kept of 王芳").click()
    page.goto(f"{BASE}/roster?status=withdrawn")
    expect(page.locator("main")).not_to_contain_text("王芳")
