// The keys of the timetable's grid.
window.scheduleKeys = (editor) => {
  "use strict";

  const { grid, acts, step, tell, move, choose } = editor;
  let pending = null;

  // Keys add up until they rest, so that ten presses of an arrow are one act.
  const settle = () => {
    if (!pending) return;
    const { one, at, to, start, end, timer } = pending;
    clearTimeout(timer);
    pending = null;
    const longer = end - start !== one.end - one.start;
    if (to !== at || start !== one.start || end !== one.end) move("move", one.id, at, to, start, longer ? end : 0);
  };
  const nudge = (el, change) => {
    const one = grid.byId.get(Number(el.dataset.id));
    const at = grid.placeOf(el);
    if (at === "tray") return;
    if (pending && (pending.one.id !== one.id || pending.at !== at)) settle();
    pending ||= { one, at, to: at, start: one.start, end: one.end };
    const began = pending.start;
    change(pending);
    // What is made longer ends with the day at the latest; it does not begin earlier for that.
    if (pending.start === began) pending.end = Math.min(pending.end, grid.midnight);
    const length = Math.max(5, pending.end - pending.start);
    pending.start = Math.min(Math.max(0, pending.start), grid.midnight - length);
    pending.end = pending.start + length;
    grid.shift(el, one, at, pending.to, pending.start);
    grid.stretch(el, length);
    tell(`${grid.clock(pending.start)}–${grid.clock(pending.end)} ${grid.state.columns[pending.to]?.title || ""}`);
    clearTimeout(pending.timer);
    pending.timer = setTimeout(settle, 700);
  };
  const later = (by) => (now) => {
    let start = now.start + by;
    if (step() === "hour" && Math.abs(by) === 5) {
      const lines = grid.state.lines.filter((line) => (by > 0 ? line > now.start : line < now.start));
      start = lines.length ? (by > 0 ? lines[0] : lines.at(-1)) : now.start;
    }
    now.end += start - now.start;
    now.start = start;
  };
  const longer = (by) => (now) => { now.end += by * (step() === "hour" ? grid.state.hour / 5 : 1); };
  const beside = (by) => (now) => {
    if (now.at !== "all") now.to = Math.min(Math.max(0, now.to + by), grid.state.columns.length - 1);
  };

  document.addEventListener("keydown", (event) => {
    if (event.target.closest("dialog, input, select, textarea") || document.querySelector("dialog[open]")) return;
    const held = event.ctrlKey || event.metaKey;
    if (held && "zy".includes(event.key.toLowerCase())) {
      event.preventDefault();
      editor.settle();
      acts[event.shiftKey || event.key.toLowerCase() === "y" ? "redo" : "undo"]();
      return;
    }
    if (event.key === "Escape") { editor.release(); return; }
    if (event.key === "?") { event.preventDefault(); event.stopImmediatePropagation(); acts.keys(); return; }
    const el = event.target.closest(".blk");
    if (!el || held || event.altKey) return;
    const hour = grid.state.hour;
    const change = event.shiftKey
      ? { ArrowUp: longer(-5), ArrowDown: longer(5) }[event.key]
      : { ArrowUp: later(-5), ArrowDown: later(5), PageUp: later(-hour), PageDown: later(hour), ArrowLeft: beside(-1), ArrowRight: beside(1) }[event.key];
    const act = { c: "copy", s: "split", x: "swap", t: "aside", p: "place", Delete: "remove" }[event.key];
    if (!change && !act) return;
    event.preventDefault();
    event.stopPropagation();
    if (change) nudge(el, change);
    else if (act === "swap" && editor.swapping) choose(Number(el.dataset.id));
    else { editor.settle(); editor.chosen = Number(el.dataset.id); acts[act](); }
  }, true);

  return { settle, release: () => {} };
};
