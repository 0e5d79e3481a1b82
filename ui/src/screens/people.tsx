/* People and tokens: who may do what here, one-time links, unlocking; keys of the machines that push bookings and triggers.
 * A person is never deleted: a name stays whose it was (CJIS IA-4). */
import { useState } from 'preact/hooks';
import { act, intent } from '../api/client';
import type { Schemas } from '../api/contract';
import type { Person, Role, Scope } from '../api/types';
import { Empty, Head, Loading, Note, Section, Tag, Time, Trouble } from '../parts/bits';
import { ActDialog, asking, Dialog, type Ask } from '../parts/dialog';
import { Check, Choice, Field } from '../parts/form';
import { useResource } from '../parts/hooks';
import { roleWords } from '../parts/words';
import type { ScreenProps } from '../screens';

const path = (p: Person) => `/people/${encodeURIComponent(p.name)}` as const;
const roles = Object.entries(roleWords) as [Role, string][];
const scopes: [Scope, string][] = [
  ['bookings', 'Push bookings and charges'], ['triggers', 'Report triggers and releases'], ['requests', 'Enter requests'], ['metrics', 'Read metrics'],
];
const keyHint = 'Ed25519 in hexadecimal, as “sallyport policy keygen” prints it; policy owners sign with it';

function PersonDialog({ of, onClose, onDone }: { of?: Person; onClose: () => void; onDone: () => void }) {
  const [name, setName] = useState(of?.name ?? '');
  const [role, setRole] = useState<Role>(of?.role ?? 'records-officer');
  const [key, setKey] = useState(of?.public_key ?? '');
  const [issuer, setIssuer] = useState(of?.sso?.issuer ?? '');
  const [subject, setSubject] = useState(of?.sso?.subject ?? '');
  const body = { role, ...(key.trim() && { public_key: key.trim() }), ...(issuer.trim() && { sso: { issuer: issuer.trim(), subject: subject.trim() } }) };
  const ask = asking({ title: of ? `Change ${of.name}` : 'Add a person', path: `/people/${encodeURIComponent(name.trim())}`, method: 'PUT', body, button: of ? 'Change' : 'Add', ready: !!name.trim() && (!issuer.trim() || !!subject.trim()) });
  return (
    <ActDialog ask={{ ...ask, children: (
      <>
        {!of && <Field label="Name" hint="As it stands in the ledger for good, e.g. m.ortiz" value={name} onInput={setName} required maxLength={100} />}
        <Choice label="Role" value={role} onInput={(v) => setRole(v as Role)} options={roles} hint="A person has one role" />
        <Field label="Signing key" hint={keyHint} value={key} onInput={setKey} maxLength={64} />
        <details>
          <summary>Single sign-on</summary>
          <Field label="Issuer" value={issuer} onInput={setIssuer} maxLength={500} />
          <Field label="Subject" hint="The identifier the provider gives this person, not the mail address" value={subject} onInput={setSubject} maxLength={500} />
        </details>
      </>
    ) }} onClose={onClose} onDone={onDone} />
  );
}

/* A secret is shown once and is nowhere to be read again. */
function Secret({ title, words, secret, onClose }: { title: string; words: string; secret: string; onClose: () => void }) {
  const [copied, setCopied] = useState(false);
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{words}</p>
      <p class="secret mono breaks">{secret}</p>
      <div class="dialog__acts">
        <button type="button" class="usa-button" onClick={() => navigator.clipboard?.writeText(secret).then(() => setCopied(true))}>{copied ? 'Copied' : 'Copy'}</button>
        <button type="button" class="usa-button usa-button--unstyled" onClick={onClose}>Close; it will not be shown again</button>
      </div>
    </Dialog>
  );
}

function TokenDialog({ onClose, onDone }: { onClose: () => void; onDone: (t: Schemas['TokenMade']) => void }) {
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<Scope[]>([]);
  const [until, setUntil] = useState(new Date(Date.now() + 365 * 86_400_000).toISOString().slice(0, 10));
  const body = { name: name.trim(), scopes: chosen, expires_at: `${until}T00:00:00Z` };
  const ask = asking({ title: 'Make a token', path: '/tokens', body, button: 'Make it', ready: !!name.trim() && chosen.length > 0 && !!until });
  return (
    <ActDialog ask={{ ...ask, children: (
      <>
        <Field label="Name" hint="Which machine holds it, e.g. jail-feed" value={name} onInput={setName} required maxLength={100} />
        <fieldset class="radios">
          <legend class="usa-label">May</legend>
          {scopes.map(([s, words]) => <Check key={s} label={words} checked={chosen.includes(s)} onInput={(v) => setChosen(v ? [...chosen, s] : chosen.filter((x) => x !== s))} />)}
        </fieldset>
        <Field label="Ends on" type="date" value={until} onInput={setUntil} required />
      </>
    ) }} onClose={onClose} onDone={onDone} />
  );
}

function state(p: Person) {
  if (p.disabled) return <Tag tone="quiet">disabled</Tag>;
  if (p.locked) return <Tag tone="bad">locked</Tag>;
  return p.password || p.sso ? <Tag tone="good">can sign in</Tag> : <Tag tone="warn">no password yet</Tag>;
}

