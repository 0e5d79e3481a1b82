/* Which facts are missing or in the way, in words: from the decision's pointers, the match and the tables that were read. */
import type { Case, Trace } from '../api/types';
import { unknownInputs } from './rules';

const pointers: [RegExp, (c: Case) => string | null][] = [
  [/^\/match$/, (c) => (c.match === 'conflict' ? c.match_why || 'the request and the booking disagree about who the person is' : c.match === 'unverified' ? c.match_why || 'it is not verified who is meant' : null)],
  [/^\/disputed$/, (c) => (c.disputed ? 'the person disputes to be the one meant' : null)],
  [/^\/request\/written$/, (c) => (c.request?.written === undefined ? 'whether the request is in writing' : null)],
  [/^\/request\/signed$/, (c) => (c.request?.signed === undefined ? 'whether the request is signed' : null)],
  [/^\/request\/complete$/, (c) => (c.request?.complete === undefined ? 'whether the request is complete' : null)],
];
export function missingFacts(c: Case, trace?: Trace): string[] {
  const out = new Set<string>();
  const unknown = unknownInputs(trace?.tables.filter((t) => t.rules.some((r) => r.decided)) ?? []);
  for (const a of c.decision?.asks ?? []) {
    if (a.outcome !== 'review') continue;
    for (const p of a.because ?? []) if (!unknown.length || !p.startsWith('/request')) for (const [re, say] of pointers) if (re.test(p)) {
      const words = say(c);
      if (words) out.add(words);
    }
  }
  if (c.match !== 'confirmed' && c.match_why) out.add(c.match_why);
  for (const i of unknown) out.add(i.replace(/\?$/, ''));
  return [...out];
}
