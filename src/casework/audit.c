/* The auditor's questions asked of this database: the past is folded from the ledger, every
 * decision is made again under the policy that the ledger says was in force then, and
 * custody/audit.h answers. Nothing is written: an audit is not a look at a case, because it
 * shows case numbers and no record. */
#include "casework/work.h"
#include "custody/audit.h"
#include "custody/history.h"

struct again {     /* decisions made again */
    struct work w; /* its arena is emptied after each */
    const struct history *past;
    const struct audit_wish *wish;
    struct progress p;
    struct arena *keep;
    struct audit_differs *list;
    size_t n, cap;
    uint64_t size, decided, unreadable;
};

/* Of those that had been signed by two before this event, the last to start. */
static const struct past_pack *in_force(const struct history *h, uint64_t event, instant at)
{
    const struct past_pack *found = NULL;
    for (size_t i = 0; i < h->n_packs; i++) {
        const struct past_pack *p = &h->packs[i];
        if (p->event < event && p->starts <= at && (!found || p->starts >= found->starts))
            found = p;
    }
    return found;
}

static void differs(struct again *g, const struct store_event *row, const char *why)
{
    arena_push(g->keep, g->list, g->n, g->cap);
    g->list[g->n++] = (struct audit_differs){.event = row->index,
                                             .case_id = row->case_id,
                                             .at = row->at,
                                             .why = str_c(arena_strdup(g->keep, why))};
}

/* RC_NO: no policy was in force, or its own dates were over. */
static RC pack_then(struct again *g, const struct store_event *row, struct kept_pack **ret,
                    struct err *e)
{
    const struct past_pack *p = in_force(g->past, row->index, row->at);
    if (!p) return RC_NO;
    struct str name = history_name(g->past, p->pack), id;
    if (!str_cut(&name, ' ', &id)) return RC_NO;
    TRY(packs_find(&g->w, id, name, ret, e));
    int64_t day = row->at / HOURS(24) - (row->at % HOURS(24) < 0);
    return day < pack_effective_from((*ret)->pack) || day > pack_effective_to((*ret)->pack)
               ? RC_NO
               : RC_OK;
}

