/* Packs as people read them: tables, files, tests, what two versions differ in; and a decision
 * with the rule of the table lit. */
#include "casework/tables.h"
#include "casework/work.h"
#include "custody/pack_test.h"

static const struct pack_file *file_of(const struct pack_file *files, size_t n,
                                       const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(files[i].name, name)) return &files[i];
    return NULL;
}

struct opened {
    struct store_pack row;
    struct kept_pack *kept;
    struct pack_file *files;
    size_t n;
    struct json *tables; /* {description, tables, texts} */
};

static RC open_pack(struct work *w, struct str id, struct str version, struct opened *ret,
                    struct err *e)
{
    *ret = (struct opened){0};
    enum rc rc = store_pack_get(w->s, w->a, id, version, &ret->row, e);
    if (rc == RC_NO)
        return FAIL(e, RC_NOTFOUND, "PACK-1001", "there is no pack " STR_FMT " " STR_FMT,
                    STR_ARG(id), STR_ARG(version));
    if (rc != RC_OK) return rc;
    TRY(packs_find(w, id, version, &ret->kept, e));
    TRY(store_pack_files(w->s, w->a, id, version, &ret->files, &ret->n, e));
    const struct pack_file *model = file_of(ret->files, ret->n, "policy.dmn");
    return tables_read(w->a, model ? model->bytes : STR(""), ret->kept->pack, &ret->tables, e);
}

static RC begin_look(struct work *w, struct casework *c, struct arena *a, struct err *e)
{
    *w = (struct work){
        .c = c, .s = c->store, .a = a, .by = STR("system"), .now = clock_now(&c->clock)};
    return store_read_begin(c->store, e);
}

static void set_day(struct arena *a, struct json *o, const char *name, int64_t day)
{
    char text[24];
    if (day != INT64_MIN && day != INT64_MAX)
        json_set(a, o, name, json_c(a, arena_strdup(a, date_print(day, text))));
}

static RC pack_page(struct work *w, struct str id, struct str version, struct json **ret,
                    struct err *e)
{
    struct opened p;
    struct json *files = json_array(w->a), *offences;
    TRY(open_pack(w, id, version, &p, e));
    TRY(packs_row_json(w, &p.row, ret, e));
    for (size_t i = 0; i < p.n; i++) {
        struct json *o = json_object(w->a);
        json_set(w->a, o, "name", json_string(w->a, p.files[i].name));
        json_set(w->a, o, "bytes", json_int(w->a, (int64_t)p.files[i].bytes.n));
        json_add(w->a, files, o);
    }
    json_set(w->a, *ret, "description", json_get(p.tables, "description"));
    set_day(w->a, *ret, "effective_from", pack_effective_from(p.kept->pack));
    set_day(w->a, *ret, "effective_to", pack_effective_to(p.kept->pack));
    json_set(w->a, *ret, "files", files);
    json_set(w->a, *ret, "tables", json_get(p.tables, "tables"));
    json_set(w->a, *ret, "texts", json_get(p.tables, "texts"));
    const struct pack_file *csv = file_of(p.files, p.n, "offences.csv");
    if (!csv) return RC_OK;
    TRY(tables_csv(w->a, csv->bytes, &offences, e));
    json_set(w->a, *ret, "offences", offences);
    return RC_OK;
}

RC casework_pack(struct casework *c, struct str pack, struct str version, struct arena *a,
                 struct json **ret, struct err *e)
{
    struct work w;
    TRY(begin_look(&w, c, a, e));
    enum rc rc = pack_page(&w, pack, version, ret, e);
    store_read_end(c->store);
    return rc;
}

RC casework_pack_in_force(struct casework *c, struct arena *a, struct str *ret_pack,
                          struct str *ret_version, struct err *e)
{
    return store_pack_in_force(c->store, a, clock_now(&c->clock), ret_pack, ret_version, e);
}

