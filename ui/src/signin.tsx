/* The door: sign-in with password and code or through the house's own sign-on, the one-time link, the system-use banner,
 * and the second proof before grave acts. It must never keep a password longer than its form stands. */
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { act, get, Problem } from './api/client';
import type { Session } from './api/types';
import { Loading, Note, Trouble } from './parts/bits';
import { Dialog } from './parts/dialog';
import { Field } from './parts/form';
import { useResource } from './parts/hooks';
import { go } from './router';

function Door({ title, facility, children }: { title: string; facility?: string; children: ComponentChildren }) {
  useEffect(() => {
    document.title = `${title} · Sallyport`;
  }, [title]);
  return (
    <main class="alone" id="main">
      <p class="wordmark"><img src="/icon.svg" alt="" width="28" height="28" /> Sallyport{facility && <span class="wordmark__of">{facility}</span>}</p>
      <h1>{title}</h1>
      {children}
    </main>
  );
}

export function SignIn({ locked, onIn, children }: { locked?: string; onIn: (s: Session) => void; children?: ComponentChildren }) {
  const methods = useResource('/session/methods').data;
  const [name, setName] = useState(locked ?? '');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [wanted, setWanted] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const codeRef = useRef<HTMLDivElement>(null);
  const failed = new URLSearchParams(location.search).get('sso');
  useLayoutEffect(() => {
    if (wanted) codeRef.current?.querySelector('input')?.focus();
  }, [wanted]);

  const submit = async (e: Event) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(undefined);
    try {
      onIn(await act('/session', { body: { name: name.trim(), password, ...(code && { code: code.replace(/\s/g, '') }) }, quiet: true }));
    } catch (err) {
      if (err instanceof Problem && err.id === 'ACCESS-0002' && !wanted) setWanted(true);
      else {
        setError(err instanceof Problem && err.id === 'ACCESS-0001' ? new Problem(401, { id: err.id, detail: 'Name, password or code is not right.' }) : err);
        setCode('');
      }
      setBusy(false);
    }
  };
  return (
    <Door title={locked !== undefined ? 'The desk is locked' : 'Sign in'} facility={methods?.facility}>
      {locked !== undefined && <p>Your session ended. Nothing is shown until you sign in again; you return to where you were.</p>}
      {failed && <Trouble error={new Problem(401, { id: failed, detail: 'The sign-on of your house did not let you in. Ask an administrator whether your account is linked.' })} />}
      {children}
      {methods?.sso && <><a class="usa-button usa-button--wide" href="/api/v1/session/sso/start">Sign in with {methods.sso.name}</a>{methods.local && <p class="or">or with an account of this desk</p>}</>}
      {methods?.local !== false && (
        <form onSubmit={submit}>
          <Field label="Name" name="name" value={name} onInput={setName} autocomplete="username" required maxLength={100} />
          <Field label="Password" name="password" type="password" value={password} onInput={setPassword} autocomplete="current-password" required maxLength={1024} />
          <div ref={codeRef}>
            {(wanted || code) && <Field label="Code" name="code" hint="Six digits from your authenticator app" value={code} onInput={setCode} autocomplete="one-time-code" inputMode="numeric" required maxLength={12} narrow />}
          </div>
          <Trouble error={error} />
          <button class="usa-button usa-button--wide" type="submit" disabled={busy || !name.trim() || !password || (wanted && !code)}>{busy ? 'Signing in …' : wanted ? 'Sign in' : 'Continue'}</button>
        </form>
      )}
      {methods?.banner && <p class="banner-small">{methods.banner}</p>}
      <p class="alone__foot"><a href="/public">What the public sees</a></p>
    </Door>
  );
}

export function Banner({ onDone, onLeave }: { onDone: () => void; onLeave: () => void }) {
  const methods = useResource('/session/methods').data;
  const [error, setError] = useState<unknown>();
  const agree = () => act('/session/acknowledge', {}).then(onDone, setError);
  return (
    <Door title="Before you go on">
      <p class="banner-text">
        {methods?.banner ||
          'This is a restricted system of the jail. What is done here may be monitored, recorded and audited. Use without authorisation is prohibited and may be penalised by law. By using it you consent to monitoring and recording.'}
      </p>
      <Trouble error={error} />
      <div class="dialog__acts">
        <button type="button" class="usa-button" onClick={agree}>I understand and agree</button>
        <button type="button" class="usa-button usa-button--unstyled" onClick={onLeave}>Leave</button>
      </div>
    </Door>
  );
}

