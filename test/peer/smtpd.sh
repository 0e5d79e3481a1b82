#!/bin/sh
# A real mail server for tests and the demo: OpenSMTPD from a folder of its own, on loopback only,
# every accepted letter ends in DIR/mail (maildir). Nothing of the system's own mail set-up is
# read or changed: the daemon's fixed paths (/var/spool/smtpd, /run) are covered by temporary
# file systems in a private mount namespace, so a mail server that already runs is not disturbed.
#
#   smtpd.sh start DIR [PORT]   prints the port; DIR/port, DIR/mail, DIR/log
#   smtpd.sh stop DIR
#
# Any recipient is taken, but *@refused.example gets 550. No STARTTLS: Debian 12's OpenSMTPD 6.8.0p2
# ends every handshake with "EVP lib" under OpenSSL 3; TLS and login are tried with smtp_peer.py.
# Exit 77 (skipped) with the reason when it cannot run here: OpenSMTPD changes user, so it needs root.
set -eu
verb=${1:-} dir=${2:-} port=${3:-0}
[ -n "$dir" ] || { sed -n 's/^# \{0,1\}//p' "$0" | sed -n 6,9p; exit 2; }
PATH=$PATH:/usr/sbin:/sbin

skip() { echo "skipped: $1"; exit 77; }

start() {
    command -v smtpd >/dev/null || skip "OpenSMTPD is not installed (apt-get install opensmtpd)"
    [ "$(id -u)" = 0 ] || skip "OpenSMTPD needs root"
    unshare -m true 2>/dev/null || skip "no private mount namespace here (unshare -m)"
    mkdir -p "$dir" && dir=$(cd "$dir" && pwd)
    [ "$port" != 0 ] || port=$(free_port)
    # The daemon refuses to deliver as root: letters belong to whoever called sudo, or to nobody.
    user=${SUDO_USER:-nobody}
    mkdir -p "$dir/mail" && chmod 711 "$dir" && chown "$user" "$dir/mail"
    echo "@ $user" >"$dir/virtual"
    chmod 644 "$dir/virtual"
    cat >"$dir/smtpd.conf" <<CONF
table everyone file:$dir/virtual
listen on 127.0.0.1 port $port hostname localhost
action "keep" maildir "$dir/mail" virtual <everyone>
match from any for domain "refused.example" reject
match from any for any action "keep"
CONF
    unshare -m sh -eu -c '
        mount --make-rprivate /
        mount -t tmpfs none /run
        mount -t tmpfs -o mode=711 none /var/spool
        mkdir -m 711 /var/spool/smtpd
        exec smtpd -d -f "$1/smtpd.conf"' sh "$dir" >"$dir/log" 2>&1 &
    echo $! >"$dir/pid"
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        kill -0 "$(cat "$dir/pid")" 2>/dev/null || break
        if python3 -c "import smtplib; smtplib.SMTP('127.0.0.1', $port, timeout=2).quit()" 2>/dev/null; then
            echo "$port" >"$dir/port"
            echo "$port"
            return
        fi
        sleep 0.25
    done
    echo "OpenSMTPD did not start:" >&2
    cat "$dir/log" >&2
    stop
    exit 1
}

stop() {
    [ -f "$dir/pid" ] || return 0
    pid=$(cat "$dir/pid")
    kill "$pid" 2>/dev/null || true
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    kill -9 "$pid" 2>/dev/null || true
    rm -f "$dir/pid" "$dir/port"
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

case $verb in
start) start ;;
stop) stop ;;
*) echo "smtpd.sh start|stop DIR [PORT]" >&2; exit 2 ;;
esac
