import { expect, test } from 'vitest';
import type { Case, Notice, PolicyTable, Role, Trace, TrendMonth } from '../src/api/types';
import { missingFacts } from '../src/parts/missing';
import { band, fill, monthNumber, monthText, poissonQuantile } from '../src/parts/months';
import { compare } from '../src/parts/pair';
import { cellText, unknownInputs } from '../src/parts/rules';
import { dateText, differ, fullName, noticeText, spanText, timeText, untilText } from '../src/parts/words';
import { fits } from '../src/router';
import { first, may, screens } from '../src/screens';
import { mayClose } from '../src/screens/alerts';
import { instantOf } from '../src/screens/booking';
import { positive } from '../src/screens/case';
import { asked as askCustody } from '../src/screens/custody';
import { asked as askRequests } from '../src/screens/requests';

const now = new Date(2026, 10, 23, 2, 40);
const at = (h: number, m: number) => new Date(2026, 10, 23, h, m).toISOString();

test('a notice says when and how it was confirmed', () => {
  const n = { notice: '1', case: 'C1', kind: 'release', channel: 'fax', address: '+1', state: 'confirmed', attempts: 1, confirmed_at: at(2, 47) } as Notice;
  expect(noticeText(n, now)).toBe('confirmed 02:47 by fax');
  expect(noticeText({ ...n, state: 'queued', attempts: 2, next_at: at(2, 41) }, now)).toBe('tried 2 times, again 02:41 by fax');
  expect(noticeText({ ...n, state: 'unknown' }, now)).toMatch(/not known whether it arrived/);
  for (const state of ['begun', 'underway', 'withdrawn', 'refused', 'not confirmed'] as const) expect(noticeText({ ...n, state }, now)).toMatch(/fax/);
});
test('times are 24 hours, midnight is 00, other days are named', () => {
  expect(timeText(new Date(2026, 10, 23, 0, 5), now)).toBe('00:05');
  expect(timeText(new Date(2026, 10, 22, 23, 50), now)).toBe('Nov 22, 23:50');
  expect(timeText(new Date(2025, 2, 3, 2, 40), now)).toBe('Mar 3, 2025, 02:40');
  expect(untilText(new Date(2026, 10, 23, 2, 46), now.getTime())).toEqual({ text: 'in 6 min', over: false });
  expect(untilText(new Date(2026, 10, 23, 2, 28), now.getTime())).toEqual({ text: '12 min late', over: true });
  expect([30_000, 59.6 * 60_000, 130 * 60_000, 26 * 3_600_000, 72 * 3_600_000].map(spanText)).toEqual(['1 min', '1 h', '2 h 10', '26 h', '3 days']);
});
test('a birthday is a civil date in every zone', () => {
  expect(dateText('1987-06-14')).toBe('Jun 14, 1987');
  expect(dateText(undefined)).toBe('');
  expect(dateText('unclear')).toBe('unclear');
});
test('differences inside a name and a date are marked, accents and case are none', () => {
  expect(differ('Samuell', 'Samuel').filter((p) => p.other).map((p) => p.text)).toEqual(['l']);
  expect(differ('abc', 'abc')).toEqual([{ text: 'abc', other: false }]);
  expect(differ('', 'x')).toEqual([]);
  expect(differ('1974-02-28', '1992-12-09').map((p) => p.text).join('')).toBe('1974-02-28');
  const rows = compare({ family: 'ÁLVAREZ', given: 'Ana', birth_date: '1990-01-02' }, { booking: 'B-1', family: 'Alvarez', given: 'Anna', sex: 'F' });
  expect(rows.map((r) => [r.label, r.verdict])).toEqual([['Booking number', 'one'], ['Family name', 'same'], ['Given name', 'other'], ['Born', 'one'], ['Sex', 'one']]);
});
test('names are family first', () => {
  expect(fullName({ family: 'Okonkwo', given: 'Ximena', middle: 'R' })).toBe('Okonkwo, Ximena R');
  expect(fullName({})).toBe('');
});

test('what is looked for: numbers, days, names', () => {
  expect(askCustody('25-004031')).toEqual({ number: '25-004031' });
  expect(askCustody(' 6/14/1987 ')).toEqual({ born: '1987-06-14' });
  expect(askCustody('1987-6-14')).toEqual({ born: '1987-06-14' });
  expect(askCustody('okonkwo, x')).toEqual({ q: 'okonkwo, x' });
  expect(askCustody('')).toEqual({});
  expect(askCustody('o')).toBeNull();
  expect(askRequests('E-25-0441')).toEqual({ q: 'E-25-0441' });
  const day = askRequests('2025-03-02');
  expect(new Date(day.to!).getTime() - new Date(day.from!).getTime()).toBe(24 * 3_600_000);
  expect(instantOf('')).toBeUndefined();
  expect(instantOf('nonsense')).toBeUndefined();
  expect(instantOf('2026-11-23T02:40')).toBe(now.toISOString());
});

