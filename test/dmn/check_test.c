/* Random small tables: what dmn_check says against all inputs of a small domain, one by one.
 * The domain has a value in every segment the cells can make, so that whatever happens for some
 * input happens in it. A twin of the table with hit policy COLLECT tells which rules match;
 * gaps, overlaps, conflicts, masked and dead rules follow from that list by their definitions.
 * Tables also have cells that are not plain tests: then findings must still be true, and what
 * is missed must be said to be unknown. The seed is printed; SEED=n repeats it. */
#include "base/buf.h"
#include "dmn.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 3
#define MAX_RULES 5
#define MAX_VALUES 16
#define TABLES 250

static uint64_t state;

static unsigned pick(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 33) % n;
}

/* A kind of column: its type, constants for cells, and a domain with a value in every segment;
 * "null" comes last. */
static const struct kind {
    const char *type;
    bool finite, ordered;
    const char *constants[6], *domain[MAX_VALUES];
} kinds[] = {
    {"number",
     false,
     true,
     {"0", "1", "2", "2.5"},
     {"-1", "0", "0.5", "1", "1.5", "2", "2.2", "2.5", "3", "null"}},
    {"string",
     false,
     false,
     {"\"a\"", "\"b\"", "\"other\""},
     {"\"a\"", "\"b\"", "\"other\"", "\"x\"", "null"}},
    {"string",
     false,
     true,
     {"\"a\"", "\"b\"", "\"bb\""},
     {"\"\"", "\"A\"", "\"a\"", "\"aa\"", "\"b\"", "\"ba\"", "\"bb\"", "\"c\"", "null"}},
    {"boolean", true, false, {"true", "false"}, {"true", "false", "null"}},
    {"tColour",
     true,
     false,
     {"\"red\"", "\"green\"", "\"blue\"", "\"pink\""},
     {"\"red\"", "\"green\"", "\"blue\"", "null"}},
    {"date",
     false,
     true,
     {"@\"2024-02-28\"", "date(\"2024-03-01\")", "@\"2024-03-02\""},
     {"@\"2024-02-01\"", "@\"2024-02-28\"", "@\"2024-02-29\"", "@\"2024-03-01\"",
      "@\"2024-03-02\"", "@\"2024-05-01\"", "null"}},
    {"years and months duration",
     false,
     true,
     {"@\"P1M\"", "@\"P1Y\""},
     {"@\"P0M\"", "@\"P1M\"", "@\"P5M\"", "@\"P1Y\"", "@\"P2Y\"", "null"}},
    {"days and time duration",
     false,
     true,
     {"@\"PT1H\"", "@\"P1D\""},
     {"@\"PT0S\"", "@\"PT1H\"", "@\"PT2H\"", "@\"P1D\"", "@\"P2D\"", "null"}},
    {"tLimited",
     false,
     true,
     {"1", "5", "7", "20"},
     {"0", "1", "3", "5", "6", "7", "8", "10", "null"}},
};
#define KINDS (sizeof kinds / sizeof *kinds)

struct table {
    unsigned kind[COLUMNS], columns, rules, hit;
    unsigned output[MAX_RULES];
    bool by_default, odd;
    struct buf cells[MAX_RULES][COLUMNS];
};

static const char *const hits[] = {"UNIQUE", "ANY", "FIRST", "PRIORITY"};

static const char *constant(const struct kind *k)
{
    unsigned n = 0;
    while (n < 6 && k->constants[n]) n++;
    return pick(14) == 0 ? "null" : k->constants[pick(n)];
}

static void one_test(struct buf *b, const struct kind *k)
{
    static const char *const ops[] = {"= ", "!= ", "&lt; ", "&lt;= ", "> ", ">= "};
    const char *c = constant(k);
    bool null = strcmp(c, "null") == 0;
    switch (k->ordered && !null ? pick(6) : pick(3)) {
    case 0: buf_c(b, c); break;
    case 1: buf_printf(b, "%s%s", ops[pick(2)], c); break;
    case 2: buf_printf(b, "? %s%s", ops[pick(2)], c); break;
    case 3: buf_printf(b, "%s%s", ops[pick(6)], c); break;
    case 4:
        buf_printf(b, "? %s%s or ? %s%s", ops[pick(6)], c, ops[pick(2)], constant(k));
        break;
    default: {
        const char *d = constant(k);
        buf_printf(b, "%c%s..%s%c", "[(]"[pick(3)], c, strcmp(d, "null") == 0 ? c : d,
                   "])["[pick(3)]);
        break;
    }
    }
}

