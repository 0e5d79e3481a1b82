/* The ledger checked in the browser, after docs/ledger.md, with the browser's own SHA-256 and Ed25519: notes, inclusion,
 * consistency and whole proof bundles. It trusts the published key and nothing the server says about its own honesty. */

export class Wrong extends Error {}

const text = new TextEncoder();
export type Bytes = Uint8Array<ArrayBuffer>;

export function unbase64(s: string): Bytes {
  let raw: string;
  try {
    raw = atob(s);
  } catch {
    throw new Wrong('not base64');
  }
  const out = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
  if (base64(out) !== s) throw new Wrong('base64 is not in its one form');
  return out;
}
export const base64 = (b: Uint8Array) => btoa(String.fromCharCode(...b));
export const hex = (b: Uint8Array) => [...b].map((x) => x.toString(16).padStart(2, '0')).join('');
export function unhex(s: string): Bytes {
  if (!/^([0-9a-f]{2})*$/.test(s)) throw new Wrong('not hexadecimal');
  return Uint8Array.from(s.match(/../g) ?? [], (x) => parseInt(x, 16));
}
const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((x, i) => x === b[i]);
function join(...parts: Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}
async function sha256(...parts: Uint8Array[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', join(...parts)));
}
export const commitmentOf = (salt: Uint8Array, event: string) => sha256(text.encode('sallyport event v1\n'), salt, text.encode(event));
export const leafOf = (commitment: Uint8Array) => sha256(Uint8Array.of(0), commitment);
const node = (left: Uint8Array, right: Uint8Array) => sha256(Uint8Array.of(1), left, right);

/* The largest power of two below n (n > 1). */
function below(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}
export async function rootByPath(leaf: Bytes, index: number, size: number, path: Bytes[]): Promise<Bytes> {
  const sides: ('left' | 'right')[] = [];
  if (!(index >= 0 && index < size)) throw new Wrong('the leaf is not in the tree');
  while (size > 1) {
    const k = below(size);
    if (index < k) {
      sides.push('left');
      size = k;
    } else {
      sides.push('right');
      index -= k;
      size -= k;
    }
  }
  if (sides.length !== path.length) throw new Wrong(`the path has ${path.length} hashes, ${sides.length} belong there`);
  let h = leaf;
  for (const sibling of path) h = sides.pop() === 'left' ? await node(h, sibling) : await node(sibling, h);
  return h;
}

/* RFC 9162 §2.1.4.2: the tree of `first` leaves is the beginning of that of `second`. */
export async function consistent(first: number, second: number, firstRoot: Bytes, secondRoot: Bytes, proof: Bytes[]): Promise<void> {
  if (first > second) throw new Wrong('the earlier ledger is the longer one');
  if (first === second) {
    if (proof.length) throw new Wrong('the proof has hashes that belong nowhere');
    if (!same(firstRoot, secondRoot)) throw new Wrong('two roots for one size');
    return;
  }
  if (first === 0) return; /* every ledger begins with the empty one */
  const path = (first & (first - 1)) === 0 ? [firstRoot, ...proof] : [...proof];
  let fn = first - 1, sn = second - 1;
  while (fn & 1) {
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  if (!path.length) throw new Wrong('the proof is empty');
  let fr = path[0]!, sr = path[0]!;
  for (const c of path.slice(1)) {
    if (sn === 0) throw new Wrong('the proof is too long');
    if (fn & 1 || fn === sn) {
      fr = await node(c, fr);
      sr = await node(c, sr);
      while (!(fn & 1) && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else sr = await node(sr, c);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  if (sn !== 0) throw new Wrong('the proof is too short');
  if (!same(fr, firstRoot)) throw new Wrong('the earlier root does not come out');
  if (!same(sr, secondRoot)) throw new Wrong('the later root does not come out');
}

export interface Checkpoint {
  origin: string;
  size: number;
  root: Bytes;
}
interface VerifierKey {
  name: string;
  id: Bytes;
  key: CryptoKey;
}
/* name+id+key */
export async function readKey(line: string): Promise<VerifierKey> {
  const m = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(line.trim());
  if (!m) throw new Wrong('not a verifier key: name+id+key');
  const raw = unbase64(m[3]!);
  if (raw.length !== 33 || raw[0] !== 1) throw new Wrong('not an Ed25519 key');
  const id = (await sha256(text.encode(m[1]!), Uint8Array.of(10, 1), raw.slice(1))).slice(0, 4);
  if (hex(id) !== m[2]) throw new Wrong('the id of the key is not that of its name and bytes');
  return { name: m[1]!, id, key: await crypto.subtle.importKey('raw', raw.slice(1), 'Ed25519', false, ['verify']) };
}
export async function openNote(note: string, keyLine: string): Promise<Checkpoint> {
  const key = await readKey(keyLine);
  const at = note.indexOf('\n\n');
  if (at < 0 || !note.endsWith('\n')) throw new Wrong('not a signed note');
  const body = note.slice(0, at + 1);
  let signed = false;
  for (const line of note.slice(at + 2, -1).split('\n')) {
    const m = /^— (\S+) (\S+)$/.exec(line);
    if (!m) throw new Wrong('not a signed note');
    if (m[1] !== key.name) continue;
    const sig = unbase64(m[2]!);
    if (sig.length !== 68 || !same(sig.slice(0, 4), key.id)) continue;
    if (!(await crypto.subtle.verify('Ed25519', key.key, sig.slice(4), text.encode(body)))) throw new Wrong('the signature of the note is wrong');
    signed = true;
  }
  if (!signed) throw new Wrong('the note is not signed by this key');
  const [origin, size, root, ...rest] = body.slice(0, -1).split('\n');
  if (rest.length || origin !== key.name || !/^(0|[1-9]\d{0,15})$/.test(size ?? '')) throw new Wrong('signed, but no checkpoint of this ledger');
  const bytes = unbase64(root ?? '');
  if (bytes.length !== 32) throw new Wrong('the root is no SHA-256');
  return { origin, size: Number(size), root: bytes };
}

export interface Bundle {
  format: string;
  case: string;
  key: string;
  checkpoint: string;
  events: { index: number; commitment: string; salt: string | null; event: string | null; path: string[] }[];
}
export interface BundleResult {
  checkpoint: Checkpoint;
  events: number;
  expunged: number;
}
export async function verifyBundle(b: Bundle, keyLine: string): Promise<BundleResult> {
  if (b.format !== 'sallyport proof v1') throw new Wrong('not a proof bundle');
  const checkpoint = await openNote(b.checkpoint, keyLine);
  let expunged = 0, last = -1;
  for (const ev of b.events) {
    if (ev.index <= last) throw new Wrong(`event ${ev.index} stands out of order`);
    last = ev.index;
    const commitment = unbase64(ev.commitment);
    if (ev.event === null || ev.salt === null) expunged++;
    else {
      if (!same(commitment, await commitmentOf(unhex(ev.salt), ev.event))) throw new Wrong(`event ${ev.index} is not what was committed to`);
      const of = (JSON.parse(ev.event) as { case?: string | null }).case;
      if (of && of !== b.case) throw new Wrong(`event ${ev.index} is about another case`);
    }
    const root = await rootByPath(await leafOf(commitment), ev.index, checkpoint.size, ev.path.map(unbase64));
    if (!same(root, checkpoint.root)) throw new Wrong(`event ${ev.index} is not in the signed ledger`);
  }
  return { checkpoint, events: b.events.length, expunged };
}
