/* See decide.h. The program's own rules stand here in the order of docs/packs.md, the first
 * that applies decides: INV-1 no open matter, INV-2 identity, INV-3 judicial documents, INV-4
 * hold and transfer, INV-5 information and relay, INV-6 what the pack does not answer. A pack
 * is asked only behind INV-5, and only for `notify` and `interview`. */
#include "custody/decide.h"
#include "custody/pack_run.h"
#include <stdio.h>

static const char *const outcome_words[] = {"notify", "honor", "decline", "review", "refer"};
const char *outcome_word(enum outcome o) { return outcome_words[o]; }

bool outcome_from_word(struct str s, enum outcome *ret)
{
    for (enum outcome o = OUTCOME_NOTIFY; o <= OUTCOME_REFER; o++)
        if (str_is(s, outcome_words[o])) {
            *ret = o;
            return true;
        }
    return false;
}

static void answer_set(struct arena *a, struct answer *r, enum outcome o, const char *rule,
                       const char *why, const char *pointer)
{
    r->outcome = o;
    r->rule = str_c(rule);
    r->why = str_c(why);
    r->because = arena_array(a, struct str, 1);
    r->n_because = pointer != NULL;
    if (pointer) r->because[0] = str_c(pointer);
}

static void answer_cite(struct arena *a, struct answer *r, const char *citation)
{
    r->citations = arena_array(a, struct str, 1);
    r->citations[0] = str_c(citation);
    r->n_citations = 1;
}

/* INV-1. Nothing is said about the person: the reason is the same whatever the matter was. */
static bool rule_closed(struct arena *a, const struct facts *f, struct answer *r)
{
    bool gone = f->custody == CUSTODY_NEVER || f->custody == CUSTODY_RELEASED ||
                f->custody == CUSTODY_TRANSFERRED;
    if (!gone && f->request.state == REQUEST_OPEN) return false;
    answer_set(a, r, OUTCOME_DECLINE, "INV-1", "There is no open matter.",
               gone ? "/custody/state" : "/request/state");
    return true;
}

/* INV-2 */
static bool rule_identity(struct arena *a, const struct facts *f, struct answer *r)
{
    if (f->disputed)
        answer_set(a, r, OUTCOME_REVIEW, "INV-2",
                   "The person disputes being the one the request is about; settle that first.",
                   "/disputed");
    if (f->match == MATCH_CONFLICT)
        answer_set(
            a, r, OUTCOME_REVIEW, "INV-2",
            "The request and the booking disagree about who the person is; a person must look.",
            "/match");
    if (f->match == MATCH_UNVERIFIED)
        answer_set(
            a, r, OUTCOME_REVIEW, "INV-2",
            "It is not confirmed that the request is about this person; a person must look.",
            "/match");
    return f->match != MATCH_CONFIRMED || f->disputed;
}

static bool kind_counts(enum document_kind k)
{
    return k == DOC_JUDICIAL_WARRANT || k == DOC_WRIT || k == DOC_COURT_ORDER;
}
static bool is_judge(enum issuer i)
{
    return i == ISSUER_FEDERAL_JUDGE || i == ISSUER_STATE_JUDGE;
}

static bool document_good(const struct document *d)
{
    return kind_counts(d->kind) && d->criminal == YES && is_judge(d->issuer) &&
           d->state == DOC_ACTIVE && d->verified == YES && d->for_this_person == YES;
}

/* Nothing that is known speaks against it; whether the court confirmed it is what a person has
 * to find out. */
static bool document_may_be_good(const struct document *d)
{
    return kind_counts(d->kind) && d->criminal != NO &&
           (is_judge(d->issuer) || d->issuer == ISSUER_UNKNOWN) &&
           (d->state == DOC_ACTIVE || d->state == DOC_STATE_UNKNOWN) &&
           d->for_this_person != NO;
}

/* What a person has to find out about the document: the criminal case, the judge, that it
 * stands, whose it is, the court's word. */
static const char *document_lacks(struct arena *a, const struct document *d)
{
    struct buf b = buf_in(a);
    const struct {
        bool missing;
        const char *what;
    } lacks[] = {{d->criminal != YES, "that it is criminal"},
                 {!is_judge(d->issuer), "which judge issued it"},
                 {d->state != DOC_ACTIVE, "that it is active"},
                 {d->for_this_person != YES, "that it is for this person"},
                 {d->verified != YES, "that the court confirms it"}};
    for (size_t i = 0; i < sizeof lacks / sizeof *lacks; i++)
        if (lacks[i].missing) buf_printf(&b, "%s%s", b.n ? ", " : "", lacks[i].what);
    return buf_z(&b);
}

