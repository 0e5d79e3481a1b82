# Every verb explains itself; every page that is printed by the program is the one in the tree.
. "$(dirname "$0")/lib.sh"
top=$SALLYPORT_SOURCE

ok "--help" "$SALLYPORT" --help
cp out list
has "exit statuses are told" "75 try again"
exits 2 "no verb is a usage error" "$SALLYPORT"
exits 2 "an unknown verb is a usage error" "$SALLYPORT" frobnicate
exits 2 "an unknown option is a usage error" "$SALLYPORT" case list --frobnicate
has "and has an id" "CLI-0001"
exits 2 "a missing operand is a usage error" "$SALLYPORT" case show
exits 2 "an option without its value" "$SALLYPORT" case list --state
exits 2 "a number out of range" "$SALLYPORT" case list --limit 0
sed -n 's/^  \([a-z][a-z -]*[a-z]\)   *[A-Z].*/\1/p' list >verbs
is "the list has its verbs" yes "$([ "$(wc -l <verbs)" -gt 35 ] && echo yes)"
while read -r verb; do
  # shellcheck disable=SC2086
  ok "$verb --help" "$SALLYPORT" $verb --help
  has "$verb says --json" "--json"
done <verbs
for family in case policy ledger agency request; do ok "$family --help" "$SALLYPORT" $family --help; done

"$top/packaging/print-pages.sh" "$SALLYPORT" pages
for page in man/sallyport.1 man/sallyport.yaml.5 docs/config.md docs/diagnostics.md packaging/sallyport.bash; do
  run cmp "pages/$page" "$top/$page"
  result $? "$page is what the program prints (./dev docs)"
done
bash -n pages/packaging/sallyport.bash
result $? "the completion is bash"
if command -v mandoc >/dev/null; then
  for page in "$top"/man/*.[0-9]; do ok "mandoc likes ${page##*/}" mandoc -Tlint -Wwarning "$page"; done
fi
while read -r verb; do
  grep -qxF ".Nm sallyport $verb" "$top/man/sallyport.1"
  result $? "$verb stands in the man page"
done <verbs
finish
