"""Rooms are emptied and added, proposed and accepted; somebody is taken out by ticks and dragged back by mouse."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit, faults_on

pytestmark = pytest.mark.browser


def drag(page: Page, name: str, room: str) -> None:
    grip = page.locator("li[data-id]", has_text=name).locator(".grip")
    target = page.locator("section.holder", has=page.get_by_role("heading", name=room))
    grip.scroll_into_view_if_needed()
    start, end = grip.bounding_box(), target.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 40, end["y"] + 20, steps=6)
    expect(target).to_have_class("holder over-it")
    page.mouse.up()


def test_rooms_are_proposed_and_somebody_is_dragged_to_another(visit: Visit) -> None:
    page = visit("/t/CD2019/arrangement/room", language="en")
    expect(page.locator("section.holder", has_text="Sample").first).to_be_visible()
    page.evaluate("document.querySelectorAll('.people input').forEach(box => { box.checked = true })")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="Take out").click()
    expect(page.locator(".nowhere h2")).to_contain_text("84")
    page.locator("summary", has_text="Add").click()
    page.get_by_label("Name of the first").fill("301")
    page.get_by_label("How many").fill("2")
    page.get_by_role("button", name="Add rooms", exact=True).click()
    page.get_by_role("button", name="Make a proposal").click()
    expect(page.get_by_role("heading", name="This is the best there is")).to_be_visible(timeout=40_000)
    page.get_by_role("button", name="Accept the proposal").click()
    expect(page.locator(".undo-bar")).to_contain_text("84 people were placed.")
    assert not faults_on(page)
    first = page.locator("section.holder", has=page.get_by_role("heading", name="801")).locator("li")
    name = first.locator("a").first.inner_text()
    page.get_by_role("checkbox", name=name, exact=True).check()
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="Take out").click()
    expect(page.locator(".notice-warn")).to_contain_text("One person has no room.")
    drag(page, name, "801")
    expect(page.locator(".undo-bar")).to_contain_text("One person was placed.")
    expect(first.filter(has_text=name)).to_be_visible()
    page.locator(".undo-bar").get_by_role("button", name="Undo").click()
    expect(page.locator(".nowhere")).to_contain_text(name)


def test_who_is_dragged_far_down_gets_there_and_a_refusal_is_in_sight(
    visit: Visit, complaints: list[str]
) -> None:
    page = visit("/t/CD2019/arrangement/table", language="en")
    page.locator("summary", has_text="Add").click()
    page.get_by_label("Name of the first").fill("901")
    page.get_by_label("How many").fill("30")
    page.locator("#places").fill("1")
    page.get_by_role("button", name="Add tables", exact=True).click()
    page.locator("section.holder input").first.check()
    page.get_by_label("Move to").select_option(label="930 (0/1)")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator(".undo-bar")).to_contain_text("One person was moved.")

    grip = page.locator("section.holder .grip").first
    grip.scroll_into_view_if_needed()
    start = grip.bounding_box()
    assert start is not None
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 5, 890, steps=6)
    # The mouse rests at the edge, and yet the page goes on to its end.
    last = page.locator("section.holder[data-key]").last
    expect(last).to_be_in_viewport(ratio=1, timeout=20_000)
    end = last.bounding_box()
    assert end is not None
    page.mouse.move(end["x"] + 40, end["y"] + 20, steps=4)
    expect(last).to_have_class("holder over-it")
    stood = page.evaluate("scrollY")
    page.mouse.up()
    expect(page.locator(".notice-bad")).to_be_in_viewport()
    expect(page.locator(".notice-bad")).to_contain_text("930 has room for 1, and 2 people would be in it")
    assert page.evaluate("scrollY") > stood - 300
    # That the server said no is a line on the console.
    complaints.clear()


def test_many_without_a_place_stand_beside_all_groups(visit: Visit) -> None:
    page = visit("/t/BJ2019/arrangement/group", language="en")
    page.locator("summary", has_text="Add").click()
    page.get_by_label("Name of the first").fill("901")
    page.get_by_label("How many").fill("8")
    page.get_by_role("button", name="Add groups", exact=True).click()
    expect(page.locator(".notice-good")).to_contain_text("8 groups were added.")
    page.evaluate("document.querySelectorAll('.people input').forEach(box => { box.checked = true })")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="Take out").click()
    nowhere = page.locator(".nowhere")
    expect(nowhere).to_contain_text("260")
    box = nowhere.bounding_box()
    assert box is not None
    assert box["height"] < 900, "it scrolls in itself"
    groups = page.locator(".holder:not(.nowhere)")
    assert groups.count() > 3
    for group in groups.all():
        other = group.bounding_box()
        assert other is not None
        assert other["x"] >= box["x"] + box["width"]
    last = groups.last
    last.scroll_into_view_if_needed()
    expect(nowhere.locator(".head")).to_be_in_viewport()
    drag(
        page,
        nowhere.locator("li a").first.inner_text(),
        last.get_by_role("heading").inner_text().split(" ")[0],
    )
    expect(page.locator(".undo-bar")).to_contain_text("One person was placed.")
