/* How soon Now shows what happened: another client posts a trigger over the API, a page that stands at Now is watched for the new line. The
 * time runs from before the POST to the first frame that has the line (performance.timeOrigin gives both one clock). bench/desk.sh. */
import { Browser } from './browser.mjs';
import { Jail } from './jail.mjs';

const times = [], rounds = Number(process.env.ROUNDS ?? 20);
const jail = new Jail({ deaf: true });
const browser = new Browser(jail.base);
try {
  await jail.open();
  await jail.crowd(40);
  browser.base = jail.base;
  await browser.open();
  const w = await browser.window('repaint');
  await w.signIn(jail.accounts['m.ortiz']);
  for (let i = 0; i < rounds; i++) {
    const b = await jail.book('Nora', `Repaint${String.fromCharCode(97 + i)}`, 'assault', { minutes: 600 }), id = jail.request(b);
    await w.page.waitForTimeout(1500); /* what the request itself brought has been painted */
    const seen = w.page.evaluate((id) => new Promise((done, fail) => {
      const lines = () => [...document.querySelectorAll('.board__row')].filter((r) => r.textContent.includes(id) && /release begun/.test(r.textContent)).length;
      if (lines()) return fail(new Error('it is there already'));
      const watch = new MutationObserver(() => lines() && (watch.disconnect(), requestAnimationFrame(() => done(performance.timeOrigin + performance.now()))));
      watch.observe(document.body, { childList: true, subtree: true, characterData: true });
      setTimeout(() => fail(new Error('nothing came')), 20000);
    }), id);
    const start = performance.timeOrigin + performance.now();
    await jail.push('POST', `/bookings/${b.number}/triggers`, { kind: 'bond posted' });
    const answered = performance.timeOrigin + performance.now() - start;
    times.push({ painted: (await seen) - start, answered });
  }
  const sorted = (k) => times.map((t) => t[k]).sort((a, b) => a - b);
  const say = (k) => `median ${sorted(k)[Math.floor(rounds / 2)].toFixed(0)} ms, worst of ${rounds} ${sorted(k)[rounds - 1].toFixed(0)} ms`;
  console.log(`Now, from another client's POST to the painted line: ${say('painted')}  (bar: 200 ms)`);
  console.log(`of which until the POST was answered, on the disk:   ${say('answered')}`);
} finally {
  await browser.close();
  jail.close();
}
