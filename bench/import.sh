#!/usr/bin/env bash
# Import of booking rows (Adams County layout, one charge a row) into a new database, and the same file again. The baseline of the
# same run is sqlite3's own .import of the same file into an empty table.
set -euo pipefail
cd "$(dirname "$0")/.."
exe=$(realpath "${SALLYPORT:-build/sallyport}") rows=${ROWS:-300000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
awk -v n="$rows" 'BEGIN {
  srand(7)
  print "booking_number,state_id,family,given,middle,birth_date,sex,booked_at"
  for (i = 1; i <= n; i++)
    printf "25-%07d,S%08d,Name%d,Given%d,,%04d-%02d-%02d,%s,2025-%02d-%02d %02d:%02d\n", i, int(rand() * 1e8), int(rand() * 40000), int(rand() * 5000),
      1950 + int(rand() * 55), 1 + int(rand() * 12), 1 + int(rand() * 28), rand() < 0.8 ? "M" : "F", 1 + int(rand() * 12), 1 + int(rand() * 28), int(rand() * 24), int(rand() * 60)
}' >bookings.csv
"$exe" init . >/dev/null
clock() { # title command...
  local title=$1 from to
  shift
  from=$(date +%s%N)
  "$@" >/dev/null
  to=$(date +%s%N)
  awk -v t="$title" -v n="$rows" -v d=$((to - from)) 'BEGIN {printf "%-28s %8d rows  %7.3f s  %9.0f rows/s\n", t, n, d / 1e9, n / (d / 1e9)}'
}
clock "read and check only" "$exe" import --check --config sallyport.yaml --profile sallyport bookings.csv
clock "import, new" "$exe" import --config sallyport.yaml --profile sallyport --by jail-feed bookings.csv
clock "import, the same again" "$exe" import --config sallyport.yaml --profile sallyport --by jail-feed bookings.csv
if command -v sqlite3 >/dev/null; then clock "sqlite3 .import" sqlite3 base.db ".mode csv" ".import bookings.csv bookings"; fi
