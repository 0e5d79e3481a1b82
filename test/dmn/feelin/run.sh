#!/bin/sh
# FEEL expressions against feelin, an independent engine of npm: $1 is the dmn command. Its pinned version is installed once
# into $FEELIN (default: below the build folder); without node, npm or a registry the test is skipped and says so.
here=$(cd "$(dirname "$0")" && pwd)
folder=${FEELIN:-$(dirname "$1")/npm}
echo "1..1"
if ! why=$("$SALLYPORT_SOURCE/bench/npm/install.sh" "$folder"); then
  echo "ok 1 FEEL against feelin # SKIP $why"
  exit 0
fi
exec node "$here/run.mjs" "$folder" "$1" "$here/expressions.txt" "$here/known.txt"
