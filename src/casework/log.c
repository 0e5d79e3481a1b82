/* The ledger's verbs: sign, verify, replay, export, prove, forget. */
#include "casework/work.h"
#include <stdarg.h>
#include <stdio.h>

RC log_checkpoint(struct work *w, struct str *ret, struct err *e)
{
    struct ledger_edge edge;
    TRY(store_ledger_edge(w->s, &edge, e));
    struct checkpoint c = {.origin = w->c->origin, .size = edge.size, .root = ledger_root(&edge)};
    *ret = checkpoint_sign(w->a, &c, &w->c->key);
    struct store_checkpoint row = {.size = edge.size, .at = w->now, .note = *ret};
    return store_checkpoint_add(w->s, &row, e);
}

RC casework_checkpoint(struct casework *c, struct arena *a, struct str *ret_note, struct err *e)
{
    struct work w;
    TRY(work_begin(&w, c, (struct actor){"system"}, a, e));
    return work_end(&w, log_checkpoint(&w, ret_note, e), e);
}

/* ---- verify ------------------------------------------------------------------------------ */

struct verify {
    struct work *w;
    struct progress p;
    struct arena *a;
    struct ledger_edge edge, tile;
    struct store_checkpoint *notes;
    size_t n_notes, next_note;
    struct json *wrong;
    uint64_t size, expunged, bad;
};

