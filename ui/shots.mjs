/* Screenshots of every screen in light, dark, on a tablet and at 200 % zoom, with what axe finds: `node shots.mjs URL [screen…]`.
 * SHOTS_ACCOUNTS names a file {"super": {"name", "password", "totp"}, "window": …}: a supervisor and the bail window. Pictures go to shots/. */
import { createHmac } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [base = 'http://127.0.0.1:8321', ...only] = process.argv.slice(2);
const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const out = new URL('shots/', import.meta.url).pathname;
const accounts = JSON.parse(readFileSync(process.env.SHOTS_ACCOUNTS, 'utf8'));
mkdirSync(out, { recursive: true });
const looks = {
  light: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  tablet: { viewport: { width: 820, height: 1180 }, colorScheme: 'light' },
  zoom: { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2, colorScheme: 'light' },
};
const first = (list, member) => async (page) => (await page.evaluate(async (path) => (await fetch(`/api/v1${path}`)).json(), list))[list.split(/[/?]/)[1]]?.[0]?.[member];
const aCase = (query) => async (page) => `/desk/cases/${(await first(`/cases?${query}`, 'case')(page)) ?? 'C000001'}`;
const aBooking = async (page) => `/desk/custody/${await first('/bookings?here=true', 'booking')(page)}`;
const pages = [
  ['now', '/desk/now', 'super'], ['review', '/desk/review', 'super'], ['requests', '/desk/requests', 'super'], ['request-new', '/desk/requests/new', 'super'],
  ['case', aCase('limit=1'), 'super'], ['case-work', aCase('work=true'), 'super'],
  ['custody', '/desk/custody', 'super'], ['booking', aBooking, 'super'], ['window', '/desk/custody', 'window'], ['window-booking', aBooking, 'window'],
  ['alerts', '/desk/alerts', 'super'], ['trend', '/desk/trend', 'super'], ['trend-term', '/desk/trend?baseline=whole+term', 'super'], ['policies', '/desk/policies', 'super'], ['ledger', '/desk/ledger', 'super'],
  ['agencies', '/desk/agencies', 'super'], ['account', '/desk/account', 'super'], ['public', '/public', 'super'],
].concat((process.env.SHOTS_ALSO ?? '').split(',').filter(Boolean).map((path) => [path.replace(/^\/desk\//, '').replace(/\W/g, '-'), path, 'super']));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
let found = 0;

function code(secret) { /* RFC 6238 */
  const bits = [...secret.replace(/[ =]/g, '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
  const h = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))).update(step).digest();
  return String((h.readUInt32BE(h[19] & 15) & 0x7fffffff) % 1e6).padStart(6, '0');
}
async function check(page, title) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) console.log(`${title}: ${wide}px wider than the window`), found++;
  const { violations } = await page.evaluate(`${axe}; axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`);
  for (const v of violations) {
    found++;
    console.log(`${title}: ${v.id}: ${v.help} (${v.nodes.length}) ${v.nodes[0].target.join(' ')} ${v.nodes[0].any[0]?.message ?? ''}`);
  }
}
async function open(look, storageState) {
  const context = await browser.newContext({ ...looks[look], storageState, bypassCSP: true, locale: 'en-US', timezoneId: 'America/Denver' });
  const page = await context.newPage();
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && !/401/.test(m.text()) && console.log(`${look}: ${m.text()} ${m.location().url}`));
  page.on('pageerror', (e) => console.log(`${look}: ${e}`));
  return page;
}
async function signIn(as) {
  const who = accounts[as];
  const page = await open('light');
  await page.goto(`${base}/desk`);
  await page.getByLabel('Name', { exact: true }).fill(who.name);
  await page.getByLabel('Password').fill(who.password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Code').fill(code(who.totp));
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('button', { name: 'I understand and agree' }).click();
  await page.locator('.frame').waitFor();
  const state = await page.context().storageState();
  await page.context().close();
  return state;
}

const states = {};
for (const look of Object.keys(looks)) {
  if (!only.length || only.includes('signin')) {
    const page = await open(look);
    await page.goto(`${base}/desk`);
    await page.getByLabel('Password').waitFor();
    await page.screenshot({ path: `${out}signin-${look}.png`, fullPage: true });
    await check(page, `signin ${look}`);
    await page.context().close();
  }
  const open_pages = {};
  for (const [title, path, as] of pages) {
    if (only.length && !only.includes(title)) continue;
    states[as] ??= await signIn(as);
    const page = (open_pages[as] ??= await open(look, states[as]));
    if (typeof path === 'function' && page.url() === 'about:blank') await page.goto(`${base}/desk`);
    await page.goto(base + (typeof path === 'function' ? await path(page) : path));
    await page.locator('h1').waitFor();
    await page.waitForTimeout(900);
    await page.screenshot({ path: `${out}${title}-${look}.png`, fullPage: true });
    await check(page, `${title} ${look}`);
  }
  for (const page of Object.values(open_pages)) await page.context().close();
}
await browser.close();
console.log(`${found} found`);
process.exit(found ? 1 : 0);
