/* See pack_run.h. Facts become values directly, without a text between them; a fact that is
 * unknown is null there, and the model's three-valued logic does the rest. Each offence carries
 * `at`, the JSON pointer of its place in the facts. */
#include "custody/pack_run.h"
#include <stdio.h>
#include <stdlib.h>

#define NAME(lit) ((struct dmn_text){("" lit), sizeof(lit) - 1})

struct pack_run *pack_run_new(const struct pack *p)
{
    struct pack_run *r = calloc(1, sizeof *r);
    if (!r) abort();
    r->pack = p;
    r->run = dmn_run_new(pack_model(p), NULL);
    return r;
}

void pack_run_free(struct pack_run *r)
{
    if (!r) return;
    dmn_run_free(r->run);
    free(r);
}

const struct pack *pack_run_pack(const struct pack_run *r) { return r->pack; }

static struct dmn_text text_of(struct str s) { return (struct dmn_text){s.p, s.n}; }

static const struct dmn_value *of_text(struct dmn_run *r, struct str s)
{
    return s.n ? dmn_make_string(r, text_of(s)) : dmn_make_null(r);
}

static const struct dmn_value *of_word(struct dmn_run *r, const char *word)
{
    return of_text(r, str_c(word));
}

static const struct dmn_value *of_known(struct dmn_run *r, enum known k)
{
    return k == UNKNOWN ? dmn_make_null(r) : dmn_make_boolean(r, k == YES);
}

/* literal is @" and text, which stands in it. */
static const struct dmn_value *quoted(struct dmn_run *r, char *literal, const char *text)
{
    size_t n = strlen(text) + 2;
    literal[n++] = '"';
    return dmn_make_literal(r, (struct dmn_text){literal, n});
}

static const struct dmn_value *of_day(struct dmn_run *r, int64_t day)
{
    char literal[40] = "@\"";
    if (day == DAYS_UNKNOWN || day == INT64_MAX) return dmn_make_null(r);
    return quoted(r, literal, date_print(day, literal + 2));
}

static const struct dmn_value *of_instant(struct dmn_run *r, instant t)
{
    char literal[48] = "@\"";
    if (t == INSTANT_NONE) return dmn_make_null(r);
    return quoted(r, literal, instant_utc(t, literal + 2));
}

static const struct dmn_value *of_texts(struct dmn_run *r, const struct str *texts, size_t n)
{
    struct dmn_value *list = dmn_make_list(r, n);
    for (size_t i = 0; i < n; i++) dmn_list_set(list, i, dmn_make_string(r, text_of(texts[i])));
    return list;
}

static const struct dmn_value *of_request(struct dmn_run *r, const struct facts *f)
{
    struct dmn_value *c = dmn_make_context(r, 9), *asks = dmn_make_list(r, f->request.n_asks);
    struct str attests[3];
    size_t n = 0;
    for (size_t i = 0; i < f->request.n_asks; i++)
        dmn_list_set(asks, i, of_word(r, ask_word(f->request.asks[i])));
    for (unsigned bit = ATTEST_GANG; bit <= ATTEST_TERRORISM_RISK; bit <<= 1)
        if (f->request.attests & bit) attests[n++] = str_c(attest_word((enum attest)bit));
    dmn_context_add(c, NAME("received_at"), of_instant(r, f->request.received_at));
    dmn_context_add(c, NAME("agency_kind"),
                    of_word(r, agency_kind_word(f->request.agency_kind)));
    dmn_context_add(c, NAME("form"), of_text(r, f->request.form));
    dmn_context_add(c, NAME("asks"), asks);
    dmn_context_add(c, NAME("written"), of_known(r, f->request.written));
    dmn_context_add(c, NAME("signed"), of_known(r, f->request.is_signed));
    dmn_context_add(c, NAME("complete"), of_known(r, f->request.complete));
    dmn_context_add(c, NAME("state"), of_word(r, request_state_word(f->request.state)));
    dmn_context_add(c, NAME("attests"), of_texts(r, attests, n));
    return c;
}

