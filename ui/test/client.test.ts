import { beforeEach, expect, test, vi } from 'vitest';
import { etag, guard, intent, opened, plain, Problem, read as get, refused, send as act } from '../src/api/client';


type Call = { url: string; init: RequestInit & { headers: Record<string, string> } };
let calls: Call[] = [];
let script: (Response | Error)[] = [];
const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(status === 204 || status === 304 ? null : JSON.stringify(body), { status, headers: { 'Content-Type': status >= 400 ? 'application/problem+json' : 'application/json', ...headers } });
const session = { name: 'm.ortiz', role: 'records-officer' as const, csrf: 'c-1', acknowledged: true, since: '', expires_at: '' };

beforeEach(() => {
  calls = [];
  script = [];
  vi.useRealTimers();
  vi.stubGlobal('fetch', async (url: string, init: Call['init']) => {
    calls.push({ url, init });
    const next = script.shift();
    if (!next) throw new Error('unexpected call');
    if (next instanceof Error) throw next;
    return next;
  });
  opened(null);
  guard({ lock() {}, prove: async () => false });
});
const key = (i: number) => calls[i]!.init.headers['Idempotency-Key'];

test('an act keeps its key when the line breaks and when the server is busy', async () => {
  opened(session);
  script = [new TypeError('network'), json(503, {}, { 'Retry-After': '0.01' }), json(200, { ok: true })];
  expect(await act('/cases/C1/duties', { body: { duty: 'x', how: 'y' } })).toEqual({ ok: true });
  expect(calls.length).toBe(3);
  expect(key(0)).toBe(key(1));
  expect(key(1)).toBe(key(2));
  expect(calls[2]!.init.headers['X-CSRF-Token']).toBe('c-1');
});

test('two intentions have two keys, and a given key is used', async () => {
  script = [json(200, {}), json(200, {}), json(200, {})];
  await act('/a');
  await act('/a');
  await act('/a', { key: 'mine' });
  expect(key(0)).not.toBe(key(1));
  expect(key(2)).toBe('mine');
  expect(new Set(Array.from({ length: 100 }, intent)).size).toBe(100);
});

test('a line that stays broken ends in a problem, not in silence', async () => {
  script = [new TypeError(), new TypeError(), new TypeError()];
  const e = await act('/a').catch((x: Problem) => x) as Problem;
  expect(e).toBeInstanceOf(Problem);
  expect(e.status).toBe(0);
  expect(plain(e).words).toMatch(/does not answer/);
}, 10_000);

test('a step-up is asked for once and the same act goes on under its key', async () => {
  let asked = 0;
  guard({ lock() {}, prove: async () => (asked++, true) });
  script = [json(403, { id: 'ACCESS-0003' }), json(200, { done: 1 })];
  expect(await act('/cases/C1/override', { body: {} })).toEqual({ done: 1 });
  expect(asked).toBe(1);
  expect(key(0)).toBe(key(1));
  script = [json(403, { id: 'ACCESS-0003' }), json(403, { id: 'ACCESS-0003', detail: 'still not' })];
  await expect(act('/x')).rejects.toThrow('still not');
  expect(asked).toBe(2);
});

test('a step-up that is given up changes nothing and says so', async () => {
  script = [json(403, { id: 'ACCESS-0003' })];
  const e = await act('/x').catch((x: Problem) => x) as Problem;
  expect(e.detail).toMatch(/Nothing was changed/);
  expect(calls.length).toBe(1);
});

test('the end of a session conceals, but a refused sign-in does not', async () => {
  let locked = 0;
  guard({ lock: () => void locked++, prove: async () => false });
  script = [json(401, {}), json(401, { id: 'ACCESS-0001' }), json(204, null), json(401, {})];
  await get('/now').catch(() => {});
  expect(locked).toBe(1);
  await act('/session', { quiet: true }).catch(() => {});
  expect(await get('/session')).toBeUndefined(); /* nobody is here: no refusal */
  expect(locked).toBe(1);
  await act('/requests').catch(() => {});
  expect(locked).toBe(2);
});

test('a tag is sent back; what it stands for is forgotten with the session', async () => {
  opened(session);
  script = [json(200, { n: 1 }, { ETag: '"a"' }), json(304, null), json(200, {}), json(200, { n: 2 })];
  expect(await get('/cases/C1')).toEqual({ n: 1 });
  expect(await get('/cases/C1')).toEqual({ n: 1 });
  expect(calls[1]!.init.headers['If-None-Match']).toBe('"a"');
  await act('/cases/C1/resolve', { match: '/cases/C1' });
  expect(calls[2]!.init.headers['If-Match']).toBe('"a"');
  opened(null);
  expect(await get('/cases/C1')).toEqual({ n: 2 });
  expect(calls[3]!.init.headers['If-None-Match']).toBeUndefined();
});

test('after an act the tag is the new one, or none: a second act is not refused for the first', async () => {
  opened(session);
  script = [json(200, { n: 1 }, { ETag: '"a"' }), json(200, { n: 2 }, { ETag: '"b"' }), json(200, { n: 3 }), json(200, { n: 4 })];
  await get('/cases/C1');
  for (let i = 0; i < 3; i++) await act('/cases/C1/duties', { match: '/cases/C1' });
  expect(calls.slice(1).map((c) => c.init.headers['If-Match'])).toEqual(['"a"', '"b"', undefined]);
});

test('a tag that was seen is the one that must hold, whatever was read since', async () => {
  opened(session);
  script = [json(200, { n: 1 }, { ETag: '"a"' }), json(200, { n: 2 }, { ETag: '"b"' }), json(412, {})];
  await get('/cases/C1');
  const seen = etag('/cases/C1');
  await get('/cases/C1');
  const e = (await act('/cases/C1/resolve', { match: '/cases/C1', tag: seen }).catch((x: Problem) => x)) as Problem;
  expect(calls[2]!.init.headers['If-Match']).toBe('"a"');
  expect([refused(e), refused(new Problem(503, {})), refused(new Problem(0, {})), refused(new TypeError())]).toEqual([true, false, false, false]);
});

test('an answer that comes after the session ended is not kept', async () => {
  opened(session);
  let let_go!: (r: Response) => void;
  vi.stubGlobal('fetch', () => new Promise<Response>((done) => (let_go = done)));
  const late = get('/cases/C9');
  opened(null);
  let_go(json(200, { secret: 1 }, { ETag: '"z"' }));
  await late;
  calls = [];
  vi.stubGlobal('fetch', async (_: string, init: Call['init']) => (calls.push({ url: _, init }), json(200, {})));
  await get('/cases/C9');
  expect(calls[0]!.init.headers['If-None-Match']).toBeUndefined();
});

test('problems are plain words with their id', async () => {
  script = [json(409, { id: 'CASE-0004', title: 'Invariant', detail: 'hold cannot be given without a warrant of a judge' }), new Response('<html>', { status: 502, headers: { 'Content-Type': 'text/html' } }), json(412, { id: 'HTTP-0412', detail: 'precondition failed' })];
  expect(plain(await act('/a').catch((x) => x))).toEqual({ words: 'hold cannot be given without a warrant of a judge', id: 'CASE-0004' });
  expect(plain(await act('/a').catch((x) => x)).words).toMatch(/went wrong/);
  expect(plain(await act('/a').catch((x) => x)).words).toMatch(/Somebody changed this/);
});
