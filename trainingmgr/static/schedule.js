// While a session is typed: suggests the class hours from the length, as the server does for an empty field, lets the
// end follow the start, and shows what a session of its kind has.
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
    const counts = !["meal", "break", "transfer"].includes(kind.value);
    const halves = Math.round((length * 2) / Number(form.dataset.classHour));
    hours.placeholder = length > 0 ? String(counts ? halves / 2 : 0) : "";
  };
  const clock = (all) => [Math.floor(all / 60), all % 60].map((part) => String(part).padStart(2, "0")).join(":");
  let length = minutes(end) - minutes(start);
  end.addEventListener("input", () => { length = minutes(end) - minutes(start); });
  start.addEventListener("input", () => {
    if (length > 0 && start.value) end.value = clock(Math.min(minutes(start) + length, 24 * 60 - 1));
  });
  const titles = JSON.parse(form.dataset.titles);
  const named = ["title_zh", "title_en"].map((name) => form.elements[name]);
  const roles = { opening: "speech", closing: "speech", exchange: "presentation" };
  const filled = (part) => [...part.querySelectorAll("select[name$='-lecturer'], select[name$='-site'], input")].some((one) => one.value);
  const titleNow = () => (titles[kind.value] || []).filter(([from]) => from <= (start.value || "12:00")).at(-1)?.slice(1) || [];
  let called = titleNow();
  // What was typed stays; a title that came from the kind, or of a meal from its time, follows it.
  const rename = () => {
    const title = titleNow();
    if (title.join() === called.join()) return;
    named.forEach((field, at) => { if (!field.value || field.value === called[at]) field.value = title[at] || ""; });
    called = title;
  };
  start.addEventListener("input", rename);
  kind.addEventListener("input", rename);
  kind.addEventListener("input", () => {
    document.querySelectorAll("[data-kinds]").forEach((part) => {
      part.open = part.dataset.kinds.split(" ").includes(kind.value) || filled(part);
    });
    document.querySelectorAll("#contributors .rows > li").forEach((row) => {
      if (!filled(row)) row.querySelector("select[name$='-role']").value = roles[kind.value] || "lecture";
    });
  });
  // A hall that came along from the session before is not where a visit goes.
  kind.addEventListener("input", () => {
    if (kind.value !== "site_visit" || !form.action.endsWith("/new")) return;
    ["place_zh", "place_en"].map((name) => form.elements[name]).forEach((field) => {
      if (field && field.value === field.defaultValue) field.value = "";
    });
  });
  [start, end, kind].forEach((field) => field.addEventListener("input", suggest));
  suggest();
})();
