/* A decision table with the value that was found under each input and the very rule that decided lit. */
import type { PolicyTable } from '../api/types';
import { Scroll } from './bits';

const hit: Record<string, string> = {
  UNIQUE: 'exactly one rule applies', FIRST: 'the first rule that applies', ANY: 'rules that apply agree', COLLECT: 'all rules that apply', PRIORITY: 'the weightiest rule that applies',
};
function valueText(v: unknown): string {
  if (v === null || v === undefined) return 'not known';
  if (typeof v === 'boolean') return v ? 'yes' : 'no';
  if (Array.isArray(v)) return v.length ? v.map(valueText).join(', ') : 'none';
  return typeof v === 'object' ? JSON.stringify(v) : String(v);
}
const literal = /^"([^"]*)"$/;
/* Where `mark` stands outside of texts and brackets. */
function parts(c: string, mark: string): string[] {
  const out = [''];
  let depth = 0, inText = false;
  for (const ch of c) {
    if (ch === '"') inText = !inText;
    if (!inText) depth += '([{'.includes(ch) ? 1 : ')]}'.includes(ch) ? -1 : 0;
    if (ch === mark && !inText && depth === 0) out.push('');
    else out[out.length - 1] += ch;
  }
  return out.map((p) => p.trim());
}
/* A sentence with places in it: what fills a place stands in ‹ ›. Anything else that is computed stays as it was written. */
function sentenceText(c: string): string | undefined {
  const either = /^if ([^"]+) then "([^"]*)" else "([^"]*)"$/.exec(c);
  if (either) return `If ${either[1]}: ${either[2]} Otherwise: ${either[3]}`;
  const choices = parts(c, ',');
  if (choices.length > 1 && choices.every((p) => literal.test(p))) return choices.map((p) => p.slice(1, -1)).join(' or ');
  const pieces = parts(c, '+');
  if (pieces.length > 1 && pieces.some((p) => literal.test(p))) return pieces.map((p) => (literal.test(p) ? p.slice(1, -1) : `‹${p}›`)).join('');
  return undefined;
}
/* FEEL as people read it: true is yes, - is anything. */
export function cellText(c: string): string {
  const known: Record<string, string> = { '-': 'any', true: 'yes', false: 'no', null: 'not known', 'not(true)': 'no, or not known', 'not(false)': 'yes, or not known', 'not(null)': 'known' };
  const list = /^\[\s*"[^"]*"(\s*,\s*"[^"]*")*\s*\]$/.test(c) ? [...c.matchAll(/"([^"]*)"/g)].map((m) => m[1]).join('; ') : undefined; /* citations */
  return known[c.trim()] ?? list ?? sentenceText(c.trim()) ?? c.replace(literal, '$1');
}
const label = (i: PolicyTable['inputs'][number] | PolicyTable['outputs'][number]) => i.label || ('expression' in i ? i.expression : i.name);

/* What an answer shows beside the table anyway. */
const beside = new Set(['why', 'because', 'citations']);

export function RuleTable({ table, brief }: { table: PolicyTable; brief?: boolean }) {
  const outs = table.outputs.map((o, n) => ({ o, n })).filter(({ o }) => !brief || !beside.has(o.name));
  const lit = table.rules.filter((r) => r.decided ?? r.lit);
  const notes = table.rules.some((r) => r.annotation || r.description);
  return (
    <div class="rules-of">
      <Scroll label={`Table ${table.name}`}>
        <table class="rule-table">
          <caption>{table.name}<span class="visually-hidden">. {lit.length ? `Rule ${lit.map((r) => table.rules.indexOf(r) + 1).join(', ')} is lit.` : ''}</span> <span class="quiet">({hit[table.hit_policy] ?? table.hit_policy.toLowerCase()})</span></caption>
          <thead>
            <tr>
              <th scope="col"><abbr title="rule">№</abbr></th>
              {table.inputs.map((i, n) => <th scope="col" key={n}>{label(i)}{'value' in i && <span class="found">{valueText(i.value)}</span>}</th>)}
              {outs.map(({ o, n }) => <th scope="col" class="out" key={n}>{label(o)}</th>)}
              {notes && <th scope="col">Where it comes from</th>}
            </tr>
          </thead>
          <tbody>
            {table.rules.map((r, n) => (
              <tr key={r.id} class={lit.includes(r) ? 'lit' : r.lit ? 'applied' : undefined}>
                <th scope="row">{r.rule ?? n + 1}{lit.includes(r) && <span class="visually-hidden">, decided</span>}</th>
                {r.cells.map((c, i) => <td key={i} class={r.answers?.[i] === 'no' || r.answers?.[i] === 'unknown' ? 'failed' : undefined}>{cellText(c)}</td>)}
                {outs.map(({ n: i }) => cellText(r.outputs[i] ?? '')).map((o, i) => <td key={i} class={o.length < 16 ? 'key' : o.length > 40 ? 'long' : undefined}>{o}</td>)}
                {notes && <td class="note">{r.annotation || r.description}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </div>
  );
}
/* Facts a table wanted and did not have. */
export function unknownInputs(tables: PolicyTable[]): string[] {
  const out = new Set<string>();
  for (const t of tables) for (const i of t.inputs) if ('value' in i && i.value === null) out.add(label(i));
  return [...out];
}