/* INV-3 */
static bool rule_judicial(struct arena *a, const struct facts *f, enum ask ask,
                          struct answer *r)
{
    if (ask != ASK_NOTIFY && ask != ASK_HOLD && ask != ASK_TRANSFER) return false;
    for (size_t i = 0; i < f->n_documents; i++) {
        const struct document *d = &f->documents[i];
        if (!document_good(d)) continue;
        const char *why = arena_printf(
            a, "A %s of a %s in a criminal case is active, confirmed and for this person.",
            document_kind_word(d->kind),
            d->issuer == ISSUER_STATE_JUDGE ? "state judge" : "federal judge or magistrate");
        answer_set(a, r, OUTCOME_HONOR, "INV-3", why, arena_printf(a, "/documents/%zu", i));
        return true;
    }
    for (size_t i = 0; i < f->n_documents; i++) {
        const struct document *d = &f->documents[i];
        if (!document_may_be_good(d)) continue;
        const char *why =
            arena_printf(a, "A %s came with the request and may oblige us; find out %s.",
                         document_kind_word(d->kind), document_lacks(a, d));
        answer_set(a, r, OUTCOME_REVIEW, "INV-3", why, arena_printf(a, "/documents/%zu", i));
        return true;
    }
    return false;
}

/* INV-4, INV-5 */
static bool rule_ask(struct arena *a, enum ask ask, struct answer *r)
{
    switch (ask) {
    case ASK_HOLD:
        answer_set(a, r, OUTCOME_DECLINE, "INV-4",
                   "Nobody is kept longer without a confirmed criminal warrant, writ or order "
                   "of a judge.",
                   "/documents");
        return true;
    case ASK_TRANSFER:
        answer_set(a, r, OUTCOME_DECLINE, "INV-4",
                   "Nobody is handed over without a confirmed criminal warrant, writ or order "
                   "of a judge.",
                   "/documents");
        return true;
    case ASK_INFORMATION:
        answer_set(a, r, OUTCOME_REFER, "INV-5",
                   "Questions go to the official named for them; on status no responsive "
                   "information is held.",
                   "/request/asks");
        return true;
    case ASK_RELAY:
        answer_set(a, r, OUTCOME_DECLINE, "INV-5",
                   "Requests are not passed on; the next custodian must be asked directly.",
                   "/request/asks");
        return true;
    case ASK_NOTIFY:
    case ASK_INTERVIEW:
    case ASK_COUNT: return false;
    }
    return false;
}

/* INV-6. What is not a usable answer is a question for a person. A pack opens nothing that the
 * rules before it keep shut: `honor` belongs to INV-3, and an interview is not something to
 * notify about. */
static void rule_pack(struct arena *a, struct pack_run *p, const struct err *bind, enum ask ask,
                      bool trace, struct answer *r)
{
    struct err e = {0};
    if (pack_decision(p->pack, ask).n == 0) {
        answer_set(a, r, OUTCOME_REVIEW, "INV-6",
                   arena_printf(a,
                                "The policy does not speak of the ask '%s'; a person decides.",
                                ask_word(ask)),
                   "/request/asks");
        return;
    }
    enum rc rc = bind->id[0] ? bind->code : pack_run_answer(p, a, ask, trace, r, &e);
    if (rc != RC_OK) {
        const struct err *cause = bind->id[0] ? bind : &e;
        answer_set(a, r, OUTCOME_REVIEW, "INV-6",
                   arena_printf(a, "The policy could not be evaluated: %s [%s].", cause->text,
                                cause->id),
                   NULL);
        r->n_citations = 0;
        return;
    }
    bool beyond =
        r->outcome == OUTCOME_HONOR || (r->outcome == OUTCOME_NOTIFY && ask != ASK_NOTIFY);
    if (beyond) {
        struct str rule = r->rule;
        answer_set(a, r, OUTCOME_REVIEW, "INV-6",
                   arena_printf(a,
                                "Rule " STR_FMT
                                " of the policy gives an outcome that it may not give here.",
                                STR_ARG(rule)),
                   NULL);
    }
}

/* INV-1 … INV-5 */
static bool rule_own(struct arena *a, const struct facts *f, enum ask ask, struct answer *r)
{
    return rule_closed(a, f, r) || rule_identity(a, f, r) || rule_judicial(a, f, ask, r) ||
           rule_ask(a, ask, r);
}

bool decide_asks_pack(struct arena *a, const struct facts *f)
{
    struct answer ignored = {0};
    for (size_t i = 0; i < f->request.n_asks; i++)
        if (!rule_own(a, f, f->request.asks[i], &ignored)) return true;
    return false;
}

/* As written; facts that a program put together may have only the instant. */
static struct str as_of(struct arena *a, const struct facts *f)
{
    char text[40];
    return f->as_of_text.n ? f->as_of_text
                           : str_c(arena_strdup(a, instant_utc(f->as_of, text)));
}

