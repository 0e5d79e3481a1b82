# Scripted transcripts as TAP. A script sources this, calls `ok` and friends, and ends with `finish`.
# SALLYPORT: the program. Everything happens in a folder of its own that is removed at the end.
set -u
n=0 bad=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
unset SALLYPORT_CONFIG
export LC_ALL=C.UTF-8 NO_COLOR=1

result() { # good? name
  n=$((n + 1))
  if [ "$1" = 0 ]; then echo "ok $n - $2"; else
    bad=$((bad + 1))
    echo "not ok $n - $2"
    sed 's/^/# /' out err 2>/dev/null | head -n 20
  fi
}
run() { "$@" >out 2>err </dev/null; }
exits() { # status name command...
  local want=$1 name=$2 got
  shift 2
  run "$@"
  got=$?
  [ "$got" = "$want" ] || echo "# exit status $got, wanted $want"
  [ "$got" = "$want" ]
  result $? "$name"
}
ok() { exits 0 "$@"; }
has() { # name text: the last output or error holds it
  grep -qF -- "$2" out err
  result $? "$1"
}
lacks() {
  ! grep -qF -- "$2" out err
  result $? "$1"
}
is() { # name wanted got
  [ "$2" = "$3" ] || echo "# wanted '$2', got '$3'"
  [ "$2" = "$3" ]
  result $? "$1"
}
member() { # JSON pointer-like path of the last output, by python: a.b.0
  python3 -c '
import json, sys
v = json.load(open("out"))
for k in sys.argv[1].split("."):
    v = v[int(k)] if isinstance(v, list) else v.get(k) if isinstance(v, dict) else None
print("" if v is None else json.dumps(v) if isinstance(v, (dict, list, bool)) else v)' "$1" 2>/dev/null
}
skip_all() { echo "1..0 # skip $1"; exit 0; }
finish() { echo "1..$n"; [ "$bad" = 0 ]; }
