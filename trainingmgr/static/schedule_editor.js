// Moves, stretches, copies, splits and swaps sessions on the grid, by mouse and by keyboard, and takes them out of the
// tray of those without a time, or lays them into it. The server has the say:
// each act is one small request, answered with the grid as it stands then, or with why it was not done.
(() => {
  "use strict";

  const root = document.querySelector("[data-editor]");
  const source = document.getElementById("editor-state");
  if (!root || !source || !window.ScheduleGrid) return;
  const say = root.querySelector("[data-say]");
  const tip = root.querySelector("[data-tip]");
  const panel = root.querySelector("[data-clash-panel]");
  const word = (name) => root.dataset[`word${name}`];
  const grid = new window.ScheduleGrid(root, {
    none: word("None"), more: word("More"), minutes: word("Minutes"), clashes: word("Clashes"), comma: document.documentElement.lang.startsWith("zh") ? "、" : ", ",
  });
  const key = `editor:${location.pathname}`;
  const stacks = { undo: [], redo: [] };
  try { Object.assign(stacks, JSON.parse(sessionStorage.getItem(key) || "{}")); } catch { /* kept in memory alone */ }
  let chosen = 0;
  let swapping = 0;
  let queue = Promise.resolve();
  let drag = null;
  let pending = null;

  const step = () => root.querySelector("[data-snap]").value;
  const tell = (text, bad) => { say.textContent = text; say.classList.toggle("bad", Boolean(bad)); };
  const button = (name) => root.querySelector(`[data-do="${name}"]`);

  const refresh = () => {
    [...grid.blocks.values()].forEach((el) => {
      el.classList.toggle("chosen", Number(el.dataset.id) === chosen);
      el.classList.toggle("swapping", Number(el.dataset.id) === swapping);
    });
    const list = root.querySelector("[data-clashes]");
    [...list.children].forEach((item) => item.classList.toggle("of-chosen", item.dataset.ids.split(" ").includes(String(chosen))));
    const first = list.querySelector(".of-chosen");
    if (first) list.scrollTop = first.offsetTop - list.offsetTop;
    const worst = (some) => some.find(({ bad }) => bad) || some[0];
    const told = worst(grid.state.clashes.filter(({ ids }) => ids.includes(chosen))) || worst(grid.state.clashes);
    root.querySelector("[data-clash-brief]").textContent = told ? `${told.when} ${told.text} ${told.remedy}` : "";
    const lies = !grid.byId.has(chosen) ? "" : grid.waits(chosen) ? "tray" : "grid";
    root.querySelectorAll("[data-needs]").forEach((one) => {
      one.disabled = !lies || !["any", lies].includes(one.dataset.needs);
    });
    button("aside").hidden = lies === "tray";
    button("place").hidden = lies !== "tray";
    button("undo").disabled = !stacks.undo.length;
    button("redo").disabled = !stacks.redo.length;
  };

  const draw = (state) => {
    const block = document.activeElement?.closest(".blk");
    const focused = Number(block?.dataset.id);
    const beside = block?.nextElementSibling?.dataset.id || block?.previousElementSibling?.dataset.id;
    grid.draw(state);
    // A block that was put elsewhere in the order has lost the focus; that of one that is gone goes to its neighbour.
    if (focused && !document.activeElement?.closest(".blk")) (elementOf(focused) || elementOf(Number(beside)))?.focus();
    const list = root.querySelector("[data-clashes]");
    root.querySelector("[data-clash-head]").textContent = state.clashes.length ? `${word("Clashes")} (${state.clashes.length})` : word("Fits");
    panel.classList.toggle("none", !state.clashes.length);
    list.replaceChildren(...state.clashes.map((one) => {
      const item = document.createElement("li");
      item.className = one.bad ? "impossible" : "unwise";
      item.dataset.ids = one.ids.join(" ");
      const when = document.createElement("span");
      when.className = "muted small";
      when.textContent = one.when;
      const text = document.createElement("strong");
      text.textContent = one.text;
      item.append(when, text, ` ${one.remedy} `);
      one.ids.filter((id) => grid.byId.has(id)).forEach((id) => {
        const link = document.createElement("button");
        link.type = "button";
        link.className = "btn btn-link";
        link.textContent = grid.byId.get(id).title;
        link.addEventListener("click", () => { choose(id); elementOf(id).focus(); });
        item.append(link);
      });
      return item;
    }));
    refresh();
  };

  const elementOf = (id) => [...grid.blocks.values()].find((el) => Number(el.dataset.id) === id);
  const choose = (id) => {
    if (swapping && id !== swapping) { swap(swapping, id); return; }
    chosen = id;
    refresh();
  };

  // What a session takes on in another column; nothing where the column stays the same.
  const factsOf = (one, from, to) => {
    const column = grid.state.columns[to];
    if (grid.state.by === "day") return { day: column.day };
    const facts = { day: one.day || grid.state.day };
    if (from === to || from === "all" || !column) return facts;
    // What comes out of the tray keeps its groups, and its place where it lands in no room.
    if (from === "tray" && (grid.state.by === "group" || !(column.place_zh || column.place_en))) return facts;
    if (grid.state.by === "place") return { ...facts, placed: "y", place_zh: column.place_zh, place_en: column.place_en };
    const left = one.groups.filter((name) => name !== grid.state.columns[from].group);
    return { ...facts, grouped: "y", groups: [...left, column.group].join("、") };
  };

  const request = async (fields) => {
    let response;
    try {
      response = await fetch(root.action, {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: { Accept: "application/json", "X-CSRFToken": root.elements.csrf_token.value },
        redirect: "error",
      });
      return [response.status, await response.json()];
    } catch {
      return [0, { message: word("Lost") }];
    }
  };

  // One after the other: `make` is called when the acts before are done, so that it finds the versions they left.
  const send = (make, { on = "", to = "undo" } = {}) => {
    queue = queue.then(async () => {
      const fields = make();
      if (!fields) return;
      root.classList.add("busy");
      const [status, answer] = await request(fields);
      root.classList.remove("busy");
      if (status === 200) {
        if (on) stacks[on].pop();
        else stacks.redo = [];
        if (answer.entry) stacks[to].push(answer.entry);
        tell(word({ undo: "Undone", redo: "Redone" }[on] || "Saved"));
        if (fields.act === "copy" && answer.sessions.length) [chosen] = answer.sessions;
      } else {
        if (on && status) stacks[on].pop();
        tell(answer.message || word("Lost"), true);
      }
      try { sessionStorage.setItem(key, JSON.stringify(stacks)); } catch { /* kept in memory alone */ }
      draw(answer.state || grid.state);
      if (status === 200 && fields.act === "copy") elementOf(chosen)?.focus();
      if (answer.conflict) decide(answer, fields);
    }).catch(() => {
      // One act that failed here must not keep those after it from being sent.
      root.classList.remove("busy");
      tell(word("Lost"), true);
      draw(grid.state);
    });
    return queue;
  };

  const seen = (id) => ({ session: id, version: grid.byId.get(id).version });
  const move = (act, id, from, to, start, end) => send(() => {
    const one = grid.byId.get(id);
    if (!one) return null;
    const fields = { act, ...seen(id), ...factsOf(one, from, to), start: grid.clock(start) };
    if (end) fields.end = grid.clock(end);
    return fields;
  });
  const placed = (id) => grid.byId.has(id) && !grid.waits(id);
  const swap = (one, other) => {
    swapping = 0;
    send(() => placed(one) && placed(other)
      && { act: "swap", ...seen(one), other, other_version: grid.byId.get(other).version });
  };
  const copy = (id) => send(() => {
    const one = grid.byId.get(id);
    if (!placed(id)) return null;
    const start = one.end + (one.end - one.start) < 24 * 60 ? one.end : one.start;
    return { act: "copy", ...seen(id), day: one.day, start: grid.clock(start) };
  });
  const split = (id) => send(() => {
    const one = grid.byId.get(id);
    if (!placed(id)) return null;
    return { act: "split", ...seen(id), start: grid.clock(Math.round((one.start + one.end) / 10) * 5) };
  });
  const aside = (id) => send(() => placed(id) && { act: "aside", ...seen(id) });
  const undo = (on, to) => {
    if (stacks[on].length) send(() => stacks[on].length && { act: "undo", entry: stacks[on].at(-1) }, { on, to });
  };

  const acts = {
    undo: () => undo("undo", "redo"),
    redo: () => undo("redo", "undo"),
    open: () => { settle(); queue.then(() => grid.byId.has(chosen) && location.assign(`${grid.byId.get(chosen).href}?${grid.state.origin}`)); },
    copy: () => copy(chosen),
    split: () => split(chosen),
    aside: () => aside(chosen),
    place: () => {
      const one = grid.byId.get(chosen);
      const spot = grid.waits(chosen) && grid.firstFree(one);
      if (spot) move("move", one.id, "tray", spot.to, spot.start, 0);
      else tell(word("Full"), true);
    },
    swap: () => {
      swapping = swapping ? 0 : chosen;
      tell(swapping ? word("Swap") : "");
      refresh();
    },
    remove: () => { const id = chosen; send(() => grid.byId.has(id) && { act: "remove", ...seen(id) }); },
    keys: () => root.querySelector("[data-keys]").showModal(),
  };
  root.querySelectorAll("[data-do]").forEach((one) => one.addEventListener("click", () => { settle(); acts[one.dataset.do](); }));
  root.querySelectorAll("[data-close]").forEach((one) => one.addEventListener("click", () => one.closest("dialog").close()));

  // Somebody else was faster: both versions, and whoever came second chooses.
  const decide = ({ message, conflict }, fields) => {
    const dialog = root.querySelector("[data-conflict]");
    const texts = { message, now: conflict.now, by: conflict.by, mine: conflict.mine || "" };
    Object.entries(texts).forEach(([name, text]) => { dialog.querySelector(`[data-c="${name}"]`).textContent = text; });
    dialog.querySelector("[data-c-mine]").hidden = !conflict.mine;
    dialog.querySelector("[data-c-open]").href = conflict.href;
    dialog.querySelectorAll("[data-use]").forEach((one) => {
      one.onclick = () => {
        dialog.close();
        if (one.dataset.use === "mine") send(() => ({ ...fields, version: conflict.version }));
      };
    });
    dialog.showModal();
  };

  const shift = (el, one, at, to, start) => {
    const width = grid.body.clientWidth / grid.state.columns.length;
    const across = at === "all" ? 0 : (to - at) * width;
    el.style.transform = `translate(${across}px, ${(start - one.start) * grid.scale}px)`;
  };
  const stretch = (el, one, end) => { el.style.height = `${(end - one.start) * grid.scale - 2}px`; };
  const show = (x, y, text) => {
    tip.hidden = false;
    if (tip.textContent !== text) tip.textContent = text;
    tip.style.transform = `translate(${x + 14}px, ${y + 16}px)`;
  };

  const placeOf = (el) => (["all", "tray"].includes(el.dataset.at) ? el.dataset.at : Number(el.dataset.at));

  const begin = (event) => {
    const el = event.target.closest(".blk");
    if (!el || event.button || drag) return;
    if (event.pointerType === "touch" && !el.classList.contains("chosen")) return;
    settle();
    const one = grid.byId.get(Number(el.dataset.id));
    const at = placeOf(el);
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
      el.classList.add("dragged");
    }
    if (mode === "place") {
      drag.spot = grid.spotAt(event.clientX, event.clientY, step());
      grid.showGhost(one, drag.spot);
      if (drag.spot) drag.end = drag.spot.start + one.minutes;
    } else if (mode === "stretch") {
      drag.end = grid.snapEnd(one.start, one.end + dy / grid.scale, step());
      stretch(el, one, drag.end);
    } else {
      const count = grid.state.columns.length;
      drag.to = at === "all" ? at : Math.min(count - 1, Math.max(0, Math.floor(((event.clientX - box.left) * count) / box.width)));
      drag.start = grid.snap(one.start + dy / grid.scale, step());
      shift(el, one, at, drag.to, drag.start);
      const tray = grid.tray.getBoundingClientRect();
      drag.outside = event.clientX > tray.left && event.clientX < tray.right && event.clientY > tray.top && event.clientY < tray.bottom;
      grid.tray.classList.toggle("over", drag.outside);
    }
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
    if (begun) el.dataset.moved = "y";
    if (!begun) return;
    if (!kept) draw(grid.state);
    else if (mode === "place") {
      chosen = one.id;
      if (spot) move("move", one.id, at, spot.to, spot.start, 0);
      else draw(grid.state);
    } else if (outside) {
      chosen = one.id;
      aside(one.id);
    } else if (mode === "stretch" ? end !== one.end : to !== at || start !== one.start || event.altKey) {
      chosen = one.id;
      const copied = event.altKey && mode === "move";
      if (copied) draw(grid.state);
      move(copied ? "copy" : "move", one.id, at, to, start, mode === "stretch" ? end : 0);
    } else draw(grid.state);
  };

  const work = root.querySelector("[data-work]");
  work.addEventListener("pointerdown", begin);
  work.addEventListener("pointermove", (event) => {
    if (!drag) return;
    drag.event = event;
    if (!drag.frame) drag.frame = requestAnimationFrame(paint);
  });
  work.addEventListener("pointerup", (event) => drop(event));
  work.addEventListener("pointercancel", (event) => drop(event, false));
  work.addEventListener("click", (event) => {
    const el = event.target.closest(".blk");
    if (!el) return;
    // The click that ends a drag chooses nothing; one from the keyboard opens.
    if (el.dataset.moved) { delete el.dataset.moved; return; }
    choose(Number(el.dataset.id));
    if (!event.detail && !swapping) acts.open();
  });
  work.addEventListener("dblclick", (event) => {
    const el = event.target.closest(".blk");
    if (el) { chosen = Number(el.dataset.id); acts.open(); return; }
    if (!grid.body.contains(event.target)) return;
    const box = grid.body.getBoundingClientRect();
    const column = grid.state.columns[Math.floor(((event.clientX - box.left) * grid.state.columns.length) / box.width)];
    const start = grid.clock(grid.snap(grid.state.first + (event.clientY - box.top) / grid.scale, step()));
    location.assign(`${root.dataset.new}&${new URLSearchParams({ day: column.day || grid.state.day, start })}`);
  });
  work.addEventListener("focusin", (event) => {
    const el = event.target.closest(".blk");
    if (el && Number(el.dataset.id) !== chosen && !swapping) { settle(); choose(Number(el.dataset.id)); }
  });

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
    const at = placeOf(el);
    if (at === "tray") return;
    if (pending && (pending.one.id !== one.id || pending.at !== at)) settle();
    pending ||= { one, at, to: at, start: one.start, end: one.end };
    change(pending);
    const length = Math.max(5, pending.end - pending.start);
    pending.start = Math.min(Math.max(0, pending.start), 24 * 60 - 1 - length);
    pending.end = pending.start + length;
    shift(el, one, at, pending.to, pending.start);
    el.style.height = `${length * grid.scale - 2}px`;
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
      settle();
      acts[event.shiftKey || event.key.toLowerCase() === "y" ? "redo" : "undo"]();
      return;
    }
    if (event.key === "Escape") { drop(event, false); swapping = 0; refresh(); return; }
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
    else if (act === "swap" && swapping) choose(Number(el.dataset.id));
    else { settle(); chosen = Number(el.dataset.id); acts[act](); }
  }, true);
  root.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("pagehide", settle);

  // All of what does not fit where the screen has the room, else a line of it; as one left it on the page before.
  panel.open = window.innerHeight >= 1000;
  try {
    panel.open = (sessionStorage.getItem("clashes") || (panel.open ? "open" : "shut")) === "open";
    panel.addEventListener("toggle", () => sessionStorage.setItem("clashes", panel.open ? "open" : "shut"));
  } catch { /* as it is at first */ }
  root.hidden = false;
  document.querySelector("[data-plain-list]").classList.add("with-script");
  draw(JSON.parse(source.textContent));
  // Whoever comes back from the form of a session finds it chosen.
  const came = Number(/^#s(\d+)$/.exec(location.hash)?.[1]);
  if (came && elementOf(came)) elementOf(came).focus();
})();
