#!/usr/bin/env bash
# What-if over recorded decisions against the plain scan of the same rows (docs/whatif.md). WHATIF_N: how many; 10000000 needs
# 25 GB of disk under FOLDER. WHATIF_DISTINCT: how many of them differ in more than times.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build/release} folder=${FOLDER:-/tmp}
ninja -C "$build" bench/bench_whatif >/dev/null
export SALLYPORT_SOURCE=$PWD
taskset -c "${WHATIF_CORE:-0}" "$build/bench/bench_whatif" "$folder" "${WHATIF_N:-1000000}" "${WHATIF_DISTINCT:-60000}"
