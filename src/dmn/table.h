/* Decision tables (DMN 1.5 §8): compiled columns and rules, matching, hit policies and
 * aggregation. */
#pragma once
#include "dmn/eval.h"

enum hit_policy {
    HIT_UNIQUE,
    HIT_ANY,
    HIT_PRIORITY,
    HIT_FIRST,
    HIT_RULE_ORDER,
    HIT_OUTPUT_ORDER,
    HIT_COLLECT
};
enum aggregation {
    AGGREGATE_NONE,
    AGGREGATE_SUM,
    AGGREGATE_COUNT,
    AGGREGATE_MIN,
    AGGREGATE_MAX
};

struct table_input {
    struct str label, text; /* as the author wrote them */
    struct node *value;
    uint32_t slot;
    const struct node *allowed; /* input values: tests on the slot, or NULL */
    struct str allowed_text;
};

struct table_output {
    struct str name, label;
    const struct type *type;
    const struct node *allowed; /* output values, or the allowed values of the type */
    uint32_t slot;              /* where `allowed` looks, if it is of this table */
    bool of_type; /* `allowed` belongs to the type and looks at slot 0 of its own frame */
    struct str allowed_text;
    struct node *otherwise; /* default output, or NULL */
};

struct table_rule {
    struct str id;
    int line;
    const struct node **cells; /* NULL: `-` */
    struct str *cell_texts;
    struct node **outputs;
    struct str *output_texts;
    struct str *annotations; /* as many as the table has annotation columns */
};

struct columns; /* cells.c: what was compiled to sets of rules */

struct table {
    const struct place *place;
    struct str id, name;
    uint8_t hit, aggregation;
    struct table_input *inputs;
    size_t n_inputs;
    struct table_output *outputs;
    size_t n_outputs;
    struct table_rule *rules;
    size_t n_rules;
    struct str *annotation_names;
    size_t n_annotations;
    const struct columns *columns;
};

const char *table_hit_name(const struct table *t);
struct value table_eval(struct eval *e, const struct table *t, const struct node *n,
                        const struct frame *f);
/* boxed.c: the decisionTable element x. */
struct node *table_compile(const struct home *h, const struct xml *x, struct scope *scope);
