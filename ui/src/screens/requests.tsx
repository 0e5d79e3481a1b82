/* Requests: find a case by name, number or date. The address keeps what is looked for. */
import { useState, useEffect } from 'preact/hooks';
import { Empty, Head, Loading, MatchTag, More, StateTag, Tag, Time, Trouble } from '../parts/bits';
import { Check, Choice, Field } from '../parts/form';
import { useList, useResource, useRest } from '../parts/hooks';
import { fullName, sentence, whatText } from '../parts/words';
import { look } from '../router';
import type { ScreenProps } from '../screens';

const states: [string, string][] = [['', 'Any state'], ['received', 'Received'], ['matched', 'Matched'], ['decided', 'Decided'], ['triggered', 'Triggered'], ['noticed', 'Noticed'], ['closed', 'Closed']];

/* A day asks for what came on it; what has digits may be a reference or a booking; the rest is a name. */
export function asked(text: string): Record<string, string> {
  const t = text.trim();
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(t), us = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(t);
  const [y, m, d] = iso ? [iso[1], iso[2], iso[3]] : us ? [us[3], us[1], us[2]] : [];
  if (!y) return t.length > 1 ? { q: t } : {};
  const from = new Date(Number(y), Number(m) - 1, Number(d)), to = new Date(Number(y), Number(m) - 1, Number(d) + 1);
  return { from: from.toISOString(), to: to.toISOString() };
}

export default function Requests({ query, session }: ScreenProps) {
  const [text, setText] = useState(query.get('q') ?? '');
  const rested = useRest(text.trim(), 300);
  useEffect(() => look({ q: rested || undefined }), [rested]);
  const agencies = useResource('/agencies').data?.agencies ?? [];
  const ask = new URLSearchParams({ limit: '50', ...asked(rested) });
  for (const k of ['state', 'agency', 'work']) if (query.get(k)) ask.set(k, query.get(k)!);
  const byText = useList(`/cases?${ask}`, 'cases');
  const again = ask.has('q') && /\d/.test(rested) && !byText.loading && !byText.error && !byText.rows.length;
  const byBooking = useList(again ? `/cases?${new URLSearchParams({ limit: '50', booking: rested })}` : null, 'cases');
  const list = again ? { ...byBooking, error: undefined } : byText; /* an unknown booking number is no failure of a search */
  const may = session.role === 'records-officer' || session.role === 'supervisor';
  return (
    <>
      <Head title="Requests">{may && <a class="usa-button" href="/desk/requests/new">Enter a request</a>}</Head>
      <form class="finder row-form" role="search" onSubmit={(e) => e.preventDefault()} data-find>
        <Field label="Name, number or date" type="search" value={text} onInput={setText} hint="Family name, reference, case, booking, or the day it came" inputMode="search" />
        <Choice label="State" value={query.get('state') ?? ''} onInput={(state) => look({ state })} options={states} />
        <Choice label="Agency" value={query.get('agency') ?? ''} onInput={(agency) => look({ agency })} options={[['', 'Any agency'], ...agencies.map((a): [string, string] => [a.id, a.name])]} />
        <Check label="Waits for a person" checked={query.get('work') === 'true'} onInput={(v) => look({ work: v ? 'true' : '' })} />
      </form>
      <Trouble error={list.error} retry={list.reload} />
      {list.rows.length > 0 && (
        <table class="usa-table usa-table--borderless table list stack">
          <caption class="visually-hidden">Requests, the newest first</caption>
          <thead><tr><th scope="col">Received</th><th scope="col">Request</th><th scope="col">Agency</th><th scope="col">State</th><th scope="col">What now</th></tr></thead>
          <tbody>
            {list.rows.map((c) => (
              <tr key={c.case}>
                <td class="nowrap"><Time at={c.received_at} /></td>
                <td><a href={`/desk/cases/${c.case}`} data-row>{fullName(c) || c.case}</a><span class="second">{fullName(c) && <><span class="nowrap">{c.case}</span>, </>}<span class="nowrap">{c.agency_reference}</span></span></td>
                <td>{agencies.find((a) => a.id === c.agency)?.name ?? c.agency}</td>
                <td><span class="tags"><StateTag state={c.state} />{c.match !== 'confirmed' && <MatchTag match={c.match} />}{c.request_state !== 'open' && <Tag>{c.request_state}</Tag>}</span></td>
                <td>{c.work_list ? <strong>{sentence(c.work_why ?? 'a person must look')}</strong> : whatText(c.what)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {!list.loading && !list.error && !list.rows.length && <Empty>No request fits.</Empty>}
      {list.loading && !list.rows.length && <Loading />}
      <More more={list.more} loading={list.loading && list.rows.length > 0} />
    </>
  );
}
