// One tap saves. What cannot be sent yet is kept on this machine and sent again by itself.
(() => {
  "use strict";

  const sheet = document.querySelector("[data-sheet]");
  document.documentElement.classList.add("has-script");
  document.querySelectorAll("[data-needs-script]").forEach((element) => { element.hidden = false; });
  if (!sheet) return;

  const rows = [...sheet.querySelectorAll(".people > li")];
  const byId = new Map(rows.map((row) => [row.dataset.id, row]));
  const live = document.querySelector("[data-live]");
  const filters = document.querySelector("[data-sheet-filters]");
  const whole = sheet.hasAttribute("data-whole");
  const word = (name, values) =>
    Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), sheet.dataset[`word${name}`]);
  const nameOf = (row) => row.querySelector(".name").textContent;
  const nodes = new Map();
  const radios = (row) => {
    if (!nodes.has(row)) nodes.set(row, [...row.querySelectorAll(".tap:not(.tap-none) input")]);
    return nodes.get(row);
  };

  let hushed = 0;
  const say = (text, bad = false) => {
    live.textContent = text;
    live.classList.toggle("bad", bad);
    clearTimeout(hushed);
    if (!bad) hushed = setTimeout(() => { live.textContent = ""; }, 2500);
  };

  const counters = [...document.querySelectorAll("[data-count]")];
  const count = () => {
    if (!whole) return;
    const found = {};
    rows.forEach((row) => { found[row.dataset.value] = (found[row.dataset.value] || 0) + 1; });
    counters.forEach((one) => { one.textContent = String(found[one.dataset.count] || 0); });
    const begun = rows.some((row) => row.dataset.value);
    document.querySelectorAll("[data-unbegun]").forEach((one) => { one.hidden = begun; });
    document.querySelectorAll("[data-begun]").forEach((one) => { one.hidden = !begun; });
  };

  const show = (row, value, stamp) => {
    row.dataset.value = value;
    radios(row).forEach((radio) => { radio.checked = radio.value === value; });
    if (stamp !== undefined) {
      const place = row.querySelector(".stamp");
      place.textContent = stamp;
      place.classList.remove("fresh");
    }
  };

  const key = `sheet:${sheet.dataset.save || ""}`;
  let pending = new Map();
  const before = new Map();
  let sending = false;
  let wait = 1000;
  let timer = 0;
  const keep = () => {
    try {
      if (pending.size) localStorage.setItem(key, JSON.stringify([...pending]));
      else localStorage.removeItem(key);
    } catch { /* a browser without storage keeps them in memory alone */ }
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
    wait = Math.min(wait * 2, 15000);
  };

  const post = (entries) => {
    const body = new URLSearchParams();
    entries.forEach(([id, value]) => body.append(`m${id}`, value));
    return fetch(sheet.dataset.save, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": sheet.elements.csrf_token.value },
    });
  };

  const settle = async (response, entries) => {
    const { stamp } = await response.json();
    entries.forEach(([id, value]) => {
      if (pending.get(id) !== value) return;
      pending.delete(id);
      before.delete(id);
      const row = byId.get(id);
      if (!row) return;
      row.classList.remove("waiting");
      const place = row.querySelector(".stamp");
      place.textContent = value ? stamp : "";
      place.classList.toggle("fresh", Boolean(value));
      const chosen = radios(row).find((radio) => radio.value === value);
      say(chosen
        ? word("Saved", { name: nameOf(row), mark: (chosen.parentElement.querySelector(".state") || chosen.nextElementSibling).textContent })
        : word("Cleared", { name: nameOf(row) }));
    });
  };

  const refuse = async (response, entries) => {
    let reason = "";
    try { reason = (await response.json()).error || ""; } catch { /* no words came with it */ }
    entries.forEach(([id]) => {
      const row = byId.get(id);
      pending.delete(id);
      if (!row) return;
      row.classList.remove("waiting");
      show(row, before.get(id) || "");
      before.delete(id);
      say(`${word("Failed", { name: nameOf(row) })} ${reason}`, true);
    });
    count();
  };

  async function send() {
    if (sending || !pending.size) return;
    sending = true;
    const entries = [...pending];
    let failed = "";
    try {
      const response = await post(entries);
      if (response.ok && !response.redirected) {
        await settle(response, entries);
      } else if ([400, 401].includes(response.status) || response.redirected) {
        failed = "Out";
      } else if (response.status >= 500 || response.status === 429) {
        failed = "Waiting";
      } else if (entries.length === 1) {
        await refuse(response, entries);
      } else {
        for (const entry of entries) {
          const single = await post([entry]);
          if (single.ok) await settle(single, [entry]);
          else if (single.status >= 500) failed = "Waiting";
          else await refuse(single, [entry]);
        }
      }
    } catch {
      failed = "Waiting";
    }
    sending = false;
    keep();
    if (failed) {
      say(word(failed, { count: String(pending.size) }), true);
      later();
      return;
    }
    wait = 1000;
    if (pending.size) send();
  }

  const set = (row, value) => {
    const id = row.dataset.id;
    if (!before.has(id)) before.set(id, row.dataset.value);
    show(row, value);
    row.dataset.since = String(Date.now());
    row.classList.add("waiting");
    pending.set(id, value);
    keep();
    count();
    send();
  };

  if (sheet.dataset.save) {
    sheet.addEventListener("change", (event) => {
      const row = event.target.closest("li");
      if (row && event.target.type === "radio" && row.dataset.value !== event.target.value) set(row, event.target.value);
    });
    // A second tap takes a mark away; a hasty double tap does not.
    sheet.addEventListener("click", (event) => {
      if (event.target.type !== "radio") return;
      const row = event.target.closest("li");
      if (row.dataset.value === event.target.value && Date.now() - Number(row.dataset.since || 0) > 700) set(row, "");
    });
    sheet.addEventListener("submit", (event) => { event.preventDefault(); send(); });
    window.addEventListener("online", () => { wait = 1000; send(); });
    window.addEventListener("beforeunload", (event) => { if (pending.size) event.preventDefault(); });
    try {
      pending = new Map(JSON.parse(localStorage.getItem(key) || "[]").filter(([id]) => byId.has(id)));
    } catch { pending = new Map(); }
    pending.forEach((value, id) => {
      before.set(id, byId.get(id).dataset.value);
      show(byId.get(id), value);
      byId.get(id).classList.add("waiting");
    });
    if (pending.size) send();
  }

  const refresh = async () => {
    if (document.hidden || !sheet.dataset.state) return;
    try {
      const response = await fetch(sheet.dataset.state, { headers: { Accept: "application/json" } });
      if (!response.ok || response.redirected) return;
      const { ticks } = await response.json();
      rows.forEach((row) => {
        const [value, by, at] = ticks[row.dataset.id] || ["", "", ""];
        if (pending.has(row.dataset.id) || Date.now() - Number(row.dataset.since || 0) < 3000) return;
        if (row.dataset.value !== value) show(row, value, `${by} ${at}`.trim());
      });
      count();
      if (filters?.elements.show.value) filter();
    } catch { /* the next round will do */ }
  };
  if (whole) {
    setInterval(refresh, 12000);
    document.addEventListener("visibilitychange", refresh);
  }

  const shown = document.querySelector("[data-shown]");
  const none = document.querySelector("[data-none]");
  const chips = [...document.querySelectorAll("[data-show-link]")];
  function filter() {
    const words = filters.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const group = filters.elements.group?.value || "";
    const only = filters.elements.show.value;
    let number = 0;
    rows.forEach((row) => {
      const { search, value } = row.dataset;
      const fits = words.every((one) => search.includes(one))
        && (!group || row.dataset.group === group)
        && (!only || value === only || (!value && (only === "open" || only === "missing")) || (only === "missing" && value === "absent"));
      row.hidden = !fits;
      if (fits) number += 1;
    });
    shown.textContent = word("Shown", { count: String(number) });
    none.hidden = number > 0;
    sheet.dataset.show = only;
    chips.forEach((chip) => {
      const on = chip.dataset.showLink === only || (only === "missing" && chip.dataset.showLink === "open");
      if (on) chip.setAttribute("aria-current", "true");
      else chip.removeAttribute("aria-current");
    });
  }
  const filterByHand = () => {
    filter();
    const query = new URLSearchParams();
    ["q", "group", "show"].forEach((name) => {
      const value = (filters.elements[name]?.value || "").trim();
      if (value) query.set(name, value);
      document.querySelectorAll(`[data-kept="${name}"]`).forEach((one) => { one.value = value; });
    });
    history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  };
  if (filters && whole) {
    filters.elements.q.addEventListener("input", filterByHand);
    filters.addEventListener("change", filterByHand);
    chips.forEach((chip) => chip.addEventListener("click", (event) => {
      event.preventDefault();
      filters.elements.show.value = chip.hasAttribute("aria-current") ? "" : chip.dataset.showLink;
      filterByHand();
    }));
    filters.addEventListener("submit", (event) => { event.preventDefault(); filterByHand(); });
  } else if (filters) {
    filters.querySelectorAll("[data-filter]").forEach((one) => one.addEventListener("change", () => filters.requestSubmit()));
    filters.querySelector("[data-plain]")?.removeAttribute("data-plain");
  }

  const go = (row, step) => {
    let at = rows.indexOf(row) + step;
    while (rows[at] && rows[at].hidden) at += step;
    const next = rows[at];
    if (!next) return;
    (radios(next).find((radio) => radio.checked) || radios(next)[0]).focus();
    next.scrollIntoView({ block: "nearest" });
  };
  sheet.addEventListener("keydown", (event) => {
    const row = event.target.closest?.("li");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      go(row, event.key === "ArrowDown" ? 1 : -1);
    } else if (sheet.dataset.save && /^[1-9]$/.test(event.key) && radios(row)[Number(event.key) - 1]) {
      event.preventDefault();
      const radio = radios(row)[Number(event.key) - 1];
      if (row.dataset.value !== radio.value) set(row, radio.value);
      radio.focus();
    } else if (sheet.dataset.save && (event.key === "0" || event.key === "Backspace")) {
      event.preventDefault();
      if (row.dataset.value) set(row, "");
    }
  });
  filters?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "ArrowDown") return;
    const first = rows.find((row) => !row.hidden);
    if (!whole || !first || event.target.tagName === "SELECT") return;
    event.preventDefault();
    radios(first)[0].focus();
  });
})();
