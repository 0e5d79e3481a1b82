/* The desk from a browser, one role after the other: each walks its main path against the release server, then every screen is looked at
 * (axe, width, picture), then a stranger tries what strangers try. TAP on standard output; pictures in the folder of SHOTS. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Browser, looks } from './browser.mjs';
import { code, Jail, password, policy, source } from './jail.mjs';
import { byKeyboard } from './keyboard.mjs';
import { screens } from './screens.mjs';

let count = 0, bad = 0;
async function test(name, run) {
  const start = Date.now();
  try {
    await run();
    console.log(`ok ${++count} - ${name} # ${((Date.now() - start) / 1000).toFixed(1)} s`);
  } catch (e) {
    bad++;
    console.log(`not ok ${++count} - ${name}`);
    console.log(String(e?.stack ?? e).split('\n').slice(0, 14).map((l) => `# ${l}`).join('\n'));
    for (const w of windows)
      await w.page.screenshot({ path: join(browser.shots ?? jail.folder, `failed-${count}-${w.name}.png`) }).catch(() => undefined);
  }
}
const windows = new Set();
const jail = new Jail();
let browser;
async function window(name, options) {
  const w = await browser.window(name, options);
  windows.add(w);
  return w;
}
const has = (page, text) => page.getByText(text).first().waitFor({ timeout: 10000 });

/* What a link gives to take along. */
async function fetched(page, link) {
  const coming = page.waitForEvent('download');
  await page.getByRole('link', { name: link, exact: true }).click();
  return readFileSync(await (await coming).path());
}
const told = (page) => page.locator('.notice', { hasText: 'Notice of release' }); /* on a case page */

/* ---- the main paths ------------------------------------------------------------------------------------------- */

async function theOfficer(w) {
  const { page } = w;
  const b = await jail.book('Calvin', 'Thistlewood', 'assault'), c = jail.request(b);
  await test('officer: signs in with password and code, agrees to the banner, lands on Now', async () => {
    await w.signIn(jail.accounts['m.ortiz']);
    await page.getByRole('heading', { name: 'Now', level: 1 }).waitFor();
    assert.match(page.url(), /\/desk\/now$/);
  });
  await test('officer: the case shows the answer, and the very rule of the table is lit with its citation', async () => {
    await w.go('/desk/requests');
    await page.getByRole('link', { name: /Thistlewood/ }).first().click();
    await page.getByRole('heading', { level: 1, name: /Thistlewood/ }).waitFor();
    assert.match(page.url(), new RegExp(`/desk/cases/${c}$`));
    const lit = page.locator('tr.lit').first();
    await lit.waitFor();
    assert.match(await lit.innerText(), /decided/);
    await has(page, 'DEN25-1');
    await has(page, /18-3-202/);
  });
  await test('officer: reports "bond posted" at Custody with the keyboard; the report returns at once', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.getByRole('heading', { name: 'Custody', level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('/');
    await page.getByRole('searchbox').fill(b.number);
    await page.getByRole('link', { name: /Thistlewood/ }).waitFor();
    await page.waitForFunction(() => document.querySelectorAll('[data-row]').length === 1);
    await page.locator('h1').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'A release has begun' }).click();
    await page.getByLabel('What happened').selectOption('bond posted');
    const answered = page.waitForResponse((r) => r.url().endsWith('/triggers'));
    await w.reason('Report');
    assert.equal((await answered).status(), 200);
    await has(page, /Recorded at .*: bond posted/);
  });
  await test('officer: the notice is confirmed on the open case page without a reload', async () => {
    await page.getByRole('link', { name: c }).click();
    await page.getByRole('heading', { level: 1, name: /Thistlewood/ }).waitFor();
    await page.evaluate(() => (window.stayed = true));
    await told(page).filter({ hasText: 'confirmed' }).waitFor({ timeout: 30000 });
    assert.equal(await page.evaluate(() => window.stayed), true);
    await page.locator('.line').getByText(/confirm/i).first().waitFor();
  });
  await test('officer: another notice is confirmed while the page is being looked at', async () => {
    const live = await jail.book('Dolores', 'Marchetti', 'assault'), id = jail.request(live);
    await w.go(`/desk/cases/${id}`);
    await page.locator('tr.lit').first().waitFor();
    await page.evaluate(() => (window.stayed = true));
    assert.equal(await told(page).count(), 0);
    await jail.push('POST', `/bookings/${live.number}/triggers`, { kind: 'bond posted' }); /* by another client */
    await told(page).filter({ hasText: 'confirmed' }).waitFor({ timeout: 30000 });
    assert.equal(await page.evaluate(() => window.stayed), true);
  });
  await test('officer: enters a request in the desk\'s own form', async () => {
    const named = await jail.book('Ximena', 'Okonkwo', 'theft');
    await w.go('/desk/requests/new');
    await page.getByLabel('Agency', { exact: true }).selectOption('field-office');
    await page.getByLabel("The agency's reference").fill('R-26-0093');
    await page.getByRole('group', { name: 'What it asks' }).getByRole('checkbox').first().check();
    for (const l of ['In writing', 'Signed', 'Complete']) await page.getByLabel(l, { exact: true }).selectOption('yes');
    await page.getByLabel('Family name').fill(named.family);
    await page.getByLabel('Given name').fill(named.given);
    await page.getByLabel('Born').fill(named.birth);
    await page.getByLabel('Booking number').fill(named.number);
    await page.getByRole('button', { name: 'Record the request' }).click();
    await page.getByRole('heading', { level: 1, name: /Okonkwo/ }).waitFor();
    assert.match(page.url(), /\/desk\/cases\/C\d+$/);
  });
  await test('officer: confirms a match side by side, with the difference marked', async () => {
    const other = await jail.book('Samuel', 'Jaramillo', 'assault', { birth: '1992-12-09' });
    const id = jail.request({ ...other, birth: '1974-02-28' });
    await w.go(`/desk/cases/${id}`);
    await page.locator('.pair').first().waitFor();
    assert.ok((await page.locator('.pair').first().innerText()).match(/1974|1992/));
    await page.getByRole('button', { name: /This is the person/ }).click();
    await w.reason('This is the person', 'the fingerprint number on both papers is the same');
    await has(page, /the fingerprint number on both papers is the same/);
    await has(page, /by m\.ortiz/);
  });
  await test('officer: cannot resolve a review; the page offers nothing that the server would refuse', async () => {
    const b2 = await jail.book('Marcus', 'Hargrove', 'theft'), id = jail.request(b2);
    await w.go(`/desk/cases/${id}`);
    await has(page, /DEN25-5/);
    assert.equal(await page.getByRole('button', { name: 'Decline', exact: true }).count(), 0);
    assert.equal(await page.getByRole('button', { name: /Override/ }).count(), 0);
    jail.review = id;
  });
  await test('officer: takes the papers, the proof and the copy for the person, and notes a duty as done', async () => {
    await w.go(`/desk/cases/${c}`);
    for (const paper of ['Proof of notice (PDF)', 'print it, English and Spanish (PDF)']) assert.match((await fetched(page, paper)).toString('latin1'), /^%PDF-1\./, paper);
    const duty = page.locator('.duty', { hasText: 'Serve a copy on the person' });
    await duty.getByRole('button', { name: 'Done …' }).click();
    await w.reason('Record as done', 'handed over at the cell');
    await duty.getByText(/done by m\.ortiz: handed over at the cell/).waitFor();
  });
  await test('officer: a release that does not take place is taken back, one that does ends the stay', async () => {
    await w.go(`/desk/custody/${b.number}`);
    await page.getByRole('button', { name: 'Stays after all' }).click();
    await w.reason('Take the release back', 'the bond was refused');
    await has(page, 'Taken back: the person stays.');
    await page.getByRole('button', { name: 'Left custody' }).click();
    await page.getByLabel('What happened').selectOption({ index: 0 });
    await w.reason('Report');
    await has(page, /Recorded at/);
    await page.getByRole('button', { name: 'Came back' }).waitFor();
  });
  const unclear = await jail.book('Theodore', 'Quillfeather', 'assault', { birth: '1991-03-04' });
  jail.unclear = jail.request({ ...unclear, birth: '1966-11-30' }); /* stays open: a match to be looked at */
}

