// Draws the sessions of a timetable on a grid of time: columns side by side, a pixel and a bit for each minute.
// Those without a time lie in a tray beside it.
// Blocks stay the same elements from one state to the next, so that what has the focus keeps it.
window.ScheduleGrid = class {
  constructor(root, words) {
    this.root = root;
    this.words = words;
    this.head = root.querySelector("[data-head]");
    this.body = root.querySelector("[data-body]");
    this.tray = root.querySelector("[data-tray]");
    this.chips = root.querySelector("[data-chips]");
    this.scale = 1.1;
    // The last end of a session that is on its day yet, in steps of five minutes.
    this.midnight = 24 * 60 - 5;
    this.blocks = new Map();
    this.frame = "";
    // Names of columns stay in sight below the bar, unless the grid has to scroll sideways.
    const bar = root.querySelector(".ed-bar");
    const scroll = root.querySelector(".ed-scroll");
    new ResizeObserver(() => {
      root.style.setProperty("--bar", `${bar.offsetHeight}px`);
      scroll.classList.toggle("wide", scroll.firstElementChild.scrollWidth > scroll.clientWidth);
    }).observe(scroll);
  }

  // The columns that a session stands in; all of them as one where it is for the whole class.
  columnsOf(one) {
    const { by, columns } = this.state;
    const found = columns.map((column, at) => ({ column, at })).filter(({ column }) => {
      if (by === "day") return column.day === one.day;
      if (by === "place") return column.place_zh === one.place_zh && column.place_en === one.place_en;
      return one.groups.includes(column.group);
    }).map(({ at }) => at);
    return by === "group" && !one.groups.length ? ["all"] : found;
  }

  draw(state) {
    this.state = state;
    this.byId = new Map([...state.sessions, ...state.waiting].map((one) => [one.id, one]));
    this.drawFrame();
    const wrong = new Map();
    state.clashes.forEach(({ ids, bad }) => ids.forEach((id) => { if (bad || !wrong.has(id)) wrong.set(id, bad ? "bad" : "warn"); }));
    const laid = this.layOut();
    const kept = new Set();
    laid.forEach(({ one, at, lane, lanes, beside }, place) => {
      const key = `${one.id}:${at}`;
      kept.add(key);
      const el = this.blocks.get(key) || this.newBlock(key);
      this.fill(el, one, at, wrong.get(one.id) || "");
      this.put(el, one, at, lane, lanes, beside);
      if (this.body.children[place] !== el) this.body.insertBefore(el, this.body.children[place] || null);
    });
    state.waiting.forEach((one, place) => {
      const key = `${one.id}:tray`;
      kept.add(key);
      const el = this.blocks.get(key) || this.newBlock(key);
      this.fill(el, one, "tray", "");
      if (this.chips.children[place] !== el) this.chips.insertBefore(el, this.chips.children[place] || null);
    });
    [...this.blocks].forEach(([key, el]) => {
      if (kept.has(key)) return;
      el.remove();
      this.blocks.delete(key);
    });
  }

  drawFrame() {
    const { columns, first, last, lines } = this.state;
    const frame = JSON.stringify([columns, first, last, lines]);
    if (frame === this.frame) return;
    this.frame = frame;
    this.root.querySelector("[data-grid]").style.minWidth = `${3.2 + columns.length * 5}rem`;
    this.body.style.height = `${(last - first) * this.scale}px`;
    this.head.replaceChildren(...columns.map(({ title, note }) => {
      const cell = document.createElement("div");
      cell.textContent = title || this.words.none;
      const small = document.createElement("small");
      small.textContent = note;
      cell.append(" ", small);
      return cell;
    }));
    this.root.querySelectorAll(".ed-lines").forEach((one) => one.remove());
    const lines_ = document.createElement("div");
    lines_.className = "ed-lines";
    lines_.setAttribute("aria-hidden", "true");
    for (let hour = first; hour <= last; hour += 60) lines_.append(this.line(hour, "hour", hour < last ? this.clock(hour) : ""));
    for (let half = first + 30; half < last; half += 60) lines_.append(this.line(half, "half", ""));
    lines.forEach((minute) => lines_.append(this.line(minute, "lesson", "")));
    columns.slice(1).forEach((_one, at) => {
      const rule = document.createElement("i");
      rule.className = "column";
      rule.style.left = `${((at + 1) * 100) / columns.length}%`;
      lines_.append(rule);
    });
    this.body.before(lines_);
    lines_.style.height = this.body.style.height;
  }

  line(minute, name, text) {
    const line = document.createElement("i");
    line.className = name;
    line.style.top = `${(minute - this.state.first) * this.scale}px`;
    if (text) {
      const word = document.createElement("span");
      word.textContent = text;
      line.append(word);
    }
    return line;
  }

  // Sessions at the same time share a column in lanes, in as few as can be.
  layOut() {
    const byColumn = new Map();
    this.state.sessions.forEach((one) => this.columnsOf(one).forEach((at) => {
      if (!byColumn.has(at)) byColumn.set(at, []);
      byColumn.get(at).push(one);
    }));
    const whole = byColumn.get("all") || [];
    const order = [...byColumn.keys()].sort((one, other) => (one === "all" ? -1 : one) - (other === "all" ? -1 : other));
    return order.flatMap((at) => {
      let until = -1;
      let free = [];
      let run = [];
      const found = [];
      byColumn.get(at).sort((one, other) => one.start - other.start || one.end - other.end || one.id - other.id).forEach((one) => {
        if (one.start >= until) { free = []; run = []; until = one.end; }
        until = Math.max(until, one.end);
        let lane = free.findIndex((end) => end <= one.start);
        if (lane < 0) lane = free.length;
        free[lane] = one.end;
        // Beside what is for everybody at the same time, so that both can be read.
        const beside = at !== "all" && whole.some((other) => other.start < one.end && one.start < other.end);
        const item = { one, at, lane, lanes: 1, beside };
        run.push(item);
        found.push(item);
        run.forEach((other) => { other.lanes = free.length; });
      });
      return found;
    });
  }

  newBlock(key) {
    const el = document.createElement("button");
    el.type = "button";
    ["t", "n", "w"].forEach((name) => {
      const part = document.createElement("span");
      part.className = name;
      el.append(part);
    });
    const grip = document.createElement("i");
    grip.className = "grip";
    grip.setAttribute("aria-hidden", "true");
    el.append(grip);
    this.blocks.set(key, el);
    return el;
  }

  fill(el, one, at, wrong) {
    const times = this.waits(one.id) ? this.words.minutes.replace("{count}", one.minutes) : `${this.clock(one.start)}–${this.clock(one.end)}`;
    const people = one.people.join(this.words.comma) + (one.more ? ` ${this.words.more.replace("{count}", one.more)}` : "");
    const where = [one.groups.join(this.words.comma), one.place, people].filter(Boolean).join(" · ");
    el.className = `blk k-${one.kind} ${at === "tray" ? "chip" : wrong}`;
    el.dataset.id = one.id;
    el.dataset.at = at;
    [times, one.title, where].forEach((text, part) => { if (el.children[part].textContent !== text) el.children[part].textContent = text; });
    const day = this.state.columns.find((column) => column.day === one.day);
    el.title = [times, one.title, where].filter(Boolean).join("\n");
    el.setAttribute("aria-label", [one.title, day ? day.title : "", times, one.word, where, wrong ? this.words.clashes : ""].filter(Boolean).join(", "));
  }

  put(el, one, at, lane, lanes, beside) {
    const column = 100 / this.state.columns.length;
    const width = at === "all" ? 100 : beside ? column / 2 : column;
    const left = at === "all" ? 0 : (at + 1) * column - width;
    el.style.transform = "";
    el.style.left = `calc(${left + (lane * width) / lanes}% + 2px)`;
    // What is for everybody reaches to the end also where it begins later than another, lest it seem one group's.
    el.style.width = `calc(${at === "all" ? width - (lane * width) / lanes : width / lanes}% - 4px)`;
    el.style.top = `${(one.start - this.state.first) * this.scale}px`;
    const height = Math.max(14, (one.end - one.start) * this.scale - 2);
    el.style.height = `${height}px`;
    // What is too low for three lines has its time and its title on one, so that a short session is named too.
    el.classList.toggle("low", height < 54);
    el.classList.toggle("flat", height < 36);
    el.classList.toggle("thin", lanes > 1);
  }

  // Shows a session elsewhere, or longer, before the server has said so; `draw` puts it back.
  shift(el, one, at, to, start) {
    const width = this.body.clientWidth / this.state.columns.length;
    const across = at === "all" ? 0 : (to - at) * width;
    el.style.transform = `translate(${across}px, ${(start - one.start) * this.scale}px)`;
  }

  stretch(el, minutes) { el.style.height = `${minutes * this.scale - 2}px`; }

  // Leaves a picture of a block where it stood, for as long as it is dragged; nothing takes it away again.
  showOrigin(el) {
    this.origin?.remove();
    this.origin = el && this.body.contains(el) ? el.cloneNode(true) : null;
    if (!this.origin) return;
    this.origin.classList.add("origin");
    this.origin.classList.remove("chosen", "dragged");
    this.origin.setAttribute("aria-hidden", "true");
    this.origin.tabIndex = -1;
    this.body.append(this.origin);
  }

  // The column that an element of the grid stands in; all of them, or the tray, by name.
  placeOf(el) { return ["all", "tray"].includes(el.dataset.at) ? el.dataset.at : Number(el.dataset.at); }

  clock(minutes) {
    return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  }

  // Where a session of the tray would come to lie; nothing where it is not over the grid.
  showGhost(one, spot) {
    if (!spot) { this.ghost?.remove(); return; }
    this.ghost ||= Object.assign(document.createElement("div"), { className: "ghost" });
    if (this.ghost.parentNode !== this.body) this.body.append(this.ghost);
    const width = 100 / this.state.columns.length;
    this.ghost.style.left = `calc(${spot.to * width}% + 2px)`;
    this.ghost.style.width = `calc(${width}% - 4px)`;
    this.ghost.style.top = `${(spot.start - this.state.first) * this.scale}px`;
    this.ghost.style.height = `${one.minutes * this.scale - 2}px`;
  }

  // Whether a session is in the tray.
  waits(id) { return "minutes" in (this.byId.get(id) || {}); }

  // The column and the beginning that a point of the screen means, or nothing where it lies beside the grid.
  spotAt(x, y, step) {
    const box = this.body.getBoundingClientRect();
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) return null;
    const count = this.state.columns.length;
    const to = Math.min(count - 1, Math.floor(((x - box.left) * count) / box.width));
    return { to, start: this.snap(this.state.first + (y - box.top) / this.scale, step) };
  }

  // The first beginning on the days shown at which nothing else is for the people of a session of the tray: with a break
  // before and after it and in one half-day if there is such a one.
  firstFree(one) {
    const begins = Math.min(540, ...this.state.sessions.map(({ start }) => start));
    return this.free(one, 10, one.kind === "meal" ? this.mealtimes(one.title) : [[begins, 720], [840, 1080]])
      || this.free(one, 0, [[this.state.first, this.state.last]]);
  }

  // When people eat, as far as the name of a meal tells which it is.
  mealtimes(title) {
    if (/早|breakfast/i.test(title)) return [[390, 540]];
    if (/晚|dinner|supper/i.test(title)) return [[1050, 1200]];
    return /[午中]|lunch/i.test(title) ? [[690, 840]] : [[690, 840], [1050, 1200]];
  }

  free(one, pause, windows) {
    const { by, columns, lines, sessions } = this.state;
    const rest = ({ kind }) => (["meal", "break", "transfer"].includes(kind) ? 0 : pause);
    const shared = (other) => !one.groups.length || !other.groups.length || other.groups.some((name) => one.groups.includes(name));
    const room = columns.findIndex((column) => column.place_zh === one.place_zh && column.place_en === one.place_en);
    const days = [...columns.keys()];
    for (const to of by !== "day" ? [Math.max(0, room)] : one.kind === "closing" ? days.reverse() : days) {
      const there = sessions.filter((other) => (by !== "day" || other.day === columns[to].day) && shared(other));
      // One meal at a time of the day is enough.
      const eaten = ([from, until]) => one.kind === "meal" && there.some((other) => other.kind === "meal" && other.start < until && from < other.end);
      const open = windows.filter((window) => !eaten(window));
      const within = (start) => open.some(([from, until]) => from <= start && start + one.minutes <= until);
      const alone = (start) => there.every((other) => {
        const apart = Math.min(rest(one), rest(other));
        return other.end + apart <= start || start + one.minutes + apart <= other.start;
      });
      const starts = [...lines, ...there.flatMap(({ end }) => [end, end + pause])].sort((early, late) => early - late);
      // Half an hour into its time is when a meal mostly is.
      const usual = one.kind === "meal" && pause ? open.map(([from]) => from + 30) : [];
      const start = [...usual, ...starts].find((minute) => within(minute) && alone(minute));
      if (start !== undefined) return { to, start };
    }
    return null;
  }

  // The nearest beginning, and the nearest end of what begins at `start`, that the grid allows.
  snap(minute, step) {
    const { first, last, lines } = this.state;
    const near = step === "hour" && lines.length
      ? lines.reduce((best, line) => (Math.abs(line - minute) < Math.abs(best - minute) ? line : best))
      : Math.round(minute / 5) * 5;
    return Math.min(Math.max(near, first), last);
  }

  snapEnd(start, minute, step) {
    const unit = step === "hour" ? this.state.hour : 5;
    const length = Math.max(unit, Math.round((minute - start) / unit) * unit);
    return Math.min(start + length, this.midnight);
  }
};
