/* Facts from JSON and back: checked against api/facts.schema.json, which is built into the
 * program, so that what stands in the contract and what is checked cannot drift apart. Every
 * error names a JSON pointer. Text that carries a status or an A-number is refused and never
 * repeated in the error. */
#include "custody/facts.h"
#include <stdio.h>
#include "base/schema.h"
#include "custody/schemas.h"
#include "custody/status.h"

static enum known known_of(const struct json *object, const char *key)
{
    const struct json *v = json_get(object, key);
    return !v ? UNKNOWN : json_is_true(v) ? YES : NO;
}

static instant instant_of(const struct json *object, const char *key)
{
    instant t = INSTANT_NONE;
    return instant_parse(json_text(object, key), &t, NULL) ? t : INSTANT_NONE;
}

static int64_t day_of(const struct json *object, const char *key, int64_t otherwise)
{
    int64_t day = otherwise;
    return date_parse(json_text(object, key), &day) ? day : otherwise;
}

/* pointer NULL: of what was checked before. */
static RC free_text(const struct json *object, const char *key, const char *pointer,
                    struct err *e)
{
    const struct json *v = pointer ? json_get(object, key) : NULL;
    if (!v || !status_text(json_str(v), NULL)) return RC_OK;
    enum rc rc = FAIL(e, RC_INVALID, "FACT-0008",
                      "this text carries a status, citizenship, nationality, birthplace or "
                      "A-number; remove it");
    char at[160];
    snprintf(at, sizeof at, "%s/%s", pointer, key);
    err_at(e, at, v->line, v->column);
    return rc;
}

static struct str *texts_of(struct arena *a, const struct json *v, size_t *ret_n)
{
    size_t n = json_len(v);
    struct str *t = arena_array(a, struct str, n + 1);
    for (size_t i = 0; i < n; i++) t[i] = json_str(json_at(v, i));
    *ret_n = n;
    return t;
}

/* The words were checked by the schema, so that a word that is not found is an absent one. */
static RC read_request(const struct json *j, bool checked, struct facts *f, struct err *e)
{
    const struct json *asks = json_get(j, "asks"), *attests = json_get(j, "attests");
    TRY(free_text(j, "form", checked ? NULL : "/request", e));
    f->request.received_at = instant_of(j, "received_at");
    f->request.received_text = json_text(j, "received_at");
    (void)agency_kind_from_word(json_text(j, "agency_kind"), &f->request.agency_kind);
    f->request.form = json_text(j, "form");
    f->request.n_asks = json_len(asks) < ASK_COUNT ? json_len(asks) : ASK_COUNT;
    for (size_t i = 0; i < f->request.n_asks; i++)
        (void)ask_from_word(json_str(json_at(asks, i)), &f->request.asks[i]);
    f->request.written = known_of(j, "written");
    f->request.is_signed = known_of(j, "signed");
    f->request.complete = known_of(j, "complete");
    (void)request_state_from_word(json_text(j, "state"), &f->request.state);
    for (size_t i = 0; i < json_len(attests); i++) {
        enum attest bit;
        if (attest_from_word(json_str(json_at(attests, i)), &bit)) f->request.attests |= bit;
    }
    return RC_OK;
}

static RC read_documents(struct arena *a, const struct json *j, bool checked, struct facts *f,
                         struct err *e)
{
    f->n_documents = json_len(j);
    f->documents = arena_array(a, struct document, f->n_documents + 1);
    for (size_t i = 0; i < f->n_documents; i++) {
        const struct json *v = json_at(j, i);
        struct document *d = &f->documents[i];
        TRY(free_text(v, "form", checked ? NULL : arena_printf(a, "/documents/%zu", i), e));
        (void)document_kind_from_word(json_text(v, "kind"), &d->kind);
        d->form = json_text(v, "form");
        d->criminal = known_of(v, "criminal");
        (void)issuer_from_word(json_text(v, "issuer"), &d->issuer);
        (void)document_state_from_word(json_text(v, "state"), &d->state);
        d->verified = known_of(v, "verified");
        d->for_this_person = known_of(v, "for_this_person");
    }
    return RC_OK;
}

static void read_spans(struct arena *a, const struct json *j, struct offence *o)
{
    o->incarcerated_known = j != NULL;
    o->n_incarcerated = json_len(j);
    o->incarcerated = arena_array(a, struct span, o->n_incarcerated + 1);
    for (size_t i = 0; i < o->n_incarcerated; i++)
        o->incarcerated[i] = (struct span){day_of(json_at(j, i), "from", 0),
                                           day_of(json_at(j, i), "to", INT64_MAX)};
}