/* A release that begins while the person says that it is somebody else: everybody's part, and each sees the others' at once. */
async function theDispute(officer, supervisor) {
  const { page } = officer;
  const b = await jail.book('Leocadia', 'Brannigan', 'assault'), id = jail.request(b);
  const line = () => page.locator('.board__row', { hasText: id }).filter({ hasText: /disput|settle/i });
  await test('officer: records that the person disputes; at Now the line stands without a reload', async () => {
    await officer.go(`/desk/cases/${id}`);
    await page.getByRole('button', { name: /The person disputes/ }).click();
    await officer.reason('Record the dispute', 'the lawyer says it is her sister');
    await has(page, 'disputed by the person');
    await page.getByRole('link', { name: 'Now', exact: true }).click();
    await page.getByRole('heading', { name: 'Now', level: 1 }).waitFor();
    await page.evaluate(() => (window.stayed = true));
    await line().first().waitFor();
  });
  await test('officer: a release begun elsewhere comes to Now by itself, and the notice waits for the dispute', async () => {
    await jail.push('POST', `/bookings/${b.number}/triggers`, { kind: 'bond posted' });
    await page.locator('.board__row', { hasText: id }).filter({ hasText: 'release begun' }).first().waitFor();
    assert.equal(await page.evaluate(() => window.stayed), true);
    await supervisor.go(`/desk/cases/${id}`);
    assert.equal(await told(supervisor.page).filter({ hasText: 'confirmed' }).count(), 0);
  });
  await test('supervisor: settles the dispute; the notice leaves, is confirmed, and the line goes from Now', async () => {
    await supervisor.page.getByRole('button', { name: 'Settle the dispute' }).click();
    await supervisor.page.getByLabel('Is the person in custody the one meant?').selectOption('yes');
    await supervisor.reason('Settle', 'the fingerprints are hers');
    await told(supervisor.page).filter({ hasText: 'confirmed' }).waitFor({ timeout: 30000 });
    await page.locator('.board__row', { hasText: id }).filter({ hasText: 'release begun' }).waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => window.stayed), true);
  });
}

