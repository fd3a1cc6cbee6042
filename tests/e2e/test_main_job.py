"""The main job, from signing in to a scanned QR, as an organiser does it in a browser, in both languages."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Live, Visit, faults_on, sign_in
from tests.e2e.files import PEOPLE, office_workbook


@dataclass(frozen=True)
class Words:
    """What the walker reads and presses, in one language."""

    new_training: str
    make: str
    upload: str
    add_people: str
    present_rest: str
    issue: str
    issued: str
    valid: str
    revoke: str
    revoked: str
    matches: str


WORDS = {
    "zh": Words(
        new_training="新建培训班",
        make="新建",
        upload="上传",
        add_people="人",
        present_rest="出勤",
        issue="颁发",
        issued="已颁发",
        valid="有效",
        revoke="撤销",
        revoked="已撤销",
        matches="一致",
    ),
    "en": Words(
        new_training="New training",
        make="Make the training",
        upload="Upload and look",
        add_people="Add 3 people",
        present_rest="All: present",
        issue="Issue 3 certificates",
        issued="All 3 certificates are issued",
        valid="Valid",
        revoke="Revoke",
        revoked="Revoked",
        matches="matches",
    ),
}


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "scripts"), [("zh", True), ("en", False)], ids=["with scripts", "without scripts"]
)
def test_a_class_is_run_from_roster_to_scanned_certificate(
    live: Live, visit: Visit, tmp_path: Path, language: str, scripts: bool
) -> None:
    words, code = WORDS[language], f"WALK-{language.upper()}-{int(scripts)}"
    page = visit("/login", language=language, scripts=scripts, signed_in=False)
    sign_in(page)
    _make_training(page, words, code)
    _import_roster(page, words, code, tmp_path)
    _plan_session(page, code)
    _take_attendance(page, words, code)
    _issue(page, words, code)
    paper = _download_one(page, code, tmp_path)
    text = subprocess.run(
        ["pdftotext", "-raw", paper, "-"], capture_output=True, text=True, check=True
    ).stdout
    name = next(one for one in PEOPLE if one in text)
    assert f"{code}-000" in text
    address = _scan(paper)
    assert address.startswith(live.url + "/v/")
    checker = visit(address, language=language, scripts=scripts, signed_in=False)
    expect(checker.locator("h1")).to_contain_text(words.valid)
    assert name not in checker.content()
    checker.fill("#name", name)
    checker.press("#name", "Enter")
    expect(checker.get_by_role("status")).to_contain_text(words.matches)
    _revoke(page, words, code)
    checker.goto(address)
    expect(checker.locator("h1")).to_contain_text(words.revoked)


def _make_training(page: Page, words: Words, code: str) -> None:
    page.get_by_role("link", name=words.new_training).click()
    page.fill("#code", code)
    page.fill("#start_date", "2026-05-11")
    page.fill("#end_date", "2026-05-11")
    page.fill("#title_zh", "基层治理实务培训班")
    page.fill("#title_en", "Training class on local governance")
    page.fill("#place_zh", "四川省成都市")
    page.fill("#place_en", "Chengdu")
    page.fill("#hosts", "民政部")
    page.get_by_role("button", name=words.make, exact=True).click()
    page.wait_for_url(f"**/t/{code}")


def _import_roster(page: Page, words: Words, code: str, folder: Path) -> None:
    page.goto(f"/t/{code}/roster/import")
    page.set_input_files("#file", office_workbook(folder / "报名表.xlsx"))
    page.get_by_role("button", name=words.upload).click()
    for name in PEOPLE:
        expect(page.get_by_role("rowheader", name=name)).to_be_visible()
    page.get_by_role("button", name=words.add_people).click()
    page.wait_for_url(f"**/t/{code}/roster*")
    for name in PEOPLE:
        expect(page.get_by_text(name).first).to_be_visible()


def _plan_session(page: Page, code: str) -> None:
    page.goto(f"/t/{code}/schedule/new")
    page.fill("#title_zh", "专题授课：社区治理")
    page.fill("#title_en", "Lecture on community governance")
    page.fill("#day", "2026-05-11")
    page.fill("#start", "09:00")
    page.fill("#end", "11:15")
    page.locator("#class_hours").press("Enter")
    page.wait_for_url(re.compile(rf"/t/{code}/schedule(?!/new)"))
    expect(page.locator(".week").get_by_text("09:00").first).to_be_visible()


def _take_attendance(page: Page, words: Words, code: str) -> None:
    page.goto(f"/t/{code}/attendance")
    page.locator(f'a[href*="/t/{code}/attendance/"]').filter(
        has_text=re.compile("社区治理|governance")
    ).first.click()
    page.get_by_role("button", name=re.compile(words.present_rest)).first.click()
    expect(page.locator('[data-count="present"]')).to_have_text("3")


def _issue(page: Page, words: Words, code: str) -> None:
    page.goto(f"/t/{code}/certificates")
    page.get_by_role("button", name=re.compile(words.issue)).click()
    page.wait_for_url("**/certificates/jobs/*")
    for _ in range(60):
        if page.locator(".issue-done").count():
            break
        page.wait_for_timeout(500)
        if "noscript" in page.content() or page.locator("#progress[hx-get]").count():
            page.reload()
    expect(page.locator(".issue-done")).to_contain_text("3")


def _download_one(page: Page, code: str, folder: Path) -> Path:
    page.goto(f"/t/{code}/certificates/register")
    link = page.get_by_role("link", name=re.compile("PDF")).first.get_attribute("href")
    assert link is not None
    answer = page.request.get(link)
    assert answer.ok
    again = page.request.get(link)
    assert again.body() == answer.body()
    paper = folder / "certificate.pdf"
    paper.write_bytes(answer.body())
    return paper


def _scan(paper: Path) -> str:
    picture = paper.with_suffix("")
    subprocess.run(["pdftoppm", "-r", "200", "-png", "-singlefile", paper, picture], check=True)
    read = subprocess.run(
        ["zbarimg", "--raw", "-q", picture.with_suffix(".png")], capture_output=True, text=True, check=True
    )
    return read.stdout.strip()


def _revoke(page: Page, words: Words, code: str) -> None:
    page.goto(f"/t/{code}/certificates/register")
    page.get_by_role("link", name=re.compile(words.revoke)).first.click()
    page.fill("#reason", "姓名有误")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/certificates/register*")
    expect(page.get_by_text(words.revoked).first).to_be_visible()


PAGES = [
    "/",
    "/t/CD2019",
    "/t/CD2019/settings",
    "/t/CD2019/copy",
    "/t/CD2019/roster",
    "/t/CD2019/roster/new",
    "/t/CD2019/roster/import",
    "/t/CD2019/roster/photos",
    "/t/CD2019/roster/board",
    "/t/CD2019/roster/export",
    "/t/CD2019/coverage",
    "/o/1/people/duplicates",
    "/t/CD2019/roster/print",
    "/t/CD2019/schedule",
    "/t/CD2019/schedule/new",
    "/t/CD2019/lecturers",
    "/t/CD2019/sites",
    "/t/CD2019/attendance",
    "/t/CD2019/attendance/arrival",
    "/t/CD2019/certificates",
    "/t/CD2019/certificates/register",
    "/t/CD2019/mail",
    "/t/CD2019/mail/new",
    "/t/BJ2019/materials",
    "/o/1/units",
    "/o/1/units/tree",
    "/o/1/characters",
    "/o/1/characters/323AF",
    "/o/1/units/1",
    "/o/1/units/1/edit",
    "/o/1/units/1/merge?other=基层政权和社区建设司",
    "/o/1/units/divisions?group=capitals&provincial=教育厅&municipal=教育局",
    "/password",
    "/v",
]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("zh", 1280, "light"), ("en", 360, "dark")],
    ids=["desk", "phone in the dark"],
)
def test_no_page_has_a_serious_fault_or_scrolls_sideways(
    visit: Visit, language: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = visit("/", language=language, width=width)
    page.emulate_media(color_scheme=scheme)
    faults = {}
    for path in PAGES:
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok, path
        if found := faults_on(page, at_last=True):
            faults[path] = found
    assert not faults


@pytest.mark.browser
def test_a_double_click_and_a_second_tab_issue_nothing_twice(live: Live, visit: Visit) -> None:
    first, second = (
        visit("/t/CD2019/certificates", language="en"),
        visit("/t/CD2019/certificates", language="en"),
    )
    first.get_by_role("button", name=re.compile("Issue 81 certificates")).dblclick()
    second.get_by_role("button", name=re.compile("Issue 81 certificates")).click()
    expect(second.locator(".issue-done")).to_be_visible(timeout=60_000)
    first.goto("/t/CD2019/certificates/register")
    serials = first.locator("table.register tbody th").all_inner_texts()
    assert len(serials) == len(set(serials)) == 81
    first.go_back()
    first.goto("/t/CD2019/certificates")
    expect(first.get_by_role("button", name=re.compile("Issue"))).to_have_count(0)


@pytest.mark.browser
def test_the_keyboard_alone_leads_from_tab_to_tab(visit: Visit) -> None:
    page = visit("/t/CD2019", language="en")
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/t/CD2019/roster")
    page.keyboard.press("/")
    expect(page.locator("input[type=search]").first).to_be_focused()
    page.keyboard.type("wangjianhua")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=wangjianhua*")
    expect(page.get_by_text("王建华").first).to_be_visible()


@pytest.mark.browser
def test_what_is_printed_and_exported_is_what_the_search_has_found(visit: Visit) -> None:
    page = visit("/t/CD2019/roster", language="en")
    page.fill("#q", "wangjianhua")
    page.wait_for_url("**q=wangjianhua*")
    expect(page.locator("#list-print")).to_have_attribute("href", re.compile(r"print\?q=wangjianhua$"))
    page.locator("#list-export summary").click()
    workbook = page.get_by_role("link", name="Excel workbook, ID numbers masked")
    expect(workbook).to_have_attribute("href", re.compile(r"xlsx\?q=wangjianhua$"))


@pytest.mark.browser
def test_the_language_is_switched_on_the_page_and_remembered(visit: Visit) -> None:
    page = visit("/t/CD2019", language="zh")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/t/BJ2019")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
