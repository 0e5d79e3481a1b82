/* What the API says of packs, reports and the ledger (api/openapi.yaml). */
import type { PolicyTable, Time } from './types';

export interface PackRow {
  pack: string;
  version: string;
  sha256: string;
  title: string;
  status: string;
  signatures: { by: string; starts: Time }[];
  in_force: boolean;
  in_force_from?: Time;
}
export interface Rows {
  columns: string[];
  rows: string[][];
}
export interface Pack extends PackRow {
  description?: string;
  effective_from?: string;
  effective_to?: string;
  files: { name: string; bytes: number }[];
  tables: PolicyTable[];
  texts?: { decision: string; question?: string; expression: string }[];
  offences?: Rows;
}
export type Change = 'added' | 'removed' | 'changed' | 'moved';
export interface ChangedRow {
  change: Change;
  id: string;
  rule_before?: number;
  rule_after?: number;
  before?: string[];
  after?: string[];
  columns?: number[];
}
export interface PackDiff {
  from: { pack: string; version: string };
  to: { pack: string; version: string };
  tables: { decision: string; change: Change; columns?: string[]; columns_before?: string[]; rows: ChangedRow[] }[];
  offences: { columns: string[]; rows: ChangedRow[] };
  files: { name: string; change: Change }[];
}
export interface PackTests {
  passed: number;
  failed: number;
  tests: { file: string; test: string; passed: boolean; description?: string; decision?: string; expected?: string; actual?: string }[];
}
export interface Note {
  size: number;
  at: Time;
  note: string;
}
export interface Ledger {
  origin: string;
  key: string;
  size: number;
  root: string;
  checkpoint?: Note;
}
export interface LedgerProof {
  first?: number;
  first_root?: string;
  index?: number;
  leaf?: string;
  second: number;
  second_root: string;
  path: string[];
}
export interface Verified {
  ok: boolean;
  events: number;
  expunged?: number;
  rows?: number;
  checkpoints: number;
  root: string;
  wrong: string[];
}
export const packPath = (p: { pack: string; version: string }) => `/packs/${encodeURIComponent(p.pack)}/${encodeURIComponent(p.version)}`;
export const packDesk = (p: { pack: string; version: string }) => `/desk/policies/${encodeURIComponent(p.pack)}/${encodeURIComponent(p.version)}`;
