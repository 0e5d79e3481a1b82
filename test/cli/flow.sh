# One case from the request to the proof, as an officer, two policy owners and an auditor would do it.
. "$(dirname "$0")/lib.sh"
pack=$SALLYPORT_SOURCE/policies/us-co-denver-2025-stated
[ -d "$pack" ] || skip_all "the pack is not there: policies/us-co-denver-2025-stated"
s=$SALLYPORT
ok "init" "$s" init . --origin jail.example/sallyport
sed -i 's|^# *letters:||; s|^  # folder: ""|  folder: "out"|' sallyport.yaml
export SALLYPORT_CONFIG=$work/sallyport.yaml
exits 1 "before there is an administrator nobody else is added" "$s" person set m.ortiz records-officer --by admin
has "it says what to do" "PERSON-0003"
for who in admin:administrator m.ortiz:records-officer t.lindgren:supervisor a.bede:administrator; do ok "person ${who%%:*}" "$s" person set "${who%%:*}" "${who##*:}" --by admin; done
for who in p.one p.two; do
  ok "a key for $who" "$s" policy keygen $who.key --json
  key=$(member public_key)
  is "it is secret" 600 "$(stat -c %a $who.key)"
  ok "$who is a policy owner" "$s" person set $who policy-owner --public-key "$key" --by admin
done
exits 1 "a key is never overwritten" "$s" policy keygen p.one.key
ok "the pack is sound" "$s" policy check "$pack" --json
id=$(member pack) version=$(member version)
ok "its own tests pass" "$s" policy test "$pack"
ok "the pack is taken" "$s" policy add "$pack" --by p.one
ok "the statement" "$s" policy statement "$id" "$version" 2025-01-01 --by p.one
has "names the pack" "$id"
ok "one signs" "$s" policy sign "$id" "$version" 2025-01-01 --key p.one.key --by p.one --json
is "one is not enough" false "$(member in_force)"
exits 1 "another's key does not do" "$s" policy sign "$id" "$version" 2025-01-01 --key p.one.key --by p.two
ok "the other signs" "$s" policy sign "$id" "$version" 2025-01-01 --key p.two.key --by p.two --json
ok "the list" "$s" policy list --json --by p.one
is "it is in force" true "$(member packs.0.in_force)"

cat >agency.json <<'JSON'
{"id":"fed-east","name":"Field Office East","kind":"federal immigration","addresses":[{"channel":"email","address":"notices@fed-east.example","verified_by":"t.lindgren","verified_on":"2025-01-02"}]}
JSON
ok "the agency" "$s" agency set agency.json --by a.bede
ok "is listed" "$s" agency list --by a.bede
has "by its name" "Field Office East"
cat >day.csv <<'CSV'
Last Name,First Name,DOB,Sex,StateId,Date of Booking,Booking #,Immigration Hold,Statute #,Charge Seq,Charge Description,Charge Class
Vanterpool,Odile,4/9/1991,F,S-77,2/18/2025 22:10,25-000417,Y,18-3-202(1)(a),1,ASSAULT IN THE FIRST DEGREE,F3
Okonjo,Tarn,7/30/1984,M,S-78,2/19/2025 00:12,25-000418,,42-4-1301(1)(a),1,DRIVING UNDER THE INFLUENCE,M
CSV
ok "the jail's list" "$s" import day.csv --by jail-feed
ok "a hold flag opens nothing" "$s" case list --json --by m.ortiz
is "no case" "" "$(member cases.0.case)"
cat >request.json <<'JSON'
{"agency":"fed-east","reference":"REF-1","form":"I-247A","received_at":"2025-02-20T16:03:00-07:00","asks":["notify","hold"],"written":true,"signed":true,"complete":true,
 "subject":{"booking_number":"25-000417","state_id":"S-77","family":"Vanterpool","given":"Odile","birth_date":"1991-04-09","citizenship":"Ruritania"}}
JSON
ok "the request" "$s" request add request.json --json --by m.ortiz
case=$(member case)
is "is matched" confirmed "$(member match)"
is "one member was dropped" 1 "$(member dropped)"
is "hold is declined" decline "$(member answers.1.outcome)"
ok "the same request again" "$s" request add request.json --json --by m.ortiz
is "is the same case" "$case" "$(member case)"
sed 's/REF-1/REF-2/; s/"complete":true/"complete":true,"reason":"x"/' request.json >odd.json
exits 65 "an unknown member" "$s" request add odd.json --by m.ortiz
has "is named" "REQ-0004"
ok "the board" "$s" case list --by m.ortiz
has "has the case" "$case"
ok "the case" "$s" case show "$case" --by m.ortiz
has "and its reason" "decline to hold"
exits 1 "hold cannot be given" "$s" case override "$case" hold honor --reason "asked nicely" --by t.lindgren
has "by an invariant" "CASE-0004"
ok "bond is posted" "$s" trigger 25-000417 bond-posted --at "2025-02-28 10:39" --json --by m.ortiz
is "it is new" true "$(member new)"
ok "told twice" "$s" trigger 25-000417 bond-posted --at "2025-02-28 10:39" --json --by m.ortiz
is "is one" false "$(member new)"
ok "the notices" "$s" notice "$case" --json --by m.ortiz
ok "she leaves" "$s" release 25-000417 --at "2025-02-28 11:20" --by m.ortiz
exits 1 "no such case" "$s" case show C999999 --by m.ortiz
exits 2 "no such outcome" "$s" case resolve "$case" notify perhaps --reason x --by t.lindgren
exits 2 "no reason" "$s" case resolve "$case" notify decline --by t.lindgren
ok "the alerts" "$s" case alerts --by t.lindgren
ok "the ledger verifies" "$s" ledger verify --json --by t.lindgren
is "and says so" true "$(member ok)"
ok "the decisions replay" "$s" ledger replay --json --by t.lindgren
is "byte for byte" true "$(member ok)"
ok "a checkpoint" "$s" ledger checkpoint --by t.lindgren
ok "the key" "$s" ledger key
cp out key
ok "the proof" "$s" proof "$case" --out proof.json --pdf proof.pdf --by t.lindgren
is "is a PDF too" %PDF "$(head -c 4 proof.pdf)"
ok "it verifies alone" env SALLYPORT_CONFIG=/nowhere "$s" proof verify proof.json --key key
sed 's/Vanterpool/Vanterpoof/; s/bond posted/bond poster/' proof.json >forged.json
exits 1 "a forged one does not" "$s" proof verify forged.json --key key
exits 65 "nonsense is bad input" "$s" proof verify request.json --key key
ok "the export" "$s" ledger export --by t.lindgren
is "is JSON lines" "" "$(python3 -c 'import json,sys; [json.loads(l) for l in open("out")]' 2>&1)"
! grep -qa Ruritania sallyport.db* out
result $? "no status anywhere"
finish
