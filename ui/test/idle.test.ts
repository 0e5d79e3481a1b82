import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WARN, watchIdle } from '../src/parts/idle';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function desk(seconds = 900) {
  const said: string[] = [];
  const page = new EventTarget();
  const stop = watchIdle({ seconds, touch: () => said.push('touch'), warn: (left) => said.push(left === null ? 'calm' : `left ${left}`), end: () => said.push('end') }, page);
  return { said, stop, press: () => page.dispatchEvent(new Event('keydown')), pass: (s: number) => vi.advanceTimersByTime(s * 1000) };
}

test('an empty chair is warned of, then the session ends, once', () => {
  const d = desk();
  d.pass(900 - WARN - 1);
  expect(d.said).toEqual([]);
  d.pass(1);
  expect(d.said).toEqual([`left ${WARN}`]);
  d.pass(WARN + 600);
  expect(d.said.filter((s) => s === 'end')).toEqual(['end']);
  expect(d.said.includes('touch')).toBe(false);
});
test('who types stays: the server hears it once a minute, not at every key', () => {
  const d = desk();
  for (let i = 0; i < 1800; i++) {
    d.pass(1);
    d.press();
  }
  expect(d.said.filter((s) => s === 'touch').length).toBe(30);
  expect(d.said.every((s) => s === 'touch')).toBe(true);
});
test('a sign of life takes the warning back and tells the server at once', () => {
  const d = desk();
  d.press();
  d.pass(850);
  expect(d.said.at(-1)).toBe('left 50');
  d.press();
  expect(d.said.slice(-2)).toEqual(['touch', 'calm']);
  d.pass(700);
  expect(d.said.includes('end')).toBe(false);
});
test('a short session is warned of for its second half; a page that is left says nothing', () => {
  const d = desk(60);
  d.pass(29);
  expect(d.said).toEqual([]);
  d.pass(1);
  expect(d.said).toEqual(['left 30']);
  d.stop();
  d.pass(600);
  expect(d.said).toEqual(['left 30']);
});