static void cell(struct table *t, struct buf *b, unsigned column)
{
    const struct kind *k = &kinds[t->kind[column]];
    unsigned how = pick(10), n = 1 + pick(2);
    if (how < 3) {
        buf_ch(b, '-');
        return;
    }
    if (how == 3 && pick(8) == 0) {
        buf_c(b, "string length(string(?)) > 3");
        t->odd = true;
        return;
    }
    if (how == 4) buf_c(b, "not(");
    for (unsigned i = 0; i < n; i++) {
        if (i) buf_c(b, ", ");
        one_test(b, k);
    }
    if (how == 4) buf_ch(b, ')');
}

static void table_make(struct arena *a, struct table *t)
{
    memset(t, 0, sizeof *t);
    t->columns = 1 + pick(COLUMNS);
    t->rules = 1 + pick(MAX_RULES);
    t->hit = pick(4);
    t->by_default = pick(6) == 0;
    for (unsigned i = 0; i < t->columns; i++) t->kind[i] = pick((unsigned)KINDS);
    for (unsigned r = 0; r < t->rules; r++) {
        t->output[r] = pick(3);
        for (unsigned i = 0; i < t->columns; i++) {
            t->cells[r][i] = buf_in(a);
            cell(t, &t->cells[r][i], i);
        }
    }
}

/* collect: the twin that gives the numbers of the rules that match. */
static const char *table_text(struct arena *a, const struct table *t, bool collect)
{
    struct buf b = buf_in(a);
    buf_c(&b, "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"t\" "
              "namespace=\"urn:t\">\n"
              "<itemDefinition "
              "name=\"tColour\"><typeRef>string</typeRef><allowedValues><text>\"red\", "
              "\"green\", \"blue\""
              "</text></allowedValues></itemDefinition><itemDefinition "
              "name=\"tLimited\"><typeRef>number</typeRef>"
              "<allowedValues><text>[0..10]</text></allowedValues></itemDefinition>\n");
    for (unsigned i = 0; i < t->columns; i++)
        buf_printf(&b,
                   "<inputData id=\"i%u\" name=\"i%u\"><variable name=\"i%u\" "
                   "typeRef=\"%s\"/></inputData>\n",
                   i, i, i, kinds[t->kind[i]].type);
    buf_c(&b, "<decision id=\"d\" name=\"d\">\n");
    for (unsigned i = 0; i < t->columns; i++)
        buf_printf(
            &b,
            "<informationRequirement><requiredInput href=\"#i%u\"/></informationRequirement>\n",
            i);
    buf_printf(&b, "<decisionTable hitPolicy=\"%s\">", collect ? "COLLECT" : hits[t->hit]);
    for (unsigned i = 0; i < t->columns; i++)
        buf_printf(&b, "<input><inputExpression><text>i%u</text></inputExpression></input>\n",
                   i);
    buf_printf(&b, "<output name=\"o\">%s%s</output>\n",
               collect ? "" : "<outputValues><text>2, 0, 1</text></outputValues>",
               t->by_default && !collect
                   ? "<defaultOutputEntry><text>1</text></defaultOutputEntry>"
                   : "");
    for (unsigned r = 0; r < t->rules; r++) {
        buf_c(&b, "<rule>");
        for (unsigned i = 0; i < t->columns; i++)
            buf_printf(&b, "<inputEntry><text>%.*s</text></inputEntry>", (int)t->cells[r][i].n,
                       t->cells[r][i].p);
        buf_printf(&b, "<outputEntry><text>%u</text></outputEntry></rule>\n",
                   collect ? r : t->output[r]);
    }
    buf_c(&b, "</decisionTable></decision></definitions>");
    return buf_z(&b);
}

static struct dmn_text text_of(const char *s) { return (struct dmn_text){s, strlen(s)}; }

static struct dmn_model *load(const char *text)
{
    struct dmn_source s = {"t.dmn", text_of(text)};
    struct dmn_report *rep;
    struct dmn_model *m = NULL;
    if (dmn_load(&s, 1, NULL, &m, &rep) != DMN_OK || dmn_report_count(rep) > 0) {
        printf("# %s\n# %s\n", dmn_report_count(rep) ? dmn_report_get(rep, 0)->text : "", text);
        exit(1);
    }
    dmn_report_free(rep);
    return m;
}

