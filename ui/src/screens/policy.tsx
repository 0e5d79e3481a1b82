/* One version of a pack: its tables, offence lists, own tests, what changed against another version, and the two signatures
 * that put it in force on a date. */
import { useState } from 'preact/hooks';
import { act, get, intent, root } from '../api/client';
import { packPath, type ChangedRow, type Pack, type PackRow, type PackTests, type Rows } from '../api/policy';
import { Empty, Facts, Head, Loading, Note, Scroll, Section, Tag, Time, Trouble } from '../parts/bits';
import { Dialog } from '../parts/dialog';
import { Choice, Field } from '../parts/form';
import { useResource } from '../parts/hooks';
import { cellText, RuleTable } from '../parts/rules';
import { signStatement } from '../parts/sign';
import { look } from '../router';
import type { ScreenProps } from '../screens';
import type { ComponentType } from 'preact';
import { Force } from './policies';

function Cells({ columns, row }: { columns: string[]; row: ChangedRow }) {
  const differs = new Set(row.columns ?? []);
  const line = (cells: string[] | undefined, tag: 'del' | 'ins') =>
    cells && (
      <tr class={`change change--${tag}`}>
        <th scope="row">{tag === 'del' ? 'before' : 'after'}</th>
        {columns.map((_, i) => {
          const text = cellText(cells[i] ?? '');
          return <td key={i}>{row.change === 'changed' && differs.has(i) ? (tag === 'del' ? <del>{text}</del> : <ins>{text}</ins>) : text}</td>;
        })}
      </tr>
    );
  return <>{line(row.before, 'del')}{line(row.after, 'ins')}</>;
}
function Changes({ title, columns, rows }: { title: string; columns: string[]; rows: ChangedRow[] }) {
  return (
    <Scroll label={title}>
      <table class="rule-table diff">
        <caption>{title}: {rows.length} {rows.length === 1 ? 'row' : 'rows'}</caption>
        <thead><tr><th scope="col"><span class="visually-hidden">Which</span></th>{columns.map((c, i) => <th scope="col" key={i}>{c}</th>)}</tr></thead>
        {rows.map((r) => (
          <tbody key={r.id + r.change}>
            <tr><th scope="rowgroup" colSpan={columns.length + 1}><Tag tone={r.change === 'removed' ? 'bad' : r.change === 'moved' ? 'quiet' : 'info'}>{r.change}</Tag> <span class="mono">{r.id}</span>{r.change === 'moved' && ` from place ${r.rule_before} to ${r.rule_after}`}</th></tr>
            <Cells columns={columns} row={r} />
          </tbody>
        ))}
      </table>
    </Scroll>
  );
}
function Diff({ p, against }: { p: Pack; against: PackRow }) {
  const query = new URLSearchParams({ with: against.version, ...(against.pack !== p.pack && { pack: against.pack }) });
  const diff = useResource(`${packPath(p)}/diff?${query}`);
  if (diff.error) return <Trouble error={diff.error} retry={diff.reload} />;
  if (!diff.data) return <Loading what="Comparing" />;
  const d = diff.data;
  const same = !d.tables.length && !d.offences.rows.length && !d.files.length;
  return (
    <>
      {same && <Empty>The two are the same to the byte.</Empty>}
      {d.tables.map((t) => <Changes key={t.decision} title={`${t.decision}${t.change === 'changed' ? '' : ` (${t.change})`}`} columns={t.columns ?? t.columns_before ?? []} rows={t.rows} />)}
      {d.offences.rows.length > 0 && <Changes title="Rows of the offence lists" columns={d.offences.columns} rows={d.offences.rows} />}
      {d.files.length > 0 && <p class="quiet">Files: {d.files.map((f) => `${f.name} ${f.change}`).join(', ')}</p>}
    </>
  );
}

