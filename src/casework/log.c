/* The ledger's verbs: sign, verify, replay, export, prove, forget. */
#include "casework/work.h"
#include "base/hash.h"
#include "base/map.h"
#include <stdarg.h>
#include <stdio.h>

RC log_checkpoint(struct work *w, struct str *ret, struct err *e)
{
    struct ledger_edge edge;
    TRY(store_ledger_edge(w->s, &edge, e));
    struct checkpoint c = {
        .origin = w->c->origin, .size = edge.size, .root = ledger_root(&edge)};
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
    uint64_t size, expunged, by_order, bad;
    struct arena scratch;
    /* the last word of the ledger on each → struct str */
    struct map agencies, people, activations, requests;
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
            wrong(v, "the checkpoint of size %llu stands out of order",
                  (unsigned long long)n->size);
            continue;
        }
        if (checkpoint_open(v->w->a, n->note, v->w->c->verifier_key, &c, &e) != RC_OK)
            wrong(v, "the checkpoint of size %llu is not signed by this key",
                  (unsigned long long)n->size);
        else if (c.size != n->size || !hash_eq(c.root, ledger_root(&v->edge)))
            wrong(v, "the checkpoint of size %llu signs another tree",
                  (unsigned long long)n->size);
    }
}

static void last_word(struct verify *v, struct map *m, struct str key, struct str word)
{
    struct str *kept = arena_new(v->a, struct str);
    *kept = str_dup(v->a, word);
    map_put(m, str_dup(v->a, key), kept);
}

static struct str person_word(struct arena *a, struct str role, struct str key)
{
    return str_c(arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(role), STR_ARG(key)));
}

/* What the agency asked; its documents come and change later, each with an event of its own. */
static struct str request_word(struct arena *a, const struct json *r)
{
    struct json *o = json_object(a);
    for (size_t i = 0; r && r->type == JSON_OBJECT && i < r->object.n; i++)
        if (!str_is(r->object.members[i].key, "documents"))
            json_set_str(a, o, r->object.members[i].key, r->object.members[i].value);
    return work_canonical(a, o);
}

/* Who may be told, who may act and what is in force stands in tables of its own: the ledger
 * says what must stand there. */
static void remember(struct verify *v, const struct event *ev)
{
    struct arena *a = &v->scratch;
    const struct json *body = ev->body, *agency = json_get(body, "agency");
    if (ev->kind == EVENT_KIND_AGENCY_CHANGED)
        last_word(v, &v->agencies, json_text(agency, "id"), work_canonical(a, agency));
    if (ev->kind == EVENT_KIND_PERSON_ADDED)
        last_word(v, &v->people, json_text(body, "name"),
                  person_word(a, json_text(body, "role"), json_text(body, "public_key")));
    if (ev->kind == EVENT_KIND_PACK_ACTIVATED) {
        struct str key =
            str_c(arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(json_text(body, "pack")),
                               STR_ARG(json_text(body, "version"))));
        const struct str *before = map_get(&v->activations, key);
        instant was = INSTANT_NONE, now = INSTANT_NONE;
        bool later = instant_parse(json_text(body, "starts"), &now, NULL) &&
                     (!before || (instant_parse(*before, &was, NULL) && now > was));
        if (later) last_word(v, &v->activations, key, json_text(body, "starts"));
    }
    if (ev->kind == EVENT_KIND_REQUEST_RECEIVED)
        last_word(v, &v->requests, ev->case_id, request_word(a, json_get(body, "request")));
    if (ev->kind == EVENT_KIND_RECORD_EXPUNGED)
        v->by_order += (uint64_t)json_whole(json_get(body, "leaves"), 0);
}

/* What stands beside the text finds the text: it must say the same. */
static void check_columns(struct verify *v, const struct store_event *row)
{
    struct event ev;
    struct err e;
    struct str name = row->case_id ? work_case_name(&v->scratch, row->case_id) : STR("");
    if (event_read(&v->scratch, row->text, &ev, &e) != RC_OK)
        wrong(v, "event %llu cannot be read", (unsigned long long)row->index);
    else if (!str_is(row->kind, event_word(ev.kind)) || !str_eq(name, ev.case_id) ||
             row->at != ev.at)
        wrong(v, "event %llu is filed wrongly", (unsigned long long)row->index);
    else
        remember(v, &ev);
    arena_reset(&v->scratch);
}

