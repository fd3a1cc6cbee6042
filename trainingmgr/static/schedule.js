// Suggests the class hours from the length while times are typed; the server does the same for an empty field.
(() => {
  "use strict";

  const form = document.querySelector("form[data-class-hour]");
  const [start, end, hours, kind] = ["start", "end", "class_hours", "kind"].map((name) => form?.elements[name]);
  if (!form || !start || !end || !hours || !kind) return;

  const minutes = (field) => {
    const [hour, minute] = field.value.split(":").map(Number);
    return hour * 60 + minute;
  };
  const suggest = () => {
    const length = minutes(end) - minutes(start);
    const counts = !["meal", "transfer"].includes(kind.value);
    const halves = Math.round((length * 2) / Number(form.dataset.classHour));
    hours.placeholder = length > 0 ? String(counts ? halves / 2 : 0) : "";
  };
  [start, end, kind].forEach((field) => field.addEventListener("input", suggest));
  suggest();
})();
