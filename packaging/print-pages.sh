#!/bin/sh
# Pages that the program prints of itself: printed into TOP, or into another folder to be compared (test/cli/pages.sh).
set -eu
exe=$1 top=$2
mkdir -p "$top/man" "$top/docs" "$top/packaging"
"$exe" help --as mdoc >"$top/man/sallyport.1"
"$exe" help --as config-mdoc >"$top/man/sallyport.yaml.5"
"$exe" help --as config >"$top/docs/config.md"
"$exe" help --as diagnostics >"$top/docs/diagnostics.md"
"$exe" help --as bash >"$top/packaging/sallyport.bash"
