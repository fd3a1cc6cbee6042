"""The timetable dragged into shape with a real mouse and with keys, and two organisers at one session."""

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Live, Visit, serious_faults

ADDRESS = "/t/DRAGGED/schedule/editor"


def _open(visit: Visit) -> Page:
    """The editor on a screen so high that nothing scrolls while it is dragged."""
    page = visit(ADDRESS)
    page.set_viewport_size({"width": 1280, "height": 1600})
    return page


def _block(page: Page, title: str) -> Locator:
    return page.locator(".blk").filter(has_text=title)


def _drag(
    page: Page, title: str, *, right: float = 0, down: float = 0, by_end: bool = False, hold: str = ""
) -> None:
    """Drag a block so many pixels; by its lower end to stretch it, holding a key to copy it."""
    # A page that was loaded anew goes on to where it had been scrolled to.
    _block(page, title).element_handle().wait_for_element_state("stable")
    box = _block(page, title).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + (box["height"] - 4 if by_end else 10)
    page.mouse.move(x, y)
    page.mouse.down()
    if hold:
        page.keyboard.down(hold)
    page.mouse.move(x + right / 2, y + down / 2, steps=3)
    page.mouse.move(x + right, y + down, steps=3)
    page.mouse.up()
    if hold:
        page.keyboard.up(hold)


def _times(page: Page, title: str, times: str) -> None:
    expect(_block(page, title).first.locator(".t")).to_have_text(times)


