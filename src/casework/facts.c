/* From what is stored to the facts of one case at one instant. What is not known stays absent.
 * A booking whose match is not confirmed lends the case its custody, never its charges: they
 * may be another person's. */
#include "casework/work.h"

static enum known known(const struct json *v)
{
    return !v || v->type != JSON_BOOL ? UNKNOWN : v->boolean ? YES : NO;
}

struct identity facts_subject(const struct json *request)
{
    const struct json *s = json_get(request, "subject");
    struct identity id = {.booking_number = json_text(s, "booking_number"),
                          .state_id = json_text(s, "state_id"),
                          .family = json_text(s, "family"),
                          .given = json_text(s, "given"),
                          .middle = json_text(s, "middle"),
                          .sex = json_text(s, "sex"),
                          .birth_date = DAYS_UNKNOWN};
    if (!date_parse(json_text(s, "birth_date"), &id.birth_date)) id.birth_date = DAYS_UNKNOWN;
    return id;
}

#define BAD(e, where, ...)                                                                     \
    (err_set((e), RC_INVALID, "REQ-0001", __FILE__, __LINE__, __VA_ARGS__),                    \
     err_at((e), (where), 0, 0), RC_INVALID)

static RC known_member(const struct json *v, const char *name, enum known *ret, struct err *e)
{
    const struct json *m = json_get(v, name);
    if (m && m->type != JSON_BOOL)
        return BAD(e, "/documents", "%s of a document is true or false", name);
    *ret = known(m);
    return RC_OK;
}

RC facts_document(const struct json *v, struct document *ret, struct err *e)
{
    struct str issuer = json_text(v, "issuer"), state = json_text(v, "state");
    *ret = (struct document){.form = json_text(v, "form")};
    if (!v || v->type != JSON_OBJECT ||
        !document_kind_from_word(json_text(v, "kind"), &ret->kind))
        return BAD(e, "/documents",
                   "a document has a kind: judicial warrant, administrative warrant, writ, "
                   "judicial subpoena, administrative subpoena, court order");
    if (issuer.n && !issuer_from_word(issuer, &ret->issuer))
        return BAD(e, "/documents",
                   "issuer is federal judge or magistrate, state judge, immigration judge, "
                   "immigration officer or other");
    if (state.n && !document_state_from_word(state, &ret->state))
        return BAD(e, "/documents", "state is active, recalled, executed or expired");
    TRY(known_member(v, "criminal", &ret->criminal, e));
    TRY(known_member(v, "verified", &ret->verified, e));
    return known_member(v, "for_this_person", &ret->for_this_person, e);
}

static RC request_facts(struct work *w, const struct store_case *c, const struct json *body,
                        struct facts *f, struct err *e)
{
    static const struct {
        const char *word;
        enum attest bit;
    } attests[] = {{"convicted gang member", ATTEST_GANG},
                   {"convicted violent felon", ATTEST_VIOLENT_FELON},
                   {"certified terrorism risk", ATTEST_TERRORISM_RISK}};
    struct store_agency g;
    const struct json *asks = json_get(body, "asks"), *list = json_get(body, "documents"),
                      *at = json_get(body, "attests");
    TRY(store_agency_get(w->s, w->a, c->agency, &g, e));
    if (!agency_kind_from_word(g.kind, &f->request.agency_kind))
        f->request.agency_kind = AGENCY_OTHER;
    f->request.received_at = c->received_at;
    f->request.received_text = work_time(w->a, c->received_at);
    f->request.form = c->form;
    for (size_t i = 0; i < json_len(asks) && f->request.n_asks < ASK_COUNT; i++)
        if (ask_from_word(json_str(json_at(asks, i)), &f->request.asks[f->request.n_asks]))
            f->request.n_asks++;
    f->request.written = known(json_get(body, "written"));
    f->request.is_signed = known(json_get(body, "signed"));
    f->request.complete = known(json_get(body, "complete"));
    f->request.state = c->request_state;
    for (size_t i = 0; i < json_len(at); i++)
        for (size_t k = 0; k < 3; k++)
            if (str_is(json_str(json_at(at, i)), attests[k].word))
                f->request.attests |= attests[k].bit;
    f->n_documents = json_len(list);
    f->documents = arena_array(w->a, struct document, f->n_documents + 1);
    for (size_t i = 0; i < f->n_documents; i++)
        TRY(facts_document(json_at(list, i), &f->documents[i], e));
    return RC_OK;
}

static void classify(struct arena *a, const struct pack *pack, struct offence *o, int64_t day)
{
    o->lists = NULL;
    o->n_lists = 0;
    o->classified = pack && pack_classify(pack, a, o, day, &o->lists, &o->n_lists) == RC_OK;
}

static RC offence_facts(struct work *w, int64_t booking, const struct pack *pack,
                        struct facts *f, struct err *e)
{
    int64_t day = (w->now - (w->now % HOURS(24) + HOURS(24)) % HOURS(24)) / HOURS(24);
    bool any = false;
    TRY(store_charges(w->s, w->a, booking, &f->offences, &f->n_offences, e));
    for (size_t i = 0; i < f->n_offences; i++) any |= f->offences[i].this_booking;
    /* nobody is booked for nothing: the charge is not known yet, which is not the same as
     * none */
    if (!any) {
        struct offence *more = arena_array(w->a, struct offence, f->n_offences + 1);
        if (f->n_offences) memcpy(more, f->offences, f->n_offences * sizeof *more);
        more[f->n_offences++] = (struct offence){.this_booking = true,
                                                 .text = STR("no charge recorded yet"),
                                                 .stage = STAGE_ARRESTED,
                                                 .on = DAYS_UNKNOWN,
                                                 .convicted_on = DAYS_UNKNOWN};
        f->offences = more;
    }
    for (size_t i = 0; i < f->n_offences; i++) classify(w->a, pack, &f->offences[i], day);
    return RC_OK;
}

RC facts_of_case(struct work *w, const struct store_case *c, const struct store_booking *b,
                 const struct pack *pack, struct facts *ret, struct err *e)
{
    struct facts f = {.as_of = w->now,
                      .as_of_text = work_time(w->a, w->now),
                      .match = c->match,
                      .disputed = c->disputed,
                      .custody = CUSTODY_IN,
                      .booked_at = INSTANT_NONE,
                      .triggered_at = INSTANT_NONE};
    struct json *body;
    if (!c->body.n)
        return FAIL(e, RC_CONFLICT, "CASE-0002", "the record of case " STR_FMT " was expunged",
                    STR_ARG(work_case_name(w->a, c->id)));
    TRY(json_parse(w->a, c->body, "request", NULL, &body, e));
    TRY(request_facts(w, c, body, &f, e));
    /* Without a booking nobody has said that the person is gone or was never here: the match
     * leads to review. */
    if (b) {
        f.custody = b->custody;
        f.booked_at = b->booked_at;
        f.triggered_at = b->custody == CUSTODY_TRIGGERED ? b->triggered_at : INSTANT_NONE;
    }
    if (b && c->match == MATCH_CONFIRMED) TRY(offence_facts(w, b->id, pack, &f, e));
    /* a replay of the ledger reads these bytes and must decide the same */
    facts_write(w->a, &f);
    *ret = f;
    return RC_OK;
}
