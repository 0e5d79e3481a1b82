/* Policies: the packs, their versions, which is in force and since when. A pack takes effect only by two signatures. */
import { useState } from 'preact/hooks';
import { act } from '../api/client';
import { packDesk, type PackRow } from '../api/policy';
import { Empty, Head, Loading, Tag, Time, Trouble } from '../parts/bits';
import { Dialog } from '../parts/dialog';
import { useResource } from '../parts/hooks';
import { go } from '../router';
import type { ScreenProps } from '../screens';

export function Force({ p, now = Date.now() }: { p: PackRow; now?: number }) {
  const owners = new Set(p.signatures.map((s) => s.by)).size;
  if (p.in_force) return <Tag tone="good">in force</Tag>;
  if (p.in_force_from && Date.parse(p.in_force_from) > now) return <Tag tone="info">signed, starts later</Tag>;
  if (p.in_force_from) return <Tag tone="quiet">was in force</Tag>;
  return owners === 1 ? <Tag tone="warn">waits for a second signature</Tag> : <Tag tone="quiet">not signed</Tag>;
}

/* A pack is a folder; the browser hands over its files as texts, named from the folder on. */
async function folder(list: FileList): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const f of list) {
    const name = (f.webkitRelativePath || f.name).split('/').slice(f.webkitRelativePath ? 1 : 0).join('/');
    if (name && !name.split('/').some((part) => part.startsWith('.'))) files[name] = await f.text();
  }
  return files;
}
function AddPack({ onClose }: { onClose: () => void }) {
  const [files, setFiles] = useState<Record<string, string>>({});
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const names = Object.keys(files).sort();
  const submit = async (e: Event) => {
    e.preventDefault();
    setBusy(true);
    try {
      go(packDesk(await act('/packs', { body: { files } })));
    } catch (err) {
      setError(err);
      setBusy(false);
    }
  };
  return (
    <Dialog title="Take a pack in" onClose={onClose}>
      <form onSubmit={submit}>
        <p>Choose the folder of the pack: pack.yaml, policy.dmn, offences.csv, sources.md and its tests. It is not in force before two policy owners have signed it.</p>
        <label class="usa-label" for="pack-folder">Folder</label>
        <input id="pack-folder" class="usa-file" type="file" multiple {...{ webkitdirectory: true }} onChange={async (e) => setFiles(await folder(e.currentTarget.files!))} />
        {names.length > 0 && <ul class="plain mono">{names.map((n) => <li key={n}>{n}</li>)}</ul>}
        <Trouble error={error} />
        <div class="dialog__acts">
          <button type="submit" class="usa-button" disabled={busy || !files['pack.yaml']}>{busy ? 'Checking …' : 'Take it in'}</button>
          <button type="button" class="usa-button usa-button--unstyled" onClick={onClose}>Cancel</button>
        </div>
      </form>
    </Dialog>
  );
}

export default function Policies({ session }: ScreenProps) {
  const list = useResource('/packs', (c) => c.kind === 'ledger');
  const [adding, setAdding] = useState(false);
  const may = session.role === 'policy-owner' || session.role === 'attorney';
  return (
    <>
      <Head title="Policies" lead="What this jail answers is written here, and nowhere else.">
        {may && <button type="button" class="usa-button" onClick={() => setAdding(true)}>Take a pack in</button>}
      </Head>
      <Trouble error={list.error} retry={list.reload} />
      {list.loading && !list.data && <Loading />}
      {list.data && !list.data.packs.length && <Empty>There is no pack: every request waits for a person.</Empty>}
      {!!list.data?.packs.length && (
        <table class="usa-table usa-table--borderless table list stack">
          <caption class="visually-hidden">Packs and their versions</caption>
          <thead><tr><th scope="col">Policy</th><th scope="col">Version</th><th scope="col">State</th><th scope="col">Signed by</th><th scope="col">In force from</th></tr></thead>
          <tbody>
            {list.data.packs.map((p) => (
              <tr key={p.pack + p.version}>
                <td><a href={packDesk(p)} data-row>{p.title}</a><span class="second mono">{p.pack}</span></td>
                <td class="nowrap">{p.version}</td>
                <td><Force p={p} />{p.status && <span class="second">{p.status}</span>}</td>
                <td>{[...new Set(p.signatures.map((s) => s.by))].join(', ')}</td>
                <td class="nowrap"><Time at={p.in_force_from} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {adding && <AddPack onClose={() => setAdding(false)} />}
    </>
  );
}
