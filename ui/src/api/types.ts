/* What the API answers, as far as the desk reads it (api/openapi.yaml, docs/casework.md). A member that is not known is absent. */
export type Role = 'records-officer' | 'supervisor' | 'policy-owner' | 'attorney' | 'auditor' | 'administrator' | 'integration';
export type Ask = 'notify' | 'hold' | 'transfer' | 'interview' | 'information' | 'relay';
export type Outcome = 'notify' | 'honor' | 'decline' | 'review' | 'refer';
export type Match = 'confirmed' | 'conflict' | 'unverified';
export type CaseState = 'received' | 'matched' | 'decided' | 'triggered' | 'noticed' | 'closed';
export type Time = string;

export interface Session {
  name: string;
  role: Role;
  csrf: string;
  acknowledged: boolean;
  since: Time;
  strong_at?: Time;
  expires_at: Time;
  password_due?: boolean;
  facility?: string;
}
export interface Methods {
  local: boolean;
  sso: { name: string } | null;
  banner: string;
  facility?: string;
}
export interface ProblemBody {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  instance?: string;
  id?: string;
  pointer?: string;
}

export type Urgency = 'now' | 'soon' | 'today';
export interface NowRow {
  urgency: Urgency;
  kind: 'trigger' | 'late' | 'duty' | 'review' | 'match' | 'alert';
  case?: string;
  booking?: string;
  alert?: string;
  what: string;
  why?: string;
  due_at?: Time;
  since?: Time;
}
export interface Board {
  as_of: Time;
  rows: NowRow[];
  counts: Record<string, number>;
  more?: number; /* rows that did not fit */
}

export interface Identity {
  booking_number?: string;
  state_id?: string;
  family?: string;
  given?: string;
  middle?: string;
  birth_date?: string;
  sex?: string;
}
export interface Document {
  kind: string;
  form?: string;
  criminal?: boolean;
  issuer?: string;
  state?: string;
  verified?: boolean;
  for_this_person?: boolean;
}
export interface Request {
  agency: string;
  reference: string;
  form?: string;
  received_at: Time;
  asks?: Ask[];
  written?: boolean;
  signed?: boolean;
  complete?: boolean;
  attests?: string[];
  subject?: Identity;
  documents?: Document[];
  cancels?: string;
  amends?: string;
  supersedes?: string;
}
export interface Answer {
  ask: Ask;
  outcome: Outcome;
  rule: string;
  why: string;
  citations: string[];
  by: string;
}
export interface Proposal {
  ask: Ask;
  outcome: Outcome;
  by: string;
  at: Time;
  reason?: string;
}
export interface Duty {
  duty: string;
  since?: Time;
  due?: Time;
  state: 'open' | 'done' | 'late' | 'lapsed';
  citation?: string;
  done_by?: string;
  how?: string;
}
export interface Notice {
  notice: string;
  case: string;
  kind: 'release' | 'answer' | 'person copy' | 'withdrawal';
  channel: string;
  address: string;
  state: 'queued' | 'begun' | 'underway' | 'unknown' | 'confirmed' | 'withdrawn' | 'refused' | 'not confirmed';
  attempts: number;
  queued_at?: Time;
  next_at?: Time;
  confirmed_at?: Time;
  key?: string;
  provider_ref?: string;
  why?: string;
}
export interface Alert {
  alert: string;
  kind: string;
  text: string;
  case?: string;
  booking?: string;
  raised_at: Time;
}
export interface Candidate {
  booking: string;
  state_id?: string;
  family?: string;
  given?: string;
  middle?: string;
  sex?: string;
  birth_date?: string;
  booked_at?: Time;
}
export interface CaseHead {
  case: string;
  state: CaseState;
  what: string;
  work_list: boolean;
  work_why?: string;
  agency: string;
  agency_name?: string;
  agency_reference: string;
  form?: string;
  received_at: Time;
  request_state: 'open' | 'cancelled' | 'superseded';
  match: Match;
  booking?: string;
  family?: string;
  given?: string;
}
export interface Custody {
  state: string;
  booked_at?: Time;
  triggered_at?: Time;
  trigger_kind?: string;
  left_at?: Time;
  leave_kind?: string;
}
export interface DecisionAsk {
  ask: Ask;
  outcome: Outcome;
  rule: string;
  why: string;
  because?: string[];
  citations: string[];
  obligations?: { duty: string; within_hours?: number; citation?: string }[];
}
export interface Decision {
  pack: { id: string; version: string; sha256: string };
  as_of: Time;
  asks: DecisionAsk[];
}
export interface Case extends CaseHead {
  match_why?: string;
  match_by?: string;
  candidates?: Candidate[];
  person?: Candidate; /* of the booking that is matched */
  disputed: boolean;
  custody?: Custody;
  request?: Request;
  dropped: number;
  decision?: Decision;
  decision_id?: string;
  decided_at?: Time;
  answers?: Answer[];
  told?: { ask: Ask; outcome: Outcome; citations: string[] }[];
  proposals?: Proposal[];
  duties: Duty[];
  notices: Notice[];
  alerts: Alert[];
  supersedes?: string;
  superseded_by?: string;
}
export interface TimelineEvent {
  index: number;
  at: Time;
  kind: string;
  actor?: string;
  body?: Record<string, unknown>;
  expunged?: boolean;
}
export interface TableRule {
  rule?: number;
  id: string;
  name?: string;
  cells: string[];
  outputs: string[];
  annotation?: string;
  description?: string;
  lit?: boolean; /* it applied */
  decided?: boolean; /* an answer carries it */
  answers?: ('yes' | 'no' | 'unknown' | 'any')[];
}
export interface PolicyTable {
  decision: string;
  name: string;
  question?: string;
  hit_policy: string;
  asks?: Ask[];
  inputs: { label: string; expression: string; value?: unknown }[];
  outputs: { name: string; label: string }[];
  annotations?: string[];
  rules: TableRule[];
}
export interface Trace {
  decision?: Decision;
  same?: boolean; /* deciding again gave the same */
  trace?: unknown;
  tables: PolicyTable[];
}

export interface Charge {
  sequence?: number;
  citation?: string;
  text?: string;
  class?: string;
  stage?: string;
}
export interface Booking {
  booking: string;
  state_id?: string;
  family?: string;
  given?: string;
  middle?: string;
  sex?: string;
  birth_date?: string;
  booked_at?: Time;
  custody: string;
  triggered_at?: Time;
  trigger_kind?: string;
  left_at?: Time;
  leave_kind?: string;
  charges?: Charge[];
  cases?: CaseHead[] | string[];
}
export interface Reported {
  booking: string;
  kind: string;
  at: Time;
  new: boolean;
  known?: boolean;
  cases?: { case: string; state: string; what: string }[];
}
export interface Agency {
  id: string;
  name: string;
  kind?: string;
  addresses?: { channel: string; address: string; verified_by?: string; verified_on?: string }[];
}

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
export interface Page {
  next?: string;
}
