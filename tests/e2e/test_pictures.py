"""Pictures of people and of characters, uploaded from a telephone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.documents.glyphs import glyph_picture
from tests.e2e.conftest import Live, Visit, faults_on
from tests.photos import packed, photo

pytestmark = pytest.mark.browser


def test_a_class_is_given_its_photographs_and_they_are_taken_back(visit: Visit, tmp_path: Path) -> None:
    # Two of the demo's people bear the second name.
    files = {"白超.jpg": photo(1), "李静.jpg": photo(2), "DSC_0001.jpg": photo(3), "坏.jpg": b"\xff\xd8\xff"}
    sent = tmp_path / "照片.zip"
    sent.write_bytes(packed(files, "gb18030"))
    page = visit("/t/BJ2019/roster/photos", language="en", width=360)
    page.set_input_files("#files", sent)
    page.get_by_role("button", name="Upload and look").click()
    expect(page.get_by_text("3 files fit nobody for sure")).to_be_visible()
    assert not faults_on(page)
    twin = page.locator(".photo-grid > li").filter(has_text="李静.jpg")
    twin.locator("select").select_option(index=2)
    twin.get_by_role("button", name="It is this person's").click()
    page.get_by_role("button", name="Save 2 photographs").click()
    expect(page.get_by_role("status").filter(has_text="2 photographs were saved")).to_be_visible()
    page.goto("/t/BJ2019/roster?q=白超")
    page.get_by_role("link", name="白超", exact=True).click()
    picture = page.get_by_alt_text("Photograph of 白超")
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    page.get_by_role("button", name="Remove the photograph").click()
    expect(picture).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(picture).to_be_visible()
    page.get_by_role("button", name="Remove the photograph").click()


def test_a_picture_is_printed_for_a_character_that_no_font_has(
    live: Live, visit: Visit, tmp_path: Path
) -> None:
    drawn = tmp_path / "glyph.png"
    drawn.write_bytes(glyph_picture())
    page = visit("/o/1/characters/323AF", language="zh", width=360)
    page.set_input_files("input[type=file]", drawn)
    page.locator("form[action$='/picture'] button").click()
    page.wait_for_url(re.compile(r"/o/1/characters$"))
    expect(page.locator("img.glyph")).not_to_have_js_property("naturalWidth", 0)
    assert not faults_on(page)
    page.goto("/o/1/characters/323AF")
    page.locator("form[action$='/remove'] button").click()
    expect(page.locator("img.glyph")).to_have_count(0)
