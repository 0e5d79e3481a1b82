#!/bin/sh
# lazy.sh NAME SONAME LIST: the header by which one file calls a library that is opened when first used (os/lazy.h).
set -eu
name=$1 soname=$2 list=$3
words() { sed -e 's/#.*//' "$list" | tr -s ' \n' '\n' | sed '/^$/d'; }
echo "#pragma once"
echo "#include \"os/lazy.h\""
echo "#include <pthread.h>"
words | sed 's/.*/#undef &/'
echo "static struct {"
words | sed 's/.*/    __typeof__(&) *&;/'
echo "} lazy_$name;"
echo "static void lazy_${name}_open(void)"
echo "{"
echo "    static const struct lazy_symbol symbols[] = {"
words | sed "s/.*/        {\"&\", offsetof(__typeof__(lazy_$name), &)},/"
echo "    };"
echo "    lazy_open(\"$soname\", symbols, sizeof symbols / sizeof *symbols, &lazy_$name);"
echo "}"
echo "/* Before the first call of the library, in any thread. */"
echo "static void lazy_${name}_ready(void)"
echo "{"
echo "    static pthread_once_t once = PTHREAD_ONCE_INIT;"
echo "    pthread_once(&once, lazy_${name}_open);"
echo "}"
words | sed "s/.*/#define & lazy_$name.&/"
