/* `dmn tck`: the public conformance suite, read in place. A case passes when all its result
 * nodes do. `compatible` compares numbers with the tolerance of 1e-8 that other vendors'
 * runners use; `strict` wants the exact decimal (where the expected text is exact), the same
 * type, and a diagnostic with a place wherever an error is expected. The CSV has the suite's
 * own format. */
#include "base/buf.h"
#include "base/xml.h"
#include "dmn/command/command.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

struct score {
    size_t cases, passed[2], non_null, non_null_passed[2], ignored, folders, green[2];
};

struct tck {
    struct arena *arena;  /* whole run */
    struct arena scratch; /* one folder */
    struct dmn_host host;
    bool strict, verbose;
    FILE *csv;
    struct score level, total;
    const char *folder, *file;
    bool bench;
    double *times; /* nanoseconds a case */
    size_t n_times, cap_times;
};

/* Values */

static bool is_type(struct str type, const char *const *names)
{
    const char *colon = type.n ? memchr(type.p, ':', type.n) : NULL;
    if (colon) type = str_sub(type, (size_t)(colon - type.p) + 1, type.n);
    for (; *names; names++)
        if (str_is(type, *names)) return true;
    return false;
}

static const char *const numbers[] = {"decimal", "double", "float", "integer",
                                      "int",     "long",   "short", NULL};
static const char *const inexact[] = {"double", "float", NULL};
static const char *const literals[] = {
    "date", "time", "dateTime", "duration", "dayTimeDuration", "yearMonthDuration", NULL};
static const char *const booleans[] = {"boolean", NULL};

static const struct dmn_value *scalar(struct tck *t, struct dmn_run *r, const struct xml *x)
{
    struct str type = xml_attr(x, "type"), text = x->text;
    if (str_is(xml_attr(x, "nil"), "true")) return dmn_make_null(r);
    if (is_type(type, numbers) || is_type(type, booleans)) {
        text = str_trim(text);
        if (is_type(type, booleans) && text.n == 1) return dmn_make_boolean(r, *text.p == '1');
        return dmn_make_literal(r, (struct dmn_text){text.p, text.n});
    }
    if (is_type(type, literals)) {
        text = str_trim(text);
        char *at = arena_printf(&t->scratch, "@\"" STR_FMT "\"", STR_ARG(text));
        return dmn_make_literal(r, text_of(at));
    }
    if (!type.n) { /* an older file without types: the first reading that makes sense */
        if (!text.n) return dmn_make_null(r);
        for (size_t i = 0; i < 2; i++) {
            char *z = i ? arena_printf(&t->scratch, "@\"" STR_FMT "\"", STR_ARG(text))
                        : str_dupz(&t->scratch, text);
            const struct dmn_value *v = dmn_make_literal(r, text_of(z));
            if (dmn_type_of(v) != DMN_NULL) return v;
        }
    }
    return dmn_make_string(r, (struct dmn_text){text.p, text.n});
}

static size_t count(const struct xml *x, const char *name)
{
    size_t n = 0;
    for (struct xml *c = xml_child(x, name); c; c = xml_next(c, name)) n++;
    return n;
}

/* valueType = value | component* | list */
static const struct dmn_value *value_of(struct tck *t, struct dmn_run *r, const struct xml *x)
{
    const struct xml *v = xml_child(x, "value"), *list = xml_child(x, "list");
    if (str_is(xml_attr(x, "nil"), "true")) return dmn_make_null(r);
    if (v) return scalar(t, r, v);
    if (list) {
        size_t i = 0;
        struct dmn_value *l = dmn_make_list(r, count(list, "item"));
        if (str_is(xml_attr(list, "nil"), "true")) return dmn_make_null(r);
        for (struct xml *c = xml_child(list, "item"); c; c = xml_next(c, "item"))
            dmn_list_set(l, i++, value_of(t, r, c));
        return l;
    }
    size_t n = count(x, "component");
    if (!n) return dmn_make_null(r);
    struct dmn_value *ctx = dmn_make_context(r, n);
    for (struct xml *c = xml_child(x, "component"); c; c = xml_next(c, "component")) {
        struct str name = str_trim(xml_attr(c, "name"));
        dmn_context_add(ctx, (struct dmn_text){name.p, name.n}, value_of(t, r, c));
    }
    return ctx;
}

