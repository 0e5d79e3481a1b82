#!/bin/sh
# Every diagnostic id that is given anywhere in src/dmn has a page, every page's id is given somewhere, and the manual in
# docs/ is what the program prints.
dmn=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
src=${SALLYPORT_SOURCE:-.}
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
echo 1..4
report() { # name, file of what is wrong
  if [ -s "$2" ]; then sed 's/^/# /' "$2"; echo "not ok $1"; bad=1; else echo "ok $1"; fi
}
bad=0
find "$src/src/dmn" -name '*.[ch]' ! -name diag_table.c -exec grep -oh '"\(FEEL\|DMN\)-[0-9]\{4\}"' {} + |
  tr -d '"' | sort -u > "$tmp/given"
"$dmn" explain --all > "$tmp/manual" || exit 2
sed -n 's/^## \([A-Z]*-[0-9]*\): .*/\1/p' "$tmp/manual" > "$tmp/pages"
[ "$(wc -l < "$tmp/given")" -gt 50 ] || echo "only $(wc -l < "$tmp/given") ids found" > "$tmp/few"
sort "$tmp/pages" | uniq -d >> "$tmp/few"
report "1 each id has one page" "$tmp/few"
sort -u "$tmp/pages" > "$tmp/sorted"
comm -23 "$tmp/given" "$tmp/sorted" > "$tmp/without"
report "2 every id has a page" "$tmp/without"
comm -13 "$tmp/given" "$tmp/sorted" > "$tmp/unused"
report "3 every page is of an id that is given" "$tmp/unused"
diff "$src/docs/dmn-diagnostics.md" "$tmp/manual" > "$tmp/diff"
report "4 docs/dmn-diagnostics.md is dmn explain --all" "$tmp/diff"
exit $bad