export default function People({ session }: ScreenProps) {
  const manages = session.role === 'administrator';
  const people = useResource('/people');
  const tokens = useResource(manages ? '/tokens' : null);
  const [person, setPerson] = useState<{ of?: Person }>();
  const [ask, setAsk] = useState<Ask>();
  const [making, setMaking] = useState(false);
  const [secret, setSecret] = useState<{ title: string; words: string; secret: string }>();
  const [error, setError] = useState<unknown>();
  const link = async (p: Person) => {
    setError(undefined);
    try {
      const answer = await act(`${path(p)}/link`, { key: intent() });
      setSecret({ title: `Link for ${p.name}`, words: 'Hand it over in person. It works once, for 72 hours, and sets password and code.', secret: `${location.origin}/desk/link#${answer.secret}` });
    } catch (e) {
      setError(e);
    }
  };
  const change = (p: Person, member: 'disabled' | 'unlock', value: boolean, title: string, button: string) =>
    setAsk(asking({ title, path: path(p), method: 'PUT', body: member === 'unlock' ? { unlock: value } : { disabled: value }, button, children: <p>{p.name}, {roleWords[p.role]}</p> }));
  return (
    <>
      <Head title="People and tokens" lead="Who may do what here. Every change is an event in the ledger.">
        {manages && <button type="button" class="usa-button" onClick={() => setPerson({})}>Add a person</button>}
      </Head>
      <Trouble error={people.error ?? error} retry={people.reload} />
      {people.loading && !people.data && <Loading />}
      {people.data && (
        <table class="usa-table usa-table--borderless table list stack">
          <caption class="visually-hidden">People</caption>
          <thead><tr><th scope="col">Name</th><th scope="col">Role</th><th scope="col">State</th><th scope="col">Last seen</th>{manages && <th scope="col"><span class="visually-hidden">Acts</span></th>}</tr></thead>
          <tbody>
            {people.data.people.map((p) => (
              <tr key={p.name}>
                <td>{p.name}{p.public_key && <span class="second">holds a signing key</span>}{p.sso && <span class="second">single sign-on</span>}</td>
                <td>{roleWords[p.role]}</td>
                <td>{state(p)}</td>
                <td class="nowrap"><Time at={p.seen_at} none="never" /></td>
                {manages && (
                  <td>
                    <span class="row-acts">
                      <button type="button" class="usa-button usa-button--unstyled" onClick={() => setPerson({ of: p })}>Change<span class="visually-hidden"> {p.name}</span></button>
                      <button type="button" class="usa-button usa-button--unstyled" onClick={() => link(p)}>Link<span class="visually-hidden"> for {p.name}</span></button>
                      {p.locked && <button type="button" class="usa-button usa-button--unstyled" onClick={() => change(p, 'unlock', true, 'Unlock the account', 'Unlock')}>Unlock<span class="visually-hidden"> {p.name}</span></button>}
                      <button type="button" class="usa-button usa-button--unstyled" onClick={() => change(p, 'disabled', !p.disabled, p.disabled ? 'Let sign in again' : 'Disable the account', p.disabled ? 'Enable' : 'Disable')}>{p.disabled ? 'Enable' : 'Disable'}<span class="visually-hidden"> {p.name}</span></button>
                    </span>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {manages && (
        <Section title="Tokens" side={<button type="button" class="usa-button usa-button--outline" onClick={() => setMaking(true)}>Make a token</button>}>
          <p class="quiet">For machines. A token may push; it never learns whether a request exists.</p>
          <Trouble error={tokens.error} retry={tokens.reload} />
          {tokens.data && !tokens.data.tokens.length && <Empty>There is no token.</Empty>}
          {!!tokens.data?.tokens.length && (
            <table class="usa-table usa-table--borderless table list stack">
              <caption class="visually-hidden">Tokens</caption>
              <thead><tr><th scope="col">Name</th><th scope="col">May</th><th scope="col">Made</th><th scope="col">Last used</th><th scope="col">Ends</th><th scope="col"><span class="visually-hidden">Act</span></th></tr></thead>
              <tbody>
                {tokens.data.tokens.map((t) => (
                  <tr key={t.id}>
                    <td>{t.name}<span class="second mono">{t.id}</span></td>
                    <td>{t.scopes.join(', ')}</td>
                    <td class="nowrap"><Time at={t.made_at} />{t.made_by && <span class="second">{t.made_by}</span>}</td>
                    <td class="nowrap"><Time at={t.used_at} none="never" /></td>
                    <td class="nowrap">{t.revoked_at ? <Tag tone="quiet">revoked</Tag> : <Time at={t.expires_at} none="never" />}</td>
                    <td>{!t.revoked_at && <button type="button" class="usa-button usa-button--unstyled" onClick={() => setAsk(asking({ title: 'Revoke the token', path: `/tokens/${encodeURIComponent(t.id)}`, method: 'DELETE', button: 'Revoke', danger: true, children: <p>{t.name}: the machine that holds it is refused from now on.</p> }))}>Revoke …<span class="visually-hidden"> {t.name}</span></button>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Section>
      )}
      {!manages && <Note>Only an administrator changes people and tokens.</Note>}
      {person && <PersonDialog of={person.of} onClose={() => setPerson(undefined)} onDone={() => { setPerson(undefined); people.reload(); }} />}
      {making && <TokenDialog onClose={() => setMaking(false)} onDone={(t) => { setMaking(false); tokens.reload(); setSecret({ title: `Token ${t.name}`, words: 'Give it to the machine as “Authorization: Bearer …”.', secret: t.secret }); }} />}
      {ask && <ActDialog ask={ask} onClose={() => setAsk(undefined)} onDone={() => { setAsk(undefined); people.reload(); tokens.reload(); }} />}
      {secret && <Secret {...secret} onClose={() => setSecret(undefined)} />}
    </>
  );
}
