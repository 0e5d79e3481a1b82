#!/usr/bin/env python3
"""Counts the subtests in meson's testlog.json: TAP lines where a test speaks TAP, otherwise the test itself.

Prints a line for each test that did not pass and, last, "passed failed skipped"."""
import json
import re
import sys

LINE = re.compile(r"^(not )?ok\b[^#\n]*(#\s*(skip|todo)\b.*)?", re.I)


def subtests(text):
    passed = failed = skipped = 0
    bad = []
    for line in text.splitlines():
        m = LINE.match(line)
        if not m:
            if bad and line.startswith("#"):  # what the test says about it
                bad.append(line)
            continue
        if m.group(3) and m.group(3).lower() == "skip":
            skipped += 1
        elif m.group(1) and not m.group(3):
            failed += 1
            bad.append(line)
        else:
            passed += 1
    return passed, failed, skipped, bad


def main():
    total = [0, 0, 0]
    with open(sys.argv[1], encoding="utf-8") as f:
        for row in f:
            test = json.loads(row)
            result = test["result"]
            p, n, s, bad = subtests(test.get("stdout", ""))
            if p + n + s == 0 or (result not in ("OK", "SKIP", "EXPECTEDFAIL") and n == 0):
                p, n, s = p + (result in ("OK", "EXPECTEDFAIL")), n + (result not in ("OK", "SKIP", "EXPECTEDFAIL")), s + (result == "SKIP")
            if n:
                print("not ok", test["name"], result)
                print("\n".join("    " + b for b in bad[:40]))
                err = test.get("stderr", "") or ""
                print("\n".join("    " + b for b in err.splitlines()[:25]))
            total = [a + b for a, b in zip(total, (p, n, s))]
    print(*total)


main()