static RC read_offences(struct arena *a, const struct json *j, bool checked, struct facts *f,
                        struct err *e)
{
    f->n_offences = json_len(j);
    f->offences = arena_array(a, struct offence, f->n_offences + 1);
    for (size_t i = 0; i < f->n_offences; i++) {
        const struct json *v = json_at(j, i), *lists = json_get(v, "lists");
        struct offence *o = &f->offences[i];
        const char *at = checked ? NULL : arena_printf(a, "/offences/%zu", i);
        TRY(free_text(v, "text", at, e));
        TRY(free_text(v, "citation", at, e));
        TRY(free_text(v, "class", at, e));
        o->this_booking = json_is_true(json_get(v, "this_booking"));
        o->citation = json_text(v, "citation");
        o->text = json_text(v, "text");
        o->class = json_text(v, "class");
        (void)grade_from_word(json_text(v, "grade"), &o->grade);
        o->state_prison = known_of(v, "state_prison");
        o->attempt = known_of(v, "attempt");
        o->classified = lists != NULL;
        o->lists = texts_of(a, lists, &o->n_lists);
        (void)stage_from_word(json_text(v, "stage"), &o->stage);
        o->on = day_of(v, "on", DAYS_UNKNOWN);
        o->convicted_on = day_of(v, "convicted_on", DAYS_UNKNOWN);
        read_spans(a, json_get(v, "incarcerated"), o);
    }
    return RC_OK;
}

static RC read_all(struct arena *a, const struct json *value, bool checked, struct facts *ret,
                   struct err *e)
{
    *ret = (struct facts){.as_of = instant_of(value, "as_of"),
                          .as_of_text = json_text(value, "as_of")};
    const struct json *custody = json_get(value, "custody"),
                      *registries = json_get(value, "registries");
    TRY(read_request(json_get(value, "request"), checked, ret, e));
    TRY(read_documents(a, json_get(value, "documents"), checked, ret, e));
    (void)match_from_word(json_text(value, "match"), &ret->match);
    ret->disputed = json_is_true(json_get(value, "disputed"));
    (void)custody_from_word(json_text(custody, "state"), &ret->custody);
    ret->booked_at = instant_of(custody, "booked_at");
    ret->triggered_at = instant_of(custody, "triggered_at");
    ret->registries_known = registries != NULL;
    ret->registries = texts_of(a, registries, &ret->n_registries);
    return read_offences(a, json_get(value, "offences"), checked, ret, e);
}

RC facts_read_checked(struct arena *a, const struct json *value, struct facts *ret,
                      struct err *e)
{
    return read_all(a, value, true, ret, e);
}

RC facts_read(struct arena *a, struct json *value, struct facts *ret, struct err *e)
{
    const struct schema *schema;
    struct json *document;
    TRY(json_parse(a, str_c(facts_schema_text), "facts.schema.json", NULL, &document, e));
    TRY(schema_load(a, document, &schema, e));
    TRY(schema_check(a, schema, value, "FACT", e));
    TRY(read_all(a, value, false, ret, e));
    facts_write(a, ret);
    return RC_OK;
}

static void set_word(struct arena *a, struct json *o, const char *key, const char *word)
{
    if (word) json_set(a, o, key, json_c(a, word));
}

/* Empty text is no text: a jail system that exports an empty column has said nothing. */
static void set_text(struct arena *a, struct json *o, const char *key, struct str text)
{
    if (text.n) json_set(a, o, key, json_string(a, text));
}

static void set_known(struct arena *a, struct json *o, const char *key, enum known k)
{
    if (k != UNKNOWN) json_set(a, o, key, json_bool(a, k == YES));
}

static void set_instant(struct arena *a, struct json *o, const char *key, instant t)
{
    char text[40];
    if (t != INSTANT_NONE)
        json_set(a, o, key, json_c(a, arena_strdup(a, instant_utc(t, text))));
}

static void set_day(struct arena *a, struct json *o, const char *key, int64_t day)
{
    char text[24];
    if (day != DAYS_UNKNOWN && day != INT64_MAX)
        json_set(a, o, key, json_c(a, arena_strdup(a, date_print(day, text))));
}

static struct json *texts_json(struct arena *a, const struct str *texts, size_t n)
{
    struct json *list = json_array(a);
    for (size_t i = 0; i < n; i++) json_add(a, list, json_string(a, texts[i]));
    return list;
}

