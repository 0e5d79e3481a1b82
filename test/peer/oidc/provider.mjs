// provider.mjs: what the tests of single sign-on share: npm's oidc-provider on a loopback port, a browser, TAP.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const say = console.log.bind(console);
console.info = console.warn = () => {}; // the provider's remarks about its settings for development

export const redirect = 'https://desk.example/api/v1/session/sso/callback';
export const secret = 'a secret & + % of ours: long enough to be one';
const key = (kind, options, kid, alg) => ({ ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig' });
export const client = (client_id, more) => ({
  client_id, redirect_uris: [redirect], grant_types: ['authorization_code'], response_types: ['code'], ...more });

// The provider installed in FOLDER, on a port of its own.
export const provide = async (folder, clients) => {
  const require = createRequire(pathToFileURL(join(folder, 'package.json')));
  const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));
  let provider;
  const server = createServer((request, response) => provider.callback()(request, response));
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  provider = new Provider(issuer, {
    clients,
    jwks: { keys: [key('rsa', { modulusLength: 2048 }, 'r1', 'RS256'), key('ec', { namedCurve: 'P-256' }, 'e1', 'ES256')] },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256', 'HS256'] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    pkce: { methods: ['S256'], required: () => true },
    findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    features: { devInteractions: { enabled: true } },
  });
  return { issuer, close: () => { server.closeAllConnections?.(); server.close(); } };
};

// A browser: it keeps cookies and fills in what a page asks for.
export const browser = (issuer) => {
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

export const tap = () => {
  let n = 0, bad = 0;
  return {
    is: (name, got, wanted) => {
      const good = JSON.stringify(got) === JSON.stringify(wanted);
      bad += !good;
      say(`${good ? 'ok' : 'not ok'} ${++n} - ${name}`);
      if (!good) say(`# got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
    },
    end: () => { say(`1..${n}`); return bad === 0; },
  };
};
