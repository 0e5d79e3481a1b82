/* Now: what to do in the next hour, one line each with its reason, the most urgent first. Read at 02:40 from a step away. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Board, NowRow, Urgency } from '../api/types';
import { Due, Head, Loading, Time, Trouble } from '../parts/bits';
import { useClock, useMark, useResource } from '../parts/hooks';
import { clockText, instant, readable, spanText } from '../parts/words';

const titles: Record<Urgency, string> = { now: 'Now', soon: 'Within the hour', today: 'Today' };
const order: Urgency[] = ['now', 'soon', 'today'];
const kinds: Record<NowRow['kind'], string> = { trigger: 'release begun', late: 'not confirmed', duty: 'duty', review: 'review', match: 'match', alert: 'alert' };

export const rowHref = (r: NowRow) =>
  r.case ? `/desk/cases/${encodeURIComponent(r.case)}` : r.booking ? `/desk/custody/${encodeURIComponent(r.booking)}` : '/desk/alerts';
const rowKey = (r: NowRow) => [r.kind, r.case, r.booking, r.alert, r.what].join('|');

function Row({ row, now }: { row: NowRow; now: number }) {
  const since = instant(row.since);
  return (
    <li>
      <a class={`board__row board__row--${row.urgency}`} href={rowHref(row)} data-row>
        <span class="board__when">
          {row.due_at ? <Due at={row.due_at} now={now} /> : since ? <Time at={row.since} /> : null}
          <small>{kinds[row.kind]}{since && now - since.getTime() > 60_000 && `, for ${spanText(now - since.getTime())}`}</small>
        </span>
        <span>
          <span class="board__what">{readable(row.what)}</span>
          {row.why && <span class="board__why"><br />{readable(row.why)}{row.case && <span class="mono"> {row.case}</span>}</span>}
        </span>
      </a>
    </li>
  );
}

/* Says what is new, once, to those who do not see the board; the first reading says nothing. */
function useNews(board: Board | undefined): string {
  const known = useRef<Set<string> | null>(null);
  const [news, setNews] = useState('');
  useEffect(() => {
    if (!board) return;
    const keys = new Set(board.rows.map(rowKey));
    const fresh = known.current ? board.rows.filter((r) => r.urgency === 'now' && !known.current!.has(rowKey(r))) : [];
    known.current = keys;
    if (fresh.length) setNews(fresh.length === 1 ? `New: ${readable(fresh[0]!.what)}` : `${fresh.length} new lines under Now`);
  }, [board]);
  return news;
}

export default function Now() {
  const { data, error, reload } = useResource('/now', (c) => c.kind !== 'ledger', undefined, 30);
  const now = useClock();
  const mark = useMark();
  useEffect(() => {
    if (mark === 'live') return;
    const t = setInterval(() => reload(true), 15_000);
    return () => clearInterval(t);
  }, [mark, reload]);
  const news = useNews(data);
  const urgent = data?.rows.filter((r) => r.urgency === 'now').length ?? 0;
  useEffect(() => void (document.title = `${urgent ? `(${urgent}) ` : ''}Now · Sallyport`), [urgent]);
  const at = instant(data?.as_of);
  return (
    <>
      <Head title="Now">{at && <span>as of <time datetime={data!.as_of}>{clockText(at)}</time></span>}</Head>
      <p class="visually-hidden" role="status">{news}</p>
      <Trouble error={error} retry={reload} />
      {!data && !error && <Loading what="Reading the board" />}
      {data && !data.rows.length && <p class="calm">Nothing waits for you.<small>A release, a late confirmation, a duty or a review appears here by itself.</small></p>}
      {data && order.map((u) => {
        const rows = data.rows.filter((r) => r.urgency === u);
        if (!rows.length) return null;
        return (
          <section key={u} class="board__group" aria-labelledby={`group-${u}`}>
            <div class="board__title"><h2 id={`group-${u}`}>{titles[u]}</h2><span class="quiet small">{rows.length}</span></div>
            <ul class="board">{rows.map((r) => <Row key={rowKey(r)} row={r} now={now} />)}</ul>
          </section>
        );
      })}
      {!!data?.more && <p class="quiet">{data.more} more for today: they move up by themselves.</p>}
    </>
  );
}
