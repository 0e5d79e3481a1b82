/* One stay in custody: who, since when, the charges, and the two reports that start and end a release. Reporting returns at
 * once; nothing here waits for a notice. Requests are shown only to those who may know of them. */
import { useState } from 'preact/hooks';
import type { Schemas } from '../api/contract';
import type { Booking, Reported } from '../api/types';
import { Empty, Facts, Head, Loading, Note, Section, Time, Trouble } from '../parts/bits';
import { ActDialog, asking } from '../parts/dialog';
import { Choice, Field } from '../parts/form';
import { useResource } from '../parts/hooks';
import { clockText, dateText, fullName, instant, releaseKinds, triggerKinds } from '../parts/words';
import type { ScreenProps } from '../screens';
import { CustodyTag } from './custody';

type What = 'triggers' | 'releases';
/* What the field says, with the browser's offset; empty is now, and the server's clock says when that was. */
export function instantOf(local: string): string | undefined {
  if (!local) return undefined;
  const d = new Date(local);
  return Number.isNaN(d.getTime()) ? undefined : d.toISOString();
}

/* What can be reported of somebody who is here, and of somebody who left. */
function Report({ b, what, onClose, onDone }: { b: Booking; what: What; onClose: () => void; onDone: (r: Reported) => void }) {
  const kinds = what === 'triggers' ? triggerKinds : b.left_at ? ['returned'] : releaseKinds.filter((k) => k !== 'returned');
  const [kind, setKind] = useState(kinds[0]!);
  const [at, setAt] = useState('');
  const how = {
    title: what === 'triggers' ? 'A release has begun' : b.left_at ? 'Came back' : 'Left custody',
    button: 'Report',
    children: (
      <>
        <p><strong>{fullName(b)}</strong>, booking {b.booking}{b.birth_date && `, born ${dateText(b.birth_date)}`}</p>
        <Choice label="What happened" value={kind} onInput={setKind} options={kinds.map((k): [string, string] => [k, k.charAt(0).toUpperCase() + k.slice(1)])} />
        <Field label="When" type="datetime-local" value={at} onInput={setAt} hint="Leave empty for now" narrow />
      </>
    ),
  };
  const path = `/bookings/${encodeURIComponent(b.booking)}` as const, when = at ? { at: instantOf(at) } : {};
  const ask = what === 'triggers' ? asking({ ...how, path: `${path}/triggers`, body: { kind: kind as Schemas['TriggerKind'], ...when } }) : asking({ ...how, path: `${path}/releases`, body: { kind: kind as Schemas['ReleaseKind'], ...when } });
  return <ActDialog ask={ask} onClose={onClose} onDone={onDone} />;
}

export default function BookingScreen({ params, session }: ScreenProps) {
  const number = params.booking!;
  const path = `/bookings/${encodeURIComponent(number)}` as const;
  const { data: b, error, reload } = useResource(path, (c) => c.booking === number);
  const [report, setReport] = useState<What>();
  const [undo, setUndo] = useState(false);
  const [said, setSaid] = useState('');
  const acts = ['records-officer', 'supervisor', 'integration'].includes(session.role);
  if (!b) return <><Head title={`Booking ${number}`} /><Trouble error={error} retry={reload} />{!error && <Loading />}</>;
  const done = (r?: Reported) => {
    setReport(undefined);
    setUndo(false);
    const at = instant(r?.at);
    setSaid(!r ? 'Taken back: the person stays.' : r.new === false ? 'That was reported before; nothing changed.' : `Recorded${at ? ` at ${clockText(at)}` : ''}: ${r.kind}.`);
    reload();
  };
  const cases = b.cases ?? [];
  return (
    <>
      <Head title={fullName(b) || b.booking} lead={<>Booking {b.booking}</>}><CustodyTag b={b} /></Head>
      <Trouble error={error} retry={reload} />
      <div role="status">{said && <Note tone="success">{said}</Note>}</div>
      {acts && b.left_at && (
        <div class="do-now do-now--still"><p>Left <Time at={b.left_at} />{b.leave_kind && `: ${b.leave_kind}`}</p><div class="do-now__acts"><button type="button" class="usa-button usa-button--outline" onClick={() => setReport('releases')}>Came back …</button></div></div>
      )}
      {acts && !b.left_at && (
        <div class="do-now do-now--still">
          <p>{b.triggered_at ? <>A release began <Time at={b.triggered_at} />{b.trigger_kind && `: ${b.trigger_kind}`}</> : 'In custody'}</p>
          <div class="do-now__acts">
            {!b.triggered_at && <button type="button" class="usa-button" onClick={() => setReport('triggers')}>A release has begun …</button>}
            <button type="button" class={`usa-button${b.triggered_at ? '' : ' usa-button--outline'}`} onClick={() => setReport('releases')}>Left custody …</button>
            {b.triggered_at && <button type="button" class="usa-button usa-button--outline" onClick={() => setUndo(true)}>Stays after all …</button>}
          </div>
        </div>
      )}
      <div class="case">
        <div>
          <Section title="Charges">
            {b.charges?.length ? (
              <table class="usa-table usa-table--borderless table stack">
                <caption class="visually-hidden">Charges of this booking</caption>
                <thead><tr><th scope="col">Citation</th><th scope="col">Charge</th><th scope="col">Class</th><th scope="col">Stage</th></tr></thead>
                <tbody>{b.charges.map((c, i) => <tr key={i}><td class="nowrap">{c.citation || <span class="quiet">none given</span>}</td><td>{c.text}</td><td>{c.class}</td><td>{c.stage}</td></tr>)}</tbody>
              </table>
            ) : <Empty>No charge is known.</Empty>}
          </Section>
          {session.role !== 'integration' && cases.length > 0 && (
            <Section title="Requests about this person">
              <ul class="links">
                {cases.map((c) => <li key={c.case}><a href={`/desk/cases/${c.case}`} data-row>{c.case}</a> {c.agency}, {c.agency_reference}: {c.what}</li>)}
              </ul>
            </Section>
          )}
        </div>
        <div class="case__rail">
          <Section title="Person and stay">
            <Facts of={[['Born', dateText(b.birth_date)], ['Sex', b.sex], ['State number', b.state_id && <span class="mono">{b.state_id}</span>], ['Booked', <Time at={b.booked_at} />], ['Release begun', b.triggered_at && <Time at={b.triggered_at} />], ['Left', b.left_at && <Time at={b.left_at} />]]} />
          </Section>
        </div>
      </div>
      {report && <Report b={b} what={report} onClose={() => setReport(undefined)} onDone={done} />}
      {undo && <ActDialog ask={asking({ title: 'The person stays after all', path: `${path}/triggers/undo`, reason: 'Why the release does not take place', button: 'Take the release back', danger: true })} onClose={() => setUndo(false)} onDone={() => done()} />}
    </>
  );
}
