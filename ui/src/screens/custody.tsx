/* Custody: find a person by name, number or date, fast. For the bail window this is the desk: it shows stays in custody and
 * must never show that a request exists. */
import { useEffect, useState } from 'preact/hooks';
import type { BookingRow } from '../api/types';
import { Empty, Head, Loading, More, Tag, Time, Trouble } from '../parts/bits';
import { Check, Field } from '../parts/form';
import { useList, useRest } from '../parts/hooks';
import { dateText, fullName } from '../parts/words';
import { look } from '../router';
import type { ScreenProps } from '../screens';

/* "1987-06-14" or "6/14/1987" is a date of birth, what has digits the beginning of a booking number, the rest a name. Every search is
 * recorded with the reader's name, so a single letter asks for nothing. */
export function asked(text: string): Record<string, string> | null {
  const t = text.trim();
  if (!t) return {};
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(t), us = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(t);
  const pad = (n: string) => n.padStart(2, '0');
  if (iso) return { born: `${iso[1]}-${pad(iso[2]!)}-${pad(iso[3]!)}` };
  if (us) return { born: `${us[3]}-${pad(us[1]!)}-${pad(us[2]!)}` };
  if (/\d/.test(t)) return { number: t };
  return t.length > 1 ? { q: t } : null;
}
export function CustodyTag({ b }: { b: BookingRow }) {
  if (b.left_at) return <Tag tone="quiet">{b.leave_kind ?? b.custody}</Tag>;
  if (b.triggered_at || b.custody === 'release triggered') return <Tag tone="bad">release begun</Tag>;
  return <Tag tone="good">{b.custody}</Tag>;
}

export default function Custody({ query }: ScreenProps) {
  const [text, setText] = useState(query.get('q') ?? '');
  const rested = useRest(text.trim(), 300);
  useEffect(() => look({ q: rested || undefined }), [rested]);
  const here = query.get('here') !== '0';
  const members = asked(rested);
  const path = (m: Record<string, string>) => `/bookings?${new URLSearchParams({ limit: '50', ...m, ...(here && { here: 'true' }) })}` as const;
  const nothing = !members || (!rested && !here);
  const byFirst = useList(nothing ? null : path(members), 'bookings');
  const again = !!members?.number && !byFirst.loading && !byFirst.error && !byFirst.rows.length;
  const byState = useList(again ? path({ state_id: rested }) : null, 'bookings');
  const list = again ? byState : byFirst;
  return (
    <>
      <Head title="Custody" />
      <form class="finder row-form" role="search" onSubmit={(e) => e.preventDefault()} data-find>
        <Field label="Name, number or date of birth" type="search" value={text} onInput={setText} hint="Family name first, booking or state number, or 1987-06-14" inputMode="search" autofocus />
        <Check label="In custody now" checked={here} onInput={(v) => look({ here: v ? undefined : '0' })} />
      </form>
      <Trouble error={list.error} retry={list.reload} />
      {list.rows.length > 0 && (
        <table class="usa-table usa-table--borderless table list stack">
          <caption class="visually-hidden">Stays in custody</caption>
          <thead><tr><th scope="col">Name</th><th scope="col">Born</th><th scope="col">Booking</th><th scope="col">State number</th><th scope="col">Booked</th><th scope="col">Custody</th></tr></thead>
          <tbody>
            {list.rows.map((b) => (
              <tr key={b.booking}>
                <td><a href={`/desk/custody/${encodeURIComponent(b.booking)}`} data-row>{fullName(b) || b.booking}</a></td>
                <td class="nowrap">{dateText(b.birth_date)}</td>
                <td class="nowrap mono">{b.booking}</td>
                <td class="nowrap mono">{b.state_id}</td>
                <td class="nowrap"><Time at={b.booked_at} /></td>
                <td class="nowrap"><CustodyTag b={b} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {!list.loading && !list.error && !list.rows.length && <Empty>{nothing ? 'Enter a name, a number or a date of birth.' : rested ? `Nobody${here ? ' in custody' : ''} fits “${rested}”.` : 'Nobody is in custody.'}</Empty>}
      {list.loading && !list.rows.length && <Loading what="Looking" />}
      <More more={list.more} loading={list.loading && list.rows.length > 0} />
    </>
  );
}
