/* Offence lists: the rows of a pack's offences.csv. A row says of a citation whether it is on a
 * list: `yes`, `no`, or `if` a fact that the citation does not show. Three values come out, and
 * what no row speaks of stays open. Never classifies by the text of a charge. */
#pragma once
#include "base/rc.h"
#include "custody/citation.h"
#include "custody/facts.h"

struct offence_row;
struct offence_table {
    const struct str *lists; /* of pack.yaml, in its order */
    size_t n_lists;
    struct offence_row *rows;
    size_t n, cap;
};

/* Errors PACK-0030 … with the line. */
RC offences_load(struct arena *a, struct str csv, struct offence_table *t, struct err *e);
/* RC_OK with the lists, RC_NO while anything is open. */
RC offences_classify(const struct offence_table *t, struct arena *a, const struct offence *o,
                     int64_t day, struct str **ret, size_t *ret_n);
/* Days of one era classify every offence alike: no row begins or ends between them. */
size_t offences_era(const struct offence_table *t, int64_t day);
