import { chromium } from 'playwright-core';
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const p = await (await b.newContext({ viewport: { width: 1360, height: 950 } })).newPage();
await p.goto('http://localhost:8399' + process.argv[2]); await p.waitForTimeout(1500);
await p.goto('http://localhost:8399/desk/ledger'); await p.waitForTimeout(1500);
await p.getByRole('button', { name: 'Check the signed notes' }).click(); await p.waitForTimeout(6000);
console.log(await p.locator('.usa-alert').allTextContents());
await b.close();
