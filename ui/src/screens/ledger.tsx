/* The ledger: its size, signed notes and events. Whoever looks can check it in the browser: the note's signature, that a later
 * note holds all of an earlier one, and a proof bundle from a file. The key to trust is the one the jail has published. */
import { useState } from 'preact/hooks';
import { act, get, intent } from '../api/client';
import type { Note as Signed, Verified } from '../api/policy';
import { consistent, openNote, unbase64, verifyBundle, type Bundle } from '../ledger/verify';
import { Empty, Facts, Head, Loading, More, Note, Section, Time, Trouble } from '../parts/bits';
import { Field } from '../parts/form';
import { useList, useResource } from '../parts/hooks';
import { eventText } from '../parts/words';
import type { ScreenProps } from '../screens';

type Result = { good: boolean; words: string };
async function outcome(check: () => Promise<string>): Promise<Result> {
  try {
    return { good: true, words: await check() };
  } catch (e) {
    return { good: false, words: e instanceof Error ? e.message : String(e) };
  }
}
const Told = ({ r }: { r?: Result }) => <div role="status">{r && <Note tone={r.good ? 'success' : 'error'}>{r.words}</Note>}</div>;

/* Every note against the key, and each against the one before it. */
async function checkNotes(notes: Signed[], key: string): Promise<string> {
  const opened = [];
  for (const n of [...notes].reverse()) opened.push(await openNote(n.note, key));
  for (let i = 1; i < opened.length; i++) {
    const a = opened[i - 1]!, b = opened[i]!;
    const p = a.size === 0 ? null : await get(`/ledger/proof?first=${a.size}&second=${b.size}`);
    await consistent(a.size, b.size, a.root, b.root, (p?.path ?? []).map(unbase64));
  }
  return `${opened.length} notes are signed by this key, and each holds all of the one before.`;
}

function Events() {
  const list = useList('/ledger/events?limit=50', 'events');
  return (
    <Section title="Events">
      <Trouble error={list.error} retry={list.reload} />
      <ol class="line">
        {list.rows.map((leaf) => {
          const ev = leaf.event ? (JSON.parse(leaf.event) as { at: string; kind: string; actor: string; case: string | null }) : null;
          return (
            <li key={leaf.index}>
              <span class="mono quiet">{leaf.index}</span>
              <span>{ev ? <>{eventText(ev.kind)} <span class="line__who">{ev.actor}, <Time at={ev.at} /></span> {ev.case && <a href={`/desk/cases/${ev.case}`}>{ev.case}</a>}</> : <em>forgotten by order; its commitment stays</em>}</span>
            </li>
          );
        })}
      </ol>
      <More more={list.more} loading={list.loading} />
    </Section>
  );
}

export default function Ledger({ session }: ScreenProps) {
  const reads = session.role === 'auditor' || session.role === 'attorney';
  const ledger = useResource('/ledger', (c) => c.kind === 'ledger');
  const notes = useResource(reads ? '/ledger/checkpoints?limit=50' : null);
  const [key, setKey] = useState('');
  const [own, setOwn] = useState<Result>();
  const [file, setFile] = useState<Result>();
  const [server, setServer] = useState<Verified>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const l = ledger.data;
  const trusted = key.trim() || l?.key || '';
  const verify = async () => {
    setBusy(true);
    setError(undefined);
    try {
      setServer(await act('/ledger/verify', { key: intent() }));
    } catch (e) {
      setError(e);
    }
    setBusy(false);
  };
  const sign = async () => {
    setError(undefined);
    try {
      await act('/ledger/checkpoint', { key: intent() });
      notes.reload();
      ledger.reload();
    } catch (e) {
      setError(e);
    }
  };
  const bundle = async (f?: File) => {
    if (!f) return;
    setFile(await outcome(async () => {
      const r = await verifyBundle(JSON.parse(await f.text()) as Bundle, trusted);
      return `${r.events} events stand in the ledger of ${r.checkpoint.origin} at size ${r.checkpoint.size}${r.expunged ? `; ${r.expunged} of them are forgotten by order` : ''}.`;
    }));
  };
  return (
    <>
      <Head title="Ledger" lead="Every fact, decision, notice, receipt and look, in a log that cannot be changed unseen." />
      <Trouble error={ledger.error ?? error} retry={ledger.reload} />
      {!l && ledger.loading && <Loading />}
      {l && (
        <>
          <Facts of={[['Name', l.origin], ['Events', l.size.toLocaleString('en-US')], ['Root', <span class="mono breaks">{l.root}</span>], ['Verifier key', <span class="mono breaks">{l.key}</span>], ['Last signed', l.checkpoint && <><Time at={l.checkpoint.at} /> at size {l.checkpoint.size.toLocaleString('en-US')}</>]]} />
          <Section title="Check it here">
            <p>The browser computes the hashes and checks the signatures itself. Trust the key that the jail has published, not the one this page shows.</p>
            <Field label="Published key" hint="Empty: the key this server gives" value={key} onInput={setKey} maxLength={400} />
            {reads && <p><button type="button" class="usa-button" disabled={!notes.data?.checkpoints.length} onClick={async () => setOwn(await outcome(() => checkNotes(notes.data!.checkpoints, trusted)))}>Check the signed notes</button></p>}
            <Told r={own} />
            <label class="usa-label" for="bundle">Proof of a case</label>
            <span class="usa-hint">A file of “sallyport proof” or of the case's own page</span>
            <input id="bundle" class="usa-file" type="file" accept=".json,application/json" onChange={(e) => bundle(e.currentTarget.files?.[0])} />
            <Told r={file} />
          </Section>
          {session.role === 'auditor' && (
            <Section title="Check all of it on the server" side={<span class="row-acts"><button type="button" class="usa-button usa-button--outline" disabled={busy} onClick={verify}>{busy ? 'Computing every hash …' : 'Verify'}</button><button type="button" class="usa-button usa-button--outline" onClick={sign}>Sign it as it is now</button></span>}>
              <div role="status">{server && <Note tone={server.ok ? 'success' : 'error'}>{server.ok ? `${server.events} events and ${server.checkpoints} notes are as they were written.` : server.wrong.join('; ')}</Note>}</div>
              {!server && <p class="quiet">Every hash, note and imported row is computed again.</p>}
            </Section>
          )}
          {reads && (
            <Section title="Signed notes">
              {notes.data && !notes.data.checkpoints.length && <Empty>None yet.</Empty>}
              {notes.data?.checkpoints.map((n) => (
                <details key={n.size}><summary>Size {n.size.toLocaleString('en-US')}, <Time at={n.at} /></summary><pre class="secret">{n.note}</pre></details>
              ))}
            </Section>
          )}
          {reads && <Events />}
        </>
      )}
    </>
  );
}
