#!/bin/sh
# A real fax server for tests and the demo: HylaFAX's hfaxd and its queue manager faxq from a spool
# folder of their own, on loopback only. There is no modem, so an accepted job waits: what a jail
# sees while every line is busy. The system's own HylaFAX set-up is neither read nor changed.
#
#   hfaxd.sh start DIR [PORT]   prints the port; DIR/port, DIR/spool
#   hfaxd.sh stop DIR
#
# Any user may come from 127.0.0.1 without a password, but `guarded` needs `open-sesame`.
# Exit 77 (skipped) with the reason when it cannot run here: both daemons insist on root.
set -eu
verb=${1:-} dir=${2:-} port=${3:-0}
[ -n "$dir" ] || { sed -n 's/^# \{0,1\}//p' "$0" | sed -n 5,6p; exit 2; }
PATH=$PATH:/usr/sbin:/sbin

skip() { echo "skipped: $1"; exit 77; }

start() {
    command -v hfaxd >/dev/null || skip "HylaFAX is not installed (apt-get install hylafax-server)"
    [ "$(id -u)" = 0 ] || skip "HylaFAX needs root"
    mkdir -p "$dir" && dir=$(cd "$dir" && pwd) && chmod 711 "$dir"
    [ "$port" != 0 ] || port=$(free_port)
    spool=$dir/spool
    for d in archive bin client config dev docq doneq etc info log pollq recvq sendq status tmp; do
        mkdir -p "$spool/$d"
    done
    cp -R /var/spool/hylafax/bin/. "$spool/bin/"
    # Anybody from loopback; one user with a password, so that PASS is tried as well.
    { echo "^guarded@.*::$(perl -e 'print crypt("open-sesame", "sp")')"; echo '^.*@127\.0\.0\.1$'
      echo '^.*@localhost$'; echo 127.0.0.1; echo localhost; } >"$spool/etc/hosts.hfaxd"
    cp /etc/hylafax/setup.cache "$spool/etc/" 2>/dev/null || skip "HylaFAX was never set up (faxsetup)"
    cp /etc/hylafax/dialrules "$spool/etc/"
    printf 'CountryCode: 1\nAreaCode: 303\nDialStringRules: etc/dialrules\n' >"$spool/etc/config"
    chown -R uucp:uucp "$spool"
    chmod 600 "$spool/etc/hosts.hfaxd"
    faxq -D -q "$spool" >"$dir/faxq.log" 2>&1 &
    echo $! >"$dir/faxq.pid"
    hfaxd -d -l 127.0.0.1 -i "$port" -q "$spool" >"$dir/hfaxd.log" 2>&1 &
    echo $! >"$dir/hfaxd.pid"
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        if [ -p "$spool/FIFO" ] && python3 -c "import socket
s = socket.create_connection(('127.0.0.1', $port), 2); assert s.recv(99)[:3] == b'220'" 2>/dev/null; then
            echo "$port" >"$dir/port"
            echo "$port"
            return
        fi
        sleep 0.25
    done
    echo "HylaFAX did not start:" >&2
    cat "$dir/hfaxd.log" "$dir/faxq.log" >&2
    stop
    exit 1
}

stop() {
    for d in hfaxd faxq; do
        [ -f "$dir/$d.pid" ] || continue
        pid=$(cat "$dir/$d.pid")
        kill "$pid" 2>/dev/null || true
        for _ in 1 2 3 4 5; do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -9 "$pid" 2>/dev/null || true
        rm -f "$dir/$d.pid"
    done
    rm -f "$dir/port"
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

case $verb in
start) start ;;
stop) stop ;;
*) echo "hfaxd.sh start|stop DIR [PORT]" >&2; exit 2 ;;
esac
