// The designer by hand: dragging, snapping, guides, undo, a paper that follows what is typed.
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
  const SVG = "http://www.w3.org/2000/svg";
  const WAIT = 500;
  const NEAR = 7; // pixels within which an edge snaps
  const PLACE = ["x", "y", "width", "height"];

  document.querySelectorAll("[data-needs-script]").forEach((part) => { part.hidden = false; });
  document.querySelectorAll("[data-without-script]").forEach((part) => { part.hidden = true; });

  // -- the design

  const field = (id) => document.getElementById(id);
  const data = () => field("design-data");
  const canonical = (text) => JSON.stringify(JSON.parse(text));
  let design = JSON.parse(data().value);
  let current = { text: canonical(data().value), opened: field("open-item").value };
  let saved = current.text;
  const past = [];
  const future = [];
  let changes = 0;
  let selected = Number(current.opened) || 0;

  const round = (value) => Math.round(value * 100) / 100;
  const say = (text) => { said.textContent = text; };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  // Puts what a hand did into the hidden field, and beside it where it can be read.
  const write = () => {
    changes += 1;
    data().value = JSON.stringify(design);
    const item = design.items[Number(field("open-item").value) - 1];
    if (item) PLACE.forEach((name) => { const input = field(`f-${name}`); if (input) input.value = round(item[name]); });
    ["across", "down"].forEach((way) => { field(`f-guides-${way}`).value = design.guides[way].map(round).join(", "); });
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
    document.querySelectorAll("[data-align]").forEach((button) => { button.disabled = !selected; });
  };

  const travel = (from, to) => {
    if (!from.length) return;
    to.push(current);
    current = from.pop();
    data().value = current.text;
    field("open-item").value = current.opened;
    design = JSON.parse(current.text);
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
    design = JSON.parse(data().value);
    if (swap) selected = Number(field("open-item").value) || 0;
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

  // -- the boxes over the paper

  let zoom = 1;
  let boxes = null;
  const scale = () => sheet.clientWidth / design.paper.width; // pixels a millimetre

  const shownIn = {
    always: ["zh", "en", "both"], chinese: ["zh", "both"], english: ["en", "both"],
    only_chinese: ["zh"], only_english: ["en"], both: ["both"],
  };
  const isShown = (item) => (shownIn[item.shown_in || "always"] || []).includes(form.elements.language.value);

  const node = (name, attributes, parent) => {
    const made = document.createElementNS(SVG, name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    parent?.append(made);
    return made;
  };

  const fit = () => {
    const { width, height } = design.paper;
    const wide = Math.min(stage.clientWidth - 2, (Math.max(320, window.innerHeight - 340) * width) / height);
    sheet.style.width = `${Math.max(200, wide * zoom)}px`;
  };

  const nameOf = (item, number) => fill(words.item, {
    number, name: item.label || item.signer || item.type,
    x: round(item.x), y: round(item.y), width: round(item.width), height: round(item.height),
  });

  const heldBox = () => document.activeElement?.closest?.(".box, .guide")?.dataset.key;

  const draw = (held = heldBox()) => {
    fit();
    boxes?.remove();
    const { width, height } = design.paper;
    boxes = node("svg", { viewBox: `0 0 ${width} ${height}`, class: "boxes", role: "group" }, sheet);
    drawGrid(width, height);
    const pixel = 1 / scale();
    design.guides.across.forEach((at, index) => drawGuide("across", at, index));
    design.guides.down.forEach((at, index) => drawGuide("down", at, index));
    design.items
      .map((item, index) => ({ item, number: index + 1 }))
      .filter(({ item }) => isShown(item))
      // The smaller lie over the larger, so that each can be taken hold of.
      .sort((a, b) => b.item.width * b.item.height - a.item.width * a.item.height)
      .forEach(({ item, number }) => drawBox(item, number, pixel));
    node("g", { class: "snaps" }, boxes);
    if (held) boxes.querySelector(`[data-key="${held}"]`)?.focus({ preventScroll: true });
    mark();
  };

  const drawGrid = (width, height) => {
    const step = Number(field("grid").value);
    if (step < 5) return;
    let way = "";
    for (let x = step; x < width; x += step) way += `M${x} 0V${height}`;
    for (let y = step; y < height; y += step) way += `M0 ${y}H${width}`;
    node("path", { d: way, class: "grid" }, boxes);
  };

  const drawBox = (item, number, pixel) => {
    const faulty = field("items").querySelector(`[data-number="${number}"] .error`);
    const group = node("g", {
      class: `box${number === selected ? " on" : ""}${faulty ? " bad" : ""}`, tabindex: 0, role: "button",
      "aria-label": nameOf(item, number), "data-number": number, "data-key": `box-${number}`,
    }, boxes);
    const more = (least, size) => Math.max(0, (least * pixel - size) / 2);
    const wide = more(24, item.width);
    const high = more(24, item.height);
    node("rect", { class: "hit", x: item.x - wide, y: item.y - high, width: item.width + 2 * wide, height: item.height + 2 * high }, group);
    node("rect", { class: "edge", x: item.x, y: item.y, width: item.width, height: item.height }, group);
    if (number !== selected) return;
    for (const [grip, across, down] of [["nw", 0, 0], ["n", 0.5, 0], ["ne", 1, 0], ["e", 1, 0.5], ["se", 1, 1], ["s", 0.5, 1], ["sw", 0, 1], ["w", 0, 0.5]]) {
      const x = item.x + item.width * across;
      const y = item.y + item.height * down;
      node("circle", { class: "grip-hit", cx: x, cy: y, r: 12 * pixel, "data-grip": grip }, group);
      node("rect", { class: "grip", x: x - 4 * pixel, y: y - 4 * pixel, width: 8 * pixel, height: 8 * pixel }, group);
    }
  };

  const drawGuide = (way, at, index) => {
    const { width, height } = design.paper;
    const ends = way === "across" ? { x1: at, x2: at, y1: 0, y2: height } : { x1: 0, x2: width, y1: at, y2: at };
    const group = node("g", {
      class: `guide guide-${way}`, tabindex: 0, role: "slider", "aria-valuemin": 0, "aria-valuenow": round(at),
      "aria-valuemax": way === "across" ? width : height, "aria-orientation": way === "across" ? "horizontal" : "vertical",
      "aria-label": fill(words[`guide_${way}`], { place: round(at) }), "data-way": way, "data-index": index, "data-key": `guide-${way}-${index}`,
    }, boxes);
    node("line", { ...ends, class: "hit" }, group);
    node("line", { ...ends, class: "line" }, group);
  };

  // -- snapping

  const targets = (axis, number) => {
    const size = axis === "x" ? design.paper.width : design.paper.height;
    const extent = axis === "x" ? "width" : "height";
    const found = [0, size / 2, size, ...design.guides[axis === "x" ? "across" : "down"]];
    design.items.forEach((item, index) => {
      if (index + 1 !== number && isShown(item)) found.push(item[axis], item[axis] + item[extent] / 2, item[axis] + item[extent]);
    });
    return found;
  };

  // How far the nearest of `edges` is from what it may snap to, and where that is.
  const nearest = (edges, found) => {
    let best = null;
    const reach = NEAR / scale();
    edges.forEach((edge) => found.forEach((target) => {
      const by = target - edge;
      if (Math.abs(by) <= reach && (!best || Math.abs(by) < Math.abs(best.by))) best = { by, at: target };
    }));
    return best;
  };

  const snapped = (axis, edges, number, free) => {
    if (free || !field("snap").checked) return { by: 0 };
    const best = nearest(edges, targets(axis, number));
    if (best) return best;
    const grid = Number(field("grid").value);
    return grid ? { by: Math.round(edges[0] / grid) * grid - edges[0] } : { by: 0 };
  };

  const showSnaps = (across, down) => {
    const lines = boxes.querySelector(".snaps");
    lines.replaceChildren();
    if (across.at !== undefined) node("line", { x1: across.at, x2: across.at, y1: 0, y2: design.paper.height }, lines);
    if (down.at !== undefined) node("line", { x1: 0, x2: design.paper.width, y1: down.at, y2: down.at }, lines);
  };

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
      drag = { ...start, number, grip: event.target.dataset.grip || "", was: { ...design.items[number - 1] } };
    }
    sheet.setPointerCapture(event.pointerId);
  });

  sheet.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    const dx = (event.clientX - drag.x) / scale();
    const dy = (event.clientY - drag.y) / scale();
    if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 3) return;
    if (!drag.moved && drag.number) selected = drag.number;
    drag.moved = true;
    if (drag.way) moveGuide(event);
    else if (drag.grip) resize(dx, dy, event.ctrlKey);
    else move(dx, dy, event.ctrlKey);
  });

  const moveGuide = (event) => {
    const place = sheet.getBoundingClientRect();
    const at = drag.way === "across" ? (event.clientX - place.left) / scale() : (event.clientY - place.top) / scale();
    const most = drag.way === "across" ? design.paper.width : design.paper.height;
    const step = event.ctrlKey ? 0.1 : 1;
    design.guides[drag.way][drag.index] = clamp(Math.round(at / step) * step, 0, most);
    draw();
  };

  const move = (dx, dy, free) => {
    const { was, number } = drag;
    const item = design.items[number - 1];
    let x = was.x + dx;
    let y = was.y + dy;
    const across = snapped("x", [x, x + was.width / 2, x + was.width], number, free);
    const down = snapped("y", [y, y + was.height / 2, y + was.height], number, free);
    x = clamp(x + across.by, 0, design.paper.width - was.width);
    y = clamp(y + down.by, 0, design.paper.height - was.height);
    item.x = round(x);
    item.y = round(y);
    draw();
    showSnaps(across, down);
  };

  const resize = (dx, dy, free) => {
    const { was, number, grip } = drag;
    const item = design.items[number - 1];
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
    const across = side("x", "width", design.paper.width, grip.includes("w"), grip.includes("e"), dx);
    const down = side("y", "height", design.paper.height, grip.includes("n"), grip.includes("s"), dy);
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
    design = JSON.parse(data().value);
    draw();
  });

  const open = (number) => {
    selected = number;
    draw();
    if (Number(field("open-item").value) === number) return;
    refresh({ act: `open:${number}`, swap: true, focus: `.box[data-number="${number}"]` });
  };

  // -- the keyboard

  sheet.addEventListener("focusin", (event) => {
    const box = event.target.closest(".box");
    if (box && Number(box.dataset.number) !== selected && !drag) {
      selected = Number(box.dataset.number);
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
      const most = way === "across" ? design.paper.width : design.paper.height;
      design.guides[way][index] = clamp(design.guides[way][index] + (way === "across" ? arrow[0] : arrow[1]) * by, 0, most);
    } else if (guide && ["Delete", "Backspace"].includes(event.key)) {
      design.guides[guide.dataset.way].splice(Number(guide.dataset.index), 1);
    } else if (box && arrow) {
      const item = design.items[Number(box.dataset.number) - 1];
      const { width, height } = design.paper;
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
    const size = way === "across" ? design.paper.width : design.paper.height;
    let at = Math.round(size / 4);
    while (design.guides[way].includes(at)) at += 5;
    design.guides[way].push(Math.min(at, size));
    write();
    draw();
    boxes.querySelector(`[data-key="guide-${way}-${design.guides[way].length - 1}"]`)?.focus();
    refresh({});
  };

  const tools = {
    undo: () => travel(past, future),
    redo: () => travel(future, past),
    in: () => { zoom = Math.min(4, zoom * 1.25); draw(); },
    out: () => { zoom = Math.max(0.4, zoom / 1.25); draw(); },
    fit: () => { zoom = 1; draw(); },
    "guide-across": () => addGuide("across"),
    "guide-down": () => addGuide("down"),
  };

  const put = (where) => {
    const item = design.items[selected - 1];
    if (!item) return;
    const { width, height } = design.paper;
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
