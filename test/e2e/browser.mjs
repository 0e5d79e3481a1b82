/* Debian's Chromium as a person uses it: signs in with password and code, answers the second proof, writes down every console error,
 * every answer of the server and what axe finds. The page's own content policy stays on. */
import { mkdirSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { code } from './jail.mjs';

export const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';
export const args = process.getuid() === 0 ? ['--no-sandbox'] : [];
const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/* 1280 px at 200 % are 640 (WCAG 2.2 §1.4.4, §1.4.10). */
export const looks = {
  light: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  tablet: { viewport: { width: 768, height: 1024 }, colorScheme: 'light', hasTouch: true },
  zoom: { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2, colorScheme: 'light' },
  forced: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark', forcedColors: 'active', reducedMotion: 'reduce' },
};

export class Browser {
  constructor(base, shots) {
    this.base = base;
    this.shots = shots;
    this.errors = []; /* of every console and page */
    if (shots) mkdirSync(shots, { recursive: true });
  }
  async open() {
    this.chromium = await chromium.launch({ executablePath, args });
  }
  async close() {
    await this.chromium?.close();
  }
  /* A window of its own: cookies are not shared. */
  async window(name, { look = 'light', state } = {}) {
    const context = await this.chromium.newContext({ ...looks[look], storageState: state, locale: 'en-US', timezoneId: 'America/Denver' });
    const w = new Window(this, name, context, await context.newPage());
    w.watch();
    return w;
  }
}

export class Window {
  constructor(browser, name, context, page) {
    Object.assign(this, { browser, name, context, page });
    this.answers = []; /* bodies of the API, when `listen` was asked for */
  }
  /* Chromium reports every status from 400 on as an error; a sign-in that is asked for its code is none. `expect` names others that a
   * test provokes. */
  watch() {
    this.expected = [];
    const note = (text) => this.expected.some((e) => e.test(text)) || this.browser.errors.push(`${this.name}: ${text}`);
    this.page.on('console', (m) => m.type() === 'error' && note(`${m.text()} ${m.location().url}`));
    this.page.on('pageerror', (e) => note(String(e)));
    this.page.on('dialog', (d) => (note(`dialog: ${d.message()}`), d.dismiss()));
  }
  expect(...patterns) {
    this.expected.push(...patterns);
  }
  listen() {
    this.page.on('response', async (r) => {
      if (!r.url().includes('/api/') || r.url().endsWith('/events')) return;
      this.answers.push(`${r.request().method()} ${r.url()} ${r.status()} ${await r.text().catch(() => '')}`);
    });
  }
  async go(path) {
    await this.page.goto(this.browser.base + path);
    await this.page.locator('h1').first().waitFor();
  }
  async signIn(account, { banner = true } = {}) {
    const { page } = this;
    this.expect(/status of 401 .*\/api\/v1\/session$/);
    await this.go('/desk');
    await page.getByLabel('Name', { exact: true }).fill(account.name);
    await page.getByLabel('Password').fill(account.password);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Code').fill(await code(account.totp));
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    if (!banner) return page.getByRole('button', { name: 'I understand and agree' }).waitFor();
    await page.getByRole('button', { name: 'I understand and agree' }).click();
    await page.locator('.frame').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
  }
  /* The second proof, when the server asks for one. */
  async prove(account) {
    const { page } = this;
    const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await dialog.getByLabel('Password').fill(account.password);
    await dialog.getByLabel('Code').fill(await code(account.totp));
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await dialog.waitFor({ state: 'detached' });
  }
  async reason(button, text) {
    const dialog = this.page.getByRole('dialog');
    if (text) await dialog.getByRole('textbox').last().fill(text);
    await dialog.getByRole('button', { name: button, exact: true }).click();
  }
  async settled() {
    await this.page.waitForFunction(() => { /* three looks in a row that nothing is on its way: what came may ask for more */
      const still = !document.querySelector('.loading') && document.fonts.status === 'loaded';
      window.stillFor = still ? (window.stillFor ?? 0) + 1 : 0;
      return window.stillFor >= 3;
    }, null, { polling: 50, timeout: 20000 });
  }
  async shot(title, look) {
    if (this.browser.shots) await this.page.screenshot({ path: `${this.browser.shots}/${title}-${look}.png`, fullPage: true });
  }
  /* What a screen must never have: a finding of axe, something wider than the window. */
  async faults(withAxe = true) {
    const found = [];
    const wide = await this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) found.push(`${wide}px wider than the window`);
    if (!withAxe) return found;
    const { violations } = await this.page.evaluate(`${axe}; axe.run(document, { runOnly: ${JSON.stringify(rules)} })`);
    for (const v of violations) found.push(`${v.id}: ${v.help} (${v.nodes.length}) ${v.nodes[0].target.join(' ')} ${v.nodes[0].any[0]?.message ?? ''}`);
    return found;
  }
  async close() {
    await this.context.close();
  }
}