async function theSupervisors(w, second) {
  const { page } = w;
  await test('supervisor: resolves the review with a reason, with the missing facts in view', async () => {
    await w.signIn(jail.accounts['t.lindgren']);
    await w.go('/desk/review');
    const card = page.getByRole('article', { name: /Hargrove/ });
    await card.waitFor();
    if (await card.getByRole('button', { name: 'Look at it' }).count()) await card.getByRole('button', { name: 'Look at it' }).click();
    await card.getByRole('button', { name: 'Decline' }).click();
    await w.reason('Decline', 'petty theft only; outside the stated focus');
    await card.waitFor({ state: 'detached' });
    await w.go(`/desk/cases/${jail.review}`);
    await has(page, /answered by t\.lindgren/);
  });
  await test('supervisor: an override takes two people, and each a fresh proof when the first is old', async () => {
    const b = await jail.book('Nadia', 'Velasquez', 'assault'), id = jail.request(b);
    await w.go(`/desk/cases/${id}`);
    await page.waitForFunction(() => { /* a notice that is confirmed meanwhile changes the case, and what was looked at is refused (412) */
      const of = [...document.querySelectorAll('.notice')];
      return of.length === 2 && of.every((n) => n.textContent.includes('confirmed'));
    });
    await page.getByRole('button', { name: /Override the policy/ }).first().click();
    await page.getByLabel('Answer instead').selectOption('decline');
    await w.reason('Propose to a second person', 'the court told the desk by telephone that it stays');
    if (await page.getByRole('dialog', { name: 'Confirm that it is you' }).isVisible().catch(() => false)) await w.prove(jail.accounts['t.lindgren']);
    await has(page, /t\.lindgren proposes/);
    await has(page, /A second person must agree/);
    await second.signIn(jail.accounts['s.brandt']);
    await second.go(`/desk/cases/${id}`);
    await second.page.getByRole('button', { name: 'Look and agree' }).click();
    await second.reason('Agree, as the second person', 'read the letter of the court');
    await second.page.getByText(/answered by .*policy says notify/i).first().waitFor();
    await page.getByText(/answered by .*policy says notify/i).first().waitFor(); /* live, in the first one's window, too */
  });
  await test('supervisor: verifies an agency\'s address', async () => {
    await w.go('/desk/agencies');
    await page.getByRole('button', { name: 'Add an agency' }).click();
    const d = page.getByRole('dialog');
    await d.getByLabel('Short name').fill('marshals');
    await d.getByLabel('Name', { exact: true }).fill('Marshals Warrant Desk (example)');
    await d.getByLabel('Kind').selectOption('law enforcement');
    await d.getByRole('button', { name: 'Add an address' }).click();
    await d.getByLabel('By', { exact: true }).selectOption('email');
    await d.getByLabel('Address', { exact: true }).fill('warrants@marshals.example');
    await d.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('warrants@marshals.example').waitFor();
  });
}

