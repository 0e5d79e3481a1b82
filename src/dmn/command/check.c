/* dmn check: the diagnostics of loading, then what is certain without an input; dmn explain:
 * pages of the manual. The JSON form is an object with `model`, `errors`, `warnings`, `notes`
 * and the list `findings`, for programs. */
#include "base/json.h"
#include "dmn/command/command.h"
#include <string.h>

static const char *const severities[] = {"error", "warning", "note"};

struct tally {
    struct arena *arena;
    struct json *list; /* NULL: as text */
    size_t n[3];
};

static void finding_add(struct tally *t, const struct dmn_finding *f)
{
    t->n[f->severity]++;
    if (!t->list) {
        printf("%s", f->source);
        if (f->line) printf(":%d", f->line);
        if (f->line && f->column) printf(":%d", f->column);
        printf("%s%s: %s [%s %s]\n", *f->element ? ": " : "", f->element, f->text,
               severities[f->severity], f->id);
        if (f->example) printf("    example: %s\n", f->example);
        return;
    }
    struct arena *a = t->arena;
    struct json *o = json_object(a);
    json_set(a, o, "id", json_string(a, str_c(f->id)));
    json_set(a, o, "severity", json_string(a, str_c(severities[f->severity])));
    json_set(a, o, "source", json_string(a, str_c(f->source)));
    json_set(a, o, "line", json_int(a, f->line));
    json_set(a, o, "column", json_int(a, f->column));
    json_set(a, o, "element", json_string(a, str_c(f->element)));
    json_set(a, o, "text", json_string(a, str_c(f->text)));
    if (f->witness) json_set(a, o, "witness", json_string(a, str_c(f->witness)));
    if (f->example) json_set(a, o, "example", json_string(a, str_c(f->example)));
    json_add(a, t->list, o);
}

static void loaded_add(struct tally *t, const struct dmn_report *r)
{
    for (size_t i = 0; i < dmn_report_count(r); i++) {
        const struct dmn_diagnostic *d = dmn_report_get(r, i);
        struct dmn_finding f = {.severity = d->error ? DMN_ERROR : DMN_WARNING,
                                .source = d->source,
                                .line = d->line,
                                .column = d->column,
                                .element = d->element,
                                .text = d->text};
        memcpy(f.id, d->id, sizeof f.id);
        finding_add(t, &f);
    }
}

static void tally_print(struct tally *t, const char *path)
{
    if (!t->list) {
        printf("%s: %zu errors, %zu warnings, %zu notes\n", path, t->n[0], t->n[1], t->n[2]);
        return;
    }
    struct json *o = json_object(t->arena);
    struct buf b = buf_in(t->arena);
    json_set(t->arena, o, "model", json_string(t->arena, str_c(path)));
    json_set(t->arena, o, "errors", json_int(t->arena, (int64_t)t->n[0]));
    json_set(t->arena, o, "warnings", json_int(t->arena, (int64_t)t->n[1]));
    json_set(t->arena, o, "notes", json_int(t->arena, (int64_t)t->n[2]));
    json_set(t->arena, o, "findings", t->list);
    json_write_pretty(&b, o);
    printf("%s\n", buf_z(&b));
}

int verb_check(int argc, char **argv)
{
    struct arena a;
    struct dmn_report *report;
    struct dmn_findings *f = NULL;
    const char *path = NULL;
    bool json = false;
    int64_t budget = 0;
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            json = true;
        } else if (strcmp(argv[i], "--budget") == 0 && i + 1 < argc &&
                   str_to_i64(str_c(argv[i + 1]), &budget) && budget > 0) {
            i++;
        } else if ((argv[i][0] == '-' && argv[i][1]) || path) {
            path = NULL;
            break;
        } else {
            path = argv[i];
        }
    }
    if (!path) {
        fputs("usage: dmn check MODEL.dmn [--json] [--budget STATES]\n", stderr);
        return EXIT_USAGE;
    }
    arena_init(&a, 0);
    struct tally t = {.arena = &a, .list = json ? json_array(&a) : NULL};
    struct dmn_host host = host_new(&a);
    struct dmn_model *m = model_open(&a, &host, path, &report);
    loaded_add(&t, report);
    if (m && dmn_check(m, (uint64_t)budget, &f) == DMN_OK)
        for (size_t i = 0; i < dmn_findings_count(f); i++)
            finding_add(&t, dmn_findings_get(f, i));
    if (m || report) tally_print(&t, path);
    int rc = !m ? EXIT_INPUT : t.n[DMN_ERROR] ? EXIT_NO : EXIT_OK;
    dmn_findings_free(f);
    dmn_model_free(m);
    dmn_report_free(report);
    arena_done(&a);
    return rc;
}

static void page_print(const struct dmn_page *p)
{
    printf("%s: %s\n\n%s\n\nWhy it matters: %s\n\nRemedy: %s\n\nExample: %s\n", p->id, p->title,
           p->meaning, p->why, p->remedy, p->example);
}

/* For docs/dmn-diagnostics.md, which is this. */
static void pages_print(void)
{
    puts("# What the engine and `dmn check` report\n\n"
         "Ids are stable: one may be retired, never given another meaning. `dmn explain ID` "
         "prints one of these pages,\n"
         "`dmn explain --all` all of them in this form. `FEEL-01` and `DMN-01` come up when a "
         "model is loaded, `FEEL-02`,\n"
         "`FEEL-03`, `DMN-02` and `DMN-03` when it is evaluated, `DMN-04` and `DMN-05` when it "
         "is checked.");
    for (size_t i = 0; i < dmn_page_count(); i++) {
        const struct dmn_page *p = dmn_page_get(i);
        printf("\n## %s: %s\n\n%s\n\n- **Why it matters.** %s\n- **Remedy.** %s\n- "
               "**Example.** %s\n",
               p->id, p->title, p->meaning, p->why, p->remedy, p->example);
    }
}

int verb_explain(int argc, char **argv)
{
    if (argc != 1) {
        fputs("usage: dmn explain ID | --all\n", stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[0], "--all") == 0) {
        pages_print();
        return EXIT_OK;
    }
    for (size_t i = 0; i < dmn_page_count(); i++) {
        const struct dmn_page *p = dmn_page_get(i);
        if (strcmp(p->id, argv[0]) != 0) continue;
        page_print(p);
        return EXIT_OK;
    }
    fprintf(stderr, "dmn: no diagnostic has the id %s\n", argv[0]);
    return EXIT_NO;
}
