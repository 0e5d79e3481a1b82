/* Months as numbers, year * 12 + month - 1, as the calculation has them. An unknown month stays unknown. */
import type { TrendMonth } from '../api/types';

export function monthNumber(text: string | undefined): number | null {
  const m = /^(\d{4})-(0[1-9]|1[0-2])/.exec(text ?? '');
  return m ? Number(m[1]) * 12 + Number(m[2]) - 1 : null;
}
const short = new Intl.DateTimeFormat('en-US', { month: 'short' }), long = new Intl.DateTimeFormat('en-US', { month: 'long', year: 'numeric' });
export function monthText(n: number, form: 'short' | 'long' | 'year' | 'iso'): string {
  const year = Math.floor(n / 12), month = n % 12;
  if (form === 'iso') return `${year}-${String(month + 1).padStart(2, '0')}`;
  if (form === 'year') return String(year);
  return (form === 'short' ? short : long).format(new Date(year, month, 15));
}
/* Every month from the first to the last row; a count over several months stands as its mean in each, a hole is null. */
export function fill(rows: TrendMonth[]): { months: number[]; counts: (number | null)[] } {
  const known = new Map<number, number>();
  let first = Infinity, last = -Infinity;
  for (const r of rows) {
    const n = monthNumber(r.month);
    if (n === null) continue;
    const span = Math.max(1, r.months || 1);
    first = Math.min(first, n);
    last = Math.max(last, n + span - 1);
    if (r.requests === null || r.requests === undefined || r.requests < 0) continue;
    for (let i = 0; i < span; i++) known.set(n + i, r.requests / span);
  }
  const months: number[] = [], counts: (number | null)[] = [];
  for (let n = first; n <= last; n++) {
    months.push(n);
    counts.push(known.get(n) ?? null);
  }
  return { months, counts };
}
/* Smallest k with P(X <= k) >= p, X a Poisson number of this mean. */
export function poissonQuantile(p: number, mean: number): number {
  let k = 0, term = Math.exp(-mean), sum = term;
  while (sum < p && k < 100_000) sum += term *= mean / ++k;
  return k;
}
/* Where single months lie when all is as in the baseline: 99 of 100 do. Scatter beyond chance widens it (variance = dispersion * mean). */
export function band(mean: number, dispersion = 1): { low: number; mean: number; high: number } | null {
  if (!(mean > 0) || mean > 600 || !(dispersion >= 1)) return null;
  return { low: dispersion * poissonQuantile(0.005, mean / dispersion), mean, high: dispersion * poissonQuantile(0.995, mean / dispersion) };
}