async function theOwners(w, second) {
  const { page } = w;
  const enacted = () => page.getByRole('row', { name: /us-co-denver-2017-enacted/ });
  await test('policy owner: sees two versions\' differences as changed rows', async () => {
    await w.signIn(jail.accounts['p.adeyemi']);
    await w.go('/desk/policies');
    await enacted().getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: /Act of 2017/ }).waitFor();
    await page.getByLabel('Against').selectOption('us-co-denver-2017-first-draft 1');
    await page.locator('table.diff').first().waitFor();
    assert.ok((await page.locator('table.diff del, table.diff ins, .change').count()) > 0);
    jail.policyPage = new URL(page.url()).pathname;
    jail.diffPage = page.url().replace(jail.base, '');
  });
  await test('policy owner: takes a pack in from its folder', async () => {
    await w.go('/desk/policies');
    await page.getByRole('button', { name: 'Take a pack in' }).click();
    await page.getByLabel('Folder').setInputFiles(join(source, 'policies/us-il-trust-act'));
    await page.getByRole('dialog').getByText('pack.yaml', { exact: true }).waitFor();
    await w.reason('Take it in');
    await page.waitForURL(/\/desk\/policies\/us-il-trust-act\//);
    await has(page, 'not signed');
    await w.go(jail.policyPage);
  });
  await test('policy owner: runs the pack\'s own tests', async () => {
    await page.getByRole('button', { name: 'Run them' }).click();
    await has(page, /\d+ passed, 0 failed/);
  });
  const sign = async (win, name) => {
    await win.page.getByRole('button', { name: 'Sign …' }).click();
    await win.page.getByLabel('In force from').fill('2031-01-01T00:00');
    await win.page.getByRole('button', { name: 'Show what is signed' }).click();
    const sent = [];
    win.page.on('request', (r) => sent.push(r.postData() ?? ''));
    await win.page.getByLabel('Your secret key').setInputFiles(jail.keyFile(name));
    await win.page.getByRole('dialog').getByRole('button', { name: 'Sign', exact: true }).click();
    await win.page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.ok(sent.some((t) => t.includes('signature')) && !sent.some((t) => t.includes(readFileSync(jail.keyFile(name), 'utf8').trim())), 'the key stays in the browser');
  };
  await test('policy owner: signs in the browser with a key file that is never sent; one signature is not enough', async () => {
    await sign(w, 'p.adeyemi');
    await has(page, /waits for a second signature/);
  });
  await test('policy owner: the second owner signs the same instant; it starts then', async () => {
    await second.signIn(jail.accounts['r.stroud']);
    await second.go(jail.policyPage);
    await sign(second, 'r.stroud');
    await has(second.page, /signed, starts later/);
  });
  await test('policy owner: asks what another policy would have done', async () => {
    await w.go('/desk/whatif');
    await page.getByRole('checkbox', { name: /2017/ }).first().check();
    await page.getByRole('button', { name: 'Decide again' }).click();
    await page.locator('.verdict-line').waitFor({ timeout: 20000 });
  });
  await test('policy owner: an alert of the trend comes by itself and is closed with a reason', async () => {
    await w.go('/desk/alerts');
    await has(page, 'No alert is open.');
    jail.expand();
    await page.getByText('trend', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: /^Close …/ }).first().click();
    await w.reason('Close the alert', 'the council was told; the policy stays');
    await has(page, 'No alert is open.');
  });
  await test('policy owner: has no part in cases', async () => {
    assert.equal(await page.getByRole('navigation').getByRole('link', { name: 'Custody' }).count(), 0);
    await w.go('/desk/custody');
    await has(page, /has no part in this/);
  });
}

async function theReaders(attorney, auditor) {
  await test('attorney: reads a case with its rule and takes the proof; is offered no act', async () => {
    const { page } = attorney;
    await attorney.signIn(jail.accounts['l.haas']);
    await attorney.go(`/desk/cases/${jail.review}`);
    await page.locator('tr.lit').first().waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: /Proof bundle/ }).click();
    jail.bundle = join(jail.folder, 'bundle.json');
    await (await download).saveAs(jail.bundle);
    for (const name of [/Override/, /This is the person/, /Decline/, /Done …/, /Close …/]) assert.equal(await page.getByRole('button', { name }).count(), 0, String(name));
  });
  await test('auditor: opens every screen of the menu and every case; nothing that changes anything is offered', async () => {
    const { page } = auditor;
    await auditor.signIn(jail.accounts['a.keita']);
    const harmless = /^(Show|Hide) |^Show more|^Look at it|^Run them|^Check the signed notes|^Verify$|^Sign it as it is now$|^Decide again|^Open the model|^Try again/;
    const menu = await page.getByRole('navigation', { name: 'Screens' }).getByRole('link').evaluateAll((of) => of.map((a) => a.pathname));
    assert.deepEqual(menu.filter((m) => !/review|requests|custody|alerts|trend|policies|audit|whatif|reports|ledger|agencies|people/.test(m)), []);
    assert.equal(menu.length, 12);
    for (const path of [...menu, `/desk/cases/${jail.review}`, `/desk/cases/${jail.unclear}`, '/desk/custody/26-001001', jail.policyPage]) {
      await auditor.go(path);
      await auditor.settled();
      assert.equal(await page.getByText(/has no part in this/).count(), 0, path);
      const offered = await page.locator('main').getByRole('button').allInnerTexts();
      assert.deepEqual(offered.map((t) => t.trim()).filter((t) => t && !harmless.test(t)), [], path);
    }
    auditor.expect(/status of 403/);
    await auditor.go('/desk/requests/new');
    await has(page, /has no part in this/);
  });
  await test('auditor: takes a report along as PDF, CSV and JSON', async () => {
    const { page } = auditor;
    await auditor.go('/desk/reports');
    await page.getByLabel('Report').selectOption('council-quarterly');
    await page.getByRole('heading', { level: 2 }).first().waitFor();
    assert.match((await fetched(page, 'PDF')).toString('latin1'), /^%PDF-1\./);
    assert.match((await fetched(page, 'CSV')).toString(), /,/);
    assert.equal(JSON.parse(await fetched(page, 'JSON')).report, 'council-quarterly');
  });
  await test('auditor: the browser itself verifies the signed notes and a case\'s proof', async () => {
    const { page } = auditor;
    await auditor.go('/desk/ledger');
    await page.getByRole('button', { name: 'Sign it as it is now' }).click();
    await page.getByRole('button', { name: 'Check the signed notes' }).click();
    await has(page, /notes are signed by this key, and each holds all of the one before/);
    await page.locator('#bundle').setInputFiles(jail.bundle);
    await has(page, /events stand in the ledger of jail\.example\/sallyport/);
  });
  await test('auditor: a proof with one changed letter is refused by the browser', async () => {
    const { page } = auditor;
    const forged = join(jail.folder, 'forged.json');
    const text = readFileSync(jail.bundle, 'utf8');
    assert.ok(text.includes('m.ortiz'));
    writeFileSync(forged, text.replace('m.ortiz', 'm.orton'));
    await page.locator('#bundle').setInputFiles(forged);
    await page.locator('.usa-alert--error').first().waitFor();
  });
  await test('auditor: the server computes every hash again, and the nine questions are answered', async () => {
    const { page } = auditor;
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await has(page, /events and \d+ notes are as they were written/);
    await auditor.go('/desk/audit');
    await page.locator('#question-9').waitFor();
    assert.equal(await page.getByText('nothing found', { exact: true }).count(), 9);
  });
}

