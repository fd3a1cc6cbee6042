// Dragging people from one container to another; ticking them and choosing one from the list does the same.
(() => {
  "use strict";

  const form = document.querySelector("form[data-arrange]");
  if (!form) return;
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

    const follow = (event) => {
      ghost.style.transform = `translate(${event.clientX + 8}px, ${event.clientY + 8}px)`;
      const now = document.elementFromPoint(event.clientX, event.clientY)?.closest(".holder[data-key]") ?? null;
      if (now !== over) {
        over?.classList.remove("over-it");
        now?.classList.add("over-it");
        over = now;
      }
      const edge = 60;
      if (event.clientY < edge) window.scrollBy(0, -16);
      else if (event.clientY > window.innerHeight - edge) window.scrollBy(0, 16);
    };
    const end = (drop) => {
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