static bool number_matches(struct dmn_run *r, const struct xml *x, const struct dmn_value *got,
                           bool strict)
{
    struct str text = str_trim(x->text);
    const struct dmn_value *want = dmn_make_literal(r, (struct dmn_text){text.p, text.n});
    struct dmn_text a = dmn_print(r, want), b = dmn_print(r, got);
    if (dmn_type_of(got) != DMN_NUMBER) return false;
    if (str_eq(str_n(a.p, a.n), str_n(b.p, b.n))) return true;
    if (dmn_equal(want, got)) return true;
    const char *dot = text.n ? memchr(text.p, '.', text.n) : NULL;
    size_t digits = dot ? text.n - (size_t)(dot - text.p) - 1 : 0;
    /* An expected text cut off after eight or more decimals, or a double, cannot be meant as
     * the exact result. */
    bool exact = !is_type(xml_attr(x, "type"), inexact) && digits < 8;
    if (strict && exact) return false;
    char one[128], two[128];
    snprintf(one, sizeof one, "%.*s", (int)a.n, a.p);
    snprintf(two, sizeof two, "%.*s", (int)b.n, b.p);
    long double w = strtold(one, NULL), g = strtold(two, NULL), size = fabsl(w);
    return fabsl(w - g) <= (strict ? 1e-8L * (size > 1 ? 1 : size) : 1e-8L);
}

static bool matches(struct tck *t, struct dmn_run *r, const struct xml *x,
                    const struct dmn_value *got, bool strict)
{
    const struct xml *v = xml_child(x, "value"), *list = xml_child(x, "list");
    if (v && !str_is(xml_attr(v, "nil"), "true") && is_type(xml_attr(v, "type"), numbers))
        return number_matches(r, v, got, strict);
    if (list && !str_is(xml_attr(list, "nil"), "true")) {
        size_t i = 0;
        if (dmn_type_of(got) != DMN_LIST || dmn_count(got) != count(list, "item")) return false;
        for (struct xml *c = xml_child(list, "item"); c; c = xml_next(c, "item"))
            if (!matches(t, r, c, dmn_item(got, i++), strict)) return false;
        return true;
    }
    size_t n = v ? 0 : count(x, "component");
    if (n) {
        if (dmn_type_of(got) != DMN_CONTEXT || dmn_count(got) != n) return false;
        for (struct xml *c = xml_child(x, "component"); c; c = xml_next(c, "component")) {
            struct str name = str_trim(xml_attr(c, "name"));
            if (!matches(t, r, c, dmn_entry(got, (struct dmn_text){name.p, name.n}), strict))
                return false;
        }
        return true;
    }
    const struct dmn_value *want = value_of(t, r, x);
    if (dmn_type_of(want) != dmn_type_of(got)) return false;
    struct dmn_text a = dmn_print(r, want), b = dmn_print(r, got);
    if (str_eq(str_n(a.p, a.n), str_n(b.p, b.n))) return true;
    return !strict && dmn_equal(want, got);
}

static struct str describe(struct tck *t, struct dmn_run *r, const struct xml *expected,
                           const struct dmn_value *got)
{
    struct buf b = buf_in(&t->scratch);
    struct dmn_text w = expected ? dmn_print(r, value_of(t, r, expected))
                                 : text_of("(nothing)"),
                    g = dmn_print(r, got);
    buf_printf(&b, "expected %.*s, found %.*s", (int)w.n, w.p, (int)g.n, g.p);
    if (dmn_run_count(r)) {
        const struct dmn_diagnostic *d = dmn_run_get(r, dmn_run_count(r) - 1);
        buf_printf(&b, " (%s %s)", d->id, d->text);
    }
    for (size_t i = 0; i < b.n; i++)
        if (b.p[i] == '"' || b.p[i] == '\n' || b.p[i] == '\r')
            b.p[i] = b.p[i] == '"' ? '\'' : ' ';
    return buf_str(&b);
}

