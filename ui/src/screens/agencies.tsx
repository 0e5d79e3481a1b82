/* Agencies: who may ask, and at which addresses they are told. An address counts only when a named person verified it:
 * a notice goes nowhere else. */
import { useState } from 'preact/hooks';
import type { Address, Agency } from '../api/types';
import { Empty, Head, Loading, Tag, Trouble } from '../parts/bits';
import { ActDialog, asking } from '../parts/dialog';
import { Choice, Field } from '../parts/form';
import { useResource } from '../parts/hooks';
import { dateText } from '../parts/words';
import type { ScreenProps } from '../screens';

const kinds: Agency['kind'][] = ['federal immigration', 'law enforcement', 'court', 'probation or parole', 'victim services', 'other'];
const channels: Address['channel'][] = ['fax', 'email', 'webhook', 'folder'];
const day = () => new Date().toISOString().slice(0, 10);

function AddressFields({ of, n, onChange, onDrop }: { of: Address; n: number; onChange: (a: Address) => void; onDrop: () => void }) {
  const set = (m: Partial<Address>) => onChange({ ...of, ...m });
  return (
    <fieldset class="address">
      <legend class="usa-label">Address {n + 1}{n === 0 ? ', tried first' : ''}</legend>
      <div class="row-form">
        <Choice label="By" value={of.channel} onInput={(v) => set({ channel: v as Address['channel'] })} options={channels} />
        <Field label="Address" value={of.address} onInput={(address) => set({ address, verified_by: undefined, verified_on: undefined })} required maxLength={500} />
      </div>
      <div class="row-form">
        <Field label="Verified by" hint="Who called back on a number known before" value={of.verified_by ?? ''} onInput={(v) => set({ verified_by: v || undefined, verified_on: v ? (of.verified_on ?? day()) : undefined })} maxLength={100} />
        <Field label="On" type="date" value={of.verified_on ?? ''} onInput={(v) => set({ verified_on: v || undefined })} />
      </div>
      <button type="button" class="usa-button usa-button--unstyled" onClick={onDrop}>Take this address out</button>
    </fieldset>
  );
}

function AgencyDialog({ of, by, onClose, onDone }: { of?: Agency; by: string; onClose: () => void; onDone: () => void }) {
  const [id, setId] = useState(of?.id ?? '');
  const [name, setName] = useState(of?.name ?? '');
  const [kind, setKind] = useState<Agency['kind']>(of?.kind ?? kinds[0]!);
  const [addresses, setAddresses] = useState<Address[]>(of?.addresses ?? []);
  const ready = !!id.trim() && !!name.trim() && addresses.every((a) => a.address.trim());
  return (
    <ActDialog
      ask={asking({
        title: of ? `Change ${of.name}` : 'Add an agency', path: `/agencies/${encodeURIComponent(id.trim())}`, method: 'PUT', body: { name: name.trim(), kind, addresses }, button: of ? 'Change' : 'Add', ready,
        children: (
          <>
            {!of && <Field label="Short name" hint="Stays for good, e.g. fed-east" value={id} onInput={setId} required maxLength={60} />}
            <Field label="Name" value={name} onInput={setName} required maxLength={200} />
            <Choice label="Kind" value={kind} onInput={(v) => setKind(v as Agency['kind'])} options={kinds} />
            {addresses.map((a, n) => (
              <AddressFields key={n} of={a} n={n} onChange={(x) => setAddresses(addresses.map((y, i) => (i === n ? x : y)))} onDrop={() => setAddresses(addresses.filter((_, i) => i !== n))} />
            ))}
            <p><button type="button" class="usa-button usa-button--outline" onClick={() => setAddresses([...addresses, { channel: 'fax', address: '', verified_by: by, verified_on: day() }])}>Add an address</button></p>
          </>
        ),
      })}
      onClose={onClose} onDone={onDone} />
  );
}

export default function Agencies({ session }: ScreenProps) {
  const list = useResource('/agencies');
  const [open, setOpen] = useState<{ of?: Agency }>();
  const changes = session.role === 'administrator' || session.role === 'supervisor';
  return (
    <>
      <Head title="Agencies" lead="Who may ask, and where they are told. A notice goes to verified addresses only.">
        {changes && <button type="button" class="usa-button" onClick={() => setOpen({})}>Add an agency</button>}
      </Head>
      <Trouble error={list.error} retry={list.reload} />
      {list.loading && !list.data && <Loading />}
      {list.data && !list.data.agencies.length && <Empty>No agency is known. Requests can be taken from known agencies only.</Empty>}
      {!!list.data?.agencies.length && (
        <table class="usa-table usa-table--borderless table list stack">
          <caption class="visually-hidden">Agencies</caption>
          <thead><tr><th scope="col">Agency</th><th scope="col">Kind</th><th scope="col">Addresses</th>{changes && <th scope="col"><span class="visually-hidden">Act</span></th>}</tr></thead>
          <tbody>
            {list.data.agencies.map((g) => (
              <tr key={g.id}>
                <td>{g.name}<span class="second mono">{g.id}</span></td>
                <td>{g.kind}</td>
                <td>
                  {!g.addresses?.length && <Tag tone="warn">none: nothing can be told</Tag>}
                  <ul class="plain">
                    {g.addresses?.map((a) => (
                      <li key={a.channel + a.address}>{a.channel} <span class="mono breaks">{a.address}</span>{' '}
                        {a.verified_by && a.verified_on ? <span class="quiet">verified by {a.verified_by}, {dateText(a.verified_on)}</span> : <Tag tone="bad">not verified</Tag>}
                      </li>
                    ))}
                  </ul>
                </td>
                {changes && <td><button type="button" class="usa-button usa-button--unstyled" onClick={() => setOpen({ of: g })}>Change<span class="visually-hidden"> {g.name}</span></button></td>}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {open && <AgencyDialog of={open.of} by={session.name} onClose={() => setOpen(undefined)} onDone={() => { setOpen(undefined); list.reload(); }} />}
    </>
  );
}
