#!/usr/bin/env bash
# The store on the disk under FOLDER: a trigger to its committed decision with 1,000,000 bookings and 10,000 open cases, and
# imports of 100,000 and 1,000,000 rows, each against bare SQLite in the same run (docs/store.md). BENCH_ROWS adds sizes.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build/release} folder=${FOLDER:-/tmp}
ninja -C "$build" bench/bench_trigger bench/bench_import >/dev/null
export SALLYPORT_SOURCE=$PWD
"$build/bench/bench_trigger" "$folder" "${BENCH_BOOKINGS:-1000000}" "${BENCH_CASES:-10000}" 4000
"$build/bench/bench_import" "$folder" 100000 1000000 ${BENCH_ROWS:-}