/* Cases */

static bool diagnosed(const struct dmn_run *r)
{
    for (size_t i = 0; i < dmn_run_count(r); i++)
        if (dmn_run_get(r, i)->line > 0) return true;
    return false;
}

static bool external(const struct dmn_run *r)
{
    for (size_t i = 0; i < dmn_run_count(r); i++)
        if (strcmp(dmn_run_get(r, i)->id, "FEEL-0212") == 0) return true;
    return false;
}

static const struct dmn_value *result(struct tck *t, struct dmn_run *r, const struct xml *test,
                                      const struct xml *node, const struct dmn_value *args)
{
    struct str type = xml_attr(test, "type"), called = xml_attr(test, "invocableName"),
               name = xml_attr(node, "name");
    struct str ns = xml_attr(node, "namespace");
    const struct dmn_value *v;
    if (!called.n) {
        char *z = ns.n ? str_dupz(&t->scratch, ns) : NULL;
        (void)!dmn_eval_in(r, z, (struct dmn_text){name.p, name.n}, false, &v);
        return v;
    }
    (void)!dmn_call(r, (struct dmn_text){called.p, called.n}, args, false, &v);
    if (str_is(type, "bkm") || dmn_type_of(v) != DMN_CONTEXT) return v;
    for (size_t i = 0; i < dmn_count(v);
         i++) { /* a service of several outputs answers with a context */
        struct dmn_text key = dmn_entry_name(v, i);
        if (str_eq(str_n(key.p, key.n), name)) return dmn_entry(v, key);
    }
    return v;
}

static const struct dmn_value *inputs(struct tck *t, struct dmn_run *r, const struct xml *test)
{
    bool called = xml_attr(test, "invocableName").n > 0;
    struct dmn_value *args = dmn_make_context(r, count(test, "inputNode"));
    for (struct xml *x = xml_child(test, "inputNode"); x; x = xml_next(x, "inputNode")) {
        struct str name = xml_attr(x, "name"), ns = xml_attr(x, "namespace");
        const struct dmn_value *v = value_of(t, r, x);
        if (called)
            dmn_context_add(args, (struct dmn_text){name.p, name.n}, v);
        else
            (void)!dmn_input_in(r, ns.n ? str_dupz(&t->scratch, ns) : NULL,
                                (struct dmn_text){name.p, name.n}, v);
    }
    return args;
}

static bool expects_null(const struct xml *node)
{
    const struct xml *e = xml_child(node, "expected"), *v = e ? xml_child(e, "value") : NULL;
    return !e || str_is(xml_attr(e, "nil"), "true") ||
           (v && str_is(xml_attr(v, "nil"), "true"));
}

static double nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Evaluation alone, of all result nodes together: the median of many turns, less what reading
 * the clock costs. */
static void case_time(struct tck *t, struct dmn_run *r, const struct xml *test)
{
    double turns[51], clock[51];
    for (size_t i = 0; i < 51; i++) {
        dmn_run_reset(r);
        const struct dmn_value *args = inputs(t, r, test);
        double from = nanoseconds();
        clock[i] = nanoseconds() - from;
        from = nanoseconds();
        for (struct xml *node = xml_child(test, "resultNode"); node;
             node = xml_next(node, "resultNode"))
            (void)result(t, r, test, node, args);
        turns[i] = nanoseconds() - from;
    }
    qsort(turns, 51, sizeof *turns, by_size);
    qsort(clock, 51, sizeof *clock, by_size);
    arena_push(t->arena, t->times, t->n_times, t->cap_times);
    t->times[t->n_times++] = turns[25] > clock[25] ? turns[25] - clock[25] : 0;
}