static void wrong(struct verify *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void wrong(struct verify *v, const char *fmt, ...)
{
    char text[300];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (v->bad++ < 100) json_add(v->a, v->wrong, json_c(v->a, arena_strdup(v->a, text)));
}

static void check_notes(struct verify *v)
{
    while (v->next_note < v->n_notes && v->notes[v->next_note].size <= v->edge.size) {
        const struct store_checkpoint *n = &v->notes[v->next_note++];
        struct checkpoint c;
        struct err e;
        if (n->size != v->edge.size) {
            wrong(v, "the checkpoint of size %llu stands out of order", (unsigned long long)n->size);
            continue;
        }
        if (checkpoint_open(v->w->a, n->note, v->w->c->verifier_key, &c, &e) != RC_OK) wrong(v, "the checkpoint of size %llu is not signed by this key", (unsigned long long)n->size);
        else if (c.size != n->size || !hash_eq(c.root, ledger_root(&v->edge))) wrong(v, "the checkpoint of size %llu signs another tree", (unsigned long long)n->size);
    }
}

static RC verify_one(void *ctx, const struct store_event *ev, struct err *e)
{
    struct verify *v = ctx;
    if (ev->index != v->edge.size) wrong(v, "event %llu is missing", (unsigned long long)v->edge.size);
    if (!ev->text.p) v->expunged++;
    else if (!hash_eq(ledger_commitment(ev->salt, ev->text), ev->commitment)) wrong(v, "event %llu was altered", (unsigned long long)ev->index);
    struct hash leaf = ledger_leaf(ev->commitment);
    ledger_append(&v->edge, leaf);
    ledger_append(&v->tile, leaf);
    if (v->tile.size == LEDGER_TILE) {
        struct hash stored;
        uint64_t t = v->edge.size / LEDGER_TILE - 1;
        enum rc rc = store_tile_get(v->w->s, t, &stored, e);
        if (rc != RC_OK && rc != RC_NO) return rc;
        if (rc == RC_NO || !hash_eq(stored, v->tile.peaks[0])) wrong(v, "tile %llu differs", (unsigned long long)t);
        v->tile = (struct ledger_edge){0};
    }
    check_notes(v);
    if (v->p.step && v->edge.size % 1024 == 0) v->p.step(v->p.ctx, v->edge.size, v->size);
    return RC_OK;
}

static RC verify(struct work *w, struct progress p, struct json **ret, struct err *e)
{
    struct verify v = {.w = w, .p = p, .a = w->a, .wrong = json_array(w->a), .size = store_ledger_size(w->s, e)};
    uint64_t rows = 0, bad_rows = 0;
    char hex[HASH_SIZE * 2 + 1];
    TRY(store_checkpoints(w->s, w->a, &v.notes, &v.n_notes, e));
    TRY(store_events_each(w->s, 0, v.size, verify_one, &v, e));
    if (v.edge.size != v.size) wrong(&v, "%llu events are there, %llu should be", (unsigned long long)v.edge.size, (unsigned long long)v.size);
    if (v.next_note != v.n_notes) wrong(&v, "a checkpoint signs %llu events, more than there are", (unsigned long long)v.notes[v.n_notes - 1].size);
    TRY(store_rows_verify(w->s, &rows, &bad_rows, e));
    if (bad_rows) wrong(&v, "%llu imported rows are not those that were committed to", (unsigned long long)bad_rows);
    if (p.step) p.step(p.ctx, v.size, v.size);
    *ret = json_object(w->a);
    json_set(w->a, *ret, "ok", json_bool(w->a, v.bad == 0));
    json_set(w->a, *ret, "events", json_int(w->a, (int64_t)v.edge.size));
    json_set(w->a, *ret, "expunged", json_int(w->a, (int64_t)v.expunged));
    json_set(w->a, *ret, "rows", json_int(w->a, (int64_t)rows));
    json_set(w->a, *ret, "checkpoints", json_int(w->a, (int64_t)v.n_notes));
    json_set(w->a, *ret, "root", json_string(w->a, str_dup(w->a, str_c(hash_hex(ledger_root(&v.edge), hex)))));
    json_set(w->a, *ret, "wrong", v.wrong);
    return v.bad ? FAIL(e, RC_NO, "LEDGER-0010", STR_FMT, STR_ARG(json_str(json_at(v.wrong, 0)))) : RC_OK;
}

/* One view of the file for the whole walk; nobody is kept from writing. */
static RC reading(struct work *w, struct casework *c, struct arena *a, struct err *e)
{
    *w = (struct work){.c = c, .s = c->store, .a = a, .by = STR("system"), .now = clock_now(&c->clock)};
    return store_read_begin(c->store, e);
}

RC casework_ledger_verify(struct casework *c, struct progress p, struct arena *a, struct json **ret, struct err *e)
{
    struct work w;
    TRY(reading(&w, c, a, e));
    enum rc rc = verify(&w, p, ret, e);
    store_read_end(c->store);
    return rc;
}

/* ---- replay --------------------------------------------------------------------------------- */

struct replay {
    struct work w; /* its arena is emptied after each decision */
    struct progress p;
    struct arena *a;
    struct json *different;
    uint64_t size, decisions, expunged, bad;
};

static RC decide_again(struct replay *r, const struct store_event *row, struct err *e)
{
    struct event ev;
    struct facts f;
    struct decision d;
    struct kept_pack *k = NULL;
    struct arena *a = r->w.a;
    TRY(event_read(a, row->text, &ev, e));
    struct json *facts = json_get(ev.body, "facts"), *stored = json_get(ev.body, "decision"), *pack = json_get(stored, "pack");
    struct str before = work_canonical(a, stored);
    TRY(facts_read(a, facts, &f, e));
    if (!str_is(json_text(pack, "id"), "none")) TRY(packs_find(&r->w, json_text(pack, "id"), json_text(pack, "version"), &k, e));
    life_decide(a, k ? k->run : NULL, &f, &d);
    if (str_eq(work_canonical(a, decision_json(a, &d)), before)) return RC_OK;
    r->bad++;
    json_add(r->a, r->different, json_int(r->a, (int64_t)row->index));
    return RC_OK;
}

static RC replay_one(void *ctx, const struct store_event *row, struct err *e)
{
    struct replay *r = ctx;
    if (r->p.step && row->index % 1024 == 0) r->p.step(r->p.ctx, row->index, r->size);
    if (!str_is(row->kind, "decision.made")) return RC_OK;
    r->decisions++;
    if (!row->text.p) {
        r->expunged++;
        return RC_OK;
    }
    enum rc rc = decide_again(r, row, e);
    arena_reset(r->w.a);
    return rc;
}

RC casework_ledger_replay(struct casework *c, struct progress p, struct arena *a, struct json **ret, struct err *e)
{
    struct arena scratch;
    struct replay r = {.p = p, .a = a, .different = json_array(a)};
    arena_init(&scratch, 0);
    enum rc rc = reading(&r.w, c, &scratch, e);
    if (rc == RC_OK) {
        r.size = store_ledger_size(c->store, e);
        rc = store_events_each(c->store, 0, r.size, replay_one, &r, e);
        store_read_end(c->store);
    }
    arena_done(&scratch);
    if (rc != RC_OK) return rc;
    *ret = json_object(a);
    json_set(a, *ret, "ok", json_bool(a, r.bad == 0));
    json_set(a, *ret, "decisions", json_int(a, (int64_t)r.decisions));
    json_set(a, *ret, "expunged", json_int(a, (int64_t)r.expunged));
    json_set(a, *ret, "different", r.different);
    return r.bad ? FAIL(e, RC_NO, "LEDGER-0011", "%llu decisions come out differently", (unsigned long long)r.bad) : RC_OK;
}

/* ---- export ------------------------------------------------------------------------------------ */

struct export {
    RC (*out)(void *ctx, struct str line, struct err *e);
    void *ctx;
    struct arena *scratch;
    struct store_checkpoint *notes;
    size_t n_notes, next;
};

static RC export_notes(struct export *x, uint64_t size, struct err *e)
{
    while (x->next < x->n_notes && x->notes[x->next].size <= size) TRY(x->out(x->ctx, export_checkpoint(x->scratch, x->notes[x->next++].note), e));
    return RC_OK;
}

static RC export_one(void *ctx, const struct store_event *ev, struct err *e)
{
    struct export *x = ctx;
    struct ledger_item item = {.index = ev->index, .expunged = !ev->text.p, .event = ev->text, .commitment = ev->commitment};
    memcpy(item.salt, ev->salt, sizeof item.salt);
    enum rc rc = x->out(x->ctx, export_leaf(x->scratch, &item), e);
    if (rc == RC_OK) rc = export_notes(x, ev->index + 1, e);
    arena_reset(x->scratch);
    return rc;
}

RC casework_ledger_export(struct casework *c, RC (*out)(void *ctx, struct str line, struct err *e), void *ctx, struct err *e)
{
    struct arena keep, scratch;
    struct work w;
    arena_init(&keep, 0);
    arena_init(&scratch, 0);
    struct export x = {.out = out, .ctx = ctx, .scratch = &scratch};
    enum rc rc = reading(&w, c, &keep, e);
    if (rc == RC_OK) {
        rc = store_checkpoints(c->store, &keep, &x.notes, &x.n_notes, e);
        if (rc == RC_OK) rc = out(ctx, export_head(&keep, c->verifier_key), e);
        if (rc == RC_OK) rc = store_events_each(c->store, 0, store_ledger_size(c->store, e), export_one, &x, e);
        store_read_end(c->store);
    }
    arena_done(&scratch);
    arena_done(&keep);
    return rc;
}

/* ---- proof --------------------------------------------------------------------------------------- */

static RC proof(struct work *w, struct str case_id, struct json **ret, struct err *e)
{
    struct store_case c;
    struct store_event *list;
    struct ledger_reader reader = store_ledger_reader(w->s);
    struct ledger_bundle b = {.case_id = case_id, .key = str_dup(w->a, w->c->verifier_key)};
    struct json *body = json_object(w->a);
    TRY(work_case(w, case_id, &c, e));
    json_set(w->a, body, "what", json_c(w->a, "proof"));
    TRY(work_event(w, EVENT_KIND_RECORD_READ, c.id, 0, body, NULL, e));
    TRY(store_events_of_case(w->s, w->a, c.id, &list, &b.n, e));
    b.items = arena_array(w->a, struct ledger_item, b.n + 1);
    for (size_t i = 0; i < b.n; i++) {
        b.items[i] = (struct ledger_item){.index = list[i].index, .expunged = !list[i].text.p, .event = list[i].text, .commitment = list[i].commitment};
        memcpy(b.items[i].salt, list[i].salt, LEDGER_SALT);
    }
    TRY(log_checkpoint(w, &b.checkpoint, e)); /* signs everything up to this very read */
    TRY(bundle_prove(&b, &reader, store_ledger_size(w->s, e), e));
    *ret = bundle_json(w->a, &b);
    return RC_OK;
}

RC casework_proof(struct casework *c, struct actor by, struct str case_id, struct arena *a, struct json **ret, struct err *e)
{
    struct work w;
    TRY(work_begin(&w, c, by, a, e));
    return work_end(&w, proof(&w, case_id, ret, e), e);
}

/* ---- expunge ---------------------------------------------------------------------------------------- */

static RC expunge(struct work *w, struct str number, struct str authority, struct json **ret, bool *ret_done, struct err *e)
{
    struct store_booking b;
    struct json *body = json_object(w->a), *o = *ret = json_object(w->a);
    struct str first;
    uint64_t events, cases;
    TRY(work_role(w, roles_expunge, e));
    enum rc rc = store_booking_find(w->s, w->a, number, &b, e);
    if (rc == RC_NO) return FAIL(e, RC_NOTFOUND, "CASE-0007", "there is no booking '" STR_FMT "'", STR_ARG(number));
    if (rc != RC_OK) return rc;
    json_set(w->a, o, "booking", json_string(w->a, number));
    rc = store_expunge_proposed(w->s, w->a, b.id, &first, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    *ret_done = rc == RC_OK;
    json_set(w->a, o, "done", json_bool(w->a, *ret_done));
    if (!*ret_done) {
        json_set(w->a, o, "waits_for", json_c(w->a, "a second person"));
        return store_expunge_propose(w->s, b.id, w->by, authority, w->now, e);
    }
    if (str_eq(first, w->by)) return FAIL(e, RC_DENIED, "CASE-0006", "a second, different person must confirm what " STR_FMT " proposed", STR_ARG(first));
    if (b.custody == CUSTODY_IN || b.custody == CUSTODY_TRIGGERED)
        return FAIL(e, RC_CONFLICT, "CASE-0001", "booking " STR_FMT " is still in custody; a record is forgotten after the person has left", STR_ARG(number));
    TRY(store_expunge(w->s, b.id, &events, &cases, e));
    json_set(w->a, o, "events", json_int(w->a, (int64_t)events));
    json_set(w->a, o, "cases", json_int(w->a, (int64_t)cases));
    json_set(w->a, body, "authority", json_string(w->a, authority));
    json_set(w->a, body, "leaves", json_int(w->a, (int64_t)events));
    json_set(w->a, body, "first", json_string(w->a, first));
    return work_event(w, EVENT_KIND_RECORD_EXPUNGED, 0, 0, body, NULL, e);
}

RC casework_expunge(struct casework *c, struct actor by, struct str booking, struct str authority, struct arena *a, struct json **ret, struct err *e)
{
    struct work w;
    bool done = false;
    TRY(work_reason(authority, "/authority", e));
    TRY(work_begin(&w, c, by, a, e));
    TRY(work_end(&w, expunge(&w, booking, authority, ret, &done, e), e));
    if (!done) return RC_OK;
    struct err ignored; /* a reader at work keeps the old log a little longer; the next fold empties it */
    return store_fold(c->store, true, &ignored) == RC_OK ? RC_OK : store_fold(c->store, false, e);
}