static RC decide_then(struct again *g, const struct store_event *row, struct err *e)
{
    struct event ev;
    struct facts f;
    struct decision d;
    struct kept_pack *then = NULL;
    struct arena *a = g->w.a;
    TRY(event_read(a, row->text, &ev, e));
    struct json *said = json_get(ev.body, "decision"), *pack = json_get(said, "pack");
    TRY(facts_read(a, json_get(ev.body, "facts"), &f, e));
    enum rc rc = pack_then(g, row, &then, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    if (rc == RC_NO) then = NULL;
    life_decide(a, then ? then->run : NULL, &f, &d);
    if (str_eq(work_canonical(a, decision_json(a, &d)), work_canonical(a, said))) return RC_OK;
    if (str_eq(json_text(pack, "id"), d.pack_id) &&
        str_eq(json_text(pack, "version"), d.pack_version))
        differs(g, row, "the policy in force says otherwise of the same facts");
    else
        differs(g, row,
                arena_printf(a,
                             "decided under " STR_FMT " " STR_FMT "; " STR_FMT " " STR_FMT
                             " was in force",
                             STR_ARG(json_text(pack, "id")),
                             STR_ARG(json_text(pack, "version")), STR_ARG(d.pack_id),
                             STR_ARG(d.pack_version)));
    return RC_OK;
}

static RC one(void *ctx, const struct store_event *row, struct err *e)
{
    struct again *g = ctx;
    if (g->p.step && row->index % 1024 == 0) g->p.step(g->p.ctx, row->index, g->size);
    if (!str_is(row->kind, event_word(EVENT_KIND_DECISION_MADE)) || row->at < g->wish->from ||
        row->at >= g->wish->to)
        return RC_OK;
    if (!row->text.p) {
        g->unreadable++;
        return RC_OK;
    }
    g->decided++;
    enum rc rc = decide_then(g, row, e);
    arena_reset(g->w.a);
    return rc;
}

static RC decisions(struct casework *c, struct again *g, struct err *e)
{
    struct arena scratch;
    arena_init(&scratch, 0);
    g->w = (struct work){
        .c = c, .s = c->store, .a = &scratch, .by = STR("system"), .now = clock_now(&c->clock)};
    enum rc rc = store_read_begin(c->store, e);
    if (rc == RC_OK) {
        rc = store_events_each(c->store, 0, g->size, one, g, e);
        store_read_end(c->store);
    }
    arena_done(&scratch);
    return rc;
}

static int local_month(void *ctx, instant at) { return work_month(ctx, at); }

/* The administration at the end of what is asked about, and the one before it. */
static void administrations(const struct casework *c, struct audit *in)
{
    instant end = in->past->last_at < in->to ? in->past->last_at : in->to;
    for (size_t i = 1; i < c->n_administrations; i++) {
        if (c->administrations[i].term.from > end) break;
        in->present = c->administrations[i].term;
        in->previous = c->administrations[i - 1].term;
        in->has_previous = true;
    }
}

static struct json *time_or_null(struct arena *a, instant t)
{
    return t == INSTANT_NONE || t == INSTANT_MAX ? json_null(a)
                                                 : json_string(a, work_time(a, t));
}

static struct json *answers(struct casework *c, const struct audit_wish *wish,
                            const struct again *g, struct arena *a, bool *ret_clean)
{
    struct json *o = json_object(a), *list = json_array(a);
    struct audit in = audit_usual(g->past);
    in.from = wish->from;
    in.to = wish->to;
    if (wish->tolerance) in.tolerance = wish->tolerance;
    if (wish->service_hours > 0) in.service_hours = wish->service_hours;
    if (wish->human) in.human = wish->human;
    in.decided = g->decided;
    in.unreadable = g->unreadable;
    in.differs = g->list;
    in.n_differs = g->n;
    in.month.of = local_month;
    in.month.ctx = c;
    administrations(c, &in);
    *ret_clean = true;
    for (int q = 1; q <= AUDIT_QUESTIONS; q++) {
        if (wish->question && wish->question != q) continue;
        struct json *answer = audit_answer(a, &in, q);
        *ret_clean &= json_is_true(json_get(answer, "clean"));
        json_add(a, list, answer);
    }
    json_set(a, o, "from", time_or_null(a, wish->from));
    json_set(a, o, "to", time_or_null(a, wish->to));
    json_set(a, o, "events", json_int(a, (int64_t)g->size));
    json_set(a, o, "last_event_at", time_or_null(a, g->past->last_at));
    json_set(a, o, "clean", json_bool(a, *ret_clean));
    json_set(a, o, "answers", list);
    return o;
}

RC casework_audit(struct casework *c, const struct audit_wish *wish, struct progress p,
                  struct arena *a, struct json **ret, struct err *e)
{
    struct history *past;
    struct again g = {.wish = wish, .p = p, .keep = a, .size = store_ledger_size(c->store, e)};
    bool clean = false;
    if (wish->question < 0 || wish->question > AUDIT_QUESTIONS)
        return FAIL(e, RC_USAGE, "AUDIT-0001", "the questions are numbered 1 to %d",
                    AUDIT_QUESTIONS);
    if (wish->from >= wish->to)
        return FAIL(e, RC_USAGE, "AUDIT-0002",
                    "the time that is asked about ends before it begins");
    TRY(casework_history(c, g.size, &past, e));
    g.past = past;
    enum rc rc = !wish->question || wish->question == 5 ? decisions(c, &g, e) : RC_OK;
    if (rc == RC_OK) *ret = answers(c, wish, &g, a, &clean);
    if (rc == RC_OK && p.step) p.step(p.ctx, g.size, g.size);
    history_free(past);
    if (rc != RC_OK) return rc;
    return clean ? RC_OK
                 : FAIL(e, RC_NO, "AUDIT-0003",
                        "the audit found something; the exceptions say in which cases");
}
