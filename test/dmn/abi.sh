#!/bin/sh
# What programs link against: libdmn.so and libdmn.a give the functions that dmn.h declares and nothing else, and none
# that test/dmn/abi.txt lists has gone. dmn.h compiles alone as C99 and C++11 without warnings.
shared=$1 static=$2 cc=${3:-cc}
src=${SALLYPORT_SOURCE:-.}
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
echo 1..7
n=0 bad=0
report() { # text, file of what is wrong
  n=$((n + 1))
  if [ -s "$2" ]; then sed 's/^/# /' "$2"; echo "not ok $n $1"; bad=1; else echo "ok $n $1"; fi
}
tr '\n' ' ' < "$src/include/dmn.h" | sed 's/;/;\n/g' | grep DMN_API | grep -v '#define DMN_API *__attribute__.*DMN_API$' |
  sed -n 's/.*DMN_API[^(]*[ *]\(dmn_[a-z_]*\)(.*/\1/p' | sort -u > "$tmp/declared"
if [ "$shared" = none ]; then
  for i in 1 2 3 4 5; do n=$i; echo "ok $i # SKIP no library in a build with sanitizers"; done
else
  nm -D --defined-only "$shared" | awk '{print $3}' | sort -u > "$tmp/shared"
  nm -g --defined-only "$static" | awk 'NF == 3 {print $3}' | sort -u > "$tmp/static"
  diff "$tmp/declared" "$tmp/shared" > "$tmp/1"
  report "the shared library exports what dmn.h declares" "$tmp/1"
  diff "$tmp/declared" "$tmp/static" > "$tmp/2"
  report "so does the static one" "$tmp/2"
  comm -23 "$src/test/dmn/abi.txt" "$tmp/shared" | sed 's/$/ has gone: a new soname is due/' > "$tmp/3"
  report "nothing has gone" "$tmp/3"
  comm -13 "$src/test/dmn/abi.txt" "$tmp/shared" | sed 's/$/ is new: add it to test\/dmn\/abi.txt/' > "$tmp/4"
  report "nothing new is unlisted" "$tmp/4"
  readelf -d "$shared" | grep -q 'SONAME.*\[libdmn\.so\.0\]' || echo "wrong soname" > "$tmp/5"
  report "the soname is libdmn.so.0" "$tmp/5"
fi
echo '#include <dmn.h>' > "$tmp/c.c"
$cc -std=c99 -Wall -Wextra -Wpedantic -Werror -I"$src/include" -fsyntax-only "$tmp/c.c" 2> "$tmp/6"
report "dmn.h is C99" "$tmp/6"
if command -v c++ > /dev/null; then
  c++ -std=c++11 -x c++ -Wall -Wextra -Wpedantic -Werror -I"$src/include" -fsyntax-only "$tmp/c.c" 2> "$tmp/7"
  report "dmn.h is C++11" "$tmp/7"
else
  echo "ok 7 # SKIP no c++ here: apt-get install g++"
fi
exit $bad
