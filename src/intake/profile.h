/* A profile tells which column of a jail's CSV holds what: docs/import.md has the format, YAML.
 * A file is one of the profile's sheets; its header says which, in any order and in any case.
 * Profiles for the Adams County, Colorado, export and for plain files of our own come with the
 * program. */
#pragma once
#include "base/json.h"
#include "intake/when.h"

/* clang-format off */
#define FIELD_LIST(_) \
    _(BOOKING_NUMBER, "booking_number") _(STATE_ID, "state_id") _(FAMILY, "family") \
    _(GIVEN, "given") _(MIDDLE, "middle") _(SEX, "sex") _(BIRTH_DATE, "birth_date") \
    _(BOOKED_AT, "booked_at") _(SEQUENCE, "sequence") _(CITATION, "citation") \
    _(CHARGE_TEXT, "charge_text") _(CLASS, "class") _(GRADE, "grade") _(STAGE, "stage") \
    _(ATTEMPT, "attempt") _(OFFENCE_DATE, "offence_date") _(CONVICTED_ON, "convicted_on") \
    _(RELEASED_AT, "released_at") _(RELEASE_KIND, "release_kind") \
    _(RELEASED_TO, "released_to") _(TRIGGERED_AT, "triggered_at") _(TRIGGER_KIND, "trigger_kind")
/* clang-format on */
enum field {
#define _(id, word) FIELD_##id,
    FIELD_LIST(_)
#undef _
        FIELD_COUNT
};
const char *field_word(enum field f);

enum gives { GIVES_BOOKING = 1, GIVES_CHARGE = 2, GIVES_RELEASE = 4, GIVES_TRIGGER = 8 };

struct profile_sheet {
    struct str name;
    unsigned gives;                   /* enum gives bits */
    struct str *columns[FIELD_COUNT]; /* names of the column, the first that the header has */
    size_t n_columns[FIELD_COUNT];
    bool required[FIELD_COUNT];
    struct str *ignored; /* known and not read */
    size_t n_ignored;
};

struct profile_value {
    enum field field;
    struct str from, to;
};

struct profile {
    struct str name, title;
    char separator;
    enum when_order order;
    struct profile_sheet *sheets;
    size_t n_sheets;
    struct str otherwise[FIELD_COUNT]; /* when the column is absent or empty */
    struct str prefix[FIELD_COUNT];    /* put before a value that begins with a digit */
    struct profile_value *values;
    size_t n_values;
};

RC profile_read(struct arena *a, struct str yaml, const char *name, const struct profile **ret,
                struct err *e);
/* By name of those that come with the program, otherwise a file. */
RC profile_find(struct arena *a, const char *name, const struct profile **ret, struct err *e);

/* What a header means: for each field its column or -1. Errors PROF-0005 … name the column. */
struct header {
    const struct profile_sheet *sheet;
    int column[FIELD_COUNT];
    size_t n;      /* columns */
    bool *dropped; /* status columns and hold flags: nothing of them may be kept */
    size_t n_dropped;
    struct str *names;   /* as written */
    struct str *unknown; /* not in the profile, not read */
    size_t n_unknown;
};
RC profile_header(struct arena *a, const struct profile *p, const struct str *names, size_t n,
                  struct header *ret, struct err *e);
