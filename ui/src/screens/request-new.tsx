/* Enter a request: what the agency's paper says, as it stands there. What is not known stays unknown; nothing is guessed. */
import { useRef, useState } from 'preact/hooks';
import { act, intent, Problem, refused } from '../api/client';
import type { Ask } from '../api/types';
import { Head, Note, Section, Trouble } from '../parts/bits';
import { Check, Choice, Field } from '../parts/form';
import { useResource } from '../parts/hooks';
import { go } from '../router';
import type { Schemas } from '../api/contract';
import { documentKinds, documentOf, documentStates, issuers } from './case';
import { instantOf } from './booking';

const asks: [Ask, string][] = [['notify', 'Notify of release'], ['hold', 'Hold'], ['transfer', 'Transfer'], ['interview', 'Interview'], ['information', 'Information'], ['relay', 'Relay a message']];
type Attested = NonNullable<Schemas['Request']['attests']>[number];
const attestations: Attested[] = ['convicted gang member', 'convicted violent felon', 'certified terrorism risk'];
const three: [string, string][] = [['', 'Not known'], ['yes', 'Yes'], ['no', 'No']];
const known = (v: string) => (v === '' ? undefined : v === 'yes');
type Doc = { kind: string; form: string; issuer: string; state: string; criminal: string };
const localNow = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

