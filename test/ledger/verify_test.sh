#!/bin/sh
# What the C code writes must convince verify.py, and one changed character must not.
make=$1 verify=$2
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
n=0 bad=0
check() { # name, expected exit status, arguments of verify.py
    n=$((n + 1)) name=$1 expected=$2
    shift 2
    python3 "$verify" "$@" >"$dir/out" 2>&1
    if [ $? = "$expected" ]; then
        echo "ok $n $name"
    else
        echo "not ok $n $name"
        sed 's/^/# /' "$dir/out"
        bad=1
    fi
}
"$make" bundle >"$dir/bundle" && "$make" export >"$dir/export" || { echo "Bail out! no bundle was made"; exit 1; }
key=$(sed -n 's/.*"key": "\([^"]*\)".*/\1/p' "$dir/bundle")
check "bundle" 0 "$dir/bundle"
check "bundle with the key known beforehand" 0 --key "$key" "$dir/bundle"
check "export" 0 --key "$key" "$dir/export"
sed 's/m\.ortiz/m.ortez/' "$dir/bundle" >"$dir/bent"
check "another actor" 1 "$dir/bent"
sed '0,/"index": 4/s/"index": 4/"index": 6/' "$dir/bundle" >"$dir/bent"
check "another index" 1 "$dir/bent"
sed 's/\\n300\\n/\\n301\\n/' "$dir/bundle" >"$dir/bent"
check "another size" 1 "$dir/bent"
check "another key" 1 --key "other.example.gov/x+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" "$dir/bundle"
sed '50d' "$dir/export" >"$dir/bent"
check "a leaf left out" 1 "$dir/bent"
sed '4s/"salt":"../"salt":"ff/' "$dir/export" >"$dir/bent"
check "another salt" 1 "$dir/bent"
echo "1..$n"
exit $bad
