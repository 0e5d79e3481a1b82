/* The event stream: what changed, so that a screen reads it again. The stream names things and carries no facts. When the
 * line breaks the desk says so, keeps trying, and reads everything again once it is back. It must never look live when it is not. */
import { root } from './client';

export interface Change {
  kind: string; /* case, alert, notice, ledger … or `all` after a gap */
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
export function read(e: { type: string; data?: string }): Change | null {
  if (!e.data) return null;
  try {
    const c = JSON.parse(e.data) as Change;
    return c && typeof c === 'object' ? { ...c, kind: typeof c.kind === 'string' ? c.kind : e.type } : null;
  } catch {
    return null;
  }
}

export function connect(open: (url: string) => EventSource = (url) => new EventSource(url)): void {
  if (source) return;
  set('connecting');
  source = open(root + '/events');
  source.onopen = () => {
    set('live');
    if (gap) tell({ kind: 'all' });
    gap = false;
  };
  source.onerror = () => {
    gap = true;
    set('connecting');
    /* A refused stream (401, 503) is closed for good by the browser: try anew. */
    if (source?.readyState === 2) {
      source = null;
      again = setTimeout(() => connect(open), 5000);
    }
  };
  const hear = (e: MessageEvent) => {
    const c = read(e);
    if (c) tell(c);
  };
  source.onmessage = hear;
  for (const kind of ['case', 'alert', 'notice', 'ledger', 'booking', 'pack']) source.addEventListener(kind, hear);
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
