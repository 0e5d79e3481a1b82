#!/usr/bin/env bash
# A year in a jail of Denver's size: how long it takes to make it through the program's own verbs, how large it is, and what the
# walks over its ledger take: verify, replay and the auditor's questions, and what a service asks again. YEARS=20 makes twenty.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath "${BUILD:-build/release}") years=${YEARS:-1} policies=$(realpath policies)
ninja -C "$build" src/cli/sallyport demo/sallyport-year bench/bench_past >/dev/null
exe=$build/src/cli/sallyport make=$build/demo/sallyport-year
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
clock() { # title command...
  local title=$1 from to
  shift
  from=$(date +%s%N)
  "$@" >out 2>&1 || [ $? = 1 ] # 1: the audit found something, as it should in a jail
  to=$(date +%s%N)
  awk -v t="$title" -v n="$(events)" -v d=$((to - from)) 'BEGIN {printf "%-28s %9d events  %8.3f s  %9.0f events/s\n", t, n, d / 1e9, n / (d / 1e9)}'
}
events() { "$exe" ledger verify --json --config jail/sallyport.yaml --by bench | sed -n 's/^ *"events": *\([0-9]*\).*/\1/p'; }
clock "make $years year(s)" "$make" --years "$years" --policies "$policies" jail
du -m jail/sallyport.db | awk '{print "the file: " $1 " MiB"}'
clock "verify" "$exe" ledger verify --config jail/sallyport.yaml --by bench
clock "replay" "$exe" ledger replay --config jail/sallyport.yaml --by bench
clock "audit, nine questions" "$exe" audit --config jail/sallyport.yaml --by bench
"$build"/bench/bench_past jail/sallyport.db jail/ledger.key "$policies"
