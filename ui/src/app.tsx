/* Who is here decides what is shown: nobody, the sign-in; somebody, the banner once and then the desk; somebody whose
 * session ended, a concealed page. The public page needs nobody. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { act, get, guard, opened, Problem } from './api/client';
import { connect, disconnect } from './api/live';
import type { Session } from './api/types';
import { Loading, Trouble } from './parts/bits';
import { go, usePlace } from './router';
import { first } from './screens';
import { Banner, Prove, SignIn, UseDemoLink, UseLink } from './signin';
import { Shell } from './shell';

const IDLE = 30 * 60_000; /* CJIS AC-11: concealed after at most 30 minutes; the server ends the session by itself, too */

type State = { is: 'starting' } | { is: 'out'; locked?: string; error?: unknown } | { is: 'in'; session: Session };

export function App() {
  const [state, setState] = useState<State>({ is: 'starting' });
  const [proving, setProving] = useState<{ done: (proven: boolean) => void } | null>(null);
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
    get('/session').then(enter, (error) => setState({ is: 'out', error: error instanceof Problem && error.status === 401 ? undefined : error }));
  }, [enter, conceal]);

  const inside = state.is === 'in' && state.session.acknowledged;
  useEffect(() => {
    if (!inside) return;
    connect(() => void get('/session').catch((e) => e instanceof Problem && e.status === 401 && conceal()));
    let last = Date.now();
    const touch = () => void (last = Date.now());
    for (const e of ['pointerdown', 'keydown', 'wheel', 'touchstart']) addEventListener(e, touch, { passive: true });
    const watch = setInterval(() => {
      if (Date.now() - last < IDLE) return;
      void act('/session', { method: 'DELETE', quiet: true }).catch(() => undefined);
      conceal();
    }, 15_000);
    return () => {
      clearInterval(watch);
      for (const e of ['pointerdown', 'keydown', 'wheel', 'touchstart']) removeEventListener(e, touch);
      disconnect();
    };
  }, [inside, conceal]);

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
