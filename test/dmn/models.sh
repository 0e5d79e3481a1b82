#!/bin/sh
# Each models/NAME.out is what `dmn eval` says of NAME.dmn with NAME.json, first the result, then the diagnostics. $1 is the
# dmn command; UPDATE=1 writes the .out files anew.
dmn=$1
case $dmn in /*) ;; *) dmn=$PWD/$dmn ;; esac
cd "$SALLYPORT_SOURCE/test/dmn/models" || exit 2
set -- *.out
echo "1..$#"
n=0 bad=0
for out; do
  n=$((n + 1)) name=${out%.out} input=
  [ -f "$name.json" ] && input=$name.json
  got=$({ "$dmn" eval "$name.dmn" ${input:+"$input"} 2>&1 1>&3 | sed 's/^/! /'; } 3>/dev/null
    echo "= $("$dmn" eval "$name.dmn" ${input:+"$input"} 2>/dev/null)"
    for form in --trace --trace=json; do # of every decision, where the model is about the trace
      case $name in trace*) "$dmn" eval "$name.dmn" "$form" "$input" 2>&1 >/dev/null ;; esac
    done)
  [ "$UPDATE" ] && printf '%s\n' "$got" > "$out"
  if [ "$got" = "$(cat "$out")" ]; then
    echo "ok $n $name"
  else
    echo "not ok $n $name"
    printf '%s\n' "$got" | diff "$out" - | sed 's/^/# /'
    bad=1
  fi
done
exit $bad
