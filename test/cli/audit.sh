# The auditor's questions on the database of an invented jail and on that of the demonstration's day; then on a database that somebody
# has meddled with, so that each question is seen to fail.
. "$(dirname "$0")/lib.sh"
s=$SALLYPORT
python3 -c 'import sqlite3' 2>/dev/null || skip_all "python3 with sqlite3 is needed"
ok "a small jail's past" "$SALLYPORT_YEAR" --days 90 --bookings-a-day 9 --requests-a-month 50 --feed-minutes 240 --seed 5 --policies "$SALLYPORT_SOURCE/policies" jail
export SALLYPORT_CONFIG=$work/jail/sallyport.yaml
ok "its ledger verifies" "$s" ledger verify --by a.keita
ok "its decisions replay" "$s" ledger replay --by a.keita

question() { # number → the answer as JSON in out, the exit status in $got
  run "$s" audit --question "$1" --json --by a.keita
  got=$?
}
for q in 1 2 5 6 7 9; do
  question $q
  is "question $q finds nothing" 0 "$got"
  is "and says so" true "$(member clean)"
  is "it is asked alone" "$q" "$(member answers.0.question)"
done
for q in 3 4 8; do # people and lines may be late: what is found is what is told
  question $q
  is "question $q: the exit status is what it says" "$([ "$(member clean)" = true ] && echo 0 || echo 1)" "$got"
done
question 4
[ "$(member answers.0.numbers.served_in_time)" -gt 20 ]
result $? "most were served"
question 7
is "the whole months since the change" 2025-02 "$(member answers.0.months.from)"
run "$s" audit --json --by a.keita
is "all nine" 9 "$(python3 -c 'import json; print(len(json.load(open("out"))["answers"]))')"
python3 - <<'PY' && result 0 "case numbers, and no name of anybody in custody" || result 1 "case numbers, and no name of anybody in custody"
import json, sqlite3, re
text = open("out").read()
db = sqlite3.connect("jail/sallyport.db")
names = {n for (n,) in db.execute("select family from bookings where family is not null")}
assert len(names) > 50
assert not [n for n in names if re.search(r"\b%s\b" % re.escape(n), text)]
PY
run "$s" audit --by a.keita
has "people read it, too" "Who looked at cases, and what for?"
has "with its figures" "reviews answered"
has "and the reader" "m.ortiz"
exits 0 "a month of it" "$s" audit --question 1 --from 2025-01-01 --to 2025-02-01 --by a.keita
exits 2 "not a question" "$s" audit --question 12 --by a.keita
exits 2 "the end before the beginning" "$s" audit --from 2025-02-01 --to 2025-01-01 --by a.keita
has "is said" "AUDIT-0002"
ok "everybody is quick enough" "$s" audit --question 4 --service 90000 --by a.keita
exits 1 "nobody is" "$s" audit --question 4 --service 1 --by a.keita
exits 1 "nor is any release" "$s" audit --question 3 --tolerance 1 --by a.keita

# What the verbs cannot do is done to copies of the file.
cp -r jail clean
meddle() { # name question words python...: changes one event's text, db and events are there
  rm -rf jail && cp -r clean jail
  if ! python3 - <<PY >err 2>&1
import json, sqlite3
db = sqlite3.connect("jail/sallyport.db")
canon = lambda v: json.dumps(v, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
rows = [(i, k, json.loads(t)) for i, k, t in db.execute("select id, kind, text from events where text is not null order by id")]
def first(kind, test=lambda b: True):
    return next((i, v) for i, k, v in rows if k == kind and test(v["body"]))
def save(i, v):
    db.execute("update events set text=?, kind=? where id=?", (canon(v), v["kind"], i))
$4
db.commit()
PY
  then
    result 1 "$1: the file could not be changed"
    return
  fi
  question "$2"
  is "$1: question $2 finds it" 1 "$got"
  has "$1: and says what" "$3"
}
meddle "a request is gone" 1 "no request before it" '
i, v = first("request.received")
v["kind"] = "request.document"; v["body"] = {"document": {}}
save(i, v)'
meddle "another number was called" 2 "not a verified one" '
i, v = first("notice.queued", lambda b: b["kind"] == "release" and b["channel"] == "fax")
v["body"]["address"] = "+19995550000"
save(i, v)'
meddle "a decision was written otherwise" 5 "says otherwise of the same facts" '
i, v = first("decision.made", lambda b: b["decision"]["asks"][0]["outcome"] != "notify")
v["body"]["decision"]["asks"][0]["outcome"] = "notify"
save(i, v)'
meddle "another policy was in force" 5 "was in force" '
i, v = [(i, v) for i, k, v in rows if k == "pack.activated"][-1]
v["body"]["starts"] = "2025-01-02T00:00:00Z"
save(i, v)'
meddle "one person overrode alone" 6 "one person alone" '
i, v = first("review.resolved")
v["kind"] = "decision.overridden"; v["body"].update(first="t.lindgren", second="t.lindgren")
save(i, v)'
meddle "somebody was held" 3 "after the trigger" '
asked = {r[0] for r in db.execute("select b.number from bookings b join cases c on c.booking = b.id where b.leave_kind = \"released\"")}
i, v = first("trigger", lambda b: b["booking"] in asked)
v["body"]["at"] = "2024-12-01T00:00:00Z"
save(i, v)'
meddle "a notice never arrived" 8 "it failed" '
case = first("notice.queued", lambda b: b["kind"] == "release")[1]["case"]
for i, k, v in rows:
    if v["case"] == case and k == "notice.confirmed":
        v["kind"] = "notice.failed"; v["body"]["why"] = "busy"; save(i, v)'
meddle "a stranger looked" 9 "is not on the staff" '
i, v = first("record.read")
v["actor"] = "nosy.neighbour"
save(i, v)'

# The day of the demonstration, without its servers: what cannot be sent stays unsent, and everything else is in order.
if [ -x "${SALLYPORT_DEMO:-}" ]; then
  mkdir -m 700 day
  run "$SALLYPORT_DEMO" "$work/day" "$SALLYPORT_SOURCE/policies"
  result $? "the demonstration's day"
  printf 'origin: demo.jail.example/sallyport\ndatabase: sallyport.db\nkey_file: ledger.key\npacks: %s\n' "$SALLYPORT_SOURCE/policies" >day/sallyport.yaml
  export SALLYPORT_CONFIG=$work/day/sallyport.yaml
  for q in 1 2 3 5 6 7; do
    question $q
    is "the day: question $q finds nothing" 0 "$got"
  done
  for q in 4 8 9; do
    question $q
    is "the day: question $q is answered" "$q" "$(member answers.0.question)"
  done
fi
finish
