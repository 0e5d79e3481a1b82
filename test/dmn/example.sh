#!/bin/sh
# docs/dmn-example.c, compiled, prints what test/dmn/example.expected says; each argument is one way of linking it.
here=${SALLYPORT_SOURCE:-.}/test/dmn
echo "1..$#"
n=0 bad=0
for program; do
  n=$((n + 1))
  if "$program" | diff "$here/example.expected" - | sed 's/^/# /' | grep .; then
    echo "not ok $n $(basename "$program")"; bad=1
  else
    echo "ok $n $(basename "$program")"
  fi
done
exit $bad
