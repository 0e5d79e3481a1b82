/* Random decision tables: the sets of rules (no trace) must give what the cells one by one give
 * (with the trace), for every hit policy, for nulls, for values of other types, for cells with
 * `not`, lists, ranges and comparisons. The seed is printed; SEED=n repeats it. */
#include "base/buf.h"
#include "dmn.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUTS 4
#define TABLES 400
#define RUNS 60

static uint64_t state;

static unsigned pick(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 33) % n;
}

static const char *const numbers[] = {"0", "1", "2.5", "3", "-4", "1e20", "0.1"};
static const char *const strings[] = {"\"\"", "\"a\"", "\"ab\"", "\"b\"", "\"\xC3\xA9\""};
static const char *const dates[] = {"@\"2024-01-01\"", "@\"2024-02-29\"", "@\"1999-12-31\"",
                                    "@\"-0004-01-01\""};
static const char *const days[] = {"@\"P1D\"", "@\"PT1H\"", "@\"-P2D\""};
static const char *const bools[] = {"true", "false"};

static const struct {
    const char *const *items;
    unsigned n;
} kinds[] = {{numbers, 7}, {strings, 5}, {dates, 4}, {days, 3}, {bools, 2}};

static const char *constant(unsigned kind)
{
    return pick(12) == 0 ? "null" : kinds[kind].items[pick(kinds[kind].n)];
}

static void one_test(struct buf *b, unsigned kind)
{
    static const char *const ops[] = {"&lt; ", "&lt;= ", "> ", ">= ", "= ", "!= "};
    switch (pick(6)) {
    case 0:
    case 1: buf_c(b, constant(kind)); break;
    case 2: buf_printf(b, "%s%s", ops[pick(6)], constant(kind)); break;
    case 3:
        buf_printf(b, "%c%s..%s%c", "[(]"[pick(3)], constant(kind), constant(kind),
                   "])["[pick(3)]);
        break;
    case 4: buf_printf(b, "? = %s", constant(kind)); break;
    default: buf_printf(b, "[%s, %s]", constant(kind), constant(kind)); break;
    }
}

static void cell(struct buf *b, unsigned kind)
{
    unsigned how = pick(8), n = 1 + pick(3);
    if (how == 0) {
        buf_ch(b, '-');
        return;
    }
    if (how == 1) buf_c(b, "not(");
    for (unsigned i = 0; i < n; i++) {
        if (i) buf_c(b, ", ");
        one_test(b, kind);
    }
    if (how == 1) buf_ch(b, ')');
}

static void table(struct buf *b, const unsigned *kind)
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
    unsigned rules = 1 + pick(pick(10) ? 12 : 150);
    buf_c(b, "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"t\" "
             "namespace=\"urn:t\">");
    for (int i = 0; i < INPUTS; i++)
        buf_printf(b, "<inputData id=\"i%d\" name=\"i%d\"/>", i, i);
    buf_c(b, "<decision id=\"d\" name=\"d\">");
    for (int i = 0; i < INPUTS; i++)
        buf_printf(
            b,
            "<informationRequirement><requiredInput href=\"#i%d\"/></informationRequirement>",
            i);
    buf_printf(b, "<decisionTable hitPolicy=\"%s\">", hits[pick(11)]);
    for (int i = 0; i < INPUTS; i++)
        buf_printf(b, "<input><inputExpression><text>i%d</text></inputExpression></input>", i);
    buf_printf(
        b, "<output name=\"o\"><outputValues><text>3, 1, 2, 0</text></outputValues>%s</output>",
        pick(2) ? "<defaultOutputEntry><text>7</text></defaultOutputEntry>" : "");
    for (unsigned r = 0; r < rules; r++) {
        buf_c(b, "<rule>");
        for (int i = 0; i < INPUTS; i++) {
            buf_c(b, "<inputEntry><text>");
            if (pick(3))
                cell(b, kind[i]);
            else
                buf_ch(b, '-');
            buf_c(b, "</text></inputEntry>");
        }
        buf_printf(b, "<outputEntry><text>%u</text></outputEntry></rule>", pick(4));
    }
    buf_c(b, "</decisionTable></decision></definitions>");
}

static const struct dmn_value *input(struct dmn_run *r, unsigned kind)
{
    unsigned odd = pick(16);
    const char *text = odd == 0 ? "null" : odd == 1 ? constant(pick(5)) : constant(kind);
    if (odd == 2) {
        struct dmn_value *list = dmn_make_list(r, 2);
        dmn_list_set(list, 0, dmn_make_integer(r, 1));
        return list;
    }
    if (strcmp(text, "null") == 0) return dmn_make_null(r);
    return dmn_make_literal(r, (struct dmn_text){text, strlen(text)});
}

static bool same(struct dmn_model *m, const unsigned *kind)
{
    struct dmn_run *r = dmn_run_new(m, NULL);
    bool ok = true;
    for (int run = 0; run < RUNS && ok; run++) {
        const struct dmn_value *fast, *slow;
        dmn_run_reset(r);
        for (int i = 0; i < INPUTS; i++) {
            char name[] = {'i', (char)('0' + i)};
            if (dmn_input(r, (struct dmn_text){name, 2}, input(r, kind[i])) != DMN_OK)
                ok = false;
        }
        if (dmn_eval(r, (struct dmn_text){"d", 1}, false, &fast) != DMN_OK) ok = false;
        struct dmn_text a = dmn_to_json(r, fast);
        if (dmn_eval(r, (struct dmn_text){"d", 1}, true, &slow) != DMN_OK) ok = false;
        struct dmn_text b = dmn_to_json(r, slow);
        if (ok && a.n == b.n && memcmp(a.p, b.p, a.n) == 0) continue;
        ok = false;
        struct dmn_text t = dmn_trace_text(r);
        printf("# by sets %.*s, by cells %.*s\n%.*s", (int)a.n, a.p, (int)b.n, b.p, (int)t.n,
               t.p);
    }
    dmn_run_free(r);
    return ok;
}

int main(void)
{
    const char *env = getenv("SEED");
    uint64_t seed = env ? strtoull(env, NULL, 10) : 20240101;
    state = seed * 2654435769u + 1;
    printf("1..1\n# SEED=%llu\n", (unsigned long long)seed);
    for (int i = 0; i < TABLES; i++) {
        struct arena a;
        struct dmn_model *m;
        struct dmn_report *report;
        unsigned kind[INPUTS];
        arena_init(&a, 0);
        struct buf b = buf_in(&a);
        for (int k = 0; k < INPUTS; k++) kind[k] = pick(5);
        table(&b, kind);
        struct dmn_source s = {"table", {b.p, b.n}};
        bool ok = dmn_load(&s, 1, NULL, &m, &report) == DMN_OK && same(m, kind);
        if (!ok) printf("# table %d: %.*s\nnot ok 1 tables\n", i, (int)b.n, b.p);
        dmn_model_free(m);
        dmn_report_free(report);
        arena_done(&a);
        if (!ok) return 1;
    }
    printf("ok 1 tables\n");
    return 0;
}
