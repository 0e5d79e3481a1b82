/* What screens share: a resource that reads itself again when the stream names it, a clock, shortcuts, the address. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { get, read, type Problem } from '../api/client';
import type { Answer, Known } from '../api/contract';
import { onChange, onMark, type Change, type Mark } from '../api/live';

export interface Resource<T> {
  data?: T;
  error?: Problem | Error;
  loading: boolean;
  reload: (alone?: unknown) => void; /* true: nobody asked for it, e.g. a clock */
  set: (data: T) => void;
}

/* Reads `path`; null reads nothing. `watch` says which changes make it stale, `of` is what it was made of: another one makes it stale, too.
 * Changes come in bursts and every read of a case is recorded, so one reading serves a burst. What is shown stays until the new is there. */
export function useResource<const P extends string>(path: (P & Known<P>) | null, watch?: (c: Change) => boolean, of?: unknown, rest = 200): Resource<Answer<P>> {
  type T = Answer<P>;
  const [state, setState] = useState<{ path: string | null; data?: T; error?: Error; loading: boolean }>({ path, loading: path !== null });
  const [turn, setTurn] = useState({ n: 0, alone: false });
  const last = useRef<{ path: string | null; n: number }>({ path: null, n: 0 });
  const watching = useRef(watch);
  watching.current = watch;
  useEffect(() => {
    if (path === null) {
      setState({ path, loading: false });
      return;
    }
    const stop = new AbortController();
    setState((s) => (s.path === path ? { ...s, loading: true } : { path, loading: true }));
    /* Another path is a person's wish; another `of` follows from what the stream or an act has brought. */
    const alone = last.current.path === path && (turn.alone || turn.n === last.current.n);
    last.current = { path, n: turn.n };
    get<P>(path, stop.signal, alone).then(
      (data) => setState({ path, data, loading: false }),
      (error: Error) => {
        if (!stop.signal.aborted) setState((s) => ({ path, data: s.path === path ? s.data : undefined, error, loading: false }));
      },
    );
    return () => stop.abort();
  }, [path, turn, of]);
  const reload = useCallback((alone?: unknown) => setTurn(({ n }) => ({ n: n + 1, alone: alone === true })), []);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const off = onChange((c) => {
      if (!watching.current || !(c.kind === 'all' || watching.current(c)) || timer !== undefined) return;
      timer = setTimeout(() => {
        timer = undefined;
        reload(true);
      }, rest);
    });
    return () => {
      off();
      clearTimeout(timer);
    };
  }, [reload, rest]);
  const set = useCallback((data: T) => setState({ path, data, loading: false }), [path]);
  const here = state.path === path;
  return { data: here ? state.data : undefined, error: here ? state.error : undefined, loading: here ? state.loading : path !== null, reload, set };
}

export interface Listed<T> {
  rows: T[];
  error?: Error;
  loading: boolean;
  more?: () => void;
  reload: () => void;
}
type Row<A, N> = N extends keyof A ? (NonNullable<A[N]> extends (infer R)[] ? R : never) : never;
/* A list that comes in pages, `member` of the answer; more() fetches the next page. */
export function useList<const P extends string, const N extends keyof Answer<P> & string>(path: (P & Known<P>) | null, member: N, watch?: (c: Change) => boolean): Listed<Row<Answer<P>, N>> {
  type T = Row<Answer<P>, N>;
  type Page = { next?: string } & Record<string, unknown>;
  const resource = useResource<P>(path, watch);
  const first = { ...resource, data: resource.data as Page | undefined };
  const [tail, setTail] = useState<{ of?: Page; rows: T[]; next?: string; busy?: boolean; error?: Error }>({ rows: [] });
  const mine = tail.of && tail.of === first.data;
  const next = mine ? tail.next : first.data?.next;
  const rows = [...(((first.data?.[member] as T[]) ?? []) as T[]), ...(mine ? tail.rows : [])];
  const more = () => {
    const of = first.data;
    const before = mine ? tail.rows : [];
    setTail({ of, rows: before, next, busy: true });
    (read(`${path}${path!.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(next!)}`) as Promise<Page>).then(
      (p) => setTail({ of, rows: [...before, ...((p[member] as T[]) ?? [])], next: p.next }),
      (error: Error) => setTail({ of, rows: before, next, error }),
    );
  };
  return {
    rows,
    error: first.error ?? (mine ? tail.error : undefined),
    loading: first.loading || !!(mine && tail.busy),
    more: next && !(mine && tail.busy) ? more : undefined,
    reload: first.reload,
  };
}

export function useMark(): Mark {
  const [mark, setMark] = useState<Mark>('off');
  useEffect(() => onMark(setMark), []);
  return mark;
}

/* The present, every `ms`; screens that show "in 6 min" live on it. */
export function useClock(ms = 10_000): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const t = setInterval(() => setNow(Date.now()), ms);
    return () => clearInterval(t);
  }, [ms]);
  return now;
}

/* A value once it has rested, for search fields. */
export function useRest<T>(value: T, ms = 180): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const t = setTimeout(() => setRested(value), ms);
    return () => clearTimeout(t);
  }, [value, ms]);
  return rested;
}

/* Kept in this browser only; never anything about a case. */
export function useKept(name: string, first: string): [string, (v: string) => void] {
  const [value, setValue] = useState(() => {
    try {
      return localStorage.getItem(name) ?? first;
    } catch {
      return first;
    }
  });
  return [
    value,
    (v) => {
      setValue(v);
      try {
        localStorage.setItem(name, v);
      } catch {
        /* private windows refuse; the choice lasts for the page then */
      }
    },
  ];
}
