/* The frame around every screen: skip link, menu, who is here, whether the line is live, shortcuts, the screen itself. */
import { Component, type ComponentChildren, type ComponentType } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Session } from './api/types';
import { Empty, Head, Loading, Trouble } from './parts/bits';
import { Dialog } from './parts/dialog';
import { Check } from './parts/form';
import { useKept, useMark, useResource } from './parts/hooks';
import { chooseTheme, themeNow, type Theme } from './parts/theme';
import { roleWords } from './parts/words';
import { fits, go, type Place } from './router';
import { first, groups, may, screens, type Screen, type ScreenProps } from './screens';

class Fence extends Component<{ children: ComponentChildren; of: string }, { error?: Error; of?: string }> {
  static getDerivedStateFromError(error: Error) {
    return { error };
  }
  componentDidUpdate(before: { of: string }) {
    if (before.of !== this.props.of && this.state.error) this.setState({ error: undefined });
  }
  render() {
    return this.state.error ? <><Head title="This screen failed" /><Trouble error={this.state.error} retry={() => this.setState({ error: undefined })} /></> : this.props.children;
  }
}

const loaded = new Map<Screen, ComponentType<ScreenProps>>();

function Body({ place, session }: { place: Place; session: Session }) {
  const found = useMemo(() => {
    for (const screen of screens) {
      const params = fits(screen.path, place.path);
      if (params) return { screen, params };
    }
    return null;
  }, [place.path]);
  const screen = found?.screen;
  const allowed = !!screen && may(screen, session.role);
  const [, setReady] = useState(0);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    setError(undefined);
    if (!screen || !allowed || loaded.has(screen)) return;
    screen.load().then(
      (m) => {
        loaded.set(screen, m.default);
        setReady((n) => n + 1);
      },
      () => setError(new Error('This screen could not be loaded. The desk may have been renewed meanwhile: load the page again.')),
    );
  }, [screen, allowed]);
  const View = screen && loaded.get(screen);
  const shown = !!View;
  const start = useRef<string | null>(place.path); /* nobody came to the page's first screen from another one: the focus stays where pages begin */
  /* Before the next key comes: focus that moved later would take it away from who types already. */
  useLayoutEffect(() => {
    document.title = `${screen?.title ?? 'Not found'} · Sallyport`;
    if (start.current !== place.path) {
      start.current = null;
      scrollTo(0, 0);
      (document.getElementById('title') ?? document.getElementById('main'))?.focus({ preventScroll: true });
    }
  }, [place.path, shown]);
  if (!screen) return <><Head title="Not found" /><Empty>There is no such screen. <a href={first(session.role)}>Back to {screens.find((s) => s.path === first(session.role))?.title}</a></Empty></>;
  if (!allowed) return <><Head title={screen.title} /><Empty>Your role ({roleWords[session.role]}) has no part in this.</Empty></>;
  if (error) return <><Head title={screen.title} /><Trouble error={error} retry={() => location.reload()} /></>;
  if (!View) return <><Head title={screen.title} /><Loading /></>;
  return <Fence of={place.path}><View key={place.path} params={found.params} query={place.query} session={session} /></Fence>;
}

function Live() {
  const mark = useMark();
  const words = mark === 'live' ? 'Live' : mark === 'connecting' ? 'Not live: connecting' : 'Not live';
  return <p class={`live live--${mark}`} role="status" title={mark === 'live' ? 'Changes appear by themselves' : 'What you see may be old; the desk keeps trying'}><span aria-hidden="true" class="live__dot" />{words}</p>;
}

/* Counts beside the menu's words come from the board; roles without the board see none. */
function useCounts(role: Session['role']): Record<string, number> {
  return useResource(may(screens[0]!, role) ? '/now' : null, (c) => c.kind !== 'ledger').data?.counts ?? {};
}

