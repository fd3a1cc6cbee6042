// The list as a grid: a click or Enter opens a cell, leaving it saves, Esc leaves it alone.
(() => {
  "use strict";

  let leftAs = null; // what the open cell showed before
  let next = null; // where to go once the line has been written: {row, field, open}
  let fades = 0;

  const grid = () => document.querySelector("table[data-cells]");
  const cellOf = (node) => (node instanceof Element ? node.closest("table[data-cells] td[data-f]") : null);
  const editor = () => document.getElementById("cell-edit");

  const prepare = () => {
    grid()?.querySelectorAll("td[data-f]:not([tabindex])").forEach((cell) => { cell.tabIndex = 0; });
    const all = document.getElementById("tick-all");
    if (all) all.hidden = false;
    count();
  };

  const open = (cell) => {
    if (editor()) {
      if (cell.contains(editor())) return;
      next = { row: cell.parentElement.id, field: cell.dataset.f, open: true };
      leave(editor());
      return;
    }
    leftAs = cell.innerHTML;
    const address = `${grid().dataset.cells}${cell.parentElement.id.slice(1)}/field/${cell.dataset.f}`;
    htmx.ajax("GET", address, { target: cell, swap: "innerHTML" }).then(() => {
      const box = cell.querySelector("[name=value]");
      if (!box) return;
      box.dataset.was = box.value;
      box.focus();
      if (box.select) box.select();
    });
  };

  const close = (form) => {
    const cell = cellOf(form);
    if (!cell) return;
    form.dataset.closed = "1";
    cell.innerHTML = leftAs;
    go(cell);
  };

  const leave = (form) => {
    const box = form.querySelector("[name=value]");
    if (form.dataset.closed || form.dataset.busy) return;
    if (box.value === box.dataset.was) close(form);
    else { form.dataset.busy = "1"; form.requestSubmit(); }
  };

  const go = (from) => {
    const place = next;
    next = null;
    const cell = place && document.querySelector(`#${CSS.escape(place.row)} td[data-f="${CSS.escape(place.field)}"]`);
    if (cell && place.open) open(cell);
    else if (cell) cell.focus();
    else if (from && document.activeElement === document.body) from.focus();
  };

  document.addEventListener("click", (event) => {
    const arrive = event.target.closest(".roster button[formaction]");
    if (arrive) {
      event.preventDefault();
      htmx.ajax("POST", arrive.getAttribute("formaction"), { source: arrive, target: arrive.closest("tr"), swap: "outerHTML" });
      return;
    }
    const cell = cellOf(event.target);
    if (cell && !event.target.closest("a, button, form")) open(cell);
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    });
  });

  document.addEventListener("keydown", (event) => {
    const form = event.target instanceof Element ? event.target.closest("#cell-edit") : null;
    const cell = cellOf(event.target);
    if (form) {
      if (event.key === "Escape") {
        event.preventDefault();
        if (form.querySelector("[role=alert]:not(.unsent)")) {
          const line = form.closest("tr");
          form.dataset.closed = "1";
          htmx.ajax("GET", `${grid().dataset.cells}${line.id.slice(1)}/line`, { target: line, swap: "outerHTML" });
        } else close(form);
      } else if (event.key === "Enter") {
        event.preventDefault();
        next = { row: cell.parentElement.id, field: cell.dataset.f };
        leave(form);
      }
      return;
    }
    if (!cell || event.target !== cell) return;
    if (event.key === "Enter" || event.key === "F2") { event.preventDefault(); open(cell); return; }
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step) return;
    const line = step[0] < 0 ? cell.parentElement.previousElementSibling : step[0] > 0 ? cell.parentElement.nextElementSibling : cell.parentElement;
    const cells = [...cell.parentElement.querySelectorAll("td[data-f]")];
    const target = line?.querySelectorAll("td[data-f]")[cells.indexOf(cell) + step[1]];
    if (target) { event.preventDefault(); target.focus(); }
  });

  document.addEventListener("focusout", (event) => {
    const form = event.target instanceof Element ? event.target.closest("#cell-edit") : null;
    if (!form || form.contains(event.relatedTarget)) return;
    const to = cellOf(event.relatedTarget);
    if (to && !next) next = { row: to.parentElement.id, field: to.dataset.f };
    // A cell that is removed by the answer itself loses its focus too.
    setTimeout(() => { if (form.isConnected) leave(form); }, 0);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches?.("#cell-edit select")) leave(event.target.form);
    if (event.target.id === "tick-all") {
      grid().querySelectorAll("input[name=id]").forEach((box) => { box.checked = event.target.checked; });
    }
    if (event.target.matches?.("#tick-all, input[name=id]")) count();
  });

  const count = () => {
    const chosen = document.querySelector("#bulk .chosen");
    if (!chosen) return;
    const ticked = document.querySelectorAll("table[data-cells] input[name=id]:checked").length;
    document.getElementById("bulk").classList.toggle("has", ticked > 0);
    chosen.textContent = ticked ? chosen.dataset.some.replace("{n}", ticked) : chosen.dataset.none;
  };

  // The address names the filters that are set, and no others.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") return;
    const sent = event.detail.parameters;
    Object.keys(sent).forEach((name) => { if (sent[name] === "") delete sent[name]; });
  });

  // A refusal comes with what to show for it.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if ([409, 422].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  // No answer, or one that is no page of the roster: say so, and let what was typed stand to be sent again.
  const unsent = (event) => {
    const form = editor();
    const inCell = form?.contains(event.detail.elt);
    next = null;
    if (inCell) delete form.dataset.busy;
    const place = inCell ? form : document.getElementById("list");
    place.querySelector(".unsent")?.remove();
    const note = document.createElement("p");
    note.className = inCell ? "error unsent" : "notice notice-bad unsent";
    note.setAttribute("role", "alert");
    note.textContent = document.getElementById("list").dataset.unsent;
    if (inCell) place.append(note);
    else place.prepend(note);
  };
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) => document.addEventListener(name, unsent));

  document.addEventListener("htmx:afterSettle", () => {
    prepare();
    const form = editor();
    if (form) {
      const box = form.querySelector("[name=value]");
      if (form.querySelector("[role=alert]")) { box.dataset.was ??= "\u0000"; box.focus(); next = null; }
      return;
    }
    go(null);
    clearTimeout(fades);
    fades = setTimeout(() => {
      document.querySelectorAll(".roster .saved").forEach((one) => one.remove());
      document.querySelectorAll(".roster .just-done").forEach((one) => one.classList.remove("just-done"));
    }, 10000);
  });

  // The list of units follows what is typed.
  const units = document.getElementById("units");
  let waiting = 0;
  document.querySelector("input[list=units]")?.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const address = `${units.dataset.from}?value=${encodeURIComponent(event.target.value)}`;
      htmx.ajax("GET", address, { target: units, swap: "innerHTML" });
    }, 200);
  });

  document.addEventListener("DOMContentLoaded", prepare);
  prepare();
})();
