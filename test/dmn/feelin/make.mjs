// The expressions of expressions.txt: node make.mjs [SEED] [COUNT] >expressions.txt. Typed at random, so that most have a
// value; some operands are of a wrong type or null on purpose. Results are kept to what JSON can say.
let state = BigInt(process.argv[2] ?? 7) * 2654435769n + 1n;
const want = Number(process.argv[3] ?? 640);
const pick = (n) => {
  state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
  return Number((state >> 33n) % BigInt(n));
};
const of = (list) => list[pick(list.length)];
const odd = () => pick(14) === 0;

const number = (d) => {
  if (odd()) return of(['null', '"x"']);
  if (d <= 0) return of(['0', '1', '2', '3', '7', '10', '12.5', '-4', '-0.25', '100', '1000000', '0.1']);
  return of([
    () => `(${number(d - 1)} + ${number(d - 1)})`, () => `(${number(d - 1)} - ${number(d - 1)})`,
    () => `(${number(d - 1)} * ${number(d - 1)})`, () => `(${number(d - 1)} / ${of(['2', '4', '8', '-5'])})`,
    () => `(${number(0)} ** ${of(['0', '1', '2', '3'])})`, () => `-(${number(d - 1)})`,
    () => `floor(${number(d - 1)})`, () => `ceiling(${number(d - 1)})`, () => `abs(${number(d - 1)})`,
    () => `modulo(${number(d - 1)}, ${of(['3', '7', '-4', '2.5'])})`, () => `decimal(${number(0)}, ${of(['0', '1', '2'])})`,
    () => `round up(${number(0)}, 0)`, () => `round half up(${number(0)}, 0)`,
    () => `count(${list(d - 1)})`, () => `sum(${numbers(d - 1)})`, () => `min(${numbers(d - 1)})`, () => `max(${numbers(d - 1)})`,
    () => `mean(${numbers(d - 1)})`, () => `median(${numbers(d - 1)})`, () => `product(${numbers(d - 1)})`,
    () => `string length(${text(d - 1)})`, () => `number("${of(['12', '1.5', '-3', 'abc', '1e2'])}")`,
    () => `(if ${truth(d - 1)} then ${number(d - 1)} else ${number(d - 1)})`,
    () => `${numbers(d - 1)}[${of(['1', '2', '-1', '9'])}]`, () => `{a: ${number(d - 1)}, b: a}.b`,
    () => `(function(x) x * ${number(0)})(${number(0)})`,
  ])();
};
const numbers = (d) => of([() => `[${number(0)}, ${number(d)}, ${number(0)}]`, () => `[${number(0)}]`, () => '[]',
  () => `(for x in 1..${of(['2', '3', '4'])} return x * ${number(0)})`, () => `[${number(0)}, ${number(0)}][item > ${number(0)}]`])();
const text = (d) => {
  if (odd()) return of(['null', '5']);
  if (d <= 0) return of(['""', '"a"', '"abc"', '"Hello World"', '"foobar"', '"b,c,d"', '"\u00e9t\u00e9"', '"1"']);
  return of([
    () => `(${text(d - 1)} + ${text(d - 1)})`, () => `upper case(${text(d - 1)})`, () => `lower case(${text(d - 1)})`,
    () => `substring(${text(d - 1)}, ${of(['1', '2', '-2', '3'])})`, () => `substring(${text(d - 1)}, ${of(['1', '2'])}, ${of(['1', '2'])})`,
    () => `substring before(${text(d - 1)}, ${text(0)})`, () => `substring after(${text(d - 1)}, ${text(0)})`,
    () => `string(${number(0)})`, () => `string(${truth(0)})`, () => `string join(split("b,c,d", ","), ${text(0)})`,
    () => `replace(${text(0)}, "o", "0")`, () => `(if ${truth(d - 1)} then ${text(d - 1)} else ${text(d - 1)})`,
    () => `string(date("${day()}"))`, () => `string(date("${day()}") + duration("${span()}"))`,
    () => `string(duration("${span()}"))`,
  ])();
};
const day = () => `20${10 + pick(20)}-${String(1 + pick(12)).padStart(2, '0')}-${String(1 + pick(28)).padStart(2, '0')}`;
const span = () => of(['P1D', 'P3D', 'P1M', 'P2Y', 'P1Y2M', 'PT36H', '-P1M']);
const compare = () => of(['=', '!=', '<', '<=', '>', '>=']);
const truth = (d) => {
  if (odd()) return 'null';
  if (d <= 0) return of(['true', 'false']);
  return of([
    () => `(${number(d - 1)} ${compare()} ${number(d - 1)})`, () => `(${text(d - 1)} ${of(['=', '!='])} ${text(d - 1)})`,
    () => `(${truth(d - 1)} and ${truth(d - 1)})`, () => `(${truth(d - 1)} or ${truth(d - 1)})`, () => `not(${truth(d - 1)})`,
    () => `(${number(0)} in [${of(['0', '1'])}..${of(['3', '10'])}])`, () => `(${number(0)} between ${number(0)} and ${number(0)})`,
    () => `(some x in ${numbers(d - 1)} satisfies x > ${number(0)})`, () => `(every x in ${numbers(d - 1)} satisfies x > ${number(0)})`,
    () => `contains(${text(d - 1)}, ${text(0)})`, () => `starts with(${text(d - 1)}, ${text(0)})`,
    () => `ends with(${text(d - 1)}, ${text(0)})`, () => `matches(${text(0)}, "^[a-f]+$")`,
    () => `list contains(${numbers(0)}, ${number(0)})`, () => `all([${truth(0)}, ${truth(0)}])`, () => `any([${truth(0)}, ${truth(0)}])`,
    () => `odd(${of(['1', '2', '-3'])})`, () => `even(${of(['1', '2', '-3'])})`,
    () => `(date("${day()}") ${of(['<', '>', '=', '<='])} date("${day()}"))`,
  ])();
};
const list = (d) => of([
  () => numbers(d), () => `append(${numbers(0)}, ${number(0)})`, () => `concatenate(${numbers(0)}, ${numbers(0)})`,
  () => `reverse(${numbers(0)})`, () => `distinct values([1, 2, 1, ${number(0)}])`, () => `flatten([1, [2, [${number(0)}]]])`,
  () => `union([1, 2], [2, ${number(0)}])`, () => `remove([1, 2, 3], ${of(['1', '2', '3'])})`,
  () => `insert before([1, 2, 3], ${of(['1', '2', '3'])}, ${number(0)})`, () => `sublist([1, 2, 3, 4], ${of(['1', '2', '-2'])})`,
  () => `sublist([1, 2, 3, 4], ${of(['1', '2'])}, 2)`, () => `index of([1, 2, 1], ${of(['1', '2', '5'])})`,
  () => `sort([3, 1, 2], function(x, y) x ${of(['<', '>'])} y)`, () => `split("b,c,d", ",")`,
  () => `(for x in [1, 2], y in [10, ${of(['20', '30'])}] return x * y)`, () => `[{a: 1}, {a: ${number(0)}}].a`,
  () => `[{a: 1}, {a: 2}, {a: 3}][a ${compare()} 2].a`, () => `get value({a: [1, ${number(0)}]}, "a")`,
])();
const seen = new Set();
while (seen.size < want) {
  const expression = of([number, text, truth, list])(1 + pick(3));
  if (expression.length < 160) seen.add(expression);
}
for (const expression of seen) console.log(expression);
