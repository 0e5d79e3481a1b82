#!/bin/sh
# Every function libdmn(3) names is declared in dmn.h with as many parameters.
src=${SALLYPORT_SOURCE:-.}
echo 1..1
bad=$(sed 's/^ *//' "$src/include/dmn.h" | tr '\n' ' ' | sed 's|/\*[^*]*\(\*[^/*][^*]*\)*\*/||g; s/;/;\n/g' | grep DMN_API |
  sed -n 's/.*[ *]\(dmn_[a-z_]*\)(\(.*\)) *;.*/\1|\2/p' | awk -F'|' '{ n = $2 == "void" ? 0 : gsub(/,/, ",", $2) + 1; print $1, n }' > "${TMPDIR:-/tmp}/names.$$"
  sed -n 's/^\.Fn \(dmn_[a-z_]*\) \("const\|"size_t\|"struct\).*/&/p' "$src/man/libdmn.3" |
    awk '{ name = $2; n = gsub(/"/, "") / 2; print name, n }' | while read -r line; do
      grep -qx "$line" "${TMPDIR:-/tmp}/names.$$" || echo "# $line is not what dmn.h declares"
    done
  sed -n 's/^\.Fn \(dmn_[a-z_]*\).*/\1/p' "$src/man/libdmn.3" | while read -r name; do
    grep -q "^$name " "${TMPDIR:-/tmp}/names.$$" || echo "# $name is not in dmn.h"
  done
  rm -f "${TMPDIR:-/tmp}/names.$$")
[ -z "$bad" ] && echo "ok 1 names" && exit 0
echo "$bad"
echo "not ok 1 names"
exit 1
