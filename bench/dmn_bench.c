/* What a decision costs: the table of dmn_rules.h by libdmn's public interface (one at a time
 * with and without the trace, JSON to JSON, in columns), beside the same table as an if-chain
 * of C compiled with the same flags. Rows are random and many, because a branch predictor
 * learns a few thousand by heart; rounds of all engines alternate and CPU time is taken,
 * because machines change their pace and are shared; the median of the rounds is printed and
 * its ratio to the if-chain. `--model` prints the DMN text, `--rules` and `--rows N` what the
 * engines of npm need (bench/npm). */
#include "base/buf.h"
#include "dmn.h"
#include "dmn_rules.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROWS (1u << 16)
#define ROUNDS 9

struct row {
    int64_t days, hours, counts, score;
    uint8_t kind, grade, stage, is_signed;
};

/* The if-chain */

enum { kind_assault, kind_burglary, kind_fraud, kind_driving, kind_theft, kind_other };
enum { grade_F1, grade_F2, grade_F3, grade_F4, grade_M1, grade_M2, grade_M3, grade_P };
enum { stage_charged, stage_convicted, stage_pending, stage_dismissed, stage_sealed };

#define ANY(c)
#define LT(c, x) &&r->c < (x)
#define LE(c, x) &&r->c <= (x)
#define GT(c, x) &&r->c > (x)
#define GE(c, x) &&r->c >= (x)
#define IN(c, x, y) &&r->c >= (x) && r->c <= (y)
#define IS(c, a) &&r->c == c##_##a
#define ONE(c, a, b) &&(r->c == c##_##a || r->c == c##_##b)
#define FLAG(c, v) &&r->is_##c == v
#define RULE(n, cells)                                                                         \
    if (1 cells) return n;
static __attribute__((noinline)) int by_ifs(const struct row *r)
{
    BENCH_RULES(RULE)
    return 0;
}
#undef ANY
#undef LT
#undef LE
#undef GT
#undef GE
#undef IN
#undef IS
#undef ONE
#undef FLAG
#undef RULE

/* The same as texts of FEEL */

#define ANY(c) "-\0"
#define LT(c, x) "< " #x "\0"
#define LE(c, x) "<= " #x "\0"
#define GT(c, x) "> " #x "\0"
#define GE(c, x) ">= " #x "\0"
#define IN(c, x, y) "[" #x ".." #y "]\0"
#define IS(c, a) "\"" #a "\"\0"
#define ONE(c, a, b) "\"" #a "\", \"" #b "\"\0"
#define FLAG(c, v) #v "\0"
#define RULE(n, cells) cells,
static const char *const rules[] = {BENCH_RULES(RULE)};
#define N_RULES (sizeof rules / sizeof *rules)

static const struct {
    const char *name, *type;
    const char *words[8];
} columns[] = {
    {"days", "number", {0}},
    {"hours", "number", {0}},
    {"counts", "number", {0}},
    {"score", "number", {0}},
    {"kind", "string", {"assault", "burglary", "fraud", "driving", "theft", "other"}},
    {"grade", "string", {"F1", "F2", "F3", "F4", "M1", "M2", "M3", "P"}},
    {"stage", "string", {"charged", "convicted", "pending", "dismissed", "sealed"}},
    {"signed", "boolean", {0}}};
#define N_COLUMNS (sizeof columns / sizeof *columns)

static uint64_t state = 88172645463325252u;

static uint64_t draw(uint64_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (state >> 16) % n;
}

static void row_draw(struct row *r)
{
    *r = (struct row){.days = (int64_t)draw(366),
                      .hours = (int64_t)draw(97),
                      .counts = (int64_t)draw(21),
                      .score = (int64_t)draw(1001),
                      .kind = (uint8_t)draw(6),
                      .grade = (uint8_t)draw(8),
                      .stage = (uint8_t)draw(5),
                      .is_signed = (uint8_t)draw(2)};
}

static void escaped(struct buf *b, const char *s)
{
    for (; *s; s++)
        if (*s == '<')
            buf_c(b, "&lt;");
        else
            buf_ch(b, *s);
}

