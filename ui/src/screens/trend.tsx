/* Trend: have requests expanded against a baseline, how sure is that, and what are they made of. It shows counts and alerts people;
 * it must never look as if it decided anything. */
import { useMemo } from 'preact/hooks';
import type { Compared, Share, Trend, TrendSide } from '../api/types';
import { Empty, Head, Loading, Note, Scroll, Section, Tag, Time, Trouble } from '../parts/bits';
import { Choice, Field } from '../parts/form';
import { useResource } from '../parts/hooks';
import { band, fill, monthNumber, monthText } from '../parts/months';
import { Plot, type Series } from '../parts/plot';
import { sentence } from '../parts/words';
import { look } from '../router';
import type { ScreenProps } from '../screens';

const num = (v: number | null | undefined, digits = 2) => (v === null || v === undefined ? '–' : v.toFixed(digits));
const percent = (v: number | null | undefined) => (v === null || v === undefined ? 'not known' : `${Math.round(100 * v)} %`);
const month = (t?: string) => {
  const n = monthNumber(t);
  return n === null ? '' : monthText(n, 'long');
};
const sideText = (s: TrendSide) => (s.known ? `${s.requests} in ${s.known === s.months ? `${s.known}` : `${s.known} of ${s.months}`} months` : `none of ${s.months} months known`);
const baselineWords: Record<string, string> = { 'same months': 'The same months under the last administration', 'whole term': 'The whole last term', window: 'A window you choose' };

function verdict(c: Compared | undefined): string {
  if (!c) return 'There is nothing to compare with: no earlier administration is configured, and no window was chosen.';
  if (!c.comparable || c.ratio === null || c.ratio === undefined) return `${sentence(c.why)}.`;
  const times = `${num(c.ratio)} times the baseline`;
  if (c.alert) return `Requests have expanded: ${times}, and that is not chance.`;
  if (c.practical) return `Requests are ${times}, but chance alone could show that.`;
  if (c.statistical) return `Requests have risen for certain, to ${times}; that is below what the policy calls an expansion.`;
  return `No expansion: requests are at ${times}.`;
}

function Figures({ c, t }: { c: Compared; t: Trend }) {
  return (
    <dl class="figures">
      <div class="figure"><dt>Ratio</dt><dd>{num(c.ratio)}<small>{Math.round(100 * t.rule.level)} % interval {num(c.low)} to {c.high === null || c.high === undefined ? 'any' : num(c.high)}</small></dd></div>
      <div class="figure"><dt>Now</dt><dd>{c.now.known ? num(c.now.requests / c.now.known, 1) : '–'}<small>a month; {sideText(c.now)}</small></dd></div>
      <div class="figure"><dt>Baseline</dt><dd>{c.base.known ? num(c.base.requests / c.base.known, 1) : '–'}<small>a month; {sideText(c.base)}</small></dd></div>
      <div class="figure"><dt>Policy looks again at</dt><dd>{num(t.rule.threshold, 1)}<small>times {t.rule.baseline}, when surely more than once</small></dd></div>
    </dl>
  );
}
function ShareCell({ s }: { s: Share }) {
  return <>{percent(s.share)}{s.share !== null && <span class="quiet small aside">{s.yes} of {s.known}{s.unknown > 0 && `, ${s.unknown} not known`}</span>}</>;
}

function seriesOf(t: Trend, w: Trend['windows'][number], c: Compared | undefined): Series {
  const range = (from?: string, to?: string): [number, number] | null => {
    const a = monthNumber(from), b = monthNumber(to);
    return a !== null && b !== null ? [a, b] : null;
  };
  return {
    ...fill(t.months), looked: range(w.from, w.to), bases: c?.baseline === 'window' ? range(t.rule.base_from, t.rule.base_to) : null,
    band: c?.base.known ? band(c.base.requests / c.base.known, c.dispersion) : null,
  };
}