/* What is true of a table. */
struct facts {
    bool gap, gap_null, pair[MAX_RULES][MAX_RULES], conflict[MAX_RULES][MAX_RULES],
        decides[MAX_RULES], matches[MAX_RULES];
    unsigned long silent, all; /* without null */
    bool finite;
};

static unsigned rank(unsigned output)
{
    static const unsigned ranks[] = {1, 2, 0}; /* of the output values 2, 0, 1 */
    return ranks[output];
}

static void one_input(const struct table *t, const unsigned *rules, size_t n, bool null,
                      struct facts *f)
{
    if (!null) f->all++;
    if (n == 0 && null) f->gap_null = true;
    if (n == 0 && !null) f->gap = true, f->silent++;
    size_t best = 0;
    for (size_t i = 0; i < n; i++) {
        f->matches[rules[i]] = true;
        if (t->hit == 3 && rank(t->output[rules[i]]) < rank(t->output[rules[best]])) best = i;
        for (size_t k = 0; k < i; k++) {
            f->pair[rules[k]][rules[i]] = true;
            f->conflict[rules[k]][rules[i]] |= t->output[rules[k]] != t->output[rules[i]];
        }
    }
    if (n) f->decides[rules[t->hit == 3 ? best : 0]] = true;
}

static void facts_find(const struct table *t, const char *twin, struct facts *f)
{
    struct dmn_model *m = load(twin);
    struct dmn_run *r = dmn_run_new(m, NULL);
    unsigned at[COLUMNS] = {0};
    memset(f, 0, sizeof *f);
    f->finite = true;
    for (unsigned i = 0; i < t->columns; i++) f->finite &= kinds[t->kind[i]].finite;
    for (bool more = true; more;) {
        const struct dmn_value *v;
        unsigned rules[MAX_RULES];
        bool null = false;
        dmn_run_reset(r);
        for (unsigned i = 0; i < t->columns; i++) {
            char name[16];
            const char *text = kinds[t->kind[i]].domain[at[i]];
            snprintf(name, sizeof name, "i%u", i);
            bool none = strcmp(text, "null") == 0;
            null |= none;
            v = none ? dmn_make_null(r) : dmn_make_literal(r, text_of(text));
            if (dmn_input(r, text_of(name), v) != DMN_OK) exit(1);
        }
        if (dmn_eval(r, text_of("d"), false, &v) != DMN_OK) exit(1);
        size_t n = dmn_count(v);
        for (size_t i = 0; i < n; i++)
            rules[i] = (unsigned)strtoul(dmn_print(r, dmn_item(v, i)).p, NULL, 10);
        one_input(t, rules, n, null, f);
        unsigned i = t->columns;
        for (more = false; i-- > 0 && !more;) {
            more = kinds[t->kind[i]].domain[at[i] + 1] != NULL;
            at[i] = more ? at[i] + 1 : 0;
        }
    }
    dmn_run_free(r);
    dmn_model_free(m);
}

static int wrong;

static void say(const struct table *t, const char *text, const char *what,
                const struct dmn_finding *f)
{
    (void)t;
    if (wrong++ < 5) printf("# %s: %s\n# %s\n", what, f ? f->text : "", text);
}

/* The witness for the decision as a whole must do what the finding says; it is evaluated here
 * once more. */
static bool example_holds(struct dmn_model *m, const struct dmn_finding *f, const char *want)
{
    struct dmn_run *r = dmn_run_new(m, NULL);
    const struct dmn_value *v;
    bool ok = false;
    if (dmn_input_json(r, text_of(f->example)) == DMN_OK &&
        dmn_eval(r, text_of("d"), false, &v) == DMN_OK)
        for (size_t i = 0; i < dmn_run_count(r); i++)
            ok |= strcmp(dmn_run_get(r, i)->id, want) == 0;
    dmn_run_free(r);
    return ok;
}

static unsigned found_of_kind[8];