async function theAdministrator(w) {
  const { page } = w;
  await test('administrator: adds a person, who sets password and code by the one-time link', async () => {
    await w.signIn(jail.accounts.admin);
    await w.go('/desk/people');
    await page.getByRole('button', { name: 'Add a person' }).click();
    await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('n.abara');
    await page.getByRole('dialog').getByLabel('Role').selectOption('records-officer');
    await w.reason('Add');
    await page.getByRole('button', { name: /Link for n\.abara/ }).click();
    const link = (await page.getByRole('dialog').locator('.secret').innerText()).trim();
    await w.reason('Close; it will not be shown again');
    const fresh = await window('fresh');
    fresh.expect(/status of 401 .*\/api\/v1\/session$/);
    await fresh.page.goto(link);
    await fresh.page.getByLabel('Name', { exact: true }).fill('n.abara');
    await fresh.page.getByLabel('Password', { exact: true }).fill(password);
    await fresh.page.getByLabel('Password again').fill(password);
    assert.equal(new URL(fresh.page.url()).hash, '', 'the secret is gone from the address');
    await fresh.page.getByRole('button', { name: 'Set up' }).click();
    const totp = (await fresh.page.getByLabel('key for the authenticator app').innerText()).replace(/\s/g, '');
    await fresh.page.getByRole('button', { name: /I have added it/ }).click();
    await fresh.signIn({ name: 'n.abara', password, totp });
    await fresh.close();
    windows.delete(fresh);
  });
  await test('administrator: makes a token; its secret is shown once', async () => {
    await page.getByRole('button', { name: 'Make a token' }).click();
    const d = page.getByRole('dialog');
    await d.getByLabel('Name').fill('bail-terminal');
    await d.getByRole('checkbox', { name: 'Report triggers and releases' }).check();
    await w.reason('Make it');
    const secret = (await page.getByRole('dialog').locator('.secret').innerText()).trim();
    assert.match(secret, /^spt_/);
    jail.terminal = secret;
    await w.reason('Close; it will not be shown again');
    await page.reload();
    await page.getByRole('cell', { name: /^bail-terminal/ }).waitFor();
    assert.ok(!(await page.content()).includes(secret));
  });
  await test('administrator: disables a person and revokes a token, both at once in force', async () => {
    await page.getByRole('button', { name: 'Disable n.abara' }).click();
    await w.reason('Disable');
    await page.getByRole('row', { name: /^n\.abara/ }).getByText('disabled').waitFor();
    await page.getByRole('button', { name: /Revoke … bail-terminal/ }).click();
    await w.reason('Revoke');
    await page.getByRole('row', { name: /^bail-terminal/ }).getByText('revoked').waitFor();
    const used = await fetch(`${jail.base}/api/v1/bookings/26-001001`, { headers: { Authorization: `Bearer ${jail.terminal}` } });
    assert.equal(used.status, 401);
  });
  await test('administrator: cannot open a case', async () => {
    w.expect(/status of 403/);
    await w.go(`/desk/cases/${jail.review}`);
    await has(page, /has no part in this/);
    assert.equal(await page.evaluate((c) => fetch(`/api/v1/cases/${c}`).then((r) => r.status), jail.review), 403);
  });
}

