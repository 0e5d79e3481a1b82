/* An invented jail that answers the API while the desk is developed without a server: `MOCK=1 npm run dev`. Names: officer, super,
 * policy, lawyer, auditor, admin, window; any password; code 000000. It must never be part of the build. */
import type { IncomingMessage, ServerResponse } from 'node:http';

type Json = Record<string, any>;
const roles: Record<string, string> = { officer: 'records-officer', super: 'supervisor', policy: 'policy-owner', lawyer: 'attorney', auditor: 'auditor', admin: 'administrator', window: 'integration' };
const ago = (min: number) => new Date(Date.now() - min * 60_000).toISOString();
const sessions = new Map<string, Json>();
const streams = new Set<ServerResponse>();
const tell = (change: Json) => {
  for (const s of streams) s.write(`event: ${change.kind}\ndata: ${JSON.stringify({ ...change, at: new Date().toISOString() })}\n\n`);
};

const people: [string, string, string, string, string, string][] = [
  ['25-004031', 'Thistlewood', 'Calvin', '1987-06-14', 'CO2214408', 'M'], ['25-004007', 'Marchetti', 'Dolores', '1990-11-02', 'CO1187265', 'F'],
  ['25-004044', 'Hargrove', 'Marcus', '1979-01-23', 'CO3350917', 'M'], ['25-003877', 'Kowalczyk', 'Ulises', '1983-08-30', 'CO2046613', 'M'],
  ['25-004052', 'Okonkwo', 'Ximena', '1995-04-17', 'CO1900432', 'F'], ['25-004060', 'Jaramillo', 'Samuel', '1992-12-09', 'CO3071188', 'M'],
  ['25-004071', 'Vanterpool', 'Odile', '1991-04-09', 'CO2999120', 'F'], ['25-004075', 'Lindqvist-Abernathy', 'Tarn', '1984-07-30', 'CO1888120', 'M'],
];
const assault = { sequence: 1, citation: '18-3-202(1)(a)', text: 'ASSAULT IN THE FIRST DEGREE', class: 'F3', stage: 'charged' };
const dui = { sequence: 1, citation: '42-4-1301(1)(a)', text: 'DRIVING UNDER THE INFLUENCE', class: 'M', stage: 'charged' };
const bookings: Json[] = people.map(([booking, family, given, birth_date, state_id, sex], i) => ({
  booking, family, given, birth_date, state_id, sex, booked_at: ago(900 + i * 300), custody: 'in custody', charges: i % 2 ? [assault] : [dui, { ...dui, sequence: 2, citation: '', text: 'FAILURE TO APPEAR', class: '', stage: 'arrested' }], cases: [],
}));
Object.assign(bookings[0]!, { triggered_at: ago(11), trigger_kind: 'bond posted' });
Object.assign(bookings[4]!, { custody: 'released', triggered_at: ago(400), trigger_kind: 'bond posted', left_at: ago(300), leave_kind: 'released' });
for (let i = 0; i < 60; i++) bookings.push({ booking: `25-00${3000 + i}`, family: ['Abelard', 'Brackwater', 'Castellan', 'Dunmore', 'Elsinore', 'Fenwick'][i % 6], given: ['Ada', 'Bruno', 'Cleo', 'Dario', 'Edda'][i % 5], birth_date: `19${60 + (i % 40)}-0${1 + (i % 9)}-1${i % 10}`, state_id: `CO15${10000 + i}`, sex: i % 3 ? 'M' : 'F', booked_at: ago(4000 + i * 97), custody: 'in custody', charges: [dui], cases: [] });

