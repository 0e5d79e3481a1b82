/* The one way to the server: JSON over fetch with the session's cookie, the CSRF header and an idempotency key for each
 * intended act. A refusal is a Problem, whatever went wrong. It must never keep an answer over the end of a session, and
 * never send an act twice under two keys. */
import type { Answer, Body, Known, Verb } from './contract';
import type { ProblemBody, Session } from './types';

export const root = '/api/v1';

export class Problem extends Error {
  readonly status: number;
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  readonly pointer?: string;
  constructor(status: number, body: ProblemBody) {
    super(body.detail || body.title || `status ${status}`);
    this.status = status;
    this.id = body.id ?? '';
    this.title = body.title ?? '';
    this.detail = body.detail ?? '';
    this.pointer = body.pointer;
  }
}

/* What the shell does when the server says who we are not (any more). */
export interface Gate {
  lock(): void; /* the session has ended: conceal */
  prove(): Promise<boolean>; /* ask for password and code; false: given up */
}
const nobody: Gate = { lock() {}, prove: async () => false };
let gate = nobody;
let csrf = '';
let tick = 0;

export function guard(by: Gate): void {
  gate = by;
}
export function opened(session: Session | null): void {
  csrf = session?.csrf ?? '';
  tick++;
  if (!session) tags.clear();
}

/* An act keeps its key over retries; another intention takes another key. */
export function intent(): string {
  return crypto.randomUUID ? crypto.randomUUID() : [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
}

async function problem(r: Response): Promise<Problem> {
  let body: ProblemBody = {};
  if (/json/.test(r.headers.get('Content-Type') ?? '')) body = (await r.json().catch(() => ({}))) as ProblemBody;
  return new Problem(r.status, body);
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
const offline = () => new Problem(0, { id: '', title: 'No connection', detail: 'The server does not answer.' });

const tags = new Map<string, { etag: string; body: unknown }>();

/* Reads; the tag of a single resource is sent back, so that nothing is read twice over the line. */
/* `alone`: the page asks by itself, which keeps nobody signed in. */
export async function get<const P extends string>(path: P & Known<P>, signal?: AbortSignal, alone = false): Promise<Answer<P>> {
  return (await read(path, signal, alone)) as Answer<P>;
}
/* Where the path is nobody's text: the next page of a list. */
export async function read(path: string, signal?: AbortSignal, alone = false): Promise<unknown> {
  const known = tags.get(path);
  const at = tick;
  let r: Response;
  try {
    r = await fetch(root + path, {
      signal,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: { Accept: 'application/json', ...(alone && { 'X-Sallyport-Background': '1' }), ...(known && { 'If-None-Match': known.etag }) },
    });
  } catch (e) {
    if (signal?.aborted) throw e;
    throw offline();
  }
  if (r.status === 304 && known) return known.body;
  if (!r.ok) {
    if (r.status === 401 && at === tick) gate.lock();
    throw await problem(r);
  }
  if (r.status === 204) return undefined;
  const body: unknown = await r.json();
  const etag = r.headers.get('ETag');
  if (etag && at === tick) {
    if (tags.size > 200) tags.clear();
    tags.set(path, { etag, body });
  }
  return body;
}

export const etag = (path: string): string | undefined => tags.get(path)?.etag;

/* A definite refusal ends an intention; what comes after it is another one. Without an answer it is the same still. */
export const refused = (e: unknown): boolean => e instanceof Problem && e.status >= 400 && e.status < 500;

/* An act changes what was looked at: its old tag would refuse the next act. */
function renew(path: string, etag: string | null, body: unknown): void {
  if (etag && body) tags.set(path, { etag, body });
  else tags.delete(path);
}

export interface How {
  key?: string; /* of the intention; a new one when absent */
  match?: string; /* path whose tag must still hold, e.g. the case that was looked at */
  tag?: string; /* the tag it had when it was looked at; otherwise the last one read */
  quiet?: boolean; /* a 401 is an answer here, not the end of a session */
}
export interface Sent extends How {
  method?: Verb;
  body?: unknown;
}
export type Act<P extends string, M extends Verb> = How & { body?: Body<P, Lowercase<M>> } & (M extends 'POST' ? { method?: M } : { method: M });

export async function act<const P extends string, const M extends Verb = 'POST'>(path: P & Known<P, Lowercase<M>>, how?: Act<P, M>): Promise<Answer<P, Lowercase<M>>> {
  return (await send(path, how)) as Answer<P, Lowercase<M>>;
}

/* Acts. A line that breaks, or a server that is busy, is tried again under the same key; a step-up is asked for once. */
export async function send(path: string, { method = 'POST', body, key = intent(), match, tag: seen, quiet }: Sent = {}): Promise<unknown> {
  let proven = false;
  for (let tries = 0; ; tries++) {
    let r: Response;
    const tag = match && (seen ?? tags.get(match)?.etag);
    try {
      r = await fetch(root + path, {
        method,
        credentials: 'same-origin',
        cache: 'no-store',
        headers: {
          Accept: 'application/json',
          'Idempotency-Key': key,
          ...(csrf && { 'X-CSRF-Token': csrf }),
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...(tag && { 'If-Match': tag }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    } catch {
      if (tries < 2) {
        await pause(400 * 4 ** tries);
        continue;
      }
      throw offline();
    }
    if (r.ok) {
      const answer: unknown = r.status === 204 ? undefined : await r.json().catch(() => undefined);
      if (match) renew(match, r.headers.get('ETag'), answer);
      return answer;
    }
    const p = await problem(r);
    if (r.status === 403 && p.id === 'ACCESS-0003' && !proven) {
      proven = await gate.prove();
      if (proven) continue;
      throw new Problem(403, { id: p.id, title: 'Not done', detail: 'This act asks for your password again. Nothing was changed.' });
    }
    if (r.status === 503 && tries < 2) {
      await pause(Math.min(5, Number(r.headers.get('Retry-After')) || 1) * 1000);
      continue;
    }
    if (r.status === 401 && !quiet) gate.lock();
    throw p;
  }
}

/* Plain words for what went wrong; the server's own sentence where it has one. */
export function plain(e: unknown): { words: string; id: string } {
  if (!(e instanceof Problem)) return { words: e instanceof Error ? e.message : String(e), id: '' };
  const words: Record<number, string> = {
    0: 'The server does not answer. Check the connection; nothing you entered is lost.',
    401: 'Your session has ended.',
    403: 'Your role may not do this.',
    404: 'There is nothing under this name.',
    409: 'That does not fit the present state any more. Look again, then decide.',
    412: 'Somebody changed this while you were looking at it. Look at it again; what you wrote is kept.',
    413: 'That is too long.',
    423: 'This account is locked. An administrator can unlock it.',
    428: 'Somebody may have changed this. Load it again.',
    429: 'Too many requests at once. Wait a moment and try again.',
    503: 'The server is busy. Try again in a moment.',
  };
  const own = e.detail || e.title;
  return { words: e.status === 412 || e.status === 0 || !own ? (words[e.status] ?? 'Something went wrong on the server.') : own, id: e.id };
}
