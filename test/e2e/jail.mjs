/* An invented jail for the browser tests and for bench/desk.sh: its database by the program's own verbs, a real mail server, the release
 * server on a free port, accounts whose password and second factor were set over the API. Everything stands in a temporary folder. */
import { execFileSync, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const source = new URL('../..', import.meta.url).pathname;
export const password = 'a red bicycle in the rain';
export const policy = { pack: 'us-co-denver-2025-stated', version: '' };
const program = process.env.SALLYPORT || join(source, 'build/sallyport');
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export const freePort = () =>
  new Promise((done) => {
    const s = createServer().listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => done(port));
    });
  });

/* ---- codes (RFC 6238): the server takes each once, and one step of clock either way ------------------ */

const steps = new Map();
export async function code(secret) {
  const now = () => Math.floor(Date.now() / 30000);
  const late = Date.now() % 30000 > 20000; /* the step before would be over by the time it is looked at */
  const step = Math.max((steps.get(secret) ?? 0) + 1, now() - (late ? 0 : 1));
  while (step > now() + 1) await pause(250);
  steps.set(secret, step);
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const h = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))).update(counter).digest();
  return String((h.readUInt32BE(h[19] & 15) & 0x7fffffff) % 1e6).padStart(6, '0');
}

/* ---- the jail ----------------------------------------------------------------------------------------- */

const people = {
  'm.ortiz': 'records-officer', 't.lindgren': 'supervisor', 's.brandt': 'supervisor', 'p.adeyemi': 'policy-owner', 'r.stroud': 'policy-owner', 'l.haas': 'attorney', 'a.keita': 'auditor',
  'bail.window': 'integration',
};
const families = ['Ashgrove', 'Brightwater', 'Castellan', 'Dunmore', 'Eastwick', 'Fairbourne', 'Greenhalgh', 'Holloway', 'Inskeep', 'Jasperson', 'Kestrel', 'Lowinger'];
const charges = {
  assault: { citation: 'C.R.S. 18-3-202(1)(a)', charge_text: 'ASSAULT IN THE FIRST DEGREE', class: 'F3', grade: 'felony', stage: 'charged' },
  theft: { citation: 'C.R.S. 18-4-401(1)', charge_text: 'THEFT', class: 'M2', grade: 'misdemeanor', stage: 'charged' },
};
const born = (n) => `19${70 + (n % 30)}-0${1 + (n % 9)}-1${n % 9}`;
const ago = (minutes) => new Date(Date.now() - minutes * 60000).toISOString().replace(/\.\d+Z/, 'Z');

export class Jail {
  constructor({ deaf = false } = {}) {
    this.deaf = deaf; /* the mail server never answers: notices stay on the board */
    this.folder = mkdtempSync(join(tmpdir(), 'sallyport-e2e.'));
    chmodSync(this.folder, 0o711); /* the mail server's own user must find its folder */
    this.accounts = {};
    this.bookings = 0;
  }
  run(by, ...args) {
    return execFileSync(program, [...args, '--config', join(this.folder, 'sallyport.yaml'), '--by', by], { encoding: 'utf8' });
  }
  json(by, ...args) {
    return JSON.parse(this.run(by, ...args, '--json'));
  }

  async open() {
    this.port = await freePort();
    this.base = `http://localhost:${this.port}`;
    this.mail();
    this.settle();
    await this.serve();
    for (const name of ['admin', ...Object.keys(people)]) await this.enrol(name);
  }

  /* OpenSMTPD where it can run (it wants root); otherwise notices go to a folder. */
  mail() {
    if (this.deaf) return void ((this.smtp = '1'), (this.address = { channel: 'email', address: 'release-desk@field.example' }));
    try {
      this.smtp = execFileSync(join(source, 'test/peer/smtpd.sh'), ['start', join(this.folder, 'smtpd')], { encoding: 'utf8' }).trim();
    } catch (e) {
      this.smtp = '';
      console.log(`# no mail server here (${String(e.stdout).trim()}): notices go to a folder`);
    }
    this.address = this.smtp ? { channel: 'email', address: 'release-desk@field.example' } : { channel: 'folder', address: 'field-office' };
  }

