/* Requests and the cases they are: lists, a case, its time line, its decision, its proof, and
 * what people say to it. */
#include "server/api.h"
#include "outbound/outbound.h"
#include "server/desk.h"

RC cases_list(struct exchange *x, struct err *e)
{
    struct cases_wish q = {.state = exchange_query(x, "state"),
                           .agency = exchange_query(x, "agency"),
                           .booking = exchange_query(x, "booking"),
                           .q = exchange_query(x, "q")};
    struct json *v;
    struct str next;
    TRY(api_page(x, &q.page, e));
    TRY(api_flag(x, "work", &q.work, e));
    TRY(api_flag(x, "open", &q.open, e));
    TRY(exchange_query_instant(x, "from", &q.from, e));
    TRY(exchange_query_instant(x, "to", &q.to, e));
    TRY(casework_cases_page(x->casework, exchange_actor(x), &q, x->arena, &v, &next, e));
    return api_list(x, v, next);
}

RC case_get(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(casework_case(x->casework, exchange_actor(x), exchange_param(x, "case"), x->arena, &v,
                      e));
    return exchange_answer(x, 200, v);
}

RC case_events(struct exchange *x, struct err *e)
{
    struct list_page page;
    struct json *v;
    struct str next;
    TRY(api_page(x, &page, e));
    TRY(casework_case_events(x->casework, exchange_actor(x), exchange_param(x, "case"), page,
                             x->arena, &v, &next, e));
    return api_list(x, v, next);
}

RC case_trace(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(casework_trace(x->casework, exchange_actor(x), exchange_param(x, "case"), x->arena, &v,
                       e));
    return exchange_answer(x, 200, v);
}

RC case_proof(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(casework_proof(x->casework, exchange_actor(x), exchange_param(x, "case"), x->arena, &v,
                       e));
    return exchange_answer(x, 200, v);
}

RC case_proof_pdf(struct exchange *x, struct err *e)
{
    static const struct outbound_setup none;
    struct json *v;
    struct str pdf, name = exchange_param(x, "case");
    TRY(casework_proof(x->casework, exchange_actor(x), name, x->arena, &v, e));
    TRY(outbound_proof_pdf(x->arena, x->setup->outbound ? x->setup->outbound : &none, v, &pdf,
                           e));
    x->filename = str_c(arena_printf(x->arena, STR_FMT "-proof.pdf", STR_ARG(name)));
    return exchange_bytes(x, 200, "application/pdf", pdf);
}

/* Printed anew for the person or their lawyer, in both languages. */
RC case_paper(struct exchange *x, struct err *e)
{
    static const struct outbound_setup none;
    struct outbound_document d;
    struct notice n;
    struct str name = exchange_param(x, "case");
    TRY(casework_paper(x->casework, exchange_actor(x), name, exchange_param(x, "notice"),
                       x->arena, &n, e));
    TRY(outbound_document(x->setup->outbound ? x->setup->outbound : &none, &n, x->arena, &d,
                          e));
    x->filename = str_c(arena_printf(x->arena, STR_FMT "-copy.pdf", STR_ARG(name)));
    return exchange_bytes(x, 200, "application/pdf", d.pdf);
}

/* ---- what people say --------------------------------------------------------------------- */

/* If-Match is about the case as it was read. */
static RC unchanged(struct exchange *x, struct err *e)
{
    struct json *now;
    if (!x->if_match.n) return RC_OK;
    TRY(casework_case(x->casework, exchange_actor(x), exchange_param(x, "case"), x->arena, &now,
                      e));
    return exchange_if_match(x, now, e);
}

static struct str said(const struct exchange *x, const char *member)
{
    return json_text(x->body, member);
}

RC case_match(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(unchanged(x, e));
    TRY(casework_confirm_match(x->casework, exchange_actor(x), exchange_param(x, "case"),
                               said(x, "booking"), said(x, "reason"), x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

typedef enum rc (*answer_verb)(struct casework *, struct actor, struct str, enum ask,
                               enum outcome, struct str, struct arena *, struct json **,
                               struct err *);

static RC answer(struct exchange *x, answer_verb verb, struct err *e)
{
    struct json *v;
    enum ask ask;
    enum outcome outcome;
    TRY(unchanged(x, e));
    if (!ask_from_word(said(x, "ask"), &ask) ||
        !outcome_from_word(said(x, "outcome"), &outcome))
        return FAIL(e, RC_INVALID, "API-0002", "no such ask or outcome");
    TRY(verb(x->casework, exchange_actor(x), exchange_param(x, "case"), ask, outcome,
             said(x, "reason"), x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

RC case_resolve(struct exchange *x, struct err *e) { return answer(x, casework_resolve, e); }
RC case_override(struct exchange *x, struct err *e) { return answer(x, casework_override, e); }

RC case_dispute(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(unchanged(x, e));
    TRY(casework_dispute(x->casework, exchange_actor(x), exchange_param(x, "case"),
                         said(x, "reason"), x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

RC case_settle(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(unchanged(x, e));
    bool same = json_is_true(json_get(x->body, "same_person"));
    TRY(casework_dispute_settle(x->casework, exchange_actor(x), exchange_param(x, "case"), same,
                                said(x, "reason"), x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

RC case_document(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(unchanged(x, e));
    TRY(casework_document(x->casework, exchange_actor(x), exchange_param(x, "case"),
                          json_get(x->body, "document"), x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

RC case_duty(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(unchanged(x, e));
    TRY(casework_duty_done(x->casework, exchange_actor(x), exchange_param(x, "case"),
                           said(x, "duty"), said(x, "how"), x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

/* ---- a request comes in ------------------------------------------------------------------ */

/* A machine is not told whether an earlier paper is here: one that replaces nothing is a new
 * one, and taking back nothing is done. */
static RC request_of_machine(struct exchange *x, struct err *e)
{
    static const char *const earlier[] = {"amends", "supersedes", NULL};
    struct json *v, *o = json_object(x->arena);
    struct str reference = said(x, "reference");
    bool cancels = said(x, "cancels").n != 0;
    enum rc rc = casework_request(x->casework, exchange_actor(x), x->body, x->arena, &v, e);
    if (rc == RC_NOTFOUND && str_is(str_c(e->id), "REQ-0005"))
        rc = cancels
                 ? RC_OK
                 : casework_request(x->casework, exchange_actor(x),
                                    api_without(x->arena, x->body, earlier), x->arena, &v, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    json_set(x->arena, o, "accepted", json_bool(x->arena, true));
    json_set(x->arena, o, "reference", json_string(x->arena, reference));
    return exchange_answer(x, 200, o);
}

RC request_add(struct exchange *x, struct err *e)
{
    struct json *v;
    if (api_outsider(x)) return request_of_machine(x, e);
    TRY(casework_request(x->casework, exchange_actor(x), x->body, x->arena, &v, e));
    return exchange_answer(x, 200, v);
}