static void head(struct buf *b, const char *hit)
{
    buf_c(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<definitions "
             "xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" "
             "id=\"bench\" name=\"bench\" namespace=\"urn:example:bench\">\n");
    for (size_t i = 0; i < N_COLUMNS; i++)
        buf_printf(b,
                   "<inputData id=\"i%zu\" name=\"%s\"><variable name=\"%s\" "
                   "typeRef=\"%s\"/></inputData>\n",
                   i, columns[i].name, columns[i].name, columns[i].type);
    buf_c(b, "<decision id=\"d\" name=\"rule\"><variable name=\"rule\" typeRef=\"number\"/>\n");
    for (size_t i = 0; i < N_COLUMNS; i++)
        buf_printf(b,
                   "<informationRequirement><requiredInput "
                   "href=\"#i%zu\"/></informationRequirement>\n",
                   i);
    buf_printf(b, "<decisionTable hitPolicy=\"%s\">\n", hit);
    for (size_t i = 0; i < N_COLUMNS; i++)
        buf_printf(b,
                   "<input><inputExpression "
                   "typeRef=\"%s\"><text>%s</text></inputExpression></input>\n",
                   columns[i].type, columns[i].name);
    buf_c(b, "<output "
             "typeRef=\"number\"><defaultOutputEntry><text>0</text></defaultOutputEntry></"
             "output>\n");
}

static void model_write(struct buf *b)
{
    head(b, "FIRST");
    for (size_t r = 0; r < N_RULES; r++) {
        const char *cell = rules[r];
        buf_c(b, "<rule>");
        for (size_t i = 0; i < N_COLUMNS; i++, cell += strlen(cell) + 1) {
            buf_c(b, "<inputEntry><text>");
            escaped(b, cell);
            buf_c(b, "</text></inputEntry>");
        }
        buf_printf(b, "<outputEntry><text>%zu</text></outputEntry></rule>\n", r + 1);
    }
    buf_c(b, "</decisionTable></decision></definitions>\n");
}

/* As many rules as asked, three cells each, drawn like those of dmn_rules.h but narrower, so
 * that few hit early. */
static void large_write(struct buf *b, unsigned n)
{
    head(b, "FIRST");
    for (unsigned r = 1; r <= n; r++) {
        unsigned day = (unsigned)draw(360), score = (unsigned)draw(990);
        buf_printf(
            b,
            "<rule><inputEntry><text>[%u..%u]</text></inputEntry><inputEntry><text>-</text></"
            "inputEntry>"
            "<inputEntry><text>%u</text></inputEntry><inputEntry><text>[%u..%u]</text></"
            "inputEntry>"
            "<inputEntry><text>\"%s\"</text></inputEntry><inputEntry><text>-</text></"
            "inputEntry>"
            "<inputEntry><text>-</text></inputEntry><inputEntry><text>-</text></inputEntry>"
            "<outputEntry><text>%u</text></outputEntry></rule>\n",
            day, day + 6, (unsigned)draw(21), score, score + 11, columns[4].words[draw(6)], r);
    }
    buf_c(b, "</decisionTable></decision></definitions>\n");
}

static void rules_print(void)
{
    printf("[");
    for (size_t r = 0; r < N_RULES; r++) {
        const char *cell = rules[r];
        printf("%s[", r ? ",\n" : "");
        for (size_t i = 0; i < N_COLUMNS; i++, cell += strlen(cell) + 1) {
            printf("%s\"", i ? "," : "");
            for (const char *s = cell; *s; s++) printf(*s == '"' ? "\\\"" : "%c", *s);
            printf("\"");
        }
        printf("]");
    }
    printf("]\n");
}

static int row_json(char *to, size_t size, const struct row *r)
{
    return snprintf(to, size,
                    "{\"days\":%lld,\"hours\":%lld,\"counts\":%lld,\"score\":%lld,\"kind\":\"%"
                    "s\",\"grade\":\"%s\",\"stage\":\"%s\",\"signed\":%s}",
                    (long long)r->days, (long long)r->hours, (long long)r->counts,
                    (long long)r->score, columns[4].words[r->kind], columns[5].words[r->grade],
                    columns[6].words[r->stage], r->is_signed ? "true" : "false");
}

