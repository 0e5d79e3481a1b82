#!/bin/sh
# The examples of man/dmn.1 are run as they stand there, with the files of test/dmn/man beside them, and must print what
# the page shows.
src=$(cd "${SALLYPORT_SOURCE:-.}" && pwd)
PATH=$(cd "$(dirname "$1")" && pwd):$PATH
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cp "$src"/test/dmn/man/* "$tmp" && cd "$tmp" || exit 2
sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' "$src/man/dmn.1" | sed -n '/^\.Bd/,/^\.Ed/p' | sed '/^\.[BE]d/d; s/\\e/\\/g; s/\\-/-/g; s/\\&//g' > page
sed -n 's/^\$ //p' page > commands
while read -r command; do
  printf '$ %s\n' "$command"
  sh -c "$command" 2>&1
done < commands > run
echo 1..1
if [ "$(wc -l < commands)" -gt 3 ] && diff page run > wrong; then
  echo "ok 1 $(wc -l < commands) examples"
else
  sed 's/^/# /' wrong
  echo "not ok 1 examples"
  exit 1
fi
