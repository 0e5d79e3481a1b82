#!/bin/sh
# A text file as a C string constant named as the first argument says. Used by the build.
name=$1 file=$2
printf '/* made by embed.sh */\nextern const char %s[];\nconst char %s[] =\n' "$name" "$name"
sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^ */"/' -e 's/$/\\n"/' "$file"
echo ';'
