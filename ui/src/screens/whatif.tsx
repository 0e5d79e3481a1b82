/* What if another policy had been in force: every past decision made again with the facts of its time, old outcome against new,
 * which cases change and by which rule, and the load it would have brought. It changes nothing. */
import { useState } from 'preact/hooks';
import { act, intent } from '../api/client';
import type { Candidate, Load, Whatif } from '../api/figures';
import type { Ask, Outcome } from '../api/types';
import { Empty, Head, Loading, OutcomeTag, Scroll, Section, Time, Trouble } from '../parts/bits';
import { Check, Field } from '../parts/form';
import { useResource } from '../parts/hooks';
import type { ScreenProps } from '../screens';

const outcomes: Outcome[] = ['notify', 'honor', 'decline', 'review', 'refer'];
const n = (x: number) => x.toLocaleString('en-US');

/* Old outcome down, new outcome across, for one ask. */
function Cross({ ask, rows }: { ask: Ask; rows: Candidate['table'] }) {
  const of = rows.filter((r) => r.ask === ask);
  const used = outcomes.filter((o) => of.some((r) => r.old === o || r.new === o));
  const count = (a: Outcome, b: Outcome) => of.find((r) => r.old === a && r.new === b)?.points ?? 0;
  return (
    <table class="rule-table cross">
      <caption>{ask}</caption>
      <thead><tr><th scope="col">was</th>{used.map((o) => <th scope="col" key={o}>would be {o}</th>)}</tr></thead>
      <tbody>{used.filter((o) => of.some((r) => r.old === o)).map((o) => <tr key={o}><th scope="row">{o}</th>{used.map((m) => <td key={m} class={`num${m !== o && count(o, m) ? ' moved' : ''}`}>{count(o, m) ? n(count(o, m)) : '–'}</td>)}</tr>)}</tbody>
    </table>
  );
}
function One({ c, was }: { c: Candidate; was: Load }) {
  const asks = [...new Set(c.table.map((r) => r.ask))];
  const id = `${c.pack}-${c.version}`;
  return (
    <Section title={`${c.title}, version ${c.version}`} id={id}>
      <p class="verdict-line">{c.changed_cases ? `${n(c.changed_cases)} cases would have been answered otherwise, at ${n(c.changed_points)} of their decisions.` : 'Every answer would have been the same.'}</p>
      <dl class="figures">
        {(['notices', 'reviews', 'duties'] as const).map((k) => <div class="figure" key={k}><dt>{k}</dt><dd>{n(c.load[k])}<small>was {n(was[k])}</small></dd></div>)}
      </dl>
      <div class="columns">{asks.map((a) => <Cross key={a} ask={a} rows={c.table} />)}</div>
      {c.kinds.length > 0 && (
        <Scroll label="How answers change">
          <table class="usa-table usa-table--borderless table list">
            <caption>How answers change</caption>
            <thead><tr><th scope="col">Ask</th><th scope="col">Was</th><th scope="col">Would be</th><th scope="col" class="num">Decisions</th></tr></thead>
            <tbody>{c.kinds.slice(0, 40).map((k, i) => (
              <tr key={i}><td>{k.ask}</td><td><OutcomeTag outcome={k.old} /> {k.old_why}<span class="second mono">{k.old_rule}</span></td><td><OutcomeTag outcome={k.new} /> {k.new_why}<span class="second mono">{k.new_rule}</span></td><td class="num">{n(k.points)}</td></tr>
            ))}</tbody>
          </table>
        </Scroll>
      )}
      {c.by_hand.length > 0 && <p>{n(c.by_hand.reduce((s, h) => s + h.acts, 0))} answers were given by people; they are counted apart and stand as they were.</p>}
      {c.changes.length > 0 && (
        <details>
          <summary>Cases that change</summary>
          <ul class="plain">{c.changes.map((x) => <li key={x.event + x.ask}><span class="mono">{x.case}</span> {x.ask}: {x.old} becomes {x.new} <span class="quiet"><Time at={x.at} />, {x.new_why}</span></li>)}</ul>
          {c.changes_left > 0 && <p class="quiet">and {n(c.changes_left)} more; the command line writes all of them to a file.</p>}
        </details>
      )}
    </Section>
  );
}

export default function WhatIf({ query }: ScreenProps) {
  const list = useResource('/packs');
  const asked = query.get('pack');
  const [chosen, setChosen] = useState<string[]>(asked ? [`${asked} ${query.get('version')}`] : []);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [result, setResult] = useState<Whatif>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const ask = async (e: Event) => {
    e.preventDefault();
    setBusy(true);
    setError(undefined);
    const packs = (list.data?.packs ?? []).filter((p) => chosen.includes(`${p.pack} ${p.version}`)).map((p) => ({ pack: p.pack, version: p.version }));
    try {
      setResult(await act('/whatif', { key: intent(), body: { packs, ...(from && { from }), ...(to && { to }) } }));
    } catch (err) {
      setError(err);
    }
    setBusy(false);
  };
  return (
    <>
      <Head title="What if" lead="Every past decision is made again under another policy, with the facts of its time. Nothing changes." />
      <Trouble error={list.error} retry={list.reload} />
      <form class="finder" onSubmit={ask}>
        <fieldset class="radios">
          <legend class="usa-label">Policies to compare with what was</legend>
          {list.data?.packs.map((p) => {
            const id = `${p.pack} ${p.version}`;
            return <Check key={id} label={`${p.title}, version ${p.version}`} checked={chosen.includes(id)} onInput={(v) => setChosen(v ? [...chosen, id].slice(-6) : chosen.filter((x) => x !== id))} />;
          })}
        </fieldset>
        <div class="row-form">
          <Field label="From" type="date" value={from} onInput={setFrom} />
          <Field label="To" type="date" value={to} onInput={setTo} />
        </div>
        <div class="dialog__acts"><button type="submit" class="usa-button" disabled={busy || !chosen.length}>{busy ? 'Deciding again …' : 'Decide again'}</button></div>
      </form>
      <Trouble error={error} />
      <div role="status">{busy && <Loading what="Every decision is made again" />}</div>
      {result && <p class="quiet">{n(result.points)} decisions of {n(result.cases)} cases{result.expunged ? `; ${n(result.expunged)} are forgotten by order` : ''}.</p>}
      {result && !result.points && <Empty>Nothing was decided in that time.</Empty>}
      {result?.packs.map((c) => <One key={c.pack + c.version} c={c} was={result.was} />)}
    </>
  );
}