async function theBailWindow(w) {
  const { page } = w;
  await test('bail window: has Custody only, and nothing in page, answers or events says that a request exists', async () => {
    w.listen();
    await w.signIn(jail.accounts['bail.window']);
    assert.deepEqual(await page.getByRole('navigation', { name: 'Screens' }).getByRole('link').allInnerTexts(), ['Custody']);
    const events = await page.evaluate(() => new Promise((done) => {
      const seen = [], source = new EventSource('/api/v1/events');
      for (const kind of ['message', 'case', 'alert', 'notice', 'ledger', 'booking']) source.addEventListener(kind, (e) => seen.push(`${kind} ${e.data}`));
      window.seen = seen;
      source.onopen = () => done(true);
    }));
    assert.ok(events);
    const asked = await jail.book('Ulises', 'Kowalczyk', 'assault');
    jail.request(asked);
    const alone = await jail.book('Ulrich', 'Kowalczyk', 'assault', asked);
    const look = async (b) => {
      await w.go(`/desk/custody/${b.number}`);
      await page.getByRole('button', { name: 'A release has begun' }).click();
      await page.getByLabel('What happened').selectOption('bond posted');
      await w.reason('Report');
      await has(page, /Recorded at/);
      await has(page, /A release began/);
      return (await page.locator('main').innerText()).replaceAll(b.given, '').replaceAll(b.number, '').replaceAll(b.state_id, '').replace(/\d/g, '0');
    };
    const one = await look(asked), other = await look(alone);
    assert.equal(one, other, 'the two pages are the same but for whom they are about');
    await w.go('/desk/custody');
    await page.getByRole('searchbox').fill('Kowalczyk');
    await page.getByRole('link', { name: /Kowalczyk/ }).first().waitFor();
    await page.waitForTimeout(300);
    const all = w.answers.join('\n') + (await page.content()) + JSON.stringify(await page.evaluate(() => window.seen ?? []));
    for (const word of [/\bC\d{6}\b/, /field-office/i, /request(?!ed|s? a|ing)/i, /I-247A/, /notif/i, /decision/i, /detainer/i]) {
      const hit = word.exec(all);
      assert.equal(hit && all.slice(Math.max(0, hit.index - 60), hit.index + 60), null, `${word}`);
    }
  });
  await test('bail window: what is not its own is refused by the server, too', async () => {
    w.expect(/status of 40[345]/);
    for (const path of ['/cases', `/cases/${jail.review}`, '/now', '/notices', '/alerts', '/requests', '/ledger/events', '/people'])
      assert.ok([403, 404, 405].includes(await page.evaluate((p) => fetch(`/api/v1${p}`).then((r) => r.status), path)), path);
  });
}

async function thePublic() {
  await test('public page: figures and policy without a log-on, without a cookie', async () => {
    const w = await window('public');
    await w.go('/public');
    await has(w.page, /policy/i);
    assert.equal((await w.context.cookies()).length, 0);
    await w.close();
    windows.delete(w);
  });
}

/* ---- every screen ---------------------------------------------------------------------------------------------- */

async function everyScreen(by) {
  const main = ['sign-in', 'now', 'review', 'case', 'case-match', 'custody', 'booking', 'policy', 'people', 'public'];
  for (const look of Object.keys(looks)) {
    const faults = [], open = {}, shown = screens(jail);
    const byAxe = (title) => look === 'light' || look === 'dark' || (look !== 'forced' && main.includes(title)); /* who has few colours has no contrast to measure */
    await test(`nothing is wider than the window and axe finds nothing: ${shown.length} screens, ${look}, axe on ${shown.filter(([t]) => byAxe(t)).length}`, async () => {
      for (const [title, path, who] of shown) {
        const w = (open[who] ??= await window(`${who}-${look}`, { look, state: by[who] && (await by[who].context.storageState()) }));
        if (who === 'stranger') w.expect(/status of 401 .*\/api\/v1\/session$/);
        await w.go(path);
        await w.settled();
        await w.shot(title, look);
        for (const f of await w.faults(byAxe(title))) faults.push(`${title}: ${f}`);
      }
      assert.deepEqual(faults, []);
    });
    if (look === 'forced')
      await test('who asks for little motion gets none', async () => {
        const long = await open.officer.page.evaluate(() => {
          const of = document.querySelector('main').appendChild(document.createElement('p'));
          of.className = 'loading';
          return parseFloat(getComputedStyle(of).animationDuration);
        });
        assert.ok(long < 0.001, `${long} s`);
      });
    for (const w of Object.values(open)) {
      await w.close();
      windows.delete(w);
    }
  }
}

async function onPaper(by) {
  await test('a case on paper: white, whole, without menu and buttons, whatever the desk wears', async () => {
    const w = await window('paper', { look: 'dark', state: await by.supervisor.context.storageState() });
    await w.go(`/desk/cases/${jail.review}`);
    await w.page.locator('tr.lit').first().waitFor();
    await w.settled();
    const pdf = await w.page.pdf({ format: 'Letter', printBackground: false });
    if (browser.shots) writeFileSync(join(browser.shots, 'case-print.pdf'), pdf);
    await w.page.emulateMedia({ media: 'print' });
    await w.page.setViewportSize({ width: 696, height: 936 }); /* Letter within 16 mm */
    await w.shot('case', 'print');
    for (const gone of ['.side', '.bar', '.usa-button', '.answer__acts']) assert.equal(await w.page.locator(gone).filter({ visible: true }).count(), 0, gone);
    for (const there of ['h1', '.do-now', 'tr.lit', '.pair', '.notice', '.duty', '.line li']) assert.ok(await w.page.locator(there).filter({ visible: true }).count(), there);
    const { ink, ground, wide } = await w.page.evaluate(() => {
      const of = getComputedStyle(document.documentElement);
      return { ink: of.color, ground: of.backgroundColor, wide: document.documentElement.scrollWidth - document.documentElement.clientWidth };
    });
    assert.deepEqual([ink, ground, wide], ['rgb(27, 27, 27)', 'rgb(255, 255, 255)', 0]);
    await w.close();
    windows.delete(w);
  });
}

