// Draws the sessions of a timetable on a grid of time: columns side by side, a pixel and a bit for each minute.
// Blocks stay the same elements from one state to the next, so that what has the focus keeps it.
window.ScheduleGrid = class {
  constructor(root, words) {
    this.root = root;
    this.words = words;
    this.head = root.querySelector("[data-head]");
    this.body = root.querySelector("[data-body]");
    this.scale = 1.1;
    this.blocks = new Map();
    this.frame = "";
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
    this.byId = new Map(state.sessions.map((one) => [one.id, one]));
    this.drawFrame();
    const wrong = new Map();
    state.clashes.forEach(({ ids, bad }) => ids.forEach((id) => { if (bad || !wrong.has(id)) wrong.set(id, bad ? "bad" : "warn"); }));
    const laid = this.layOut();
    const kept = new Set();
    laid.forEach(({ one, at, lane, lanes }, place) => {
      const key = `${one.id}:${at}`;
      kept.add(key);
      const el = this.blocks.get(key) || this.newBlock(key);
      this.fill(el, one, at, wrong.get(one.id) || "");
      this.put(el, one, at, lane, lanes);
      if (this.body.children[place] !== el) this.body.insertBefore(el, this.body.children[place] || null);
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
    this.root.querySelector("[data-grid]").style.minWidth = `${3.2 + columns.length * 6.5}rem`;
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
        const item = { one, at, lane, lanes: 1 };
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
    const times = `${this.clock(one.start)}–${this.clock(one.end)}`;
    const people = one.people.join(this.words.comma) + (one.more ? ` ${this.words.more.replace("{count}", one.more)}` : "");
    const where = [one.groups.join(this.words.comma), one.place, people].filter(Boolean).join(" · ");
    el.className = `blk k-${one.kind} ${wrong}`;
    el.dataset.id = one.id;
    el.dataset.at = at;
    [times, one.title, where].forEach((text, part) => { if (el.children[part].textContent !== text) el.children[part].textContent = text; });
    const day = this.state.columns.find((column) => column.day === one.day);
    el.setAttribute("aria-label", [one.title, day ? day.title : "", times, one.word, where, wrong ? this.words.clashes : ""].filter(Boolean).join(", "));
  }

  put(el, one, at, lane, lanes) {
    const count = this.state.columns.length;
    const width = at === "all" ? 100 : 100 / count;
    const left = at === "all" ? 0 : at * width;
    el.style.transform = "";
    el.style.left = `calc(${left + (lane * width) / lanes}% + 2px)`;
    el.style.width = `calc(${width / lanes}% - 4px)`;
    el.style.top = `${(one.start - this.state.first) * this.scale}px`;
    const height = Math.max(14, (one.end - one.start) * this.scale - 2);
    el.style.height = `${height}px`;
    // What is too low for three lines has its time and its title on one, so that a short session is named too.
    el.classList.toggle("low", height < 54);
    el.classList.toggle("flat", height < 36);
  }

  clock(minutes) {
    return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
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
    return Math.min(start + length, 24 * 60 - 1);
  }
};
