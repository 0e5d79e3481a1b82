/* Alerts: what a person must look at that is no case's next step. Closing one says what was done. */
import { useState } from 'preact/hooks';
import { Empty, Head, Loading, More, Tag, Time, Trouble } from '../parts/bits';
import { ActDialog, asking, type Ask } from '../parts/dialog';
import { useList } from '../parts/hooks';
import { readable } from '../parts/words';
import type { ScreenProps } from '../screens';

const policy = ['trend', 'mix'];
export const mayClose = (role: string, kind: string) => (policy.includes(kind) ? role === 'policy-owner' : role === 'records-officer' || role === 'supervisor');

export default function Alerts({ session }: ScreenProps) {
  const list = useList('/alerts', 'alerts', (c) => c.kind === 'alert' || c.kind === 'case');
  const [ask, setAsk] = useState<Ask>();
  return (
    <>
      <Head title="Alerts" lead="Open until somebody says what was done." />
      <Trouble error={list.error} retry={list.reload} />
      {list.loading && !list.rows.length && <Loading />}
      {!list.loading && !list.error && !list.rows.length && <Empty>No alert is open.</Empty>}
      {list.rows.length > 0 && (
        <table class="usa-table usa-table--borderless table list stack">
          <caption class="visually-hidden">Open alerts</caption>
          <thead><tr><th scope="col">Raised</th><th scope="col">What</th><th scope="col">Kind</th><th scope="col"><span class="visually-hidden">Act</span></th></tr></thead>
          <tbody>
            {list.rows.map((a) => (
              <tr key={a.alert}>
                <td class="nowrap"><Time at={a.raised_at} /></td>
                <td>
                  {a.case ? <a href={`/desk/cases/${a.case}`} data-row>{readable(a.text)}</a> : a.booking ? <a href={`/desk/custody/${encodeURIComponent(a.booking)}`} data-row>{readable(a.text)}</a> : policy.includes(a.kind) ? <a href="/desk/trend" data-row>{readable(a.text)}</a> : readable(a.text)}
                </td>
                <td class="nowrap"><Tag tone={/late|confirm|address|review/.test(a.kind) ? 'bad' : 'warn'}>{a.kind}</Tag></td>
                <td class="nowrap act">{mayClose(session.role, a.kind) && <button type="button" class="usa-button usa-button--unstyled" onClick={() => setAsk(asking({ title: 'Close the alert', path: `/alerts/${a.alert}/close`, reason: 'What was done about it', button: 'Close the alert', children: <p>{readable(a.text)}</p> }))}>Close …<span class="visually-hidden"> {a.text}</span></button>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <More more={list.more} loading={list.loading && list.rows.length > 0} />
      {ask && <ActDialog ask={ask} onClose={() => setAsk(undefined)} onDone={() => { setAsk(undefined); list.reload(); }} />}
    </>
  );
}