const cite = 'Mayor of Denver, interview of 20 January 2025', agreement = 'Denver, agreement on the jails of August 2017';
const owes = [{ duty: 'serve a copy on the person', within_hours: 24, citation: agreement }, { duty: 'advise the person of their rights', within_hours: 24, citation: agreement }];
const yes = { ask: 'notify', outcome: 'notify', rule: 'DEN25-1', why: 'The agency asked in writing, and this is within the stated focus: ASSAULT IN THE FIRST DEGREE, C.R.S. 18-3-202(1)(a) (charged).', because: ['/request/written', '/offences/0'], citations: [cite], obligations: owes };
const noHold = { ask: 'hold', outcome: 'decline', rule: 'INV-4', why: 'Nobody is kept longer without a confirmed criminal warrant, writ or order of a judge.', because: ['/documents'], citations: ['U.S. Const. amend. IV'], obligations: owes };
const outside = { ask: 'notify', outcome: 'review', rule: 'DEN25-5', why: 'No violent charge or conviction and no serious conviction is known, and it is not known whether the request is in writing: a supervisor decides.', because: ['/request/written'], citations: [cite], obligations: [] };
const who = { ask: 'notify', outcome: 'review', rule: 'INV-2', why: 'The request and the booking disagree about who the person is; a person must look.', because: ['/match'], citations: [], obligations: [] };

function makeCase(n: number, b: Json, extra: Json, asks: Json[]): Json {
  const id = `C${String(n).padStart(6, '0')}`;
  b.cases.push(id);
  return {
    case: id, state: 'decided', what: 'nothing now - the agency is told when a release begins', work_list: false, agency: 'field-office', agency_name: 'Federal Field Office (example)',
    agency_reference: `E-25-04${40 + n}`, form: 'I-247A', received_at: ago(600 + n * 40), request_state: 'open', match: 'confirmed', match_why: 'booking number, name and date of birth agree', booking: b.booking, disputed: false, dropped: 0,
    family: b.family, given: b.given, person: { booking: b.booking, family: b.family, given: b.given, birth_date: b.birth_date, state_id: b.state_id, sex: b.sex },
    custody: { state: b.custody, booked_at: b.booked_at, triggered_at: b.triggered_at, trigger_kind: b.trigger_kind, left_at: b.left_at, leave_kind: b.leave_kind },
    decision_id: String(100 + n), decided_at: ago(500), decision: { pack: { id: 'us-co-denver-2025-stated', version: '1', sha256: 'e0912c3e' }, as_of: ago(500), asks },
    request: { agency: 'field-office', reference: `E-25-04${40 + n}`, form: 'I-247A', received_at: ago(600 + n * 40), asks: asks.map((a) => a.ask), written: true, signed: true, complete: true, subject: { booking_number: b.booking, family: b.family, given: b.given, birth_date: b.birth_date }, documents: [{ kind: 'administrative warrant', form: 'I-200', issuer: 'immigration officer', state: 'active', criminal: false }] },
    answers: asks.map(({ because, obligations, ...a }) => ({ ...a, by: 'policy' })), proposals: [], duties: [], notices: [], alerts: [], told: [], ...extra,
  };
}
const cases: Json[] = [
  makeCase(1, bookings[0]!, { state: 'triggered', what: 'nothing - a release has begun; what is owed is in the outbox', notices: [
    { notice: '1', case: 'C000001', kind: 'person copy', channel: 'letter', address: 'person in custody', state: 'confirmed', attempts: 1, queued_at: ago(600), confirmed_at: ago(590) },
    { notice: '2', case: 'C000001', kind: 'answer', channel: 'fax', address: '+13035550100', state: 'confirmed', attempts: 1, queued_at: ago(600), confirmed_at: ago(597), provider_ref: 'job 41' },
    { notice: '3', case: 'C000001', kind: 'release', channel: 'fax', address: '+13035550100', state: 'queued', attempts: 2, queued_at: ago(11), next_at: ago(-1), why: 'no answer' }],
    duties: [{ duty: 'serve a copy on the person', since: ago(600), due: ago(-40), state: 'open', citation: agreement }, { duty: 'advise the person of their rights', since: ago(600), due: ago(-40), state: 'done', done_by: 'm.ortiz', how: 'read out at the cell, 23:10', citation: agreement }],
    alerts: [{ alert: '5', kind: 'not confirmed', text: 'the fax +13035550100 does not answer; call the agency', case: 'C000001', raised_at: ago(1) }] }, [yes, noHold]),
  makeCase(2, bookings[1]!, { state: 'noticed', what: 'nothing - the agency was told; the release takes its course', proposals: [{ ask: 'notify', outcome: 'decline', by: 't.lindgren', at: ago(20), reason: 'the charge was dismissed in court this morning' }],
    notices: [{ notice: '4', case: 'C000002', kind: 'release', channel: 'fax', address: '+13035550100', state: 'confirmed', attempts: 1, queued_at: ago(42), confirmed_at: ago(38), provider_ref: 'job 42' }] }, [yes, noHold]),
  makeCase(3, bookings[2]!, { work_list: true, work_why: 'a person must answer: notify', what: 'a person must look - a person must answer: notify' }, [outside, noHold]),
  makeCase(4, bookings[5]!, { work_list: true, work_why: 'the request and the booking disagree', what: 'a person must look - the request and the booking disagree', match: 'conflict', match_why: 'booking number and name agree, but date of birth differs', candidates: [{ booking: '25-004060', family: 'Jaramillo', given: 'Samuel', birth_date: '1992-12-09' }, { booking: '25-003004', family: 'Jaramillo', given: 'Samuela', birth_date: '1974-02-28' }] }, [who]),
  makeCase(5, bookings[3]!, { agency: 'marshals', agency_name: 'Marshals (example)', disputed: true, work_list: true, work_why: 'the person disputes to be the one meant', what: 'a person must look - the person disputes to be the one meant' }, [{ ...who, why: 'The person disputes to be the one meant; a supervisor settles it.', because: ['/disputed'] }]),
];
delete cases[2]!.request.written;
cases[3]!.request.subject.birth_date = '1974-02-28';
cases[3]!.request.subject.given = 'Samuell';
for (let i = 6; i < 40; i++) cases.push(makeCase(i, bookings[8 + i]!, { state: i % 3 ? 'decided' : 'closed', what: i % 3 ? 'nothing - declined; the release takes its course' : 'nothing - closed' }, [noHold]));

