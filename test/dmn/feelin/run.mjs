// run.mjs FOLDER DMN EXPRESSIONS KNOWN: each expression by feelin (installed in FOLDER) and by the dmn command, all in one
// model. Numbers agree to 1e-12 of their size, because feelin reckons with doubles. KNOWN lists where feelin is wrong: the
// expression, a tab, why; one that agrees after all is told, so that the list stays true.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, dmn, listFile, knownFile] = process.argv.slice(2);
const require = createRequire(pathToFileURL(join(folder, 'package.json')));
const { evaluate } = await import(pathToFileURL(require.resolve('feelin')));
const lines = (file) => readFileSync(file, 'utf8').split('\n').filter((line) => line && !line.startsWith('#'));
const expressions = lines(listFile);
const known = new Map(lines(knownFile).map((line) => line.split('\t')));

const escape = (s) => s.replace(/&/g, '&amp;').replace(/</g, '&lt;');
const scratch = mkdtempSync(join(tmpdir(), 'feelin-'));
const model = join(scratch, 'model.dmn');
writeFileSync(model, '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="urn:m">' +
  expressions.map((e, i) => `<decision id="e${i}" name="e${i}"><literalExpression><text>${escape(e)}</text></literalExpression></decision>`).join('\n') +
  '</definitions>');
const run = spawnSync(dmn, ['eval', model], { encoding: 'utf8', maxBuffer: 1 << 26 });
rmSync(scratch, { recursive: true });
const ours = JSON.parse(run.stdout);

function same(a, b) {
  if (typeof a === 'number' && typeof b === 'number') return a === b || Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => same(x, b[i]));
  if (a && b && typeof a === 'object' && typeof b === 'object' && !Array.isArray(a) && !Array.isArray(b))
    return Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((k) => k in b && same(a[k], b[k]));
  return (a ?? null) === (b ?? null);
}

let agree = 0;
let wrong = 0;
let stale = 0;
expressions.forEach((expression, i) => {
  let theirs;
  try {
    theirs = evaluate(expression);
    theirs = theirs && typeof theirs === 'object' && 'warnings' in theirs ? theirs.value : theirs;
  } catch (error) {
    theirs = `error: ${error.message}`;
  }
  const ok = same(ours[`e${i}`], theirs);
  if (ok) agree++;
  if (ok && known.has(expression)) {
    stale++;
    console.log(`# agrees by now: ${expression}`);
  } else if (!ok && !known.has(expression)) {
    wrong++;
    console.log(`# ${expression}\n#   dmn ${JSON.stringify(ours[`e${i}`])}, feelin ${JSON.stringify(theirs)}`);
  }
});
console.log(`# ${expressions.length} expressions, ${agree} agree, ${known.size} known faults of feelin`);
console.log(`${wrong || stale ? 'not ok' : 'ok'} 1 FEEL against feelin`);
process.exit(wrong || stale ? 1 : 0);