/* ---- strangers ---------------------------------------------------------------------------------------------------- */

const session = async (w) => (await w.context.cookies()).find((c) => c.name === '__Host-sallyport');

async function probes(officer) {
  await test('a session that was planted before log-on is worth nothing, and the cookie changes at each log-on', async () => {
    const w = await window('fixed');
    const planted = 'A'.repeat(43);
    await w.context.addCookies([{ name: '__Host-sallyport', value: planted, url: jail.base.replace('http:', 'https:'), secure: true, httpOnly: true, sameSite: 'Strict' }]);
    await w.signIn(jail.accounts['m.ortiz']);
    const first = await session(w);
    assert.ok(first.value !== planted && first.httpOnly && first.secure && first.sameSite === 'Strict' && first.expires === -1);
    assert.equal(await w.page.evaluate(() => document.cookie), '');
    await w.page.getByRole('button', { name: 'Sign out' }).click();
    await w.page.getByRole('button', { name: 'Continue' }).waitFor();
    await w.signIn(jail.accounts['m.ortiz']);
    assert.notEqual((await session(w)).value, first.value);
    for (const value of [planted, first.value]) {
      const as = (path) => fetch(`${jail.base}/api/v1${path}`, { headers: { Cookie: `__Host-sallyport=${value}` } }).then((r) => r.status);
      assert.deepEqual([await as('/session'), await as('/bookings/26-001001')], [204, 401]); /* nobody, and nothing for nobody */
    }
    await w.close();
    windows.delete(w);
  });
  await test('another origin can neither post, nor read, nor frame the desk, although its visitor is signed in', async () => {
    const b = await jail.book('Fern', 'Gallagher', 'theft');
    const target = `${jail.base}/api/v1/bookings/${b.number}/triggers`;
    const evil = createServer((q, r) => r.setHeader('Content-Type', 'text/html').end(`<h1>x</h1><iframe src="${jail.base}/desk"></iframe><form method=post action="${target}" enctype="text/plain"><input name='{"kind":"bond posted","a":"' value='"}'></form>`)).listen(0, '127.0.0.1');
    await new Promise((done) => evil.on('listening', done));
    const page = await officer.context.newPage(); /* not watched: every line in its console is wanted here */
    await page.goto(`http://127.0.0.1:${evil.address().port}/`);
    const tried = await page.evaluate(async ({ target, base }) => {
      const post = (mode, headers) => fetch(target, { method: 'POST', mode, credentials: 'include', headers, body: '{"kind":"bond posted"}' }).then((r) => r.type + r.status, (e) => e.name);
      return [await post('no-cors', { 'Content-Type': 'text/plain' }), await post('cors', { 'Content-Type': 'application/json', 'Idempotency-Key': 'x' }), await fetch(`${base}/api/v1/session`, { credentials: 'include' }).then((r) => r.status, (e) => e.name)];
    }, { target, base: jail.base });
    assert.ok(tried.every((t) => t === 'TypeError' || t === 'opaque0'), String(tried)); /* sent or not: nothing of an answer is seen */
    assert.notEqual(page.frames().find((f) => f !== page.mainFrame())?.url(), `${jail.base}/desk/now`);
    assert.equal(await page.frames()[1]?.locator('.frame, form').count().catch(() => 0) ?? 0, 0, 'nothing of the desk is framed');
    const [answer] = await Promise.all([page.waitForResponse(target), page.evaluate(() => document.forms[0].submit())]);
    assert.ok(answer.status() >= 400, `form: ${answer.status()}`);
    await page.close();
    evil.close();
    await officer.go(`/desk/custody/${b.number}`);
    await officer.page.getByRole('button', { name: 'A release has begun' }).waitFor(); /* nothing was reported */
  });
  await test('the same origin without the token of its session changes nothing', async () => {
    officer.expect(/status of 403/);
    const status = await officer.page.evaluate(() => fetch('/api/v1/bookings/26-001001/triggers', { method: 'POST', headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'no-token' }, body: '{"kind":"bond posted"}' }).then((r) => r.status));
    assert.equal(status, 403);
  });
  await test('markup in names, charges and reasons is text everywhere it is shown', async () => {
    const script = '"><img src=x onerror="window.hit=1"><script>window.hit=1</script>';
    const b = await jail.book(script, "O'Neil <b>", 'assault'), id = jail.request(b, ['notify'], { reference: `<svg/onload=window.hit=1> ${b.number}` });
    for (const path of ['/desk/custody?q=O%27Neil', `/desk/custody/${b.number}`, `/desk/cases/${id}`, '/desk/requests', '/desk/now']) {
      await officer.go(path);
      await officer.settled();
      assert.equal(await officer.page.evaluate(() => window.hit), undefined, path);
      assert.equal(await officer.page.locator('img[src="x"], svg[onload]').count(), 0, path);
    }
    await officer.go(`/desk/cases/${id}`);
    await has(officer.page, 'window.hit=1');
    await officer.page.getByRole('button', { name: /The person disputes/ }).click();
    await officer.reason('Record the dispute', `{{7*7}} ${script}`);
    await officer.page.locator('.line').getByText(/\{\{7\*7\}\}/).waitFor();
    assert.equal(await officer.page.evaluate(() => window.hit), undefined);
  });
  await test('addresses that hold script or climb out of their folder show nothing', async () => {
    const w = await window('climber', { state: await officer.context.storageState() });
    w.expect(/status of 40/);
    for (const path of ['/desk/cases/%3Cscript%3Ewindow.hit=1%3C%2Fscript%3E', '/desk/custody/..%2F..%2Fpeople', '/desk/custody?q=%3Csvg%2Fonload%3Dwindow.hit%3D1%3E', '/desk#javascript:window.hit=1']) {
      await w.page.goto(jail.base + path);
      await w.settled();
      assert.equal(await w.page.evaluate(() => window.hit), undefined, path);
    }
    await w.close();
    windows.delete(w);
  });
  await test('the content policy is strict, and the browser enforces it', async () => {
    const r = await fetch(`${jail.base}/desk`);
    const policy = r.headers.get('content-security-policy') ?? '';
    for (const wanted of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) assert.ok(policy.includes(wanted), `${wanted} in ${policy}`);
    assert.ok(!/unsafe|http:|https:|\*/.test(policy), policy);
    const page = await officer.context.newPage();
    await page.goto(`${jail.base}/desk/now`);
    const blocked = await page.evaluate(() => new Promise((done) => {
      document.addEventListener('securitypolicyviolation', (e) => done(e.effectiveDirective));
      const s = document.createElement('script');
      s.textContent = 'window.hit = 1';
      document.head.append(s);
      setTimeout(() => done('nothing'), 2000);
    }));
    assert.match(blocked, /^script-src/);
    assert.equal(await page.evaluate(() => window.hit), undefined);
    await page.close();
  });
  await test('nothing about anybody is left in the browser\'s stores, and a later Back shows no case', async () => {
    const { page } = officer;
    await officer.go(`/desk/cases/${jail.review}`);
    const kept = await page.evaluate(async () => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, await indexedDB.databases(), await caches.keys()]));
    assert.ok(!/Hargrove|C\d{6}/.test(kept), kept);
    officer.expect(/status of 401/);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Continue' }).waitFor();
    await page.goBack();
    await page.waitForTimeout(500);
    assert.ok(!/Hargrove/.test(await page.content()));
  });
}

