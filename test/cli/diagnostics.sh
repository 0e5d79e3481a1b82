# Every id in the sources is explained, and nothing else is. Decision models' ids are told by the engine itself.
. "$(dirname "$0")/lib.sh"
cd "$SALLYPORT_SOURCE/src" || exit 2
ids() { grep -rhoE '"[A-Z]{2,9}-[0-9]{4}"' --include='*.c' --include='*.h' "$@" | tr -d '"' | sort -u; }
ids base os ledger custody store casework access intake outbound server | grep -vE '^(FEEL|DMN|INV|I)-' >"$work/used"
find cli -name '*.c' ! -name diagnostics.c -print0 | xargs -0 grep -hoE '"[A-Z]{2,9}-[0-9]{4}"' | tr -d '"' | sort -u >>"$work/used"
sort -u -o "$work/used" "$work/used"
ids cli/diagnostics.c | LC_ALL=C sort >"$work/told"
cd "$work" || exit 2
comm -23 used told >missing
is "every id is explained" "" "$(tr '\n' ' ' <missing)"
LC_ALL=C sort -c told && is "sorted and unique" "$(wc -l <told)" "$(sort -u told | wc -l)"
ok "one is told" "$SALLYPORT" explain INT-0006 --json
is "by its id" INT-0006 "$(member id)"
ok "one of the engine" "$SALLYPORT" explain FEEL-0101
exits 1 "an unknown one" "$SALLYPORT" explain XX-0001
finish
