/* dmn(1): evaluate and check decision models, run the conformance suite. The verbs are the rows
 * of a table. */
#include "dmn/command/command.h"
#include <string.h>
#include <time.h>

static const struct verb {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *usage, *help;
} verbs[] = {
    {"eval", verb_eval, "eval MODEL.dmn [--decision NAME] [--trace[=json]] [INPUT.json]",
     "evaluate a decision, or all, and print the results as JSON; the reasons for nulls go to "
     "standard error"},
    {"check", verb_check, "check MODEL.dmn [--json] [--budget STATES]",
     "find what is wrong with a model without running it: gaps, overlaps and masked rules of "
     "tables, types"},
    {"feel", verb_feel, "feel EXPRESSION [INPUT.json]",
     "evaluate one FEEL expression; the members of the input are its variables"},
    {"tck", verb_tck, "tck DIR [--strict] [--bench] [--csv FILE] [--ratchet FILE]",
     "run the DMN conformance suite below DIR"},
    {"bench", verb_bench, "bench MODEL.dmn INPUT.json [--decision NAME]",
     "time loading and evaluation"},
    {"explain", verb_explain, "explain ID | --all",
     "say what a diagnostic such as FEEL-0107 means"},
};
#define N_VERBS (sizeof verbs / sizeof *verbs)

static int usage(FILE *out)
{
    fputs("usage:\n", out);
    for (size_t i = 0; i < N_VERBS; i++)
        fprintf(out, "  dmn %s\n      %s\n", verbs[i].usage, verbs[i].help);
    return out == stdout ? EXIT_OK : EXIT_USAGE;
}

struct options {
    const char *decision;
    bool trace, trace_json;
    const char *files[2];
    int n_files;
};

static bool options_read(int argc, char **argv, struct options *o)
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--decision") == 0 && i + 1 < argc)
            o->decision = argv[++i];
        else if (strcmp(argv[i], "--trace") == 0)
            o->trace = true;
        else if (strcmp(argv[i], "--trace=json") == 0)
            o->trace = o->trace_json = true;
        else if ((argv[i][0] == '-' && argv[i][1]) || o->n_files == 2)
            return false;
        else
            o->files[o->n_files++] = argv[i];
    }
    return o->n_files > 0;
}

static void run_print(const struct dmn_run *r)
{
    for (size_t i = 0; i < dmn_run_count(r); i++) diagnostic_print(stderr, dmn_run_get(r, i));
}

static bool one_decision(struct dmn_run *r, const char *name, const struct options *o,
                         struct dmn_text *ret)
{
    const struct dmn_value *v;
    enum dmn_status st = dmn_eval(r, text_of(name), o->trace, &v);
    if (st == DMN_NOTFOUND) return false;
    *ret = dmn_to_json(r, v);
    if (o->trace) {
        struct dmn_text t = o->trace_json ? dmn_trace_json(r) : dmn_trace_text(r);
        fprintf(stderr, "%.*s", (int)t.n, t.p);
    }
    return st == DMN_OK;
}

static int eval_with(struct arena *a, struct dmn_model *m, const struct options *o)
{
    struct dmn_run *r = dmn_run_new(m, NULL);
    struct str input;
    struct dmn_text json;
    int rc = EXIT_OK;
    if (o->n_files > 1 && (!file_read(a, o->files[1], &input) ||
                           dmn_input_json(r, (struct dmn_text){input.p, input.n}) != DMN_OK))
        rc = EXIT_INPUT;
    if (rc == EXIT_OK && o->decision) {
        rc = one_decision(r, o->decision, o, &json) ? EXIT_OK : EXIT_INPUT;
        if (rc == EXIT_OK) printf("%.*s\n", (int)json.n, json.p);
    } else if (rc == EXIT_OK) {
        size_t n = dmn_model_count(m, DMN_DECISION);
        struct dmn_value *all = dmn_make_context(r, n);
        for (size_t i = 0; i < n && rc == EXIT_OK; i++) {
            const struct dmn_value *v;
            const char *name = dmn_model_item(m, DMN_DECISION, i);
            if (dmn_eval(r, text_of(name), o->trace, &v) != DMN_OK) rc = EXIT_INPUT;
            dmn_context_add(all, text_of(name), v);
            if (!o->trace) continue;
            struct dmn_text t = o->trace_json ? dmn_trace_json(r) : dmn_trace_text(r);
            fprintf(stderr, "%.*s", (int)t.n, t.p);
        }
        json = dmn_to_json(r, all);
        printf("%.*s\n", (int)json.n, json.p);
    }
    run_print(r);
    dmn_run_free(r);
    return rc;
}

int verb_eval(int argc, char **argv)
{
    struct options o = {0};
    struct arena a;
    struct dmn_report *report;
    if (!options_read(argc, argv, &o)) return usage(stderr);
    arena_init(&a, 0);
    struct dmn_host host = host_new(&a);
    struct dmn_model *m = model_open(&a, &host, o.files[0], &report);
    report_print(stderr, report);
    int rc = m ? eval_with(&a, m, &o) : EXIT_INPUT;
    dmn_model_free(m);
    dmn_report_free(report);
    arena_done(&a);
    return rc;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void bench_decision(struct arena *a, struct dmn_model *m, const struct options *o,
                           struct str input)
{
    struct dmn_run *r = dmn_run_new(m, NULL);
    size_t all = dmn_model_count(m, DMN_DECISION);
    (void)a;
    for (size_t i = 0; i < all; i++) {
        const char *name = dmn_model_item(m, DMN_DECISION, i);
        const struct dmn_value *v;
        if (o->decision && strcmp(name, o->decision) != 0) continue;
        double eval = 0, start = seconds(), now = start;
        size_t n = 0;
        for (; now - start < 0.5; n++) {
            dmn_run_reset(r);
            if (dmn_input_json(r, (struct dmn_text){input.p, input.n}) != DMN_OK) break;
            double t = seconds();
            if (dmn_eval(r, text_of(name), false, &v) != DMN_OK) break;
            now = seconds();
            eval += now - t;
        }
        if (n)
            printf("%10.0f ns  %10.0f ns with input  %s\n", eval / (double)n * 1e9,
                   (now - start) / (double)n * 1e9, name);
    }
    dmn_run_free(r);
}

int verb_bench(int argc, char **argv)
{
    struct options o = {0};
    struct arena a;
    struct dmn_report *report;
    struct str input;
    if (!options_read(argc, argv, &o) || o.n_files != 2) return usage(stderr);
    arena_init(&a, 0);
    struct dmn_host host = host_new(&a);
    double t = seconds();
    struct dmn_model *m = model_open(&a, &host, o.files[0], &report);
    printf("%10.0f ns  load and compile\n", (seconds() - t) * 1e9);
    report_print(stderr, report);
    if (m && file_read(&a, o.files[1], &input)) bench_decision(&a, m, &o, input);
    int rc = m ? EXIT_OK : EXIT_INPUT;
    dmn_model_free(m);
    dmn_report_free(report);
    arena_done(&a);
    return rc;
}

int main(int argc, char **argv)
{
    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0))
        return usage(stdout);
    for (size_t i = 0; argc >= 2 && i < N_VERBS; i++) {
        if (strcmp(argv[1], verbs[i].name) != 0) continue;
        if (argc == 3 && strcmp(argv[2], "--help") == 0) {
            printf("usage: dmn %s\n  %s\n", verbs[i].usage, verbs[i].help);
            return EXIT_OK;
        }
        return verbs[i].run(argc - 2, argv + 2);
    }
    return usage(stderr);
}
