/* Loads a pack from the bytes of its files. Format: docs/packs.md. Whatever is wrong is said at
 * load with file and line, so that nothing is left to go wrong at the moment of a decision. */
#include "custody/pack.h"
#include <stdio.h>
#include <stdlib.h>
#include "base/hash.h"
#include "base/schema.h"
#include "base/yaml.h"
#include "custody/offences.h"
#include "custody/pack_run.h"
#include "custody/schemas.h"
#include "custody/trend.h"

struct pack {
    struct arena arena;
    struct str id, version, title, status, sha256;
    int64_t from, to;
    struct str answers[ASK_COUNT], obligations;
    struct offence_table offences;
    struct dmn_model *model;
    struct trend_rule trend;
};

static const struct pack_file *file_named(const struct pack_file *files, size_t n,
                                          const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(files[i].name, name)) return &files[i];
    return NULL;
}

/* The files that can change an outcome. */
static bool file_counts(struct str name)
{
    return str_is(name, "pack.yaml") || str_is(name, "offences.csv") ||
           (str_ends(name, STR(".dmn")) && !str_starts(name, STR("tests/")));
}

static RC file_want(const struct pack_file *files, size_t n, const char *name, struct str *ret,
                    struct err *e)
{
    const struct pack_file *f = file_named(files, n, name);
    if (!f) {
        enum rc rc = FAIL(e, RC_INVALID, "PACK-0010", "a pack has a file %s", name);
        err_at(e, name, 0, 0);
        return rc;
    }
    *ret = f->bytes;
    return RC_OK;
}

static int by_name(const void *a, const void *b)
{
    const struct pack_file *x = a, *y = b;
    return str_cmp(x->name, y->name);
}

/* SHA-256 over the lines of `sha256sum`, sorted by name: anybody can compute it without this
 * program. */
static RC pack_hash(struct pack *p, const struct pack_file *files, size_t n, struct err *e)
{
    struct pack_file *own = arena_array(&p->arena, struct pack_file, n + 1);
    struct buf lines = buf_in(&p->arena);
    char hex[HASH_SIZE * 2 + 1];
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (file_counts(files[i].name)) own[m++] = files[i];
    qsort(own, m, sizeof *own, by_name);
    for (size_t i = 0; i < m; i++) {
        if (i && str_eq(own[i].name, own[i - 1].name))
            return FAIL(e, RC_INVALID, "PACK-0011", "file " STR_FMT " stands twice in the pack",
                        STR_ARG(own[i].name));
        buf_printf(&lines, "%s  " STR_FMT "\n", hash_hex(hash_of(own[i].bytes), hex),
                   STR_ARG(own[i].name));
    }
    p->sha256 = str_c(arena_strdup(&p->arena, hash_hex(hash_of(buf_str(&lines)), hex)));
    return RC_OK;
}

static RC in_yaml(enum rc rc, struct err *e)
{
    char at[160];
    if (rc == RC_OK) return RC_OK;
    snprintf(at, sizeof at, "pack.yaml%s%.140s", e->where[0] == '/' ? "#" : "",
             e->where[0] == '/' ? e->where : "");
    err_at(e, at, e->line, e->column);
    return rc;
}

static void real_member(const struct json *v, const char *name, double *ret)
{
    const struct json *m = json_get(v, name);
    if (m && m->type == JSON_NUMBER) *ret = m->num.real;
}

/* The schema has seen types and ranges. */
static RC read_trend(struct pack *p, const struct json *v, struct err *e)
{
    const struct json *lists = json_get(v, "lists");
    struct trend_rule *r = &p->trend;
    *r = trend_rule_usual();
    if (!v) return RC_OK;
    real_member(v, "threshold", &r->threshold);
    real_member(v, "level", &r->level);
    real_member(v, "fall", &r->fall);
    if (json_get(v, "baseline"))
        (void)trend_baseline_from_word(json_text(v, "baseline"), &r->baseline);
    if (lists) r->n_lists = 0;
    for (size_t i = 0; i < json_len(lists) && i < 8; i++)
        r->lists[r->n_lists++] = json_str(json_at(lists, i));
    if (r->baseline != TREND_CHOSEN) return RC_OK;
    if (trend_month_parse(json_text(v, "from"), &r->from) &&
        trend_month_parse(json_text(v, "to"), &r->to) && r->from <= r->to) {
        r->to++; /* written: the last month of it */
        return RC_OK;
    }
    enum rc rc = FAIL(
        e, RC_INVALID, "PACK-0016",
        "the baseline 'window' needs its first and its last month, from and to, as 2024-01");
    err_at(e, "pack.yaml#/trend", v->line, v->column);
    return rc;
}

