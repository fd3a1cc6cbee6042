// SHA-256 and SHA-512 (FIPS 180-4) for pages on plain http, where the browser offers no hashing of its own.

const PRIMES = primes(80);
const K512 = PRIMES.map((prime) => root(prime, 3n));
const K256 = K512.slice(0, 64).map((word) => Number(word >> 32n));
const H512 = PRIMES.slice(0, 8).map((prime) => root(prime, 2n));
const H256 = H512.map((word) => Number(word >> 32n));
const MASK = (1n << 64n) - 1n;

function primes(count) {
  const found = [];
  for (let number = 2; found.length < count; number += 1) {
    if (found.every((prime) => number % prime)) found.push(number);
  }
  return found;
}

/** The first 64 bits of the fraction of a prime's square (2) or cube (3) root. */
function root(prime, degree) {
  const target = BigInt(prime) << (64n * degree);
  let low = 0n;
  let high = BigInt(prime) << 64n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= target) low = middle;
    else high = middle;
  }
  return low & ((1n << 64n) - 1n);
}

/** The message with its padding, in blocks of `block` bytes whose last `width` bytes tell its length in bits. */
function padded(bytes, block, width) {
  const size = Math.ceil((bytes.length + 1 + width) / block) * block;
  const out = new Uint8Array(size);
  out.set(bytes);
  out[bytes.length] = 0x80;
  const view = new DataView(out.buffer);
  view.setUint32(size - 4, (bytes.length * 8) >>> 0);
  view.setUint32(size - 8, Math.floor(bytes.length / 0x20000000));
  return view;
}

/** The SHA-256 of `bytes` as a Uint8Array. */
export function sha256(bytes) {
  const view = padded(bytes, 64, 8);
  const h = Int32Array.from(H256);
  const w = new Int32Array(64);
  for (let at = 0; at < view.byteLength; at += 64) {
    for (let i = 0; i < 16; i += 1) w[i] = view.getInt32(at + 4 * i);
    for (let i = 16; i < 64; i += 1) {
      const x = w[i - 15];
      const y = w[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, last] = h;
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (last + s1 + ((e & f) ^ (~e & g)) + K256[i] + w[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [last, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, last].forEach((word, i) => { h[i] = (h[i] + word) | 0; });
  }
  const out = new DataView(new ArrayBuffer(32));
  h.forEach((word, i) => out.setInt32(4 * i, word));
  return new Uint8Array(out.buffer);
}

const turn = (word, by) => ((word >> by) | (word << (64n - by))) & MASK;

/** The SHA-512 of `bytes` as a Uint8Array. Meant for short messages. */
export function sha512(bytes) {
  const view = padded(bytes, 128, 16);
  const h = [...H512];
  const w = new Array(80);
  for (let at = 0; at < view.byteLength; at += 128) {
    for (let i = 0; i < 16; i += 1) w[i] = view.getBigUint64(at + 8 * i);
    for (let i = 16; i < 80; i += 1) {
      const x = w[i - 15];
      const y = w[i - 2];
      const s0 = turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n);
      const s1 = turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) & MASK;
    }
    let [a, b, c, d, e, f, g, last] = h;
    for (let i = 0; i < 80; i += 1) {
      const s1 = turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n);
      const t1 = (last + s1 + ((e & f) ^ (~e & MASK & g)) + K512[i] + w[i]) & MASK;
      const s0 = turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) & MASK;
      [last, g, f, e, d, c, b, a] = [g, f, e, (d + t1) & MASK, c, b, a, (t1 + t2) & MASK];
    }
    [a, b, c, d, e, f, g, last].forEach((word, i) => { h[i] = (h[i] + word) & MASK; });
  }
  const out = new DataView(new ArrayBuffer(64));
  h.forEach((word, i) => out.setBigUint64(8 * i, word));
  return new Uint8Array(out.buffer);
}

/** Bytes as lower-case hexadecimal text. */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