function Menu({ session, place, counts }: { session: Session; place: Place; counts: Record<string, number> }) {
  return (
    <nav aria-label="Screens" class="menu">
      {groups.map(([group, title]) => {
        const rows = screens.filter((s) => s.menu === group && may(s, session.role));
        if (!rows.length) return null;
        return (
          <div key={group} class="menu__group">
            <p class="menu__title" id={`menu-${group}`}>{title}</p>
            <ul aria-labelledby={`menu-${group}`}>
              {rows.map((s) => {
                const on = place.path === s.path || (place.path.startsWith(`${s.path}/`) || (s.path === '/desk/requests' && place.path.startsWith('/desk/cases')));
                const n = s.count?.reduce((sum, k) => sum + (counts[k] ?? 0), 0);
                return (
                  <li key={s.path}>
                    <a href={s.path} aria-current={place.path === s.path ? 'page' : on ? 'true' : undefined}>
                      {s.title}{n ? <span class="menu__count" aria-label={`, ${n} open`}>{n}</span> : null}
                    </a>
                  </li>
                );
              })}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}

function Shortcuts({ session, on, setOn, onClose }: { session: Session; on: boolean; setOn: (v: boolean) => void; onClose: () => void }) {
  const rows: [string, string][] = [
    ...screens.filter((s) => s.key && may(s, session.role)).map((s): [string, string] => [`g ${s.key}`, s.title]),
    ['/', 'Find'], ['j  k', 'Next and previous row'], ['Enter', 'Open the row'], ['Esc', 'Close a dialog'], ['?', 'This list'],
  ];
  return (
    <Dialog title="Shortcuts" onClose={onClose}>
      <table class="usa-table usa-table--borderless table keys">
        <caption class="visually-hidden">Keys and what they do</caption>
        <thead class="visually-hidden"><tr><th scope="col">Key</th><th scope="col">Does</th></tr></thead>
        <tbody>{rows.map(([k, v]) => <tr key={k}><td>{k.split(/\s+/).map((c) => <kbd key={c}>{c}</kbd>)}</td><td>{v}</td></tr>)}</tbody>
      </table>
      <Check label="Single-letter shortcuts are on" checked={on} onInput={setOn} hint="Turn them off if you speak to this machine. Tab, Enter and Esc always work." />
    </Dialog>
  );
}

function useShortcuts(session: Session, help: () => void, on: boolean): void {
  useEffect(() => {
    let g = 0;
    const press = (e: KeyboardEvent) => {
      const t = e.target as HTMLElement;
      if (e.ctrlKey || e.metaKey || e.altKey || t.closest('input, textarea, select, [contenteditable], dialog[open]') || document.querySelector('dialog[open]')) return;
      if (e.key === '?') return e.preventDefault(), help();
      if (!on) return;
      if (e.key === '/') {
        e.preventDefault();
        const find = () => {
          const field = document.querySelector<HTMLElement>('[data-find] input');
          if (field) field.focus();
          else if (document.querySelector('main .loading')) requestAnimationFrame(find); /* the screen is still coming */
          else if (may(screens.find((s) => s.path === '/desk/custody')!, session.role)) go('/desk/custody');
        };
        return find();
      }
      if (e.key === 'j' || e.key === 'k') {
        const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
        const at = rows.indexOf(document.activeElement as HTMLElement);
        const next = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + (e.key === 'j' ? 1 : -1)))];
        if (next) e.preventDefault(), next.focus();
        return;
      }
      if (e.key === 'g') return void (g = Date.now());
      const to = Date.now() - g < 1500 && screens.find((s) => s.key === e.key && may(s, session.role));
      g = 0;
      if (to) e.preventDefault(), go(to.path);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [session.role, help, on]);
}

export function Shell({ session, place, onLeave }: { session: Session; place: Place; onLeave: () => void }) {
  const [open, setOpen] = useState(false);
  const [help, setHelp] = useState(false);
  const [keys, setKeys] = useKept('shortcuts', 'on');
  const [theme, setTheme] = useState<Theme>(themeNow);
  const showHelp = useMemo(() => () => setHelp(true), []);
  useShortcuts(session, showHelp, keys === 'on');
  useEffect(() => setOpen(false), [place.path]);
  const counts = useCounts(session.role);
  const wear = (t: Theme) => (chooseTheme(t), setTheme(t));
  return (
    <div class="frame">
      <a class="usa-skipnav" href="#main" onClick={(e) => { e.preventDefault(); document.getElementById('main')?.focus(); }}>Skip to the content</a>
      <header class="bar">
        <a class="wordmark" href={first(session.role)}><img src="/icon.svg" alt="" width="24" height="24" /> Sallyport</a>
        <button type="button" class="bar__menu" aria-expanded={open} aria-controls="side" onClick={() => setOpen(!open)}>Menu</button>
        <Live />
      </header>
      <aside class={open ? 'side side--open' : 'side'} id="side" aria-label="Menu and account">
        <Menu session={session} place={place} counts={counts} />
        <div class="side__foot">
          <p class="who"><a href="/desk/account">{session.name}</a><br />{roleWords[session.role]}{session.facility && <><br />{session.facility}</>}</p>
          <label class="theme">Theme{' '}
            <select value={theme} onInput={(e) => wear(e.currentTarget.value as Theme)}>
              <option value="system">system</option><option value="light">light</option><option value="dark">dark</option>
            </select>
          </label>
          <p class="side__acts">
            <button type="button" onClick={showHelp}>Shortcuts <kbd>?</kbd></button>
            <button type="button" onClick={onLeave}>Sign out</button>
          </p>
        </div>
      </aside>
      <main id="main" class="main" tabIndex={-1}><Body place={place} session={session} /></main>
      {help && <Shortcuts session={session} on={keys === 'on'} setOn={(v) => setKeys(v ? 'on' : 'off')} onClose={() => setHelp(false)} />}
    </div>
  );
}
