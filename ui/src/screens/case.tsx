/* Case: what is to be done, who is meant, what was decided by which rule, what was told and confirmed, what is owed, what
 * happened. Every act asks for what it needs and shows the case as the server answers it. */
import { useRef, useState } from 'preact/hooks';
import { root } from '../api/client';
import type { Schemas } from '../api/contract';
import type { Answer, Ask as AskName, Case, DecisionAsk, Notice, Outcome, TimelineEvent, Trace } from '../api/types';
import { Due, Empty, Facts, Head, Loading, MatchTag, Note, OutcomeTag, Section, StateTag, Tag, Time, Trouble, noticeTone } from '../parts/bits';
import { ActDialog, asking, type Ask } from '../parts/dialog';
import { Choice, Field } from '../parts/form';
import { useResource } from '../parts/hooks';
import { Pair } from '../parts/pair';
import { RuleTable } from '../parts/rules';
import { askWords, clockText, dateText, dayText, eventText, fullName, instant, noticeKinds, noticeText, outcomeWords, readable, sentence, timeText, whatText } from '../parts/words';
import type { ScreenProps } from '../screens';

export const positive = (ask: AskName): Outcome => (ask === 'notify' ? 'notify' : 'honor');

/* Which form asks: most acts want a reason only. */
type Form = { as: 'plain' } | { as: 'settle' } | { as: 'document' } | { as: 'override'; of: AskName; choices: Outcome[] };
type Open = (ask: Ask<Case>, form?: Form) => void;

function DoNow({ c, open, acts, supervisor }: { c: Case; open: Open; acts: boolean; supervisor: boolean }) {
  const path = `/cases/${c.case}` as const;
  const still = !c.work_list && /^nothing|^wait/.test(c.what);
  return (
    <div class={`do-now${c.work_list ? ' do-now--look' : still ? ' do-now--still' : ''}`}>
      <p>{whatText(c.what)}</p>
      {acts && (
        <div class="do-now__acts">
          {c.disputed && supervisor && <button type="button" class="usa-button" onClick={() => open(asking({ title: 'Settle the dispute', path: `${path}/settle`, match: path, reason: 'What shows who the person is?', button: 'Settle' }), { as: 'settle' })}>Settle the dispute</button>}
          {c.work_list && c.answers?.some((a) => a.outcome === 'review' && a.by === 'policy') && supervisor && c.match === 'confirmed' && !c.disputed && <a class="usa-button" href="#answers">Answer the review</a>}
        </div>
      )}
    </div>
  );
}

