/* Reports: one definition each, looked at here, taken along as PDF, CSV or JSON. Each says from which signed ledger it is drawn. */
import { useEffect, useState } from 'preact/hooks';
import { get, root } from '../api/client';
import { Empty, Facts, Head, Loading, Scroll, Section, Time, Trouble } from '../parts/bits';
import { Choice, Field } from '../parts/form';
import { useResource } from '../parts/hooks';
import { dateText } from '../parts/words';
import { look } from '../router';
import type { ScreenProps } from '../screens';

type Cell = string | number | null | { hidden: true };
interface Table {
  id: string;
  title: string;
  columns: { id: string; title: string; unit: string }[];
  rows: Cell[][];
  total?: boolean;
  notes?: string[];
  plot?: { kind: 'bars' | 'spread'; label: number; values?: number[]; low?: number; mid?: number; high?: number };
}
interface Report {
  report: string;
  title: string;
  from?: string;
  to?: string;
  drawn_from: { size: number; root: string; at?: string };
  later_events?: number;
  expunged_events?: number;
  words: string[];
  tables: Table[];
}
export function cellShown(c: Cell | undefined, unit: string): string {
  if (c === null || c === undefined) return '–';
  if (typeof c === 'object') return 'few';
  if (typeof c === 'string') return c;
  if (unit === 'share') return `${(100 * c).toFixed(1)} %`;
  if (unit === 'count') return c.toLocaleString('en-US');
  return c.toLocaleString('en-US', { maximumFractionDigits: unit === 'rate' ? 2 : 1 });
}
const isNumber = (unit: string) => unit !== 'text' && unit !== 'time';

function TableOf({ t }: { t: Table }) {
  const drawn = t.plot?.kind === 'bars' ? t.plot.values?.[0] : undefined;
  const most = drawn === undefined ? 0 : Math.max(1, ...t.rows.slice(0, t.total ? -1 : undefined).map((r) => (typeof r[drawn] === 'number' ? (r[drawn] as number) : 0)));
  return (
    <Section title={t.title} id={`table-${t.id}`}>
      {!t.rows.length ? <Empty>None.</Empty> : (
        <Scroll label={t.title}>
          <table class="usa-table usa-table--borderless table list report">
            <caption class="visually-hidden">{t.title}</caption>
            <thead><tr>{t.columns.map((c) => <th scope="col" key={c.id} class={isNumber(c.unit) ? 'num' : undefined}>{c.title}{c.unit === 'minutes' || c.unit === 'hours' ? `, ${c.unit}` : ''}</th>)}{most > 0 && <th scope="col"><span class="visually-hidden">Drawn</span></th>}</tr></thead>
            <tbody>
              {t.rows.map((r, i) => (
                <tr key={i} class={t.total && i === t.rows.length - 1 ? 'total' : undefined}>
                  {t.columns.map((c, j) => (j === 0 ? <th scope="row" key={c.id}>{cellShown(r[j], c.unit)}</th> : <td key={c.id} class={isNumber(c.unit) ? 'num' : undefined}>{cellShown(r[j], c.unit)}</td>))}
                  {most > 0 && <td class="drawn">{!(t.total && i === t.rows.length - 1) && typeof r[drawn!] === 'number' && <progress class="bar-of" max={most} value={r[drawn!] as number} aria-hidden="true" />}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {t.notes?.map((x) => <p class="quiet" key={x}>{x}</p>)}
    </Section>
  );
}

export default function Reports({ query }: ScreenProps) {
  const list = useResource<{ reports: { report: string; title: string; forms?: string[] }[] }>('/reports');
  const name = query.get('report') ?? '', from = query.get('from') ?? '', to = query.get('to') ?? '';
  const [report, setReport] = useState<Report>();
  const [error, setError] = useState<unknown>();
  const path = (as: string) => `/reports/${encodeURIComponent(name)}?${new URLSearchParams({ ...(from && { from }), ...(to && { to }), as })}`;
  useEffect(() => {
    const stop = new AbortController();
    setReport(undefined);
    setError(undefined);
    if (name) get<Report>(path('json'), stop.signal).then(setReport, (e) => !stop.signal.aborted && setError(e));
    return () => stop.abort();
  }, [name, from, to]);
  return (
    <>
      <Head title="Reports" lead="Drawn from the signed ledger; from the same ledger the same report comes again." />
      <Trouble error={list.error} retry={list.reload} />
      <form class="finder row-form" onSubmit={(e) => e.preventDefault()}>
        <Choice label="Report" value={name} onInput={(v) => look({ report: v || undefined })} options={[['', 'choose one'], ...(list.data?.reports ?? []).map((r): [string, string] => [r.report, r.title])]} />
        <Field label="From" type="date" value={from} onInput={(v) => look({ from: v || undefined })} />
        <Field label="To" type="date" value={to} onInput={(v) => look({ to: v || undefined })} />
      </form>
      <Trouble error={error} />
      {name && !report && !error && <Loading what="Drawing it from the ledger" />}
      {report && (
        <>
          <h2>{report.title}</h2>
          <p class="row-acts">
            {['pdf', 'csv', 'json'].map((as) => <a key={as} class="usa-button usa-button--outline" href={root + path(as)} download={`${report.report}.${as}`}>{as.toUpperCase()}</a>)}
          </p>
          {report.words.map((w) => <p key={w}>{w}</p>)}
          {report.tables.map((t) => <TableOf key={t.id} t={t} />)}
          <Section title="Where it comes from">
            <Facts of={[
              ['Time', report.from && report.to && `${dateText(report.from)} to ${dateText(report.to)}`],
              ['Ledger', <>size {report.drawn_from.size.toLocaleString('en-US')}{report.drawn_from.at && <>, signed <Time at={report.drawn_from.at} /></>}</>],
              ['Root', <span class="mono breaks">{report.drawn_from.root}</span>],
              ['Later events', report.later_events ? `${report.later_events.toLocaleString('en-US')} are not in it yet` : ''],
              ['Forgotten by order', report.expunged_events || ''],
            ]} />
          </Section>
        </>
      )}
    </>
  );
}
