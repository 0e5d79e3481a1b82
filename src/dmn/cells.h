/* cells.c for table.c: sets of rules by column. */
#pragma once
#include "dmn/table.h"

const struct columns *columns_build(struct arena *a, const struct table *t);
/* Where each input stands in its column. */
#define COLUMN_NULL UINT32_MAX
#define COLUMN_STRANGE (UINT32_MAX - 1) /* of another type than the constants of the column: ask the cells */
#define COLUMN_UNUSED (UINT32_MAX - 2)  /* no cell of the column is made of constants */
/* The inputs are in their slots; positions has room for each. True: these alone tell what every cell says. */
bool columns_locate(const struct table *t, const struct frame *f, uint32_t *positions);
/* The rules that match, in order, into ret: room for all, or for one if first_only. */
size_t columns_match(struct eval *e, const struct table *t, const struct frame *f, const uint32_t *positions,
                     uint32_t *ret, bool first_only);
/* What a cell (not `-`) says there, where columns_locate gave true. */
enum truth columns_answer(const struct table *t, size_t rule, size_t input, uint32_t position);