test('addresses', () => {
  expect(fits('/desk/cases/:case', '/desk/cases/C%2012')).toEqual({ case: 'C 12' });
  expect(fits('/desk/cases/:case', '/desk/cases/')).toBeNull();
  expect(fits('/desk/cases/:case', '/desk/cases/%E0%A4%A')).toBeNull();
  expect(fits('/desk/cases', '/desk/cases/C1')).toBeNull();
});
test('the bail window has custody and its account, nothing that knows of a request', () => {
  expect(screens.filter((s) => may(s, 'integration')).map((s) => s.path)).toEqual(['/desk/custody', '/desk/custody/:booking', '/desk/account']);
  expect(first('integration')).toBe('/desk/custody');
});
test('an administrator reads no case, every role has somewhere to begin, no key is used twice', () => {
  for (const path of ['/desk/now', '/desk/cases/:case', '/desk/requests', '/desk/review', '/desk/alerts', '/desk/custody']) expect(may(screens.find((s) => s.path === path)!, 'administrator')).toBe(false);
  for (const r of ['records-officer', 'supervisor', 'policy-owner', 'attorney', 'auditor', 'administrator', 'integration'] as Role[]) expect(first(r)).toMatch(/^\/desk\//);
  const keys = screens.flatMap((s) => s.key ?? []);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys).not.toContain('j');
  expect(mayClose('records-officer', 'trend')).toBe(false);
  expect(mayClose('policy-owner', 'trend')).toBe(true);
  expect(mayClose('auditor', 'duty late')).toBe(false);
});
test('the positive answer to an ask', () => expect([positive('notify'), positive('hold'), positive('interview')]).toEqual(['notify', 'honor', 'honor']));

const table: PolicyTable = { decision: 'd', name: 'd', hit_policy: 'UNIQUE', outputs: [], annotations: [], inputs: [{ label: 'in writing?', expression: 'request.written', value: null }, { label: 'known', expression: 'x', value: false }], rules: [{ rule: 1, id: '1', cells: [], outputs: [], decided: true }] };
test('what is not known is named once, and an invariant names the match', () => {
  expect(unknownInputs([table])).toEqual(['in writing?']);
  const c = { match: 'confirmed', disputed: false, request: {}, decision: { asks: [{ outcome: 'review', because: ['/request/written'] }] } } as unknown as Case;
  expect(missingFacts(c, { tables: [table] } as Trace)).toEqual(['in writing']);
  expect(missingFacts(c)).toEqual(['whether the request is in writing']);
  expect(missingFacts({ ...c, match: 'conflict', match_why: 'birth dates differ' } as Case)).toContain('birth dates differ');
});
test('cells as people read them', () => expect(['-', 'true', 'not(true)', 'null', '"notify"', '> 3', '["C.R.S. 24-76.6-102", "Act of 2017, § 3"]', '[1]'].map(cellText)).toEqual(['any', 'yes', 'no, or not known', 'not known', 'notify', '> 3', 'C.R.S. 24-76.6-102; Act of 2017, § 3', '[1]']));

test('an unknown month is a gap, a quarter is spread, nothing becomes zero', () => {
  const row = (month: string, requests: number | null, months = 1): TrendMonth => ({ month, months, requests });
  const { months, counts } = fill([row('2024-11', 4), row('2025-01', null), row('2025-03', 30, 3)]);
  expect(months.map((m) => monthText(m, 'iso'))).toEqual(['2024-11', '2024-12', '2025-01', '2025-02', '2025-03', '2025-04', '2025-05']);
  expect(counts).toEqual([4, null, null, null, 10, 10, 10]);
  expect(fill([])).toEqual({ months: [], counts: [] });
  expect(monthNumber('2025-12')).toBe(2025 * 12 + 11);
  expect(monthNumber('2025-13')).toBeNull();
  expect(monthNumber('soon')).toBeNull();
});
test('the band of the baseline has the quantiles of a Poisson number and widens with scatter', () => {
  /* scipy.stats.poisson.ppf([.005, .5, .995], 15) = 6, 15, 26 */
  expect([0.005, 0.5, 0.995].map((p) => poissonQuantile(p, 15))).toEqual([6, 15, 26]);
  expect(band(15)).toEqual({ low: 6, mean: 15, high: 26 });
  const wide = band(15, 2.5)!;
  expect(wide.low).toBeLessThan(6);
  expect(wide.high).toBeGreaterThan(26);
  expect(band(0)).toBeNull();
});

test('a text of a table is read as a text: no quotes, alternatives by or, what fills a place is marked', () => {
  expect(cellText('"asked in writing"')).toBe('asked in writing');
  expect(cellText('"in custody", "release triggered"')).toBe('in custody or release triggered');
  expect(cellText('"It attests: " + string join(request.attests, ", ") + "."')).toBe('It attests: ‹string join(request.attests, ", ")›.');
  expect(cellText('if request.written = false then "Not in writing." else "Not known."')).toBe('If request.written = false: Not in writing. Otherwise: Not known.');
  expect(cellText('["/request/written"]')).toBe('/request/written');
  expect(cellText('a + b')).toBe('a + b');
  expect(cellText('"1 + 1"')).toBe('1 + 1');
});