static void check_word(struct verify *v, const char *what, const struct map *m, struct str key,
                       struct str stands)
{
    const struct str *said = map_get(m, key);
    if (!said || !str_eq(*said, stands))
        wrong(v, "%s " STR_FMT " is not as the ledger says", what, STR_ARG(key));
}

static RC check_requests(struct verify *v, struct err *e)
{
    for (size_t i = 0; i < v->requests.n; i++) {
        struct store_case c;
        struct json *body;
        struct err bad;
        struct str name = v->requests.entries[i].key;
        enum rc rc = work_case(v->w, name, &c, &bad);
        if (rc != RC_OK && rc != RC_NOTFOUND) {
            *e = bad;
            return rc;
        }
        bool there =
            rc == RC_OK && json_parse(v->a, c.body, "request", NULL, &body, &bad) == RC_OK;
        check_word(v, "the request of case", &v->requests, name,
                   there ? request_word(v->a, body) : STR(""));
    }
    return RC_OK;
}

static RC check_tables(struct verify *v, struct err *e)
{
    struct store_agency *agencies;
    struct store_account *people;
    struct store_pack *packs;
    size_t n, active = 0;
    struct arena *a = v->a;
    TRY(store_accounts(v->w->s, a, &people, &n, e));
    if (n != v->people.n) wrong(v, "the ledger knows %zu people", v->people.n);
    TRY(store_agencies(v->w->s, a, &agencies, &n, e));
    for (size_t i = 0; i < n; i++)
        check_word(v, "agency", &v->agencies, agencies[i].id,
                   work_canonical(a, packs_agency_json(a, &agencies[i])));
    if (n != v->agencies.n) wrong(v, "the ledger knows %zu agencies", v->agencies.n);
    for (size_t i = 0; i < v->people.n; i++) {
        struct store_person p;
        struct buf key = buf_in(a);
        enum rc rc = store_person_get(v->w->s, a, v->people.entries[i].key, &p, e);
        if (rc != RC_OK && rc != RC_NO) return rc;
        if (rc == RC_OK && p.has_key)
            hex_add(&key, str_n((const char *)p.public_key, sizeof p.public_key));
        check_word(v, "person", &v->people, v->people.entries[i].key,
                   rc == RC_OK ? person_word(a, p.role, buf_str(&key)) : STR(""));
    }
    TRY(store_packs(v->w->s, a, &packs, &n, e));
    for (size_t i = 0; i < n; i++) {
        if (packs[i].in_force_from == INSTANT_NONE) continue;
        active++;
        check_word(v, "policy", &v->activations,
                   str_c(arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(packs[i].id),
                                      STR_ARG(packs[i].version))),
                   work_time(a, packs[i].in_force_from));
    }
    if (active != v->activations.n)
        wrong(v, "the ledger knows %zu policies that two people signed", v->activations.n);
    return RC_OK;
}

static RC verify_one(void *ctx, const struct store_event *ev, struct err *e)
{
    struct verify *v = ctx;
    if (ev->index != v->edge.size)
        wrong(v, "event %llu is missing", (unsigned long long)v->edge.size);
    if (!ev->text.p)
        v->expunged++;
    else if (!hash_eq(ledger_commitment(ev->salt, ev->text), ev->commitment))
        wrong(v, "event %llu was altered", (unsigned long long)ev->index);
    else
        check_columns(v, ev);
    struct hash leaf = ledger_leaf(ev->commitment);
    ledger_append(&v->edge, leaf);
    ledger_append(&v->tile, leaf);
    if (v->tile.size == LEDGER_TILE) {
        struct hash stored;
        uint64_t t = v->edge.size / LEDGER_TILE - 1;
        enum rc rc = store_tile_get(v->w->s, t, &stored, e);
        if (rc != RC_OK && rc != RC_NO) return rc;
        if (rc == RC_NO || !hash_eq(stored, v->tile.peaks[0]))
            wrong(v, "tile %llu differs", (unsigned long long)t);
        v->tile = (struct ledger_edge){0};
    }
    check_notes(v);
    if (v->p.step && v->edge.size % 1024 == 0) v->p.step(v->p.ctx, v->edge.size, v->size);
    return RC_OK;
}