const table = {
  decision: 'Answer to notify', name: 'Answer to notify', hit_policy: 'UNIQUE',
  inputs: [{ label: 'within the stated focus?', expression: 'Stated focus', value: true as unknown }, { label: 'request in writing?', expression: 'request.written', value: true }, { label: 'arrested for a violent offence?', expression: 'x', value: false }],
  outputs: [{ name: 'outcome', label: 'outcome' }, { name: 'rule', label: 'rule' }],
  rules: [
    { id: '1', cells: ['true', 'true', '-'], outputs: ['"notify"', '"DEN25-1"'], annotation: 'Notice of release on request: violent criminals, or a serious criminal background.', lit: true },
    { id: '2', cells: ['true', 'not(true)', '-'], outputs: ['"review"', '"DEN25-2"'], annotation: 'Asked by telephone or not known: a person looks.' },
    { id: '3', cells: ['null', '-', '-'], outputs: ['"review"', '"DEN25-3"'], annotation: 'Unknown is never yes, and never a silent no.' },
    { id: '4', cells: ['false', '-', 'true'], outputs: ['"review"', '"DEN25-4"'], annotation: 'An arrest is not a charge.' },
    { id: '5', cells: ['false', '-', 'not(true)'], outputs: ['"decline"', '"DEN25-5"'], annotation: 'Outside the stated focus.' },
  ],
};
const traceOf = (c: Json) => {
  const rule = c.decision.asks[0].rule;
  const t = structuredClone(table) as Json;
  for (const r of t.rules) r.lit = r.decided = r.outputs[1] === `"${rule}"`;
  if (rule === 'DEN25-5') t.inputs = t.inputs.map((i: Json, n: number) => ({ ...i, value: n === 1 ? null : false }));
  return { decision: c.decision, trace: {}, tables: /^DEN/.test(rule) ? [t] : [] };
};
const alerts: Json[] = [
  ...cases.flatMap((c) => c.alerts),
  { alert: '6', kind: 'no address left', text: 'no verified address of Federal Sub-Office (example) is left; tell them by telephone and record it', case: 'C000002', raised_at: ago(70) },
  { alert: '7', kind: 'unknown booking', text: 'a release was reported for booking 25-009999, which the jail’s list does not have yet', booking: '25-009999', raised_at: ago(130) },
  { alert: '8', kind: 'trend', text: 'requests have doubled against the same months of the last administration', raised_at: ago(3000) },
];
const board = () => ({
  as_of: new Date().toISOString(),
  counts: { review: 2, match: 1, alert: alerts.length },
  rows: [
    { urgency: 'now', kind: 'late', case: 'C000001', booking: '25-004031', what: 'Call Federal Field Office: Thistlewood is leaving', why: 'The fax has not confirmed after two tries; bond was posted 11 minutes ago.', due_at: ago(1), since: ago(11) },
    { urgency: 'now', kind: 'trigger', case: 'C000002', booking: '25-004007', what: 'Marchetti is leaving: nothing to do, the agency was told', why: 'Confirmed by fax four minutes after the release order.', since: ago(42) },
    { urgency: 'soon', kind: 'duty', case: 'C000001', what: 'Serve a copy on Thistlewood', why: agreement, due_at: ago(-40), since: ago(600) },
    { urgency: 'soon', kind: 'match', case: 'C000004', what: 'Compare Jaramillo: request and booking disagree', why: 'Booking number and name agree, but the date of birth differs.', since: ago(55) },
    { urgency: 'today', kind: 'review', case: 'C000003', what: 'Answer for Hargrove: notify', why: 'It is not known whether the request is in writing.', since: ago(190) },
    { urgency: 'today', kind: 'alert', alert: '7', what: 'A release was reported for a booking the list does not have', why: 'Booking 25-009999', since: ago(130) },
  ],
});
const agencies = [{ id: 'field-office', name: 'Federal Field Office (example)', kind: 'federal immigration', addresses: [{ channel: 'fax', address: '+13035550100', verified_by: 't.lindgren', verified_on: '2025-01-15' }] }, { id: 'marshals', name: 'Marshals (example)', kind: 'federal', addresses: [] }];
const events = (c: Json) => [
  { index: 25, at: c.received_at, kind: 'request.received', actor: 'm.ortiz', body: {} }, { index: 26, at: c.received_at, kind: 'match.found', actor: 'm.ortiz', body: { match: c.match, why: c.match_why } },
  { index: 27, at: ago(500), kind: 'decision.made', actor: 'm.ortiz', body: { decision: c.decision } }, { index: 40, at: ago(100), kind: 'record.read', actor: 'auditor', body: { what: 'case' } },
  ...(c.custody.triggered_at ? [{ index: 44, at: c.custody.triggered_at, kind: 'trigger.reported', actor: 'window', body: { kind: c.custody.trigger_kind } }, { index: 45, at: c.custody.triggered_at, kind: 'notice.queued', actor: 'window', body: { channel: 'fax', kind: 'release' } }] : []),
];
export const months = () => {
  const out: Json[] = [];
  for (let y = 2023; y <= 2025; y++) for (let m = 1; m <= 12; m++) {
    if (y === 2025 && m > 9) break;
    const gap = (y === 2023 && m === 6) || (y === 2024 && (m === 2 || m === 3));
    if (gap) continue;
    const requests = Math.round((y === 2025 ? 26 : 13) + 5 * Math.sin(m * 2.1 + y)), bookings = 900 + 30 * m;
    out.push({ month: `${y}-${String(m).padStart(2, '0')}`, months: 1, requests, persons: requests - 2, papers: requests + 3, bookings, per_1000_bookings: Math.round((1e5 * requests) / bookings) / 100, from: y === 2023 ? 'reported' : 'ledger', ...(y === 2023 && { source: 'council-2023.csv' }) });
  }
  return out;
};
const compared = (baseline: string, chosen: boolean) => ({
  baseline, chosen, now: { months: 3, known: 3, requests: 84, bookings: 3420 }, base: { months: 9, known: 7, requests: 98, bookings: 7300 }, comparable: true, why: 'the counts of the baseline scatter no more than chance makes them',
  per: 'booking', method: 'exact conditional binomial', dispersion: 1, ratio: 2.04, low: 1.38, high: 3.02, p: 0.00002, practical: true, statistical: true, alert: true,
});
const share = (yes: number, known: number, unknown = 0) => ({ yes, known, unknown, share: known ? yes / known : null, low: 0, high: 1 });
const trend = (chosen: string) => ({
  facility: 'the example jail', as_of: new Date().toISOString(), ledger_events: 48211, rule: { pack: 'us-co-denver-2025-stated 1', threshold: 2, level: 0.99, baseline: 'same months' },
  administration: { name: 'the present one', from: '2025-01-20T17:00:00Z' }, previous_administration: { name: 'the last one', from: '2021-01-20T17:00:00Z', to: '2025-01-20T17:00:00Z' },
  windows: ['last quarter', 'last twelve months'].map((window, i) => ({
    window, from: i ? '2024-10' : '2025-07', to: '2025-09', compared: ['same months', 'whole term', ...(chosen === 'window' ? ['window'] : [])].map((b) => compared(b, b === (chosen || 'same months'))),
    mix: { requests_now: 84, requests_base: 98, alert: true, why: 'the share about people of the stated focus fell; all rows tested together by Holm', rows: [{ about: 'premise', what: 'within the stated focus', now: share(41, 80, 4), base: share(79, 95, 3), shifted: true }, { about: 'grade', what: 'felony', now: share(38, 84), base: share(61, 98), shifted: false }, { about: 'document', what: 'judicial warrant', now: share(3, 84), base: share(5, 98), shifted: false }] },
  })),
  change: { month: '2025-01', certainty: 0.997, earliest: '2024-12', latest: '2025-02', before_a_month: 13.1, after_a_month: 26.4 }, forecast: { from: '2025-10', to: '2025-12', months_known: 10, mean: 79, low: 62, high: 97 },
  months: months(),
});

