/* The event stream: what changed, so that a screen reads it again. The stream names things and carries no facts. When the
 * line breaks the desk says so, keeps trying, and reads everything again once it is back. It must never look live when it is not. */
import { root } from './client';

export interface Change {
  kind: string; /* case, alert, notice, ledger; `open` when the line is there first, `all` after a gap */
  what?: string; /* the ledger's own word, e.g. decision.made */
  case?: string;
  booking?: string;
  at?: string;
}
export type Mark = 'live' | 'connecting' | 'off';

type Hear = (c: Change) => void;
const hearers = new Set<Hear>();
const watchers = new Set<(m: Mark) => void>();
let source: EventSource | null = null;
let again: ReturnType<typeof setTimeout> | undefined;
let mark: Mark = 'off';
let gap = false;

function set(m: Mark): void {
  if (m === mark) return;
  mark = m;
  for (const w of watchers) w(m);
}
function tell(c: Change): void {
  for (const h of hearers) h(c);
}
/* Reading is recorded, too; a screen that reads again because somebody read would never end. */
const quiet = new Set(['record.read', 'persons.read', 'checkpoint']);

export function read(e: { type: string; data?: string }): Change | null {
  if (e.type === 'lost') return { kind: 'all' };
  if (!e.data) return null;
  try {
    const c = JSON.parse(e.data) as Change;
    if (!c || typeof c !== 'object' || quiet.has(c.kind)) return null;
    return { ...c, kind: e.type === 'message' ? String(c.kind ?? '') : e.type, what: c.kind };
  } catch {
    return null;
  }
}

/* `refused`: the server took no stream; perhaps nobody is signed in any more. */
export function connect(refused: () => void = () => {}, open: (url: string) => EventSource = (url) => new EventSource(url)): void {
  if (source) return;
  set('connecting');
  source = open(root + '/events');
  source.onopen = () => {
    set('live');
    tell({ kind: gap ? 'all' : 'open' }); /* what changed between a first reading and now */
    gap = false;
  };
  source.onerror = () => {
    gap = true;
    set('connecting');
    /* A refused stream (401, 503) is closed for good by the browser: try anew. */
    if (source?.readyState === 2) {
      source = null;
      again = setTimeout(() => connect(refused, open), 5000);
      refused();
    }
  };
  const hear = (e: MessageEvent) => {
    const c = read(e);
    if (c) tell(c);
  };
  source.onmessage = hear;
  for (const kind of ['case', 'alert', 'notice', 'ledger', 'lost']) source.addEventListener(kind, hear);
}
export function disconnect(): void {
  clearTimeout(again);
  source?.close();
  source = null;
  gap = false;
  set('off');
}
export function onChange(h: Hear): () => void {
  hearers.add(h);
  return () => void hearers.delete(h);
}
export function onMark(w: (m: Mark) => void): () => void {
  watchers.add(w);
  w(mark);
  return () => void watchers.delete(w);
}
