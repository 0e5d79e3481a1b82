/* Offence lists of a pack: a table that is taken classifies without harm, names each list once,
 * and nothing without a citation. */
#include <stdlib.h>
#include "custody/offences.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const citations[] = {"C.R.S. 18-3-202(1)(a)", "18-2-101; 18-3-203",
                                            "720 ILCS 5/9-1",        "D.R.M.C. 38-89",
                                            "C.R.S. 18-4-203",       ""};
    struct arena a = {0};
    const struct str lists[] = {STR("violent"), STR("serious")};
    struct offence_table t = {.lists = lists, .n_lists = 2};
    struct err e = {0};
    if (offences_load(&a, str_n((const char *)data, n), &t, &e) == RC_OK)
        for (size_t i = 0; i < 6 * 7; i++) {
            struct offence o = {.citation = str_c(citations[i % 6]),
                                .grade = (enum grade)(i / 6),
                                .class = i % 2 ? STR("F4") : STR("")};
            struct str *found = NULL;
            size_t m = 0;
            enum rc rc = offences_classify(&t, &a, &o, 20000, &found, &m);
            if (rc != RC_OK && rc != RC_NO) abort();
            if (rc == RC_OK && (m > 2 || (m == 2 && str_eq(found[0], found[1])))) abort();
            if (rc == RC_OK && o.citation.n == 0) abort();
        }
    else if (!e.id[0])
        abort();
    arena_done(&a);
    return 0;
}