export default function RequestNew() {
  const agencies = useResource('/agencies');
  const [f, setF] = useState<Record<string, string>>({ form: 'I-247A', received: localNow() });
  const [asked, setAsked] = useState<Ask[]>([]);
  const [attests, setAttests] = useState<Attested[]>([]);
  const [docs, setDocs] = useState<Doc[]>([]);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const key = useRef({ of: '', key: '' });
  const set = (k: string) => (v: string) => setF((now) => ({ ...now, [k]: v }));
  const v = (k: string) => f[k] ?? '';
  const text = (k: string) => v(k).trim() || undefined;
  const pointer = error instanceof Problem ? (error.pointer ?? '') : '';
  const at = (p: string) => (pointer === p || pointer.startsWith(`${p}/`) ? (error as Problem).detail : undefined);
  const toggle = <T,>(list: T[], one: T, on: boolean) => (on ? [...list, one] : list.filter((x) => x !== one));
  const subject = { booking_number: text('number'), state_id: text('state_id'), family: text('family'), given: text('given'), middle: text('middle'), birth_date: text('birth'), sex: text('sex') };
  const identified = Object.values(subject).some(Boolean);
  const cancels = v('what') === 'cancels';
  const ready = !!v('agency') && !!text('reference') && !!v('received') && (cancels ? !!text('earlier') : asked.length > 0 && identified);

  const submit = async (e: Event) => {
    e.preventDefault();
    if (busy) return;
    const body: Schemas['Request'] = {
      agency: v('agency'), reference: text('reference')!, received_at: instantOf(v('received'))!,
      ...(cancels ? { cancels: text('earlier') } : {
        form: v('form'), asks: asks.map(([a]) => a).filter((a) => asked.includes(a)), written: known(v('written')), signed: known(v('signed')), complete: known(v('complete')),
        attests: attests.length ? attests : undefined, subject, ...(v('what') === 'amends' && text('earlier') && { amends: text('earlier') }),
        documents: docs.length ? docs.map((d) => ({ ...documentOf(d), criminal: known(d.criminal) })) : undefined,
      }),
    };
    const of = JSON.stringify(body);
    if (key.current.of !== of) key.current = { of, key: intent() };
    setBusy(true);
    setError(undefined);
    try {
      const c = await act('/requests', { body, key: key.current.key });
      if ('case' in c) go(`/desk/cases/${c.case}`);
    } catch (err) {
      if (refused(err)) key.current.of = '';
      setError(err);
      setBusy(false);
    }
  };
  return (
    <>
      <Head title="Enter a request" lead="As it stands on the paper. What the paper does not say stays “not known”." />
      <Trouble error={agencies.error} />
      <form class="entry" onSubmit={submit}>
        <Section title="The paper">
          <div class="row-form">
            <Choice label="Agency" value={v('agency')} onInput={set('agency')} options={[['', 'Choose'], ...(agencies.data?.agencies ?? []).map((a): [string, string] => [a.id, a.name])]} />
            <Field label="The agency's reference" value={v('reference')} onInput={set('reference')} error={at('/reference')} required maxLength={200} />
            <Field label="Received" type="datetime-local" value={v('received')} onInput={set('received')} error={at('/received_at')} required />
            <Choice label="Form" value={v('form')} onInput={set('form')} options={['I-247A', 'letter', 'e-mail', 'telephone', 'court document', 'other']} />
          </div>
          <div class="row-form">
            <Choice label="It is" value={v('what')} onInput={set('what')} options={[['', 'A new request'], ['amends', 'A change of an earlier one'], ['cancels', 'A cancellation']]} />
            {v('what') && <Field label="Reference of the earlier one" value={v('earlier')} onInput={set('earlier')} error={at('/cancels') ?? at('/amends')} required maxLength={200} />}
          </div>
        </Section>
        {!cancels && (
          <>
            <Section title="What it asks">
              <div class="columns" role="group" aria-label="What it asks">{asks.map(([a, t]) => <Check key={a} label={t} checked={asked.includes(a)} onInput={(on) => setAsked(toggle(asked, a, on))} />)}</div>
              <div class="row-form">
                <Choice label="In writing" value={v('written')} onInput={set('written')} options={three} />
                <Choice label="Signed" value={v('signed')} onInput={set('signed')} options={three} />
                <Choice label="Complete" value={v('complete')} onInput={set('complete')} options={three} />
              </div>
              <details><summary>The agency attests something about the person</summary><div class="columns">{attestations.map((t) => <Check key={t} label={t.charAt(0).toUpperCase() + t.slice(1)} checked={attests.includes(t)} onInput={(on) => setAttests(toggle(attests, t, on))} />)}</div></details>
            </Section>
            <Section title="Whom it names">
              <div class="row-form">
                <Field label="Family name" value={v('family')} onInput={set('family')} error={at('/subject/family')} maxLength={200} />
                <Field label="Given name" value={v('given')} onInput={set('given')} error={at('/subject/given')} maxLength={200} />
                <Field label="Middle name" value={v('middle')} onInput={set('middle')} error={at('/subject/middle')} maxLength={200} />
              </div>
              <div class="row-form">
                <Field label="Born" type="date" value={v('birth')} onInput={set('birth')} error={at('/subject/birth_date')} />
                <Field label="Booking number" value={v('number')} onInput={set('number')} error={at('/subject/booking_number')} maxLength={100} />
                <Field label="State number" value={v('state_id')} onInput={set('state_id')} error={at('/subject/state_id')} maxLength={100} />
                <Choice label="Sex" value={v('sex')} onInput={set('sex')} options={[['', 'Not given'], ['M', 'M'], ['F', 'F'], ['X', 'X']]} />
              </div>
            </Section>
            <Section title="What came with it" side={<button type="button" class="usa-button usa-button--unstyled" onClick={() => setDocs([...docs, { kind: 'administrative warrant', form: '', issuer: '', state: '', criminal: '' }])}>Add a document</button>}>
              {!docs.length && <p class="quiet">No document.</p>}
              {docs.map((d, i) => {
                const put = (k: keyof Doc) => (x: string) => setDocs(docs.map((o, n) => (n === i ? { ...o, [k]: x } : o)));
                return (
                  <div class="row-form" key={i} role="group" aria-label={`Document ${i + 1}`}>
                    <Choice label="Kind" value={d.kind} onInput={put('kind')} options={documentKinds} />
                    <Field label="Form" value={d.form} onInput={put('form')} maxLength={100} />
                    <Choice label="Issued by" value={d.issuer} onInput={put('issuer')} options={issuers} />
                    <Choice label="State" value={d.state} onInput={put('state')} options={documentStates} />
                    <Choice label="Criminal case" value={d.criminal} onInput={put('criminal')} options={three} />
                    <button type="button" class="usa-button usa-button--unstyled" onClick={() => setDocs(docs.filter((_, n) => n !== i))}>Remove<span class="visually-hidden"> document {i + 1}</span></button>
                  </div>
                );
              })}
            </Section>
          </>
        )}
        <Note>Immigration status, citizenship, nationality, birthplace and A-numbers are not entered here. What names one is dropped before it is stored.</Note>
        <Trouble error={error} />
        <div class="dialog__acts"><button class="usa-button" type="submit" disabled={busy || !ready}>{busy ? 'Recording …' : 'Record the request'}</button><a href="/desk/requests">Cancel</a></div>
      </form>
    </>
  );
}
