#!/bin/sh
# What scripts rely on of `sallyport decide`: exit status, where errors go, text and JSON.
case $1 in /*) decide=$1 ;; *) decide=$PWD/$1 ;; esac
cd "${SALLYPORT_SOURCE:-.}" || exit 2
data=test/custody/data pack=policies/us-co-denver-2025-stated
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
n=0 bad=0
t() { # name, expected status, command…; output in $tmp/out, errors in $tmp/err
  name=$1 want=$2
  shift 2
  n=$((n + 1))
  "$@" >"$tmp/out" 2>"$tmp/err"
  got=$?
  if [ "$got" = "$want" ]; then echo "ok $n $name"; else echo "not ok $n $name: exit $got, want $want"; bad=1; sed 's/^/# /' "$tmp/err"; fi
}
has() { # name, file, text
  n=$((n + 1))
  if grep -qF -- "$3" "$tmp/$2"; then echo "ok $n $1"; else echo "not ok $n $1: no '$3'"; bad=1; sed 's/^/# /' "$tmp/$2"; fi
}
t 'text' 0 "$decide" --pack $pack $data/f-immigration-judge.facts.json
has 'the ask and its outcome' out 'hold: decline'
has 'the rule' out 'INV-4'
has 'what kind of policy it is' out 'illustrative, not adopted policy'
t 'JSON' 0 "$decide" --pack=$pack --json $data/f-immigration-judge.facts.json
has 'JSON has the outcome' out '"outcome"'
has 'and the hash of the pack' out '"sha256"'
expected=$(cd $pack && sha256sum offences.csv pack.yaml policy.dmn | sha256sum | cut -d' ' -f1)
has 'the hash that sha256sum gives' out "$expected"
t 'trace' 0 "$decide" --pack $pack --json --trace $data/a-telephone.facts.json
has 'trace has the decision' out 'Answer to notify'
t 'standard input' 0 sh -c "\"$decide\" -p $pack - <$data/a-telephone.facts.json"
has 'decides it' out 'DEN25-2'
sed '/"lists"/,/\]/d' $data/a-telephone.facts.json | sed 's/"class": "F3",/"class": "F3",/' >"$tmp/unclassified.json"
t 'without lists' 0 "$decide" --pack $pack "$tmp/unclassified.json"
has 'not classified' out 'DEN25-3'
t '--classify' 0 "$decide" --pack $pack --classify "$tmp/unclassified.json"
has 'classified by the pack' out 'DEN25-2'
t 'no pack' 2 "$decide" $data/a-telephone.facts.json
t 'no facts' 2 "$decide" --pack $pack
t 'unknown option' 2 "$decide" --pack $pack --fast $data/a-telephone.facts.json
t 'facts are not there' 65 "$decide" --pack $pack "$tmp/none.json"
has 'names the file' err none.json
t 'pack is not there' 65 "$decide" --pack "$tmp/none" $data/a-telephone.facts.json
echo '{"as_of":' >"$tmp/broken.json"
t 'broken JSON' 65 "$decide" --pack $pack "$tmp/broken.json"
has 'names the file' err broken.json
sed 's/"match":/"nationality": "x", "match":/' $data/a-telephone.facts.json >"$tmp/status.json"
t 'a member that may not be' 65 "$decide" --pack $pack "$tmp/status.json"
has 'names the place' err 'status.json#/nationality'
mkdir "$tmp/pack" && cp $pack/pack.yaml $pack/policy.dmn "$tmp/pack" && echo 'wrong' >"$tmp/pack/offences.csv"
t 'a pack that does not load' 65 "$decide" --pack "$tmp/pack" $data/a-telephone.facts.json
has 'names the file of the pack' err 'offences.csv:1'
echo "1..$n"
exit $bad