export default function TrendScreen({ query }: ScreenProps) {
  const chosen = query.get('baseline') ?? '';
  const ask = new URLSearchParams();
  for (const k of ['baseline', 'from', 'to', 'base_from', 'base_to']) if (query.get(k)) ask.set(k, query.get(k)!);
  const ready = chosen !== 'window' || (query.get('base_from') && query.get('base_to'));
  const { data: t, error, loading, reload } = useResource(ready ? ask.size ? `/trend?${ask}` : '/trend' : null);
  const pick = Number(query.get('window') ?? 0);
  const w = t?.windows[pick] ?? t?.windows[0];
  const c = w?.compared.find((x) => (chosen ? x.baseline === chosen : x.chosen)) ?? w?.compared[0];
  const series = useMemo(() => (t && w ? seriesOf(t, w, c) : null), [t, w, c]);
  const gaps = series ? series.counts.filter((x) => x === null).length : 0;
  return (
    <>
      <Head title="Trend" lead="Have requests expanded? It is shown, people are alerted; it decides nothing.">{t && <span>as of <Time at={t.as_of} /></span>}</Head>
      <form class="finder row-form" onSubmit={(e) => e.preventDefault()}>
        <Choice label="Compare with" value={chosen} onInput={(baseline) => look({ baseline })} options={[['', `The policy's baseline${t ? ` (${t.rule.baseline})` : ''}`], ...Object.entries(baselineWords)]} />
        {t && t.windows.length > 1 && <Choice label="Look at" value={String(pick)} onInput={(window) => look({ window: window === '0' ? '' : window })} options={t.windows.map((x, i): [string, string] => [String(i), x.window])} />}
        {chosen === 'window' && (
          <>
            <Field label="First month" type="month" value={query.get('base_from') ?? ''} onInput={(base_from) => look({ base_from })} />
            <Field label="Month behind the last" type="month" value={query.get('base_to') ?? ''} onInput={(base_to) => look({ base_to })} />
          </>
        )}
      </form>
      <Trouble error={error} retry={reload} />
      {loading && !t && <Loading what="Counting" />}
      {!ready && <Empty>Choose the first month of the window and the month behind its last.</Empty>}
      {t && w && (
        <>
          <p class="verdict-line">{verdict(c)}</p>
          {c?.alert && <Note tone="warning">The policy promises that people look again. {t.previous_administration && <>Now: {t.administration?.name}; before: {t.previous_administration.name}.</>}</Note>}
          {c?.comparable && <Figures c={c} t={t} />}
          {series && series.counts.some((x) => x !== null) ? (
            <Plot series={series} title={`Requests by month, ${monthText(series.months[0]!, 'long')} to ${monthText(series.months[series.months.length - 1]!, 'long')}`}
              caption={`Requests a month. Shaded: ${month(w.from)} to ${month(w.to)}. ${series.band ? 'Yellow: the baseline, and where 99 of 100 months lie while nothing has changed. ' : ''}${gaps ? `${gaps} ${gaps === 1 ? 'month is' : 'months are'} not known and stay gaps.` : ''}`} />
          ) : <Empty>No month is known yet.</Empty>}
          {c?.method && <p class="small quiet">Per {c.per}, {c.method}: {c.why}</p>}
          {t.change?.month && t.change.certainty !== undefined && <p>A change is {t.change.certainty > 0.999 ? 'more than 99.9 %' : `${(100 * t.change.certainty).toFixed(1)} %`} likely; if there was one, in {month(t.change.month)} ({month(t.change.earliest)} to {month(t.change.latest)}), from {num(t.change.before_a_month, 1)} to {num(t.change.after_a_month, 1)} a month.</p>}
          {t.forecast?.from && <p>If nothing changes, {month(t.forecast.from)} to {month(t.forecast.to)} bring {num(t.forecast.mean, 0)} requests, 9 times in 10 between {num(t.forecast.low, 0)} and {num(t.forecast.high, 0)}.</p>}
          {w.mix && w.mix.requests_now > 0 && (
            <Section title="What they are made of">
              <Scroll label="Shares of requests">
                <table class="usa-table usa-table--borderless table">
                  <caption class="visually-hidden">Shares of requests now and in the baseline</caption>
                  <thead><tr><th scope="col">Share of requests</th><th scope="col">Now</th><th scope="col">Baseline</th><th scope="col"><span class="visually-hidden">Finding</span></th></tr></thead>
                  <tbody>{w.mix.rows.map((r) => <tr key={r.about + r.what}><th scope="row">{sentence(r.about)}: {r.what}</th><td><ShareCell s={r.now} /></td><td><ShareCell s={r.base} /></td><td>{r.shifted && <Tag tone="warn">shifted</Tag>}</td></tr>)}</tbody>
                </table>
              </Scroll>
              <p class="small quiet next">{sentence(w.mix.why)}.</p>
            </Section>
          )}
          <Section title="By month">
            <details>
              <summary>The numbers of the plot</summary>
              <Scroll label="Counts by month">
                <table class="usa-table usa-table--borderless table">
                  <caption class="visually-hidden">Requests by month</caption>
                  <thead><tr><th scope="col">Month</th><th scope="col" class="num">Requests</th><th scope="col" class="num">Persons</th><th scope="col" class="num">Bookings</th><th scope="col" class="num">Per 1,000</th><th scope="col">From</th></tr></thead>
                  <tbody>
                    {t.months.map((m) => (
                      <tr key={m.month}>
                        <th scope="row">{month(m.month)}{m.months > 1 && ` and ${m.months - 1} more`}</th>
                        {[m.requests, m.persons, m.bookings].map((v, i) => <td class="num" key={i}>{v ?? 'not known'}</td>)}
                        <td class="num">{m.per_1000_bookings === undefined ? '' : num(m.per_1000_bookings)}</td>
                        <td>{m.from === 'reported' ? `reported: ${m.source ?? ''}` : m.silent ? 'own ledger, silent' : 'own ledger'}{m.reported !== undefined && `; reported ${m.reported}`}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Scroll>
            </details>
          </Section>
        </>
      )}
    </>
  );
}
