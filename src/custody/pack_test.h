/* A pack's own tests: XML in the format of the public DMN test suite (testCases), run against
 * the pack's model. */
#pragma once
#include "custody/pack.h"

struct pack_test {
    struct str file, id, description, decision;
    bool passed;
    struct str expected, actual; /* canonical JSON; of one that failed */
};

/* Runs the testCases of one file. Errors PACK-0051 and XML-… are about the file; a test that
 * fails is a result. */
RC pack_test_run(const struct pack *p, struct arena *a, struct str file, struct str xml,
                 struct pack_test **ret, size_t *ret_n, struct err *e);
