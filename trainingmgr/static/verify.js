// A certificate's file is hashed here and never sent: the server is asked by its SHA-256.
const LARGEST = 200 * 1024 * 1024;
const field = document.getElementById("file");
const zone = document.getElementById("drop");
const said = document.getElementById("drop-said");
const ADDRESS = /https?:\/\/[^\s()<>\\]+\/v\/([A-Za-z0-9._%-]+)\?c=([A-Za-z0-9._-]+)/;

async function digest(bytes) {
  const { hex, sha256 } = await import(zone.dataset.hashing);
  if (window.crypto?.subtle) return hex(new Uint8Array(await window.crypto.subtle.digest("SHA-256", bytes)));
  return hex(sha256(bytes));
}

/** Where the file's own QR leads, if the file says so in plain letters. */
function claimed(bytes) {
  const text = new TextDecoder("latin1").decode(bytes.length > 4_000_000 ? bytes.subarray(0, 4_000_000) : bytes);
  const found = ADDRESS.exec(text);
  return found ? { serial: decodeURIComponent(found[1]), c: found[2] } : {};
}

async function look(file) {
  if (!file) return;
  if (file.size > LARGEST) {
    said.textContent = zone.dataset.large;
    return;
  }
  said.textContent = zone.dataset.busy;
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (new TextDecoder("latin1").decode(bytes.subarray(0, 1024)).indexOf("%PDF-") < 0) {
    said.textContent = zone.dataset.other;
    return;
  }
  const query = new URLSearchParams(claimed(bytes));
  window.location.assign(`${zone.dataset.target}${await digest(bytes)}?${query}`);
}

zone.hidden = false;
field.addEventListener("change", () => look(field.files[0]));
for (const kind of ["dragover", "dragleave", "drop"]) {
  zone.addEventListener(kind, (event) => {
    event.preventDefault();
    zone.classList.toggle("over", kind === "dragover");
    if (kind === "drop") look(event.dataTransfer.files[0]);
  });
}
