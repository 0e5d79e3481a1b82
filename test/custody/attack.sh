#!/bin/sh
# Can a number that is held back be worked out of everything that a jail publishes? Made-up jails of several sizes, attacked by ../peer/reports_attack.py;
# and the same with one number more, which an attack that can find anything must find. $1: outputs.
outputs=$(realpath "$1") || exit 1
cd "$(dirname "$0")" || exit 1
attack=../peer/reports_attack.py
for python in python3 /usr/bin/python3 ""; do
  [ -n "$python" ] && "$python" -c 'from scipy.optimize import milp' 2>/dev/null && break
done
if [ -z "$python" ]; then
  echo "1..0 # skipped: scipy 1.9 or newer is not here (Debian package python3-scipy)"
  exit 0
fi
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0
result() { # status, name
  n=$((n + 1))
  [ "$1" = 0 ] || printf 'not '
  echo "ok $n - $2"
}
for jail in ${ATTACK_JAILS:-2,30,14 4,140,0}; do
  "$outputs" $(echo "$jail" | tr , ' ') >"$tmp/all" && "$python" $attack "$tmp/all" >"$tmp/said"
  result $? "seed, hours between requests, rare lists $jail: $(tail -n 1 "$tmp/said")"
  grep '^told' "$tmp/said" | sed 's/^/# /'
done
tried=0 caught=0
for mutant in ${ATTACK_MUTANTS:-0 10 20}; do
  "$outputs" 2 30 0 "$mutant" >"$tmp/all" || break
  tried=$((tried + 1))
  "$python" $attack "$tmp/all" >"$tmp/said"
  case $? in
  1) caught=$((caught + 1)) && sed 's/^/# /' "$tmp/said" ;;
  0) echo "# companion $mutant: not found" ;;
  *) cat "$tmp/said" ;;
  esac
done
[ "$tried" -ge 3 ] && [ "$caught" -ge $((tried / 2)) ]
result $? "one companion shown: $caught of $tried found"
echo "1..$n"
