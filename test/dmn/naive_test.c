/* Random decision tables against an interpreter that is too simple to be wrong in the same way:
 * it knows the rules as lists of tests and asks every cell of every rule. The engine must agree
 * one row at a time with and without the trace, and in columns; every hit policy, nulls, `not`,
 * lists, ranges, comparisons, more than 64 rules. The seed is printed; SEED=n repeats it. */
#include "base/buf.h"
#include "dmn.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUTS 4
#define TABLES 250
#define ROWS 120
#define MAX_RULES 150
#define NONE INT32_MIN /* null */

static uint64_t state;

static int pick(int n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (int)((state >> 33) % (unsigned)n);
}

/* A value is a number: tenths of one, the number of a word in order, or 0 and 1. */
enum kind { NUMBER, TEXT, FLAG };
static const char *const words[] = {"", "a", "ab", "abc", "b", "burglary", "burgled", "zz"};
enum how { IS, IS_NOT, LESS, AT_MOST, MORE, AT_LEAST, BETWEEN };

struct test {
    enum how how;
    int a, b; /* BETWEEN: both ends */
    bool open_a, open_b;
};

struct cell {
    int n; /* 0: `-` */
    bool negated;
    struct test tests[3];
};

enum hit {
    UNIQUE,
    ANY,
    PRIORITY,
    FIRST,
    RULE_ORDER,
    OUTPUT_ORDER,
    COLLECT,
    SUM,
    MIN,
    MAX,
    COUNT
};

struct table {
    enum hit hit;
    enum kind kinds[INPUTS];
    bool has_default;
    int n_rules;
    struct cell cells[MAX_RULES][INPUTS];
    int outputs[MAX_RULES];
};

static const int ranks[] = {3, 1, 2, 0}; /* the output values, highest priority first */

/* Drawing */

static int value_draw(enum kind k)
{
    if (pick(10) == 0) return NONE;
    return k == NUMBER ? pick(5) ? pick(12) * 10 - 30 : pick(90) - 30
           : k == TEXT ? pick(8)
                       : pick(2);
}

static void cell_draw(struct cell *c, enum kind k)
{
    *c = (struct cell){0};
    if (pick(2)) return;
    c->n = 1 + pick(3);
    c->negated = pick(5) == 0;
    for (int i = 0; i < c->n; i++) {
        struct test *t = &c->tests[i];
        t->a = value_draw(k);
        if (t->a == NONE || k == FLAG ||
            pick(3) == 0) { /* the value itself: nothing is less than null */
            t->how = IS;
            continue;
        }
        t->how = (enum how)pick(7);
        do t->b = value_draw(k);
        while (t->b == NONE);
        t->open_a = pick(2), t->open_b = pick(2);
    }
}

static void table_draw(struct table *t)
{
    t->hit = (enum hit)pick(11);
    t->has_default = pick(2);
    t->n_rules = pick(6) ? 1 + pick(12) : 60 + pick(90);
    for (int i = 0; i < INPUTS; i++)
        t->kinds[i] = pick(5) < 3 ? NUMBER : (enum kind)(1 + pick(2));
    for (int r = 0; r < t->n_rules; r++) {
        for (int i = 0; i < INPUTS; i++) cell_draw(&t->cells[r][i], t->kinds[i]);
        t->outputs[r] = pick(4);
    }
}

/* The interpreter */

enum truth { NO, YES, UNKNOWN };

static enum truth ask_test(const struct test *t, int v)
{
    if (t->how == IS || t->how == IS_NOT) return (v == t->a) == (t->how == IS) ? YES : NO;
    if (v == NONE) return UNKNOWN;
    switch (t->how) {
    case LESS: return v < t->a ? YES : NO;
    case AT_MOST: return v <= t->a ? YES : NO;
    case MORE: return v > t->a ? YES : NO;
    case AT_LEAST: return v >= t->a ? YES : NO;
    case BETWEEN:
        return (t->open_a ? v > t->a : v >= t->a) && (t->open_b ? v < t->b : v <= t->b) ? YES
                                                                                        : NO;
    case IS:
    case IS_NOT: break;
    }
    return UNKNOWN;
}

