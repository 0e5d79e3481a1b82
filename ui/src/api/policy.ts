/* What the API says of packs and the ledger, under the names the desk uses (contract.ts). */
import type { Schemas } from './contract';

export type PackRow = Schemas['PackRow'];
export type Rows = Schemas['Rows'];
export type Pack = Schemas['Pack'];
export type ChangedRow = Schemas['ChangedRow'];
export type PackDiff = Schemas['PackDiff'];
export type PackTests = Schemas['PackTests'];
export type Note = Schemas['Checkpoint'];
export type Ledger = Schemas['Ledger'];
export type Verified = Schemas['Verified'];

export const packPath = (p: { pack: string; version: string }) => `/packs/${encodeURIComponent(p.pack)}/${encodeURIComponent(p.version)}` as const;
export const packDesk = (p: { pack: string; version: string }) => `/desk/policies/${encodeURIComponent(p.pack)}/${encodeURIComponent(p.version)}`;
