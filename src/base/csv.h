/* RFC 4180 CSV, read row by row from a bounded buffer; memory does not grow with the file.
 * Quoted fields may hold separators, quotes and line ends. A NUL, malformed UTF-8, an unclosed
 * quote and a row over the limits are errors of that row; reading goes on behind it. */
#pragma once
#include "base/rc.h"
#include "base/str.h"

struct csv_row {
    struct str *fields; /* borrowed until the next csv_next */
    size_t n;
    long line;      /* of the first byte, 1-based */
    struct str raw; /* the row as it stood, for a reject file */
};

struct csv_reader;
/* fill returns bytes read, 0 at the end, -1 on failure. */
typedef ptrdiff_t (*csv_fill)(void *ctx, char *into, size_t n);
struct csv_reader *csv_open(struct arena *a, csv_fill fill, void *ctx, char separator);
/* RC_OK with a row, RC_NO at the end, RC_INVALID for a bad row (ret->line and raw are set). */
RC csv_next(struct csv_reader *r, struct csv_row *ret, struct err *e);
