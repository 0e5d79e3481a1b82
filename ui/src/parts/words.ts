/* Times, names and states in words. Times are the browser's zone, 24 hours; the machine's form stays in <time datetime>. */
import type { Ask, Identity, Match, Notice, Outcome, Role } from '../api/types';

const clock = new Intl.DateTimeFormat('en-US', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat('en-US', { day: 'numeric', month: 'short', year: 'numeric' });
const shortDay = new Intl.DateTimeFormat('en-US', { day: 'numeric', month: 'short' });

export function instant(t: string | undefined): Date | null {
  if (!t) return null;
  const d = new Date(t);
  return Number.isNaN(d.getTime()) ? null : d;
}
export const clockText = (d: Date) => clock.format(d);
export const dayText = (d: Date) => day.format(d);

/* 02:47 today, `2 Mar 02:47` another day, with the year when it is another one. */
export function timeText(d: Date, now = new Date()): string {
  if (d.toDateString() === now.toDateString()) return clock.format(d);
  return `${(d.getFullYear() === now.getFullYear() ? shortDay : day).format(d)}, ${clock.format(d)}`;
}
/* A civil date stays one: no zone may move a birthday. */
export function dateText(date: string | undefined): string {
  const m = /^(\d{4})-(\d{2})-(\d{2})/.exec(date ?? '');
  return m ? day.format(new Date(Number(m[1]), Number(m[2]) - 1, Number(m[3]))) : (date ?? '');
}
export function spanText(ms: number): string {
  const min = Math.round(Math.abs(ms) / 60000);
  if (min < 1) return 'under a minute';
  if (min < 60) return `${min} min`;
  const h = Math.floor(min / 60);
  if (h < 10) return min % 60 ? `${h} h ${String(min % 60).padStart(2, '0')}` : `${h} h`;
  if (h < 48) return `${h} h`;
  return `${Math.round(h / 24)} days`;
}
export function untilText(due: Date, now: number): { text: string; over: boolean } {
  const ms = due.getTime() - now;
  return { text: ms < 0 ? `${spanText(ms)} late` : `in ${spanText(ms)}`, over: ms < 0 };
}

export const sentence = (s: string) => s.charAt(0).toUpperCase() + s.slice(1);
/* "nothing - closed" as people read it */
export const whatText = (s: string) => sentence(s.replace(' - ', ': '));

export function fullName(p: Identity | undefined): string {
  if (!p) return '';
  const rest = [p.given, p.middle].filter(Boolean).join(' ');
  return [p.family, rest].filter(Boolean).join(', ');
}
export const roleWords: Record<Role, string> = {
  'records-officer': 'records officer', supervisor: 'supervisor', 'policy-owner': 'policy owner', attorney: 'attorney',
  auditor: 'auditor', administrator: 'administrator', integration: 'bail window',
};
export const askWords: Record<Ask, string> = { notify: 'Notify of release', hold: 'Hold', transfer: 'Transfer', interview: 'Interview', information: 'Information', relay: 'Relay' };
export const outcomeWords: Record<Outcome, string> = { notify: 'Notify', honor: 'Honor', decline: 'Decline', review: 'Review', refer: 'Refer' };
export const matchWords: Record<Match, string> = { confirmed: 'match confirmed', conflict: 'match in conflict', unverified: 'match not verified' };
export const triggerKinds = ['bond posted', 'release order', 'sentence served', 'charges dropped', 'other'];
export const releaseKinds = ['released', 'transferred', 'hospital', 'returned', 'died', 'escaped'];

/* "confirmed 02:47 by fax" */
export function noticeText(n: Notice, now = new Date()): string {
  const by = n.channel === 'letter' ? 'by letter' : `by ${n.channel}`;
  const when = (t?: string) => {
    const d = instant(t);
    return d ? timeText(d, now) : '';
  };
  switch (n.state) {
    case 'confirmed': return `confirmed ${when(n.confirmed_at)} ${by}`;
    case 'queued': return n.attempts ? `tried ${n.attempts} ${n.attempts === 1 ? 'time' : 'times'}, again ${when(n.next_at)} ${by}` : `queued ${when(n.queued_at)} ${by}`;
    case 'begun': return `leaving ${by}`;
    case 'underway': return `underway ${by}, no receipt yet`;
    case 'unknown': return `sent ${by}, it is not known whether it arrived`;
    case 'withdrawn': return `withdrawn, did not leave ${by}`;
    case 'refused': return `refused ${by}`;
    case 'not confirmed': return `never confirmed ${by}`;
  }
}
export const noticeKinds: Record<Notice['kind'], string> = {
  release: 'Notice of release', answer: 'Answer to the agency', 'person copy': "Person's copy", withdrawal: 'Correction',
};

/* Kinds of the ledger's events (docs/ledger.md) as a time line says them. */
const eventWords: Record<string, string> = {
  'request.received': 'Request received', 'request.amended': 'Request changed by the agency', 'request.cancelled': 'Cancelled by the agency', 'request.superseded': 'Replaced by a newer request',
  'request.document': 'Document added', 'match.found': 'Compared with the bookings', 'match.confirmed': 'Match confirmed', 'decision.made': 'Decided', 'decision.overridden': 'Overridden by two people',
  'review.opened': 'A person must decide', 'review.resolved': 'Review answered', 'dispute.opened': 'The person disputes it', 'dispute.settled': 'Dispute settled', trigger: 'A release has begun',
  'trigger.undone': 'The person stays after all', release: 'Left custody', transfer: 'Transferred', death: 'Died in custody', hospital: 'Hospital', escape: 'Escaped',
  'notice.queued': 'Notice in the outbox', 'notice.attempt': 'Notice begins to leave', 'notice.receipt': 'Receipt', 'notice.confirmed': 'Notice confirmed', 'notice.failed': 'Notice failed',
  'notice.withdrawn': 'Notice withdrawn', 'duty.opened': 'Duty', 'duty.done': 'Duty done', 'duty.late': 'Duty late', 'alert.opened': 'Alert', 'alert.closed': 'Alert closed',
  'offences.changed': 'Charges changed', 'record.read': 'Read', 'record.expunged': 'Forgotten by order',
};
export const eventText = (kind: string) => eventWords[kind] ?? sentence(kind.replace(/[._]/g, ' '));
/* Sentences of the server carry instants as machines write them. */
export const readable = (text: string, now = new Date()) =>
  sentence(text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g, (t) => {
    const d = instant(t);
    return d ? timeText(d, now) : t;
  }));

/* Two spellings side by side: which characters are not in the other (longest common subsequence). */
export function differ(a: string, b: string): { text: string; other: boolean }[] {
  const n = a.length, m = b.length;
  const len: number[][] = Array.from({ length: n + 1 }, () => new Array<number>(m + 1).fill(0));
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--)
      len[i]![j] = a[i]!.toLowerCase() === b[j]!.toLowerCase() ? len[i + 1]![j + 1]! + 1 : Math.max(len[i + 1]![j]!, len[i]![j + 1]!);
  const out: { text: string; other: boolean }[] = [];
  const add = (c: string, other: boolean) => {
    const last = out[out.length - 1];
    if (last && last.other === other) last.text += c;
    else out.push({ text: c, other });
  };
  let i = 0, j = 0;
  while (i < n) {
    if (j < m && a[i]!.toLowerCase() === b[j]!.toLowerCase()) add(a[i++]!, false), j++;
    else if (j < m && len[i]![j + 1]! >= len[i + 1]![j]!) j++;
    else add(a[i++]!, true);
  }
  return out;
}
