#!/usr/bin/env bash
# One decision table of 30 rules and 8 inputs decided by libdmn, by the same table as an if-chain in C (the baseline), and by
# two engines of npm; libdmn before and after these, so that a machine that changes its pace is seen. Then, if the public
# suite is there, the time of evaluation alone over all its cases.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BENCH_BUILD:-build/bench}
[ -f "$build/build.ninja" ] || meson setup "$build" -Dbuildtype=release -Dtests=false >/dev/null
ninja -C "$build" bench/dmn_bench src/dmn/dmn >/dev/null
exe=$build/bench/dmn_bench
echo "$(uname -m), $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), load $(cut -d' ' -f1 /proc/loadavg)"
"$exe" | tee "$build/dmn_bench.txt"
base=$(sed -n 's/^.*(baseline) *\([0-9.]*\) ns.*$/\1/p' "$build/dmn_bench.txt")
if why=$(bench/npm/install.sh "$build/npm"); then
  "$exe" --rules >"$build/rules.json"
  "$exe" --rows 4000 >"$build/rows.jsonl"
  echo "engines of npm, one row after the other"
  node bench/npm/table.mjs "$build/npm" "$build/rules.json" "$build/rows.jsonl" "$base"
  echo "libdmn once more"
  "$exe"
else
  echo "engines of npm: skipped, $why"
fi
suite=${DMN_TCK:-../shared/tck}
if [ -d "$suite" ]; then
  "$build/src/dmn/dmn" tck "$suite" --strict --bench | tail -n 2
else
  echo "public suite: skipped, set DMN_TCK=DIR"
fi
