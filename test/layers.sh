#!/bin/sh
# A folder of src/ is a layer: it may include itself and the layers named behind it, nothing else.
# dmn, ledger and custody are pure: they cannot even see os/ (clock, files, random).
cd "${SALLYPORT_SOURCE:-.}/src" || exit 2
rules='base:
dmn: base
os: base
ledger: base
custody: base dmn ledger
store: base os dmn ledger custody
casework: base os dmn ledger custody store
access: base os ledger custody store casework
intake: base os dmn ledger custody store casework
outbound: base os dmn ledger custody store casework
server: base os dmn ledger custody store casework access intake outbound
cli: base os dmn ledger custody store casework access intake outbound server'
bad=0
for f in $(find . -name '*.[ch]' | sed 's|^\./||'); do
  from=${f%%/*}
  for to in $(sed -n 's|^#include "\([a-z0-9]*\)/.*|\1|p' "$f" | sort -u); do
    [ "$to" = "$from" ] || echo "$rules" | grep -Eq "^$from:.* $to( |\$)" ||
      { echo "# $f may not include $to/"; bad=1; }
  done
done
echo "1..1"
[ "$bad" = 0 ] && echo "ok 1 layers" || { echo "not ok 1 layers"; exit 1; }
