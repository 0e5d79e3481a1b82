#!/usr/bin/env bash
# Cold start of `sallyport decide`: a whole process, pack read and compiled, one decision. Beside it, in the same run, what any
# process costs here: /bin/true and sqlite3 opening an empty database. Figures are medians of RUNS turns, in microseconds.
set -euo pipefail
cd "$(dirname "$0")/.."
exe=${SALLYPORT:-build/sallyport} runs=${RUNS:-200}
pack=policies/us-co-denver-2025-stated
facts=$(mktemp)
trap 'rm -f "$facts"' EXIT
cat >"$facts" <<'JSON'
{"as_of":"2025-02-28T10:39:00-07:00",
 "request":{"received_at":"2025-02-20T16:03:00-07:00","agency_kind":"federal immigration","form":"I-247A","asks":["notify","hold"],"written":true,"signed":true,"complete":true},
 "match":"confirmed","custody":{"state":"release triggered","booked_at":"2025-02-18T22:10:00-07:00","triggered_at":"2025-02-28T10:39:00-07:00"},
 "offences":[{"this_booking":true,"citation":"C.R.S. 18-3-202(1)(a)","grade":"felony","class":"F3","lists":["violent"],"stage":"charged","on":"2025-02-18"}]}
JSON
median() { # title command...
  local title=$1 i from to
  shift
  for i in $(seq "$runs"); do
    from=$(date +%s%N)
    "$@" >/dev/null
    to=$(date +%s%N)
    echo $(((to - from) / 1000))
  done | sort -n | awk -v t="$title" '{v[NR] = $1} END {printf "%-28s median %6d us   p95 %6d us   (%d runs)\n", t, v[int((NR + 1) / 2)], v[int(NR * 0.95)], NR}'
}
"$exe" decide --pack "$pack" --json "$facts" >/dev/null
median "/bin/true" /bin/true
if command -v sqlite3 >/dev/null; then median "sqlite3 :memory: 'select 1'" sqlite3 :memory: 'select 1'; fi
median "sallyport --version" "$exe" --version
median "sallyport decide" "$exe" decide --pack "$pack" --json "$facts"
