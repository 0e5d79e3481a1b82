/* Reports: one definition each, looked at here, taken along as PDF, CSV or JSON. Each says from which signed ledger it is drawn. */
import { useEffect, useState } from 'preact/hooks';
import { get, root } from '../api/client';
import type { Cell, Report, Table } from '../api/figures';
import { Empty, Facts, Head, Loading, Scroll, Section, Time, Trouble } from '../parts/bits';
import { Choice, Field } from '../parts/form';
import { useResource } from '../parts/hooks';
import { dateText } from '../parts/words';
import { look } from '../router';
import type { ScreenProps } from '../screens';

const isText = (unit: string) => unit === 'text';

function CellOf({ c, unit }: { c: Cell | undefined; unit: string }) {
  if (c === null || c === undefined) return <>–</>;
  if (c === '*') return <abbr title="held back: too few to tell without telling on somebody">*</abbr>;
  return <>{typeof c === 'number' ? c.toLocaleString('en-US') : c}{typeof c === 'number' && unit === '%' ? ' %' : ''}</>;
}

/* Beside the numbers of a table of months or shares its last column drawn; the printed form has the real plots. */
function TableOf({ t }: { t: Table }) {
  const body = t.total ? t.rows.slice(0, -1) : t.rows, last = t.columns.length - 1;
  const drawn = t.plot === 'bars' || t.plot === 'shares';
  const most = Math.max(1, ...body.map((r) => (typeof r[last] === 'number' ? r[last] : 0)));
  return (
    <Section title={t.title} id={`table-${t.id}`}>
      {t.words.map((w) => <p key={w}>{w}</p>)}
      {!t.rows.length ? <Empty>None.</Empty> : (
        <Scroll label={`Table: ${t.title}`}>
          <table class="usa-table usa-table--borderless table list report">
            <caption class="visually-hidden">{t.title}</caption>
            <thead><tr>{t.columns.map((c, i) => <th scope="col" key={i} class={isText(c.unit) ? undefined : 'num'}>{c.name}{c.unit === 'minutes' ? ', min' : ''}</th>)}{drawn && <th scope="col"><span class="visually-hidden">Drawn</span></th>}</tr></thead>
            <tbody>
              {t.rows.map((r, i) => (
                <tr key={i} class={t.total && i === t.rows.length - 1 ? 'total' : undefined}>
                  {t.columns.map((c, k) => (k === 0 ? <th scope="row" key={k}><CellOf c={r[k]} unit={c.unit} /></th> : <td key={k} class={isText(c.unit) ? undefined : 'num'}><CellOf c={r[k]} unit={c.unit} /></td>))}
                  {drawn && <td class="drawn">{i < body.length && typeof r[last] === 'number' && <progress class="bar-of" max={most} value={r[last]} aria-hidden="true" />}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {!!t.held && <p class="quiet">{t.held} numbers are held back.</p>}
    </Section>
  );
}

export default function Reports({ query }: ScreenProps) {
  const list = useResource('/reports');
  const name = query.get('report') ?? '', from = query.get('from') ?? '', to = query.get('to') ?? '';
  const [report, setReport] = useState<Report>();
  const [error, setError] = useState<unknown>();
  const path = (as: string) => `/reports/${encodeURIComponent(name)}?${new URLSearchParams({ ...(from && { from }), ...(to && { to }), as })}` as const;
  useEffect(() => {
    const stop = new AbortController();
    setReport(undefined);
    setError(undefined);
    if (name) get(path('json'), stop.signal).then(setReport, (e) => !stop.signal.aborted && setError(e));
    return () => stop.abort();
  }, [name, from, to]);
  return (
    <>
      <Head title="Reports" lead="Drawn from the signed ledger; from the same ledger the same report comes again." />
      <Trouble error={list.error} retry={list.reload} />
      <form class="finder row-form" onSubmit={(e) => e.preventDefault()}>
        <Choice label="Report" value={name} onInput={(v) => look({ report: v || undefined })} options={[['', 'Choose'], ...(list.data?.reports ?? []).map((r): [string, string] => [r.report, r.title])]} />
        <Field label="From" type="date" value={from} onInput={(v) => look({ from: v || undefined })} />
        <Field label="To" type="date" value={to} onInput={(v) => look({ to: v || undefined })} />
      </form>
      <Trouble error={error} />
      {!name && <Empty>Choose a report. It can be taken along as PDF, CSV and JSON.</Empty>}
      {name && !report && !error && <Loading what="Drawing it from the ledger" />}
      {report && (
        <>
          <h2>{report.title}</h2>
          <p class="row-acts">
            {['pdf', 'csv', 'json'].map((as) => <a key={as} class="usa-button usa-button--outline" href={root + path(as)} download={`${report.report}.${as}`}>{as.toUpperCase()}</a>)}
          </p>
          {report.words.map((w) => <p key={w}>{w}</p>)}
          {report.certificate && <blockquote class="certificate">{report.certificate}</blockquote>}
          {report.tables.map((t) => <TableOf key={t.id} t={t} />)}
          <Section title="Where it comes from">
            <Facts of={[
              ['Time', `${dateText(report.period.from)} to ${dateText(report.period.to)}`],
              ['Ledger', `${report.ledger.events.toLocaleString('en-US')} events`],
              ['Last event', report.ledger.last_event_at && <Time at={report.ledger.last_event_at} />],
              ['Root', <span class="mono breaks">{report.ledger.root}</span>],
              ['Forgotten by order', report.ledger.expunged || ''],
            ]} />
          </Section>
        </>
      )}
    </>
  );
}
