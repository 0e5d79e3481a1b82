#!/usr/bin/env python3
"""Differential test: the engine's numbers against Python's decimal at 34 digits. Prints its seed; `num_oracle.py
PROGRAM [SEED [COUNT]]` runs again. Add, subtract, multiply, divide, square root, rounding, modulo and whole powers
must agree in every digit; exp and log to 2 units in the last place, powers with a fraction to 10."""
import decimal
import random
import subprocess
import sys
import time
from decimal import Decimal

D = decimal.Context(prec=34, rounding=decimal.ROUND_HALF_EVEN, Emin=-6143, Emax=6144, clamp=1,
                    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow])
WIDE = decimal.Context(prec=13000, Emin=-10**6, Emax=10**6, traps=[])
MORE = decimal.Context(prec=60, Emin=-10**6, Emax=10**6, traps=[])
MODES = {'half_even': decimal.ROUND_HALF_EVEN, 'up': decimal.ROUND_UP, 'down': decimal.ROUND_DOWN,
         'half_up': decimal.ROUND_HALF_UP, 'half_down': decimal.ROUND_HALF_DOWN,
         'floor': decimal.ROUND_FLOOR, 'ceiling': decimal.ROUND_CEILING}
EXACT = ['id', 'add', 'sub', 'mul', 'div', 'mod', 'sqrt', 'neg', 'abs', 'cmp', 'pow'] + list(MODES)
NEAR = ['exp', 'log', 'powf']

program = sys.argv[1]
seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
count = int(sys.argv[3]) if len(sys.argv) > 3 else 8000
rnd = random.Random(seed)


def number():
    digits = rnd.choice([1, 2, 3, 6, 9, 18, 19, 20, 33, 34, 34, 36, 40])
    coefficient = rnd.choice([rnd.randrange(10 ** digits), 10 ** (digits - 1), 10 ** digits - 1, rnd.randrange(100)])
    exponent = rnd.choice([0, 0, -1, -2, -digits, rnd.randrange(-20, 20), rnd.randrange(-40, 40),
                           rnd.randrange(-6176, 6112)])
    return Decimal((rnd.randrange(2), tuple(map(int, str(coefficient))), exponent))


def text(x):
    """Sometimes plain, sometimes with an exponent."""
    plain = format(x, 'f')
    return plain if len(plain) < 60 and rnd.random() < 0.7 else '{:E}'.format(x)


def case():
    op = rnd.choice(EXACT + NEAR)
    x, y = number(), number()
    if op == 'pow':
        x = D.plus(Decimal(rnd.choice([rnd.randrange(-50, 50), rnd.uniform(-3, 3), rnd.uniform(0.99, 1.01)])))
        y = Decimal(rnd.choice([rnd.randrange(-9, 60), rnd.randrange(-99, 3000), rnd.randrange(100000)]))
    elif op == 'powf':
        x, y = abs(D.plus(Decimal(rnd.uniform(0.001, 100)))), D.plus(Decimal(rnd.uniform(-50, 50)))
    elif op == 'exp':
        x = D.plus(Decimal(rnd.choice([rnd.uniform(-50, 50), rnd.uniform(-14000, 14000), rnd.uniform(-1e-9, 1e-9)])))
    elif op == 'log':
        x = abs(x)
    elif op in MODES:
        y = Decimal(rnd.choice([rnd.randrange(-40, 40), -x.as_tuple().exponent - rnd.randrange(0, 40),
                                rnd.randrange(-6200, 6250)]))
    elif op in ('add', 'sub', 'cmp') and rnd.random() < 0.5:
        y = Decimal((rnd.randrange(2), y.as_tuple().digits, x.as_tuple().exponent + rnd.randrange(-40, 40)))
    elif op == 'mod' and rnd.random() < 0.7:
        y = Decimal((rnd.randrange(2), y.as_tuple().digits, x.as_tuple().exponent + rnd.randrange(-60, 30)))
    return op, x, y


def expected(op, x, y):
    x, y = D.plus(x), D.plus(y)
    if op == 'id':
        return x
    if op == 'add':
        return D.add(x, y)
    if op == 'sub':
        return D.subtract(x, y)
    if op == 'mul':
        return D.multiply(x, y)
    if op == 'div':
        return D.divide(x, y) if y else None
    if op == 'cmp':
        return Decimal((x > y) - (x < y))
    if op == 'neg':
        return D.minus(x)
    if op == 'abs':
        return D.abs(x)
    if op == 'sqrt':
        return D.sqrt(x) if x >= 0 else None
    if op == 'mod':
        if not y:
            return None
        rest = WIDE.remainder(x, y)
        return D.plus(rest if not rest or (rest < 0) == (y < 0) else WIDE.add(rest, y))
    if op in MODES:
        scale = int(y)
        if not -6111 <= scale <= 6176:
            return None
        if x.as_tuple().exponent >= -scale:
            return x
        return D.plus(x.quantize(Decimal((0, (1,), -scale)), MODES[op], WIDE))
    if op == 'pow':
        if not x and y < 0:
            return None
        return D.plus(MORE.power(x, y)) if y else Decimal(1)
    if op == 'powf':
        return D.plus(MORE.power(x, y))
    if op == 'exp':
        return D.plus(MORE.exp(x))
    if op == 'log':
        return D.plus(MORE.ln(x)) if x > 0 else None
    raise AssertionError(op)


def near(op, x, y, got, want):
    """Units in the last place that are allowed."""
    if op in NEAR:
        allowed = 10 if op == 'powf' else 2
    elif op == 'pow':
        allowed = 0
    else:
        return got == want
    if not want:
        return abs(got) < Decimal('1E-6170')
    unit = Decimal((0, (1,), max(want.adjusted() - 33, -6176)))
    return abs(WIDE.subtract(got, want)) <= allowed * unit


cases = [case() for _ in range(count)]
lines = []
for op, x, y in cases:
    lines.append('{} {} {}'.format('pow' if op == 'powf' else op, text(x), text(y)))
out = subprocess.run([program], input='\n'.join(lines) + '\n', capture_output=True, text=True, check=True).stdout.split('\n')
print('1..1')
print('# seed', seed, 'operations', count)
wrong = 0
for (op, x, y), line, got in zip(cases, lines, out):
    try:
        want = expected(op, x, y)
    except (decimal.Overflow, decimal.InvalidOperation):
        want = None
    if got == 'null' or want is None:
        ok = got == 'null' and want is None
    else:
        ok = near(op, x, y, Decimal(got), want)
    if not ok:
        wrong += 1
        if wrong < 10:
            print('# {} gives {}, not {}'.format(line[:200], got[:80], str(want)[:80]))
print('ok 1 - numbers agree' if not wrong else 'not ok 1 - {} of {} differ'.format(wrong, count))
sys.exit(wrong != 0)
