#!/usr/bin/env bash
# How soon Now shows what happened: bench/desk.sh [ROUNDS]. Chromium, the release server, another client's POST; median and worst.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
command -v node >/dev/null && [ -x "${CHROMIUM:-/usr/bin/chromium}" ] && [ -d "$top/test/e2e/node_modules" ] || { echo "skipped: needs node, chromium and 'npm ci --ignore-scripts' in test/e2e"; exit 0; }
SALLYPORT=${SALLYPORT:-$top/build/sallyport} ROUNDS=${1:-20} node "$top/test/e2e/repaint.mjs"
