"""The sheet in a helper's hand: taps, keys, two desks at once, and a network that goes away."""

import csv
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.conftest import Live, sign_in

NAMES = ["陈晨", "李雷", "王芳", "赵敏"]
Desk = Callable[[str], Page]


@pytest.fixture(scope="module")
def sheet(live: Live) -> str:
    """The address of the list of sessions of a training with four people."""
    file = live.folder / "tapped.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([["姓名", "单位"], *([name, "示例县民政局"] for name in NAMES)])
    live.command("training", "copy", "CD2019", "--code", "TAPPED", "--start", "2026-05-11")
    live.command("import", "TAPPED", str(file))
    return "/t/TAPPED/attendance"


@pytest.fixture
def desk(live: Live, chromium: Browser) -> Iterator[Desk]:
    """Open an address on the phone of one more helper."""
    contexts: list[BrowserContext] = []

    def open_desk(address: str) -> Page:
        context = chromium.new_context(
            base_url=live.url, locale="en-GB", viewport={"width": 360, "height": 740}
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        sign_in(page)
        page.goto(address)
        return page

    yield open_desk
    for context in contexts:
        context.close()


def session_address(page: Page, sheet: str, number: int) -> str:
    page.goto(sheet)
    address = page.locator(".lines a").nth(number).get_attribute("href")
    assert address
    return address


def row(page: Page, name: str) -> Locator:
    return page.locator(".people > li").filter(has_text=name)


def tap(page: Page, name: str, mark: str) -> None:
    row(page, name).locator("label", has_text=mark).click()


@pytest.mark.browser
def test_a_tap_is_ticked_kept_and_seen_at_the_other_desk(desk: Desk, sheet: str) -> None:
    page = desk(sheet)
    address = session_address(page, sheet, 0)
    page.goto(address)
    tap(page, "李雷", "Late")
    expect(row(page, "李雷").locator(".stamp.fresh")).to_be_visible()
    expect(page.locator("[data-live]")).to_have_text("Saved: 李雷, Late")
    expect(page.locator('[data-count="late"]')).to_have_text("1")
    other = desk(address)
    expect(row(other, "李雷").get_by_role("radio", name="Late")).to_be_checked()
    page.wait_for_timeout(800)
    tap(page, "李雷", "Late")
    expect(page.locator("[data-live]")).to_have_text("Taken away: 李雷")
    tap(page, "王芳", "Absent")
    expect(row(page, "王芳").locator(".stamp.fresh")).to_be_visible()
    other.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(row(other, "李雷").get_by_role("radio", name="Late")).not_to_be_checked()
    expect(row(other, "王芳").get_by_role("radio", name="Absent")).to_be_checked()


@pytest.mark.browser
def test_a_sheet_is_filled_with_the_keyboard_alone(desk: Desk, sheet: str) -> None:
    page = desk(sheet)
    page.goto(session_address(page, sheet, 1))
    page.keyboard.press("/")
    page.keyboard.type("示例县")
    page.keyboard.press("Enter")
    for key in ("1", "ArrowDown", "2", "ArrowDown", "3", "ArrowDown", "4", "ArrowUp", "0"):
        page.keyboard.press(key)
    expect(page.locator(".waiting")).to_have_count(0)
    page.reload()
    marks = page.locator(".people > li").evaluate_all("rows => rows.map(row => row.dataset.value)")
    assert marks == ["present", "late", "", "absent"]


@pytest.mark.browser
def test_what_is_tapped_without_a_network_is_sent_once_it_is_back(desk: Desk, sheet: str) -> None:
    page = desk(sheet)
    address = session_address(page, sheet, 2)
    page.goto(address)
    page.context.set_offline(True)
    for name in NAMES[:3]:
        tap(page, name, "Present")
    expect(page.locator("[data-live]")).to_contain_text("Not saved yet: 3")
    expect(page.locator(".waiting")).to_have_count(3)
    page.context.set_offline(False)
    expect(page.locator(".waiting")).to_have_count(0)
    page.reload()
    expect(page.locator('[data-count="present"]')).to_have_text("3")


@pytest.mark.browser
def test_filters_work_at_once_and_stand_in_the_address(desk: Desk, sheet: str) -> None:
    page = desk(sheet)
    page.goto(session_address(page, sheet, 3))
    tap(page, "赵敏", "On leave")
    expect(row(page, "赵敏").locator(".stamp.fresh")).to_be_visible()
    page.locator('[data-show-link="on_leave"]').click()
    expect(page.locator(".people > li:visible")).to_have_count(1)
    assert page.url.endswith("?show=on_leave")
    page.reload()
    expect(page.locator(".people > li:visible")).to_contain_text("赵敏")
    page.locator('[data-show-link="on_leave"]').click()
    page.fill("#q", "wang")
    expect(page.locator(".people > li:visible")).to_have_count(1)
    page.get_by_role("button", name="Rest: present").click()
    expect(page.get_by_role("status").first).to_contain_text("marked 1 person.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator('[data-count="present"]')).to_have_text("0")


@pytest.mark.browser
def test_a_button_of_arrivals_says_what_it_does_and_then_how_it_stands(desk: Desk, sheet: str) -> None:
    page = desk(f"{sheet}/arrival")
    button = row(page, "陈晨").locator(".tap:not(.tap-none) span")
    expect(row(page, "陈晨").get_by_role("radio", name="Note arrival")).to_be_visible()
    before = button.bounding_box()
    row(page, "陈晨").get_by_role("radio", name="Note arrival").check()
    expect(row(page, "陈晨").get_by_role("radio", name="Arrived")).to_be_checked()
    expect(page.locator("[data-live]")).to_have_text("Saved: 陈晨, Arrived")
    after = button.bounding_box()
    assert before is not None
    assert after is not None
    assert before["width"] == after["width"]