  settle() {
    const packs = join(source, 'policies');
    execFileSync(program, ['init', this.folder, '--origin', 'jail.example/sallyport', '--packs', packs, '--facility', 'Example County Jail']);
    const smtp = this.smtp ? `smtp:\n  url: smtp://127.0.0.1:${this.smtp}\n  from: records@jail.example\n  require_tls: false\n` : `folder:\n  root: ${this.folder}\n`;
    writeFileSync(join(this.folder, 'sallyport.yaml'), `origin: jail.example/sallyport
facility: Example County Jail
database: sallyport.db
key_file: ledger.key
packs: ${packs}
administrations: "2021-01-20T12:00:00-05:00 Administration A; 2025-01-20T12:00:00-05:00 Administration B"
serve:
  port: ${this.port}
  rate_stranger: 0
office:
  address: "100 Example Way; Denver, Colorado"
  contact: Records desk, window 3, at any hour
letters:
  folder: letters
${smtp}`);
    this.run('root', 'person', 'set', 'admin', 'administrator');
    for (const [name, role] of Object.entries(people)) {
      const key = role === 'policy-owner' ? ['--public-key', this.key(name)] : [];
      this.run('admin', 'person', 'set', name, role, ...key);
    }
    const agency = { id: 'field-office', name: 'Federal Field Office (example)', kind: 'federal immigration', addresses: [{ ...this.address, verified_by: 't.lindgren', verified_on: ago(60 * 24 * 30).slice(0, 10) }] };
    writeFileSync(join(this.folder, 'agency.json'), JSON.stringify(agency));
    this.run('t.lindgren', 'agency', 'set', join(this.folder, 'agency.json'));
    const starts = ago(60 * 24 * 2);
    policy.version = this.json('p.adeyemi', 'policy', 'add', join(packs, policy.pack)).version;
    for (const by of ['p.adeyemi', 'r.stroud']) this.run(by, 'policy', 'sign', policy.pack, policy.version, starts, '--key', this.keyFile(by));
    for (const pack of ['us-co-denver-2017-enacted', 'us-co-denver-2017-first-draft']) this.run('p.adeyemi', 'policy', 'add', join(packs, pack));
    this.feed = this.json('admin', 'token', 'make', 'jail-feed', '--scopes', 'bookings,triggers,requests,metrics').secret;
  }
  keyFile(name) {
    return join(this.folder, `${name}.seed`);
  }
  key(name) {
    return /[0-9a-f]{64}/.exec(execFileSync(program, ['policy', 'keygen', this.keyFile(name)], { encoding: 'utf8' }))[0];
  }

  async serve() {
    const log = openSync(join(this.folder, 'serve.log'), 'a');
    this.server = spawn(program, ['serve', '--config', join(this.folder, 'sallyport.yaml')], { stdio: ['ignore', log, log] });
    for (let i = 0; i < 300; i++) {
      if (await fetch(`${this.base}/health`).then((r) => r.ok, () => false)) return;
      await pause(100);
    }
    throw new Error(`the server did not start:\n${this.log()}`);
  }
  log() {
    return readFileSync(join(this.folder, 'serve.log'), 'utf8');
  }

  async enrol(name) {
    const secret = this.json('admin', 'person', 'link', name).link.split('#')[1];
    const body = JSON.stringify({ secret, name, password });
    const r = await fetch(`${this.base}/api/v1/session/link`, { method: 'POST', headers: { 'Content-Type': 'application/json', Origin: this.base }, body });
    if (!r.ok) throw new Error(`${name}: ${await r.text()}`);
    this.accounts[name] = { name, password, totp: (await r.json()).totp_secret };
  }

  /* The jail system's door: everything it says goes over the API with its token. */
  async push(method, path, body) {
    const r = await fetch(`${this.base}/api/v1${path}`, {
      method, body: JSON.stringify(body), headers: { Authorization: `Bearer ${this.feed}`, 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() },
    });
    const text = await r.text();
    if (!r.ok) throw new Error(`${method} ${path}: ${r.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }
  async book(given, family, charge, { minutes = 300, birth, sex } = {}) {
    const n = ++this.bookings, number = `26-${String(1000 + n).padStart(6, '0')}`;
    const b = { number, given, family, birth: birth ?? born(n), sex: sex ?? (n % 2 ? 'F' : 'M'), state_id: `CO${4000000 + n}` };
    await this.push('PUT', `/bookings/${number}`, { state_id: b.state_id, family, given, sex: b.sex, birth_date: b.birth, booked_at: ago(minutes), charges: [{ sequence: 1, ...charges[charge] }] });
    return b;
  }
  crowd(n) {
    return Promise.all(Array.from({ length: n }, (_, i) => this.book(['Anna', 'Ben', 'Clara', 'David', 'Edith'][i % 5], families[i % families.length], i % 4 ? 'theft' : 'assault', { minutes: 200 + 37 * i })));
  }
  /* Entered by a records officer on the command line; the desk has its own form, tried in desk.mjs. */
  request(b, asks = ['notify'], more = {}) {
    const r = {
      agency: 'field-office', reference: `E-${b.number}`, form: 'I-247A', received_at: ago(90), asks, written: true, signed: true, complete: true,
      subject: { booking_number: b.number, family: b.family, given: b.given, birth_date: b.birth }, ...more,
    };
    writeFileSync(join(this.folder, 'request.json'), JSON.stringify(r));
    return this.json('m.ortiz', 'request', 'add', join(this.folder, 'request.json')).case;
  }

  /* Counts of other years, reported, after which the last three whole months are an expansion; then what the service does once a day. */
  expand() {
    const month = (ago) => new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() - ago, 1)).toISOString().slice(0, 7);
    const rows = [];
    for (let y = 2021; y < 2025; y++) for (let m = 1; m <= 12; m++) rows.push(`${y}-${String(m).padStart(2, '0')},1,12,,an invented count`);
    for (let i = 3; i >= 1; i--) rows.push(`${month(i)},1,60,,an invented count`);
    writeFileSync(join(this.folder, 'counts.csv'), `month,months,count,bookings,source\n${rows.join('\n')}\n`);
    this.run('p.adeyemi', 'trend', 'load', join(this.folder, 'counts.csv'));
    return this.json('p.adeyemi', 'trend', '--alert');
  }

  close() {
    this.server?.kill('SIGTERM');
    if (this.smtp && !this.deaf) execFileSync(join(source, 'test/peer/smtpd.sh'), ['stop', join(this.folder, 'smtpd')]);
    if (!process.env.KEEP) rmSync(this.folder, { recursive: true, force: true });
    else console.log(`# kept: ${this.folder}`);
  }
}
