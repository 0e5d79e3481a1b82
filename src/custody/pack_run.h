/* A pack at work: facts go in as values of its model, answers come out. Between pack.c,
 * decide.c and pack_test.c. */
#pragma once
#include "custody/decide.h"

struct pack_run {
    const struct pack *pack;
    struct dmn_run *run;
};

const struct dmn_model *pack_model(const struct pack *p);
/* Decision that answers an ask; {NULL,0}: the pack does not speak of it. */
struct str pack_decision(const struct pack *p, enum ask ask);
struct str pack_obligations(const struct pack *p); /* {NULL,0}: none */

RC pack_run_bind(struct pack_run *r, const struct facts *f, struct err *e);
/* Fills all of *ret but ask; strings live in a. Fails with PACK-0040 … when the model gives no
 * usable answer. */
RC pack_run_answer(struct pack_run *r, struct arena *a, enum ask ask, bool trace,
                   struct answer *ret, struct err *e);
RC pack_run_obligations(struct pack_run *r, struct arena *a, struct obligation **ret,
                        size_t *ret_n, struct err *e);
/* JSON of the last answer's trace */
struct str pack_run_trace(struct pack_run *r, struct arena *a);
