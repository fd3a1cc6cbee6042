"""A timetable on paper where its days stand below each other."""

import re
import subprocess
from pathlib import Path

from tests.e2e.conftest import Live, Visit


def test_a_day_that_fits_a_page_is_not_parted_between_two(live: Live, visit: Visit, tmp_path: Path) -> None:
    live.command("training", "copy", "CD2019", "--code", "PAPER", "--start", "2026-06-01")
    page = visit("/t/PAPER/schedule")
    # As many sessions as a class with parallel groups has.
    page.evaluate("""
        document.querySelector(".week").classList.add("listed");
        document.querySelectorAll(".band .e").forEach((one) => one.after(one.cloneNode(true)));
    """)
    paper = tmp_path / "timetable.pdf"
    page.pdf(path=paper, width="210mm", height="297mm")
    text = subprocess.run(
        ["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, check=True
    ).stdout
    first, *later = [re.sub(r"\s", "", one) for one in text.strip("\f\n").split("\f")]
    assert first.startswith("全国社区治理")
    assert later
    assert all(re.match(r"6月[1-4]日周", one) for one in later), later