static enum truth ask(const struct cell *c, int v)
{
    enum truth any = NO;
    if (!c->n) return YES;
    for (int i = 0; i < c->n && any != YES; i++) {
        enum truth one = ask_test(&c->tests[i], v);
        if (one != NO) any = one;
    }
    return any == UNKNOWN || !c->negated ? any : any == YES ? NO : YES;
}

static int rank_of(int output)
{
    int i = 0;
    while (ranks[i] != output) i++;
    return i;
}

static void list_print(struct buf *b, const int *out, int n)
{
    buf_ch(b, '[');
    for (int i = 0; i < n; i++) buf_printf(b, "%s%d", i ? "," : "", out[i]);
    buf_ch(b, ']');
}

static void expect(struct buf *b, const struct table *t, const int *row)
{
    int out[MAX_RULES], n = 0, sum = 0, least = 9, most = -1, best = 0;
    bool same = true;
    for (int r = 0; r < t->n_rules; r++) {
        bool all = true;
        for (int i = 0; i < INPUTS; i++) all &= ask(&t->cells[r][i], row[i]) == YES;
        if (all) out[n++] = t->outputs[r];
    }
    for (int i = 0; i < n; i++) {
        sum += out[i];
        least = out[i] < least ? out[i] : least;
        most = out[i] > most ? out[i] : most;
        same &= out[i] == out[0];
        if (rank_of(out[i]) < rank_of(out[best])) best = i;
    }
    if (n == 0) {
        buf_c(b, t->has_default      ? "7"
                 : t->hit == COLLECT ? "[]"
                 : t->hit == COUNT   ? "0"
                                     : "null");
        return;
    }
    switch (t->hit) {
    case UNIQUE: n == 1 ? buf_printf(b, "%d", out[0]) : buf_c(b, "null"); break;
    case ANY: same ? buf_printf(b, "%d", out[0]) : buf_c(b, "null"); break;
    case PRIORITY: buf_printf(b, "%d", out[best]); break;
    case FIRST: buf_printf(b, "%d", out[0]); break;
    case OUTPUT_ORDER: {
        int sorted[MAX_RULES], k = 0;
        for (int rank = 0; rank < 4; rank++)
            for (int i = 0; i < n; i++)
                if (rank_of(out[i]) == rank) sorted[k++] = out[i];
        list_print(b, sorted, k);
        break;
    }
    case RULE_ORDER:
    case COLLECT: list_print(b, out, n); break;
    case SUM: buf_printf(b, "%d", sum); break;
    case MIN: buf_printf(b, "%d", least); break;
    case MAX: buf_printf(b, "%d", most); break;
    case COUNT: buf_printf(b, "%d", n); break;
    }
}

/* As DMN */

static void value_print(struct buf *b, enum kind k, int v)
{
    if (v == NONE)
        buf_c(b, "null");
    else if (k == NUMBER)
        buf_printf(b, "%s%d.%d", v < 0 ? "-" : "", abs(v) / 10, abs(v) % 10);
    else if (k == TEXT)
        buf_printf(b, "\"%s\"", words[v]);
    else
        buf_c(b, v ? "true" : "false");
}

static void test_print(struct buf *b, enum kind k, const struct test *t)
{
    static const char *const ops[] = {"", "!= ", "&lt; ", "&lt;= ", "> ", ">= "};
    if (t->how != BETWEEN) {
        buf_c(b, ops[t->how]);
        value_print(b, k, t->a);
        return;
    }
    buf_ch(b, t->open_a ? '(' : '[');
    value_print(b, k, t->a);
    buf_c(b, "..");
    value_print(b, k, t->b);
    buf_ch(b, t->open_b ? ')' : ']');
}

static void cell_print(struct buf *b, enum kind k, const struct cell *c)
{
    buf_c(b, "<inputEntry><text>");
    if (!c->n) buf_ch(b, '-');
    if (c->negated) buf_c(b, "not(");
    for (int i = 0; i < c->n; i++) {
        if (i) buf_c(b, ", ");
        test_print(b, k, &c->tests[i]);
    }
    if (c->negated) buf_ch(b, ')');
    buf_c(b, "</text></inputEntry>");
}

