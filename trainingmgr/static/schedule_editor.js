// Moves, stretches, copies, splits and swaps sessions on the grid, takes them out of the tray of those without a time,
// or lays them into it. The server has the say: each act is one small request, answered with the grid as it stands
// then, or with why it was not done. What the mouse and the keys mean is in schedule_drag.js and schedule_keys.js.
(() => {
  "use strict";

  const root = document.querySelector("[data-editor]");
  const source = document.getElementById("editor-state");
  if (!root || !source || !window.ScheduleGrid || !window.scheduleDrag || !window.scheduleKeys) return;
  const say = root.querySelector("[data-say]");
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
  const hands = [];

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
      if (one.way) {
        const way = document.createElement("a");
        [way.href, way.textContent] = one.way;
        way.className = "btn btn-link";
        item.append(way);
      }
      if (one.mend && grid.byId.has(one.mend.session)) item.append(mendOf(one.mend));
      return item;
    }));
    refresh();
  };

  // The act that takes a clash away, as the server proposes it for the version that it saw.
  const mendOf = ({ words, ...fields }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-quiet mend";
    button.textContent = words;
    button.addEventListener("click", () => {
      settle();
      chosen = fields.session;
      send(() => {
        const one = grid.byId.get(fields.session);
        if (one && String(one.version) === fields.version) return fields;
        // What was done just before has changed it.
        tell(word("Overtaken"), true);
        return null;
      });
    });
    return button;
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
        tell(`${word({ undo: "Undone", redo: "Redone" }[on] || "Saved")} ${answer.note}`.trim());
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

  // What the keys added up and have not sent yet is sent before anything else is done.
  const settle = () => hands.forEach((one) => one.settle());

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

  const work = root.querySelector("[data-work]");
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

  const editor = {
    root, grid, work, panel, acts, step, tell, word, draw, choose, move, aside, settle,
    get chosen() { return chosen; },
    set chosen(id) { chosen = id; },
    get swapping() { return Boolean(swapping); },
    // Lets go of what was begun and not done.
    release() { hands.forEach((one) => one.release()); swapping = 0; refresh(); },
  };
  hands.push(window.scheduleDrag(editor), window.scheduleKeys(editor));
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
