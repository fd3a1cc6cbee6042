// Comforts on top of plain pages: every one of them has a form or a link beneath it.
(() => {
  "use strict";

  const isTyping = (target) =>
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

  let goPending = false;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (goPending) {
      goPending = false;
      const tab = document.querySelector(`.tabs a[data-key="${CSS.escape(event.key)}"]`);
      if (tab) { event.preventDefault(); tab.click(); }
      return;
    }
    if (event.key === "/") {
      const search = document.querySelector("input[type=search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    } else if (event.key === "g") {
      goPending = true;
      setTimeout(() => { goPending = false; }, 1500);
    } else if (event.key === "?") {
      document.getElementById("keys")?.showModal();
    }
  });

  // One press of a button sends a form once.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.dataset.sent) { if (form.dataset.sent) event.preventDefault(); return; }
    if (form.method === "post" && !form.hasAttribute("hx-post") && !form.hasAttribute("data-repeat")) {
      form.dataset.sent = "1";
      setTimeout(() => { delete form.dataset.sent; }, 8000);
    }
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  });

  // An offer to undo stays for ten seconds, and as long as somebody points at it or has the keyboard in it.
  document.querySelectorAll("[data-fades]").forEach((bar) => {
    const away = () => {
      if (bar.dataset.sent || bar.matches(":hover, :focus-within")) setTimeout(away, 2000);
      else bar.remove();
    };
    setTimeout(away, 10000);
  });

  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLElement && event.target.matches("[data-autosubmit]")) {
      event.target.closest("form")?.requestSubmit();
    }
  });

  // The clipboard of a browser is there on https and on one's own machine alone; elsewhere the old way still copies.
  document.querySelectorAll("[data-copies]").forEach((button) => {
    const field = document.getElementById(button.dataset.copies);
    const word = button.textContent;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      let done;
      try {
        await navigator.clipboard.writeText(field.value);
        done = true;
      } catch {
        field.select();
        done = document.execCommand("copy");
        button.focus();
      }
      if (!done) return;
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = word; }, 3000);
    });
  });

  // On a narrow screen the row of tabs runs on to the right: begin where the present one is seen.
  // The row alone is moved: the page may have been opened further down.
  const tab = document.querySelector(".tabs [aria-current]");
  if (tab) {
    const row = tab.closest(".tabs");
    const [there, within] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += there.left - within.left - (within.width - there.width) / 2;
  }

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("[data-print]")) window.print();
    document.querySelectorAll(".topbar details[open]").forEach((menu) => {
      if (!menu.contains(target)) menu.removeAttribute("open");
    });
  });
})();
