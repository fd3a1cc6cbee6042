// The boxes, guides and grid over a design's paper, and what their edges snap to. What hands do with them is in design.js.
"use strict";

window.designSheet = ({ form, stage, sheet, words, state }) => {
  const SVG = "http://www.w3.org/2000/svg";
  const NEAR = 7; // pixels within which an edge snaps
  const field = (id) => document.getElementById(id);
  const round = (value) => Math.round(value * 100) / 100;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  let zoom = 1;
  let boxes = null;
  const scale = () => sheet.clientWidth / state.design.paper.width; // pixels a millimetre

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
    const { width, height } = state.design.paper;
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
    const { width, height } = state.design.paper;
    boxes = node("svg", { viewBox: `0 0 ${width} ${height}`, class: "boxes", role: "group" }, sheet);
    drawGrid(width, height);
    const pixel = 1 / scale();
    state.design.guides.across.forEach((at, index) => drawGuide("across", at, index));
    state.design.guides.down.forEach((at, index) => drawGuide("down", at, index));
    state.design.items
      .map((item, index) => ({ item, number: index + 1 }))
      .filter(({ item }) => isShown(item))
      // The smaller lie over the larger, so that each can be taken hold of.
      .sort((a, b) => b.item.width * b.item.height - a.item.width * a.item.height)
      .forEach(({ item, number }) => drawBox(item, number, pixel));
    node("g", { class: "snaps" }, boxes);
    if (held) boxes.querySelector(`[data-key="${held}"]`)?.focus({ preventScroll: true });
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
      class: `box${number === state.selected ? " on" : ""}${faulty ? " bad" : ""}`, tabindex: 0, role: "button",
      "aria-label": nameOf(item, number), "data-number": number, "data-key": `box-${number}`,
    }, boxes);
    const more = (least, size) => Math.max(0, (least * pixel - size) / 2);
    const wide = more(24, item.width);
    const high = more(24, item.height);
    node("rect", { class: "hit", x: item.x - wide, y: item.y - high, width: item.width + 2 * wide, height: item.height + 2 * high }, group);
    node("rect", { class: "edge", x: item.x, y: item.y, width: item.width, height: item.height }, group);
    if (number !== state.selected) return;
    for (const [grip, across, down] of [["nw", 0, 0], ["n", 0.5, 0], ["ne", 1, 0], ["e", 1, 0.5], ["se", 1, 1], ["s", 0.5, 1], ["sw", 0, 1], ["w", 0, 0.5]]) {
      const x = item.x + item.width * across;
      const y = item.y + item.height * down;
      node("circle", { class: "grip-hit", cx: x, cy: y, r: 12 * pixel, "data-grip": grip }, group);
      node("rect", { class: "grip", x: x - 4 * pixel, y: y - 4 * pixel, width: 8 * pixel, height: 8 * pixel }, group);
    }
  };

  const drawGuide = (way, at, index) => {
    const { width, height } = state.design.paper;
    const ends = way === "across" ? { x1: at, x2: at, y1: 0, y2: height } : { x1: 0, x2: width, y1: at, y2: at };
    const group = node("g", {
      class: `guide guide-${way}`, tabindex: 0, role: "slider", "aria-valuemin": 0, "aria-valuenow": round(at),
      "aria-valuemax": way === "across" ? width : height, "aria-orientation": way === "across" ? "horizontal" : "vertical",
      "aria-label": fill(words[`guide_${way}`], { place: round(at) }), "data-way": way, "data-index": index, "data-key": `guide-${way}-${index}`,
    }, boxes);
    node("line", { ...ends, class: "hit" }, group);
    node("line", { ...ends, class: "line" }, group);
  };

  const targets = (axis, number) => {
    const size = axis === "x" ? state.design.paper.width : state.design.paper.height;
    const extent = axis === "x" ? "width" : "height";
    const found = [0, size / 2, size, ...state.design.guides[axis === "x" ? "across" : "down"]];
    state.design.items.forEach((item, index) => {
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
    if (across.at !== undefined) node("line", { x1: across.at, x2: across.at, y1: 0, y2: state.design.paper.height }, lines);
    if (down.at !== undefined) node("line", { x1: 0, x2: state.design.paper.width, y1: down.at, y2: down.at }, lines);
  };

  const magnify = (by) => { zoom = by ? Math.min(4, Math.max(0.4, zoom * by)) : 1; draw(); };
  const focus = (key) => boxes.querySelector(`[data-key="${key}"]`)?.focus();

  return { draw, focus, heldBox, magnify, nameOf, round, scale, showSnaps, snapped };
};
