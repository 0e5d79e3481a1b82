// run.mjs FOLDER PROGRAM: PROGRAM (test/access/oidc_peer.c) begins and finishes log-ons at the provider of FOLDER. TAP.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { browser as visitor, client, provide, redirect, secret, tap } from './provider.mjs';

const [folder, program] = process.argv.slice(2);
const { is, end } = tap();
const provider = await provide(folder, [
  client('desk-rs', { client_secret: secret, id_token_signed_response_alg: 'RS256' }),
  client('desk-es', { client_secret: secret, id_token_signed_response_alg: 'ES256', token_endpoint_auth_method: 'client_secret_basic' }),
  client('desk-public', { token_endpoint_auth_method: 'none' }),
  client('desk-hs', { client_secret: secret, id_token_signed_response_alg: 'HS256' }),
]);
const { issuer } = provider;
const browser = () => visitor(issuer);

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
provider.close();
if (!end()) process.exitCode = 1;