static RC read_yaml(struct pack *p, struct str text, struct err *e)
{
    struct arena *a = &p->arena;
    struct json *document, *schema_text;
    const struct schema *schema;
    TRY(yaml_parse(a, text, "pack.yaml", &document, e));
    TRY(json_parse(a, str_c(pack_schema_text), "pack.schema.json", NULL, &schema_text, e));
    TRY(schema_load(a, schema_text, &schema, e));
    TRY(in_yaml(schema_check(a, schema, document, "PACK", e), e));
    const struct json *effective = json_get(document, "effective"),
                      *answers = json_get(document, "answers");
    const struct json *lists = json_get(document, "offence_lists");
    p->id = json_text(document, "id");
    p->version = json_text(document, "version");
    p->title = json_text(document, "title");
    p->status = json_text(document, "status");
    p->from = INT64_MIN;
    p->to = INT64_MAX;
    (void)date_parse(json_text(effective, "from"), &p->from);
    (void)date_parse(json_text(effective, "to"), &p->to);
    if (p->from > p->to) {
        enum rc rc = FAIL(e, RC_INVALID, "PACK-0012", "the pack would end before it begins");
        err_at(e, "pack.yaml#/effective", effective->line, effective->column);
        return rc;
    }
    for (enum ask k = 0; k < ASK_COUNT; k++) p->answers[k] = json_text(answers, ask_word(k));
    p->obligations = json_text(document, "obligations");
    p->offences.n_lists = json_len(lists);
    struct str *names = arena_array(a, struct str, json_len(lists) + 1);
    for (size_t i = 0; i < json_len(lists); i++) names[i] = json_str(json_at(lists, i));
    p->offences.lists = names;
    return read_trend(p, json_get(document, "trend"), e);
}

static RC model_failed(const struct dmn_report *report, enum dmn_status status, struct err *e)
{
    for (size_t i = 0; report && i < dmn_report_count(report); i++) {
        const struct dmn_diagnostic *d = dmn_report_get(report, i);
        if (!d->error) continue;
        enum rc rc = FAIL(e, RC_INVALID, "PACK-0013", "%s [%s]", d->text, d->id);
        err_at(e, d->source && d->source[0] ? d->source : "policy.dmn", d->line, d->column);
        return rc;
    }
    if (status == DMN_OK) return RC_OK;
    enum rc rc = FAIL(e, RC_INVALID, "PACK-0013", "the model cannot be compiled");
    err_at(e, "policy.dmn", 0, 0);
    return rc;
}

/* policy.dmn first, then what it may import. An expression that does not compile would be a
 * null at the worst moment, so that here every error counts. */
static RC load_model(struct pack *p, const struct pack_file *files, size_t n,
                     const struct dmn_host *host, struct err *e)
{
    struct dmn_source *sources = arena_array(&p->arena, struct dmn_source, n + 1);
    struct dmn_report *report = NULL;
    size_t m = 1;
    for (size_t i = 0; i < n; i++) {
        if (!file_counts(files[i].name) || !str_ends(files[i].name, STR(".dmn"))) continue;
        size_t at = str_is(files[i].name, "policy.dmn") ? 0 : m++;
        sources[at] = (struct dmn_source){str_dupz(&p->arena, files[i].name),
                                          {files[i].bytes.p, files[i].bytes.n}};
    }
    enum dmn_status status = dmn_load(sources, m, host, &p->model, &report);
    enum rc rc = model_failed(report, status, e);
    dmn_report_free(report);
    return rc;
}

