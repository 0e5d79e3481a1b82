/* The record of one evaluation, for people who must explain it: decisions, invocations and
 * tables in the order they were entered, and for each table what every cell said. docs/trace.md
 * is the format of the output. */
#pragma once
#include "dmn/eval.h"
#include "dmn/table.h"

enum trace_kind { TRACE_DECISION, TRACE_INVOCATION, TRACE_TABLE };
#define CELL_ANY 3 /* `-` */

struct trace_rule {
    uint8_t matched;             /* enum truth */
    uint8_t *cells;              /* enum truth or CELL_ANY */
    const struct value *outputs; /* of a rule that matched, when they were computed */
};

struct trace_hit {
    uint32_t rule;
    const struct value *outputs;
    struct trace_hit *next;
};

struct trace_step {
    enum trace_kind kind;
    const struct element *element;
    const struct table *table;
    struct value value;
    bool done;
    struct value *inputs; /* TABLE: of the columns; INVOCATION: arguments */
    size_t n_inputs;
    struct trace_rule *
        rules; /* what each cell said, or NULL: positions tell, and are expanded when written */
    const uint32_t *positions; /* see cells.h */
    struct trace_hit *hits;    /* rules whose outputs were computed */
    size_t n_rules;
    bool by_default; /* the default output was taken */
    struct trace_step *parent, *first, *last, *next;
};

struct trace {
    struct arena *arena;
    struct trace_step root, *current;
};

void trace_begin(struct trace *t, struct arena *a);
void trace_enter(struct trace *t, const struct element *el);
void trace_leave(struct trace *t, const struct element *el, struct value v);
struct trace_step *trace_push(struct trace *t, enum trace_kind kind);
void trace_pop(struct trace *t, struct value v);
struct str trace_to_json(struct arena *a, const struct trace *t);
struct str trace_to_text(struct arena *a, const struct trace *t);
