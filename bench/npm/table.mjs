// The table of bench/dmn_rules.h decided by the engines of npm: feelin (a unary test for each cell, first hit) and ZEN.
// node table.mjs FOLDER RULES.json ROWS.jsonl BASE: every result is compared with the rule that the C chain gave, whose time
// is BASE nanoseconds. CPU time of all threads, as for libdmn; the time that went by stands beside it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, rulesFile, rowsFile, base] = process.argv.slice(2);
const require = createRequire(pathToFileURL(join(folder, 'package.json')));
const { unaryTest } = await import(pathToFileURL(require.resolve('feelin')));
const { ZenEngine } = require('@gorules/zen-engine');

const columns = ['days', 'hours', 'counts', 'score', 'kind', 'grade', 'stage', 'signed'];
const rules = JSON.parse(readFileSync(rulesFile, 'utf8'));
const rows = readFileSync(rowsFile, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const version = (name) => JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;

function byFeelin(row) {
  for (let r = 0; r < rules.length; r++) {
    let all = true;
    for (let i = 0; i < columns.length && all; i++) {
      if (rules[r][i] === '-') continue;
      const answer = unaryTest(rules[r][i], { ...row, '?': row[columns[i]] });
      all = (answer && typeof answer === 'object' && 'value' in answer ? answer.value : answer) === true;
    }
    if (all) return r + 1;
  }
  return 0;
}

const zenTable = {
  nodes: [
    { id: 'in', name: 'in', type: 'inputNode', content: {} },
    { id: 't', name: 't', type: 'decisionTableNode', content: {
      hitPolicy: 'first',
      inputs: columns.map((field) => ({ id: 'i_' + field, name: field, field })),
      outputs: [{ id: 'o', name: 'rule', field: 'rule' }],
      rules: rules.map((cells, r) => {
        const rule = { _id: 'r' + r, o: String(r + 1) };
        cells.forEach((cell, i) => { rule['i_' + columns[i]] = cell === '-' ? '' : cell; });
        return rule;
      }),
    } },
    { id: 'out', name: 'out', type: 'outputNode', content: {} },
  ],
  edges: [
    { id: 'e1', sourceId: 'in', targetId: 't', type: 'edge' },
    { id: 'e2', sourceId: 't', targetId: 'out', type: 'edge' },
  ],
};

async function measure(title, n, decide) {
  for (let i = 0; i < Math.min(n, 50); i++) await decide(rows[i].row);
  let wrong = 0;
  const times = [];
  let gone = 0;
  for (let round = 0; round < 3; round++) {
    const from = process.hrtime.bigint();
    const cpu = process.cpuUsage();
    for (let i = 0; i < n; i++) if ((await decide(rows[i].row)) !== rows[i].want) wrong++;
    const used = process.cpuUsage(cpu);
    times.push(((used.user + used.system) * 1e3) / n);
    gone += Number(process.hrtime.bigint() - from) / n / 3;
  }
  times.sort((a, b) => a - b);
  const note = wrong ? `  (${wrong} results differ)` : '';
  console.log(`${title.padEnd(42)} ${times[1].toFixed(1).padStart(9)} ns  ${(1e3 / times[1]).toFixed(5).padStart(8)} M/s  ` +
    `${(times[1] / Number(base)).toFixed(0).padStart(8)} x the if-chain  (elapsed ${gone.toFixed(0)} ns)${note}`);
}

const engine = new ZenEngine();
const decision = engine.createDecision(Buffer.from(JSON.stringify(zenTable)));
await measure(`ZEN ${version('@gorules/zen-engine')}`, Math.min(rows.length, 4000),
  async (row) => (await decision.evaluate(row)).result.rule ?? 0);
await measure(`ZEN ${version('@gorules/zen-engine')} with trace`, Math.min(rows.length, 2000),
  async (row) => (await decision.evaluate(row, { trace: true })).result.rule ?? 0);
await measure(`feelin ${version('feelin')}`, Math.min(rows.length, 200), byFeelin);