function Answers({ c, trace, open, acts, supervisor }: { c: Case; trace?: Trace; open: Open; acts: boolean; supervisor: boolean }) {
  const path = `/cases/${c.case}` as const;
  const policy = (ask: AskName): DecisionAsk | undefined => c.decision?.asks.find((a) => a.ask === ask);
  const propose = (a: Answer) => c.proposals?.find((p) => p.ask === a.ask);
  const live = acts && c.state !== 'closed', elsewhere = c.match !== 'confirmed' || c.disputed;
  if (!c.answers?.length) return <Empty>Not decided yet.</Empty>;
  return (
    <>
      {c.answers.map((a) => {
        const own = policy(a.ask), proposal = propose(a);
        const duties = own?.obligations ?? [];
        const choices: Outcome[] = a.outcome === positive(a.ask) ? ['decline', 'review'] : [positive(a.ask), 'decline'].filter((o) => o !== a.outcome) as Outcome[];
        return (
          <div class="answer" key={a.ask}>
            <p class="answer__line"><span class="answer__ask">{askWords[a.ask]}</span><OutcomeTag outcome={a.outcome} />
              {a.by !== 'policy' && <span>answered by {a.by}{own && own.outcome !== a.outcome && <>, policy says {outcomeWords[own.outcome].toLowerCase()}</>}</span>}
              <span class="quiet mono">{a.rule}</span></p>
            <p class="answer__why">{a.why}</p>
            {a.citations.map((t) => <p class="cite" key={t}>{t}</p>)}
            {duties.length > 0 && <p class="small quiet answer__why">Owes: {duties.map((d) => `${d.duty}${d.within_hours ? ` within ${d.within_hours} h` : ''}`).join('; ')}</p>}
            {proposal && (
              <Note tone="warning">
                {proposal.by} proposes <strong>{outcomeWords[proposal.outcome].toLowerCase()}</strong> at <Time at={proposal.at} />{proposal.reason && <>: “{proposal.reason}”</>}. A second person must agree.
                {live && supervisor && <> <button type="button" class="usa-button usa-button--unstyled" onClick={() => open(asking({ title: `Agree to ${outcomeWords[proposal.outcome].toLowerCase()}`, path: `${path}/override`, match: path, body: { ask: a.ask, outcome: proposal.outcome }, reason: true, button: 'Agree, as the second person', danger: true, children: <p>With your agreement the answer to <strong>{askWords[a.ask].toLowerCase()}</strong> becomes <strong>{outcomeWords[proposal.outcome].toLowerCase()}</strong> against the policy's own.</p> }))}>Look and agree</button></>}
              </Note>
            )}
            {live && supervisor && (
              <p class="answer__acts">
                {a.outcome === 'review' && a.by === 'policy' ? (elsewhere ? <span class="quiet">{c.disputed ? 'Settle the dispute first.' : 'Confirm first who is meant, above.'}</span>
                  : ([positive(a.ask), 'decline'] as Outcome[]).map((o) => <button key={o} type="button" class={`usa-button usa-button--small${o === 'decline' ? ' usa-button--outline' : ''}`} onClick={() => open(asking({ title: `${outcomeWords[o]}: ${askWords[a.ask].toLowerCase()}`, path: `${path}/resolve`, match: path, body: { ask: a.ask, outcome: o }, reason: true, button: outcomeWords[o] }))}>{outcomeWords[o]}</button>))
                  : !proposal && <button type="button" class="usa-button usa-button--unstyled small" onClick={() => open(asking({ title: `Override: ${askWords[a.ask].toLowerCase()}`, path: `${path}/override`, match: path, reason: true, button: 'Propose to a second person' }), { as: 'override', of: a.ask, choices })}>Override the policy …</button>}
              </p>
            )}
          </div>
        );
      })}
      <RulesOf trace={trace} />
    </>
  );
}
function RulesOf({ trace }: { trace?: Trace }) {
  const lit = trace?.tables.filter((t) => t.rules.some((r) => r.decided)) ?? [];
  const rest = trace?.tables.filter((t) => !lit.includes(t)) ?? [];
  if (!trace) return null;
  return (
    <>
      <h3 id="rules">The rules that decided</h3>
      {trace.same === false && <Note tone="error">Deciding again gave another answer than the ledger has. Tell the auditor.</Note>}
      {!lit.length && <p class="quiet">No table of the policy decided this: an invariant of the house did.</p>}
      {lit.map((t) => <RuleTable key={t.decision + t.name} table={t} brief />)}
      {rest.length > 0 && <details><summary>Other tables of the policy that were read ({rest.length})</summary>{rest.map((t) => <RuleTable key={t.decision + t.name} table={t} brief />)}</details>}
    </>
  );
}

function MatchOf({ c, open, acts }: { c: Case; open: Open; acts: boolean }) {
  const all = c.match === 'confirmed' ? [] : (c.candidates ?? []);
  const [number, setNumber] = useState(c.booking ?? c.person?.booking ?? all[0]?.booking);
  const listed = [c.person, ...all].find((k) => k && k.booking === number);
  const whole = useResource(number && number !== c.person?.booking ? `/bookings/${encodeURIComponent(number)}` : null).data; /* a candidate is a name and a date only */
  const shown = whole ?? listed;
  const others = all.filter((k) => k.booking !== number);
  const pair = shown && c.request?.subject && <Pair asked={c.request.subject} booking={shown} />;
  return (
    <>
      <p class="tags"><MatchTag match={c.match} />{c.disputed && <Tag tone="bad">disputed by the person</Tag>}<span>{c.match_why && sentence(c.match_why)}{c.match_by && <span class="quiet"> · by {c.match_by}</span>}</span></p>
      {pair}
      {!number && <Empty>No booking resembles this request. It stays on the list and is looked for again with every booking that comes.</Empty>}
      {acts && shown && c.match !== 'confirmed' && c.state !== 'closed' && (
        <p class="answer__acts">
          <button type="button" class="usa-button usa-button--small" onClick={() => open(asking({ title: 'Confirm the match', path: `/cases/${c.case}/match`, match: `/cases/${c.case}`, body: { booking: shown.booking }, reason: 'What shows that this is the person? A date on paper, a fingerprint number …', button: 'This is the person', children: pair }))}>This is the person …</button>
        </p>
      )}
      {others.length > 0 && (
        <>
          <h3 class="next">Others it could be</h3>
          <ul class="links">{others.map((k) => <li key={k.booking}><button type="button" class="usa-button usa-button--unstyled" onClick={() => setNumber(k.booking)}>{fullName(k)}{k.birth_date && `, born ${dateText(k.birth_date)}`}, booking {k.booking}</button></li>)}</ul>
        </>
      )}
    </>
  );
}

function Notices({ of }: { of: Notice[] }) {
  if (!of.length) return <Empty>None yet.</Empty>;
  return (
    <ul>
      {of.map((n) => (
        <li class="notice" key={n.notice}>
          <p><strong>{noticeKinds[n.kind] ?? n.kind}</strong></p>
          <p><Tag tone={noticeTone(n.state)}>{noticeText(n)}</Tag></p>
          <p class="small quiet">{n.kind === 'person copy' ? <>to the person: <a href={`${root}/cases/${n.case}/papers/${n.notice}`} download={`copy-${n.case}.pdf`}>print it, English and Spanish (PDF)</a></> : n.address}{n.why && `: ${n.why}`}{n.provider_ref && <span class="mono"> {n.provider_ref}</span>}</p>
        </li>
      ))}
    </ul>
  );
}

function Duties({ c, open, acts }: { c: Case; open: Open; acts: boolean }) {
  if (!c.duties.length) return <Empty>None.</Empty>;
  return (
    <ul>
      {c.duties.map((d) => (
        <li class="duty" key={d.duty}>
          <p>{sentence(d.duty)}</p>
          <p class="small">
            {d.state === 'done' ? <span class="quiet">done by {d.done_by}{d.how && `: ${d.how}`}</span> : d.state === 'lapsed' ? <span class="quiet">lapsed</span> : <><Due at={d.due} /> <span class="quiet">by <Time at={d.due} /></span></>}
            {acts && (d.state === 'open' || d.state === 'late') && <> <button type="button" class="usa-button usa-button--unstyled" onClick={() => open(asking({ title: sentence(d.duty), path: `/cases/${c.case}/duties`, body: { duty: d.duty }, reason: 'For instance: handed over at the cell, 03:10', reasonName: 'how', button: 'Record as done' }))}>Done …</button></>}
          </p>
          {d.citation && <p class="small quiet">{d.citation}</p>}
        </li>
      ))}
    </ul>
  );
}

const verbatim = new Set(['address', 'reason', 'how']); /* as it was typed */
function detail(e: TimelineEvent): string {
  const b = e.body ?? {};
  const s = (k: string) => (typeof b[k] === 'string' ? (b[k] as string) : '');
  if (e.kind === 'decision.made') {
    const asks = (b.decision as { asks?: { ask: string; outcome: string }[] } | undefined)?.asks;
    return asks?.map((a) => `${a.ask}: ${a.outcome}`).join(', ') ?? '';
  }
  return ['match', 'ask', 'outcome', 'booking', 'kind', 'channel', 'address', 'document', 'duty', 'what', 'why', 'reason', 'how', 'receipt', 'first', 'second', 'by'].map((k) => (verbatim.has(k) ? s(k) : readable(s(k)))).filter(Boolean).join(' · ');
}
function TimeLine({ id }: { id: string }) {
  const { data, error, reload } = useResource(`/cases/${id}/events?limit=500`, (c) => c.case === id);
  const [reads, setReads] = useState(false);
  if (!data) return <><Trouble error={error} retry={reload} />{!error && <Loading />}</>;
  const read = (e: TimelineEvent) => /read/.test(e.kind);
  const shown = data.events.filter((e) => reads || !read(e));
  const hidden = data.events.filter(read).length;
  return (
    <>
      <ol class="line">
        {shown.map((e, i) => {
          const at = instant(e.at), before = instant(shown[i - 1]?.at);
          const same = !!at && !!before && timeText(at) === timeText(before);
          return (
            <li key={e.index}>
              <time datetime={e.at} class={same ? 'same' : undefined} title={at ? `${dayText(at)}, ${clockText(at)}` : undefined}>{at && timeText(at)}</time>
              <span>{eventText(e.kind)} {e.actor && <span class="line__who">by {e.actor}</span>}{e.expunged && <span class="line__who"> forgotten by order</span>}{detail(e) && <span class="line__more">{detail(e)}</span>}</span>
            </li>
          );
        })}
      </ol>
      {hidden > 0 && <p><button type="button" class="usa-button usa-button--unstyled small" onClick={() => setReads(!reads)}>{reads ? 'Hide' : 'Show'} who read this case ({hidden})</button></p>}
    </>
  );
}

/* An override says which outcome; everything else is the plain question. */
function Override({ ask, of, choices, onClose, onDone }: { ask: Ask<Case>; of: AskName; choices: Outcome[]; onClose: () => void; onDone: (c: Case) => void }) {
  const [outcome, setOutcome] = useState<Outcome>(choices[0]!);
  const fields = (
    <>
      <p>Two people override a policy: you propose, another supervisor agrees. No person can give what an invariant refuses.</p>
      <Choice label="Answer instead" value={outcome} onInput={(v) => setOutcome(v as Outcome)} options={choices.map((o): [string, string] => [o, outcomeWords[o]])} />
    </>
  );
  return <ActDialog ask={{ ...ask, body: { ask: of, outcome } satisfies Omit<Schemas['AnswerBody'], 'reason'>, children: fields }} onClose={onClose} onDone={onDone} />;
}
function Settle({ ask, onClose, onDone }: { ask: Ask<Case>; onClose: () => void; onDone: (c: Case) => void }) {
  const [same, setSame] = useState('');
  const fields = (
    <>
      <p>Settling opens the question again: the decision is made anew with the answer.</p>
      <Choice label="Is the person in custody the one meant?" value={same} onInput={setSame} options={[['', 'Choose'], ['yes', 'Yes, the same person'], ['no', 'No, another person']]} />
    </>
  );
  return <ActDialog ask={{ ...ask, ready: same !== '', body: { same_person: same === 'yes' } satisfies Omit<Schemas['SettleBody'], 'reason'>, children: fields }} onClose={onClose} onDone={onDone} />;
}
function AddDocument({ ask, onClose, onDone }: { ask: Ask<Case>; onClose: () => void; onDone: (c: Case) => void }) {
  const [d, setD] = useState({ kind: 'judicial warrant', form: '', issuer: '', state: '', criminal: '', verified: '', person: '' });
  const set = (k: keyof typeof d) => (v: string) => setD({ ...d, [k]: v });
  const known = (v: string) => (v === '' ? undefined : v === 'yes');
  const three: [string, string][] = [['', 'Not known'], ['yes', 'Yes'], ['no', 'No']];
  return (
    <ActDialog
      ask={{
        ...ask,
        body: { document: { ...documentOf(d), criminal: known(d.criminal), verified: known(d.verified), for_this_person: known(d.person) } } satisfies Schemas['DocumentBody'],
        children: (
          <>
            <Choice label="Kind" value={d.kind} onInput={set('kind')} options={documentKinds} />
            <div class="row-form"><Field label="Form" value={d.form} onInput={set('form')} hint="e.g. AO 442" /><Choice label="State" value={d.state} onInput={set('state')} options={documentStates} /></div>
            <Choice label="Issued by" value={d.issuer} onInput={set('issuer')} options={issuers} />
            <div class="row-form"><Choice label="Criminal case" value={d.criminal} onInput={set('criminal')} options={three} /><Choice label="Confirmed with the court" value={d.verified} onInput={set('verified')} options={three} /><Choice label="For this person" value={d.person} onInput={set('person')} options={three} /></div>
          </>
        ),
      }}
      onClose={onClose} onDone={onDone}
    />
  );
}
/* What stands in the fields as the contract has it: their choices are the contract's own words. */
export const documentOf = (d: { kind: string; form: string; issuer: string; state: string }): Schemas['Document'] => ({ kind: d.kind as Schemas['Document']['kind'], form: d.form || undefined, issuer: (d.issuer || undefined) as Schemas['Document']['issuer'], state: (d.state || undefined) as Schemas['Document']['state'] });
export const documentKinds = ['judicial warrant', 'administrative warrant', 'writ', 'judicial subpoena', 'administrative subpoena', 'court order'];
export const documentStates: [string, string][] = [['', 'Not known'], ['active', 'Active'], ['recalled', 'Recalled'], ['expired', 'Expired'], ['executed', 'Executed']];
export const issuers: [string, string][] = [['', 'Not known'], ...['federal judge or magistrate', 'state judge', 'immigration judge', 'immigration officer', 'other'].map((i): [string, string] => [i, i.charAt(0).toUpperCase() + i.slice(1)])];

export default function CaseScreen({ params, session }: ScreenProps) {
  const id = params.case!;
  const path = `/cases/${encodeURIComponent(id)}` as const;
  const { data: c, error, reload, set } = useResource(path, (e) => e.case === id);
  const trace = useResource(c?.decision ? `${path}/trace` : null, undefined, c?.decision_id);
  const [opened, setOpened] = useState<{ ask: Ask<Case>; form: Form }>();
  const [closing, setClosing] = useState<Ask<Schemas['AlertClosed']>>();
  const whole = useRef(false); /* what is to be done stands at once; the rest comes in one piece, so that nothing jumps */
  const setAsk: Open = (ask, form = { as: 'plain' }) => setOpened({ ask, form });
  const acts = session.role === 'records-officer' || session.role === 'supervisor';
  const supervisor = session.role === 'supervisor';
  if (!c) return <><Head title={`Case ${id}`} /><Trouble error={error} retry={reload} />{!error && <Loading what="Reading the case" />}</>;

  const done = (answer?: Case) => {
    setOpened(undefined);
    if (answer?.case) set(answer);
    else reload();
  };
  const subject = c.request?.subject;
  const name = fullName(subject) || c.booking || c.case;
  if (!c.decision || trace.data || trace.error) whole.current = true;
  const form = opened?.form, dialog = opened && { ask: opened.ask, onClose: () => setOpened(undefined), onDone: done };
  const question = c.match !== 'confirmed' || c.disputed;
  const match = <Section title="Match" side={c.booking && <a href={`/desk/custody/${encodeURIComponent(c.booking)}`}>Booking {c.booking}</a>}><MatchOf key={c.booking ?? c.match} c={c} open={setAsk} acts={acts} /></Section>;
  return (
    <>
      <Head title={name} lead={<>{c.agency_name ?? c.agency} asks, reference {c.agency_reference}</>}>
        <span class="tags"><StateTag state={c.state} />{c.request_state !== 'open' && <Tag tone="warn">request {c.request_state}</Tag>}<span class="mono">{c.case}</span></span>
      </Head>
      <Trouble error={error} retry={reload} />
      <DoNow c={c} open={setAsk} acts={acts} supervisor={supervisor} />
      {!whole.current && <Loading what="Reading the rules" />}
      {whole.current && <div class="case">
        <div>
          {question && match}
          <Section title="Answers" id="answers" side={c.decided_at && <span class="small quiet">decided <Time at={c.decided_at} />{c.decision && <> by {c.decision.pack.id} {c.decision.pack.version}</>}</span>}>
            <Answers c={c} trace={trace.data} open={setAsk} acts={acts} supervisor={supervisor} />
            <Trouble error={trace.error} />
          </Section>
          {!question && match}
          <Section title="Request"><RequestOf c={c} /></Section>
        </div>
        <div class="case__rail">
          {c.alerts.length > 0 && <Section title="Alerts"><ul>{c.alerts.map((a) => <li class="notice" key={a.alert}><p>{readable(a.text)}</p><p class="small quiet"><Time at={a.raised_at} />{acts && <> <button type="button" class="usa-button usa-button--unstyled" onClick={() => setClosing(asking({ title: 'Close the alert', path: `/alerts/${a.alert}/close`, reason: 'What was done about it', button: 'Close the alert', children: <p>{readable(a.text)}</p> }))}>Close …</button></>}</p></li>)}</ul></Section>}
          <Section title="Custody">
            {c.custody ? (
              <Facts of={[['State', <strong>{c.custody.state}</strong>], ['Booked', <Time at={c.custody.booked_at} />], ['Release begun', c.custody.triggered_at && <><Time at={c.custody.triggered_at} />, {c.custody.trigger_kind}</>], ['Left', c.custody.left_at && <><Time at={c.custody.left_at} />, {c.custody.leave_kind}</>]]} />
            ) : <Empty>No booking yet.</Empty>}
          </Section>
          <Section title="Notices"><Notices of={c.notices} /></Section>
          <Section title="Duties"><Duties c={c} open={setAsk} acts={acts} /></Section>
          <Section title="Papers and acts">
            <ul class="links">
              <li><a href={`${root}${path}/proof.pdf`} download={`proof-${c.case}.pdf`}>Proof of notice (PDF)</a></li>
              <li><a href={`${root}${path}/proof`} download={`proof-${c.case}.json`}>Proof bundle, for a verifier</a></li>
              {acts && c.state !== 'closed' && <li><button type="button" class="usa-button usa-button--unstyled" onClick={() => setAsk(asking({ title: 'Add a document', path: `${path}/documents`, button: 'Add the document' }), { as: 'document' })}>Add a document …</button></li>}
              {acts && c.state !== 'closed' && !c.disputed && <li><button type="button" class="usa-button usa-button--unstyled" onClick={() => setAsk(asking({ title: 'The person disputes it', path: `${path}/dispute`, reason: 'What the person or their lawyer says', button: 'Record the dispute', children: <p>Notices that have not left wait until a supervisor has settled it.</p> }))}>The person disputes to be the one …</button></li>}
              {c.supersedes && <li><a href={`/desk/cases/${c.supersedes}`}>Replaces {c.supersedes}</a></li>}
              {c.superseded_by && <li><a href={`/desk/cases/${c.superseded_by}`}>Replaced by {c.superseded_by}</a></li>}
            </ul>
          </Section>
        </div>
        <div class="case__line"><Section title="Time line"><TimeLine id={id} /></Section></div>
      </div>}
      {closing && <ActDialog ask={closing} onClose={() => setClosing(undefined)} onDone={() => { setClosing(undefined); reload(); }} />}
      {dialog && (form?.as === 'settle' ? <Settle {...dialog} /> : form?.as === 'document' ? <AddDocument {...dialog} /> : form?.as === 'override' ? <Override {...dialog} of={form.of} choices={form.choices} /> : <ActDialog {...dialog} />)}
    </>
  );
}

function RequestOf({ c }: { c: Case }) {
  const r = c.request;
  if (!r) return <Empty>The request was forgotten by order; its place in the ledger stays.</Empty>;
  const yes = (v: boolean | undefined) => (v === undefined ? 'not known' : v ? 'yes' : 'no');
  return (
    <Facts
      of={[
        ['Received', <><Time at={c.received_at} /> as {c.form || r.form}</>],
        ['Asks', r.asks?.map((a) => askWords[a].toLowerCase()).join(', ')],
        ['In writing', yes(r.written)], ['Signed', yes(r.signed)], ['Complete', yes(r.complete)],
        ['Attests', r.attests?.join(', ')],
        ['Documents', r.documents?.length ? <ul>{r.documents.map((d, i) => <li key={i}>{sentence(d.kind)}{d.form && ` (${d.form})`}{d.issuer && `, ${d.issuer}`}{d.state && `, ${d.state}`}{d.criminal !== undefined && (d.criminal ? ', criminal' : ', not criminal')}{d.verified !== undefined && (d.verified ? ', confirmed with the court' : ', not confirmed')}</li>)}</ul> : 'none'],
        ['Amends', r.amends ?? r.supersedes], ['Not kept', c.dropped > 0 && `${c.dropped} ${c.dropped === 1 ? 'member that named' : 'members that named'} a status; dropped before anything was stored`],
      ]}
    />
  );
}
