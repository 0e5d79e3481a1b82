/* Canonical JSON of plain text into the tree of base/json.h, without a copy of its texts: what
 * the program writes itself, read many times. Plain: strings of printable ASCII without
 * escapes, members in ascending order, whole numbers of at most fifteen digits, no white space.
 * Whatever is not plain is left to json_parse; of what is, both give the same tree (a fuzz
 * target and a test hold them against each other).
 *
 * What it must never do: take what json_parse would refuse. */
#pragma once
#include "base/json.h"

/* NULL: not plain, ask json_parse. Borrows the text. */
struct json *plain_json(struct arena *a, struct str text);
