/* Many verbs in one commit, looks that are recorded later, what happened since, answers by
 * idempotency key: what a server with many callers needs of one connection. */
#include "casework/work.h"

#define ANSWERS_KEPT (24 * 60 * MINUTES(1))

RC casework_group_begin(struct casework *c, struct err *e)
{
    return store_group_begin(c->store, e);
}
void casework_press(struct casework *c) { store_press(c->store); }
RC casework_group_end(struct casework *c, struct err *e)
{
    return store_group_end(c->store, e);
}
void casework_group_drop(struct casework *c) { store_group_drop(c->store); }
RC casework_member_begin(struct casework *c, struct err *e)
{
    return store_member_begin(c->store, e);
}
RC casework_member_end(struct casework *c, bool keep, struct err *e)
{
    return store_member_end(c->store, keep, e);
}

void casework_looks_later(struct casework *c, struct looks *to) { c->looks = to; }

static RC record(struct work *w, const struct looks *looks, struct err *e)
{
    struct store_case k;
    for (size_t i = 0; i < looks->n; i++) {
        struct json *body = json_object(w->a);
        if (looks->items[i].found) { /* a search for persons, or one booking */
            TRY(work_event(w, EVENT_KIND_PERSONS_READ, 0, looks->items[i].booking,
                           looks->items[i].found, NULL, e));
            continue;
        }
        TRY(work_case(w, looks->items[i].case_id, &k, e));
        json_set(w->a, body, "what", json_c(w->a, looks->items[i].what));
        TRY(work_event(w, EVENT_KIND_RECORD_READ, k.id, 0, body, NULL, e));
    }
    return RC_OK;
}

RC casework_looks_record(struct casework *c, struct actor by, const struct looks *looks,
                         struct arena *a, struct err *e)
{
    struct work w;
    TRY(work_begin(&w, c, by, a, e));
    return work_end(&w, record(&w, looks, e), e);
}

/* ---- what happened since ----------------------------------------------------------------- */

struct since {
    struct work *w;
    struct change *list;
    size_t n, max;
};

static RC change_person(struct work *w, const struct store_event *ev, struct str *ret,
                        struct err *e)
{
    static const char *const kinds[] = {"person.added", "access.changed", "access.locked",
                                        "access.token", NULL};
    struct event read;
    for (size_t i = 0; kinds[i] && ev->text.p; i++) {
        if (!str_is(ev->kind, kinds[i])) continue;
        TRY(event_read(w->a, ev->text, &read, e));
        *ret = str_dup(w->a, json_text(read.body, i == 3 ? "token" : "name"));
    }
    return RC_OK;
}

static RC one_change(void *ctx, const struct store_event *ev, struct err *e)
{
    struct since *s = ctx;
    struct change *k = &s->list[s->n++];
    *k = (struct change){.index = ev->index, .at = ev->at, .kind = str_dup(s->w->a, ev->kind)};
    if (ev->case_id) k->case_id = work_case_name(s->w->a, ev->case_id);
    /* its number is looked up behind the walk */
    if (ev->booking) k->booking = str_n(NULL, (size_t)ev->booking);
    TRY(change_person(s->w, ev, &k->person, e));
    return s->n < s->max ? RC_OK : RC_NO;
}

RC casework_changes(struct casework *c, uint64_t from, size_t max, struct arena *a,
                    struct change **ret, size_t *ret_n, struct err *e)
{
    struct work w = {.c = c, .s = c->store, .a = a};
    struct since s = {.w = &w, .list = arena_array(a, struct change, max), .max = max};
    struct store_booking b;
    enum rc rc = store_events_each(c->store, from, from + max, one_change, &s, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    for (size_t i = 0; i < s.n; i++) {
        int64_t id = (int64_t)s.list[i].booking.n;
        s.list[i].booking = str_n(NULL, 0);
        if (!id) continue;
        rc = store_booking_get(c->store, a, id, &b, e);
        if (rc == RC_OK)
            s.list[i].booking = b.who.booking_number;
        else if (rc != RC_NO)
            return rc;
    }
    *ret = s.list;
    *ret_n = s.n;
    return RC_OK;
}

RC casework_ledger_size(struct casework *c, uint64_t *ret, struct err *e)
{
    *e = (struct err){0};
    *ret = store_ledger_size(c->store, e);
    return e->code;
}

RC casework_cache(struct casework *c, int mebibytes, struct err *e)
{
    return store_cache(c->store, mebibytes, e);
}
RC casework_fold(struct casework *c, struct err *e) { return store_fold(c->store, false, e); }
void casework_fold_elsewhere(struct casework *c) { store_fold_elsewhere(c->store); }
int casework_log_pages(const struct casework *c) { return store_log_pages(c->store); }

RC casework_version(struct casework *c, int64_t *ret, struct err *e)
{
    return store_version(c->store, ret, e);
}

/* ---- answers ----------------------------------------------------------------------------- */

RC casework_answer_find(struct casework *c, struct arena *a, struct str owner, struct str key,
                        struct store_answer *ret, struct err *e)
{
    return store_answer_find(c->store, a, owner, key, clock_now(&c->clock) - ANSWERS_KEPT, ret,
                             e);
}

RC casework_answer_put(struct casework *c, struct str owner, struct str key,
                       struct store_answer *v, struct err *e)
{
    v->at = clock_now(&c->clock);
    /* one statement, which undoes itself when it fails */
    if (store_in_group(c->store)) return store_answer_put(c->store, owner, key, v, e);
    TRY(store_begin(c->store, e));
    enum rc rc = store_answer_put(c->store, owner, key, v, e);
    if (rc == RC_OK) return store_commit(c->store, e);
    store_rollback(c->store);
    return rc;
}

RC casework_answers_forget(struct casework *c, struct err *e)
{
    TRY(store_begin(c->store, e));
    enum rc rc = store_answers_forget(c->store, clock_now(&c->clock) - ANSWERS_KEPT, e);
    if (rc == RC_OK) return store_commit(c->store, e);
    store_rollback(c->store);
    return rc;
}
