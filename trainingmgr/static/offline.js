// Verifies a certificate's token with the issuer's public keys and the list of the revoked, both in this page.
import * as ed from "noble-ed25519";
import { sha256, sha512 } from "sha2";

ed.hashes.sha512 = sha512;

const facts = JSON.parse(document.getElementById("facts").textContent);
const keys = new Map(facts.keys.map((key) => [key.kid, bytesOf(key.x)]));
const answer = document.getElementById("answer");
const list = verified(facts.revocations, "tmr").payload;

document.getElementById("as-of").textContent = new Date(list.iat * 1000).toISOString().slice(0, 10);

function bytesOf(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function jsonOf(text) {
  return JSON.parse(new TextDecoder().decode(bytesOf(text)));
}

/** The token's payload; throws the word of what is wrong with it. */
function verified(token, type) {
  const parts = token.split(".");
  if (parts.length !== 3) throw new Error("malformed");
  let header;
  try {
    header = jsonOf(parts[0]);
  } catch {
    throw new Error("malformed");
  }
  if (header.alg !== "Ed25519") throw new Error("algorithm");
  if (header.typ !== type) throw new Error("type");
  const key = keys.get(header.kid);
  if (!key) throw new Error("key");
  const message = new TextEncoder().encode(`${parts[0]}.${parts[1]}`);
  let good = false;
  try {
    good = ed.verify(bytesOf(parts[2]), message, key);
  } catch {
    good = false;
  }
  if (!good) throw new Error("forged");
  return { header, payload: jsonOf(parts[1]) };
}

function markOf(serial, code) {
  const bytes = sha256(new TextEncoder().encode(`${serial}|${code}`)).subarray(0, 12);
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_");
}

const day = (text) => `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;

function show(word, tone, rows, note) {
  answer.className = `proof ${tone}`;
  answer.replaceChildren();
  const title = document.createElement("h2");
  title.textContent = word;
  answer.append(title);
  if (note) {
    const line = document.createElement("p");
    line.textContent = note;
    answer.append(line);
  }
  const facts_ = document.createElement("dl");
  for (const [name, value] of rows) {
    const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
    [dt.textContent, dd.textContent] = [name, value];
    facts_.append(dt, dd);
  }
  answer.append(facts_);
  answer.hidden = false;
  answer.focus();
}

const FAULTS = {
  malformed: "这不是完整的证书二维码内容。 This is not the whole text of a certificate's QR.",
  algorithm: "签名算法不符，不是本单位所发。 It names another way of signing; it was not made here.",
  type: "这是其他用途的令牌。 This token is for something else.",
  key: "签名密钥不属于本单位，不是本单位所发，或此页面太旧。 The key is not one of this issuer's; it was not made here, or this page is too old.",
  forged: "签名与内容不符，已被改动或系伪造。 The signature does not fit: it was altered or forged.",
  audience: "这是为其他系统签发的。 It is meant for another system.",
};

function check(text) {
  const token = (/[?&]c=([A-Za-z0-9._-]+)/.exec(text) || [null, text.trim()])[1];
  let claims;
  try {
    claims = verified(token, "tmc").payload;
    if (claims.aud !== "trainingmgr-certificate") throw new Error("audience");
  } catch (error) {
    show("无法证实 Not proven", "bad", [], FAULTS[error.message] || FAULTS.malformed);
    return;
  }
  const revoked = list.revoked[markOf(claims.sub, claims.jti)];
  const rows = [
    ["姓名 Name", claims.n],
    ["培训班 Training", claims.t],
    ["主办单位 Host", claims.h],
    ["日期 Dates", `${day(claims.d[0])} – ${day(claims.d[1])}`],
    ...(claims.u ? [["学时 Class hours", claims.u]] : []),
    ["发证日期 Issue date", day(claims.d[2])],
    ["证书编号 Serial number", claims.sub],
  ];
  if (revoked) show("已撤销 Revoked", "bad", rows, `${day(revoked[0])}`);
  else if (claims.s) show("有效（示例） Valid (sample)", "sample", rows, "示例，不证明任何事项。 A sample; it certifies nothing.");
  else show("有效 Valid", "good", rows, "");
}

document.getElementById("form").addEventListener("submit", (event) => {
  event.preventDefault();
  check(document.getElementById("token").value);
});

const picture = document.getElementById("picture");
if ("BarcodeDetector" in window) {
  document.getElementById("by-picture").hidden = false;
  picture.addEventListener("change", async () => {
    if (!picture.files[0]) return;
    const image = await createImageBitmap(picture.files[0]);
    const found = await new window.BarcodeDetector({ formats: ["qr_code"] }).detect(image);
    check(found.length ? found[0].rawValue : "");
  });
}
