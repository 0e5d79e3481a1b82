/* cells.c for table.c: sets of rules by column. */
#pragma once
#include "dmn/table.h"

const struct columns *columns_build(struct arena *a, const struct table *t);
/* Where each input stands in its column. */
#define COLUMN_NULL UINT32_MAX
#define COLUMN_STRANGE                                                                         \
    (UINT32_MAX - 1) /* of another type than the constants of the column: ask the cells */
#define COLUMN_UNUSED (UINT32_MAX - 2) /* no cell of the column is made of constants */
/* The inputs are in their slots; positions has room for each. True: these alone tell what every
 * cell says. */
bool columns_locate(const struct table *t, const struct frame *f, uint32_t *positions);
/* The rules that match, in order, into ret: room for all, or for one if first_only. plain: what
 * columns_locate said. */
size_t columns_match(struct eval *e, const struct table *t, const struct frame *f,
                     const uint32_t *positions, bool plain, uint32_t *ret, bool first_only);
/* A column as it was compiled, for batch.c: segment i of 2 n_bounds + 1 has its set at segments
 * + i * words. */
struct column_view {
    uint8_t tag; /* of the bounds; TAG_NUM stands for both kinds of numbers */
    const struct value *bounds;
    size_t n_bounds, words;
    const uint64_t *segments, *null;
};
/* False: no cell of the column tests anything. */
bool columns_view(const struct table *t, size_t input, struct column_view *ret);
/* Are all cells of the table made of constants? */
bool columns_plain(const struct table *t);
/* The position of a value in its column. */
uint32_t columns_position(const struct table *t, size_t input, struct value v);
/* What a cell (not `-`) says there, where columns_locate gave true. */
enum truth columns_answer(const struct table *t, size_t rule, size_t input, uint32_t position);