static void compare(const struct table *t, const char *text, const struct facts *facts)
{
    struct dmn_model *m = load(text);
    struct dmn_findings *fs;
    struct facts seen = {0};
    bool unknown = false, masked[MAX_RULES] = {false}, dead[MAX_RULES] = {false};
    if (dmn_check(m, 0, &fs) != DMN_OK) exit(1);
    for (size_t i = 0; i < dmn_findings_count(fs); i++) {
        const struct dmn_finding *f = dmn_findings_get(fs, i);
        unsigned a = 0, b = 0;
        if (f->id[4] == '0' && f->id[5] == '4') found_of_kind[f->id[7] - '1']++;
        if (strcmp(f->id, "DMN-0401") == 0 || strcmp(f->id, "DMN-0402") == 0) {
            bool null = f->id[7] == '2';
            unsigned long n = 0, of = 0;
            const char *open = strrchr(f->text, '(');
            if (!(null ? facts->gap_null : facts->gap)) say(t, text, "no such gap", f);
            *(null ? &seen.gap_null : &seen.gap) = true;
            if (!f->example || !example_holds(m, f, "DMN-0201"))
                say(t, text, "the example does not show it", f);
            if (!null && facts->finite && !t->odd &&
                (!open || sscanf(open, "(%lu of %lu inputs)", &n, &of) != 2 ||
                 n != facts->silent || of != facts->all))
                say(t, text, "wrong count", f);
        } else if (strcmp(f->id, "DMN-0403") == 0 || strcmp(f->id, "DMN-0404") == 0) {
            bool any = f->id[7] == '4';
            if (sscanf(f->text, "rules %u and %u", &a, &b) != 2 || a < 1 || b > t->rules)
                exit(1);
            if (!(any ? facts->conflict : facts->pair)[a - 1][b - 1])
                say(t, text, "no such pair", f);
            (any ? seen.conflict : seen.pair)[a - 1][b - 1] = true;
            if (f->severity != DMN_ERROR || !f->example ||
                !example_holds(m, f, any ? "DMN-0203" : "DMN-0202"))
                say(t, text, "the example does not show it", f);
        } else if (strcmp(f->id, "DMN-0405") == 0 || strcmp(f->id, "DMN-0406") == 0) {
            bool cell_dead = f->id[7] == '6';
            if (sscanf(f->text, "rule %u of", &a) != 1 || a < 1 || a > t->rules) exit(1);
            (cell_dead ? dead : masked)[a - 1] = true;
            if (cell_dead ? facts->matches[a - 1] : facts->decides[a - 1])
                say(t, text, "it does match", f);
        } else if (strcmp(f->id, "DMN-0407") == 0) {
            unknown = true;
            if (!t->odd) say(t, text, "this is known", f);
        } else if (strcmp(f->id, "DMN-0501") != 0) {
            say(t, text, "unexpected", f);
        }
    }
    if (!unknown) {
        if (!t->by_default && facts->gap != seen.gap) say(t, text, "a gap was missed", NULL);
        if (!t->by_default && !facts->gap && facts->gap_null != seen.gap_null)
            say(t, text, "a null gap was missed", NULL);
    }
    for (unsigned b = 0; b < t->rules && !t->odd; b++) {
        if (dead[b] == facts->matches[b]) say(t, text, "a dead rule was missed", NULL);
        if (t->hit >= 2 && !dead[b] && masked[b] == facts->decides[b])
            say(t, text, "a masked rule was missed", NULL);
        for (unsigned a = 0; a < b; a++) {
            if (t->hit == 0 && facts->pair[a][b] != seen.pair[a][b])
                say(t, text, "an overlap was missed", NULL);
            if (t->hit == 1 && facts->conflict[a][b] != seen.conflict[a][b])
                say(t, text, "a conflict was missed", NULL);
        }
    }
    dmn_findings_free(fs);
    dmn_model_free(m);
}

int main(void)
{
    const char *seed = getenv("SEED");
    struct arena a;
    struct table t;
    struct facts facts;
    state = seed ? strtoull(seed, NULL, 10) : 20261122;
    printf("1..2\n# seed %llu\n", (unsigned long long)state);
    arena_init(&a, 0);
    for (int i = 0; i < TABLES; i++) {
        arena_reset(&a);
        table_make(&a, &t);
        facts_find(&t, table_text(&a, &t, true), &facts);
        compare(&t, table_text(&a, &t, false), &facts);
    }
    arena_done(&a);
    printf("%s 1 %d random tables: what is said is true, and nothing is missed\n",
           wrong ? "not ok" : "ok", TABLES);
    bool all = true;
    for (int i = 0; i < 7; i++) {
        printf("# DMN-040%d: %u\n", i + 1, found_of_kind[i]);
        all &= seed || found_of_kind[i] > 0;
    }
    printf("%s 2 every kind of finding occurred\n", all ? "ok" : "not ok");
    return wrong || !all;
}
