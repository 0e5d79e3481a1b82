/* Review: what only a person can answer. The facts that are missing, what policy says about not knowing, two buttons, a reason. */
import { useState } from 'preact/hooks';
import type { Case, CaseHead, Outcome } from '../api/types';
import { Empty, Head, Loading, MatchTag, More, OutcomeTag, StateTag, Tag, Trouble } from '../parts/bits';
import { ActDialog, asking, type Ask } from '../parts/dialog';
import { useList, useResource } from '../parts/hooks';
import { missingFacts } from '../parts/missing';
import { askWords, fullName, outcomeWords, sentence } from '../parts/words';
import type { ScreenProps } from '../screens';
import { positive } from './case';

const buttons: Record<string, string> = { notify: 'Notify', honor: 'Honor', decline: 'Decline' };

function Card({ head, supervisor, start }: { head: CaseHead; supervisor: boolean; start: boolean }) {
  const [open, setOpen] = useState(start);
  const path = `/cases/${head.case}` as const;
  const { data: c, error, set, reload } = useResource(open ? path : null, (e) => e.case === head.case);
  const trace = useResource(open && c?.decision ? `${path}/trace` : null, undefined, c?.decision_id);
  const [ask, setAsk] = useState<Ask<Case>>();
  const reviews = c?.answers?.filter((a) => a.outcome === 'review') ?? [];
  const missing = c ? missingFacts(c, trace.data) : [];
  const elsewhere = !!c && (c.match !== 'confirmed' || c.disputed);
  const name = fullName(c?.request?.subject) || fullName(head) || head.booking || head.agency_reference;
  return (
    <article class={open && !c && !error ? 'review review--waits' : 'review'} aria-labelledby={`review-${head.case}`}>
      <h2 id={`review-${head.case}`}><a href={`/desk/cases/${head.case}`} data-row>{name}</a></h2>
      <p class="tags"><span class="quiet">{c?.agency_name ?? head.agency}, {head.agency_reference}</span><StateTag state={head.state} /><MatchTag match={head.match} />{c?.disputed && <Tag tone="bad">disputed</Tag>}</p>
      {head.work_why && (c ? !reviews.length : !open) && <p>{sentence(head.work_why)}</p>}
      <Trouble error={error} retry={reload} />
      {!open && <button type="button" class="usa-button usa-button--outline usa-button--small" onClick={() => setOpen(true)}>Look at it</button>}
      {open && !c && !error && <Loading />}
      {missing.length > 0 && <><h3>Not known, or in the way</h3><ul class="missing">{missing.map((m) => <li key={m}>{sentence(m)}</li>)}</ul></>}
      {reviews.map((a) => (
        <div class="review__ask" key={a.ask}>
          <p class="answer__line"><span class="answer__ask">{askWords[a.ask]}</span><OutcomeTag outcome={a.outcome} /><span class="quiet mono">{a.rule}</span></p>
          <p class="answer__why">{a.why}</p>
          {a.citations.map((t) => <p class="cite" key={t}>{t}</p>)}
          {elsewhere ? (
            <p class="review__acts"><a class="usa-button" href={`/desk/cases/${head.case}`}>{c!.disputed ? 'Look at the dispute' : 'Compare request and booking'}</a></p>
          ) : supervisor ? (
            <div class="review__acts">
              {([positive(a.ask), 'decline'] as Outcome[]).map((o) => (
                <button key={o} type="button" class={`usa-button${o === 'decline' ? ' usa-button--outline' : ''}`} onClick={() => setAsk(asking({ title: `${outcomeWords[o]}: ${askWords[a.ask].toLowerCase()}`, path: `${path}/resolve`, match: path, body: { ask: a.ask, outcome: o }, reason: true, button: buttons[o]!, children: <p>{a.why}</p> }))}>{buttons[o]}</button>
              ))}
            </div>
          ) : <p class="quiet">A supervisor answers this.</p>}
        </div>
      ))}
      {open && c && !reviews.length && !missing.length && <p><a href={`/desk/cases/${head.case}`}>Open the case</a></p>}
      {ask && <ActDialog ask={ask} onClose={() => setAsk(undefined)} onDone={(answer) => { setAsk(undefined); if (answer?.case) set(answer); else reload(); }} />}
    </article>
  );
}

export default function Review({ session }: ScreenProps) {
  const list = useList('/cases?work=true', 'cases', (c) => c.kind === 'case' && !!c.case);
  return (
    <>
      <Head title="Review" lead="Policy leaves these to a person. Your answer and your reason are recorded with your name." />
      <Trouble error={list.error} retry={list.reload} />
      {list.loading && !list.rows.length && <Loading />}
      {!list.loading && !list.error && !list.rows.length && <Empty>Nothing waits for a person.</Empty>}
      {list.rows.map((h, i) => <Card key={h.case} head={h} supervisor={session.role === 'supervisor'} start={i < 3} />)}
      <More more={list.more} loading={list.loading && list.rows.length > 0} />
    </>
  );
}
