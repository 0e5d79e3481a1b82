/* The match: what the agency wrote beside what the booking says, every difference marked, also within a name or a date. */
import type { ComponentChildren } from 'preact';
import type { Candidate, Identity } from '../api/types';
import { Scroll } from './bits';
import { dateText, differ } from './words';

type Verdict = 'same' | 'other' | 'one' | 'none';
export interface Compared {
  label: string;
  asked: string;
  held: string;
  verdict: Verdict;
}
const labels: [keyof Identity, string][] = [
  ['booking_number', 'Booking number'], ['state_id', 'State number'], ['family', 'Family name'], ['given', 'Given name'],
  ['middle', 'Middle name'], ['birth_date', 'Born'], ['sex', 'Sex'],
];
const norm = (s: string) => s.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

export function compare(asked: Identity, b: Candidate): Compared[] {
  const held: Identity = { booking_number: b.booking, state_id: b.state_id, family: b.family, given: b.given, middle: b.middle, birth_date: b.birth_date, sex: b.sex };
  return labels
    .map(([k, label]): Compared => {
      const x = String(asked[k] ?? ''), y = String(held[k] ?? '');
      const verdict: Verdict = x && y ? (norm(x) === norm(y) ? 'same' : 'other') : x || y ? 'one' : 'none';
      return { label, asked: x, held: y, verdict };
    })
    .filter((c) => c.verdict !== 'none');
}
function Marked({ text, against, date }: { text: string; against: string; date: boolean }): ComponentChildren {
  if (!text) return <span class="quiet">not given</span>;
  if (!against || norm(text) === norm(against)) return date ? dateText(text) : text;
  return <>{differ(text, against).map((p) => (p.other ? <mark>{p.text}</mark> : p.text))}{date && <span class="second quiet"> ({dateText(text)})</span>}</>;
}
const words: Record<Verdict, ComponentChildren> = {
  same: <span class="verdict verdict--same">agrees</span>, other: <span class="verdict verdict--other">differs</span>,
  one: <span class="verdict quiet">one side only</span>, none: null,
};

export function Pair({ asked, booking, title }: { asked: Identity; booking: Candidate; title?: string }) {
  return (
    <Scroll label={title ?? 'The request beside the booking'}>
      <table class="usa-table usa-table--borderless table pair">
        <caption class="visually-hidden">{title ?? 'The request beside the booking'}</caption>
        <thead><tr><th scope="col"><span class="visually-hidden">Fact</span></th><th scope="col">The request says</th><th scope="col">The booking says</th><th scope="col"><span class="visually-hidden">Do they agree</span></th></tr></thead>
        <tbody>
          {compare(asked, booking).map((c) => {
            const date = c.label === 'Born';
            return (
              <tr key={c.label} class={c.verdict === 'other' ? 'other' : undefined}>
                <th scope="row">{c.label}</th>
                <td><Marked text={c.asked} against={c.held} date={date} /></td>
                <td><Marked text={c.held} against={c.asked} date={date} /></td>
                <td>{words[c.verdict]}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}
