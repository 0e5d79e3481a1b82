/* Small pieces of every screen: times, tags, problems, empty and loading states, sections, definition lists. */
import type { ComponentChildren } from 'preact';
import { plain } from '../api/client';
import type { CaseState, Match, Notice, Outcome } from '../api/types';
import { useClock } from './hooks';
import { dayText, clockText, instant, matchWords, outcomeWords, timeText, untilText } from './words';

export function Time({ at, none = '' }: { at?: string; none?: string }) {
  const d = instant(at);
  return d ? <time datetime={at} title={`${dayText(d)}, ${clockText(d)}`}>{timeText(d)}</time> : <>{none}</>;
}
/* "in 6 min", "12 min late" */
export function Due({ at, now }: { at?: string; now?: number }) {
  const own = useClock();
  const d = instant(at);
  if (!d) return null;
  const { text, over } = untilText(d, now ?? own);
  return <time datetime={at} class={over ? 'due late' : 'due'} title={`due ${timeText(d)}`}>{text}</time>;
}

type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'info' | 'quiet';
export function Tag({ tone = 'plain', children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={`tag tag--${tone}`}>{children}</span>;
}
const outcomeTone: Record<Outcome, Tone> = { notify: 'info', honor: 'info', decline: 'quiet', review: 'warn', refer: 'warn' };
export const OutcomeTag = ({ outcome }: { outcome: Outcome }) => <Tag tone={outcomeTone[outcome]}>{outcomeWords[outcome]}</Tag>;
const matchTone: Record<Match, Tone> = { confirmed: 'good', conflict: 'bad', unverified: 'warn' };
export const MatchTag = ({ match }: { match: Match }) => <Tag tone={matchTone[match]}>{matchWords[match]}</Tag>;
const stateTone: Record<CaseState, Tone> = { received: 'warn', matched: 'plain', decided: 'plain', triggered: 'bad', noticed: 'good', closed: 'quiet' };
export const StateTag = ({ state }: { state: CaseState }) => <Tag tone={stateTone[state]}>{state}</Tag>;
export function noticeTone(state: Notice['state']): Tone {
  return state === 'confirmed' ? 'good' : state === 'refused' || state === 'not confirmed' ? 'bad' : state === 'unknown' ? 'warn' : state === 'withdrawn' ? 'quiet' : 'info';
}

/* A refusal in plain words, with its id for whoever is called about it. */
export function Trouble({ error, retry }: { error?: unknown; retry?: () => void }) {
  if (!error) return null;
  const { words, id } = plain(error);
  return (
    <div class="usa-alert usa-alert--error usa-alert--slim" role="alert">
      <div class="usa-alert__body">
        <p class="usa-alert__text">
          {words} {id && <span class="problem-id">{id}</span>}
          {retry && <button type="button" class="usa-button usa-button--unstyled trouble__retry" onClick={retry}>Try again</button>}
        </p>
      </div>
    </div>
  );
}
export function Note({ tone = 'info', children, live }: { tone?: 'info' | 'warning' | 'success' | 'error'; children: ComponentChildren; live?: boolean }) {
  return (
    <div class={`usa-alert usa-alert--${tone} usa-alert--slim`} role={live ? 'status' : undefined}>
      <div class="usa-alert__body"><div class="usa-alert__text">{children}</div></div>
    </div>
  );
}
export const Empty = ({ children }: { children: ComponentChildren }) => <p class="empty">{children}</p>;
export const Loading = ({ what = 'Loading' }: { what?: string }) => <p class="loading" role="status">{what} …</p>;

export function Head({ title, children, lead }: { title: ComponentChildren; children?: ComponentChildren; lead?: ComponentChildren }) {
  return (
    <header class="head">
      <div>
        <h1 id="title" tabIndex={-1}>{title}</h1>
        {lead && <p class="lead">{lead}</p>}
      </div>
      {children && <div class="head__side">{children}</div>}
    </header>
  );
}
let sections = 0;
export function Section({ title, children, side, level = 2, id }: { title: ComponentChildren; children: ComponentChildren; side?: ComponentChildren; level?: 2 | 3; id?: string }) {
  const name = id ?? `section-${typeof title === 'string' ? title.toLowerCase().replace(/\W+/g, '-') : ++sections}`;
  const H = level === 2 ? 'h2' : 'h3';
  return (
    <section class="section" aria-labelledby={name}>
      <div class="section__head"><H id={name}>{title}</H>{side}</div>
      {children}
    </section>
  );
}
/* Name and value pairs; a pair without a value is left out. */
export function Facts({ of }: { of: [string, ComponentChildren][] }) {
  return (
    <dl class="facts">
      {of.filter(([, v]) => v !== undefined && v !== null && v !== '' && v !== false).map(([k, v]) => <div key={k}><dt>{k}</dt><dd>{v}</dd></div>)}
    </dl>
  );
}
/* A wide table scrolls by itself, also by keyboard. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return <div class="scroll" role="region" aria-label={label} tabIndex={0}>{children}</div>;
}
export function More({ more, loading }: { more?: () => void; loading: boolean }) {
  if (loading) return <Loading />;
  return more ? <button type="button" class="usa-button usa-button--outline more" onClick={more}>Show more</button> : null;
}
