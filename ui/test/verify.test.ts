/* The verifier against trees built here from RFC 6962's own words, and against every single lie told about them. */
import { describe, expect, it } from 'vitest';
import { base64, commitmentOf, consistent, hex, leafOf, openNote, rootByPath, unhex, verifyBundle, Wrong, type Bytes } from '../src/ledger/verify';

const sha = async (...parts: Uint8Array[]) => new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(parts.flatMap((p) => [...p]))));
const node = (l: Uint8Array, r: Uint8Array) => sha(Uint8Array.of(1), l, r);
const half = (n: number) => 2 ** Math.floor(Math.log2(n - 1));
async function root(leaves: Bytes[]): Promise<Bytes> {
  if (leaves.length === 0) return sha();
  if (leaves.length === 1) return leaves[0]!;
  const k = half(leaves.length);
  return node(await root(leaves.slice(0, k)), await root(leaves.slice(k)));
}
async function path(m: number, d: Bytes[]): Promise<Bytes[]> {
  if (d.length === 1) return [];
  const k = half(d.length);
  return m < k ? [...(await path(m, d.slice(0, k))), await root(d.slice(k))] : [...(await path(m - k, d.slice(k))), await root(d.slice(0, k))];
}
async function sub(m: number, d: Bytes[], whole: boolean): Promise<Bytes[]> {
  if (m === d.length) return whole ? [] : [await root(d)];
  const k = half(d.length);
  return m <= k ? [...(await sub(m, d.slice(0, k), whole)), await root(d.slice(k))] : [...(await sub(m - k, d.slice(k), false)), await root(d.slice(0, k))];
}
const leaves = (n: number) => Promise.all(Array.from({ length: n }, (_, i) => leafOf(Uint8Array.of(i, 7))));

describe('inclusion', () => {
  it('holds for every leaf of every small tree, and for no other', async () => {
    for (let n = 1; n <= 17; n++) {
      const d = await leaves(n), r = await root(d);
      for (let i = 0; i < n; i++) {
        const p = await path(i, d);
        expect(hex(await rootByPath(d[i]!, i, n, p))).toBe(hex(r));
        if (n > 1) expect(hex(await rootByPath(d[(i + 1) % n]!, i, n, p))).not.toBe(hex(r));
        await expect(rootByPath(d[i]!, i, n, [...p, r])).rejects.toThrow(Wrong);
      }
      await expect(rootByPath(d[0]!, n, n, [])).rejects.toThrow(Wrong);
    }
  });
});
describe('consistency', () => {
  it('holds between all small trees; a changed hash, root or length is seen', async () => {
    const d = await leaves(13);
    for (let m = 1; m <= 13; m++)
      for (let n = m; n <= 13; n++) {
        const a = await root(d.slice(0, m)), b = await root(d.slice(0, n));
        const p = m === n ? [] : await sub(m, d.slice(0, n), true);
        await consistent(m, n, a, b, p);
        const other = (await leaves(20))[19]!;
        await expect(consistent(m, n, other, b, p)).rejects.toThrow(Wrong);
        await expect(consistent(m, n, a, other, p)).rejects.toThrow(Wrong);
        await expect(consistent(m, n, a, b, [...p, other])).rejects.toThrow(Wrong);
        for (let i = 0; i < p.length; i++) await expect(consistent(m, n, a, b, p.map((h, j) => (i === j ? other : h)))).rejects.toThrow(Wrong);
      }
  });
});
describe('notes and bundles', () => {
  const origin = 'jail.example.gov/sallyport';
  const utf8 = (s: string) => new TextEncoder().encode(s);
  async function signer() {
    const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
    const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
    const id = (await sha(utf8(origin), Uint8Array.of(10, 1), raw)).slice(0, 4);
    const note = async (size: number, r: Uint8Array) => {
      const body = `${origin}\n${size}\n${base64(r)}\n`;
      const sig = new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, utf8(body)));
      return `${body}\n— ${origin} ${base64(Uint8Array.from([...id, ...sig]))}\n`;
    };
    return { key: `${origin}+${hex(id)}+${base64(Uint8Array.from([1, ...raw]))}`, note };
  }
  async function bundle() {
    const s = await signer();
    const salt = unhex('00112233445566778899aabbccddeeff');
    const events = ['{"actor":"system","at":"2026-01-01T00:00:00Z","body":{},"case":"C000001","kind":"request.received"}', '{"actor":"system","at":"2026-01-01T00:01:00Z","body":{},"case":null,"kind":"trigger"}'];
    const commitments = await Promise.all(events.map((e) => commitmentOf(salt, e)));
    const d = await Promise.all(commitments.map(leafOf));
    return {
      s,
      b: {
        format: 'sallyport proof v1', case: 'C000001', key: s.key, checkpoint: await s.note(2, await root(d)),
        events: await Promise.all(events.map(async (event, index) => ({ index, commitment: base64(commitments[index]!), salt: hex(salt) as string | null, event: event as string | null, path: (await path(index, d)).map(base64) }))),
      },
    };
  }
  it('takes a true bundle, and one with an expunged event', async () => {
    const { s, b } = await bundle();
    expect(await verifyBundle(b, s.key)).toMatchObject({ events: 2, expunged: 0 });
    b.events[0] = { ...b.events[0]!, salt: null, event: null };
    expect(await verifyBundle(b, s.key)).toMatchObject({ expunged: 1 });
  });
  it('refuses a changed word, another case, a wrong order, another key, a changed note', async () => {
    const { s, b } = await bundle();
    const first = b.events[0]!;
    await expect(verifyBundle({ ...b, events: [{ ...first, event: first.event!.replace('01-01', '01-02') }] }, s.key)).rejects.toThrow('committed');
    await expect(verifyBundle({ ...b, case: 'C000002' }, s.key)).rejects.toThrow('another case');
    await expect(verifyBundle({ ...b, events: [...b.events].reverse() }, s.key)).rejects.toThrow('order');
    await expect(verifyBundle(b, (await signer()).key)).rejects.toThrow(Wrong);
    await expect(openNote(b.checkpoint.replace('\n2\n', '\n3\n'), s.key)).rejects.toThrow('signature');
    await expect(openNote(b.checkpoint.slice(0, -1), s.key)).rejects.toThrow(Wrong);
  });
});
