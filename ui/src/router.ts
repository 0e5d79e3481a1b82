/* The address says which screen is open and what it looks for, so that back, forward, reload and a link in a mail work. */
import { useEffect, useState } from 'preact/hooks';

export interface Place {
  path: string;
  query: URLSearchParams;
}
const here = (): Place => ({ path: location.pathname.replace(/\/+$/, '') || '/', query: new URLSearchParams(location.search) });
const movers = new Set<() => void>();

export function go(to: string, replace = false): void {
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  for (const m of movers) m();
}
export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const move = () => setPlace(here());
    movers.add(move);
    addEventListener('popstate', move);
    return () => {
      movers.delete(move);
      removeEventListener('popstate', move);
    };
  }, []);
  return place;
}

/* Changes members of the query in place; an empty value takes the member away. */
export function look(members: Record<string, string | undefined>): void {
  const { path, query } = here();
  for (const [k, v] of Object.entries(members)) {
    if (v) query.set(k, v);
    else query.delete(k);
  }
  const q = query.toString();
  go(path + (q ? `?${q}` : ''), true);
}

/* `/desk/cases/:case` against a path: its parameters, or null. */
export function fits(pattern: string, path: string): Record<string, string> | null {
  const p = pattern.split('/'), q = path.split('/');
  if (p.length !== q.length) return null;
  const params: Record<string, string> = {};
  for (let i = 0; i < p.length; i++) {
    if (p[i]!.startsWith(':')) {
      if (!q[i]) return null;
      try {
        params[p[i]!.slice(1)] = decodeURIComponent(q[i]!);
      } catch {
        return null;
      }
    } else if (p[i] !== q[i]) return null;
  }
  return params;
}

/* Plain links are followed inside the desk; anything with a modifier, a target or a download is the browser's. */
export function followLinks(): void {
  document.addEventListener('click', (e) => {
    const a = (e.target as Element | null)?.closest?.('a');
    if (!a || e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    if (a.target || a.hasAttribute('download') || a.origin !== location.origin || !a.pathname.startsWith('/desk') || (a.hash && a.pathname === location.pathname)) return;
    e.preventDefault();
    go(a.pathname + a.search);
  });
}
