// Shows the questions of a registration form that depend on others only where they are asked.
// Without this script all of them stand there, each with its condition; the server knows which ones count.
(() => {
  "use strict";

  document.documentElement.classList.add("scripted");

  const chosen = (scope, name) =>
    [...scope.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
      .filter((box) => !box.closest("[data-when][hidden]") && (!/^(checkbox|radio)$/.test(box.type) || box.checked))
      .map((box) => box.value);

  const apply = (scope) => {
    const dependent = [...scope.querySelectorAll("[data-when]")];
    // What is hidden hides what depends on it: at most one round for each.
    for (let round = 0; round <= dependent.length; round += 1) {
      let changed = false;
      for (const part of dependent) {
        const values = chosen(scope, part.dataset.when);
        const hidden = !part.dataset.is.split(" ").some((value) => values.includes(value));
        changed ||= hidden !== part.hidden;
        part.hidden = hidden;
      }
      if (!changed) break;
    }
  };

  const applyAll = () => document.querySelectorAll("[data-conditions]").forEach(apply);
  document.addEventListener("change", (event) => {
    const scope = event.target instanceof Element ? event.target.closest("[data-conditions]") : null;
    if (scope) apply(scope);
    // Another category is asked other things: what was typed comes along.
    const refresh = event.target instanceof Element ? event.target.closest("[data-refresh]") : null;
    if (refresh) refresh.closest("form").requestSubmit(refresh.querySelector("button"));
  });
  document.addEventListener("htmx:afterSwap", applyAll);
  window.addEventListener("pageshow", applyAll);
  applyAll();
})();
