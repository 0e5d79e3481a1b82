import { afterEach, expect, test, vi } from 'vitest';
import { connect, disconnect, onChange, onMark, read, type Change, type Mark } from '../src/api/live';

class Source {
  static all: Source[] = [];
  readyState = 0;
  closed = false;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onmessage: unknown = null;
  heard = new Map<string, (e: { type: string; data?: string }) => void>();
  constructor(readonly url: string) {
    Source.all.push(this);
  }
  addEventListener(kind: string, h: (e: { type: string; data?: string }) => void) {
    this.heard.set(kind, h);
  }
  close() {
    this.closed = true;
  }
  say(type: string, data: unknown) {
    this.heard.get(type)!({ type, data: JSON.stringify(data) });
  }
}
const open = (url: string) => new Source(url) as unknown as EventSource;
afterEach(() => {
  disconnect();
  Source.all = [];
  vi.useRealTimers();
});

test('the mark is live only while the line is', () => {
  const marks: Mark[] = [];
  const off = onMark((m) => marks.push(m));
  connect(() => {}, open);
  Source.all[0]!.onopen!();
  Source.all[0]!.onerror!();
  Source.all[0]!.onopen!();
  disconnect();
  off();
  expect(marks).toEqual(['off', 'connecting', 'live', 'connecting', 'live', 'off']);
});

test('after a gap everything is read anew; at the first opening what may have been missed', () => {
  const seen: Change[] = [];
  const off = onChange((c) => seen.push(c));
  connect(() => {}, open);
  const s = Source.all[0]!;
  s.onopen!();
  s.say('case', { kind: 'trigger', case: 'C000012', booking: 'B-1', at: '2026-03-01T09:12:00Z' });
  s.onerror!();
  s.onopen!();
  s.say('lost', {});
  off();
  expect(seen.map((c) => c.kind)).toEqual(['open', 'case', 'all', 'all']);
  expect(seen[1]).toMatchObject({ case: 'C000012', what: 'trigger' });
});

test('a stream that the server closed for good is opened again', () => {
  vi.useFakeTimers();
  let refused = 0;
  connect(() => void refused++, open);
  Source.all[0]!.onerror!();
  expect(refused).toBe(0);
  Source.all[0]!.readyState = 2;
  Source.all[0]!.onerror!();
  expect(refused).toBe(1);
  expect(Source.all.length).toBe(1);
  vi.advanceTimersByTime(6000);
  expect(Source.all.length).toBe(2);
});

test('a second stream is never opened beside the first; signing out ends the attempts', () => {
  vi.useFakeTimers();
  connect(() => {}, open);
  connect(() => {}, open);
  expect(Source.all.length).toBe(1);
  Source.all[0]!.readyState = 2;
  Source.all[0]!.onerror!();
  disconnect();
  vi.advanceTimersByTime(60_000);
  expect(Source.all.length).toBe(1);
});

test('what is no event is passed over', () => {
  for (const kind of ['record.read', 'persons.read', 'checkpoint']) expect(read({ type: 'case', data: JSON.stringify({ kind, case: 'C1', booking: 'B1' }) })).toBeNull();
  for (const data of [undefined, '', '{', 'null', '7']) expect(read({ type: 'case', data })).toBeNull();
  expect(read({ type: 'message', data: '{"kind":"case"}' })?.kind).toBe('case');
});
