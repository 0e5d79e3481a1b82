/* Reports of a jail on its own work, drawn from the past (history.h) up to a checkpoint: one
 * definition each, one JSON form, and the text and CSV that are read off that form (the PDF is,
 * too: outbound/report_pdf.h). docs/reports.md says what each counts.
 *
 *   {report, title, facility, period:{from, to, days}, ledger:{events, root, last_event_at,
 * expunged, checkpoint}, words:[…], certificate?, tables:[{id, title, words:[…],
 * columns:[{name, unit}], rows:[[…]], total, plot?, held}]}
 *
 * A cell is text, a number, null (not known, or none) or "*" (held back). Pure: the same past
 * gives the same bytes.
 *
 * What it must never do: name anybody, or show in a report for the public a count under five or
 * one that tells it. */
#pragma once
#include "custody/history.h"

enum report_period { REPORT_QUARTER, REPORT_YEAR, REPORT_TWELVE_MONTHS };
enum { REPORT_BELOW = 5 };

struct report_info {
    const char *name, *title, *about;
    enum report_period period; /* when none is given: the last whole one */
    bool open;                 /* for the public: small counts are held back */
};
const struct report_info *report_infos(size_t *ret_n);
const struct report_info *report_find(struct str name); /* NULL: none */

struct report_source {
    const struct history *past;
    instant from, to; /* [from, to) */
    /* seconds of the jail's time from UTC; NULL: UTC */
    int64_t (*offset)(void *ctx, instant at);
    void *ctx;
    struct str facility, root, checkpoint; /* hexadecimal; the signed note */
};
struct json *report_make(struct arena *a, const struct report_info *info,
                         const struct report_source *s);

struct str report_text(struct arena *a, const struct json *report);
/* RFC 4180; table, row, column, value */
struct str report_csv(struct arena *a, const struct json *report);

/* The shift between two groups of spans: the median of all differences x - y and its interval
 * at 95 % (Hodges and Lehmann; the normal approximation of the rank sum gives the ranks).
 * Sorted; false when a group is too small for an interval. */
struct report_shift {
    int64_t shift, low, high;
};
bool report_shift_of(const int64_t *x, size_t n, const int64_t *y, size_t m,
                     struct report_shift *ret);