static void table_print(struct buf *b, const struct table *t)
{
    static const char *const hits[] = {"UNIQUE",
                                       "ANY",
                                       "PRIORITY",
                                       "FIRST",
                                       "RULE ORDER",
                                       "OUTPUT ORDER",
                                       "COLLECT",
                                       "COLLECT\" aggregation=\"SUM",
                                       "COLLECT\" aggregation=\"MIN",
                                       "COLLECT\" aggregation=\"MAX",
                                       "COLLECT\" aggregation=\"COUNT"};
    static const char *const types[] = {"number", "string", "boolean"};
    buf_c(b, "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"t\" "
             "namespace=\"urn:t\">");
    for (int i = 0; i < INPUTS; i++)
        buf_printf(b,
                   "<inputData id=\"i%d\" name=\"i%d\"><variable name=\"i%d\" "
                   "typeRef=\"%s\"/></inputData>",
                   i, i, i, types[t->kinds[i]]);
    buf_c(b, "<decision id=\"d\" name=\"d\">");
    for (int i = 0; i < INPUTS; i++)
        buf_printf(
            b,
            "<informationRequirement><requiredInput href=\"#i%d\"/></informationRequirement>",
            i);
    buf_printf(b, "<decisionTable hitPolicy=\"%s\">", hits[t->hit]);
    for (int i = 0; i < INPUTS; i++)
        buf_printf(
            b,
            "<input><inputExpression typeRef=\"%s\"><text>i%d</text></inputExpression></input>",
            types[t->kinds[i]], i);
    buf_printf(b, "<output><outputValues><text>3, 1, 2, 0</text></outputValues>%s</output>",
               t->has_default ? "<defaultOutputEntry><text>7</text></defaultOutputEntry>" : "");
    for (int r = 0; r < t->n_rules; r++) {
        buf_c(b, "<rule>");
        for (int i = 0; i < INPUTS; i++) cell_print(b, t->kinds[i], &t->cells[r][i]);
        buf_printf(b, "<outputEntry><text>%d</text></outputEntry></rule>", t->outputs[r]);
    }
    buf_c(b, "</decisionTable></decision></definitions>");
}

static const struct dmn_value *value_make(struct dmn_run *r, enum kind k, int v)
{
    char text[32];
    if (v == NONE) return dmn_make_null(r);
    if (k == FLAG) return dmn_make_boolean(r, v);
    if (k == TEXT) return dmn_make_string(r, (struct dmn_text){words[v], strlen(words[v])});
    if (v % 10 == 0 && pick(2)) return dmn_make_integer(r, v / 10);
    int n = snprintf(text, sizeof text, "%s%d.%d%s", v < 0 ? "-" : "", abs(v) / 10, abs(v) % 10,
                     pick(2) ? "00" : "");
    return dmn_make_literal(r, (struct dmn_text){text, (size_t)n});
}

/* Columns */

static int64_t wholes[INPUTS][ROWS];
static double reals[INPUTS][ROWS];
static uint8_t flags[INPUTS][ROWS], nulls[INPUTS][ROWS];
static uint32_t ids[INPUTS][ROWS];

static struct dmn_column column(struct dmn_run *r, const struct table *t, int i,
                                int (*rows)[INPUTS], const struct dmn_value **dictionary)
{
    bool whole = true;
    for (int k = 0; k < ROWS; k++) {
        int v = rows[k][i];
        whole &= v == NONE || v % 10 == 0;
        nulls[i][k] = v == NONE;
        wholes[i][k] = v == NONE ? 0 : v / 10;
        reals[i][k] = v == NONE ? 0 : v / 10.0;
        flags[i][k] = v == 1;
        ids[i][k] = (uint32_t)k;
        dictionary[k] = value_make(r, t->kinds[i], v);
    }
    if (pick(3) && t->kinds[i] == NUMBER)
        return (struct dmn_column){.kind = whole ? DMN_COLUMN_INT64 : DMN_COLUMN_DOUBLE,
                                   .nulls = nulls[i],
                                   .data = whole ? (void *)wholes[i] : (void *)reals[i]};
    if (pick(2) && t->kinds[i] == FLAG)
        return (struct dmn_column){
            .kind = DMN_COLUMN_BOOLEAN, .data = flags[i], .nulls = nulls[i]};
    return (struct dmn_column){.kind = DMN_COLUMN_VALUES,
                               .data = ids[i],
                               .dictionary = dictionary,
                               .n_dictionary = ROWS};
}

