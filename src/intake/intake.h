/* What comes in: CSV through a profile, JSON and NDJSON; one row after the other into a sink. A
 * bad row is refused with line, id and reason and the next one is read; a failure that is not
 * the row's (disk, database) ends the import. What it must never do: hand a status on, keep one
 * in the reject file or in a report, take a hold flag for a request. */
#pragma once
#include "base/csv.h"
#include "casework/casework.h"
#include "intake/profile.h"
#include <stdio.h>

struct release_row {
    struct str booking_number, kind, to; /* to: the agency that received the person, or empty */
    instant at;
};
struct trigger_row {
    struct str booking_number, kind;
    instant at;
};

/* Where rows go. RC_NO: nothing new. INVALID, NOTFOUND, CONFLICT, DENIED and LIMIT refuse the
 * row, all else ends the import. */
struct intake_sink {
    void *ctx;
    RC (*booking)(void *ctx, const struct booking_row *row, struct err *e);
    RC (*charge)(void *ctx, const struct charge_row *row, struct err *e);
    RC (*release)(void *ctx, const struct release_row *row, struct err *e);
    RC (*trigger)(void *ctx, const struct trigger_row *row, struct err *e);
    RC (*request)(void *ctx, struct json *request, struct err *e);
};
extern const struct intake_sink intake_nowhere; /* checks only */

enum intake_form { INTAKE_CSV, INTAKE_JSON, INTAKE_NDJSON };

enum counted {
    COUNT_BOOKING,
    COUNT_CHARGE,
    COUNT_RELEASE,
    COUNT_TRIGGER,
    COUNT_REQUEST,
    COUNT_KINDS
};
struct intake_counts {
    uint64_t rows, refused;
    uint64_t fresh[COUNT_KINDS], same[COUNT_KINDS];
    /* columns (CSV) or members (JSON) that would carry a status or a hold flag */
    uint64_t dropped;
};

struct rejects; /* a CSV file that is made with the first refusal */
/* path may be NULL: counted, not written */
struct rejects *rejects_new(struct arena *a, const char *path);
RC rejects_close(struct rejects *r, struct err *e); /* NULL is fine */

struct intake {
    const char *name; /* of the source, for errors */
    const struct profile *profile;
    const struct tz *zone;
    struct intake_sink sink;
    struct rejects *rejects;
    void (*progress)(void *ctx, uint64_t rows);
    void *progress_ctx;
    struct intake_counts counts;
    struct header header; /* of a CSV, once read */
    struct err first;     /* the first refusal; first.id is "" if none */
    long line;            /* of the row at hand */
};

RC intake_csv(struct intake *in, struct arena *a, csv_fill fill, void *fill_ctx, struct err *e);
RC intake_json(struct intake *in, struct arena *a, struct str text, struct err *e);
RC intake_ndjson(struct intake *in, struct arena *a, csv_fill fill, void *fill_ctx,
                 struct err *e);
struct json *intake_report(const struct intake *in, struct arena *a);
/* The form of a file by its name; false if the name does not say. */
bool intake_form_of(struct str name, enum intake_form *ret);

/* One file into the store. file: a path or "-". rejects_path NULL: <file>.rejected.csv. */
struct intake_job {
    struct casework *casework; /* NULL: check only */
    struct actor by;
    const struct profile *profile;
    const struct tz *zone;
    const char *file, *rejects_path;
    bool form_known;
    enum intake_form form;
    void (*progress)(void *ctx, uint64_t rows);
    void *progress_ctx;
};
/* RC_OK with the report, also when rows were refused: counts say so. */
RC intake_file(const struct intake_job *job, struct arena *a, struct json **ret_report,
               uint64_t *ret_refused, struct err *e);