function Tests({ p }: { p: Pack }) {
  const [result, setResult] = useState<PackTests>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    setError(undefined);
    try {
      setResult(await act(`${packPath(p)}/check`, { key: intent() }));
    } catch (e) {
      setError(e);
    }
    setBusy(false);
  };
  return (
    <Section title="Its own tests" side={<button type="button" class="usa-button usa-button--outline" disabled={busy} onClick={run}>{busy ? 'Running …' : 'Run them'}</button>}>
      <Trouble error={error} />
      <div role="status">{result && <Note tone={result.failed || !result.passed ? 'error' : 'success'}>{result.passed} passed, {result.failed} failed</Note>}</div>
      {result?.tests.filter((t) => !t.passed).map((t) => (
        <p key={t.file + t.test + t.decision}><span class="mono">{t.file} {t.test}</span> {t.description}<br />wanted {t.expected}, came {t.actual}</p>
      ))}
      {!result && <p class="quiet">They come with the pack: facts and the answer they must give.</p>}
    </Section>
  );
}

function Sign({ p, onClose, onDone }: { p: Pack; onClose: () => void; onDone: () => void }) {
  const [starts, setStarts] = useState('');
  const [statement, setStatement] = useState<{ statement: string; starts: string }>();
  const [signature, setSignature] = useState('');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const attempt = async (what: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    try {
      await what();
    } catch (e) {
      setError(e);
    }
    setBusy(false);
  };
  const ask = (e: Event) => {
    e.preventDefault();
    void attempt(async () => setStatement(await get(`${packPath(p)}/statement?starts=${encodeURIComponent(new Date(starts).toISOString())}`)));
  };
  const sign = (file?: File) => file && attempt(async () => setSignature(await signStatement(statement!.statement, await file.text())));
  const send = (e: Event) => {
    e.preventDefault();
    void attempt(async () => {
      await act(`${packPath(p)}/signatures`, { body: { starts: statement!.starts, signature: signature.trim() } });
      onDone();
    });
  };
  return (
    <Dialog title={`Sign ${p.title}, version ${p.version}`} onClose={onClose} wide>
      {!statement ? (
        <form onSubmit={ask}>
          <Field label="In force from" hint="Your local time. Both policy owners sign the same instant." type="datetime-local" value={starts} onInput={setStarts} required />
          <Trouble error={error} />
          <div class="dialog__acts"><button class="usa-button" type="submit" disabled={busy || !starts}>Show what is signed</button></div>
        </form>
      ) : (
        <form onSubmit={send}>
          <p>You sign this text, to the byte:</p>
          <pre class="secret">{statement.statement}</pre>
          <label class="usa-label" for="sign-key">Your secret key</label>
          <span class="usa-hint">The file of “sallyport policy keygen”. It is used in this browser and never sent.</span>
          <input id="sign-key" class="usa-file" type="file" onChange={(e) => sign(e.currentTarget.files?.[0])} />
          <Field label="Or a signature made elsewhere" hint="64 bytes in base64" value={signature} onInput={setSignature} maxLength={88} />
          <Trouble error={error} />
          <div class="dialog__acts">
            <button class="usa-button" type="submit" disabled={busy || signature.trim().length !== 88}>Sign</button>
            <button type="button" class="usa-button usa-button--unstyled" onClick={() => setStatement(undefined)}>Another date</button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

const most = 50;
function Offences({ of }: { of: Rows }) {
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const rows = wanted ? of.rows.filter((r) => r.some((c) => c.toLowerCase().includes(wanted))) : of.rows;
  const used = of.columns.map((_, j) => j).filter((j) => of.rows.some((r) => r[j])); /* a column without a word says nothing */
  const short = (c: string | undefined) => (!c ? undefined : c.length < 32 ? 'nowrap' : 'long');
  return (
    <>
      <Field label="Find a citation or list" type="search" value={text} onInput={setText} narrow />
      <Scroll label="Offences and their lists">
        <table class="usa-table usa-table--borderless table list">
          <caption class="visually-hidden">Offences and their lists</caption>
          <thead><tr>{used.map((j) => <th scope="col" key={j}>{of.columns[j]!.replace(/_/g, ' ')}</th>)}</tr></thead>
          <tbody>{rows.slice(0, most).map((r, i) => <tr key={i}>{used.map((j) => <td key={j} class={short(r[j])}>{r[j]}</td>)}</tr>)}</tbody>
        </table>
      </Scroll>
      {rows.length > most && <p class="quiet">{most} of {rows.length}; look for the rest.</p>}
    </>
  );
}

/* The model's own picture and tables, by dmn-js; its code comes only now. */
function ModelOf({ p }: { p: Pack }) {
  const [open, setOpen] = useState<{ View: ComponentType<{ xml: string }>; xml: string }>();
  const [error, setError] = useState<unknown>();
  const show = async () => {
    try {
      const [{ default: View }, r] = await Promise.all([import('../parts/model'), fetch(`${root}${packPath(p)}/files/policy.dmn`, { credentials: 'same-origin' })]);
      if (!r.ok) throw new Error('The file could not be read.');
      setOpen({ View, xml: await r.text() });
    } catch (e) {
      setError(e);
    }
  };
  return (
    <Section title="The model" side={!open && <button type="button" class="usa-button usa-button--outline" onClick={show}>Open the model</button>}>
      <Trouble error={error} />
      {open ? <open.View xml={open.xml} /> : <p class="quiet">The decision model as its editors show it (DMN). {p.files.length} files are in the pack.</p>}
    </Section>
  );
}

export default function Policy({ params, query, session }: ScreenProps) {
  const at = { pack: params.pack!, version: params.version! };
  const pack = useResource(packPath(at), (c) => c.kind === 'ledger');
  const all = useResource('/packs');
  const [signing, setSigning] = useState(false);
  const p = pack.data;
  if (!p) return <><Head title={`${at.pack} ${at.version}`} /><Trouble error={pack.error} retry={pack.reload} />{pack.loading && <Loading />}</>;
  const others = (all.data?.packs ?? []).filter((o) => o.pack !== p.pack || o.version !== p.version);
  const against = others.find((o) => `${o.pack} ${o.version}` === query.get('with'));
  const owner = session.role === 'policy-owner';
  return (
    <>
      <Head title={p.title} lead={<><Force p={p} /> <span class="mono">{p.pack}</span>, version {p.version}</>}>
        {owner && <button type="button" class="usa-button" onClick={() => setSigning(true)}>Sign …</button>}
        {(owner || session.role === 'attorney' || session.role === 'auditor') && <a class="usa-button usa-button--outline" href={`/desk/whatif?pack=${encodeURIComponent(p.pack)}&version=${encodeURIComponent(p.version)}`}>What if it had been in force?</a>}
      </Head>
      {p.description && <p class="lead policy__lead">{p.description}</p>}
      <div class="case case--tables">
        <div class="case__rail">
          <Section title="In force"><Facts of={[['From', <Time at={p.in_force_from} />], ['Status', p.status], ['Written for', [p.effective_from, p.effective_to].filter(Boolean).join(' to ')], ['SHA-256', <span class="mono breaks">{p.sha256}</span>]]} /></Section>
          <Section title="Signatures">
            {!p.signatures.length && <Empty>Nobody has signed it.</Empty>}
            <ul class="plain">{p.signatures.map((s) => <li key={s.by + s.starts}>{s.by}, to start <Time at={s.starts} /></li>)}</ul>
            <p class="quiet">Two different policy owners, the same date.</p>
          </Section>
          {(owner || session.role === 'attorney') && <Tests p={p} />}
        </div>
        <div>
          <Section title="Tables">
            {p.tables.map((t) => <RuleTable key={t.decision} table={t} />)}
            {p.texts?.map((t) => <p key={t.decision}><strong>{t.decision}</strong>{t.question && `: ${t.question}`}<code class="expression">{t.expression}</code></p>)}
          </Section>
          <ModelOf p={p} />
        </div>
      </div>
      {p.offences && <Section title="Offence lists"><Offences of={p.offences} /></Section>}
      <Section title="What changed">
        {!others.length ? <Empty>There is nothing to compare it with.</Empty> : (
          <Choice label="Against" value={against ? `${against.pack} ${against.version}` : ''} onInput={(v) => look({ with: v || undefined })}
            options={[['', 'choose a version'], ...others.map((o): [string, string] => [`${o.pack} ${o.version}`, `${o.title}, version ${o.version}`])]} />
        )}
        {against && <Diff p={p} against={against} />}
      </Section>
      {signing && <Sign p={p} onClose={() => setSigning(false)} onDone={() => { setSigning(false); pack.reload(); }} />}
    </>
  );
}
