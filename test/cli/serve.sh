# The service: ready, healthy, small, takes files from the folder, ends in good order. Never asserts how long anything took.
. "$(dirname "$0")/lib.sh"
command -v curl >/dev/null || skip_all "curl is not installed (apt-get install curl)"
s=$SALLYPORT
ok "init" "$s" init .
port=$((20000 + $$ % 20000))
sed -i "s|^  # port: 8321|  port: $port|; s|^  # folder: \"\"|  folder: \"drop\"|; s|^  # poll_seconds: 5|  poll_seconds: 1|; s|^  # stable_seconds: 10|  stable_seconds: 0|" sallyport.yaml
export SALLYPORT_CONFIG=$work/sallyport.yaml
export NOTIFY_SOCKET=$work/notify
python3 - "$NOTIFY_SOCKET" >told 2>/dev/null <<'PY' &
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    text = s.recv(4096).decode()
    print(text, flush=True)
    if "STOPPING=1" in text:
        break
PY
listener=$!
until_true() { # command...: up to 30 s
  for _ in $(seq 150); do
    "$@" >/dev/null 2>&1 && return 0
    sleep 0.2
  done
  return 1
}
until_true test -S notify
held=drop/work # as an interrupted service leaves it
mkdir -p "$held"
sed 's/25-000417/25-000416/' >"$held"/c.csv <<'CSV'
Last Name,First Name,DOB,Sex,Date of Booking,Booking #,Statute #,Charge Seq,Charge Description
Okonjo,Tarn,7/30/1984,M,2/18/2025 20:10,25-000417,18-3-202(1)(a),1,ASSAULT 1
CSV
WATCHDOG_USEC=1000000 "$s" serve >serve.out 2>serve.log &
pid=$!
trap 'kill -9 $pid $listener 2>/dev/null; rm -rf "$work"' EXIT
until_true grep -q READY=1 told
result $? "it says READY"
until_true grep -q WATCHDOG=1 told
result $? "it feeds the watchdog"
is "healthy" 200 "$(curl -s -o out -w '%{http_code}' "http://127.0.0.1:$port/health")"
has "and says so" '"healthy":true'
is "metrics" 200 "$(curl -s -o out -w '%{http_code}' "http://127.0.0.1:$port/metrics")"
has "in Prometheus text" "# TYPE sallyport_notices_due gauge"
is "elsewhere is nothing" 404 "$(curl -s -o out -w '%{http_code}' "http://127.0.0.1:$port/cases")"
is "read only" 405 "$(curl -s -o out -w '%{http_code}' -X POST -d x "http://127.0.0.1:$port/health" || true)"
cat >good.csv <<'CSV'
Last Name,First Name,DOB,Sex,Date of Booking,Booking #,Statute #,Charge Seq,Charge Description
Vanterpool,Odile,4/9/1991,F,2/18/2025 22:10,25-000417,18-3-202(1)(a),1,ASSAULT 1
CSV
sed '2s/25-000417//' good.csv >bad.csv
cp good.csv drop/in/a.csv.part
cp bad.csv drop/in/.b.part && mv drop/in/.b.part drop/in/b.csv
until_true test -e drop/done/c.csv
result $? "an interrupted file is taken up"
until_true test -e drop/error/b.csv
result $? "a bad file goes to error"
until_true test -e drop/error/b.csv.rejected.csv
result $? "with its reject file"
[ -e drop/in/a.csv.part ]
result $? "a file in the making is left alone"
mv drop/in/a.csv.part drop/in/a.csv
until_true test -e drop/done/a.csv
result $? "and taken once it has its name"
ok "what it held is in the store" "$s" import good.csv --json --by jail-feed
is "so nothing is new" 0 "$(member bookings.new_or_changed)"
grep -q Vanterpool serve.log
is "no name in the log" 1 $?
if ! ldd "$s" 2>/dev/null | grep -qE 'lib[atu]+san'; then # a sanitizer's shadow is larger
  rss=$(awk '/VmRSS/ {print $2}' /proc/$pid/status)
  [ "$rss" -lt 30720 ]
  result $? "idle below 30 MB ($rss kB)"
fi
kill -TERM $pid
wait $pid
is "SIGTERM ends it in good order" 0 $?
until_true grep -q STOPPING=1 told
result $? "it says STOPPING"
ok "the ledger verifies" "$s" ledger verify --json --by admin
finish
