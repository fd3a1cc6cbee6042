// Dragging on the grid of a timetable: what a pointer takes hold of, where it would come to lie, and what letting go does.
window.scheduleDrag = (editor) => {
  "use strict";

  const { root, grid, work, panel, step, word, draw, move, aside } = editor;
  const tip = root.querySelector("[data-tip]");
  let drag = null;

  const show = (x, y, text) => {
    tip.hidden = false;
    if (tip.textContent !== text) tip.textContent = text;
    tip.style.transform = `translate(${x + 14}px, ${y + 16}px)`;
  };

  const begin = (event) => {
    const el = event.target.closest(".blk");
    if (!el || event.button || drag) return;
    if (event.pointerType === "touch" && !el.classList.contains("chosen")) return;
    editor.settle();
    const one = grid.byId.get(Number(el.dataset.id));
    const at = grid.placeOf(el);
    const box = grid.body.getBoundingClientRect();
    drag = {
      el, one, at, box, event, x: event.clientX, y: event.clientY, scroll: window.scrollY,
      mode: at === "tray" ? "place" : event.target.closest(".grip") ? "stretch" : "move",
      to: at, start: one.start, end: one.end, frame: 0, begun: false, spot: null, outside: false,
      // What does not fit is told in front of the lower part of the grid.
      floor: panel.getBoundingClientRect().top,
    };
    el.setPointerCapture(event.pointerId);
  };

  const paint = () => {
    if (!drag) return;
    drag.frame = 0;
    const { el, one, at, box, event, mode } = drag;
    const dy = event.clientY - drag.y + window.scrollY - drag.scroll;
    if (!drag.begun && Math.hypot(event.clientX - drag.x, dy) < 4) return;
    if (!drag.begun) {
      drag.begun = true;
      if (mode === "move") grid.showOrigin(el);
      el.classList.add("dragged");
    }
    if (mode === "place") {
      drag.spot = grid.spotAt(event.clientX, event.clientY, step());
      grid.showGhost(one, drag.spot);
      if (drag.spot) drag.end = drag.spot.start + one.minutes;
    } else if (mode === "stretch") {
      drag.end = grid.snapEnd(one.start, one.end + dy / grid.scale, step());
      grid.stretch(el, drag.end - one.start);
    } else {
      const count = grid.state.columns.length;
      drag.to = at === "all" ? at : Math.min(count - 1, Math.max(0, Math.floor(((event.clientX - box.left) * count) / box.width)));
      drag.start = grid.snap(one.start + dy / grid.scale, step());
      grid.shift(el, one, at, drag.to, drag.start);
      const tray = grid.tray.getBoundingClientRect();
      drag.outside = event.clientX > tray.left && event.clientX < tray.right && event.clientY > tray.top && event.clientY < tray.bottom;
      grid.tray.classList.toggle("over", drag.outside);
    }
    // What is copied stays.
    grid.origin?.classList.toggle("stays", event.altKey);
    show(event.clientX, event.clientY, wordsOf(drag));
    // The page scrolls along for whoever drags towards its edge, and not for who only began near it.
    const edge = event.clientY < 40 ? -10 : event.clientY > drag.floor - 40 ? 10 : 0;
    if (edge * (event.clientY - drag.y) > 0) {
      window.scrollBy(0, edge);
      drag.frame = requestAnimationFrame(paint);
    }
  };

  // What letting go here would do.
  const wordsOf = ({ one, mode, start, end, to, spot, outside, event }) => {
    if (outside || (mode === "place" && !spot)) return outside ? word("Aside") : one.title;
    const column = grid.state.columns[spot ? spot.to : to];
    const [from, until] = spot ? [spot.start, end] : [start, mode === "stretch" ? end : start + one.end - one.start];
    return `${event.altKey && mode === "move" ? "+ " : ""}${grid.clock(from)}–${grid.clock(until)} ${column ? column.title || word("None") : ""}`;
  };

  const drop = (event, kept = true) => {
    if (!drag) return;
    drag.event = event;
    if (kept) paint();
    const { el, one, at, to, start, end, mode, begun, spot, outside } = drag;
    cancelAnimationFrame(drag.frame);
    drag = null;
    tip.hidden = true;
    el.classList.remove("dragged");
    grid.tray.classList.remove("over");
    grid.showGhost(one, null);
    grid.showOrigin(null);
    if (begun) el.dataset.moved = "y";
    if (!begun) return;
    if (!kept) draw(grid.state);
    else if (mode === "place") {
      editor.chosen = one.id;
      if (spot) move("move", one.id, at, spot.to, spot.start, 0);
      else draw(grid.state);
    } else if (outside) {
      editor.chosen = one.id;
      aside(one.id);
    } else if (mode === "stretch" ? end !== one.end : to !== at || start !== one.start || event.altKey) {
      editor.chosen = one.id;
      const copied = event.altKey && mode === "move";
      if (copied) draw(grid.state);
      move(copied ? "copy" : "move", one.id, at, to, start, mode === "stretch" ? end : 0);
    } else draw(grid.state);
  };

  work.addEventListener("pointerdown", begin);
  work.addEventListener("pointermove", (event) => {
    if (!drag) return;
    drag.event = event;
    if (!drag.frame) drag.frame = requestAnimationFrame(paint);
  });
  work.addEventListener("pointerup", (event) => drop(event));
  work.addEventListener("pointercancel", (event) => drop(event, false));

  return { settle: () => {}, release: () => drop(null, false) };
};
