// Ticking a whole column at once; each box works without this.
(() => {
  "use strict";

  document.querySelectorAll("form[data-column]").forEach((form) => {
    const all = form.querySelector("[data-all]");
    const boxes = [...form.querySelectorAll("input[name=id]")];
    const show = () => {
      const ticked = boxes.filter((box) => box.checked).length;
      all.checked = ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    };
    all.hidden = false;
    all.addEventListener("change", () => { boxes.forEach((box) => { box.checked = all.checked; }); });
    boxes.forEach((box) => box.addEventListener("change", show));
    show();
  });
})();
