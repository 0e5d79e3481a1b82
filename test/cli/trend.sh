# The worked example of docs/trend.md through the verbs themselves: Denver's requests as the city gave them, the quarter in which
# they had doubled, and a year that must not alert. Then what the command line says of wrong questions.
. "$(dirname "$0")/lib.sh"
s=$SALLYPORT
ok "init" "$s" init . --origin jail.example/sallyport
export SALLYPORT_CONFIG=$work/sallyport.yaml
ok "an administrator" "$s" person set admin administrator --by admin
ok "an officer" "$s" person set m.ortiz records-officer --by admin
ok "a key" "$s" policy keygen p.one.key --json
ok "a policy owner" "$s" person set p.one policy-owner --public-key "$(member public_key)" --by admin
cat >quarters.csv <<'CSV'
month,months,count,bookings,source
2017-03,10,,,"a mean of about 15 a month is public, no count"
2018-01,3,42,,reported by the city for the first quarter of 2018
2018-04,3,84,,reported by the city for the second quarter of 2018
2018-07,3,108,,reported by the city for the third quarter of 2018
2024-01,12,84,25550,notifications given in 2024; requests are more
CSV
exits 1 "an officer does not load history" "$s" trend load quarters.csv --by m.ortiz
ok "a policy owner does" "$s" trend load quarters.csv --by p.one --json
is "all rows" 2024-01 "$(member rows.4.month)"
first="--baseline window --base-from 2018-01 --base-to 2018-03 --by p.one --json"
alert() { python3 -c 'import json; p=json.load(open("out")); p=p.get("page",p); print([[round(r["ratio"],2),round(r["low"],2),round(r["high"],2),r["alert"]] for w in p["windows"] if w["window"]=="3 months" for r in w["compared"] if r["chosen"] and r["comparable"]])'; }
ok "the second quarter" "$s" trend --to 2018-06 $first
is "has doubled, for certain" "[[2, 1.22, 3.36, True]]" "$(alert)"
ok "the third quarter" "$s" trend --to 2018-09 $first
is "has more than doubled" "[[2.57, 1.61, 4.25, True]]" "$(alert)"
ok "the first quarter" "$s" trend --to 2018-03 $first
is "is not compared with itself" "[]" "$(alert)"
ok "the year 2024" "$s" trend --from 2024-01 --to 2024-12 $first
has "is half of it a month" '"ratio": 0.5,'
lacks "and alerts nobody" '"alert": true'
ok "the text" "$s" trend --to 2018-06 --base-from 2018-01 --base-to 2018-03 --by p.one
has "says so" "ALERT"
has "names the method" "exact conditional binomial per month"
has "says what is reported and by whom" "reported: reported by the city for the first quarter of 2018"
has "says what is unknown" "unknown"
ok "the usual question" "$s" trend --by p.one
has "is not answered by nothing" "nothing can be said"
ok "nobody is alerted by asking" "$s" case alerts --json --by p.one
is "none is open" 0 "$(python3 -c 'import json; print(len(json.load(open("out"))["alerts"]))')"
ok "an alert is opened when it is wanted" "$s" trend --to 2018-06 --base-from 2018-01 --base-to 2018-03 --alert --by p.one
has "by its window" "alert opened: trend/2018-04/2018-06/window"
ok "and once" "$s" trend --to 2018-06 --base-from 2018-01 --base-to 2018-03 --alert --by p.one --json
is "a window" 0 "$(python3 -c 'import json; print(len(json.load(open("out"))["raised"]))')"
exits 1 "an officer does not close it" "$s" case alert-close 1 --reason "seen" --by m.ortiz
ok "a policy owner does" "$s" case alert-close 1 --reason "the council was told; the policy stays" --by p.one
ok "the ledger is whole" "$s" ledger verify --by p.one

# The longer baseline: 15 a month over thirteen months says certain and not double, a quarter later double.
mkdir year && cd year
ok "another jail" "$s" init . --origin jail.example/year
export SALLYPORT_CONFIG=$work/year/sallyport.yaml
ok "its administrator" "$s" person set admin administrator --by admin
cat >year.csv <<'CSV'
month,months,count,source
2017-03,13,195,a mean of 15 a month from late February 2017 to March 2018
2018-04,3,84,reported by the city for the second quarter of 2018
2018-07,3,108,reported by the city for the third quarter of 2018
CSV
ok "loaded" "$s" trend load year.csv --by admin
first="--baseline window --base-from 2017-03 --base-to 2018-03 --by admin --json"
ok "the second quarter" "$s" trend --to 2018-06 $first
is "is more, not double" "[[1.87, 1.31, 2.62, False]]" "$(alert)"
ok "the third quarter" "$s" trend --to 2018-09 $first
is "is double" "[[2.4, 1.74, 3.28, True]]" "$(alert)"

exits 2 "a month is no day" "$s" trend --to 2018-06-01 --by admin
exits 2 "a window has two ends" "$s" trend --base-from 2018-01 --by admin
exits 65 "no such baseline" "$s" trend --baseline weather --by admin
has "it says which there are" "whole term"
printf 'month,count,source\n2018-13,1,x\n' >bad.csv
exits 65 "no thirteenth month" "$s" trend load bad.csv --by admin
has "the line is named" "bad.csv:2"
sed -i 's/^administrations:.*/administrations: "some time; later"/' sallyport.yaml
exits 65 "a calendar that is none" "$s" trend --by admin
has "it says how one is written" "2025-01-20T12:00:00-05:00"
finish
