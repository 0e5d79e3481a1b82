/* The desk without a mouse: signs in, finds a case, resolves a review. On the way every stop of Tab must be seen, after each move the
 * focus must stand at the heading, and a dialog must hold the focus and give it back. */
import assert from 'node:assert/strict';
import { code } from './jail.mjs';

const focused = (page) =>
  page.evaluate(() => {
    const of = document.activeElement, style = getComputedStyle(of), box = of.getBoundingClientRect();
    const name = of.labels?.[0]?.innerText ?? of.getAttribute('aria-label') ?? of.innerText ?? '';
    return {
      tag: of.localName, id: of.id, name: name.trim().split('\n')[0], inDialog: !!of.closest('dialog[open]'),
      seen: of === document.body || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.width > 0 && box.bottom > 0 && box.top < innerHeight),
      inside: of === document.body ? '' : `${of.closest('article')?.querySelector('h2')?.innerText ?? ''}`,
    };
  });

/* Goes on with Tab until `wanted` has the focus; each stop must be visible. */
async function tabTo(page, wanted, what) {
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    assert.ok(at.seen, `the focus is not to be seen at ${at.tag} "${at.name}"`);
    if (wanted(at)) return at;
  }
  throw new Error(`Tab never comes to ${what}`);
}
const atHeading = (page, title) => page.waitForFunction((t) => document.activeElement?.id === 'title' && document.activeElement.textContent.includes(t), title);

export async function byKeyboard(jail, window, test) {
  const w = await window('keys');
  const { page } = w, account = jail.accounts['t.lindgren'], keys = page.keyboard;
  const b = await jail.book('Rosalind', 'Underhill', 'theft'), id = jail.request(b);
  await test('keyboard: signs in and agrees with Tab and Enter alone', async () => {
    w.expect(/status of 401 .*\/api\/v1\/session$/);
    await w.go('/desk');
    await page.getByRole('button', { name: 'Continue' }).waitFor();
    await tabTo(page, (at) => at.name === 'Name', 'Name');
    await keys.type(account.name);
    await tabTo(page, (at) => at.name === 'Password', 'Password');
    await keys.type(account.password);
    await keys.press('Enter');
    await page.waitForFunction(() => document.activeElement?.labels?.[0]?.innerText === 'Code'); /* the new field has the focus */
    await keys.type(await code(account.totp));
    await keys.press('Enter');
    await page.getByRole('button', { name: 'I understand and agree' }).waitFor();
    await tabTo(page, (at) => at.name === 'I understand and agree', 'the agreement');
    await keys.press('Enter');
    await page.locator('.frame').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
  });
  await test('keyboard: the first stop skips to the content; the menu opens a screen and the focus stands at its heading', async () => {
    await w.go('/desk/now');
    await page.getByText('Live', { exact: true }).waitFor();
    assert.equal((await tabTo(page, () => true, 'anything')).name, 'Skip to the content');
    await keys.press('Enter');
    assert.equal((await focused(page)).id, 'main');
    await w.go('/desk/now');
    await tabTo(page, (at) => at.tag === 'a' && at.name === 'Requests', 'Requests in the menu');
    await keys.press('Enter');
    await atHeading(page, 'Requests');
  });
  await test('keyboard: finds a case by name, narrows the list with the arrows, opens it', async () => {
    await keys.press('/');
    await page.waitForFunction(() => document.activeElement?.localName === 'input');
    await keys.type('Underhill');
    await page.waitForFunction(() => document.querySelectorAll('[data-row]').length === 1);
    await tabTo(page, (at) => at.name === 'Agency' && at.tag === 'select', 'the choice of agencies');
    await keys.press('ArrowDown');
    await page.waitForURL(/agency=/);
    await page.getByRole('link', { name: /Underhill/ }).waitFor();
    await tabTo(page, (at) => at.tag === 'a' && /Underhill/.test(at.name), 'the row');
    await keys.press('Enter');
    await atHeading(page, 'Underhill');
    assert.match(page.url(), new RegExp(`${id}$`));
  });
  await test('keyboard: resolves the review; the dialog holds the focus, Escape gives it back, Enter records', async () => {
    await keys.press('g');
    await keys.press('v');
    await atHeading(page, 'Review');
    const card = page.getByRole('article', { name: /Underhill/ });
    await card.waitFor();
    const mine = (name) => (at) => at.tag === 'button' && at.name === name && /Underhill/.test(at.inside);
    if (await card.getByRole('button', { name: 'Look at it' }).count()) {
      await tabTo(page, mine('Look at it'), 'Look at it');
      await keys.press('Enter');
    }
    await card.getByRole('button', { name: 'Decline' }).waitFor();
    await w.settled();
    await page.locator('h1').focus();
    await tabTo(page, mine('Decline'), 'Decline');
    await keys.press('Enter');
    await page.getByRole('dialog').waitFor();
    for (let i = 0; i < 12; i++) {
      const at = await focused(page);
      assert.ok(at.inDialog || at.tag === 'body', `the focus left the dialog to ${at.tag} "${at.name}"`); /* body: the browser's own controls have it */
      assert.ok(at.seen, `not to be seen: ${at.tag} "${at.name}"`);
      await keys.press(i < 6 ? 'Tab' : 'Shift+Tab');
    }
    await keys.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.ok(mine('Decline')(await focused(page)), 'the focus is back where it was');
    await keys.press('Enter');
    await page.getByRole('dialog').waitFor();
    assert.equal((await focused(page)).tag, 'textarea');
    await keys.type('outside the stated focus; nothing else is known');
    await tabTo(page, (at) => at.inDialog && at.name === 'Decline', 'Decline in the dialog');
    await keys.press('Enter');
    await card.waitFor({ state: 'detached' });
    await keys.press('?');
    await page.getByRole('dialog', { name: 'Shortcuts' }).waitFor();
    await keys.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
  await w.close();
}
