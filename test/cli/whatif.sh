# What if, on the database of an invented jail: the page, JSON, CSV, several candidates, and that nothing changes.
. "$(dirname "$0")/lib.sh"
s=$SALLYPORT
packs=$SALLYPORT_SOURCE/policies
ok "a small jail's past" "$SALLYPORT_YEAR" --days 40 --bookings-a-day 6 --requests-a-month 50 --feed-minutes 240 --seed 3 --policies "$packs" jail
export SALLYPORT_CONFIG=$work/jail/sallyport.yaml
ok "a ledger before" "$s" ledger verify --json
before=$(member events) root=$(member root)
ok "replay knows how many decisions there are" "$s" ledger replay --json
decisions=$(member decisions)
ok "two candidates, one from the database" "$s" whatif --pack us-co-denver-2025-stated@1 --pack "$packs/us-il-trust-act" --limit 2 --changes all.csv --json
is "every decision" "$decisions" "$(member points)"
is "the policy in force gives its own decisions again" "$(member packs.0.decided_by_it)" "$(member packs.0.reproduced)"
[ "$(member packs.0.decided_by_it)" -gt 20 ]
result $? "and there are some"
is "the other one would change some" true "$([ "$(member packs.1.changed_points)" -gt 20 ] && echo true)"
is "two are listed" 2 "$(python3 -c 'import json; print(len(json.load(open("out"))["packs"][1]["changes"]))')"
python3 - <<'PY'
import csv, json
page = json.load(open("out"))
rows = list(csv.DictReader(open("all.csv", encoding="utf-8")))
for p in page["packs"]:
    name = p["pack"] + "@" + p["version"]
    mine = [r for r in rows if r["policy"] == name]
    listed = len(p["changes"]) + p["changes_left"]
    table = sum(c["points"] for c in p["table"] if c["old"] != c["new"])
    kinds = sum(k["points"] for k in p["kinds"])
    assert len(mine) == listed == table == kinds, (name, len(mine), listed, table, kinds)
    assert len({r["event"] for r in mine}) == p["changed_points"], name
    assert len({r["case"] for r in mine}) == p["changed_cases"], name
    for c in p["changes"]:
        assert any(r["case"] == c["case"] and r["event"] == str(c["event"]) and r["new_why"].lstrip("'") == c["new_why"] for r in mine), c
    for what in ("notices", "reviews", "duties"):
        assert p["load"][what] == sum(m[what] for m in p["load"]["months"])
PY
result $? "table, kinds, list and CSV are of the same changes"
ok "as a page" "$s" whatif --pack "$packs/us-il-trust-act" --limit 1
has "with the table" "WOULD BE"
has "with the rule" "[ILT-1]"
has "with what is left" "more: --limit shows more"
has "with the load" "REVIEWS"
ok "a window" "$s" whatif --pack "$packs/us-il-trust-act" --from 2030-01-01 --json
is "in which nothing was decided" 0 "$(member points)"
exits 2 "a candidate is needed" "$s" whatif
has "and it says so" "WHATIF-0001"
exits 2 "that is a folder or in the database" "$s" whatif --pack nowhere
has "and it says so" "WHATIF-0002"
"$s" whatif --pack none@9 >out 2>err
has "a version that is not there" "PACK-1001"
"$s" whatif --pack "$packs/us-il-trust-act" --changes /nowhere/at/all.csv >out 2>err
has "a file that cannot be written" "WHATIF-0003"
ok "the ledger after" "$s" ledger verify --json
is "it did not grow" "$before" "$(member events)"
is "it is the same" "$root" "$(member root)"
finish