/* Measuring */

struct bench {
    struct row *rows;
    uint8_t *want, *got;
    struct dmn_model *model, *large;
    struct dmn_plan *plan, *large_plan;
    struct dmn_run *run, *large_run, *values;
    const struct dmn_value *(*bound)[N_COLUMNS];
    char (*json)[160];
    struct dmn_batch *batch;
    struct dmn_column columns[N_COLUMNS];
    uint32_t *outcomes;
    int64_t sum; /* so that nothing is thought unused */
};

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what)
{
    fprintf(stderr, "dmn_bench: %s\n", what);
    exit(1);
}

static size_t run_ifs(struct bench *b)
{
    for (size_t i = 0; i < ROWS; i++) b->sum += by_ifs(&b->rows[i]);
    return ROWS;
}

static size_t run_bound(struct bench *b, struct dmn_run *r, const struct dmn_plan *p,
                        bool trace)
{
    const struct dmn_value *v;
    for (size_t i = 0; i < ROWS; i++) {
        if (dmn_decide(r, p, b->bound[i], trace, &v) != DMN_OK) die("a decision failed");
        b->sum += dmn_type_of(v);
    }
    return ROWS;
}

static size_t run_plain(struct bench *b) { return run_bound(b, b->run, b->plan, false); }

static size_t run_trace(struct bench *b) { return run_bound(b, b->run, b->plan, true); }

static size_t run_large(struct bench *b)
{
    return run_bound(b, b->large_run, b->large_plan, false);
}

static size_t run_names(struct bench *b)
{
    const struct dmn_value *v;
    size_t n = ROWS / 8;
    for (size_t i = 0; i < n; i++) {
        dmn_run_reset(b->run);
        for (size_t k = 0; k < N_COLUMNS; k++)
            if (dmn_input(b->run, (struct dmn_text){columns[k].name, strlen(columns[k].name)},
                          b->bound[i][k]) != DMN_OK)
                die("an input failed");
        if (dmn_eval(b->run, (struct dmn_text){"rule", 4}, false, &v) != DMN_OK)
            die("a decision failed");
        b->sum += dmn_type_of(v);
    }
    return n;
}

static size_t run_json_as(struct bench *b, bool trace)
{
    const struct dmn_value *v;
    size_t n = ROWS / 8;
    for (size_t i = 0; i < n; i++) {
        dmn_run_reset(b->run);
        if (dmn_input_json(b->run, (struct dmn_text){b->json[i], strlen(b->json[i])}) != DMN_OK)
            die("an input failed");
        if (dmn_eval(b->run, (struct dmn_text){"rule", 4}, trace, &v) != DMN_OK)
            die("a decision failed");
        b->sum += (int64_t)(trace ? dmn_trace_json(b->run) : dmn_to_json(b->run, v)).n;
    }
    return n;
}

static size_t run_json(struct bench *b) { return run_json_as(b, false); }

static size_t run_json_trace(struct bench *b) { return run_json_as(b, true); }

static size_t run_batch(struct bench *b)
{
    if (dmn_batch_run(b->batch, b->columns, ROWS, b->outcomes) != DMN_OK)
        die("the batch failed");
    b->sum += b->outcomes[b->sum & (ROWS - 1)];
    return ROWS;
}

static const struct way {
    const char *name;
    size_t (*run)(struct bench *b);
} ways[] = {
    {"C if-chain, hand-written (baseline)", run_ifs},
    {"libdmn columns (batch)", run_batch},
    {"libdmn bound inputs, no trace", run_plain},
    {"libdmn bound inputs, trace recorded", run_trace},
    {"libdmn inputs and decision by name", run_names},
    {"libdmn JSON text in, JSON text out", run_json},
    {"libdmn JSON text in, trace as JSON out", run_json_trace},
    {"libdmn 5000 rules, first hit, bound", run_large},
};
#define N_WAYS (sizeof ways / sizeof *ways)

