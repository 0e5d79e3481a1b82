#!/usr/bin/env python3
"""Differential test: matches, replace and split against Python's re, on random patterns of the subset both can say.
Prints its seed; `regex_oracle.py PROGRAM [SEED [COUNT]]` runs again. Every pattern is made twice, once for XPath (F&O
3.1 5.6) and once for Python where the two differ:
  . without s leaves out CR as well as LF (5.6.2 flag s); $ without m matches only at the very end, and with m neither
  ^ nor $ matches behind a LF that ends the text (5.6.2 flag m); \\w is no _ but has $+<=>^`|~, \\s has no FF and VT
  (XML Schema part 2, G.4.2.5); [A-[B]] is subtraction (G.4.2); a group that took no part is the empty string, in a
  back-reference (5.6.1) and in a replacement (5.6.4); x drops white space but knows no # comments (5.6.2); a pattern
  that matches the empty string is an error in replace and split (5.6.4, 5.6.5).
Not made: a repetition of what can be empty, where the text of a group is the engine's own affair."""
import random
import re
import subprocess
import sys
import time

program = sys.argv[1]
seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
count = int(sys.argv[3]) if len(sys.argv) > 3 else 4000
rnd = random.Random(seed)
WORD = r'a-zA-Z0-9$+<=>^`|~'
ESCAPES = {'d': '0-9', 's': r' \t\n\r', 'w': WORD}
FORBIDDEN = r'''(?=a) (?!a) (?<=a) (?<!a) (?<n>a) (?P<n>a) (?i)a (?i:a) (?#c) (?>a) (?|a) (?R) (a)(?1) (*ACCEPT) \b \B
    \A \Z \z \G \K \Qa\E \x41 \u0041 \0 \e \a \f \v \h \R \X \N (a)\g1 (?<n>a)\k<n> a*+ a++ a?+ a{2}+ a** a{,3} a{
    { a} ] [ [] []a] [^] [[:alpha:]] [a-\d] [z-a] [a&&[b]] a{3,2} a{2}{3} \1 (a\1) (a)\2 \1(a) (a)[\1] [\b] ( ) \ *a
    a|* (*a) (?:a)\1 \pL \p{Foo} \p{IsFoo} \p{^L} \p{Greek} \/ \" \' \# \_'''.split()


class Maker:
    """Each method gives the XPath form, the Python form, and whether it can match the empty string."""

    def __init__(self, flags):
        self.flags, self.groups, self.closed = flags, 0, []

    def members(self):
        x = p = ''
        for _ in range(rnd.randrange(1, 4)):
            kind = rnd.randrange(4)
            if kind == 0:
                low, high = sorted(rnd.choice(['abcd', 'ABCD', '0123'])[i] for i in (rnd.randrange(4), rnd.randrange(4)))
                x, p = x + low + '-' + high, p + low + '-' + high
            elif kind == 1:
                e = rnd.choice('dsw')
                x, p = x + '\\' + e, p + ESCAPES[e]
            else:
                c = rnd.choice(['a', 'b', 'A', '1', ' ', '.', '*', '$', '\\n', '\\]', '\\-', '\\^'])
                x, p = x + c, p + c
        return x, p

    def set(self, depth=0):
        x, p = self.members()
        mark = '^' if rnd.random() < 0.3 else ''
        if depth < 2 and rnd.random() < 0.3:
            sx, sp = self.set(depth + 1)
            return '[' + mark + x + '-' + sx + ']', '(?:(?!' + sp + ')[' + mark + p + '])'
        return '[' + mark + x + ']', '[' + mark + p + ']'

    def atom(self, depth):
        kind = rnd.randrange(14 if depth < 3 else 10)
        if kind < 4:
            c = rnd.choice('aabbAB1 ')
            return (c, '' if c == ' ' and 'x' in self.flags else re.escape(c), c == ' ' and 'x' in self.flags)
        if kind == 4:
            c = rnd.choice(['\\.', '\\$', '\\n', '\\-', '\\[', '\\\\'])
            return c, c, False
        if kind == 5:
            return '.', '(?s:.)' if 's' in self.flags else r'[^\n\r]', False
        if kind == 6:
            e, mark = rnd.choice('dsw'), rnd.choice(['', '^'])
            return '\\' + (e.upper() if mark else e), '[' + mark + ESCAPES[e] + ']', False
        if kind == 7:
            m = 'm' in self.flags
            start = r'(?:\A|(?<=\n)(?!\Z))' if m else r'\A'
            end = r'(?:(?=\n)|(?<!\n)\Z)' if m else r'\Z'
            return rnd.choice([('^', start, True), ('$', end, True), (r'(?:\n^)', r'(?:\n' + start + ')', False),
                               (r'(?:\n$)', r'(?:\n' + end + ')', False)])
        if kind == 8 and self.closed:
            n = rnd.choice(self.closed)
            return '(?:\\%d)' % n, '(?(%d)\\%d|)' % (n, n), True
        if kind < 10:
            return self.set() + (False,)
        if rnd.random() < 0.4:
            x, p, empty = self.choice(depth + 1)
            return '(?:' + x + ')', '(?:' + p + ')', empty
        self.groups += 1
        n = self.groups
        x, p, empty = self.choice(depth + 1)
        self.closed.append(n)
        return '(' + x + ')', '(' + p + ')', empty

    def sequence(self, depth):
        x = p = ''
        empty = True
        for _ in range(rnd.randrange(1, 4)):
            ax, ap, ae = self.atom(depth)
            if not ae and rnd.random() < 0.35:
                q = rnd.choice(['?', '*', '+', '{2}', '{1,2}', '{0,1}', '{1,}']) + rnd.choice(['', '', '?'])
                ax, ap, ae = ax + q, ap + q, q[0] in '?*' or q.startswith('{0')
            x, p, empty = x + ax, p + ap, empty and ae
        return x, p, empty

    def choice(self, depth=0):
        parts = [self.sequence(depth) for _ in range(rnd.choice([1, 1, 1, 2, 3]))]
        return '|'.join(a for a, _, _ in parts), '|'.join(b for _, b, _ in parts), any(c for _, _, c in parts)


