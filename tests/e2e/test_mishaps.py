"""What goes wrong in front of a screen: a double click, a dead network, a sign-out in another tab."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit, sign_in


def test_an_impatient_second_click_on_saving_makes_one_session(visit: Visit) -> None:
    page: Page = visit("/t/CD2019/schedule/new", language="en")
    page.fill("#title_zh", "双击")
    page.fill("#end", "21:00")
    network = {"offline": False, "latency": 1000, "downloadThroughput": -1, "uploadThroughput": -1}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", network)
    page.evaluate(
        """() => {
          const save = document.querySelector(".save-bar button");
          save.click();
          setTimeout(() => save.click(), 200);
        }"""
    )
    page.wait_for_url("**/schedule#s*")
    expect(page.get_by_role("link", name="双击")).to_have_count(1)


def test_a_meal_is_called_by_its_time_until_somebody_names_it(visit: Visit) -> None:
    page = visit("/t/CD2019/schedule/new")
    titles = [page.locator("#title_zh"), page.locator("#title_en")]
    page.fill("#start", "12:00")
    page.select_option("#kind", "meal")
    expect(titles[0]).to_have_value("午餐")
    expect(titles[1]).to_have_value("Lunch")
    page.fill("#start", "18:00")
    expect(titles[0]).to_have_value("晚餐")
    titles[1].fill("Farewell dinner")
    page.fill("#start", "07:30")
    expect(titles[0]).to_have_value("早餐")
    expect(titles[1]).to_have_value("Farewell dinner")


def test_a_cell_that_could_not_be_saved_keeps_its_text_and_says_so(
    visit: Visit, complaints: list[str]
) -> None:
    page = visit("/t/CD2019/roster", language="en")
    cell = page.locator("td[data-f=post]").first
    cell.click()
    page.route("**/field", lambda route: route.abort())
    page.fill("#cell-edit [name=value]", "调研员")
    page.keyboard.press("Enter")
    expect(page.locator("#cell-edit [role=alert]")).to_contain_text("Not saved")
    expect(page.locator("#cell-edit [name=value]")).to_have_value("调研员")
    page.unroute("**/field")
    page.focus("#cell-edit [name=value]")
    page.keyboard.press("Enter")
    expect(page.locator("td[data-f=post]").first).to_have_text("调研员")
    complaints.clear()


def test_a_mark_given_after_signing_out_elsewhere_is_kept_and_sent_later(
    visit: Visit, complaints: list[str]
) -> None:
    page = visit("/t/CD2019/attendance/2", language="en")
    other = page.context.new_page()
    other.goto("/")
    other.locator("header summary").click()
    other.get_by_role("button", name="Sign out").click()
    row = page.locator(".people > li").nth(3)
    row.locator("input[value=late]").click()
    expect(page.locator("[data-live]")).to_contain_text("signed out")
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page)
    page.goto("/t/CD2019/attendance/2")
    expect(page.locator(".people > li").nth(3).locator(".stamp")).to_contain_text("林老师")
    page.reload()
    expect(page.locator(".people > li").nth(3)).to_have_attribute("data-value", "late")
    complaints.clear()