static bool model_has(const struct dmn_model *m, enum dmn_kind kind, struct str name)
{
    for (size_t i = 0; i < dmn_model_count(m, kind); i++)
        if (str_is(name, dmn_model_item(m, kind, i))) return true;
    return false;
}

static RC check_model(const struct pack *p, struct err *e)
{
    static const char *const facts[] = {"as_of",    "request", "documents",  "match",
                                        "disputed", "custody", "registries", "offences"};
    for (size_t k = 0; k <= ASK_COUNT; k++) {
        struct str name = k < ASK_COUNT ? p->answers[k] : p->obligations;
        if (name.n == 0 || model_has(p->model, DMN_DECISION, name)) continue;
        enum rc rc = FAIL(e, RC_INVALID, "PACK-0014",
                          "policy.dmn has no decision '" STR_FMT "'", STR_ARG(name));
        err_at(e, k < ASK_COUNT ? "pack.yaml#/answers" : "pack.yaml#/obligations", 0, 0);
        return rc;
    }
    for (size_t i = 0; i < dmn_model_count(p->model, DMN_INPUT); i++) {
        bool known = false;
        for (size_t k = 0; k < sizeof facts / sizeof *facts; k++)
            known = known || str_is(str_c(dmn_model_item(p->model, DMN_INPUT, i)), facts[k]);
        if (known) continue;
        enum rc rc = FAIL(e, RC_INVALID, "PACK-0015", "input '%s' is no member of the facts",
                          dmn_model_item(p->model, DMN_INPUT, i));
        err_at(e, "policy.dmn", 0, 0);
        return rc;
    }
    return RC_OK;
}

static RC load(struct pack *p, const struct pack_file *files, size_t n,
               const struct dmn_host *host, struct err *e)
{
    struct str yaml, model, offences;
    TRY(file_want(files, n, "pack.yaml", &yaml, e));
    TRY(file_want(files, n, "policy.dmn", &model, e));
    TRY(file_want(files, n, "offences.csv", &offences, e));
    TRY(pack_hash(p, files, n, e));
    TRY(read_yaml(p, yaml, e));
    TRY(offences_load(&p->arena, offences, &p->offences, e));
    TRY(load_model(p, files, n, host, e));
    return check_model(p, e);
}

RC pack_load(const struct pack_file *files, size_t n, const struct dmn_host *host,
             struct pack **ret, struct err *e)
{
    struct pack *p = calloc(1, sizeof *p);
    if (!p) abort();
    arena_init(&p->arena, 0);
    enum rc rc = load(p, files, n, host, e);
    if (rc != RC_OK) {
        pack_free(p);
        return rc;
    }
    *ret = p;
    return RC_OK;
}

void pack_free(struct pack *p)
{
    if (!p) return;
    dmn_model_free(p->model);
    arena_done(&p->arena);
    free(p);
}

struct str pack_id(const struct pack *p) { return p->id; }
struct str pack_version(const struct pack *p) { return p->version; }
struct str pack_title(const struct pack *p) { return p->title; }
struct str pack_status(const struct pack *p) { return p->status; }
struct str pack_sha256(const struct pack *p) { return p->sha256; }
int64_t pack_effective_from(const struct pack *p) { return p->from; }
struct trend_rule pack_trend(const struct pack *p) { return p->trend; }
int64_t pack_effective_to(const struct pack *p) { return p->to; }
const struct dmn_model *pack_model(const struct pack *p) { return p->model; }
struct str pack_decision(const struct pack *p, enum ask ask) { return p->answers[ask]; }
struct str pack_obligations(const struct pack *p) { return p->obligations; }

RC pack_classify(const struct pack *p, struct arena *a, const struct offence *o, int64_t on_day,
                 struct str **ret_lists, size_t *ret_n)
{
    return offences_classify(&p->offences, a, o, on_day, ret_lists, ret_n);
}

size_t pack_era(const struct pack *p, int64_t day) { return offences_era(&p->offences, day); }