static RC verify(struct work *w, struct progress p, struct json **ret, struct err *e)
{
    struct verify v = {.w = w,
                       .p = p,
                       .a = w->a,
                       .wrong = json_array(w->a),
                       .size = store_ledger_size(w->s, e)};
    uint64_t rows = 0, bad_rows = 0;
    char hex[HASH_SIZE * 2 + 1];
    TRY(store_checkpoints(w->s, w->a, &v.notes, &v.n_notes, e));
    v.agencies = v.people = v.activations = v.requests = map_in(v.a);
    arena_init(&v.scratch, 0);
    enum rc rc = store_events_each(w->s, 0, v.size, verify_one, &v, e);
    arena_done(&v.scratch);
    TRY(rc);
    TRY(check_tables(&v, e));
    TRY(check_requests(&v, e));
    /* Nothing is forgotten but by an order that stands in the ledger. */
    if (v.expunged != v.by_order)
        wrong(&v, "%llu events are forgotten, %llu by order", (unsigned long long)v.expunged,
              (unsigned long long)v.by_order);
    if (v.edge.size != v.size)
        wrong(&v, "%llu events are there, %llu should be", (unsigned long long)v.edge.size,
              (unsigned long long)v.size);
    if (v.next_note != v.n_notes)
        wrong(&v, "a checkpoint signs %llu events, more than there are",
              (unsigned long long)v.notes[v.n_notes - 1].size);
    TRY(store_rows_verify(w->s, &rows, &bad_rows, e));
    if (bad_rows)
        wrong(&v, "%llu imported rows are not those that were committed to",
              (unsigned long long)bad_rows);
    if (p.step) p.step(p.ctx, v.size, v.size);
    *ret = json_object(w->a);
    json_set(w->a, *ret, "ok", json_bool(w->a, v.bad == 0));
    json_set(w->a, *ret, "events", json_int(w->a, (int64_t)v.edge.size));
    json_set(w->a, *ret, "expunged", json_int(w->a, (int64_t)v.expunged));
    json_set(w->a, *ret, "rows", json_int(w->a, (int64_t)rows));
    json_set(w->a, *ret, "checkpoints", json_int(w->a, (int64_t)v.n_notes));
    json_set(w->a, *ret, "root",
             json_string(w->a, str_dup(w->a, str_c(hash_hex(ledger_root(&v.edge), hex)))));
    json_set(w->a, *ret, "wrong", v.wrong);
    return v.bad
               ? FAIL(e, RC_NO, "LEDGER-0010", STR_FMT, STR_ARG(json_str(json_at(v.wrong, 0))))
               : RC_OK;
}

/* One view of the file for the whole walk; nobody is kept from writing. */
static RC reading(struct work *w, struct casework *c, struct arena *a, struct err *e)
{
    *w = (struct work){
        .c = c, .s = c->store, .a = a, .by = STR("system"), .now = clock_now(&c->clock)};
    return store_read_begin(c->store, e);
}

RC casework_ledger_verify(struct casework *c, struct progress p, struct arena *a,
                          struct json **ret, struct err *e)
{
    struct work w;
    TRY(reading(&w, c, a, e));
    enum rc rc = verify(&w, p, ret, e);
    store_read_end(c->store);
    return rc;
}

/* ---- replay ------------------------------------------------------------------------------ */

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
    struct json *facts = json_get(ev.body, "facts"), *stored = json_get(ev.body, "decision"),
                *pack = json_get(stored, "pack");
    struct str before = work_canonical(a, stored);
    TRY(facts_read(a, facts, &f, e));
    if (!str_is(json_text(pack, "id"), "none"))
        TRY(packs_find(&r->w, json_text(pack, "id"), json_text(pack, "version"), &k, e));
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

RC casework_ledger_replay(struct casework *c, struct progress p, struct arena *a,
                          struct json **ret, struct err *e)
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
    return r.bad ? FAIL(e, RC_NO, "LEDGER-0011", "%llu decisions come out differently",
                        (unsigned long long)r.bad)
                 : RC_OK;
}

/* ---- export ------------------------------------------------------------------------------ */

struct export
{
    RC (*out)(void *ctx, struct str line, struct err *e);
    void *ctx;
    struct arena *scratch;
    struct store_checkpoint *notes;
    size_t n_notes, next;
};

static RC export_notes(struct export *x, uint64_t size, struct err *e)
{
    while (x->next < x->n_notes && x->notes[x->next].size <= size)
        TRY(x->out(x->ctx, export_checkpoint(x->scratch, x->notes[x->next++].note), e));
    return RC_OK;
}

