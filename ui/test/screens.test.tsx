// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connect, disconnect } from '../src/api/live';
import type { Board, Case, NowRow, PolicyTable, Trace, Trend } from '../src/api/types';
import type { Pack, PackDiff } from '../src/api/policy';
import { Trouble } from '../src/parts/bits';
import { Problem } from '../src/api/client';
import CaseScreen from '../src/screens/case';
import Now from '../src/screens/now';
import PolicyScreen from '../src/screens/policy';
import Review from '../src/screens/review';
import TrendScreen from '../src/screens/trend';
import { all, answers, button, calls, leave, open, press, problem, props, show, type, wait, words } from './page';

const drawn = vi.hoisted(() => ({ last: null as null | { series: { counts: (number | null)[] }; caption: string } }));
vi.mock('../src/parts/plot', () => ({
  Plot: (p: typeof drawn.last) => {
    drawn.last = p;
    return null;
  },
}));

beforeEach(open);
afterEach(async () => {
  await leave();
  disconnect();
});
const soon = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

/* ---- Now ---- */
const row = (r: Partial<NowRow> & Pick<NowRow, 'urgency' | 'what'>): NowRow => ({ kind: 'duty', why: 'w', since: soon(-30), case: 'C1', ...r });
const board = (rows: NowRow[], more?: number): Board => ({ as_of: soon(0), rows, counts: { now: 0, soon: 0, today: 0, trigger: 0, late: 0, duty: 0, review: 0, match: 0, alert: 0 }, more });

test('Now: the most urgent group stands first, rows keep the order of the server, what is late is marked', async () => {
  answers['/now'] = board([
    row({ urgency: 'today', what: 'third', due_at: soon(300) }), row({ urgency: 'now', what: 'second', kind: 'trigger', due_at: soon(4) }),
    row({ urgency: 'now', what: 'first after second', kind: 'late', due_at: soon(-12) }), row({ urgency: 'soon', what: 'between', due_at: soon(50) }),
  ], 7);
  const page = await show(<Now />);
  expect(all('h2').map(words)).toEqual(['Now', 'Within the hour', 'Today']);
  expect(all('.board__what').map(words)).toEqual(['second', 'first after second', 'between', 'third'].map((w) => expect.stringMatching(new RegExp(w, 'i'))));
  expect(all('time.late').map(words)).toEqual(['12 min late']);
  expect(words(page)).toMatch(/7 more for today/);
  expect(document.title).toMatch(/^\(2\) Now/);
});
test('Now: nothing to do is said, and an unknown board is not taken for an empty one', async () => {
  answers['/now'] = board([]);
  expect(words(await show(<Now />))).toMatch(/Nothing waits for you/);
  await leave();
  answers['/now'] = problem(503, 'SRV-0025', 'the store is busy');
  const page = await show(<Now />);
  expect(words(page)).toMatch(/the store is busy SRV-0025/);
  expect(words(page)).not.toMatch(/Nothing waits/);
  answers['/now'] = board([row({ urgency: 'now', what: 'here again' })]);
  await press(button('Try again'));
  expect(words(page)).toMatch(/here again/i);
});

