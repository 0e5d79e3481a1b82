/* Decision tables over columns of rows: each column turns its values into sets of rules by a
 * look-up or a search without branches, the sets of a row are ANDed, and what a set of rules
 * comes to is decided once by the evaluator itself and remembered. */
#pragma once
#include "dmn/cells.h"

struct batch;

/* Evaluates one row in full, into memory that stays. inputs: of the table, in its order. */
typedef struct value batch_decide(void *ctx, const struct value *inputs);

/* The table behind a decision, if it is one that batches can be made of; else NULL. */
const struct table *batch_table(const struct element *decision);
/* which[i]: the input datum that stands in column i of the table. */
const struct element *batch_input(const struct table *t, size_t i);
struct batch *batch_new(struct arena *a, const struct table *t, batch_decide *decide,
                        void *ctx);
/* A column of the table to be read from c (NULL: always null); false: it does not fit. values:
 * of the dictionary, as they are after conversion to the type of the input. */
bool batch_bind(struct batch *b, size_t i, const struct dmn_column *c,
                const struct value *values);
void batch_run(struct batch *b, size_t n_rows, uint32_t *ret);
size_t batch_count(const struct batch *b);
const struct value *batch_outcome(const struct batch *b, uint32_t outcome);
