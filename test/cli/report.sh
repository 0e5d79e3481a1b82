# Reports of an invented jail: every report in every form, the same bytes again from its checkpoint after more events came, and those for the
# public from any later checkpoint.
. "$(dirname "$0")/lib.sh"
s=$SALLYPORT
ok "a small jail's past" "$SALLYPORT_YEAR" --days 100 --bookings-a-day 6 --requests-a-month 40 --feed-minutes 240 --seed 5 --policies "$SALLYPORT_SOURCE/policies" jail
export SALLYPORT_CONFIG=$work/jail/sallyport.yaml
ok "which there are" "$s" report list --by a.keita
has "the council's" "council-quarterly"
ok "a checkpoint" "$s" ledger checkpoint --by a.keita
run "$s" report lists --json --by a.keita
size=$(member ledger.events)
[ "$size" -gt 100 ]
result $? "it says how many events it is drawn from"
names="council-quarterly illinois-yearly open-data"
for r in $names; do
  for f in text json csv pdf; do
    ok "$r as $f" "$s" report "$r" --as $f --out "$r.$f" --checkpoint "$size" --by a.keita
  done
done
for r in lists delivery parity duties; do
  ok "$r as pdf" "$s" report $r --as pdf --out $r.pdf --by a.keita
done
ok "lists as json" "$s" report lists --as json --out lists.json --checkpoint "$size" --by a.keita
# A look is recorded, so the ledger grows.
ok "another event" "$s" case show C000001 --by a.keita
ok "another checkpoint" "$s" ledger checkpoint --by a.keita
run "$s" report lists --json --by a.keita
[ "$(member ledger.events)" -gt "$size" ]
result $? "the newest is used"
for r in $names; do
  for f in text json csv pdf; do
    "$s" report "$r" --as $f --out again --checkpoint "$size" --by a.keita 2>err && cmp -s again "$r.$f"
    result $? "$r as $f: the same bytes again"
  done
done
for r in "council-quarterly --from 2024-10-01 --to 2025-01-01" "open-data --from 2024-01-01 --to 2025-01-01"; do
  for f in text json csv pdf; do
    "$s" report $r --as $f --out again --by a.keita 2>err && cmp -s again "${r%% *}.$f"
    result $? "${r%% *} as $f: the same bytes from a later checkpoint"
  done
done
# Before it is kept: the cells are counted from the same events.
python3 -c 'import sqlite3; d = sqlite3.connect("jail/sallyport.db"); d.execute("DELETE FROM meta WHERE name LIKE \"quarter%\""); d.commit()'
"$s" report open-data --from 2024-01-01 --to 2025-01-01 --as json --out again --by a.keita 2>err && cmp -s again open-data.json
result $? "and counted anew they are the same"
# All that the public can have of it, at once.
for to in 2025-01-01 2025-04-01; do
  "$s" report council-quarterly --from $(date -d "$to - 3 months" +%F) --to $to --as json --out quarter-$to.json --by a.keita 2>err
  "$s" report open-data --from $(date -d "$to - 1 year" +%F) --to $to --as json --out year-$to.json --by a.keita 2>err
done
for python in python3 /usr/bin/python3 ""; do
  [ -n "$python" ] && "$python" -c 'from scipy.optimize import milp' 2>/dev/null && break
done
if [ -n "$python" ]; then
  ok "nothing that is held back can be worked out" "$python" "$SALLYPORT_SOURCE/test/peer/reports_attack.py" council-quarterly.json open-data.json quarter-*.json year-*.json
else
  ok "# skipped: scipy is not here (Debian package python3-scipy)" true
fi
exits 1 "a quarter that is not over" "$s" report council-quarterly --from 2025-01-01 --to 2025-04-01 --checkpoint "$size" --by a.keita
has "is said" "REPORT-0006"
run "$s" report open-data --from 2024-11-01 --to 2025-01-01 --by a.keita
has "part of a quarter" "REPORT-0005"
exits 1 "a checkpoint that was never signed" "$s" report lists --checkpoint 3 --by a.keita
has "is said" "REPORT-0002"
run "$s" report nothing --by a.keita
has "a report that does not exist" "REPORT-0001"
exits 2 "a form that is none" "$s" report lists --as word --by a.keita
run "$s" report lists --from 2025-03-01 --to 2025-02-01 --by a.keita
has "ends before it begins" "REPORT-0003"
if command -v pdftotext >/dev/null; then
  pdftotext -layout council-quarterly.pdf out
  has "the paper has its root" "root $(python3 -c 'import json; print(json.load(open("council-quarterly.json"))["ledger"]["root"])')"
  has "and its pages" "Page 1 of "
fi
finish
