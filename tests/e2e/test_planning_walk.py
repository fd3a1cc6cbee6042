"""Chengdu's class planned by somebody new to the tool: from an empty grid over every clash to calendars and paper."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.calendars import strictly
from tests.e2e.conftest import Live, Visit, faults_on, serious_faults
from tests.e2e.planning_seed import CODE, EXPERT, GROUPS, HALL, SITES, SMALL_ROOM, SPEAKER, TEACHER

pytestmark = pytest.mark.browser

BASE = f"/t/{CODE}/schedule"
EDITOR = f"{BASE}/editor"
DAYS = ("2031-10-29", "2031-10-30", "2031-10-31", "2031-11-01")
PRESENTERS = ("成都市民政局", "金牛区", "海淀区", "太原市", "哈尔滨市", "静安区", "杭州市", "香洲区")
MINUTE = 1.1
"""Pixels that a minute is high on the grid."""


@pytest.fixture(scope="module")
def seeded(live: Live) -> None:
    """People in groups, rooms, sites, lecturers and buses; no session."""
    subprocess.run(
        [sys.executable, "-m", "tests.e2e.planning_seed"],
        env=live.environ | {"TEST_NUMBERS_FROM": "7001"},
        cwd=Path(__file__).parents[2],
        check=True,
    )


def _editor(page: Page) -> None:
    page.goto(EDITOR)
    expect(page.locator(".ed-grid")).to_be_visible()


def _block(page: Page, title: str, at: str = "") -> Locator:
    """The session of this title, of several the one that begins `at` a time."""
    return page.locator(".blk").filter(has_text=title).filter(has_text=re.compile(f"^{at}")).first


def _point(page: Page, day: int, clock: str) -> tuple[float, float]:
    """Where a time of a day lies on the grid."""
    box = page.locator("[data-body]").bounding_box()
    assert box
    hour, minute = map(int, clock.split(":"))
    return box["x"] + box["width"] * (day - 0.5) / 4, box["y"] + (hour * 60 + minute - 8 * 60) * MINUTE


def _drag(page: Page, block: Locator, day: int, clock: str) -> None:
    """Drag a session with the mouse so that it begins then."""
    box = block.bounding_box()
    assert box
    x, y = _point(page, day, clock)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 6)
    page.mouse.down()
    page.mouse.move(x - 30, y + 20, steps=3)
    page.mouse.move(x, y + 6, steps=2)
    page.mouse.up()
    expect(page.locator("[data-say]")).to_have_text("已保存。")


def _stretch(page: Page, block: Locator, minutes: int) -> None:
    """Pull a session longer by its lower edge."""
    box = block.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 4
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + minutes * MINUTE, steps=4)
    page.mouse.up()


def _clash(page: Page, words: str) -> Locator:
    return page.locator(".clashes li").filter(has_text=words)


def _provoked(page: Page, *words: str) -> None:
    """What was done brings about these clashes, the session is marked, and none of them is there once it is undone."""
    for one in words:
        expect(_clash(page, one)).to_be_visible()
    assert page.locator(".blk.chosen:is(.bad, .warn)").count()
    page.keyboard.press("Control+z")
    for one in words:
        expect(_clash(page, one)).to_have_count(0)


def test_a_class_is_planned_from_an_empty_grid_to_calendars_and_paper(
    live: Live, visit: Visit, complaints: list[str], seeded: None, tmp_path: Path
) -> None:
    page = visit(BASE)
    page.set_viewport_size({"width": 1280, "height": 1700})
    _lay_by_hand(page)
    _send_to_sites(page)
    _let_it_be_laid(page)
    _editor(page)
    _provoke_by_mouse(page)
    _provoke_by_forms(page)
    # The browser notes that a form was turned away.
    assert [line for line in complaints if "422" not in line] == []
    complaints.clear()
    feeds = _publish(page, visit)
    _change_and_tell(page, live, feeds)
    _print(page, tmp_path)


def _lay_by_hand(page: Page) -> None:
    """The opening by the form that the empty page leads to, a lecture by a double click on the grid."""
    page.get_by_role("link", name="添加第一项日程").click()
    expect(page.get_by_label("结束时间")).to_have_value("09:45")
    page.get_by_label("地点（中文）").fill(HALL)
    page.locator("[name='contributors-0-name']").fill(SPEAKER)
    page.get_by_role("button", name="保存日程").last.click()
    expect(page.locator(".e h4")).to_have_text("开班式")

    page.get_by_role("link", name="拖动编排").click()
    expect(page.locator(".ed-grid")).to_be_visible()
    page.mouse.dblclick(*_point(page, 1, "10:00"))
    page.get_by_label("中文标题").fill("专题授课（一）")
    page.get_by_label("地点（中文）").fill(HALL)
    page.locator("[name='contributors-0-lecturer']").select_option(label=TEACHER)
    page.get_by_role("button", name="保存日程").last.click()
    expect(_block(page, "专题授课（一）", "10:00–11:30")).to_be_focused()


def _send_to_sites(page: Page) -> None:
    """Six sites in three districts, a district at a time, by three buses in rotation."""
    page.goto(f"/t/{CODE}/visits/rotation")
    for name in (name for names in SITES.values() for name in names):
        page.get_by_label(name).check()
    for row, (day, start, end) in enumerate(
        ((DAYS[2], "08:30", "11:30"), (DAYS[2], "14:00", "17:00"), (DAYS[3], "08:30", "11:30"))
    ):
        page.locator("[name=slot_day]").nth(row).select_option(day)
        page.locator("[name=slot_starts]").nth(row).fill(start)
        page.locator("[name=slot_ends]").nth(row).fill(end)
    page.get_by_label("出发地点").fill(HALL)
    page.get_by_role("button", name="生成方案").click()
    expect(page.locator("table.rotation thead th")).to_have_count(4)
    page.get_by_role("button", name="将 9 场现场教学列入日程").click()


def _let_it_be_laid(page: Page) -> None:
    """What has no time yet finds one; what stands is not moved, since nothing asks for it."""
    page.goto(f"{BASE}/plan")
    lines = [
        f"专题授课（二）；90；{TEACHER}；{HALL}",
        f"专题授课（三）；135；{EXPERT}；{HALL}",
        *(f"经验交流：{name}；20；{name}；{HALL}" for name in PRESENTERS),
        f"结业式；45；；{HALL}",
    ]
    page.locator("textarea[name=lines]").fill("\n".join(lines))
    page.get_by_role("button", name="添加这些日程").click()
    page.get_by_role("button", name="帮我排日程").click()
    accept = page.get_by_role("button", name="采用：新增 11 项")
    expect(accept).to_be_visible(timeout=40_000)
    accept.click()
    expect(page.locator(".e h4")).to_have_count(22)


def _provoke_by_mouse(page: Page) -> None:
    second, third = _block(page, "专题授课（二）"), _block(page, "专题授课（三）")
    _drag(page, second, 1, "10:00")
    _provoked(
        page,
        f"{TEACHER}同时在两处",
        f"{HALL}同一时间安排了两项",
        "全班同一时间有两项日程",
    )
    # Five class hours of one teacher in a morning.
    _drag(page, second, 1, "11:40")
    _stretch(page, second, 45)
    _provoked(page, f"{TEACHER}半天内授课5学时")
    page.keyboard.press("Control+z")
    expect(second.locator(".t")).to_have_text("14:00–15:30")
    _drag(page, third, 2, "14:00")
    _provoked(page, f"安排在{EXPERT}不能到场的时间", "请改到该时段")
    afternoon = page.locator(".blk[data-at='2']").filter(has_text="14:00").first
    _drag(page, afternoon, 3, "09:00")
    _provoked(page, "号车同一时间有两趟任务", "组同一时间有两项日程")
    _drag(page, page.locator(".blk[data-at='3']").filter(has_text="08:3").first, 4, "08:00")
    _provoked(page, "不在此时间内")

    # The remedy says from when on; done so, it is mended.
    closing = _block(page, "结业式")
    _drag(page, closing, 4, "11:40")
    told = _clash(page, f"到{HALL}需").first
    expect(told).to_be_visible()
    times = re.search(r"改到(\d\d:\d\d)以后开始", told.inner_text())
    assert times
    _drag(page, closing, 4, times[1])
    expect(_clash(page, f"到{HALL}需")).to_have_count(0)

    # A lecture of over two hours is split where a break is proposed, and goes on ten minutes later.
    expect(_clash(page, "连续135分钟没有十分钟以上的休息")).to_be_visible()
    third.focus()
    page.keyboard.press("s")
    expect(page.locator(".blk").filter(has_text="专题授课（三）")).to_have_count(2)
    page.locator(".blk").filter(has_text="专题授课（三）").nth(1).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(_clash(page, "没有十分钟以上的休息")).to_have_count(0)
    expect(page.locator("[data-clash-head]")).to_have_text("没有冲突。")
    assert serious_faults(page) == []


def _provoke_by_forms(page: Page) -> None:
    """What no drag brings about: a small room, a day outside, a group that lacks a lecture."""
    _block(page, "专题授课（二）").dblclick()
    page.get_by_label("地点（中文）").fill(SMALL_ROOM)
    page.locator("#day").fill("2031-11-05")
    page.get_by_role("button", name="保存日程").last.click()
    expect(page.locator(".error")).to_contain_text("2031年10月29日")
    page.locator("#day").fill(DAYS[0])
    for group in GROUPS[:-1]:
        page.get_by_role("checkbox", name=group).check()
    page.get_by_role("button", name="保存日程").last.click()
    expect(_clash(page, f"{SMALL_ROOM}可容纳10人")).to_contain_text(f"请改用{HALL}")
    expect(_clash(page, f"其他小组都有“专题授课（二）”，唯独{GROUPS[-1]}没有")).to_be_visible()
    page.locator(".blk.chosen").dblclick()
    page.get_by_label("地点（中文）").fill(HALL)
    page.get_by_role("checkbox", name=GROUPS[-1]).check()
    page.get_by_role("button", name="保存日程").last.click()
    expect(page.locator("[data-clash-head]")).to_have_text("没有冲突。")


def _publish(page: Page, visit: Visit) -> dict[str, str]:
    """The first version, and the feeds of a participant, a lecturer, a group and a bus, as their pages offer them."""
    page.get_by_role("link", name="发布").click()
    page.get_by_role("button", name="发布第1版").click()
    expect(page.locator(".changes li")).to_have_count(23)
    page.goto(f"/t/{CODE}/timetables")
    page.get_by_role("button", name="开通页面").click()
    page.get_by_role("button", name="生成链接").first.click()
    found = {}
    for who, asked in (
        (GROUPS[0], "?of=others"),
        ("1号车", "?of=others"),
        (EXPERT, "?of=others"),
        ("学员01", ""),
    ):
        page.goto(f"/t/{CODE}/timetables/addresses{asked}")
        lines = page.locator("textarea").input_value().splitlines()
        found[who] = next(line.split("\t")[1] for line in lines if line.startswith(who))
    outside = visit("/login", signed_in=False)
    feeds = {}
    for who, address in found.items():
        outside.goto(address)
        feeds[who] = outside.get_by_role("link", name="日历文件").get_attribute("href") or ""
    return feeds


def _change_and_tell(page: Page, live: Live, feeds: dict[str, str]) -> None:
    """A session moves, one goes; the list says so, mails go to those concerned, and calendars follow."""

    def said(who: str) -> dict[str, tuple[int, str, str]]:
        body = page.request.get(feeds[who]).body()
        return {
            str(one["UID"]): (
                int(one["SEQUENCE"]),
                str(one.get("STATUS", "")),
                f"{one.decoded('DTSTART'):%d %H:%M}",
            )
            for one in strictly(body)
        }

    before = {who: said(who) for who in feeds}
    assert {who: len(events) for who, events in before.items()} == {
        GROUPS[0]: 17, "1号车": 3, EXPERT: 2, "学员01": 17,
    }  # fmt: skip
    _editor(page)
    _drag(page, _block(page, "香洲区"), 2, "17:00")
    page.locator(".blk").filter(has_text="专题授课（三）").nth(1).focus()
    page.keyboard.press("Delete")
    expect(page.locator(".blk").filter(has_text="专题授课（三）")).to_have_count(1)
    assert said(EXPERT) == before[EXPERT]
    page.get_by_role("link", name="发布").click()
    changes = page.locator(".changes")
    expect(changes.locator("li.changed")).to_contain_text("17:00–17:20")
    expect(changes.locator("li.taken_out")).to_contain_text("专题授课（三）")
    page.get_by_label("附言").fill("交流时间有调整")
    page.get_by_role("button", name="发布第2版").click()
    assert not faults_on(page)
    page.get_by_role("button", name="生成6封邮件（只留存）").click()
    expect(page.locator(".notice-good, .notice").first).to_be_visible()

    after = {who: said(who) for who in feeds}
    assert after["1号车"] == before["1号车"]
    gone = {uid for uid, (_sequence, status, _at) in after[EXPERT].items() if status == "CANCELLED"}
    assert len(gone) == 1
    for who in (GROUPS[0], "学员01"):
        assert after[who].keys() == before[who].keys()
        differ = {uid: one for uid, one in after[who].items() if one != before[who][uid]}
        assert len(differ) == 2
        assert gone < differ.keys()
        assert all(one[0] > before[who][uid][0] for uid, one in differ.items())
        assert {one[2] for uid, one in differ.items() if uid not in gone} == {"30 17:00"}


def _print(page: Page, tmp_path: Path) -> None:
    """The whole timetable on one sheet of A4, nothing cut."""
    page.goto(BASE)
    paper = tmp_path / "timetable.pdf"
    page.pdf(path=paper, prefer_css_page_size=True)
    facts = subprocess.run(["pdfinfo", paper], capture_output=True, text=True, check=True).stdout
    assert "(A4)" in facts
    assert re.search(r"Pages:\s+1\n", facts)
    text = subprocess.run(
        ["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, check=True
    ).stdout
    words = re.sub(r"\s", "", text)
    for wanted in (
        *PRESENTERS,
        *GROUPS,
        SPEAKER,
        EXPERT,
        *(name for names in SITES.values() for name in names),
    ):
        assert wanted in words
    assert "拖动编排" not in words
