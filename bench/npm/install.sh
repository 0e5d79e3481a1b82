#!/usr/bin/env bash
# install.sh FOLDER: the pinned engines of package.json, in FOLDER. Says why not, and fails, when node or npm is missing or
# the registry npm is set to does not answer.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
for tool in node npm; do
  command -v "$tool" >/dev/null || { echo "$tool is not installed (apt-get install nodejs npm)"; exit 1; }
done
mkdir -p "$folder"
if ! cmp -s "$here/package.json" "$folder/package.json" || [ ! -d "$folder/node_modules/feelin" ]; then
  cp "$here/package.json" "$folder/package.json.new"
  rm -rf "$folder/node_modules" "$folder/package.json"
  cp "$folder/package.json.new" "$folder/package.json"
  if ! (cd "$folder" && timeout 120 npm install --no-audit --no-fund --ignore-scripts --loglevel=error >npm.log 2>&1); then
    rm -f "$folder/package.json"
    echo "npm could not install the engines (see $folder/npm.log); it needs its registry once"
    exit 1
  fi
fi