async function firstLoad() {
  await test('first load, sign-in to Now, is under 300 kB compressed, all from this server', async () => {
    const w = await window('first');
    const cdp = await w.context.newCDPSession(w.page);
    let bytes = 0;
    const from = new Set(), urls = new Map();
    await cdp.send('Network.enable');
    cdp.on('Network.requestWillBeSent', (e) => (from.add(new URL(e.request.url).origin), urls.set(e.requestId, e.request.url)));
    cdp.on('Network.loadingFinished', (e) => (bytes += e.encodedDataLength));
    await w.signIn(jail.accounts['s.brandt']);
    await w.page.waitForTimeout(500);
    console.log(`# first load: ${bytes} bytes with headers and answers of the API, ${urls.size} requests`);
    assert.deepEqual([...from], [jail.base]);
    assert.ok(bytes > 20000 && bytes < 300000, `${bytes} bytes`);
    await w.close();
    windows.delete(w);
  });
}

/* ---- all of it ------------------------------------------------------------------------------------------------------ */

try {
  await jail.open();
  await jail.crowd(40);
  browser = new Browser(jail.base, process.env.SHOTS);
  await browser.open();
  const by = {};
  for (const name of ['officer', 'supervisor', 'second', 'owner', 'owner2', 'attorney', 'auditor', 'administrator', 'window']) by[name] = await window(name);
  await theOfficer(by.officer);
  await theSupervisors(by.supervisor, by.second);
  await theDispute(by.officer, by.supervisor);
  await theOwners(by.owner, by.owner2);
  await theReaders(by.attorney, by.auditor);
  await theAdministrator(by.administrator);
  await theBailWindow(by.window);
  await thePublic();
  await byKeyboard(jail, window, test);
  await firstLoad();
  await everyScreen(by);
  await onPaper(by);
  if (process.env.LIGHTHOUSE !== '0') {
    const { lighthouseOf } = await import('./lighthouse.mjs');
    await lighthouseOf(jail, by, test);
  }
  await probes(by.officer);
  await test('no console of any window held an error', async () => assert.deepEqual(browser.errors, []));
  await test('the server wrote no error', async () => assert.doesNotMatch(jail.log(), /\berror\b/));
} catch (e) {
  console.log(`not ok ${++count} - set-up\n# ${String(e?.stack ?? e).split('\n').join('\n# ')}`);
  bad++;
} finally {
  await browser?.close();
  jail.close();
}
console.log(`1..${count}`);
process.exit(bad ? 1 : 0);