static const struct dmn_value *of_documents(struct dmn_run *r, const struct facts *f)
{
    struct dmn_value *list = dmn_make_list(r, f->n_documents);
    for (size_t i = 0; i < f->n_documents; i++) {
        const struct document *d = &f->documents[i];
        struct dmn_value *c = dmn_make_context(r, 7);
        dmn_context_add(c, NAME("kind"), of_word(r, document_kind_word(d->kind)));
        dmn_context_add(c, NAME("form"), of_text(r, d->form));
        dmn_context_add(c, NAME("criminal"), of_known(r, d->criminal));
        dmn_context_add(c, NAME("issuer"), of_word(r, issuer_word(d->issuer)));
        dmn_context_add(c, NAME("state"), of_word(r, document_state_word(d->state)));
        dmn_context_add(c, NAME("verified"), of_known(r, d->verified));
        dmn_context_add(c, NAME("for_this_person"), of_known(r, d->for_this_person));
        dmn_list_set(list, i, c);
    }
    return list;
}

static const struct dmn_value *of_spans(struct dmn_run *r, const struct offence *o)
{
    if (!o->incarcerated_known) return dmn_make_null(r);
    struct dmn_value *list = dmn_make_list(r, o->n_incarcerated);
    for (size_t i = 0; i < o->n_incarcerated; i++) {
        struct dmn_value *c = dmn_make_context(r, 2);
        dmn_context_add(c, NAME("from"), of_day(r, o->incarcerated[i].from));
        dmn_context_add(c, NAME("to"), of_day(r, o->incarcerated[i].to));
        dmn_list_set(list, i, c);
    }
    return list;
}

static const struct dmn_value *of_offences(struct dmn_run *r, const struct facts *f)
{
    struct dmn_value *list = dmn_make_list(r, f->n_offences);
    for (size_t i = 0; i < f->n_offences; i++) {
        const struct offence *o = &f->offences[i];
        struct dmn_value *c = dmn_make_context(r, 13);
        char at[40];
        int n = snprintf(at, sizeof at, "/offences/%zu", i);
        dmn_context_add(c, NAME("at"), dmn_make_string(r, (struct dmn_text){at, (size_t)n}));
        dmn_context_add(c, NAME("this_booking"), dmn_make_boolean(r, o->this_booking));
        dmn_context_add(c, NAME("citation"), of_text(r, o->citation));
        dmn_context_add(c, NAME("text"), of_text(r, o->text));
        dmn_context_add(c, NAME("grade"), of_word(r, grade_word(o->grade)));
        dmn_context_add(c, NAME("class"), of_text(r, o->class));
        dmn_context_add(c, NAME("state_prison"), of_known(r, o->state_prison));
        dmn_context_add(c, NAME("lists"),
                        o->classified ? of_texts(r, o->lists, o->n_lists) : dmn_make_null(r));
        dmn_context_add(c, NAME("stage"), of_word(r, stage_word(o->stage)));
        dmn_context_add(c, NAME("attempt"), of_known(r, o->attempt));
        dmn_context_add(c, NAME("on"), of_day(r, o->on));
        dmn_context_add(c, NAME("convicted_on"), of_day(r, o->convicted_on));
        dmn_context_add(c, NAME("incarcerated"), of_spans(r, o));
        dmn_list_set(list, i, c);
    }
    return list;
}

static const struct dmn_value *of_custody(struct dmn_run *r, const struct facts *f)
{
    struct dmn_value *c = dmn_make_context(r, 3);
    dmn_context_add(c, NAME("state"), of_word(r, custody_word(f->custody)));
    dmn_context_add(c, NAME("booked_at"), of_instant(r, f->booked_at));
    dmn_context_add(c, NAME("triggered_at"), of_instant(r, f->triggered_at));
    return c;
}

static const struct dmn_value *of_input(struct dmn_run *r, struct str name,
                                        const struct facts *f)
{
    if (str_is(name, "as_of")) return of_instant(r, f->as_of);
    if (str_is(name, "request")) return of_request(r, f);
    if (str_is(name, "documents")) return of_documents(r, f);
    if (str_is(name, "match")) return of_word(r, match_word(f->match));
    if (str_is(name, "disputed")) return dmn_make_boolean(r, f->disputed);
    if (str_is(name, "custody")) return of_custody(r, f);
    if (str_is(name, "registries"))
        return f->registries_known ? of_texts(r, f->registries, f->n_registries)
                                   : dmn_make_null(r);
    return of_offences(r, f);
}