static void times_print(struct tck *t)
{
    double sum = 0;
    if (!t->n_times) return;
    qsort(t->times, t->n_times, sizeof *t->times, by_size);
    for (size_t i = 0; i < t->n_times; i++) sum += t->times[i];
    printf("evaluation alone, %zu cases: median %.0f ns  mean %.0f ns  p90 %.0f ns  p99 %.0f "
           "ns  most %.0f ns\n",
           t->n_times, t->times[t->n_times / 2], sum / (double)t->n_times,
           t->times[t->n_times * 9 / 10], t->times[t->n_times * 99 / 100],
           t->times[t->n_times - 1]);
}

static void test_case(struct tck *t, struct dmn_run *r, const struct xml *test, bool green[2])
{
    struct str id = xml_attr(test, "id"), detail = {"", 0};
    bool pass[2] = {true, true}, only_null = true;
    dmn_run_reset(r);
    const struct dmn_value *args = inputs(t, r, test);
    for (struct xml *node = xml_child(test, "resultNode"); node;
         node = xml_next(node, "resultNode")) {
        const struct xml *e = xml_child(node, "expected");
        const struct dmn_value *got = result(t, r, test, node, args);
        bool error = str_is(xml_attr(node, "errorResult"), "true");
        for (int strict = 0; strict < 2; strict++) {
            bool ok = e ? matches(t, r, e, got, strict) : dmn_type_of(got) == DMN_NULL;
            if (error && strict && ok && !diagnosed(r)) {
                ok = false;
                detail = STR("an error was expected, but no diagnostic with a place was given");
            } else if (!ok && !detail.n) {
                detail = describe(t, r, e, got);
            }
            pass[strict] &= ok;
        }
        only_null &= expects_null(node);
    }
    bool ignored = !pass[0] && external(r);
    t->level.cases++;
    t->level.non_null += !only_null;
    t->level.ignored += ignored;
    for (int s = 0; s < 2; s++) {
        t->level.passed[s] += pass[s];
        t->level.non_null_passed[s] += pass[s] && !only_null;
        green[s] &= pass[s];
    }
    const char *status = pass[t->strict] ? "SUCCESS" : ignored ? "IGNORED" : "ERROR";
    if (pass[t->strict]) detail.n = 0;
    if (t->csv)
        fprintf(t->csv, "\"%s\",\"%s\",\"" STR_FMT "\",\"%s\",\"" STR_FMT "\"\n", t->folder,
                t->file, STR_ARG(id), status, STR_ARG(detail));
    if (!pass[t->strict] && t->verbose)
        printf("%s %s " STR_FMT ": " STR_FMT "\n", status, t->folder, STR_ARG(id),
               STR_ARG(detail));
    if (t->bench) case_time(t, r, test);
}

static void test_file(struct tck *t, const char *dir, const char *path, bool green[2])
{
    struct str bytes;
    struct xml *x;
    struct err e = {0};
    struct dmn_report *report;
    const char *base = strrchr(path, '/') + 1;
    if (!file_read(&t->scratch, path, &bytes)) return;
    if (xml_parse(&t->scratch, bytes, path, NULL, &x, &e) != RC_OK ||
        !str_is(x->name, "testCases"))
        return;
    const struct xml *mn = xml_child(x, "modelName");
    struct str model_name = mn ? str_trim(mn->text) : str_n("", 0);
    char *model_path = arena_printf(&t->scratch, "%s/" STR_FMT, dir, STR_ARG(model_name));
    char *name = arena_strndup(&t->scratch, base, strlen(base) - 4);
    t->file = name;
    struct dmn_model *m = model_open(&t->scratch, &t->host, model_path, &report);
    if (m) {
        struct dmn_run *r = dmn_run_new(m, NULL);
        for (struct xml *c = xml_child(x, "testCase"); c; c = xml_next(c, "testCase"))
            test_case(t, r, c, green);
        dmn_run_free(r);
    } else {
        green[0] = green[1] = false;
        t->level.cases += count(x, "testCase");
        printf("%s: the model cannot be loaded\n", model_path);
        report_print(stdout, report);
    }
    dmn_model_free(m);
    dmn_report_free(report);
}

