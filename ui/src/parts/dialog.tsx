/* A dialog is the browser's own: focus stays inside, Escape closes, the page behind is inert. ActDialog asks before an act:
 * fields, a reason where one is needed, one idempotency key for as long as the intention is the same. If what was looked at
 * changed while the question stood open, it is asked again instead of decided on something else. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { etag, intent, Problem, read, refused, send } from '../api/client';
import type { Answer, Body, Known, Verb } from '../api/contract';
import { Trouble } from './bits';
import { Field } from './form';

export function Dialog({ title, children, onClose, wide }: { title: string; children: ComponentChildren; onClose: () => void; wide?: boolean }) {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const d = ref.current!;
    const before = document.activeElement as HTMLElement | null;
    if (!d.open) d.showModal();
    d.querySelector<HTMLElement>('form input, form select, form textarea')?.focus(); /* not the cross */
    return () => {
      d.close();
      before?.focus?.();
    };
  }, []);
  return (
    <dialog ref={ref} class={wide ? 'dialog dialog--wide' : 'dialog'} aria-labelledby="dialog-title" onCancel={(e) => { e.preventDefault(); onClose(); }}>
      <div class="dialog__head">
        <h2 id="dialog-title">{title}</h2>
        <button type="button" class="usa-button usa-button--unstyled" onClick={onClose} aria-label="Close"><span aria-hidden="true">✕</span></button>
      </div>
      {children}
    </dialog>
  );
}

/* An act that is asked for first; T is what comes back. asking() holds it to the contract. */
export interface Ask<T = unknown> {
  title: string;
  path: string;
  method?: Verb;
  body?: object;
  match?: string; /* the resource that was looked at */
  reason?: boolean | string; /* ask for one; the hint; sent as `reasonName` */
  reasonName?: string;
  button: string;
  danger?: boolean;
  children?: ComponentChildren;
  ready?: boolean; /* the children's fields are filled */
  readonly answer?: T; /* never there: the type of what comes back */
}
type Asked<P extends string, M extends Verb> = Omit<Ask, 'path' | 'method' | 'body' | 'answer'> & { path: P & Known<P, Lowercase<M>>; body?: Omit<Body<P, Lowercase<M>>, 'reason' | 'how'> } & (M extends 'POST' ? { method?: M } : { method: M });
export const asking = <const P extends string, const M extends Verb = 'POST'>(ask: Asked<P, M>): Ask<Answer<P, Lowercase<M>>> => ask;

export function ActDialog<T>({ ask, onClose, onDone }: { ask: Ask<T>; onClose: () => void; onDone: (answer: T) => void }) {
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const key = useRef({ of: '', key: intent() });
  const seen = useRef(ask.match && etag(ask.match)); /* as it was when the question was asked, whatever the line brings meanwhile */
  const stale = error instanceof Problem && error.status === 412;
  const submit = async (e: Event) => {
    e.preventDefault();
    if (busy) return;
    const body = { ...ask.body, ...(ask.reason && { [ask.reasonName ?? 'reason']: reason.trim() }) };
    const of = ask.path + JSON.stringify(body);
    if (key.current.of !== of) key.current = { of, key: intent() };
    setBusy(true);
    setError(undefined);
    try {
      const answer = await send(ask.path, { method: ask.method, body, key: key.current.key, match: ask.match, tag: seen.current });
      onDone(answer as T);
    } catch (err) {
      if (refused(err)) key.current.of = '';
      if (err instanceof Problem && err.status === 412 && ask.match) {
        await read(ask.match).catch(() => undefined);
        seen.current = etag(ask.match);
      }
      setError(err);
      setBusy(false);
    }
  };
  return (
    <Dialog title={ask.title} onClose={onClose}>
      <form onSubmit={submit}>
        {ask.children}
        {ask.reason && (
          <Field label={ask.reasonName === 'how' ? 'How it was done' : 'Reason'} hint={typeof ask.reason === 'string' ? ask.reason : 'Recorded with your name. Say what you looked at.'}
            value={reason} onInput={setReason} area required maxLength={2000} />
        )}
        <Trouble error={error} />
        <div class="dialog__acts">
          <button type="submit" class={`usa-button${ask.danger ? ' usa-button--secondary' : ''}`} disabled={busy || ask.ready === false || (!!ask.reason && !reason.trim())}>{busy ? 'Recording …' : stale ? `It still stands: ${ask.button.toLowerCase()}` : ask.button}</button>
          <button type="button" class="usa-button usa-button--unstyled" onClick={onClose}>Cancel</button>
        </div>
      </form>
    </Dialog>
  );
}
