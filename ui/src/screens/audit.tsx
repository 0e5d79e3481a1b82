/* The auditor's nine questions: each with its answer, the figures behind it and every exception by case number. */
import { useEffect, useState } from 'preact/hooks';
import { get } from '../api/client';
import type { Audit, AuditAnswer } from '../api/figures';
import { Facts, Head, Loading, Scroll, Section, Tag, Time, Trouble } from '../parts/bits';
import { Field } from '../parts/form';
import { look } from '../router';
import type { ScreenProps } from '../screens';

const words = (name: string) => name.replace(/_/g, ' ');
const shown = (v: unknown): string => (v === null || v === undefined ? '' : typeof v === 'boolean' ? (v ? 'yes' : 'no') : typeof v === 'number' ? v.toLocaleString('en-US') : typeof v === 'object' ? JSON.stringify(v) : String(v));

function Rows({ name, rows }: { name: string; rows: Record<string, unknown>[] }) {
  const columns = [...new Set(rows.flatMap((r) => Object.keys(r)))];
  if (!rows.length) return null;
  return (
    <Scroll label={words(name)}>
      <table class="usa-table usa-table--borderless table list">
        <caption>{words(name)}</caption>
        <thead><tr>{columns.map((c) => <th scope="col" key={c}>{words(c)}</th>)}</tr></thead>
        <tbody>{rows.slice(0, 100).map((r, i) => <tr key={i}>{columns.map((c) => <td key={c} class={typeof r[c] === 'number' ? 'num' : undefined}>{c === 'case' && r[c] ? <a href={`/desk/cases/${r[c]}`}>{String(r[c])}</a> : shown(r[c])}</td>)}</tr>)}</tbody>
      </table>
    </Scroll>
  );
}
function Question({ a }: { a: AuditAnswer }) {
  const known = new Set(['question', 'asks', 'clean', 'numbers', 'exceptions']);
  const more = Object.entries(a).filter(([k]) => !known.has(k));
  return (
    <Section title={`${a.question}. ${a.asks}`} id={`question-${a.question}`} side={a.clean ? <Tag tone="good">nothing found</Tag> : <Tag tone="bad">{a.exceptions.length} found</Tag>}>
      {a.exceptions.length > 0 && (
        <ul class="plain">
          {a.exceptions.slice(0, 100).map((x, i) => <li key={i}>{x.case && <a href={`/desk/cases/${x.case}`}>{x.case}</a>} {x.what} <span class="quiet"><Time at={x.at} />{x.event !== undefined && `, event ${x.event}`}</span></li>)}
        </ul>
      )}
      {a.exceptions.length > 100 && <p class="quiet">100 of {a.exceptions.length}; the command line gives all.</p>}
      <details>
        <summary>Figures</summary>
        <Facts of={Object.entries(a.numbers).map(([k, v]) => [words(k), shown(v)])} />
        {more.map(([k, v]) => (Array.isArray(v) ? <Rows key={k} name={k} rows={v as Record<string, unknown>[]} /> : v && typeof v === 'object' ? <div key={k}><h3>{words(k)}</h3><Facts of={Object.entries(v).map(([n, x]) => [words(n), shown(x)])} /></div> : null))}
      </details>
    </Section>
  );
}

export default function AuditScreen({ query }: ScreenProps) {
  const from = query.get('from') ?? '', to = query.get('to') ?? '';
  const [audit, setAudit] = useState<Audit>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const stop = new AbortController();
    const q = new URLSearchParams({ ...(from && { from }), ...(to && { to }) }).toString();
    setAudit(undefined);
    setError(undefined);
    get(q ? `/audit?${q}` : '/audit', stop.signal).then(setAudit, (e) => !stop.signal.aborted && setError(e));
    return () => stop.abort();
  }, [from, to]);
  return (
    <>
      <Head title="Audit" lead="Nine questions to the ledger. Verify the ledger first: the answers believe it." />
      <form class="finder row-form" onSubmit={(e) => e.preventDefault()}>
        <Field label="From" type="date" value={from} onInput={(v) => look({ from: v || undefined })} />
        <Field label="To" type="date" value={to} onInput={(v) => look({ to: v || undefined })} />
      </form>
      <Trouble error={error} />
      {!audit && !error && <Loading what="Asking the ledger" />}
      {audit && <p class="verdict-line">{audit.clean ? 'Nothing was found.' : `${audit.answers.filter((a) => !a.clean).length} of ${audit.answers.length} questions found something.`} <span class="quiet">{audit.events.toLocaleString('en-US')} events were read.</span></p>}
      {audit?.answers.map((a) => <Question key={a.question} a={a} />)}
    </>
  );
}
