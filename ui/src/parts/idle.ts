/* The chair is empty: the page says so before the session ends, and ends it when the server would (CJIS AC-11). Whoever types or
 * points at the page is there; the server is told at most once a minute. It must never take the page's own requests for a person. */
export interface Idle {
  seconds: number; /* after so long the session ends */
  touch: () => void; /* somebody is there: the server should know */
  warn: (left: number | null) => void; /* seconds that are left; null: not any more */
  end: () => void;
  now?: () => number;
}
const signs = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;
export const WARN = 120; /* seconds before the end */
const TELL = 60_000, LOOK = 1_000;

/* Returns how to stop. */
export function watchIdle({ seconds, touch, warn, end, now = Date.now }: Idle, on: EventTarget = globalThis): () => void {
  let last = now(), told = last, warned = false;
  const sign = () => {
    last = now();
    if (last - told >= TELL || warned) {
      told = last;
      touch();
    }
    if (warned) warn(null);
    warned = false;
  };
  const look = () => {
    const left = seconds - Math.floor((now() - last) / 1000);
    if (left <= 0) {
      stop();
      end();
    } else if (left <= Math.min(WARN, seconds / 2)) {
      warned = true;
      warn(left);
    }
  };
  const timer = setInterval(look, LOOK);
  for (const s of signs) on.addEventListener(s, sign, { passive: true });
  const stop = () => {
    clearInterval(timer);
    for (const s of signs) on.removeEventListener(s, sign);
  };
  return stop;
}
