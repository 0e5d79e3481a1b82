# Who may add whom on the server's own machine, one-time links, locked accounts and tokens.
. "$(dirname "$0")/lib.sh"
s=$SALLYPORT
ok "init" "$s" init . --origin jail.example/sallyport
export SALLYPORT_CONFIG=$work/sallyport.yaml
exits 1 "before there is an administrator nobody else is added" "$s" person set p.one policy-owner --by p.two
has "it says what to do" "PERSON-0003"
ok "a first link needs no administrator" "$s" person link whoever --by root --json
first=$(member link) first=${first#/desk/link#}
is "256 bits" 43 "${#first}"
ok "the first administrator" "$s" person set a.bede administrator --by root
exits 1 "there is no second first one" "$s" person set c.mallory administrator --by c.mallory
has "it says who is missing" "CASE-0003"
exits 1 "not himself" "$s" person set a.bede policy-owner --by a.bede
ok "an officer" "$s" person set m.ortiz records-officer --by a.bede
exits 1 "an officer adds nobody" "$s" person set p.one policy-owner --by m.ortiz
exits 1 "nor makes himself more" "$s" person set m.ortiz supervisor --by m.ortiz
exits 65 "a name is plain" "$s" person set "Anne O'Nym" auditor --by a.bede
echo '{"id":"x","name":"X","kind":"court","addresses":[]}' >agency.json
exits 1 "an officer changes no agency" "$s" agency set agency.json --by m.ortiz
ok "an administrator does" "$s" agency set agency.json --by a.bede
exits 1 "an officer makes no link" "$s" person link m.ortiz --by m.ortiz
ok "an administrator makes one" "$s" person link m.ortiz --by a.bede --json
is "for the person" m.ortiz "$(member name)"
link=$(member link) link=${link#/desk/link#}
ok "unlock" "$s" person unlock m.ortiz --by a.bede
exits 1 "not himself" "$s" person unlock a.bede --by a.bede
ok "a token" "$s" token make jail-system --scopes bookings,triggers --by a.bede --json
secret=$(member secret)
is "says what it is" spt_ "${secret%"${secret#spt_}"}"
exits 1 "its name is taken" "$s" person set jail-system auditor --by a.bede
exits 65 "a scope is one of four" "$s" token make other --scopes cases --by a.bede
exits 2 "at most a year" "$s" token make other --scopes metrics --days 400 --by a.bede
ok "the list" "$s" token list --by a.bede
has "has it" "jail-system"
lacks "without the secret" "$secret"
ok "revoked" "$s" token revoke jail-system --by a.bede
exits 1 "once" "$s" token revoke jail-system --by a.bede
ok "disabled" "$s" person disable m.ortiz --by a.bede
exits 1 "a disabled person does nothing" "$s" case alert-close 1 --reason x --by m.ortiz
has "is told so" "CASE-0003"
ok "the people" "$s" person list --json --by a.bede
is "one is disabled" true "$(member people.1.disabled)"
ok "enabled again" "$s" person enable m.ortiz --by a.bede
ok "an identity" "$s" person identity m.ortiz https://id.example 77 --by a.bede --json
is "is linked" 77 "$(member sso.subject)"
exits 2 "half of one is none" "$s" person identity m.ortiz https://id.example --by a.bede
ok "and taken off" "$s" person identity m.ortiz --by a.bede --json
is "again" "" "$(member sso.subject)"
exits 1 "no signed-in link for anybody" "$s" person link m.ortiz --demo --by a.bede
has "it is the demonstration's" "ACCESS-0012"
sed 's/^\( *\)# demo_links: false/\1demo_links: true/; s/^\( *\)# address: .*/\1address: 0.0.0.0/; s/^\( *\)# proxy: .*/\1proxy: 192.0.2.1/' sallyport.yaml >demo.yaml
exits 65 "nor on a service that others reach" "$s" serve --config demo.yaml
has "it says so" "ACCESS-0012"
sed -i 's/address: 0.0.0.0/address: 127.0.0.1/' demo.yaml
exits 65 "nor behind a proxy" "$s" serve --config demo.yaml
has "it says so again" "ACCESS-0012"
ok "the ledger verifies" "$s" ledger verify --by a.bede
ok "the export" "$s" ledger export --by a.bede
has "tells of the link" "a one-time link was made"
lacks "but not the link" "$link"
lacks "nor the token" "$secret"
ok "nor does the database" test -f sallyport.db
is "hold either" "" "$(grep -lF -e "$link" -e "$secret" sallyport.db* || true)"
finish
