/* cells.c for table.c: sets of rules by column. */
#pragma once
#include "dmn/table.h"

const struct columns *columns_build(struct arena *a, const struct table *t);
/* The rules that match, in order, into ret (room for all); the inputs are in their slots. */
size_t columns_match(struct eval *e, const struct table *t, const struct frame *f, uint32_t *ret, bool first_only);