static bool agrees(struct dmn_run *r, const struct dmn_value *v, struct str want,
                   const char *how)
{
    struct dmn_text got = dmn_to_json(r, v);
    if (got.n == want.n && memcmp(got.p, want.p, got.n) == 0) return true;
    printf("# %s: %.*s, expected %.*s\n", how, (int)got.n, got.p, (int)want.n, want.p);
    return false;
}

struct trying {
    struct arena arena;
    struct table table;
    struct dmn_run *run, *values;
    struct dmn_plan *plan;
    struct dmn_batch *batch;
    int rows[ROWS][INPUTS];
};

static bool by_rows(struct trying *x)
{
    for (int k = 0; k < ROWS; k++) {
        const struct dmn_value *in[INPUTS], *v;
        struct buf want = buf_in(&x->arena);
        expect(&want, &x->table, x->rows[k]);
        for (int i = 0; i < INPUTS; i++)
            in[i] = value_make(x->values, x->table.kinds[i], x->rows[k][i]);
        if (dmn_decide(x->run, x->plan, in, false, &v) != DMN_OK ||
            !agrees(x->values, v, buf_str(&want), "one row"))
            return false;
        if (dmn_decide(x->run, x->plan, in, true, &v) != DMN_OK ||
            !agrees(x->values, v, buf_str(&want), "with trace"))
            return false;
        if (dmn_trace_json(x->run).n < 100) return false;
    }
    return true;
}

static bool by_columns(struct trying *x)
{
    const struct dmn_value *dictionaries[INPUTS][ROWS];
    struct dmn_column columns[INPUTS];
    uint32_t outcomes[ROWS];
    for (int i = 0; i < INPUTS; i++)
        columns[i] = column(x->values, &x->table, i, x->rows, dictionaries[i]);
    if (dmn_batch_run(x->batch, columns, ROWS, outcomes) != DMN_OK) {
        printf("# the batch does not run\n");
        return false;
    }
    for (int k = 0; k < ROWS; k++) {
        struct buf want = buf_in(&x->arena);
        expect(&want, &x->table, x->rows[k]);
        if (!agrees(x->values, dmn_batch_outcome(x->batch, outcomes[k]), buf_str(&want),
                    "columns"))
            return false;
    }
    return true;
}

static bool one_table(struct trying *x)
{
    static const struct dmn_text names[INPUTS] = {{"i0", 2}, {"i1", 2}, {"i2", 2}, {"i3", 2}};
    struct buf b = buf_in(&x->arena);
    struct dmn_model *m;
    struct dmn_report *report;
    table_draw(&x->table);
    table_print(&b, &x->table);
    struct dmn_source s = {"table", {b.p, b.n}};
    bool ok = dmn_load(&s, 1, NULL, &m, &report) == DMN_OK;
    dmn_report_free(report);
    if (ok) {
        x->run = dmn_run_new(m, NULL);
        x->values = dmn_run_new(m, NULL);
        ok = dmn_plan_new(m, (struct dmn_text){"d", 1}, names, INPUTS, &x->plan) == DMN_OK;
        if (dmn_batch_new(m, (struct dmn_text){"d", 1}, names, INPUTS, &x->batch) != DMN_OK) {
            printf("# no batch of this table\n");
            ok = false;
        }
        for (int k = 0; k < ROWS; k++)
            for (int i = 0; i < INPUTS; i++) x->rows[k][i] = value_draw(x->table.kinds[i]);
        ok = ok && by_rows(x) && by_columns(x) && by_columns(x);
        dmn_batch_free(x->batch);
        dmn_plan_free(x->plan);
        dmn_run_free(x->run);
        dmn_run_free(x->values);
    }
    dmn_model_free(m);
    if (!ok) printf("# %.*s\n", (int)b.n, b.p);
    return ok;
}

int main(void)
{
    const char *env = getenv("SEED");
    uint64_t seed = env ? strtoull(env, NULL, 10) : 20250101;
    static struct trying x;
    bool ok = true;
    state = seed * 2654435769u + 1;
    printf("1..1\n# SEED=%llu\n", (unsigned long long)seed);
    for (int i = 0; i < TABLES && ok; i++) {
        arena_init(&x.arena, 0);
        ok = one_table(&x);
        arena_done(&x.arena);
    }
    printf("%s 1 tables against the plain interpreter\n", ok ? "ok" : "not ok");
    return !ok;
}
