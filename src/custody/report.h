/* Reports of a jail on its own work, drawn from the past (history.h) up to a checkpoint: one
 * definition each, one JSON form, and the text and CSV that are read off that form (the PDF is,
 * too: outbound/report_pdf.h). docs/reports.md says what each counts.
 *
 *   {report, title, facility, period:{from, to, days}, ledger:{events, root, checkpoint},
 * words:[…], certificate?, tables:[{id, title, words:[…], columns:[{name, unit}], rows:[[…]],
 * total, plot?, held}]}
 *
 * A cell is text, a number, null (not known, or none) or "*" (held back). Pure: the same past
 * gives the same bytes.
 *
 * Reports for the public are put together of quarters. A quarter is counted once, of the events
 * up to REPORT_SETTLES after its end, and what may be shown of it is decided then, once for
 * every report and the public page (report_cells.c, report_coarse.c):
 *
 *   {quarter:"2026 Q1", month, months:[…], classes:[…], answers:[[…]], lists:[[…]],
 * list_months:[[…]], whole, delivery:[[…]], parity:[[…]], shift?:[…], duties:[[…]]}
 *
 * The files: report.c (which reports there are), report_count.c and report_time.c (what they
 * count), report_part.c (tables), report_cells.c, report_coarse.c and report_open.c (for the
 * public), report_print.c (text and CSV).
 *
 * What it must never do: name anybody, or show in a report for the public a count under five or
 * one that tells it. */
#pragma once
#include "custody/history.h"

enum report_period { REPORT_QUARTER, REPORT_YEAR, REPORT_TWELVE_MONTHS };
enum { REPORT_BELOW = 5 };
/* how long after its end a quarter is counted */
#define REPORT_SETTLES HOURS(24 * 14)
#define REPORT_OTHER_CLASSES "other combinations"

struct report_info {
    const char *name, *title, *about;
    enum report_period period; /* when none is given: the last whole one */
    bool open;                 /* for the public: made of quarters */
};
const struct report_info *report_infos(size_t *ret_n);
const struct report_info *report_find(struct str name); /* NULL: none */

struct report_source {
    const struct history *past; /* not for report_open */
    uint64_t events;            /* of the checkpoint */
    instant from, to;           /* [from, to) */
    /* seconds of the jail's time from UTC; NULL: UTC */
    int64_t (*offset)(void *ctx, instant at);
    void *ctx;
    struct str facility, root, checkpoint; /* hexadecimal; the signed note */
};
/* One that is not for the public. */
struct json *report_make(struct arena *a, const struct report_info *info,
                         const struct report_source *s);
/* What may be shown of a quarter: [from, to) is the quarter, the past ends before to +
 * REPORT_SETTLES. */
struct json *report_quarter(struct arena *a, const struct report_source *s);
/* One for the public, of the period's quarters in their order; those without a
 * ledger are left out. */
struct json *report_open(struct arena *a, const struct report_info *info,
                         const struct report_source *s, const struct json *quarters);

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
