# Import through the command line: good rows go on, bad ones stand in the reject file, twice changes nothing, no status is kept.
. "$(dirname "$0")/lib.sh"
ok "init" "$SALLYPORT" init .
export SALLYPORT_CONFIG=$work/sallyport.yaml
cat >day.csv <<'CSV'
Last Name,First Name,Middle Name,DOB,Sex,Date of Booking,Booking #,Holding for Agency,Immigration Hold,Statute #,Charge Seq,Charge Description,Bond Amount,Bondtype,Next Court Date,Sentence Release Date,Place of Birth
Vanterpool,Odile,R,4/9/1991,F,2/18/2025 22:10,25-000417,XQZ,Y,18-3-202(1)(a),1,ASSAULT 1,50000,CASH,3/4/2025,,Ruritania
Vanterpool,Odile,R,4/9/1991,F,2/18/2025 22:10,25-000417,XQZ,Y,18-4-401,2,THEFT,50000,CASH,3/4/2025,,Ruritania
Umberhall,Ines,,7/30/1984,F,2/18/2025 23:01,,,Y,42-4-1301,1,DUI,500,PR,,,Ruritania
Okonjo,Tarn,,7/30/1984,M,2/19/2025 00:12,25-000418,,,42-4-1301,1,DUI,500,PR,,,
CSV
exits 65 "--check finds what is refused" "$SALLYPORT" import --check day.csv --json
is "one row" 1 "$(member refused)"
[ ! -e day.csv.rejected.csv ]
result $? "and writes nothing"
exits 65 "rows were refused" "$SALLYPORT" import day.csv --json --by admin
is "three bookings' rows" 4 "$(member rows)"
is "one refused" 1 "$(member refused)"
is "two stays are new" 2 "$(member bookings.new_or_changed)"
is "three charges are new" 3 "$(member charges.new_or_changed)"
is "three columns dropped" 3 "$(member dropped)"
is "the reject file has the line" "4,INT-0007" "$(sed -n 2p day.csv.rejected.csv | cut -d, -f1,2)"
! grep -qE 'Ruritania|XQZ' day.csv.rejected.csv
result $? "the reject file holds nothing that is dropped"
is "and is secret" 600 "$(stat -c %a day.csv.rejected.csv)"
grep -v Umberhall day.csv >good.csv
ok "the same again" "$SALLYPORT" import good.csv --json --by admin
is "no new stay" 0 "$(member bookings.new_or_changed)"
is "no new charge" 0 "$(member charges.new_or_changed)"
! grep -qaE 'Ruritania|XQZ|Immigration' sallyport.db*
result $? "the database holds nothing that is dropped"
printf 'StateId,Booking,Last Name,First Name,Block,Commit Date,Release Date\nS-77,25-000417,Vanterpool,Odile,B,2/18/2025 22:10,\n' >housing.csv
ok "housing knows the state id" "$SALLYPORT" import housing.csv --json --by admin
is "which is new" 1 "$(member bookings.new_or_changed)"
ok "the first sheet again" "$SALLYPORT" import good.csv --json --by admin
is "takes nothing away" 0 "$(member bookings.new_or_changed)"
ok "housing again" "$SALLYPORT" import housing.csv --json --by admin
is "neither" 0 "$(member bookings.new_or_changed)"
exits 65 "a wrong separator takes nothing" bash -c 'tr , "|" <good.csv >pipe.csv; "$SALLYPORT" import pipe.csv --by admin'
has "and says so" "PROF-0005"
exits 65 "a duplicate header takes nothing" bash -c 'sed "1s/DOB/Sex/" good.csv >twice.csv; "$SALLYPORT" import twice.csv --by admin'
has "and says so" "PROF-0006"
exits 65 "a wrong encoding" bash -c 'iconv -t UTF-16 good.csv >wide.csv; "$SALLYPORT" import wide.csv --by admin'
exits 65 "a file cut off" bash -c 'head -c 480 good.csv >cut.csv; "$SALLYPORT" import cut.csv --by admin'
exits 65 "an empty file" bash -c ': >empty.csv; "$SALLYPORT" import empty.csv --by admin'
exits 65 "a file that is not there" "$SALLYPORT" import nowhere.csv --by admin
exits 2 "an unknown form" "$SALLYPORT" import day.dat
printf '{"type":"release","booking_number":"25-000418","released_at":"2025-02-20T10:00:00-07:00"}\n' >r.ndjson
ok "NDJSON" "$SALLYPORT" import r.ndjson --json --by admin
is "a release" 1 "$(member releases.new_or_changed)"
ok "twice" "$SALLYPORT" import r.ndjson --json --by admin
is "is the same" 1 "$(member releases.same)"
ok "the ledger verifies" "$SALLYPORT" ledger verify --by admin
finish