RC casework_pack_file(struct casework *c, struct str pack, struct str version, struct str name,
                      struct arena *a, struct str *ret, struct err *e)
{
    struct pack_file *files;
    size_t n;
    TRY(store_pack_files(c->store, a, pack, version, &files, &n, e));
    if (!n)
        return FAIL(e, RC_NOTFOUND, "PACK-1001", "there is no pack " STR_FMT " " STR_FMT,
                    STR_ARG(pack), STR_ARG(version));
    for (size_t i = 0; i < n; i++)
        if (str_eq(files[i].name, name)) {
            *ret = files[i].bytes;
            return RC_OK;
        }
    return FAIL(e, RC_NOTFOUND, "PACK-1004", "the pack has no file of that name");
}

static struct json *which(struct arena *a, const struct store_pack *p)
{
    struct json *o = json_object(a);
    json_set(a, o, "pack", json_string(a, p->id));
    json_set(a, o, "version", json_string(a, p->version));
    json_set(a, o, "sha256", json_string(a, p->sha256));
    return o;
}

static void file_change(struct arena *a, struct json *list, struct str name, const char *change)
{
    struct json *o = json_object(a);
    json_set(a, o, "name", json_string(a, name));
    json_set(a, o, "change", json_c(a, change));
    json_add(a, list, o);
}

static struct json *files_diff(struct arena *a, const struct opened *x, const struct opened *y)
{
    struct json *list = json_array(a);
    for (size_t i = 0; i < y->n; i++) {
        const struct pack_file *old = file_of(x->files, x->n, str_dupz(a, y->files[i].name));
        if (!old)
            file_change(a, list, y->files[i].name, "added");
        else if (!str_eq(old->bytes, y->files[i].bytes))
            file_change(a, list, old->name, "changed");
    }
    for (size_t i = 0; i < x->n; i++)
        if (!file_of(y->files, y->n, str_dupz(a, x->files[i].name)))
            file_change(a, list, x->files[i].name, "removed");
    return list;
}

static RC offences_of(struct arena *a, const struct opened *p, struct json **ret, struct err *e)
{
    const struct pack_file *csv = file_of(p->files, p->n, "offences.csv");
    return tables_csv(a, csv ? csv->bytes : STR(""), ret, e);
}

static RC pack_diff(struct work *w, const struct pack_pair *q, struct json **ret, struct err *e)
{
    struct opened x, y;
    struct json *before, *after, *o = *ret = json_object(w->a);
    TRY(open_pack(w, q->pack_before, q->before, &x, e));
    TRY(open_pack(w, q->pack, q->after, &y, e));
    TRY(offences_of(w->a, &x, &before, e));
    TRY(offences_of(w->a, &y, &after, e));
    json_set(w->a, o, "from", which(w->a, &x.row));
    json_set(w->a, o, "to", which(w->a, &y.row));
    json_set(w->a, o, "tables",
             tables_diff(w->a, json_get(x.tables, "tables"), json_get(y.tables, "tables")));
    json_set(w->a, o, "offences", tables_rows_diff(w->a, before, after));
    json_set(w->a, o, "files", files_diff(w->a, &x, &y));
    return RC_OK;
}

RC casework_pack_diff(struct casework *c, const struct pack_pair *q, struct arena *a,
                      struct json **ret, struct err *e)
{
    struct work w;
    TRY(begin_look(&w, c, a, e));
    enum rc rc = pack_diff(&w, q, ret, e);
    store_read_end(c->store);
    return rc;
}

/* ---- its own tests ----------------------------------------------------------------------- */

static void test_json(struct arena *a, const struct pack_test *t, struct json *list,
                      int64_t *failed)
{
    struct json *o = json_object(a);
    *failed += !t->passed;
    json_set(a, o, "file", json_string(a, t->file));
    json_set(a, o, "test", json_string(a, t->id));
    json_set(a, o, "passed", json_bool(a, t->passed));
    SET_TEXT(a, o, "description", t->description);
    SET_TEXT(a, o, "decision", t->decision);
    if (!t->passed) {
        json_set(a, o, "expected", json_string(a, t->expected));
        json_set(a, o, "actual", json_string(a, t->actual));
    }
    json_add(a, list, o);
}

