/* Lighthouse's figures of every screen: accessibility and best practices must be 95 or more; performance is measured and printed,
 * because another machine has another clock. Lighthouse drives a browser of its own, into which the sessions of the others are carried. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import lighthouse from 'lighthouse';
import { chromium } from 'playwright-core';
import { args, executablePath } from './browser.mjs';
import { freePort } from './jail.mjs';
import { screens } from './screens.mjs';

const config = {
  extends: 'lighthouse:default',
  settings: {
    onlyCategories: ['performance', 'accessibility', 'best-practices'], formFactor: 'desktop', disableStorageReset: true, maxWaitForLoad: 15000,
    screenEmulation: { mobile: false, width: 1350, height: 940, deviceScaleFactor: 1, disabled: false },
    throttling: { rttMs: 40, throughputKbps: 10240, cpuSlowdownMultiplier: 1, requestLatencyMs: 0, downloadThroughputKbps: 0, uploadThroughputKbps: 0 },
  },
};

async function measure(port, url) {
  const run = async () => (await lighthouse(url, { port, logLevel: 'error', output: 'json' }, config)).lhr;
  const broken = (l) => l.runtimeError || l.categories.performance.score === null || l.categories['best-practices'].score === null;
  let lhr = await run();
  for (let more = 3; more && broken(lhr); more--) { /* it measured nothing: on a busy machine its browser paints too late, or the trace has lost its beginning */
    console.log(`# Lighthouse could not measure ${url}: ${lhr.runtimeError?.code ?? 'no score'}; once more`);
    lhr = await run();
  }
  const score = (name) => Math.round((lhr.categories[name].score ?? 0) * 100);
  const lost = (name) => lhr.categories[name].auditRefs.filter((r) => r.weight && lhr.audits[r.id].score !== null && lhr.audits[r.id].score < 1).map((r) => r.id);
  const shown = (id) => lhr.audits[id]?.numericValue;
  const paint = { first: shown('first-contentful-paint'), largest: shown('largest-contentful-paint'), blocked: shown('total-blocking-time'), shift: shown('cumulative-layout-shift') };
  return { paint, performance: score('performance'), accessibility: score('accessibility'), practices: score('best-practices'), lost: [...lost('accessibility'), ...lost('best-practices')], slow: lost('performance') };
}

const line = (title, m) =>
  `# Lighthouse ${title}: performance ${m.performance}, accessibility ${m.accessibility}, best practices ${m.practices}` +
  (m.lost.length ? `; lost: ${m.lost.join(', ')}` : '') + (m.performance < 95 ? `; slow: ${m.slow.join(', ')}` : '');

export async function lighthouseOf(jail, by, test) {
  const scores = {};
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-lighthouse.'));
  const port = await freePort();
  const context = await chromium.launchPersistentContext(folder, { executablePath, args: [...args, `--remote-debugging-port=${port}`] });
  try {
    for (const [title, path, who] of screens(jail))
      await test(`Lighthouse, ${title}: accessibility and best practices are 95 or more`, async () => {
        await context.clearCookies();
        if (by[who]) await context.addCookies(await by[who].context.cookies());
        const m = await measure(port, jail.base + path);
        scores[title] = m;
        console.log(line(title, m));
        assert.ok(m.accessibility >= 95 && m.practices >= 95, JSON.stringify(m));
      });
  } finally {
    await context.close();
    if (process.env.SHOTS) writeFileSync(join(process.env.SHOTS, 'lighthouse.json'), JSON.stringify(scores, null, 2));
    const worst = (of) => Math.min(...Object.values(scores).map((m) => m[of]));
    console.log(`# Lighthouse, worst of ${Object.keys(scores).length} screens: performance ${worst('performance')}, accessibility ${worst('accessibility')}, best practices ${worst('practices')}`);
    rmSync(folder, { recursive: true, force: true });
  }
}
