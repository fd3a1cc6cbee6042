"""A lecturer is asked, answers on a telephone, sends slides and signs; the organiser sees it on the timetable."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit, faults_on
from tests.nominations import picture

pytestmark = pytest.mark.browser


def test_a_lecturer_answers_sends_slides_and_signs_on_a_telephone(visit: Visit, tmp_path: Path) -> None:
    slides = tmp_path / "课件.png"
    slides.write_bytes(picture())
    desk = visit("/t/CD2019/invitations", language="en", width=1280)
    card = desk.locator("section.asked").first
    card.get_by_role("button", name="Asked by another way").click()
    card.get_by_text("Fee", exact=True).click()
    card.get_by_label("Amount in yuan").fill("3000.50")
    card.get_by_role("button", name="Set the fee").click()
    address = re.search(r"/invitation/[\w-]{44}", card.locator(".asked-address").inner_text())
    assert address is not None
    assert not faults_on(desk)

    phone = visit(address[0], language="zh", width=360, signed_in=False)
    assert not faults_on(phone)
    phone.get_by_label("给主办方的留言").fill("需要投影仪")
    phone.get_by_role("button", name="可以授课").click()
    phone.set_input_files("input[type=file]", slides)
    phone.get_by_role("button", name="上传文件").click()
    phone.get_by_label("请输入您的姓名作为签收，表示认可并领取上述金额").fill("陈越良")
    phone.get_by_role("button", name="签收酬金").click()
    expect(phone.get_by_text("已签收", exact=True)).to_be_visible()
    assert not faults_on(phone)
    phone.get_by_role("link", name="您的日程").click()
    expect(phone.get_by_role("heading", name="陈越良的日程")).to_be_visible()
    assert not faults_on(phone)

    desk.reload()
    expect(card.get_by_text("需要投影仪")).to_be_visible()
    card.get_by_role("button", name="Give to participants: 课件.png").click()
    expect(card.get_by_text("Participants have it")).to_be_visible()
    desk.goto("/t/CD2019/schedule")
    expect(desk.locator(".inv-accepted")).to_have_text("Accepted")
    desk.goto("/t/CD2019/timetables")
    desk.get_by_role("button", name="Open the pages").click()
    desk.get_by_role("button", name="Make the links").click()
    assert not faults_on(desk)