/* The second proof. The server remembers it for some minutes. */
export function Prove({ onDone }: { onDone: (s: Partial<Session> | null) => void }) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (e: Event) => {
    e.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const s = await act('/session/prove', { body: { password, ...(code && { code: code.replace(/\s/g, '') }) }, quiet: true });
      onDone(s?.csrf ? s : ((await get('/session')) ?? null));
    } catch (err) {
      setError(err instanceof Problem && err.status === 401 ? new Problem(401, { id: err.id, detail: 'Password or code is not right.' }) : err);
      setCode('');
      setBusy(false);
    }
  };
  return (
    <Dialog title="Confirm that it is you" onClose={() => onDone(null)}>
      <form onSubmit={submit}>
        <p>This act asks for your password and code again. What you entered is kept.</p>
        <Field label="Password" type="password" value={password} onInput={setPassword} autocomplete="current-password" required autofocus maxLength={1024} />
        <Field label="Code" hint="Six digits from your authenticator app" value={code} onInput={setCode} autocomplete="one-time-code" inputMode="numeric" maxLength={12} narrow />
        <Trouble error={error} />
        <div class="dialog__acts">
          <button class="usa-button" type="submit" disabled={busy || !password}>{busy ? 'Checking …' : 'Go on'}</button>
          <button class="usa-button usa-button--unstyled" type="button" onClick={() => onDone(null)}>Cancel</button>
        </div>
      </form>
    </Dialog>
  );
}

/* The one-time link: /desk/link#SECRET. What stands behind # is never sent with the page's address. */
export function UseLink() {
  const secret = useRef(location.hash.slice(1) || new URLSearchParams(location.search).get('secret') || '');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [made, setMade] = useState<{ name: string; role: string; totp_uri: string; totp_secret: string }>();
  useEffect(() => history.replaceState(null, '', '/desk/link'), []);
  const submit = async (e: Event) => {
    e.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      setMade(await act('/session/link', { body: { secret: secret.current, name: name.trim(), password }, quiet: true }));
    } catch (err) {
      setError(err);
    }
    setBusy(false);
  };
  if (made)
    return (
      <Door title="Your account is ready">
        <p>Add this key to your authenticator app now. It is shown once.</p>
        <p class="secret" aria-label="key for the authenticator app"><code>{made.totp_secret.replace(/(.{4})/g, '$1 ').trim()}</code></p>
        <p><a href={made.totp_uri}>Open in an authenticator app on this device</a></p>
        <p>You are <strong>{made.name}</strong>, {made.role.replace('-', ' ')}.</p>
        <button type="button" class="usa-button usa-button--wide" onClick={() => go('/desk', true)}>I have added it: sign in</button>
      </Door>
    );
  const short = password.length > 0 && password.length < 12;
  return (
    <Door title="Set up your account">
      {!secret.current && <Note tone="warning">This address has no one-time key any more. Open the link that you were given once more, or ask an administrator for a new one.</Note>}
      <form onSubmit={submit}>
        <Field label="Name" hint="As it was given to you; it stands in the record of everything you do" value={name} onInput={setName} autocomplete="username" required maxLength={100} />
        <Field label="Password" type="password" hint="At least 12 characters; a sentence is good" error={short ? 'That is shorter than 12 characters' : undefined} value={password} onInput={setPassword} autocomplete="new-password" required maxLength={1024} />
        <Field label="Password again" type="password" error={again && again !== password ? 'The two are not the same' : undefined} value={again} onInput={setAgain} autocomplete="new-password" required maxLength={1024} />
        <Trouble error={error} />
        <button class="usa-button usa-button--wide" type="submit" disabled={busy || !secret.current || !name.trim() || password.length < 12 || again !== password}>{busy ? 'Setting up …' : 'Set up'}</button>
      </form>
    </Door>
  );
}

/* ./dev demo only: /desk/in#SECRET signs its person in, once. A server that is not the demonstration's refuses. */
export function UseDemoLink({ onIn }: { onIn: (s: Session) => void }) {
  const secret = useRef(location.hash.slice(1));
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    go('/desk/in', true);
    act('/session/demo', { body: { secret: secret.current }, quiet: true }).then(
      (s) => {
        onIn(s);
        go('/desk', true);
      },
      setError,
    );
  }, []);
  if (!error) return <main class="alone" id="main"><h1 class="visually-hidden">Sallyport</h1><Loading what="Signing in" /></main>;
  return (
    <Door title="This link is not valid">
      <Trouble error={error} />
      <p>A link of the demonstration works once, within an hour. <code>./dev demo</code> says how to make another.</p>
      <a class="usa-button usa-button--wide" href="/desk" target="_self">Sign in</a>
    </Door>
  );
}