static struct dmn_model *load(struct buf *b)
{
    struct dmn_model *m;
    struct dmn_report *report;
    struct dmn_source s = {"bench", {b->p, b->n}};
    if (dmn_load(&s, 1, NULL, &m, &report) != DMN_OK || dmn_report_count(report))
        die("the model does not load");
    dmn_report_free(report);
    return m;
}

static struct dmn_plan *plan(struct dmn_model *m)
{
    struct dmn_text names[N_COLUMNS];
    struct dmn_plan *p;
    for (size_t i = 0; i < N_COLUMNS; i++)
        names[i] = (struct dmn_text){columns[i].name, strlen(columns[i].name)};
    if (dmn_plan_new(m, (struct dmn_text){"rule", 4}, names, N_COLUMNS, &p) != DMN_OK)
        die("no plan");
    return p;
}

static void rows_make(struct bench *b)
{
    b->rows = calloc(ROWS, sizeof *b->rows);
    b->bound = calloc(ROWS, sizeof *b->bound);
    b->json = calloc(ROWS / 8, sizeof *b->json);
    b->want = calloc(ROWS, 1);
    b->outcomes = calloc(ROWS, sizeof *b->outcomes);
    if (!b->rows || !b->bound || !b->json || !b->want || !b->outcomes) die("no memory");
    for (size_t i = 0; i < ROWS; i++) {
        struct row *r = &b->rows[i];
        row_draw(r);
        b->want[i] = (uint8_t)by_ifs(r);
        const int64_t whole[] = {r->days, r->hours, r->counts, r->score};
        const uint8_t word[] = {r->kind, r->grade, r->stage};
        for (size_t k = 0; k < 4; k++) b->bound[i][k] = dmn_make_integer(b->values, whole[k]);
        for (size_t k = 0; k < 3; k++) {
            const char *s = columns[4 + k].words[word[k]];
            b->bound[i][4 + k] = dmn_make_string(b->values, (struct dmn_text){s, strlen(s)});
        }
        b->bound[i][7] = dmn_make_boolean(b->values, r->is_signed);
        if (i < ROWS / 8) row_json(b->json[i], sizeof *b->json, r);
    }
}

static const struct dmn_value *dictionary[3][8];
static uint32_t ids[3][ROWS];
static int64_t wholes[4][ROWS];
static uint8_t flags[ROWS];

static void columns_make(struct bench *b)
{
    struct dmn_text names[N_COLUMNS];
    for (size_t i = 0; i < ROWS; i++) {
        const struct row *r = &b->rows[i];
        wholes[0][i] = r->days, wholes[1][i] = r->hours, wholes[2][i] = r->counts,
        wholes[3][i] = r->score;
        ids[0][i] = r->kind, ids[1][i] = r->grade, ids[2][i] = r->stage;
        flags[i] = r->is_signed;
    }
    for (size_t k = 0; k < N_COLUMNS; k++)
        names[k] = (struct dmn_text){columns[k].name, strlen(columns[k].name)};
    for (size_t k = 0; k < 4; k++)
        b->columns[k] = (struct dmn_column){.kind = DMN_COLUMN_INT64, .data = wholes[k]};
    for (size_t k = 0; k < 3; k++) {
        size_t n = 0;
        for (; n < 8 && columns[4 + k].words[n]; n++)
            dictionary[k][n] =
                dmn_make_string(b->values, (struct dmn_text){columns[4 + k].words[n],
                                                             strlen(columns[4 + k].words[n])});
        b->columns[4 + k] = (struct dmn_column){.kind = DMN_COLUMN_VALUES,
                                                .data = ids[k],
                                                .dictionary = dictionary[k],
                                                .n_dictionary = n};
    }
    b->columns[7] = (struct dmn_column){.kind = DMN_COLUMN_BOOLEAN, .data = flags};
    if (dmn_batch_new(b->model, (struct dmn_text){"rule", 4}, names, N_COLUMNS, &b->batch) !=
        DMN_OK)
        die("no batch");
}