RC pack_run_bind(struct pack_run *r, const struct facts *f, struct err *e)
{
    const struct dmn_model *m = pack_model(r->pack);
    dmn_run_reset(r->run);
    for (size_t i = 0; i < dmn_model_count(m, DMN_INPUT); i++) {
        struct str name = str_c(dmn_model_item(m, DMN_INPUT, i));
        if (dmn_input(r->run, text_of(name), of_input(r->run, name, f)) != DMN_OK)
            return FAIL(e, RC_INVALID, "PACK-0040",
                        "the model does not take the facts as its input '" STR_FMT "'",
                        STR_ARG(name));
    }
    return RC_OK;
}

static struct str str_of(struct arena *a, const struct dmn_value *v)
{
    struct dmn_text t = dmn_string(v);
    return str_dup(a, str_n(t.p, t.n));
}

/* A list of texts; one text stands for a list of one. */
static struct str *strs_of(struct arena *a, const struct dmn_value *v, size_t *ret_n)
{
    bool list = dmn_type_of(v) == DMN_LIST;
    size_t n = list ? dmn_count(v) : dmn_type_of(v) == DMN_STRING, m = 0;
    struct str *texts = arena_array(a, struct str, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct dmn_value *item = list ? dmn_item(v, i) : v;
        if (dmn_type_of(item) == DMN_STRING) texts[m++] = str_of(a, item);
    }
    *ret_n = m;
    return texts;
}

static RC evaluate(struct pack_run *r, struct str decision, bool trace,
                   const struct dmn_value **ret, struct err *e)
{
    enum dmn_status status = dmn_eval(r->run, text_of(decision), trace, ret);
    if (status == DMN_OK) return RC_OK;
    return FAIL(e, RC_INVALID, "PACK-0041",
                "decision '" STR_FMT "' could not be evaluated (%s)", STR_ARG(decision),
                status == DMN_LIMIT ? "too much work" : "the model failed");
}

RC pack_run_answer(struct pack_run *r, struct arena *a, enum ask ask, bool trace,
                   struct answer *ret, struct err *e)
{
    const struct dmn_value *v;
    struct str decision = pack_decision(r->pack, ask);
    TRY(evaluate(r, decision, trace, &v, e));
    ret->rule = str_of(a, dmn_entry(v, NAME("rule")));
    ret->why = str_of(a, dmn_entry(v, NAME("why")));
    ret->because = strs_of(a, dmn_entry(v, NAME("because")), &ret->n_because);
    ret->citations = strs_of(a, dmn_entry(v, NAME("citations")), &ret->n_citations);
    if (!outcome_from_word(str_of(a, dmn_entry(v, NAME("outcome"))), &ret->outcome) ||
        ret->rule.n == 0 || ret->why.n == 0)
        return FAIL(e, RC_INVALID, "PACK-0042",
                    "decision '" STR_FMT "' has no rule for these facts", STR_ARG(decision));
    return RC_OK;
}

RC pack_run_obligations(struct pack_run *r, struct arena *a, struct obligation **ret,
                        size_t *ret_n, struct err *e)
{
    struct str decision = pack_obligations(r->pack);
    const struct dmn_value *v;
    *ret = NULL;
    *ret_n = 0;
    if (decision.n == 0) return RC_OK;
    TRY(evaluate(r, decision, false, &v, e));
    size_t n = dmn_type_of(v) == DMN_LIST ? dmn_count(v) : 0;
    struct obligation *list = arena_array(a, struct obligation, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct dmn_value *row = dmn_item(v, i),
                               *hours = dmn_entry(row, NAME("within_hours"));
        list[i] = (struct obligation){.duty = str_of(a, dmn_entry(row, NAME("duty"))),
                                      .citation = str_of(a, dmn_entry(row, NAME("citation")))};
        if (dmn_type_of(hours) == DMN_NUMBER) {
            struct dmn_text number = dmn_print(r->run, hours);
            list[i].within_hours = strtod(str_dupz(a, str_n(number.p, number.n)), NULL);
        }
        if (list[i].duty.n == 0)
            return FAIL(e, RC_INVALID, "PACK-0043",
                        "decision '" STR_FMT "' gives an obligation without a duty",
                        STR_ARG(decision));
    }
    *ret = list;
    *ret_n = n;
    return RC_OK;
}

struct str pack_run_trace(struct pack_run *r, struct arena *a)
{
    struct dmn_text t = dmn_trace_json(r->run);
    return str_dup(a, str_n(t.p, t.n));
}
