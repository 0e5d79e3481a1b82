#!/usr/bin/env bash
# The desk under 64 clients on the disk under FOLDER: durable writes against bare SQLite in groups of the same size, and reads of a
# case among a million (docs/api.md).
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build/release} folder=${FOLDER:-/tmp}
ninja -C "$build" bench/bench_api >/dev/null
export SALLYPORT_SOURCE=$PWD
"$build/bench/bench_api" "$folder" "${BENCH_BOOKINGS:-100000}" "${BENCH_WRITES:-40000}" "${BENCH_CASES:-1000000}" "${BENCH_READS:-40000}"
