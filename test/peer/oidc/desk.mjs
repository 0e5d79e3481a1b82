// desk.mjs FOLDER SALLYPORT: the whole way: a desk is set up from the command line, served, and signed in to through the provider
// of FOLDER by a browser that keeps cookies. TAP.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browser, client, provide, redirect, secret, tap } from './provider.mjs';

const [folder, sallyport] = process.argv.slice(2);
const { is, end } = tap();
const provider = await provide(folder, [client('desk-rs', { client_secret: secret })]);

const port = await new Promise((done) => {
  const probe = createServer().listen(0, '127.0.0.1', () => { const { port } = probe.address(); probe.close(() => done(port)); });
});
const dir = mkdtempSync(join(tmpdir(), 'desk-'));
const conf = join(dir, 'sallyport.yaml');
const run = (...args) => execFileSync(sallyport, [...args, '--config', conf, '--by', 'a.bede'], { stdio: ['ignore', 'pipe', 'inherit'] }).toString();
execFileSync(sallyport, ['init', dir], { stdio: 'ignore' });
writeFileSync(join(dir, 'secret'), secret + '\n', { mode: 0o600 });
writeFileSync(conf, `serve:\n  port: ${port}\nsso:\n  name: "House"\n  issuer: "${provider.issuer}"\n  client_id: desk-rs\n` +
  `  client_secret_file: secret\n  redirect_uri: "${redirect}"\n`);
run('person', 'set', 'a.bede', 'administrator');
run('person', 'set', 'm.ortiz', 'records-officer');
run('person', 'identity', 'm.ortiz', provider.issuer, 'u-4711');
const desk = spawn(sallyport, ['serve', '--config', conf], { stdio: ['ignore', 'ignore', 'pipe'] });
let log = '';
desk.stderr.on('data', (bytes) => { log += bytes; });

const at = (path, cookie) => fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', headers: cookie ? { cookie } : {} });
for (let i = 0; i < 200; i++) {
  if (await at('/health').then((r) => r.status > 0, () => false)) break;
  await new Promise((done) => setTimeout(done, 50));
}
const cookie = (response, name) => response.headers.getSetCookie().find((line) => line.startsWith(name + '='));
const start = async () => {
  const response = await at('/api/v1/session/sso/start');
  return { status: response.status, location: response.headers.get('location'), cookie: cookie(response, '__Host-sallyport-sso') };
};
const signIn = async (login, mine) => {
  const begun = await start();
  const back = await browser(provider.issuer)(begun.location, login);
  return at(`/api/v1/session/sso/callback?${back.query}`, mine ?? begun.cookie.split(';')[0]);
};

try {
  is('the desk offers it', (await (await at('/api/v1/session/methods')).json()).sso, { name: 'House' });
  const begun = await start();
  is('it sends the browser away', [begun.status, new URL(begun.location).origin], [302, provider.issuer]);
  is('with a cookie that only this server gets', begun.cookie.split('; ').slice(1), ['Path=/', 'Secure', 'HttpOnly', 'SameSite=Lax', 'Max-Age=600']);
  const good = await signIn('u-4711');
  is('who is linked comes in', [good.status, good.headers.get('location')], [302, '/desk/']);
  const session = await (await at('/api/v1/session', cookie(good, '__Host-sallyport').split(';')[0])).json();
  is('as the person of the account', [session.name, session.role, session.acknowledged], ['m.ortiz', 'records-officer', false]);
  const stranger = await signIn('u-1');
  is('who is not linked does not', [stranger.status, stranger.headers.get('location'), cookie(stranger, '__Host-sallyport')], [302, '/desk/?sso=ACCESS-0001', undefined]);
  const fixed = await signIn('u-4711', begun.cookie.split(';')[0]);
  is('nor who brings the cookie of another log-on', [fixed.headers.get('location'), cookie(fixed, '__Host-sallyport')], ['/desk/?sso=OIDC-0003', undefined]);
  const bare = await signIn('u-4711', 'other=1');
  is('nor who brings none', bare.headers.get('location'), '/desk/?sso=OIDC-0003');
  is('the log says why', log.includes('sso.failed'), true);
  provider.close();
  await new Promise((done) => setTimeout(done, 50));
  const events = run('ledger', 'export').split('\n');
  is('the ledger tells of the log-on', events.some((line) => line.includes('access.login') && line.includes('single sign-on')), true);
} catch (error) {
  is(`the way is walked to its end: ${error.message.replace(/\s+/g, ' ')}`, false, true);
} finally {
  desk.kill('SIGTERM');
  await new Promise((done) => desk.on('exit', done));
  provider.close();
  rmSync(dir, { recursive: true, force: true });
}
if (process.exitCode !== 1 && !end()) process.exitCode = 1;