def test_a_class_is_dragged_into_shape(live: Live, visit: Visit, complaints: list[str]) -> None:
    live.command("training", "copy", "CD2019", "--code", "DRAGGED", "--start", "2026-06-01")
    page = _open(visit)
    say = page.locator("[data-say]")
    width = page.evaluate("document.querySelector('[data-body]').clientWidth / 4")
    minute = 1.1
    # Half hours are always there, class hours while sessions snap to them.
    expect(page.locator(".ed-lines .half").first).to_be_visible()
    expect(page.locator(".ed-lines .lesson").first).to_be_hidden()
    page.locator("#snap").select_option("hour")
    expect(page.locator(".ed-lines .lesson").first).to_be_visible()
    page.locator("#snap").select_option("5")

    # By mouse: to the next day and an hour later, longer by its end, and a copy with Alt.
    _times(page, "专题授课（一）", "10:00–11:30")
    _drag(page, "专题授课（一）", right=width, down=60 * minute)
    _times(page, "专题授课（一）", "11:00–12:30")
    # The screen was low when the page was opened, so of what does not fit a line is told.
    expect(page.locator("[data-clash-brief]")).to_contain_text("全班连续210分钟")
    expect(page.locator("[data-clashes]")).to_be_hidden()
    page.locator("[data-clash-panel] summary").click()
    expect(page.locator("[data-clashes]")).to_contain_text("同一时间有两项日程")
    assert "warn" in (_block(page, "专题授课（一）").get_attribute("class") or "")
    _drag(page, "专题授课（一）", down=30 * minute, by_end=True)
    _times(page, "专题授课（一）", "11:00–13:00")
    _drag(page, "开班式", right=2 * width, hold="Alt")
    expect(_block(page, "开班式")).to_have_count(2)

    # Back step by step, and forth again.
    page.keyboard.press("Control+z")
    expect(_block(page, "开班式")).to_have_count(1)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    _times(page, "专题授课（一）", "10:00–11:30")
    page.keyboard.press("Control+Shift+z")
    _times(page, "专题授课（一）", "11:00–12:30")

    # By keys: presses add up to one act.
    _block(page, "专题授课（一）").focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowLeft", "Shift+ArrowDown"):
        page.keyboard.press(key)
    _times(page, "专题授课（一）", "10:50–12:25")
    expect(_block(page, "专题授课（一）")).to_be_focused()
    page.keyboard.press("s")
    expect(_block(page, "专题授课（一）")).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(_block(page, "专题授课（一）")).to_have_count(1)
    page.keyboard.press("x")
    expect(say).to_contain_text("对调")
    _block(page, "专题授课（三）").click()
    _times(page, "专题授课（三）", "10:50–13:05")
    assert serious_faults(page) == []

    # What is made longer than the day ends with it, and begins when it did.
    _block(page, "结业式").focus()
    for _press in range(130):
        page.keyboard.press("Shift+ArrowDown")
    _times(page, "结业式", "14:00–23:55")
    page.keyboard.press("Control+z")
    _times(page, "结业式", "14:00–14:45")

    # What does not fit is mended by the button beside it, and that is taken back like any other act.
    page.locator("[data-clashes] .mend").filter(has_text="专题授课（二）").click()
    expect(_block(page, "专题授课（二）")).to_have_count(2)
    _times(page, "专题授课（二）", "14:00–15:30")
    page.keyboard.press("Control+z")
    expect(_block(page, "专题授课（二）")).to_have_count(1)

    # A mend that was proposed before what the keys have just done to the session is not laid over that.
    _block(page, "专题授课（二）").focus()
    page.keyboard.press("ArrowDown")
    page.evaluate("""
        [...document.querySelectorAll("[data-clashes] .mend")].find((one) => one.textContent.includes("（二）")).click()
    """)
    expect(say).to_contain_text("请看现在的建议")
    expect(_block(page, "专题授课（二）")).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(say).to_contain_text("已撤销。")

    # Into the tray and out of it, by mouse and by keys: it loses its time and nothing else.
    tray = page.locator("[data-tray]").bounding_box()
    block, body = _block(page, "经验交流").bounding_box(), page.locator("[data-body]").bounding_box()
    assert tray
    assert block
    assert body
    _drag(page, "经验交流", right=tray["x"] + 30 - block["x"] - block["width"] / 2)
    chip = page.locator(".chip").filter(has_text="经验交流")
    expect(chip).to_contain_text("225 分钟")
    expect(chip).to_contain_text("等5位")
    page.mouse.move(tray["x"] + 40, chip.bounding_box()["y"] + 20)  # type: ignore[index]
    page.mouse.down()
    # What is told of clashes has another length now, and the grid may stand elsewhere.
    moved = page.locator("[data-body]").bounding_box()["y"] - body["y"]  # type: ignore[index]
    page.mouse.move(block["x"] + 30, block["y"] + moved + 60 * minute, steps=5)
    expect(page.locator(".ghost")).to_be_visible()
    page.mouse.up()
    _times(page, "经验交流", "15:00–18:45")
    expect(chip).to_have_count(0)
    _block(page, "经验交流").focus()
    page.keyboard.press("t")
    expect(chip).to_be_focused()
    page.keyboard.press("p")
    _times(page, "经验交流", "14:00–17:45")
    page.keyboard.press("Control+z")
    expect(chip).to_have_count(1)
    page.keyboard.press("Control+z")
    _times(page, "经验交流", "15:00–18:45")

    # What is pressed before the answer finds the session gone; what follows is heard all the same.
    _block(page, "结业式").focus()
    page.keyboard.press("Delete")
    page.keyboard.press("c")
    expect(_block(page, "结业式")).to_have_count(0)
    expect(page.locator(".blk:focus")).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(_block(page, "结业式")).to_have_count(1)

    # Another organiser has the page of before: the later one sees both versions and takes the own.
    late = _open(visit)
    expect(_block(late, "专题授课（二）")).to_be_visible()
    _drag(page, "专题授课（二）", down=30 * minute)
    _times(page, "专题授课（二）", "14:30–16:45")
    _drag(late, "专题授课（二）", down=-60 * minute)
    dialog = late.locator("[data-conflict]")
    expect(dialog).to_contain_text("14:30–16:45")
    expect(dialog).to_contain_text("13:00")
    dialog.get_by_role("button", name="改用我的").click()
    _times(late, "专题授课（二）", "13:00–15:15")

    # The session of the other has left what is shown here: one's own wish is sent all the same.
    late.goto(f"{late.url.split('?')[0]}?by=place&day=2026-06-01")
    expect(_block(late, "开班式")).to_be_visible()
    page.reload()
    _drag(page, "开班式", right=width)
    expect(page.locator("[data-say]")).to_have_text("已保存。")
    _drag(late, "开班式", down=60 * minute)
    dialog.get_by_role("button", name="改用我的").click()
    expect(_block(late, "开班式")).to_be_visible()
    expect(dialog).to_be_hidden()

    # Why something was not done is in sight, however far one has scrolled.
    late.goto(late.url.split("?")[0])
    late.set_viewport_size({"width": 1280, "height": 700})
    _block(page, "结业式").focus()
    page.keyboard.press("Delete")
    expect(_block(page, "结业式")).to_have_count(0)
    late.evaluate("scrollTo(0, 600)")
    _block(late, "结业式").focus()
    late.keyboard.press("ArrowDown")
    expect(late.locator("[data-say]")).to_contain_text("已被他人删除")
    expect(late.locator("[data-say]")).to_be_in_viewport()
    assert [line for line in complaints if "409" not in line and "422" not in line] == []
    complaints.clear()
