/* Who is here decides what is shown: nobody, the sign-in; somebody, the banner once and then the desk; somebody whose
 * session ended, a concealed page. The public page needs nobody. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { act, get, guard, opened } from './api/client';
import { connect, disconnect } from './api/live';
import type { Session } from './api/types';
import { Loading, Note, Trouble } from './parts/bits';
import { watchIdle } from './parts/idle';
import { go, usePlace } from './router';
import { first } from './screens';
import { Banner, Prove, SignIn, UseDemoLink, UseLink } from './signin';
import { Shell } from './shell';

type State = { is: 'starting' } | { is: 'out'; locked?: string; error?: unknown } | { is: 'in'; session: Session };

export function App() {
  const [state, setState] = useState<State>({ is: 'starting' });
  const [proving, setProving] = useState<{ done: (proven: boolean) => void } | null>(null);
  const [left, setLeft] = useState<number | null>(null); /* seconds before an idle session ends */
  const place = usePlace();
  const who = useRef('');

  const enter = useCallback((session: Session) => {
    opened(session);
    who.current = session.name;
    setState({ is: 'in', session });
  }, []);
  const conceal = useCallback(() => {
    opened(null);
    disconnect();
    setProving((p) => {
      p?.done(false);
      return null;
    });
    setState((s) => (s.is === 'in' || s.is === 'starting' ? { is: 'out', locked: who.current || undefined } : s));
  }, []);
  const leave = useCallback(async () => {
    await act('/session', { method: 'DELETE', quiet: true }).catch(() => undefined);
    who.current = '';
    opened(null);
    disconnect();
    setState({ is: 'out' });
    go('/desk', true);
  }, []);

  useEffect(() => {
    guard({ lock: conceal, prove: () => new Promise((done) => setProving({ done })) });
    if (location.pathname === '/desk/in') return; /* that page says who is here */
    get('/session').then((session) => (session ? enter(session) : setState({ is: 'out' })), (error) => setState({ is: 'out', error }));
  }, [enter, conceal]);

  const inside = state.is === 'in' && state.session.acknowledged;
  const idle = (state.is === 'in' && state.session.idle_seconds) || 900;
  useEffect(() => {
    if (!inside) return;
    const gone = (session: Session | undefined) => void (session ?? conceal());
    connect(() => void get('/session', undefined, true).then(gone, () => undefined));
    const stop = watchIdle({
      seconds: idle,
      touch: () => void get('/session').then(gone, () => undefined),
      warn: setLeft,
      end: () => {
        void act('/session', { method: 'DELETE', quiet: true }).catch(() => undefined);
        conceal();
      },
    });
    return () => {
      stop();
      setLeft(null);
      disconnect();
    };
  }, [inside, idle, conceal]);

  useEffect(() => {
    if (inside && state.is === 'in' && ['/', '/desk'].includes(place.path)) go(first(state.session.role), true);
  }, [inside, place.path]);

  if (place.path === '/desk/link') return <UseLink />;
  if (place.path === '/desk/in') return <UseDemoLink onIn={enter} />;
  if (state.is === 'starting') return <main class="alone" id="main"><h1 class="visually-hidden">Sallyport</h1><Loading what="Opening the desk" /></main>;
  if (state.is === 'out')
    return <SignIn locked={state.locked} onIn={enter}>{state.error ? <Trouble error={state.error} /> : null}</SignIn>;
  if (!state.session.acknowledged)
    return <Banner onDone={() => setState({ is: 'in', session: { ...state.session, acknowledged: true } })} onLeave={leave} />;
  return (
    <>
      <Shell session={state.session} place={place} onLeave={leave} />
      {left !== null && (
        <div class="idle" role="alert">
          <Note tone="warning">Nobody has touched this desk for a while: it locks in <span aria-hidden="true">{left > 90 ? '2 minutes' : left > 30 ? '1 minute' : `${left} seconds`}</span><span class="visually-hidden">less than two minutes</span>. <button type="button" class="usa-button usa-button--unstyled" onClick={() => setLeft(null)}>Stay</button></Note>
        </div>
      )}
      {proving && (
        <Prove
          onDone={(session) => {
            if (session) enter({ ...state.session, ...session });
            proving.done(!!session);
            setProving(null);
          }}
        />
      )}
    </>
  );
}
