#!/bin/sh
# dmn check over tables and expressions made by hand, each kind of finding and what must not be found beside it; its JSON;
# and the policies that are delivered, which must have no errors.
dmn=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
src=${SALLYPORT_SOURCE:-.}
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
set -- "$src"/policies/*/policy.dmn
[ -e "$1" ] || set --
echo "1..$((6 + $#))"
n=0 bad=0
say() { # exit status, text
  n=$((n + 1))
  if [ "$1" = 0 ]; then echo "ok $n $2"; else echo "not ok $n $2"; bad=1; fi
}
for model in tables types; do
  (cd "$src/test/dmn/check" && "$dmn" check $model.dmn) > "$tmp/$model"
  rc=$?
  diff "$src/test/dmn/check/$model.expected" "$tmp/$model" | sed 's/^/# /' | grep . && rc=99
  [ $rc = 1 ]
  say $? "$model.dmn"
done
"$dmn" check "$src/test/dmn/check/tables.dmn" --json > "$tmp/json"
python3 - "$tmp/json" "$dmn" "$src/test/dmn/check/tables.dmn" <<'PY'
import json, subprocess, sys
o = json.load(open(sys.argv[1]))
f = o["findings"]
assert o["errors"] == sum(x["severity"] == "error" for x in f) > 0
assert o["warnings"] + o["notes"] + o["errors"] == len(f)
runtime = {"DMN-0401": "DMN-0201", "DMN-0402": "DMN-0201", "DMN-0403": "DMN-0202", "DMN-0404": "DMN-0203"}
shown = 0
for x in f:
    assert x["line"] > 0 and x["text"] and x["element"]
    if "example" not in x:
        continue
    r = subprocess.run([sys.argv[2], "eval", sys.argv[3], "--decision", x["element"][2:], "-"], input=x["example"],
                       capture_output=True, text=True)
    assert runtime[x["id"]] in r.stderr, x
    shown += 1
assert shown >= 8
PY
say $? "the JSON form; each example shows what it is for"
"$dmn" explain DMN-0403 | grep -q '^Remedy: ' && ! "$dmn" explain DMN-9999 2> /dev/null
say $? "explain"
"$dmn" check --budget 1 "$src/test/dmn/check/tables.dmn" | grep -q 'DMN-0408'
say $? "a budget that is used up is said"
"$dmn" check "$src/test/dmn/check/ids.sh" 2> /dev/null
[ $? = 65 ]
say $? "what cannot be loaded"
for policy; do
  "$dmn" check "$policy" > "$tmp/policy"
  rc=$?
  [ $rc = 0 ] || sed 's/^/# /' "$tmp/policy"
  say $rc "${policy#"$src/"} has no errors"
done
exit $bad