static void trace_add(struct arena *a, struct pack_run *p, enum ask ask, struct json *traces)
{
    struct json *o = json_object(a), *trace;
    struct err e = {0};
    json_set(a, o, "ask", json_c(a, ask_word(ask)));
    json_set(a, o, "decision", json_string(a, pack_decision(p->pack, ask)));
    if (json_parse(a, pack_run_trace(p, a), "trace", NULL, &trace, &e) != RC_OK)
        trace = json_null(a);
    json_set(a, o, "trace", trace);
    json_add(a, traces, o);
}

void decide(struct arena *a, struct pack_run *p, const struct facts *f, bool trace,
            struct decision *ret)
{
    struct err bind = {0}, ignored = {0};
    struct json *traces = trace ? json_array(a) : NULL;
    struct obligation *obligations = NULL;
    size_t n = 0;
    *ret = (struct decision){.pack_id = pack_id(p->pack),
                             .pack_version = pack_version(p->pack),
                             .pack_sha256 = pack_sha256(p->pack),
                             .as_of = as_of(a, f),
                             .n_answers = f->request.n_asks,
                             .trace = traces};
    if (pack_run_bind(p, f, &bind) == RC_OK &&
        pack_run_obligations(p, a, &obligations, &n, &ignored) != RC_OK)
        n = 0;
    for (size_t i = 0; i < f->request.n_asks; i++) {
        enum ask ask = f->request.asks[i];
        struct answer *r = &ret->answers[i];
        r->ask = ask;
        if (!rule_own(a, f, ask, r)) {
            rule_pack(a, p, &bind, ask, trace, r);
            if (trace && !bind.id[0] && pack_decision(p->pack, ask).n)
                trace_add(a, p, ask, traces);
        }
        if (str_is(r->rule, "INV-4")) answer_cite(a, r, "U.S. Const. amend. IV");
        r->obligations = obligations;
        r->n_obligations = n;
    }
}

static struct json *texts(struct arena *a, const struct str *list, size_t n)
{
    struct json *j = json_array(a);
    for (size_t i = 0; i < n; i++) json_add(a, j, json_string(a, list[i]));
    return j;
}

static struct json *answer_json(struct arena *a, const struct answer *r)
{
    struct json *o = json_object(a), *obligations = json_array(a);
    json_set(a, o, "ask", json_c(a, ask_word(r->ask)));
    json_set(a, o, "outcome", json_c(a, outcome_word(r->outcome)));
    json_set(a, o, "rule", json_string(a, r->rule));
    json_set(a, o, "why", json_string(a, r->why));
    json_set(a, o, "because", texts(a, r->because, r->n_because));
    json_set(a, o, "citations", texts(a, r->citations, r->n_citations));
    for (size_t i = 0; i < r->n_obligations; i++) {
        struct json *d = json_object(a);
        json_set(a, d, "duty", json_string(a, r->obligations[i].duty));
        if (r->obligations[i].within_hours > 0)
            json_set(a, d, "within_hours", json_real(a, r->obligations[i].within_hours));
        if (r->obligations[i].citation.n)
            json_set(a, d, "citation", json_string(a, r->obligations[i].citation));
        json_add(a, obligations, d);
    }
    json_set(a, o, "obligations", obligations);
    return o;
}

struct json *decision_json(struct arena *a, const struct decision *d)
{
    struct json *o = json_object(a), *pack = json_object(a), *asks = json_array(a);
    json_set(a, pack, "id", json_string(a, d->pack_id));
    json_set(a, pack, "version", json_string(a, d->pack_version));
    json_set(a, pack, "sha256", json_string(a, d->pack_sha256));
    json_set(a, o, "pack", pack);
    json_set(a, o, "as_of", json_string(a, d->as_of));
    for (size_t i = 0; i < d->n_answers; i++) json_add(a, asks, answer_json(a, &d->answers[i]));
    json_set(a, o, "asks", asks);
    json_set(a, o, "trace", d->trace);
    return o;
}

/* One line an ask: "notify: decline — why [rule; citations]". */
struct str decision_text(struct arena *a, const struct decision *d)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < d->n_answers; i++) {
        const struct answer *r = &d->answers[i];
        buf_printf(&b, "%s: %s \u2014 " STR_FMT " [" STR_FMT, ask_word(r->ask),
                   outcome_word(r->outcome), STR_ARG(r->why), STR_ARG(r->rule));
        for (size_t k = 0; k < r->n_citations; k++)
            buf_printf(&b, "; " STR_FMT, STR_ARG(r->citations[k]));
        buf_c(&b, "]\n");
    }
    return buf_str(&b);
}