static struct json *request_json(struct arena *a, const struct facts *f)
{
    struct json *o = json_object(a), *asks = json_array(a), *attests = json_array(a);
    char text[40];
    struct str received =
        f->request.received_text.n
            ? f->request.received_text
            : str_c(arena_strdup(a, instant_utc(f->request.received_at, text)));
    json_set(a, o, "received_at", json_string(a, received));
    set_word(a, o, "agency_kind", agency_kind_word(f->request.agency_kind));
    json_set(a, o, "form", json_string(a, f->request.form.p ? f->request.form : STR("")));
    for (size_t i = 0; i < f->request.n_asks; i++)
        json_add(a, asks, json_c(a, ask_word(f->request.asks[i])));
    json_set(a, o, "asks", asks);
    set_known(a, o, "written", f->request.written);
    set_known(a, o, "signed", f->request.is_signed);
    set_known(a, o, "complete", f->request.complete);
    set_word(a, o, "state", request_state_word(f->request.state));
    for (unsigned bit = ATTEST_GANG; bit <= ATTEST_TERRORISM_RISK; bit <<= 1)
        if (f->request.attests & bit)
            json_add(a, attests, json_c(a, attest_word((enum attest)bit)));
    json_set(a, o, "attests", attests);
    return o;
}

static struct json *document_json(struct arena *a, const struct document *d)
{
    struct json *o = json_object(a);
    set_word(a, o, "kind", document_kind_word(d->kind));
    set_text(a, o, "form", d->form);
    set_known(a, o, "criminal", d->criminal);
    set_word(a, o, "issuer", issuer_word(d->issuer));
    set_word(a, o, "state", document_state_word(d->state));
    set_known(a, o, "verified", d->verified);
    set_known(a, o, "for_this_person", d->for_this_person);
    return o;
}

static struct json *spans_json(struct arena *a, const struct offence *f)
{
    struct json *list = json_array(a);
    for (size_t i = 0; i < f->n_incarcerated; i++) {
        struct json *o = json_object(a);
        set_day(a, o, "from", f->incarcerated[i].from);
        set_day(a, o, "to", f->incarcerated[i].to);
        json_add(a, list, o);
    }
    return list;
}

static struct json *offence_json(struct arena *a, const struct offence *f)
{
    struct json *o = json_object(a);
    json_set(a, o, "this_booking", json_bool(a, f->this_booking));
    set_text(a, o, "citation", f->citation);
    set_text(a, o, "text", f->text);
    set_word(a, o, "grade", grade_word(f->grade));
    set_text(a, o, "class", f->class);
    set_known(a, o, "state_prison", f->state_prison);
    if (f->classified) json_set(a, o, "lists", texts_json(a, f->lists, f->n_lists));
    set_word(a, o, "stage", stage_word(f->stage));
    set_known(a, o, "attempt", f->attempt);
    set_day(a, o, "on", f->on);
    set_day(a, o, "convicted_on", f->convicted_on);
    if (f->incarcerated_known) json_set(a, o, "incarcerated", spans_json(a, f));
    return o;
}

void facts_write(struct arena *a, struct facts *f)
{
    struct json *o = json_object(a), *documents = json_array(a), *offences = json_array(a),
                *custody = json_object(a);
    char text[40];
    if (!f->as_of_text.n) f->as_of_text = str_c(arena_strdup(a, instant_utc(f->as_of, text)));
    json_set(a, o, "as_of", json_string(a, f->as_of_text));
    json_set(a, o, "request", request_json(a, f));
    for (size_t i = 0; i < f->n_documents; i++)
        json_add(a, documents, document_json(a, &f->documents[i]));
    json_set(a, o, "documents", documents);
    set_word(a, o, "match", match_word(f->match));
    json_set(a, o, "disputed", json_bool(a, f->disputed));
    set_word(a, custody, "state", custody_word(f->custody));
    set_instant(a, custody, "booked_at", f->booked_at);
    set_instant(a, custody, "triggered_at", f->triggered_at);
    json_set(a, o, "custody", custody);
    if (f->registries_known)
        json_set(a, o, "registries", texts_json(a, f->registries, f->n_registries));
    for (size_t i = 0; i < f->n_offences; i++)
        json_add(a, offences, offence_json(a, &f->offences[i]));
    json_set(a, o, "offences", offences);
    f->json = o;
}