def fill(m, replacement, groups):
    def one(found):
        n = int(found.group(1))
        tail = ''
        while n > groups and n > 9:
            n, tail = n // 10, str(n % 10) + tail
        return (m.group(n) or '' if n <= groups else '') + tail
    return re.sub(r'\$([0-9]+)', one, replacement)


def word(s):
    return 'x' + s.encode().hex()


def expected(python, flags, text, replacement, groups):
    r = re.compile(python, re.ASCII | (re.IGNORECASE if 'i' in flags else 0))
    first = '1' if r.search(text) else '0'
    if r.search(''):
        return first + ' null null'
    replaced, pieces, at = '', [], 0
    for m in r.finditer(text):
        if m.end() == m.start():
            return first + ' null null'
        replaced += text[at:m.start()] + fill(m, replacement, groups)
        pieces.append(text[at:m.start()])
        at = m.end()
    return ' '.join([first, word(replaced + text[at:])] + [word(s) for s in pieces + [text[at:]]])


cases = [(p, '', '', '', 'refused') for p in FORBIDDEN]
while len(cases) < count + len(FORBIDDEN):
    flags = ''.join(f for f in 'ismx' if rnd.random() < 0.25)
    maker = Maker(flags)
    xpath, python, _ = maker.choice()
    text = ''.join(rnd.choice('aaabbAB1 .$-_\n\r') for _ in range(rnd.randrange(12))) + rnd.choice(['', '', '\n'])
    replacement = ''.join(rnd.choice(['-', 'z', '$0', '$1', '$2', '$12']) for _ in range(rnd.randrange(4)))
    cases.append((xpath, flags, text, replacement, expected(python, flags, text, replacement, maker.groups)))
lines = ''.join(' '.join(word(s) for s in c[:4]) + '\n' for c in cases)
out = subprocess.run([program], input=lines, capture_output=True, text=True, check=True).stdout.split('\n')
print('1..1')
print('# seed', seed, 'patterns', count, 'forbidden', len(FORBIDDEN))
wrong = 0
for case, got in zip(cases, out):
    if got != case[4]:
        wrong += 1
        if wrong < 10:
            print('# {!r} gives {}, not {}'.format(case[:4], got[:200], case[4][:200]))
print('ok 1 - patterns agree' if not wrong else 'not ok 1 - {} of {} differ'.format(wrong, len(cases)))
sys.exit(wrong != 0)
