/* From cells (one text a field) to the rows of casework, the same for CSV and JSON. No
 * allocation: texts are borrowed or stand in the scratch space. Inside intake only. */
#pragma once
#include "intake/intake.h"

/* Texts that were looked at and carry no status: charges repeat the same few hundred. */
enum { CLEARED_SLOTS = 1024, CLEARED_TEXT = 120 };
struct cleared {
    size_t n;
    char text[CLEARED_TEXT];
};

struct cells {
    struct str v[FIELD_COUNT];
    char scratch[512]; /* values with a prefix */
    size_t used;
    struct cleared *cleared; /* CLEARED_SLOTS, or NULL */
};

/* Gives the row's parts to the sink, each by itself. RC_INVALID and the like: the row (or a
 * part of it) is refused. */
RC rows_give(struct intake *in, const struct profile *p, unsigned gives, struct cells *c,
             struct err *e);
bool rows_is_refusal(enum rc rc);

/* A refusal: into the counts and the reject file. fields may be NULL: then nothing of the row
 * is written. */
RC rejects_add(struct intake *in, long line, const struct str *fields, size_t n,
               const struct err *why, struct err *e);
