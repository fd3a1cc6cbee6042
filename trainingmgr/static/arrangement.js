// Dragging people from one container to another; ticking them and choosing one from the list does the same.
(() => {
  "use strict";

  const form = document.querySelector("form[data-arrange]");
  if (!form) return;
  // Whoever moved somebody far down the page goes on there; what was said of it stays in sight above for a while.
  const [address] = form.action.split("#");
  form.action = address;
  try {
    const { to, at, top } = JSON.parse(sessionStorage.getItem("arranged") || "{}");
    sessionStorage.removeItem("arranged");
    if (to === address && Date.now() - at < 10000) {
      form.classList.add("moved-on");
      setTimeout(() => form.classList.remove("moved-on"), 10000);
      window.scrollTo({ top, behavior: "instant" });
    }
    form.querySelector(":scope > .notice-bad")?.scrollIntoView({ block: "nearest", behavior: "instant" });
    form.addEventListener("submit", () => {
      sessionStorage.setItem("arranged", JSON.stringify({ to: address, at: Date.now(), top: window.scrollY }));
    });
  } catch { /* the page begins at its top */ }
  const target = form.querySelector("#to");
  const count = form.querySelector("[data-count]");
  const boxes = [...form.querySelectorAll("input[name=id]")];

  const tell = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    if (count) count.textContent = ticked ? `✓ ${ticked}` : "";
  };
  boxes.forEach((box) => box.addEventListener("change", tell));
  tell();
  if (!target) return;

  const holders = [...form.querySelectorAll(".holder[data-key]")];
  const submit = (value) => {
    const button = document.createElement("button");
    button.name = "do";
    button.value = value;
    button.hidden = true;
    form.append(button);
    form.requestSubmit(button);
  };

  const drag = (grip, start) => {
    const line = grip.closest("li");
    const box = line.querySelector("input[name=id]");
    const carried = box.checked ? boxes.filter((one) => one.checked) : [box];
    const names = carried.map((one) => one.getAttribute("aria-label"));
    const ghost = document.createElement("div");
    ghost.className = "ghost";
    ghost.textContent = names.length > 1 ? `${names[0]} +${names.length - 1}` : names[0];
    document.body.append(ghost);
    carried.forEach((one) => one.closest("li").classList.add("carried"));
    let over = null;
    let x = 0;
    let y = 0;
    let frame = 0;

    const look = () => {
      const now = document.elementFromPoint(x, y)?.closest(".holder[data-key]") ?? null;
      if (now === over) return;
      over?.classList.remove("over-it");
      now?.classList.add("over-it");
      over = now;
    };
    // The page scrolls on for as long as the pointer rests at its edge.
    const scroll = () => {
      const edge = 60;
      const by = y < edge ? -14 : y > window.innerHeight - edge ? 14 : 0;
      frame = by ? requestAnimationFrame(scroll) : 0;
      if (!by) return;
      window.scrollBy({ top: by, behavior: "instant" });
      look();
    };
    const follow = (event) => {
      [x, y] = [event.clientX, event.clientY];
      ghost.style.transform = `translate(${x + 8}px, ${y + 8}px)`;
      look();
      frame ||= requestAnimationFrame(scroll);
    };
    const end = (drop) => {
      cancelAnimationFrame(frame);
      grip.removeEventListener("pointermove", follow);
      grip.removeEventListener("pointerup", dropped);
      grip.removeEventListener("pointercancel", cancelled);
      document.removeEventListener("keydown", escaped);
      ghost.remove();
      carried.forEach((one) => one.closest("li").classList.remove("carried"));
      over?.classList.remove("over-it");
      if (!drop || !over || over === line.closest(".holder")) return;
      boxes.forEach((one) => { one.checked = carried.includes(one); });
      target.value = over.dataset.key;
      submit(over.dataset.key ? "move" : "out");
    };
    const dropped = () => end(true);
    const cancelled = () => end(false);
    const escaped = (event) => { if (event.key === "Escape") end(false); };
    grip.setPointerCapture(start.pointerId);
    grip.addEventListener("pointermove", follow);
    grip.addEventListener("pointerup", dropped);
    grip.addEventListener("pointercancel", cancelled);
    document.addEventListener("keydown", escaped);
    follow(start);
  };

  if (holders.length > 1) {
    form.querySelectorAll(".grip").forEach((grip) => {
      grip.hidden = false;
      grip.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        drag(grip, event);
      });
    });
  }
})();
