/* The public page: figures in which nobody can be found, the policy in force in words and tables, how to dispute an identity.
 * Nobody signs in here, and nothing here knows a case. */
import { render } from 'preact';
import './style/uswds.scss';
import './style/desk.scss';
import type { Schemas } from './api/contract';
import { Empty, Loading, Scroll, Section, Time, Trouble } from './parts/bits';
import { useResource } from './parts/hooks';
import { RuleTable } from './parts/rules';
import { wearTheme } from './parts/theme';
import { dateText } from './parts/words';

function FigureTable({ of }: { of: Schemas['PublicFigure'] }) {
  return (
    <Section title={of.title} level={3} id={`figure-${of.id}`}>
      {of.words.map((w) => <p key={w} class="quiet">{w}</p>)}
      {!of.rows.length ? <Empty>None.</Empty> : (
        <Scroll label={of.title}>
          <table class="usa-table usa-table--borderless table">
            <caption class="visually-hidden">{of.title}</caption>
            <thead><tr><th scope="col"><span class="visually-hidden">What</span></th>{of.columns.map((c) => <th key={c} scope="col" class="num">{c}</th>)}</tr></thead>
            <tbody>
              {of.rows.map((r) => (
                <tr key={r.label}>
                  <th scope="row">{r.label}</th>
                  {r.counts.map((n, i) => <td key={of.columns[i]} class="num">{n ?? <abbr title="not told, because it would tell on somebody">few</abbr>}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Section>
  );
}

function Page() {
  const figures = useResource('/public');
  const policy = useResource('/public/policy');
  const f = figures.data, p = policy.data;
  return (
    <>
      <a class="usa-skipnav" href="#main">Skip to the page</a>
      <main id="main" class="public">
        <h1>{f?.facility ?? p?.facility ?? 'This jail'}: requests about releases</h1>
        <p class="lead">Other agencies ask a jail to tell them when somebody leaves. This page says what this jail answers, how often, and what to do if it is not you who is meant.</p>
        <Trouble error={figures.error ?? policy.error} retry={() => { figures.reload(); policy.reload(); }} />
        {!p && policy.loading && <Loading />}
        {p && (
          <Section title="The policy in force">
            {p.in_force ? <p><strong>{p.title}</strong>, version {p.version}, since <Time at={p.in_force_from} />.</p> : <p>No policy is in force: every request waits for a person, and nobody is told.</p>}
            <ul class="usa-list">{p.words.map((w) => <li key={w}>{w}</li>)}</ul>
            <h3>Under every policy</h3>
            <ul class="usa-list">{p.always.map((w) => <li key={w.id}>{w.text}</li>)}</ul>
            {!!p.tables?.length && <details><summary>The tables, as they decide</summary>{p.tables.map((t) => <RuleTable key={t.decision} table={t} />)}</details>}
          </Section>
        )}
        {f && (
          <Section title="Figures">
            <p class="quiet">{f.from && f.to ? `${dateText(f.from)} to ${dateText(f.to)}. ` : 'No quarter is published yet. '}A number under {f.suppressed_below} is not told, nor one from which it could be computed.</p>
            {f.figures.map((x) => <FigureTable key={x.id} of={x} />)}
            {f.words.map((w) => <p key={w} class="quiet">{w}</p>)}
          </Section>
        )}
        {p && (
          <Section title="If it is not you">
            <p class="breaks">{p.dispute.en}</p>
            <p class="breaks" lang="es">{p.dispute.es}</p>
          </Section>
        )}
        <p class="quiet">{f?.key && <>Anybody can check a proof of notice with this key: <span class="mono breaks">{f.key}</span>. </>}<a href="/desk/">Sign in</a> (staff only)</p>
      </main>
    </>
  );
}

wearTheme();
render(<Page />, document.getElementById('desk')!);
