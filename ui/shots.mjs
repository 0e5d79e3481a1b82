/* Screenshots of every screen in light, dark, on a tablet and at 200 % zoom, with what axe finds: `node shots.mjs [URL] [screens…]`.
 * SHOTS_NAME, SHOTS_PASSWORD, SHOTS_CODE sign in; pictures and report go to shots/. */
import { mkdirSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [base = 'http://localhost:4173', ...only] = process.argv.slice(2);
const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const out = new URL('shots/', import.meta.url).pathname;
mkdirSync(out, { recursive: true });
const looks = {
  light: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  tablet: { viewport: { width: 820, height: 1180 }, colorScheme: 'light' },
  zoom: { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2, colorScheme: 'light' },
};
const pages = [
  ['now', '/desk/now', 'super'], ['review', '/desk/review', 'super'], ['requests', '/desk/requests', 'super'], ['request-new', '/desk/requests/new', 'super'],
  ['case', '/desk/cases/C000001', 'super'], ['case-conflict', '/desk/cases/C000004', 'super'], ['case-proposal', '/desk/cases/C000002', 'super'],
  ['custody', '/desk/custody', 'super'], ['booking', '/desk/custody/25-004031', 'super'], ['window', '/desk/custody', 'window'], ['window-booking', '/desk/custody/25-004007', 'window'],
  ['alerts', '/desk/alerts', 'super'], ['trend', '/desk/trend', 'super'], ['account', '/desk/account', 'super'],
];
const name = (as) => process.env.SHOTS_NAME ?? as;
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
let found = 0;

async function check(page, title) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) console.log(`${title}: ${wide}px wider than the window`), found++;
  const { violations } = await page.evaluate(`${axe}; axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`);
  for (const v of violations) {
    found++;
    console.log(`${title}: ${v.id}: ${v.help} (${v.nodes.length}) ${v.nodes[0].target.join(' ')} ${v.nodes[0].any[0]?.message ?? ''}`);
  }
}
for (const [look, options] of Object.entries(looks)) {
  const contexts = {};
  const enter = async (as) => {
    const context = await browser.newContext({ ...options, bypassCSP: true, locale: 'en-US', timezoneId: 'America/Denver' });
    const page = await context.newPage();
    page.on('console', (m) => ['error', 'warning'].includes(m.type()) && !/401/.test(m.text()) && console.log(`${look} ${as}: ${m.text()}`));
    page.on('pageerror', (e) => console.log(`${look} ${as}: ${e}`));
    await page.goto(`${base}/desk`);
    await page.getByLabel('Name', { exact: true }).fill(name(as));
    if (as === 'super' && (!only.length || only.includes('signin'))) {
      await page.screenshot({ path: `${out}signin-${look}.png`, fullPage: true });
      await check(page, `signin ${look}`);
    }
    await page.getByLabel('Password').fill(process.env.SHOTS_PASSWORD ?? 'a long password');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Code').fill(process.env.SHOTS_CODE ?? '000000');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: 'I understand and agree' }).click();
    await page.locator('.frame').waitFor();
    return (contexts[as] = page);
  };
  for (const [title, path, as] of pages) {
    if (only.length && !only.includes(title)) continue;
    const page = contexts[as] ?? (await enter(as));
    await page.goto(base + path);
    await page.locator('#title').waitFor();
    await page.waitForTimeout(900);
    await page.screenshot({ path: `${out}${title}-${look}.png`, fullPage: true });
    await check(page, `${title} ${look}`);
  }
}
await browser.close();
console.log(`${found} found`);
process.exit(found ? 1 : 0);