class Source {
  static all: Source[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onmessage: unknown = null;
  heard = new Map<string, (e: { type: string; data?: string }) => void>();
  constructor() {
    Source.all.push(this);
  }
  addEventListener(kind: string, h: (e: { type: string; data?: string }) => void) {
    this.heard.set(kind, h);
  }
  close() {}
}
test('Now: what the stream says is read by the page itself, and once for a burst; after a gap everything is read again', async () => {
  answers['/now'] = board([]);
  await show(<Now />);
  connect(() => {}, () => new Source() as unknown as EventSource);
  const s = Source.all[0]!;
  s.onopen!();
  await wait(60);
  const before = calls.length;
  for (let i = 0; i < 5; i++) s.heard.get('case')!({ type: 'case', data: '{"kind":"trigger","case":"C1"}' });
  await wait(80);
  expect(calls.length).toBe(before + 1);
  expect(calls[before]!.headers['X-Sallyport-Background']).toBe('1');
  expect(calls[0]!.headers['X-Sallyport-Background']).toBeUndefined(); /* a person opened the screen */
  s.heard.get('ledger')!({ type: 'ledger', data: '{"kind":"pack.signed"}' });
  await wait(80);
  expect(calls.length).toBe(before + 1);
  s.onerror!();
  answers['/now'] = board([row({ urgency: 'now', what: 'came meanwhile' })]);
  s.onopen!();
  await wait(80);
  expect(calls.length).toBe(before + 2);
  for (let i = 0; i < 4; i++) await wait();
  expect(all('.board__what').length).toBe(1);
});

/* ---- Case and Review ---- */
const table: PolicyTable = {
  decision: 'notify', name: 'Notice of a release', hit_policy: 'FIRST', annotations: [], inputs: [{ label: 'in writing?', expression: 'w', value: null }],
  outputs: [{ name: 'outcome', label: 'outcome' }, { name: 'why', label: 'why' }],
  rules: [
    { rule: 1, id: 'a', cells: ['true'], outputs: ['"notify"', '"asked in writing"'], lit: false, answers: ['no'] },
    { rule: 2, id: 'b', cells: ['null'], outputs: ['"review"', '"nobody knows"'], lit: true, decided: true, answers: ['yes'] },
    { rule: 3, id: 'c', cells: ['-'], outputs: ['"decline"', '"else"'], lit: true, decided: false, answers: ['any'] },
  ],
};
const pack = { id: 'p', version: '1', sha256: 'x' };
const answer = { ask: 'notify' as const, outcome: 'review' as const, rule: 'N-2', why: 'nobody knows whether it is in writing', citations: ['C.R.S. 24-76.6-102'], by: 'policy' };
const decision = { pack, as_of: soon(-10), asks: [{ ask: 'notify', outcome: 'review', rule: 'N-2', why: 'x', because: ['/request/written'], citations: [] }] } as unknown as Case['decision'];
const kase = (more: Partial<Case> = {}): Case => ({
  case: 'C000012', state: 'decided', what: 'a person must look', work_list: true, work_why: 'a fact is missing', agency: 'fed-east', agency_reference: 'REF-1', form: 'I-247A', received_at: soon(-60),
  request_state: 'open', match: 'confirmed', booking: 'B1', person: { booking: 'B1', family: 'Larkspur', given: 'Odell' }, disputed: false, dropped: 0, duties: [], notices: [], alerts: [], decision_id: '9',
  request: { agency: 'fed-east', reference: 'REF-1', received_at: soon(-60), subject: { family: 'Larkspur', given: 'Odell' } }, answers: [answer], decision, ...more,
});
const trace = { case: 'C000012', pack, facts: {}, decision, same: true, trace: [], tables: [table] } as unknown as Trace;

test('Case: the rule that decided is lit, one that only applied is not, and the booking is not read a second time', async () => {
  answers['/cases/C000012'] = kase();
  answers['/cases/C000012/trace'] = trace;
  answers['/cases/C000012/events'] = { events: [] };
  const page = await show(<CaseScreen {...props('auditor', { case: 'C000012' })} />);
  expect(all('tr.lit').map((r) => words(r.querySelector('th')))).toEqual(['2, decided']);
  expect(all('tr.applied').map((r) => words(r.querySelector('th')))).toEqual(['3']);
  expect(words(page)).toMatch(/not known/);
  expect(calls.some((c) => c.path.startsWith('/bookings'))).toBe(false);
  expect(button('Notify')).toBeUndefined(); /* an auditor changes nothing */
});
test('Case: deciding again that gives another answer is said aloud', async () => {
  answers['/cases/C000012'] = kase();
  answers['/cases/C000012/trace'] = { ...trace, same: false };
  answers['/cases/C000012/events'] = { events: [] };
  expect(words(await show(<CaseScreen {...props('auditor', { case: 'C000012' })} />))).toMatch(/another answer than the ledger/);
});

const head = () => {
  const { case: c, state, what, work_list, work_why, agency, agency_reference, form, received_at, request_state, match } = kase();
  return { case: c, state, what, work_list, work_why, agency, agency_reference, form, received_at, request_state, match };
};
async function review(role: 'supervisor' | 'records-officer', more: Partial<Case> = {}) {
  answers['/cases'] = { cases: [head()] };
  answers['/cases/C000012'] = kase(more);
  answers['/cases/C000012/trace'] = trace;
  return show(<Review {...props(role)} />);
}
test('Review: two buttons, and no answer without a reason; what is sent is what was pressed, under the tag that was seen', async () => {
  await review('supervisor');
  expect(all('.review__acts button').map(words)).toEqual(['Notify', 'Decline']);
  await press(button('Decline'));
  const dialog = document.querySelector('dialog')!;
  const send = button('Decline', dialog)!;
  expect(send.disabled).toBe(true);
  await type(dialog.querySelector('textarea')!, '   ');
  expect(send.disabled).toBe(true);
  await type(dialog.querySelector('textarea')!, ' the charge was dismissed ');
  expect(send.disabled).toBe(false);
  const seen = calls.findIndex((c) => c.path === '/cases/C000012') + 1;
  answers['POST /cases/C000012/resolve'] = kase({ answers: [{ ...answer, outcome: 'decline', by: 's.marsh' }] });
  dialog.querySelector('form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  for (let i = 0; i < 4; i++) await wait();
  const sent = calls.find((c) => c.method === 'POST')!;
  expect(sent.path).toBe('/cases/C000012/resolve');
  expect(sent.body).toEqual({ ask: 'notify', outcome: 'decline', reason: 'the charge was dismissed' });
  expect(sent.headers['If-Match']).toBe(`"${seen}"`);
  expect(sent.headers['Idempotency-Key']).toMatch(/./);
  expect(document.querySelector('dialog')).toBeNull();
  expect(all('.review__acts button').length).toBe(0);
});
test('Review: the missing fact is named; a records officer has no button; who is not known is not answered for', async () => {
  expect(words(await review('records-officer'))).toMatch(/in writing.*A supervisor answers this/i);
  expect(all('.review__acts button').length).toBe(0);
  await leave();
  await review('supervisor', { match: 'conflict', match_why: 'the birth dates differ' });
  expect(button('Notify')).toBeUndefined();
  expect(all('.review__acts a').map(words)).toEqual(['Compare request and booking']);
});
test('Review: a refusal stays in the dialog with its place, and what was written is kept', async () => {
  await review('supervisor');
  await press(button('Notify'));
  const dialog = document.querySelector('dialog')!;
  await type(dialog.querySelector('textarea')!, 'born somewhere');
  answers['POST /cases/C000012/resolve'] = problem(422, 'REQ-0007', 'the reason speaks of a status; say it without');
  dialog.querySelector('form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  for (let i = 0; i < 4; i++) await wait();
  expect(words(dialog.querySelector('[role=alert]'))).toBe('the reason speaks of a status; say it without REQ-0007');
  expect(dialog.querySelector('textarea')!.value).toBe('born somewhere');
});

/* ---- Policies ---- */
const whole = (version: string): Pack => ({ pack: 'p', version, sha256: 'x', title: `Policy ${version}`, status: '', signatures: [], in_force: false, files: [], tables: [table] });
test('Policies: changed cells are marked on both sides, texts stand without quotes, a moved row says where', async () => {
  const diff: PackDiff = {
    from: { pack: 'p', version: '1', sha256: 'x' }, to: { pack: 'p', version: '2', sha256: 'y' }, files: [{ name: 'policy.dmn', change: 'changed' }], offences: { columns: ['citation'], rows: [] },
    tables: [{ decision: 'notify', change: 'changed', columns: ['in writing?', 'why'], rows: [
      { change: 'changed', id: 'b', rule_before: 2, rule_after: 2, before: ['true', '"asked"'], after: ['true', '"asked in writing"'], columns: [1] },
      { change: 'moved', id: 'c', rule_before: 3, rule_after: 1 },
    ] }],
  };
  Object.assign(answers, { '/packs/p/2': whole('2'), '/packs': { packs: [whole('1'), whole('2')] }, '/packs/p/2/diff': diff });
  const page = await show(<PolicyScreen {...props('auditor', { pack: 'p', version: '2' }, 'with=p+1')} />);
  expect(all('.diff del').map(words)).toEqual(['asked']);
  expect(all('.diff ins').map(words)).toEqual(['asked in writing']);
  expect(words(page)).toMatch(/from place 3 to 1/);
  expect(all('.rule-table td').map(words).join('|')).not.toMatch(/"/);
  expect(calls.find((c) => c.path.includes('/diff'))!.path).toBe('/packs/p/2/diff?with=1');
});
test('Policies: two versions that are the same say so', async () => {
  Object.assign(answers, { '/packs/p/2': whole('2'), '/packs': { packs: [whole('1'), whole('2')] }, '/packs/p/2/diff': { from: pack, to: pack, tables: [], offences: { columns: [], rows: [] }, files: [] } });
  expect(words(await show(<PolicyScreen {...props('auditor', { pack: 'p', version: '2' }, 'with=p+1')} />))).toMatch(/same to the byte/);
});

/* ---- Trend ---- */
test('Trend: a month that nobody knows is a gap and is counted as one, never a zero', async () => {
  answers['/trend'] = {
    facility: 'f', as_of: soon(0), ledger_events: 1, rule: { pack: 'p', threshold: 2, level: 0.99, baseline: 'same months' }, change: null, forecast: null,
    months: [{ month: '2026-07', months: 1, requests: 4 }, { month: '2026-08', months: 1, requests: null }, { month: '2026-09', months: 1, requests: 0 }],
    windows: [{ window: 'w', from: '2026-07', to: '2026-10', compared: [{ baseline: 'same months', chosen: true, comparable: false, why: 'no month of the baseline is known', now: { months: 3, known: 2, requests: 4, bookings: null }, base: { months: 3, known: 0, requests: 0, bookings: null } }] }],
  } satisfies Trend;
  const page = await show(<TrendScreen {...props('auditor')} />);
  expect(drawn.last!.series.counts).toEqual([4, null, 0]);
  expect(drawn.last!.caption).toMatch(/1 month is not known and stay/);
  expect(words(all('.verdict-line')[0])).toBe('No month of the baseline is known.');
  expect(words(page)).not.toMatch(/Requests have expanded|No expansion/);
});

/* ---- what failed ---- */
test('a failure says what, its number, and offers to try again; without a connection nothing is claimed to be lost', async () => {
  let again = 0;
  await show(<Trouble error={new Problem(422, { id: 'REQ-0004', title: 'T', detail: 'members differ', pointer: '/asks/0' })} retry={() => again++} />);
  expect(words(all('[role=alert]')[0])).toMatch(/^members differ REQ-0004/);
  await press(button('Try again'));
  expect(again).toBe(1);
  await show(<Trouble error={new Problem(0, {})} />);
  expect(words(all('[role=alert]')[0])).toMatch(/nothing you entered is lost/);
});
