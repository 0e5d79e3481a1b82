/* A plot of counts by month: what is known as points on a line, an unknown month as a gap, the baseline as a band. Drawn by uPlot in the
 * colours of the theme; for those who do not see it there is always a table beside it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { monthText } from './months';

export interface Series {
  months: number[]; /* year * 12 + month - 1, without holes */
  counts: (number | null)[];
  band?: { low: number; mean: number; high: number } | null;
  bases?: [number, number] | null; /* months that the baseline is of, first and last */
  looked?: [number, number] | null;
}
const css = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function draw(el: HTMLElement, s: Series, title: string): uPlot {
  const ink = css('--base-dark'), line = css('--base-lighter'), main = css('--primary'), band = css('--warn');
  const top = Math.max(1, ...s.counts.map((c) => c ?? 0), s.band?.high ?? 0);
  const font = `13px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { stroke: ink, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const shade = (u: uPlot) => {
    const { ctx } = u;
    ctx.save();
    const x = (m: number) => u.valToPos(m, 'x', true);
    for (const [range, colour, alpha] of [[s.bases, css('--base'), 0.1], [s.looked, main, 0.1]] as const) {
      if (!range) continue;
      ctx.globalAlpha = alpha;
      ctx.fillStyle = colour;
      ctx.fillRect(x(range[0] - 0.5), u.bbox.top, x(range[1] + 0.5) - x(range[0] - 0.5), u.bbox.height);
    }
    if (s.band) {
      const y = (v: number) => u.valToPos(v, 'y', true);
      ctx.globalAlpha = 0.2;
      ctx.fillStyle = band;
      ctx.fillRect(u.bbox.left, y(s.band.high), u.bbox.width, Math.max(2, y(s.band.low) - y(s.band.high)));
      ctx.globalAlpha = 0.9;
      ctx.fillRect(u.bbox.left, y(s.band.mean) - 1, u.bbox.width, 2);
    }
    ctx.restore();
  };
  return new uPlot(
    {
      width: el.clientWidth, height: Math.max(220, Math.min(340, el.clientWidth / 2.6)), title: undefined, ms: 1,
      legend: { show: false }, cursor: { y: false, points: { size: 9 } },
      scales: { x: { time: false, range: [s.months[0]! - 0.7, s.months[s.months.length - 1]! + 0.7] }, y: { range: [0, top * 1.12] } },
      axes: [
        { ...axis, values: (_u, ticks) => ticks.map((t) => (Number.isInteger(t) ? monthText(t, t % 12 === 0 ? 'year' : 'short') : '')), incrs: [1, 2, 3, 6, 12, 24], space: 46 },
        { ...axis, size: 46, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000] },
      ],
      series: [{}, { label: title, stroke: main, width: 2, spanGaps: false, points: { show: true, size: 7, fill: main, stroke: main } }],
      hooks: { drawClear: [shade] },
    } as uPlot.Options,
    [s.months, s.counts],
    el,
  );
}

export function Plot({ series, title, caption }: { series: Series; title: string; caption: string }) {
  const ref = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState('');
  useEffect(() => {
    let u: uPlot | undefined;
    const again = () => {
      u?.destroy();
      u = draw(ref.current!, series, title);
      u.over.addEventListener('mousemove', () => {
        const i = u?.cursor.idx;
        setAt(i === null || i === undefined ? '' : `${monthText(series.months[i]!, 'long')}: ${series.counts[i] ?? 'not known'}`);
      });
    };
    again();
    const watch = new ResizeObserver(() => u && Math.abs(u.width - ref.current!.clientWidth) > 2 && again());
    watch.observe(ref.current!);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', again);
    addEventListener('themechange', again);
    return () => {
      watch.disconnect();
      scheme.removeEventListener('change', again);
      removeEventListener('themechange', again);
      u?.destroy();
    };
  }, [series, title]);
  return (
    <figure class="plot">
      <figcaption>{caption} <strong>{at}</strong></figcaption>
      <div ref={ref} role="img" aria-label={`${title}. The table below has the numbers.`} />
    </figure>
  );
}