type Handler = (m: RegExpMatchArray, req: { body: Json; query: URLSearchParams; session: Json; headers: IncomingMessage['headers'] }) => [number, Json | undefined, Json?];
const found = (id: string) => cases.find((c) => c.case === id);
const no = (status: number, id: string, detail: string): [number, Json] => [status, { type: 'about:blank', status, id, title: detail, detail }];
const withCase = (f: (c: Json, r: Parameters<Handler>[1]) => ReturnType<Handler>): Handler => (m, r) => {
  const c = found(decodeURIComponent(m[1]!));
  return c ? f(c, r) : no(404, 'CASE-0002', `there is no case '${m[1]}'`);
};
const changed = (c: Json): [number, Json] => {
  tell({ kind: 'case', case: c.case, booking: c.booking });
  return [200, c];
};
const strong = (s: Json) => Date.now() - s.strong < 5 * 60_000;

export const routes: [string, RegExp, Handler][] = [
  ['GET', /^\/session\/methods$/, () => [200, { local: true, sso: { name: 'the county' }, banner: 'This is a restricted system of the example jail. What is done here is monitored, recorded and audited. Use without authorisation is prohibited. By using it you consent.' }]],
  ['POST', /^\/session\/acknowledge$/, (_, { session }) => ((session.acknowledged = true), [200, session])],
  ['POST', /^\/session\/prove$/, (_, { session, body }) => (body.password === 'wrong' ? no(401, 'ACCESS-0001', 'not right') : ((session.strong = Date.now()), [200, session]))],
  ['POST', /^\/session\/link$/, (_, { body }) => [200, { name: body.name, role: 'administrator', totp_uri: 'otpauth://totp/Sallyport:x?secret=JBSWY3DPEHPK3PXP', totp_secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' }]],
  ['POST', /^\/session\/password$/, () => [204, undefined]],
  ['GET', /^\/session$/, (_, { session }) => [200, session]],
  ['DELETE', /^\/session$/, (_, { session }) => (sessions.delete(session.sid), [204, undefined])],
  ['GET', /^\/now$/, () => [200, board()]],
  ['GET', /^\/cases$/, (_, { query }) => {
    const q = (query.get('q') ?? '').toLowerCase();
    const rows = cases.filter((c) => (!query.get('work') || c.work_list) && (!query.get('state') || c.state === query.get('state')) && (!query.get('agency') || c.agency === query.get('agency')) && (!q || JSON.stringify([c.case, c.family, c.given, c.agency_reference, c.booking]).toLowerCase().includes(q)));
    const at = Number(query.get('cursor') ?? 0);
    return [200, { cases: rows.slice(at, at + 20), ...(at + 20 < rows.length && { next: String(at + 20) }) }];
  }],
  ['GET', /^\/cases\/([^/]+)$/, withCase((c) => [200, c])],
  ['GET', /^\/cases\/([^/]+)\/events$/, withCase((c) => [200, { events: events(c) }])],
  ['GET', /^\/cases\/([^/]+)\/trace$/, withCase((c) => [200, traceOf(c)])],
  ['POST', /^\/cases\/([^/]+)\/resolve$/, withCase((c, { body, session }) => {
    for (const a of c.answers) if (a.ask === body.ask) Object.assign(a, { outcome: body.outcome, by: session.name });
    Object.assign(c, { work_list: false, work_why: undefined, what: 'nothing now - the agency is told when a release begins' });
    return changed(c);
  })],
  ['POST', /^\/cases\/([^/]+)\/match$/, withCase((c, { body, session }) => (Object.assign(c, { match: 'confirmed', match_by: session.name, booking: body.booking, work_list: false, candidates: undefined, what: 'wait - it is being decided' }), changed(c)))],
  ['POST', /^\/cases\/([^/]+)\/override$/, withCase((c, { body, session }) => (strong(session) ? (c.proposals.push({ ...body, by: session.name, at: new Date().toISOString() }), changed(c)) : no(403, 'ACCESS-0003', 'prove who you are')))],
  ['POST', /^\/cases\/([^/]+)\/settle$/, withCase((c, { session }) => (strong(session) ? (Object.assign(c, { disputed: false, work_list: false, what: 'wait - it is being decided' }), changed(c)) : no(403, 'ACCESS-0003', 'prove who you are')))],
  ['POST', /^\/cases\/([^/]+)\/dispute$/, withCase((c) => (Object.assign(c, { disputed: true, work_list: true, work_why: 'the person disputes to be the one meant' }), changed(c)))],
  ['POST', /^\/cases\/([^/]+)\/documents$/, withCase((c, { body }) => (c.request.documents.push(body.document), changed(c)))],
  ['POST', /^\/cases\/([^/]+)\/duties$/, withCase((c, { body, session }) => {
    for (const d of c.duties) if (d.duty === body.duty) Object.assign(d, { state: 'done', done_by: session.name, how: body.how });
    return changed(c);
  })],
  ['POST', /^\/requests$/, () => [201, cases[3]!]],
  ['GET', /^\/bookings$/, (_, { query }) => {
    const q = (query.get('q') ?? query.get('number') ?? query.get('state_id') ?? '').toLowerCase(), born = query.get('born');
    const rows = bookings.filter((b) => (!query.get('here') || !b.left_at) && (!born || b.birth_date === born) && (!q || `${b.family}, ${b.given} ${b.booking} ${b.state_id}`.toLowerCase().includes(q)));
    const at = Number(query.get('cursor') ?? 0);
    return [200, { bookings: rows.slice(at, at + 25).map(({ cases: _c, charges: _h, ...b }) => b), ...(at + 25 < rows.length && { next: String(at + 25) }) }];
  }],
  ['GET', /^\/bookings\/([^/]+)$/, (m, { session }) => {
    const b = bookings.find((x) => x.booking === decodeURIComponent(m[1]!));
    if (!b) return no(404, 'CASE-0007', 'there is no such booking');
    const { cases: own, ...rest } = b;
    return [200, session.role === 'integration' ? rest : { ...rest, cases: own }];
  }],
  ['POST', /^\/bookings\/([^/]+)\/(triggers|releases)$/, (m, { body }) => {
    const b = bookings.find((x) => x.booking === decodeURIComponent(m[1]!))!;
    const at = body.at ?? new Date().toISOString();
    Object.assign(b, m[2] === 'triggers' ? { triggered_at: at, trigger_kind: body.kind } : { left_at: at, leave_kind: body.kind, custody: body.kind });
    tell({ kind: 'ledger', booking: b.booking });
    return [200, { booking: b.booking, kind: body.kind, at, new: true }];
  }],
  ['POST', /^\/bookings\/([^/]+)\/triggers\/undo$/, (m) => {
    const b = bookings.find((x) => x.booking === decodeURIComponent(m[1]!))!;
    delete b.triggered_at;
    return [200, { booking: b.booking, kind: 'undo', at: new Date().toISOString(), new: true }];
  }],
  ['GET', /^\/alerts$/, () => [200, { alerts }]],
  ['POST', /^\/alerts\/([^/]+)\/close$/, (m) => (alerts.splice(alerts.findIndex((a) => a.alert === m[1]), 1), tell({ kind: 'alert' }), [200, { alert: m[1], closed: true }])],
  ['GET', /^\/trend$/, (_, { query }) => [200, trend(query.get('baseline') ?? '')]],
  ['GET', /^\/agencies$/, () => [200, { agencies }]],
];

export async function answer(req: IncomingMessage, res: ServerResponse, next: () => void): Promise<void> {
  const url = new URL(req.url ?? '/', 'http://mock');
  if (!url.pathname.startsWith('/api/v1')) return next();
  const path = url.pathname.slice('/api/v1'.length);
  let text = '';
  for await (const part of req) text += part;
  const body = text && /json/.test(req.headers['content-type'] ?? '') ? (JSON.parse(text) as Json) : {};
  const send = (status: number, json?: Json, headers: Json = {}) => {
    res.writeHead(status, { 'Content-Type': status >= 400 ? 'application/problem+json' : 'application/json', 'Cache-Control': 'no-store', ...headers });
    res.end(json === undefined ? undefined : JSON.stringify(json));
  };
  const sid = /sid=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1] ?? '';
  const session = sessions.get(sid);
  if (path === '/session' && req.method === 'POST') {
    const role = roles[body.name as string];
    if (!role || body.password === 'wrong') return send(401, no(401, 'ACCESS-0001', 'name, password or code is not right')[1]);
    if (!body.code) return send(401, no(401, 'ACCESS-0002', 'a code is needed')[1]);
    const s = { sid: `${body.name}-${Math.random().toString(36).slice(2)}`, name: body.name, role, csrf: 'mock', acknowledged: body.code === '000001', facility: 'Example County Jail', since: new Date().toISOString(), expires_at: ago(-15), strong: 0 };
    sessions.set(s.sid, s);
    return send(200, s, { 'Set-Cookie': `sid=${s.sid}; Path=/; HttpOnly` });
  }
  if (!session && !/^\/(session\/(methods|link)|public)/.test(path)) return send(401, no(401, 'ACCESS-0001', 'nobody is signed in')[1]);
  if (path === '/events') {
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    res.write(': heartbeat\n\n');
    streams.add(res);
    req.on('close', () => streams.delete(res));
    return;
  }
  for (const [method, pattern, handler] of routes) {
    const m = method === req.method && path.match(pattern);
    if (m) {
      const [status, json, headers] = handler(m, { body, query: url.searchParams, session: session ?? {}, headers: req.headers });
      return send(status, json, { ...(status === 200 && req.method === 'GET' && { ETag: `"${Math.random()}"` }), ...headers });
    }
  }
  send(404, no(404, 'HTTP-0404', `the invented jail has no ${req.method} ${path}`)[1]);
}
