#!/bin/sh
# A text file as C string literals, one a line, for #include.
sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&\\n"/' "$1"
