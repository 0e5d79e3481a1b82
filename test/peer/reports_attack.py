#!/usr/bin/env python3
"""Tries to work out what public reports hold back.

usage: reports_attack.py FILE...   each a report as JSON, or a list of them; - is standard input

Every report is taken to be of the same jail, and everything they say is one system: a request has a month, a class of offence lists and an answer, so
that the unknowns are the whole numbers of requests with each three of them, never below zero. Every number that is shown is an equation. Every * in a
report of one quarter is at least one, because zeros are shown. For each * the least and the most that it can be are asked of an integer solver. Whatever
is less than WIDTH apart is told, and then the exit status is 1. It knows nothing of how the reports are made.
"""
import json
import sys

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

WIDTH = 3
MOST = 100000  # more requests of one kind in a month than any jail has


def months_of(report):
    first, last = (report["period"][k] for k in ("from", "to"))
    at, end = (int(d[:4]) * 12 + int(d[5:7]) - 1 for d in (first, last))
    return [f"{m // 12:04d}-{m % 12 + 1:02d}" for m in range(at, end + 1)]


def cells_of(report):
    """(months, class or None, answer or None, shown or None) of each cell of the tables of requests."""
    period = months_of(report)
    for table in report["tables"]:
        if table["id"] not in ("answers", "lists", "list-months"):
            continue
        columns = [c["name"] for c in table["columns"]][1:]
        for label, *row in table["rows"]:
            months = [label] if table["id"] != "lists" and label != "all" else period
            for column, value in zip(columns, row):
                names = [label if table["id"] == "lists" else None, column]
                kind, answer = (None, names[1]) if table["id"] == "answers" else names if table["id"] == "lists" else (column, None)
                if value is not None:
                    yield (months, None if kind == "all" else kind, None if answer == "all" else answer, None if value == "*" else int(value))


class System:
    def __init__(self, reports):
        cells = [(len(months_of(r)) == 3, *c) for r in reports for c in cells_of(r)]
        self.reports = len(reports)
        answers = sorted({a for _, _, _, a, _ in cells if a})
        kinds = {}  # of each month
        for single, months, kind, _, _ in sorted(cells, key=lambda c: -c[0]):
            for m in months:
                if kind and (single or not kinds.get(m, (True,))[0]):
                    kinds.setdefault(m, (single, set()))[1].add(kind)
        self.at, self.kinds = {}, kinds
        for m in sorted(kinds):
            for k in sorted(kinds[m][1]):
                for a in answers:
                    self.at[m, k, a] = len(self.at)
        self.answers = answers
        self.rows, self.low, self.high, self.targets = [], [], [], {}
        zero = set()
        for single, months, kind, answer, shown in cells:
            where = self.where(months, kind, answer)
            if shown is None and where:
                self.targets[where] = (months[0], months[-1], kind, answer)
            if shown == 0:
                zero |= where
            elif shown is not None or (single and where):
                self.rows.append(where)
                self.low.append(1 if shown is None else shown)
                self.high.append(np.inf if shown is None else shown)
        self.bounds = Bounds(0, np.array([0 if i in zero else MOST for i in range(len(self.at))]))

    def where(self, months, kind, answer):
        return frozenset(self.at[m, k, a] for m in months for k in ([kind] if kind else self.kinds.get(m, (0, ()))[1])
                         for a in ([answer] if answer else self.answers) if (m, k, a) in self.at)

    def matrix(self, rows):
        return csr_matrix(([1.0] * sum(map(len, rows)), [i for r in rows for i in r], np.cumsum([0, *map(len, rows)])), shape=(len(rows), len(self.at)))

    def attack(self):
        """(what is told: [(name, least, most)], how many * there are); each table found serves every *."""
        targets = list(self.targets)
        t = self.matrix(targets)
        known = LinearConstraint(self.matrix(self.rows), self.low, self.high)
        least, most = np.full(len(targets), np.inf), np.full(len(targets), -np.inf)
        for i in range(len(targets)):
            for sign in (1, -1):
                if most[i] - least[i] >= WIDTH:
                    break
                found = milp(sign * t[[i]].toarray()[0], constraints=known, bounds=self.bounds, integrality=np.ones(len(self.at)))
                if found.x is None:
                    sys.exit(f"the reports contradict each other: {found.message}")
                values = np.rint(t @ np.rint(found.x))
                least, most = np.minimum(least, values), np.maximum(most, values)
        return [(self.targets[r], int(a), int(b)) for r, a, b in zip(targets, least, most) if b - a < WIDTH], len(targets)


def main():
    reports = []
    for name in sys.argv[1:]:
        with (sys.stdin if name == "-" else open(name, encoding="utf-8")) as f:
            v = json.load(f)
        reports += v if isinstance(v, list) else [v]
    told, n = System(reports).attack()
    for (first, last, kind, answer), a, b in told:
        print(f"told: {first} to {last}, {kind or 'every list'}, {answer or 'every answer'}: {a} to {b}")
    print(f"{len(reports)} reports, {n} held back, {len(told)} told")
    sys.exit(bool(told))


main()
