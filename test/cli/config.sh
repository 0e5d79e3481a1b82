# The configuration: errors have a line, nothing is overwritten, every key is documented.
. "$(dirname "$0")/lib.sh"
check() { # name yaml wanted
  printf '%b' "$2" >c.yaml
  exits 65 "$1 is refused" "$SALLYPORT" import --check --config c.yaml /dev/null --format csv
  has "$1 says $3" "$3"
}
check "an unknown key" 'origin: a/b\nservr: {}\n' "c.yaml:2"
check "a key in the wrong group" 'serve:\n  folder: x\n' "no such key: serve.folder"
check "a wrong type" 'serve:\n  workers: many\n' "c.yaml:2"
check "a number out of range" 'serve:\n  workers: 99\n' "1 to 16"
check "a word not on the list" 'log:\n  level: loud\n' "debug|info|warning|error"
printf 'serve:\n  address: 0.0.0.0\n' >c.yaml
exits 65 "an address that others can reach, without TLS or a proxy" "$SALLYPORT" serve --config c.yaml
has "says what it takes" "SRV-0001"
check "a key twice" 'origin: a\norigin: b\n' "c.yaml:2"
check "a list" '- a\n' "CONF-0003"
check "a zone that is none" 'time_zone: Mars/Olympus\n' "CONF-0005"
exits 65 "no configuration" "$SALLYPORT" case list --config nowhere.yaml
has "says how to make one" "sallyport init"
for key in $(sed -n 's/^| `\([a-z._]*\)`.*/\1/p' "$SALLYPORT_SOURCE/docs/config.md"); do
  grep -qF ".It Ic $key" "$SALLYPORT_SOURCE/man/sallyport.yaml.5"
  result $? "$key is in the man page"
done
ok "init" "$SALLYPORT" init there --time-zone America/Chicago --origin jail.example/log --json
ok "what init writes can be read" "$SALLYPORT" case list --config there/sallyport.yaml --by admin
grep -q '^time_zone: "America/Chicago"' there/sallyport.yaml
result $? "and holds what was given"
is "the key is secret" 600 "$(stat -c %a there/ledger.key)"
exits 1 "init never overwrites" "$SALLYPORT" init there
mkdir etc
ok "state elsewhere" "$SALLYPORT" init --config etc/sallyport.yaml --state var/lib
is "the database is there" yes "$([ -e var/lib/sallyport.db ] && [ ! -e etc/sallyport.db ] && echo yes)"
ok "and is used" "$SALLYPORT" case list --config etc/sallyport.yaml --by admin
ok "the verifier key" "$SALLYPORT" ledger key --config there/sallyport.yaml
has "bears the origin" "jail.example/log+"
finish