/* All ways give the same on every row. */
static void check(struct bench *b)
{
    const struct dmn_value *v;
    run_batch(b);
    for (size_t i = 0; i < ROWS; i++) {
        for (int trace = 0; trace < 2; trace++) {
            if (dmn_decide(b->run, b->plan, b->bound[i], trace, &v) != DMN_OK)
                die("a decision failed");
            const struct dmn_value *want = dmn_make_integer(b->values, b->want[i]);
            if (!dmn_equal(v, want) ||
                !dmn_equal(dmn_batch_outcome(b->batch, b->outcomes[i]), want))
                die("the results differ");
        }
    }
}

static int by_time(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static void measure(struct bench *b)
{
    double times[N_WAYS][ROUNDS], base = 0;
    for (size_t k = 0; k < N_WAYS; k++) ways[k].run(b);
    for (size_t i = 0; i < ROUNDS; i++) {
        for (size_t k = 0; k < N_WAYS; k++) {
            double from = seconds();
            size_t n = ways[k].run(b);
            times[k][i] = (seconds() - from) / (double)n * 1e9;
        }
    }
    printf("%u rows, %zu rules, %zu inputs; CPU time, median of %d alternating rounds (least "
           "to most)\n",
           ROWS, N_RULES, N_COLUMNS, ROUNDS);
    for (size_t k = 0; k < N_WAYS; k++) {
        qsort(times[k], ROUNDS, sizeof **times, by_time);
        double ns = times[k][ROUNDS / 2];
        if (k == 0) base = ns;
        printf("%-42s %9.1f ns  %8.2f M/s  %8.2f x the if-chain  (%.1f to %.1f)\n",
               ways[k].name, ns, 1e3 / ns, ns / base, times[k][0], times[k][ROUNDS - 1]);
    }
}

static void load_time(const char *title, struct buf *b)
{
    double times[21];
    for (size_t i = 0; i < 21; i++) {
        double from = seconds();
        struct dmn_model *m = load(b);
        times[i] = seconds() - from;
        dmn_model_free(m);
    }
    qsort(times, 21, sizeof *times, by_time);
    printf("%-42s %9.3f ms  %zu bytes, %.1f MB/s\n", title, times[10] * 1e3, b->n,
           (double)b->n / times[10] / 1e6);
}

int main(int argc, char **argv)
{
    struct bench b = {0};
    struct arena a;
    arena_init(&a, 0);
    struct buf model = buf_in(&a), large = buf_in(&a), middle = buf_in(&a);
    model_write(&model);
    if (argc == 2 && strcmp(argv[1], "--model") == 0)
        return fwrite(model.p, 1, model.n, stdout) != model.n;
    if (argc == 2 && strcmp(argv[1], "--rules") == 0) return rules_print(), 0;
    if (argc == 3 && strcmp(argv[1], "--rows") == 0) {
        for (long i = 0, n = atol(argv[2]); i < n; i++) {
            struct row r;
            char text[160];
            row_draw(&r);
            row_json(text, sizeof text, &r);
            printf("{\"want\":%d,\"row\":%s}\n", by_ifs(&r), text);
        }
        return 0;
    }
    large_write(&large, 5000);
    large_write(&middle, 285);
    b.model = load(&model);
    b.large = load(&large);
    b.plan = plan(b.model);
    b.large_plan = plan(b.large);
    b.run = dmn_run_new(b.model, NULL);
    b.large_run = dmn_run_new(b.large, NULL);
    b.values = dmn_run_new(b.model, NULL);
    rows_make(&b);
    columns_make(&b);
    check(&b);
    measure(&b);
    load_time("load and compile, the 30 rules", &model);
    load_time("load and compile, 100 kB", &middle);
    load_time("load and compile, 5000 rules", &large);
    dmn_batch_free(b.batch);
    dmn_plan_free(b.plan);
    dmn_plan_free(b.large_plan);
    dmn_run_free(b.run);
    dmn_run_free(b.large_run);
    dmn_run_free(b.values);
    dmn_model_free(b.model);
    dmn_model_free(b.large);
    free(b.rows), free(b.bound), free(b.json), free(b.want), free(b.outcomes);
    arena_done(&a);
    return b.sum == 0;
}
