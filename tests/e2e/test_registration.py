"""A form is designed, and somebody registers by phone, changes it and gives the place up."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Live, Visit, faults_on

pytestmark = pytest.mark.browser

CODE = "WALKIN"


@pytest.fixture(scope="module")
def open_class(live: Live, chromium: object) -> str:
    """A class half a year ahead, copied from the demo."""
    start = datetime.now(UTC).date() + timedelta(days=180)
    live.command("training", "copy", "BJ2019", "--code", CODE, "--start", start.isoformat())
    return f"/t/{CODE}"


def test_a_form_is_designed_with_its_preview_beside_and_opened_to_the_public(
    visit: Visit, open_class: str
) -> None:
    page = visit(f"{open_class}/registration/form/question", language="en")
    page.get_by_label("Kind of answer").select_option("yes_no")
    page.get_by_label("Question (Chinese)").fill("是否需要接站")
    page.get_by_label("Question (English)").fill("Shall we fetch you?")
    page.get_by_label("Asked").select_option("arrival_by=train")
    page.get_by_role("button", name="Save").click()
    preview = page.locator("#preview")
    expect(preview.get_by_label("Arriving by")).to_have_count(0)
    page.locator("label[for=m-arrival-optional]").click()
    page.locator("label[for=m-diet-optional]").click()
    # Each change makes the preview anew: what is chosen in it is chosen in the last one.
    expect(preview.locator("[name=sample-diet]")).to_be_visible()
    expect(preview.get_by_label("Shall we fetch you?")).to_be_hidden()
    preview.get_by_label("Arriving by").select_option("train")
    expect(preview.get_by_label("Shall we fetch you?")).to_be_visible()
    assert not faults_on(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".notice-good")).to_contain_text("Saved.")
    page.goto(f"{open_class}/registration")
    page.get_by_label("Let whoever has the address register").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("svg.qr")).to_be_visible()
    assert not faults_on(page)


def test_somebody_registers_by_phone_changes_it_and_gives_the_place_up(
    visit: Visit, open_class: str, complaints: list[str]
) -> None:
    page = visit(f"/r/{CODE}", language="zh", width=360, signed_in=False)
    page.get_by_label("姓名").fill("王小明")
    page.get_by_label("单位").fill("示例市民政局")
    page.get_by_label("电话").fill("13800138000")
    expect(page.get_by_label("是否需要接站")).to_be_hidden()
    page.get_by_label("到达方式").select_option("train")
    page.get_by_label("到达日期").fill("2027-05-10")
    page.get_by_label("是否需要接站").select_option("yes")
    page.get_by_label("用餐", exact=True).select_option("halal")
    assert not faults_on(page)
    page.get_by_role("button", name="提交报名").click()
    expect(page.locator("#consent_diet-error")).to_be_visible()
    complaints.clear()  # the browser notes that the answer was a refusal
    page.get_by_label(re.compile("我同意")).check()
    page.get_by_role("button", name="提交报名").click()
    expect(page.locator(".notice-good")).to_contain_text("报名已提交")
    assert not faults_on(page)
    address = page.url

    page = visit(address, language="en", width=360, signed_in=False, scripts=False)
    page.get_by_role("link", name="Change it").click()
    page.get_by_label("Post").fill("处长")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".written")).to_contain_text("处长")
    page.get_by_text("Cancel the registration").click()
    page.get_by_role("button", name="Give up my place").click()
    expect(page.locator("main")).to_contain_text("The registration is cancelled.")
