// run.mjs FOLDER PROGRAM: starts the provider of FOLDER on a loopback port, plays a browser with a cookie jar that logs on
// and consents, and lets PROGRAM begin and finish each log-on. TAP.
import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [folder, program] = process.argv.slice(2);
const say = console.log.bind(console);
console.info = console.warn = () => {}; // the provider's remarks about its settings for development
const require = createRequire(pathToFileURL(join(folder, 'package.json')));
const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));

const redirect = 'https://desk.example/api/v1/session/sso/callback';
const key = (kind, options, kid, alg) => ({ ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig' });
const client = (client_id, more) => ({
  client_id, redirect_uris: [redirect], grant_types: ['authorization_code'], response_types: ['code'], ...more });
const secret = 'a secret & + % of ours: long enough to be one';

let provider;
const server = createServer((request, response) => provider.callback()(request, response));
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const issuer = `http://127.0.0.1:${server.address().port}`;
provider = new Provider(issuer, {
  clients: [
    client('desk-rs', { client_secret: secret, id_token_signed_response_alg: 'RS256' }),
    client('desk-es', { client_secret: secret, id_token_signed_response_alg: 'ES256', token_endpoint_auth_method: 'client_secret_basic' }),
    client('desk-public', { token_endpoint_auth_method: 'none' }),
    client('desk-hs', { client_secret: secret, id_token_signed_response_alg: 'HS256' }),
  ],
  jwks: { keys: [key('rsa', { modulusLength: 2048 }, 'r1', 'RS256'), key('ec', { namedCurve: 'P-256' }, 'e1', 'ES256')] },
  enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256', 'HS256'] },
  cookies: { keys: [randomBytes(16).toString('hex')] },
  pkce: { methods: ['S256'], required: () => true },
  findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  features: { devInteractions: { enabled: true } },
});

// ---- the browser ----
const browser = () => {
  const jar = new Map();
  const go = async (url, form) => {
    const response = await fetch(new URL(url, issuer), {
      method: form ? 'POST' : 'GET', redirect: 'manual', body: form && new URLSearchParams(form),
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') } });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value) jar.set(name, value); else jar.delete(name);
    }
    return response;
  };
  // Follows until the provider sends us back to the desk; what a page asks for is filled in. Gives the query and what was asked.
  return async (location, login, refuse = false) => {
    const asked = [];
    let response = await go(location);
    for (let i = 0; i < 20; i++) {
      const next = response.headers.get('location');
      if (next?.startsWith(redirect)) return { query: new URL(next).searchParams, asked };
      if (next) { response = await go(next); continue; }
      const page = await response.text();
      const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
      const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
      if (!action) throw new Error(`a page without a form: ${response.status} ${page.replace(/<style.*<.style>/s, "").replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").slice(0, 300)}`);
      asked.push(prompt);
      response = refuse ? await go(`${new URL(action, issuer).pathname}/abort`) : await go(action, { prompt, login, password: 'anything' });
    }
    throw new Error('the provider sends us around in circles');
  };
};

// ---- the program ----
const desk = (client_id, client_secret) => {
  const child = spawn(program, [issuer, client_id, client_secret, redirect], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (...words) => {
    child.stdin.write(words.join('\t') + '\n');
    return (await lines.next()).value?.split('\t') ?? ['gone'];
  };
  return {
    start: async () => { const [location, cookie] = await ask('start'); return { location, cookie }; },
    finish: (cookie, query) => ask('finish', cookie, query.get('state') ?? '', query.get('code') ?? '', query.get('error') ?? '', query.get('iss') ?? ''),
    end: () => child.stdin.end(),
  };
};

// ---- the tests ----
let n = 0, bad = 0;
const is = (name, got, wanted) => {
  const good = JSON.stringify(got) === JSON.stringify(wanted);
  bad += !good;
  say(`${good ? 'ok' : 'not ok'} ${++n} - ${name}`);
  if (!good) say(`# got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
};

for (const [id, given] of [['desk-rs', secret], ['desk-es', secret], ['desk-public', '']]) {
  const d = desk(id, given), b = browser();
  const first = await d.start();
  const back = await b(first.location, 'u-4711');
  is(`${id}: the provider asks for log-on and consent`, back.asked, ['login', 'consent']);
  is(`${id}: and vouches for the person`, await d.finish(first.cookie, back.query), ['ok', issuer, 'u-4711']);
  is(`${id}: a code is good once`, (await d.finish(first.cookie, back.query)).slice(0, 2), ['no', 'SSO-0001']);
  const second = await d.start();
  const again = await b(second.location, 'u-4711');
  is(`${id}: within five minutes it does not ask for log-on again`, again.asked.includes('login'), false); // for consent it may: the code's second use took it back
  is(`${id}: another log-on's cookie is refused`, (await d.finish(first.cookie, again.query)).slice(0, 2), ['no', 'OIDC-0003']);
  is(`${id}: its own is taken`, await d.finish(second.cookie, again.query), ['ok', issuer, 'u-4711']);
  d.end();
}
{
  const d = desk('desk-rs', 'not the secret'), t = await d.start();
  is('a wrong client secret gets no token', (await d.finish(t.cookie, (await browser()(t.location, 'u-1')).query)).slice(0, 2), ['no', 'SSO-0001']);
  d.end();
}
{
  const d = desk('desk-hs', secret), t = await d.start();
  is('a token signed with the shared secret is refused', (await d.finish(t.cookie, (await browser()(t.location, 'u-1')).query)).slice(0, 2), ['no', 'OIDC-0005']);
  d.end();
}
{
  const d = desk('desk-rs', secret), t = await d.start();
  is('who turns back at the provider is not logged on', (await d.finish(t.cookie, (await browser()(t.location, 'u-1', true)).query)).slice(0, 2), ['no', 'OIDC-0004']);
  const other = desk('desk-rs', secret), u = await d.start(), back = await browser()(u.location, 'u-1');
  is('another program knows nothing of the cookie', (await other.finish(u.cookie, back.query)).slice(0, 2), ['no', 'OIDC-0003']);
  d.end();
  other.end();
}
say(`1..${n}`);
server.closeAllConnections?.();
server.close();
process.exitCode = bad ? 1 : 0;