static RC pack_tests(struct work *w, struct str id, struct str version, struct json **ret,
                     struct err *e)
{
    struct opened p;
    struct json *list = json_array(w->a);
    int64_t failed = 0;
    TRY(open_pack(w, id, version, &p, e));
    for (size_t i = 0; i < p.n; i++) {
        struct pack_test *tests;
        size_t n;
        if (!str_starts(p.files[i].name, STR("tests/")) ||
            !str_ends(p.files[i].name, STR(".xml")))
            continue;
        TRY(pack_test_run(p.kept->pack, w->a, p.files[i].name, p.files[i].bytes, &tests, &n,
                          e));
        for (size_t k = 0; k < n; k++) test_json(w->a, &tests[k], list, &failed);
    }
    *ret = json_object(w->a);
    json_set(w->a, *ret, "passed", json_int(w->a, (int64_t)json_len(list) - failed));
    json_set(w->a, *ret, "failed", json_int(w->a, failed));
    json_set(w->a, *ret, "tests", list);
    return RC_OK;
}

RC casework_pack_tests(struct casework *c, struct str pack, struct str version, struct arena *a,
                       struct json **ret, struct err *e)
{
    struct work w;
    TRY(begin_look(&w, c, a, e));
    enum rc rc = pack_tests(&w, pack, version, ret, e);
    store_read_end(c->store);
    return rc;
}

/* ---- a decision and its tables ----------------------------------------------------------- */

static RC decided(struct work *w, const struct store_case *k, struct event *ret, struct err *e)
{
    struct store_event ev;
    enum rc rc =
        k->decision ? store_event_get(w->s, w->a, (uint64_t)k->decision - 1, &ev, e) : RC_NO;
    if (rc == RC_OK && ev.text.p) return event_read(w->a, ev.text, ret, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    return FAIL(e, RC_NOTFOUND, "CASE-0013",
                "case " STR_FMT " has no decision that can be read",
                STR_ARG(work_case_name(w->a, k->id)));
}

static RC trace(struct work *w, const struct store_case *k, struct json **ret, struct err *e)
{
    struct event ev;
    struct facts f;
    struct decision d = {0};
    struct opened p = {0};
    struct json *o = *ret = json_object(w->a), *pack, *plain;
    TRY(decided(w, k, &ev, e));
    struct json *facts = json_get(ev.body, "facts"), *stored = json_get(ev.body, "decision");
    struct str shown = work_canonical(w->a, facts);
    pack = json_get(stored, "pack");
    TRY(facts_read(w->a, facts, &f, e));
    if (!str_is(json_text(pack, "id"), "none")) {
        TRY(open_pack(w, json_text(pack, "id"), json_text(pack, "version"), &p, e));
        decide(w->a, p.kept->run, &f, true, &d);
    } else {
        life_decide(w->a, NULL, &f, &d);
    }
    struct json *traces = d.trace ? d.trace : json_array(w->a),
                *tables = p.tables ? json_get(p.tables, "tables") : json_array(w->a);
    d.trace = NULL;
    TRY(json_parse(w->a, shown, "facts", NULL, &plain,
                   e)); /* as stored: reading filled in what is the usual */
    tables_light(w->a, tables, traces, stored);
    json_set(w->a, o, "case", json_string(w->a, work_case_name(w->a, k->id)));
    json_set(w->a, o, "pack", pack);
    json_set(w->a, o, "facts", plain);
    json_set(w->a, o, "decision", stored);
    json_set(w->a, o, "same",
             json_bool(w->a, str_eq(work_canonical(w->a, decision_json(w->a, &d)),
                                    work_canonical(w->a, stored))));
    json_set(w->a, o, "trace", traces);
    json_set(w->a, o, "tables", tables);
    return RC_OK;
}

RC casework_trace(struct casework *c, struct actor by, struct str case_id, struct arena *a,
                  struct json **ret, struct err *e)
{
    struct work w;
    struct store_case k;
    TRY(work_look(&w, c, by, a, e));
    enum rc rc = work_case(&w, case_id, &k, e);
    if (rc == RC_OK) rc = trace(&w, &k, ret, e);
    if (rc == RC_OK) rc = view_read(&w, k.id, "trace", e);
    return work_end(&w, rc, e);
}
