/* Answers that the contract names and leaves to a document: docs/trend.md, docs/reports.md, and what the command line's whatif
 * and audit print with --json. */
import type { Ask, Outcome, Time } from './types';

export interface TrendSide {
  months: number;
  known: number;
  requests: number;
  bookings: number | null;
}
export interface Compared {
  baseline: string;
  chosen?: boolean;
  now: TrendSide;
  base: TrendSide;
  comparable: boolean;
  why: string;
  per?: string;
  method?: string;
  dispersion?: number;
  ratio?: number | null;
  low?: number | null;
  high?: number | null;
  p?: number | null;
  practical?: boolean;
  statistical?: boolean;
  alert?: boolean;
}
export interface Share {
  yes: number;
  known: number;
  unknown: number;
  share: number | null;
  low?: number | null;
  high?: number | null;
}
export interface MixRow {
  about: string;
  what: string;
  now: Share;
  base: Share;
  p_holm?: number | null;
  shifted?: boolean;
}
export interface TrendMonth {
  month: string; /* 2026-09 */
  months: number; /* how many one count covers */
  requests: number | null;
  persons?: number | null;
  papers?: number | null;
  bookings?: number | null;
  per_1000_bookings?: number;
  from?: 'ledger' | 'reported';
  source?: string;
  reported?: number;
  silent?: boolean; /* the jail system was silent for long: nobody knows */
}
export interface Trend {
  facility: string;
  as_of: Time;
  ledger_events: number;
  rule: { pack: string; threshold: number; level: number; baseline: string; base_from?: string; base_to?: string };
  administration?: { name: string; from: Time; to?: Time } | null;
  previous_administration?: { name: string; from: Time; to?: Time } | null;
  windows: { window: string; from: string; to: string; compared: Compared[]; mix?: { requests_now: number; requests_base: number; rows: MixRow[]; alert: boolean; why: string } }[];
  change: { month?: string; certainty?: number; earliest?: string; latest?: string; before_a_month?: number; after_a_month?: number } | null;
  forecast: { from?: string; to?: string; months_known?: number; mean?: number; low?: number; high?: number } | null;
  months: TrendMonth[];
}

export interface Load {
  notices: number;
  reviews: number;
  duties: number;
}
export interface Turn {
  ask: Ask;
  old: Outcome;
  old_rule: string;
  old_why: string;
  new: Outcome;
  new_rule: string;
  new_why: string;
}
export interface Candidate {
  pack: string;
  version: string;
  title: string;
  changed_points: number;
  changed_cases: number;
  table: { ask: Ask; old: Outcome; new: Outcome; points: number }[];
  kinds: (Turn & { points: number })[];
  by_hand: { ask: Ask; old: Outcome; person: Outcome; new: Outcome; acts: number }[];
  load: Load & { months: (Load & { month: string })[] };
  changes: (Turn & { case: string; event: number; at: string })[];
  changes_left: number;
}
export interface Whatif {
  points: number;
  cases: number;
  ledger_events: number;
  expunged: number;
  was: Load;
  packs: Candidate[];
}

export type Cell = string | number | null;
export interface Table {
  id: string;
  title: string;
  words: string[];
  columns: { name: string; unit: string }[];
  rows: Cell[][];
  total: boolean;
  plot?: string;
  held?: number;
}
export interface Report {
  report: string;
  title: string;
  period: { from: string; to: string; days: number };
  ledger: { events: number; root: string; last_event_at: string | null; expunged: number; checkpoint: string | null };
  words: string[];
  certificate?: string;
  tables: Table[];
}

export interface AuditAnswer extends Record<string, unknown> {
  question: number;
  asks: string;
  clean: boolean;
  numbers: Record<string, string | number | boolean | null | Record<string, unknown>>;
  exceptions: { case?: string | null; event?: number; at?: string; what: string }[];
}
export interface Audit {
  from: string | null;
  to: string | null;
  events: number;
  clean: boolean;
  answers: AuditAnswer[];
}
