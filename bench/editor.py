"""Dragging one of 400 sessions in a browser, beside dragging a bare element on an empty page.

The figure is the time from a movement of the mouse, as the browser dates it, to the end of the frame that
shows it. Both pages are dragged in turns in the same browser, by real movements of the mouse.
"""

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench._server import serve
from bench.row import Row, against
from bench.schedule_page import prepare
from trainingmgr.services.checks import chromium

_MOVES = 60
_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_BARE = """
<!DOCTYPE html><title>bare</title>
<style>#b { position: absolute; left: 100px; top: 100px; width: 120px; height: 60px; background: #0b5d66 }</style>
<div id="b"></div>
<script>
  let from = null, event = null, frame = 0;
  const b = document.getElementById("b");
  b.onpointerdown = (e) => { from = [e.clientX, e.clientY]; b.setPointerCapture(e.pointerId); };
  b.onpointermove = (e) => {
    event = e;
    if (from && !frame) frame = requestAnimationFrame(() => {
      frame = 0;
      b.style.transform = `translate(${event.clientX - from[0]}px, ${event.clientY - from[1]}px)`;
    });
  };
  b.onpointerup = () => { from = null; };
</script>
"""
# A message sent within a frame arrives when the frame is done.
_WATCH = """
  window.paints = [];
  addEventListener("pointermove", (event) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => window.paints.push(performance.now() - event.timeStamp);
    channel.port2.postMessage(0);
  }), true);
"""


def rows(rounds: int = 5) -> list[Row]:
    """The time to the next paint while dragging, as frames that could be shown in a second."""
    ours: list[float] = []
    bare: list[float] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        cookie = prepare(Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium(), args=_FLAGS)
        with serve(Path(folder)) as base:
            context = browser.new_context(viewport={"width": 1600, "height": 1000})
            context.add_cookies(
                [
                    {"name": name, "value": value, "url": base}
                    for name, value in (part.split("=", 1) for part in cookie.split("; "))
                ]
            )
            editor, empty = context.new_page(), context.new_page()
            editor.goto(f"{base}/t/S400/schedule/editor")
            editor.wait_for_function("document.querySelectorAll('.blk').length >= 400")
            empty.set_content(_BARE)
            for page in (editor, empty):
                page.evaluate(_WATCH)
            for _round in range(rounds):
                ours.append(1000 / _dragged(editor, ".blk >> nth=5"))
                bare.append(1000 / _dragged(empty, "#b"))
        browser.close()
    return [
        against(
            "next paint while dragging one of 400 sessions / a bare element",
            ours,
            bare,
            at_least=0.5,
            show=lambda rate: f"{1000 / rate:.1f} ms",
        )
    ]


def _dragged(page: Page, what: str) -> float:
    """Drag to and fro and let go where it was; the median of the milliseconds to the next paint."""
    page.bring_to_front()
    box = page.locator(what).bounding_box()
    if box is None:
        raise RuntimeError(f"{what} is not on the page")
    x, y = box["x"] + 20, box["y"] + 8
    page.evaluate("window.paints.length = 0")
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, _MOVES + 1):
        page.mouse.move(x + 6 * step, y + 3 * step)
    page.mouse.move(x, y)
    page.wait_for_timeout(200)
    page.keyboard.press("Escape")
    page.mouse.up()
    paints: list[float] = page.evaluate("window.paints")
    return statistics.median(paints[5:])
