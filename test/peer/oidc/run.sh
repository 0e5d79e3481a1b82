#!/usr/bin/env bash
# Single sign-on against npm's oidc-provider: $1 is the test program test/access/oidc_peer.c, or with a second argument that
# script's program (desk.mjs: sallyport). The pinned provider is installed
# once into $OIDC_PEER (default: below the build folder). Without node, npm or a registry the test is skipped and says so;
# where CI is set it fails instead.
set -u
here=$(cd "$(dirname "$0")" && pwd)
folder=${OIDC_PEER:-$(dirname "$1")/oidc-npm}
skip() {
  if [ -n "${CI:-}" ]; then echo "1..1"; echo "not ok 1 - $1"; exit 1; fi
  echo "1..0 # SKIP $1"
  exit 0
}
for tool in node npm; do command -v $tool >/dev/null || skip "$tool is not installed (apt-get install nodejs npm)"; done
mkdir -p "$folder"
exec 9>"$folder/lock"
flock 9 # two tests share the folder
if ! cmp -s "$here/package.json" "$folder/package.json" || [ ! -d "$folder/node_modules/oidc-provider" ]; then
  rm -rf "$folder/node_modules" "$folder/package.json"
  cp "$here/package.json" "$folder/package.json.new" && cp "$folder/package.json.new" "$folder/package.json"
  if ! (cd "$folder" && timeout 120 npm install --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error >npm.log 2>&1); then
    rm -f "$folder/package.json"
    skip "npm could not install the provider (see $folder/npm.log); it needs its registry once"
  fi
fi
exec 9>&-
exec node "$here/${2:-run.mjs}" "$folder" "$1"
