"""A certificate design from the blank page to the file, with a real mouse, a keyboard, and a phone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Live, Visit, overflow, serious_faults
from trainingmgr.domain.design.parcel import unpack

DESIGNS = "/o/1/designs"


def blank(page: Page, name: str) -> str:
    """Make a design from a blank page; gives its address."""
    page.goto(f"{DESIGNS}/new")
    page.fill("#name_zh", name)
    page.click("main form .btn-primary")
    page.wait_for_url(re.compile(rf"{DESIGNS}/\d+$"))
    return page.url


def box(page: Page, number: int) -> Locator:
    return page.locator(f".box[data-number='{number}']")


def place(page: Page, number: int) -> list[float]:
    """Where an item stands, in mm, as its box says: left, top, width, height."""
    edge = box(page, number).locator(".edge")
    return [float(edge.get_attribute(name) or "nan") for name in ("x", "y", "width", "height")]


def settled(page: Page) -> None:
    """Wait until the server has shown the paper anew."""
    page.wait_for_timeout(650)
    page.wait_for_load_state("networkidle")


def press(page: Page, do: str) -> None:
    with page.expect_response("**/live"):
        page.click(f"#panel button[value='{do}']")
    settled(page)


def drag(
    page: Page, start: Locator, millimetres: tuple[float, float], *, free: bool = False, at: float = 0.5
) -> None:
    """Take hold of something in its middle, or `at` another part of its height, and let go elsewhere."""
    paper = page.locator("#sheet").bounding_box()
    held = start.bounding_box()
    assert paper
    assert held
    scale = paper["width"] / float((page.locator(".boxes").get_attribute("viewBox") or "").split()[2])
    x, y = held["x"] + held["width"] / 2, held["y"] + held["height"] * at
    if free:
        page.keyboard.down("Control")
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x + millimetres[0] * scale * step / 5, y + millimetres[1] * scale * step / 5)
    page.mouse.up()
    if free:
        page.keyboard.up("Control")
    settled(page)


def test_a_design_is_drawn_from_a_blank_page_published_exported_and_imported(
    visit: Visit, live: Live, tmp_path: Path
) -> None:
    page = visit("/", width=1440)
    page.click("a[href='/o/1/units']")
    page.click(f".tabs a[href='{DESIGNS}']")
    blank(page, "手绘版式")
    expect(page.locator("#general li")).to_have_count(3)

    # The sentence, dragged to the middle of the paper and made wider by its corner.
    press(page, "add:text")
    page.fill("textarea[data-words]", "")
    page.select_option("#field-picker", "{sentence_zh}")
    page.fill("#f-size", "18")
    settled(page)
    expect(page.locator("#general li")).to_have_count(2)
    drag(page, box(page, 1).locator(".hit"), (-40, -30), free=True)
    left, top, width, height = place(page, 1)
    assert (left, top) == pytest.approx((48.5, 65), abs=0.6)
    drag(page, box(page, 1).locator("[data-grip='se']"), (79, 37), free=True)
    assert place(page, 1)[2:] == pytest.approx([width + 79, height + 37], abs=0.8)
    assert float(page.input_value("#f-width")) == place(page, 1)[2]
    # Near the middle it snaps to it, and near a guide to that.
    drag(page, box(page, 1).locator(".hit"), (2, 0))
    left, top, width, height = place(page, 1)
    assert left + width / 2 == pytest.approx(148.5, abs=0.02)

    # Undone and done again, without saving.
    page.click("[data-tool='undo']")
    settled(page)
    assert place(page, 1)[0] != left
    page.keyboard.press("Control+y")
    settled(page)
    assert place(page, 1)[0] == left
    expect(page.locator("#unsaved")).to_be_visible()

    # A guide by hand, and the QR brought to it.
    page.click("[data-tool='guide-across']")
    settled(page)
    drag(page, page.locator(".guide-across .hit"), (-54, 0), at=0.06)
    guide = float(page.input_value("#f-guides-across"))
    assert 15 <= guide <= 25
    press(page, "add:qr")
    drag(page, box(page, 2).locator(".hit"), (guide - place(page, 2)[0] + 1, 70))
    assert place(page, 2)[0] == pytest.approx(guide, abs=0.02)

    # The number by keyboard: found, moved, made smaller.
    press(page, "add:text")
    page.fill("textarea[data-words]", "编号 {serial}")
    settled(page)
    expect(page.locator("#general li")).to_have_count(0)
    before = place(page, 3)
    box(page, 3).focus()
    for key in ("ArrowDown", "Shift+ArrowLeft", "Alt+ArrowRight"):
        page.keyboard.press(key)
    settled(page)
    assert place(page, 3) == pytest.approx([before[0] - 10, before[1] + 1, before[2] + 1, before[3]])
    assert page.evaluate("document.activeElement.dataset.number") == "3"
    page.locator("[data-align='right']").click()
    settled(page)
    assert sum(place(page, 3)[::2]) == pytest.approx(297)
    page.locator("[data-align='bottom']").click()
    settled(page)

    # What stood there before is found again after saving; a version is published.
    drawn = [place(page, number) for number in (1, 2, 3)]
    page.click(".save-bar button[value='publish']")
    page.wait_for_selector("#versions-title")
    assert [place(page, number) for number in (1, 2, 3)] == drawn
    expect(page.locator("#unsaved")).to_be_hidden()

    with page.expect_download() as download:
        page.click("a[href$='/export']")
    file = tmp_path / "手绘版式.design.zip"
    download.value.save_as(file)
    parcel = unpack(file.read_bytes())
    assert parcel.name_zh == "手绘版式"
    assert [[item.x, item.y, item.width, item.height] for item in parcel.design.items] == drawn

    page.goto(DESIGNS)
    page.set_input_files("#file", file)
    page.click(".import-card .btn")
    page.wait_for_url(re.compile(rf"{DESIGNS}/\d+$"))
    assert "手绘版式（2）" in (page.locator("h1").text_content() or "")
    assert [place(page, number) for number in (1, 2, 3)] == drawn


def test_what_the_browser_shows_follows_the_sample(visit: Visit) -> None:
    page = visit(f"{DESIGNS}/new?start=company")
    page.fill("#name_zh", "公司")
    page.click("main form .btn-primary")
    page.wait_for_url(re.compile(rf"{DESIGNS}/\d+$"))
    shown = page.locator("#sheet > svg").first
    seen = set()
    for name, value in (("language", "en"), ("holder", "long"), ("kind", "thanks"), ("language", "zh")):
        with page.expect_response("**/live"):
            page.select_option(f"select[name='{name}']", value)
        settled(page)
        seen.add(shown.inner_html())
        assert f"{name}={value}" in (page.locator(".bar-tools a").get_attribute("href") or "")
    assert len(seen) == 4
    # Only looking is no change.
    expect(page.locator("#unsaved")).to_be_hidden()


def test_a_fault_stands_beside_its_field_while_it_is_typed(visit: Visit) -> None:
    page = visit(DESIGNS)
    blank(page, "有误")
    press(page, "add:qr")
    page.fill("#f-width", "12")
    settled(page)
    expect(page.locator("#item-faults")).to_contain_text("30")
    page.fill("#f-width", "wide")
    settled(page)
    assert page.text_content("#f-width-error")
    assert page.input_value("#f-width") == "wide"
    expect(page.locator("#f-width")).to_be_focused()


def test_a_second_editor_is_asked_what_becomes_of_the_work(visit: Visit, complaints: list[str]) -> None:
    mine = visit(DESIGNS, width=1440)
    address = blank(mine, "两人同改")
    theirs = visit(address)
    press(theirs, "add:shape")
    theirs.click(".save-bar button[value='save']")
    theirs.wait_for_selector(".notice-good")
    press(mine, "add:qr")
    # The browser notes the answer on its console, somewhat later than it has it.
    with mine.expect_console_message(lambda line: "409" in line.text):
        mine.click(".save-bar button[value='save']")
    complaints.clear()
    assert mine.locator("#items li").count() == 1
    mine.click("button[value='apart']")
    mine.wait_for_url(lambda url: url != address)
    assert "两人同改（2）" in (mine.locator("h1").text_content() or "")
    expect(mine.locator(".box")).to_have_count(1)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_screen_of_designs_is_accessible_and_fits_a_phone(visit: Visit, language: str) -> None:
    page = visit(f"{DESIGNS}/new?start=ministry", language=language, width=360)
    page.fill("#name_zh", f"手机 {language}")
    assert (serious_faults(page), overflow(page)) == ([], 0)
    page.click("main form .btn-primary")
    page.wait_for_url(re.compile(rf"{DESIGNS}/\d+$"))
    editor = page.url
    for address in (editor, f"{editor}?open=4", DESIGNS, f"{DESIGNS}/pictures"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert (address, serious_faults(page), overflow(page)) == (address, [], 0)
    page.goto(f"{editor}?open=4")
    small = page.evaluate(
        "[...document.querySelectorAll('main button, main a.btn, main select, main input:not([type=hidden])')]"
        ".filter((one) => one.offsetParent && !one.closest('.visually-hidden, .form-check')"
        " && one.type !== 'checkbox' && !one.classList.contains('visually-hidden'))"
        ".filter((one) => one.getBoundingClientRect().height < 43).map((one) => one.outerHTML.slice(0, 120))"
    )
    assert small == []


def test_a_phone_without_scripts_edits_by_forms(visit: Visit) -> None:
    page = visit(f"{DESIGNS}/new?start=hours", width=360, scripts=False)
    page.fill("#name_zh", "无脚本")
    page.click("main form .btn-primary")
    page.click("#items button[value='open:2']")
    page.fill("#f-x", "30")
    page.click(".save-bar button[value='save']")
    page.wait_for_selector(".notice-good")
    assert page.input_value("#f-x") == "30"
    page.select_option("select[name='language']", "en")
    page.click("button[value='show']")
    expect(page.locator("select[name='language']")).to_have_value("en")
    assert page.locator("#sheet > svg").count() == 1
    page.click(".save-bar button[value='publish']")
    expect(page.locator("#versions-title")).to_be_visible()