static RC export_one(void *ctx, const struct store_event *ev, struct err *e)
{
    struct export *x = ctx;
    struct ledger_item item = {.index = ev->index,
                               .expunged = !ev->text.p,
                               .event = ev->text,
                               .commitment = ev->commitment};
    memcpy(item.salt, ev->salt, sizeof item.salt);
    enum rc rc = x->out(x->ctx, export_leaf(x->scratch, &item), e);
    if (rc == RC_OK) rc = export_notes(x, ev->index + 1, e);
    arena_reset(x->scratch);
    return rc;
}

RC casework_ledger_export(struct casework *c,
                          RC (*out)(void *ctx, struct str line, struct err *e), void *ctx,
                          struct err *e)
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
        if (rc == RC_OK)
            rc = store_events_each(c->store, 0, store_ledger_size(c->store, e), export_one, &x,
                                   e);
        store_read_end(c->store);
    }
    arena_done(&scratch);
    arena_done(&keep);
    return rc;
}

/* ---- proof ------------------------------------------------------------------------------- */

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
        b.items[i] = (struct ledger_item){.index = list[i].index,
                                          .expunged = !list[i].text.p,
                                          .event = list[i].text,
                                          .commitment = list[i].commitment};
        memcpy(b.items[i].salt, list[i].salt, LEDGER_SALT);
    }
    TRY(log_checkpoint(w, &b.checkpoint, e)); /* signs everything up to this very read */
    TRY(bundle_prove(&b, &reader, store_ledger_size(w->s, e), e));
    *ret = bundle_json(w->a, &b);
    return RC_OK;
}

RC casework_proof(struct casework *c, struct actor by, struct str case_id, struct arena *a,
                  struct json **ret, struct err *e)
{
    struct work w;
    TRY(work_begin(&w, c, by, a, e));
    return work_end(&w, proof(&w, case_id, ret, e), e);
}

/* ---- expunge ----------------------------------------------------------------------------- */

static RC expunge(struct work *w, struct str number, struct str authority, struct json **ret,
                  bool *ret_done, struct err *e)
{
    struct store_booking b;
    struct json *body = json_object(w->a), *o = *ret = json_object(w->a);
    struct str first;
    uint64_t events, cases;
    TRY(work_role(w, roles_expunge, e));
    enum rc rc = store_booking_find(w->s, w->a, number, &b, e);
    if (rc == RC_NO)
        return FAIL(e, RC_NOTFOUND, "CASE-0007", "there is no booking '" STR_FMT "'",
                    STR_ARG(number));
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
    if (str_eq(first, w->by))
        return FAIL(e, RC_DENIED, "CASE-0006",
                    "a second, different person must confirm what " STR_FMT " proposed",
                    STR_ARG(first));
    if (b.custody == CUSTODY_IN || b.custody == CUSTODY_TRIGGERED)
        return FAIL(e, RC_CONFLICT, "CASE-0001",
                    "booking " STR_FMT
                    " is still in custody; a record is forgotten after the person has left",
                    STR_ARG(number));
    TRY(store_expunge(w->s, b.id, &events, &cases, e));
    json_set(w->a, o, "events", json_int(w->a, (int64_t)events));
    json_set(w->a, o, "cases", json_int(w->a, (int64_t)cases));
    json_set(w->a, body, "authority", json_string(w->a, authority));
    json_set(w->a, body, "leaves", json_int(w->a, (int64_t)events));
    json_set(w->a, body, "first", json_string(w->a, first));
    return work_event(w, EVENT_KIND_RECORD_EXPUNGED, 0, 0, body, NULL, e);
}

RC casework_expunge(struct casework *c, struct actor by, struct str booking,
                    struct str authority, struct arena *a, struct json **ret, struct err *e)
{
    struct work w;
    bool done = false;
    TRY(work_reason(authority, "/authority", e));
    TRY(work_begin(&w, c, by, a, e));
    TRY(work_end(&w, expunge(&w, booking, authority, ret, &done, e), e));
    if (!done) return RC_OK;
    /* a reader at work keeps the old log a little longer; the next fold empties it */
    struct err ignored;
    return store_fold(c->store, true, &ignored) == RC_OK ? RC_OK
                                                         : store_fold(c->store, false, e);
}
