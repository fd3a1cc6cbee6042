// The designer by hand: dragging, guides, undo, a paper that follows what is typed; design_sheet.js draws the boxes.
// The whole design stands as JSON in a hidden field; the server lays it out and gives paper and fields back.
(() => {
  "use strict";

  const form = document.getElementById("designer");
  if (!form) return;
  const words = JSON.parse(form.dataset.words);
  const stage = document.getElementById("stage");
  const sheet = document.getElementById("sheet");
  const said = document.getElementById("said");
  const unsaved = document.getElementById("unsaved");
  const WAIT = 500;
  const PLACE = ["x", "y", "width", "height"];

  document.querySelectorAll("[data-needs-script]").forEach((part) => { part.hidden = false; });
  document.querySelectorAll("[data-without-script]").forEach((part) => { part.hidden = true; });

  // -- the design

  const field = (id) => document.getElementById(id);
  const data = () => field("design-data");
  const canonical = (text) => JSON.stringify(JSON.parse(text));
  const state = { design: JSON.parse(data().value), selected: Number(field("open-item").value) || 0 };
  const paper = window.designSheet({ form, stage, sheet, words, state });
  const { heldBox, nameOf, round, scale, showSnaps, snapped } = paper;
  let current = { text: canonical(data().value), opened: field("open-item").value };
  let saved = current.text;
  const past = [];
  const future = [];
  let changes = 0;

  const say = (text) => { said.textContent = text; };
  const draw = (held) => {
    paper.draw(held);
    mark();
  };

  // Puts what a hand did into the hidden field, and beside it where it can be read.
  const write = () => {
    changes += 1;
    data().value = JSON.stringify(state.design);
    const item = state.design.items[Number(field("open-item").value) - 1];
    if (item) PLACE.forEach((name) => { const input = field(`f-${name}`); if (input) input.value = round(item[name]); });
    ["across", "down"].forEach((way) => { field(`f-guides-${way}`).value = state.design.guides[way].map(round).join(", "); });
  };

  const commit = () => {
    const text = canonical(data().value);
    if (text !== current.text) {
      past.push(current);
      future.length = 0;
    }
    current = { text, opened: field("open-item").value };
    mark();
  };

  const mark = () => {
    document.querySelector("[data-tool=undo]").disabled = !past.length;
    document.querySelector("[data-tool=redo]").disabled = !future.length;
    unsaved.hidden = current.text === saved;
    document.querySelectorAll("[data-align]").forEach((button) => { button.disabled = !state.selected; });
  };

  const travel = (from, to) => {
    if (!from.length) return;
    to.push(current);
    current = from.pop();
    data().value = current.text;
    field("open-item").value = current.opened;
    state.design = JSON.parse(current.text);
    changes += 1;
    mark();
    refresh({ typed: false, swap: true });
  };

  // -- asking the server

  let timer = 0;
  let sent = 0;
  let drag = null;

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => refresh({}), WAIT);
  };

  const refresh = async ({ act = "", typed = true, swap = false, focus = "" }) => {
    clearTimeout(timer);
    if (typed) commitDragged();
    const mine = ++sent;
    const seen = changes;
    const body = new FormData(form);
    body.set("do", act);
    if (!typed) body.delete("typed");
    let page;
    try {
      const answer = await fetch(form.dataset.live, { method: "POST", body, redirect: "error", credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      say(words.offline);
      return;
    }
    if (said.textContent === words.offline) say("");
    if (mine !== sent || (!act && (drag || seen !== changes))) {
      // Something newer is under way, or a hand moved on meanwhile.
      if (mine === sent) later();
      return;
    }
    show(page, swap, focus);
  };

  const commitDragged = () => { if (canonical(data().value) !== current.text) commit(); };

  const show = (page, swap, focus) => {
    const held = heldBox();
    sheet.replaceChildren(...page.getElementById("paper").childNodes);
    const panel = page.getElementById("panel");
    if (swap) {
      field("panel").replaceWith(document.importNode(panel, true));
      field("panel").querySelectorAll("[data-needs-script]").forEach((part) => { part.hidden = false; });
    } else {
      ["general", "items", "item-faults"].forEach((id) => {
        const fresh = page.getElementById(id);
        if (fresh && field(id)) field(id).replaceChildren(...document.importNode(fresh, true).childNodes);
      });
      document.querySelectorAll("[data-error]").forEach((slot) => {
        const fresh = page.getElementById(slot.id);
        if (fresh) slot.textContent = fresh.textContent;
      });
      data().value = page.getElementById("design-data").value;
    }
    state.design = JSON.parse(data().value);
    if (swap) state.selected = Number(field("open-item").value) || 0;
    commit();
    draw(held);
    if (focus) document.querySelector(focus)?.focus({ preventScroll: focus.startsWith(".box") });
  };

  form.addEventListener("submit", (event) => {
    const act = event.submitter?.value || "save";
    if (["save", "publish", "overwrite", "apart"].includes(act)) {
      saved = current.text;
      leaving = true;
      return;
    }
    event.preventDefault();
    const opens = /^(open|add|copy)/.test(act);
    refresh({ act, swap: true, focus: opens ? "#item-title" : "#items-title" });
  });

  form.addEventListener("input", (event) => {
    if (event.target.matches("#grid, #snap, #field-picker, [data-sample]")) return;
    changes += 1;
    unsaved.hidden = false;
    later();
  });
  // A colour that is chosen is one that is wanted.
  form.addEventListener("input", (event) => {
    const tick = event.target.type === "color" && field(`${event.target.id}-on`);
    if (tick) tick.checked = true;
  });

  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-sample]")) {
      const proof = form.querySelector(".bar-tools a");
      const address = new URL(proof.href);
      address.searchParams.set(event.target.name, event.target.value);
      proof.href = address;
      refresh({});
    }
  });

  let leaving = false;
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && !unsaved.hidden) event.preventDefault();
  });

  // -- a fact from the list

  let lastWords = null;
  form.addEventListener("focusin", (event) => { if (event.target.matches("[data-words]")) lastWords = event.target; });
  form.addEventListener("change", (event) => {
    if (event.target.id !== "field-picker" || !event.target.value) return;
    const area = lastWords?.isConnected ? lastWords : form.querySelector("textarea[data-words]");
    area.setRangeText(event.target.value, area.selectionStart, area.selectionEnd, "end");
    event.target.value = "";
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  });

  // -- the mouse

  const clamp = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));

  sheet.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const guide = event.target.closest(".guide");
    const box = event.target.closest(".box");
    if (!guide && !box) return;
    event.preventDefault();
    (guide || box).focus({ preventScroll: true });
    const start = { x: event.clientX, y: event.clientY, pointer: event.pointerId, moved: false };
    if (guide) {
      drag = { ...start, way: guide.dataset.way, index: Number(guide.dataset.index) };
    } else {
      const number = Number(box.dataset.number);
      drag = { ...start, number, grip: event.target.dataset.grip || "", was: { ...state.design.items[number - 1] } };
    }
    sheet.setPointerCapture(event.pointerId);
  });

  sheet.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    const dx = (event.clientX - drag.x) / scale();
    const dy = (event.clientY - drag.y) / scale();
    if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 3) return;
    if (!drag.moved && drag.number) state.selected = drag.number;
    drag.moved = true;
    if (drag.way) moveGuide(event);
    else if (drag.grip) resize(dx, dy, event.ctrlKey);
    else move(dx, dy, event.ctrlKey);
  });

  const moveGuide = (event) => {
    const place = sheet.getBoundingClientRect();
    const at = drag.way === "across" ? (event.clientX - place.left) / scale() : (event.clientY - place.top) / scale();
    const most = drag.way === "across" ? state.design.paper.width : state.design.paper.height;
    const step = event.ctrlKey ? 0.1 : 1;
    state.design.guides[drag.way][drag.index] = clamp(Math.round(at / step) * step, 0, most);
    draw();
  };

  const move = (dx, dy, free) => {
    const { was, number } = drag;
    const item = state.design.items[number - 1];
    let x = was.x + dx;
    let y = was.y + dy;
    const across = snapped("x", [x, x + was.width / 2, x + was.width], number, free);
    const down = snapped("y", [y, y + was.height / 2, y + was.height], number, free);
    x = clamp(x + across.by, 0, state.design.paper.width - was.width);
    y = clamp(y + down.by, 0, state.design.paper.height - was.height);
    item.x = round(x);
    item.y = round(y);
    draw();
    showSnaps(across, down);
  };

  const resize = (dx, dy, free) => {
    const { was, number, grip } = drag;
    const item = state.design.items[number - 1];
    const side = (axis, extent, size, low, high, by) => {
      let from = was[axis];
      let to = was[axis] + was[extent];
      let snap = {};
      if (low) { snap = snapped(axis, [from + by], number, free); from = clamp(from + by + snap.by, 0, to - 1); }
      if (high) { snap = snapped(axis, [to + by], number, free); to = clamp(to + by + snap.by, from + 1, size); }
      item[axis] = round(from);
      item[extent] = round(to - from);
      return snap;
    };
    const across = side("x", "width", state.design.paper.width, grip.includes("w"), grip.includes("e"), dx);
    const down = side("y", "height", state.design.paper.height, grip.includes("n"), grip.includes("s"), dy);
    draw();
    showSnaps(across, down);
  };

  const drop = (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    const done = drag;
    drag = null;
    if (!done.moved) {
      if (done.number) open(done.number);
      return;
    }
    write();
    commit();
    draw();
    if (done.number && done.number !== Number(field("open-item").value)) open(done.number);
    else refresh({});
  };
  sheet.addEventListener("pointerup", drop);
  // The browser took the finger for scrolling: everything is as it was.
  sheet.addEventListener("pointercancel", () => {
    if (!drag) return;
    drag = null;
    state.design = JSON.parse(data().value);
    draw();
  });

  const open = (number) => {
    state.selected = number;
    draw();
    if (Number(field("open-item").value) === number) return;
    refresh({ act: `open:${number}`, swap: true, focus: `.box[data-number="${number}"]` });
  };

  // -- the keyboard

  sheet.addEventListener("focusin", (event) => {
    const box = event.target.closest(".box");
    if (box && Number(box.dataset.number) !== state.selected && !drag) {
      state.selected = Number(box.dataset.number);
      draw();
    }
  });

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  sheet.addEventListener("keydown", (event) => {
    const guide = event.target.closest(".guide");
    const box = event.target.closest(".box");
    const arrow = ARROWS[event.key];
    const by = event.shiftKey ? 10 : 1;
    if (guide && arrow) {
      const { way, index } = guide.dataset;
      const most = way === "across" ? state.design.paper.width : state.design.paper.height;
      state.design.guides[way][index] = clamp(state.design.guides[way][index] + (way === "across" ? arrow[0] : arrow[1]) * by, 0, most);
    } else if (guide && ["Delete", "Backspace"].includes(event.key)) {
      state.design.guides[guide.dataset.way].splice(Number(guide.dataset.index), 1);
    } else if (box && arrow) {
      const item = state.design.items[Number(box.dataset.number) - 1];
      const { width, height } = state.design.paper;
      if (event.altKey) {
        item.width = clamp(item.width + arrow[0] * by, 1, width - item.x);
        item.height = clamp(item.height + arrow[1] * by, 1, height - item.y);
      } else {
        item.x = clamp(item.x + arrow[0] * by, 0, width - item.width);
        item.y = clamp(item.y + arrow[1] * by, 0, height - item.height);
      }
      say(nameOf(item, box.dataset.number));
    } else if (box && event.key === "Enter") {
      event.preventDefault();
      refresh({ act: `open:${box.dataset.number}`, swap: true, focus: "#item-title" });
      return;
    } else if (box && ["Delete", "Backspace"].includes(event.key)) {
      event.preventDefault();
      refresh({ act: `delete:${box.dataset.number}`, swap: true, focus: "#items-title" });
      return;
    } else {
      return;
    }
    event.preventDefault();
    write();
    draw();
    later();
  });

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) travel(past, future);
    else if (key === "y" || key === "z") travel(future, past);
    else return;
    event.preventDefault();
  });

  // -- the tools

  const addGuide = (way) => {
    const size = way === "across" ? state.design.paper.width : state.design.paper.height;
    let at = Math.round(size / 4);
    while (state.design.guides[way].includes(at)) at += 5;
    state.design.guides[way].push(Math.min(at, size));
    write();
    draw();
    paper.focus(`guide-${way}-${state.design.guides[way].length - 1}`);
    refresh({});
  };

  const tools = {
    undo: () => travel(past, future),
    redo: () => travel(future, past),
    in: () => paper.magnify(1.25),
    out: () => paper.magnify(1 / 1.25),
    fit: () => paper.magnify(0),
    "guide-across": () => addGuide("across"),
    "guide-down": () => addGuide("down"),
  };

  const put = (where) => {
    const item = state.design.items[state.selected - 1];
    if (!item) return;
    const { width, height } = state.design.paper;
    const places = {
      left: ["x", 0], centre: ["x", (width - item.width) / 2], right: ["x", width - item.width],
      top: ["y", 0], middle: ["y", (height - item.height) / 2], bottom: ["y", height - item.height],
    };
    const [axis, at] = places[where];
    item[axis] = round(Math.max(0, at));
    write();
    draw();
    refresh({});
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tool], [data-align]");
    if (!button) return;
    if (button.dataset.tool) tools[button.dataset.tool]();
    else put(button.dataset.align);
  });
  field("grid").addEventListener("change", () => draw());
  new ResizeObserver(() => { if (!drag) draw(); }).observe(stage);
  draw();
})();
