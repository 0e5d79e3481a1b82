/* A page in the tests' own browser: answers by path, a person who presses what she can name, and nothing of the network. */
import { render, type ComponentChild } from 'preact';
import { act as settle } from 'preact/test-utils';
import { vi } from 'vitest';
import { guard, opened } from '../src/api/client';
import type { Session } from '../src/api/types';

export interface Call {
  path: string;
  method: string;
  body?: Record<string, unknown>;
  headers: Record<string, string>;
}
export let calls: Call[] = [];
export let answers: Record<string, unknown> = {};
export const problem = (status: number, id: string, detail: string) =>
  new Response(JSON.stringify({ type: `/problems/${id}`, title: 'It failed', status, detail, instance: `/problems/${id}#1`, id }), { status, headers: { 'Content-Type': 'application/problem+json' } });

let root: HTMLElement;
export function open(): void {
  calls = [];
  answers = {};
  document.body.innerHTML = '<div id="desk"></div>';
  root = document.getElementById('desk')!;
  opened(null);
  guard({ lock() {}, prove: async () => false });
  vi.stubGlobal('fetch', async (url: string, init: RequestInit & { headers: Record<string, string> }) => {
    const path = url.replace('/api/v1', '');
    calls.push({ path, method: init.method ?? 'GET', headers: init.headers, body: init.body ? (JSON.parse(String(init.body)) as Record<string, unknown>) : undefined });
    const key = `${init.method && init.method !== 'GET' ? `${init.method} ` : ''}${path}`;
    const answer = answers[key] ?? answers[key.split('?')[0]!];
    if (answer instanceof Response) return answer.clone();
    if (answer === undefined) return problem(404, 'SRV-0015', `no answer for ${key}`);
    return new Response(JSON.stringify(answer), { status: 200, headers: { 'Content-Type': 'application/json', ETag: `"${calls.length}"` } });
  });
}
export const wait = (ms = 0) => settle(async () => void (await new Promise((done) => setTimeout(done, ms))));
export async function show(what: ComponentChild): Promise<HTMLElement> {
  await settle(() => render(what, root));
  for (let i = 0; i < 6; i++) await wait();
  return root;
}
export const leave = () => settle(() => render(null, root));
export const all = (css: string, within: ParentNode = root) => [...within.querySelectorAll<HTMLElement>(css)];
export const words = (e: Element | null | undefined) => (e?.textContent ?? '').replace(/\s+/g, ' ').trim();
export const button = (name: string, within: ParentNode = root) => all('button', within).find((b) => words(b) === name) as HTMLButtonElement | undefined;
export async function press(b: HTMLElement | undefined): Promise<void> {
  if (!b) throw new Error('there is no such button');
  await settle(() => b.click());
  await wait();
}
export async function type(field: HTMLTextAreaElement | HTMLInputElement, text: string): Promise<void> {
  await settle(() => {
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
}
export const session = (role: Session['role']): Session => ({ name: 's.marsh', role, csrf: 'c', acknowledged: true, expires_at: '2026-11-23T10:00:00Z', since: '2026-11-23T09:00:00Z' });
export const props = (role: Session['role'], params: Record<string, string> = {}, query = '') => ({ params, query: new URLSearchParams(query), session: session(role) });