static void test_folder(struct tck *t, const char *level, const char *dir)
{
    char **files;
    bool green[2] = {true, true};
    arena_init(&t->scratch, 0);
    t->host = host_new(&t->scratch);
    t->folder = arena_printf(&t->scratch, "%s/%s", level, strrchr(dir, '/') + 1);
    size_t n = dir_list(&t->scratch, dir, ".xml", &files), before = t->level.cases;
    for (size_t i = 0; i < n; i++) test_file(t, dir, files[i], green);
    if (t->level.cases > before) {
        t->level.folders++;
        for (int s = 0; s < 2; s++) t->level.green[s] += green[s];
    }
    arena_done(&t->scratch);
}

static void score_add(struct score *a, const struct score *b)
{
    a->cases += b->cases;
    a->non_null += b->non_null;
    a->ignored += b->ignored;
    a->folders += b->folders;
    for (int s = 0; s < 2; s++) {
        a->passed[s] += b->passed[s];
        a->non_null_passed[s] += b->non_null_passed[s];
        a->green[s] += b->green[s];
    }
}

static void score_print(const char *name, const struct score *s)
{
    static const char *const modes[] = {"compatible", "strict"};
    for (int i = 0; i < 2; i++)
        printf("%-20s %-10s  cases %zu/%zu  non-null %zu/%zu  folders green %zu/%zu  ignored "
               "%zu\n",
               name, modes[i], s->passed[i], s->cases, s->non_null_passed[i], s->non_null,
               s->green[i], s->folders, s->ignored);
}

/* The number in the file may only be reached or exceeded. */
static bool ratchet_holds(struct arena *a, const char *path, size_t passed)
{
    struct str s;
    int64_t n;
    if (!file_read(a, path, &s) || !str_to_i64(str_trim(s), &n)) return false;
    if ((int64_t)passed < n)
        printf("the ratchet %s asks for %lld cases passed\n", path, (long long)n);
    if ((int64_t)passed > n) printf("the ratchet %s may be raised to %zu\n", path, passed);
    return (int64_t)passed >= n;
}

int verb_tck(int argc, char **argv)
{
    static const char *const levels[] = {"compliance-level-2", "compliance-level-3",
                                         "non-compliant"};
    struct arena a;
    struct tck t = {.arena = &a, .verbose = true};
    const char *dir = NULL, *ratchet = NULL, *csv = NULL;
    struct stat st;
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--strict") == 0)
            t.strict = true;
        else if (strcmp(argv[i], "--bench") == 0)
            t.bench = true;
        else if (strcmp(argv[i], "--csv") == 0 && i + 1 < argc)
            csv = argv[++i];
        else if (strcmp(argv[i], "--ratchet") == 0 && i + 1 < argc)
            ratchet = argv[++i];
        else if (!dir && argv[i][0] != '-')
            dir = argv[i];
        else
            dir = "";
    }
    if (!dir || stat(dir, &st) != 0 || !S_ISDIR(st.st_mode)) {
        fputs("usage: dmn tck DIR [--strict] [--bench] [--csv FILE] [--ratchet FILE]\n"
              "  DIR holds compliance-level-2, compliance-level-3 and so on\n",
              stderr);
        return EXIT_USAGE;
    }
    if (csv && !(t.csv = fopen(csv, "w"))) {
        perror(csv);
        return EXIT_INPUT;
    }
    arena_init(&a, 0);
    for (size_t i = 0; i < 3; i++) {
        char **dirs;
        t.level = (struct score){0};
        size_t n = dir_list(&a, arena_printf(&a, "%s/%s", dir, levels[i]), "", &dirs);
        for (size_t k = 0; k < n; k++) test_folder(&t, levels[i], dirs[k]);
        if (t.level.cases) score_print(levels[i], &t.level);
        score_add(&t.total, &t.level);
    }
    score_print("total", &t.total);
    times_print(&t);
    if (t.csv) fclose(t.csv);
    size_t passed = t.total.passed[t.strict];
    bool ok = ratchet ? ratchet_holds(&a, ratchet, passed)
                      : passed + t.total.ignored == t.total.cases;
    arena_done(&a);
    return t.total.cases == 0 ? EXIT_INPUT : ok ? EXIT_OK : EXIT_NO;
}
