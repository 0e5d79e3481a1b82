#!/bin/sh
# Text files as a C array: { "name without .yaml", "text" } rows. Used by the build.
echo '/* made by embed.sh */'
for f in "$@"; do
  n=${f##*/}
  printf '{"%s",\n' "${n%.yaml}"
  sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$/\\n"/' "$f"
  echo '},'
done
