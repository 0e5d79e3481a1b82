/* Rows of the jail system. They are held back until a chunk is full and then stored in one
 * short transaction with one event, whose body holds the Merkle root over the salted
 * commitments of the chunk's new rows: a slow source never holds the write lock, so that a
 * release can be reported at any moment. A row that changes nothing is not stored again. */
#include "casework/work.h"
#include "base/map.h"
#include "custody/status.h"
#include "os/random.h"
#include <stdio.h>
#include <stdlib.h>

enum { CHUNK = 1024 };

struct row {
    bool is_charge, known; /* known: the booking is stored; then id is set */
    int64_t id;
    struct store_booking booking;
    struct str release_kind;
    struct store_charge charge;
    struct str number; /* of the booking */
};

struct import {
    struct casework *c;
    struct arena forever, chunk, scratch;
    struct str by, source;
    struct row *rows;
    size_t n;
    bool looking;
    int64_t looked;      /* clock_ticks() */
    struct map bookings; /* number → row of this chunk */
    uint64_t count, new, changed, same, booking_rows, charge_rows, releases, chunks, redecided,
        texts_dropped;
};

RC casework_import_open(struct casework *c, struct actor by, struct str source_name,
                        struct import **ret, struct err *e)
{
    (void)e;
    struct import *i = calloc(1, sizeof *i);
    if (!i) abort();
    i->c = c;
    arena_init(&i->forever, 0);
    arena_init(&i->chunk, 0);
    arena_init(&i->scratch, 0);
    i->by = str_dup(&i->forever, str_c(by.name && *by.name ? by.name : "system"));
    i->source = str_dup(&i->forever, source_name);
    i->rows = arena_array(&i->forever, struct row, CHUNK);
    i->bookings = map_in(&i->chunk);
    *ret = i;
    return RC_OK;
}

void casework_import_abandon(struct import *i)
{
    if (!i) return;
    if (i->looking) store_read_end(i->c->store);
    arena_done(&i->scratch);
    arena_done(&i->chunk);
    arena_done(&i->forever);
    free(i);
}

static bool same_identity(const struct identity *x, const struct identity *y)
{
    return str_eq(x->state_id, y->state_id) && str_eq(x->family, y->family) &&
           str_eq(x->given, y->given) && str_eq(x->middle, y->middle) &&
           str_eq(x->sex, y->sex) && x->birth_date == y->birth_date;
}

/* Sheets know different things of the same stay: what a row does not know takes nothing
 * away. */
static void keep_known(struct arena *a, struct store_booking *row,
                       const struct store_booking *old)
{
    struct identity *n = &row->who;
    const struct identity *o = &old->who;
    struct {
        struct str *now;
        struct str before;
    } texts[] = {{&n->state_id, o->state_id},
                 {&n->family, o->family},
                 {&n->given, o->given},
                 {&n->middle, o->middle},
                 {&n->sex, o->sex}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!texts[i].now->n && texts[i].before.n) *texts[i].now = str_dup(a, texts[i].before);
    if (n->birth_date == DAYS_UNKNOWN) n->birth_date = o->birth_date;
    if (row->booked_at == INSTANT_NONE) row->booked_at = old->booked_at;
}

static bool leaves_now(const struct store_booking *old, const struct store_booking *row)
{
    return row->left_at != INSTANT_NONE &&
           (old->custody == CUSTODY_IN || old->custody == CUSTODY_TRIGGERED);
}

static bool same_booking(const struct store_booking *old, const struct store_booking *row)
{
    return same_identity(&old->who, &row->who) && old->booked_at == row->booked_at &&
           !leaves_now(old, row);
}

static bool same_offence(const struct offence *x, const struct offence *y)
{
    bool same = x->this_booking == y->this_booking && str_eq(x->citation, y->citation) &&
                str_eq(x->text, y->text) && str_eq(x->class, y->class) &&
                x->grade == y->grade && x->state_prison == y->state_prison &&
                x->attempt == y->attempt && x->stage == y->stage && x->on == y->on &&
                x->convicted_on == y->convicted_on &&
                x->incarcerated_known == y->incarcerated_known &&
                x->n_incarcerated == y->n_incarcerated;
    for (size_t i = 0; same && i < x->n_incarcerated; i++)
        same = x->incarcerated[i].from == y->incarcerated[i].from &&
               x->incarcerated[i].to == y->incarcerated[i].to;
    return same;
}

/* ---- storing a chunk --------------------------------------------------------------------- */

struct chunk {
    struct import *in;
    struct work w;
    struct hash leaves[CHUNK];
    struct ledger_edge tree;
    size_t n;
    unsigned char salts[CHUNK][LEDGER_SALT];
    int64_t event;
    int64_t touched[CHUNK]; /* bookings whose open cases are looked at again */
    size_t n_touched;
    struct row *left[CHUNK];
    size_t n_left;
    /* identifiers by which open cases wait for a booking → struct store_waiting */
    struct map waiting;
};

static struct provenance next_leaf(struct chunk *k, struct str canonical)
{
    struct provenance p = {.chunk = k->event, .place = (int64_t)k->n};
    memcpy(p.salt, k->salts[k->n], LEDGER_SALT);
    k->leaves[k->n] = ledger_commitment(p.salt, canonical);
    ledger_append(&k->tree, ledger_leaf(k->leaves[k->n]));
    k->n++;
    return p;
}

static void touch(struct chunk *k, int64_t booking)
{
    if (k->n_touched && k->touched[k->n_touched - 1] == booking) return;
    k->touched[k->n_touched++] = booking;
}

static RC store_new(struct chunk *k, struct row *r, struct err *e)
{
    struct import *in = k->in;
    struct store_booking b = r->booking;
    if (b.left_at != INSTANT_NONE) {
        b.custody =
            str_is(r->release_kind, "transferred") ? CUSTODY_TRANSFERRED : CUSTODY_RELEASED;
        b.leave_kind = r->release_kind.n ? r->release_kind : STR("released");
    }
    struct provenance p = next_leaf(k, store_booking_canonical(&in->scratch, &b));
    enum rc rc = store_booking_add(k->w.s, &in->scratch, &b, &p, e);
    if (rc != RC_OK) {
        k->n -= rc == RC_NO; /* another import was faster: its row is compared with */
        return rc;
    }
    r->id = b.id;
    in->new ++;
    return RC_OK;
}

static RC put_booking(struct chunk *k, struct row *r, struct err *e)
{
    struct import *in = k->in;
    struct store_booking old;
    enum rc rc = RC_NO;
    if (!r->known) {
        struct ledger_edge before = k->tree;
        rc = store_new(k, r, e);
        if (rc != RC_NO) return rc;
        k->tree = before;
    }
    rc = store_booking_find(k->w.s, &in->scratch, r->number, &old, e);
    if (rc != RC_OK) return rc;
    r->id = old.id;
    keep_known(&in->chunk, &r->booking, &old);
    if (leaves_now(&old, &r->booking)) k->left[k->n_left++] = r;
    if (same_identity(&old.who, &r->booking.who) && old.booked_at == r->booking.booked_at) {
        if (leaves_now(&old, &r->booking))
            in->changed++;
        else
            in->same++;
        return RC_OK;
    }
    old.who = r->booking.who;
    old.booked_at = r->booking.booked_at;
    struct provenance p = next_leaf(k, store_booking_canonical(&in->scratch, &old));
    in->changed++;
    touch(k, old.id);
    return store_booking_save(k->w.s, &in->scratch, &old, &p, e);
}

/* An export that knows of the arrest only says so every quarter of an hour. It takes nothing
 * back of what a court or a prosecutor did to the same charge. */
static void keep_stage(struct offence *o, const struct offence *old)
{
    if (o->stage == STAGE_ARRESTED && str_eq(o->citation, old->citation)) o->stage = old->stage;
}

static RC put_charge(struct chunk *k, struct row *r, struct err *e)
{
    struct import *in = k->in;
    struct offence old;
    const struct row *b = map_get(&in->bookings, r->number);
    r->charge.booking = r->known ? r->id : b ? b->id : 0;
    enum rc rc =
        store_charge_find(k->w.s, &in->scratch, r->charge.booking, r->charge.sequence, &old, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    if (rc == RC_OK) keep_stage(&r->charge.offence, &old);
    if (rc == RC_OK && same_offence(&old, &r->charge.offence)) {
        in->same++;
        return RC_OK;
    }
    if (rc == RC_OK)
        in->changed++;
    else
        in->new ++;
    struct provenance p =
        next_leaf(k, store_charge_canonical(&in->scratch, r->number, &r->charge));
    /* a booking of this very chunk has no cases yet, but see match_waiting */
    if (!b || b->known) touch(k, r->charge.booking);
    return store_charge_put(k->w.s, &r->charge, &p, e);
}

static RC load_waiting(struct chunk *k, struct err *e)
{
    struct store_waiting *list;
    size_t n;
    struct arena *a = k->w.a;
    k->waiting = map_in(a);
    TRY(store_waiting_all(k->w.s, a, &list, &n, e));
    for (size_t i = 0; i < n; i++) {
        const struct {
            char kind;
            struct str key;
        } keys[] = {{'n', list[i].number}, {'s', list[i].state_id}, {'k', list[i].name_key}};
        for (size_t j = 0; j < 3; j++)
            if (keys[j].key.n)
                map_put(
                    &k->waiting,
                    str_c(arena_printf(a, "%c" STR_FMT, keys[j].kind, STR_ARG(keys[j].key))),
                    &list[i]);
    }
    return RC_OK;
}

static bool someone_waits(struct chunk *k, const struct store_booking *b)
{
    struct arena *a = &k->in->scratch;
    if (!k->waiting.n) return false;
    struct str name = store_name_key(a, b->who.family, b->who.given);
    const struct {
        char kind;
        struct str key;
    } keys[] = {{'n', b->who.booking_number}, {'s', b->who.state_id}, {'k', name}};
    for (size_t j = 0; j < 3; j++)
        if (keys[j].key.n &&
            map_has(&k->waiting,
                    str_c(arena_printf(a, "%c" STR_FMT, keys[j].kind, STR_ARG(keys[j].key)))))
            return true;
    return false;
}

/* Cases that wait for a booking are compared again, once a chunk, when a row shares an
 * identifier with any of them. */
static RC match_waiting(struct chunk *k, struct err *e)
{
    struct store_waiting *list;
    size_t n;
    bool any = false;
    for (size_t i = 0; i < k->in->n && !any; i++)
        any = !k->in->rows[i].is_charge && someone_waits(k, &k->in->rows[i].booking);
    if (!any) return RC_OK;
    TRY(store_waiting_all(k->w.s, k->w.a, &list, &n, e));
    for (size_t i = 0; i < n; i++) {
        struct store_case c;
        TRY(store_case_get(k->w.s, k->w.a, list[i].id, &c, e));
        enum match before = c.match;
        int64_t booking = c.booking;
        TRY(life_match(&k->w, &c, e));
        if (c.match == before && c.booking == booking) continue;
        TRY(life_matched(&k->w, &c, e));
        k->in->redecided++;
    }
    return RC_OK;
}

static RC chunk_event(struct chunk *k, struct err *e)
{
    struct arena *a = k->w.a;
    struct json *body = json_object(a);
    char hex[HASH_SIZE * 2 + 1];
    uint64_t index;
    json_set(a, body, "source", json_string(a, k->in->source));
    json_set(a, body, "rows", json_int(a, (int64_t)k->n));
    json_set(a, body, "root",
             json_string(a, str_dup(a, str_c(hash_hex(ledger_root(&k->tree), hex)))));
    TRY(work_event(&k->w, EVENT_KIND_BOOKINGS_IMPORTED, 0, 0, body, &index, e));
    return store_chunk_add(k->w.s, index, k->leaves, k->n, e);
}

static RC store_rows(struct chunk *k, struct err *e)
{
    struct import *in = k->in;
    struct arena_mark mark = arena_mark(&in->scratch);
    k->event = (int64_t)store_ledger_size(k->w.s, e);
    random_bytes(k->salts, sizeof k->salts);
    for (size_t i = 0; i < in->n; i++) {
        struct row *r = &in->rows[i];
        TRY(r->is_charge ? put_charge(k, r, e) : put_booking(k, r, e));
        arena_release(&in->scratch, mark);
    }
    if (k->n) TRY(chunk_event(k, e));
    TRY(load_waiting(k, e));
    TRY(match_waiting(k, e));
    for (size_t i = 0; i < k->n_touched; i++) {
        size_t cases = 0;
        TRY(life_of_booking(&k->w, k->touched[i], HAP_FACTS_CHANGED, true, NULL, &cases, e));
        in->redecided += cases;
    }
    for (size_t i = 0; i < k->n_left; i++) {
        TRY(custody_left(&k->w, k->left[i]->number, k->left[i]->release_kind,
                         k->left[i]->booking.left_at, e));
        in->releases++;
    }
    in->chunks += k->n != 0;
    return RC_OK;
}

static RC note_time(struct work *w, struct err *e)
{
    char now[32];
    struct str last;
    enum rc rc = store_meta_get(w->s, w->a, "import_last", &last, e);
    if (rc == RC_OK)
        TRY(store_meta_set(w->s, "import_before", last, e));
    else if (rc != RC_NO)
        return rc;
    snprintf(now, sizeof now, "%lld", (long long)w->now);
    return store_meta_set(w->s, "import_last", str_c(now), e);
}

static RC flush(struct import *in, bool last, struct err *e)
{
    struct arena a;
    struct import before = *in;
    if (!in->n && !last) return RC_OK;
    in->looking = false; /* the transaction ends the view */
    before.looking = false;
    arena_init(&a, 0);
    struct chunk *k = arena_new(&a, struct chunk);
    k->in = in;
    enum rc rc = work_begin(&k->w, in->c, (struct actor){str_dupz(&a, in->by)}, &a, e);
    if (rc == RC_OK) {
        rc = store_rows(k, e);
        if (rc == RC_OK && last) rc = note_time(&k->w, e);
        rc = work_end(&k->w, rc, e);
    }
    arena_done(&a);
    if (rc != RC_OK) { /* the counts are of what is stored */
        struct arena scratch = in->scratch;
        *in = before;
        in->scratch = scratch;
        return rc;
    }
    in->n = 0;
    arena_reset(&in->chunk);
    arena_reset(&in->scratch);
    in->bookings = map_in(&in->chunk);
    return RC_OK;
}

/* ---- rows come in ------------------------------------------------------------------------ */

/* Rows are compared with the file in one view for a tenth of a second at most: taking a view
 * for each row would cost more than the row. The chunk's transaction compares again. */
static RC look(struct import *in, struct err *e)
{
    int64_t now = clock_ticks();
    if (in->looking && now - in->looked < 100) return RC_OK;
    TRY(store_read_begin(in->c->store, e));
    in->looking = true;
    in->looked = now;
    return RC_OK;
}

static RC bad_text(struct str s, bool is_name, const char *where, struct err *e)
{
    if (!status_number(s, NULL) && (is_name || !status_text(s, NULL))) return RC_OK;
    (void)FAIL(e, RC_INVALID, "REQ-0007",
               "this text carries a status or an A-number; leave it out");
    err_at(e, where, 0, 0);
    return RC_INVALID;
}

static struct store_booking booking_of(struct arena *a, const struct booking_row *row)
{
    return (struct store_booking){.who = {.booking_number = str_dup(a, row->booking_number),
                                          .state_id = str_dup(a, row->state_id),
                                          .family = str_dup(a, row->family),
                                          .given = str_dup(a, row->given),
                                          .middle = str_dup(a, row->middle),
                                          .sex = str_dup(a, row->sex),
                                          .birth_date = row->birth_date},
                                  .booked_at = row->booked_at,
                                  .left_at = row->released_at,
                                  .triggered_at = INSTANT_NONE,
                                  .custody = CUSTODY_IN};
}

static struct row *take(struct import *in, struct str number)
{
    struct row *r = &in->rows[in->n++];
    *r = (struct row){.number = number};
    in->count++;
    return r;
}

/* The number of an earlier stay given to somebody else. A correction (an alias, a wrong date)
 * keeps the time of booking; a row that has another name, another date of birth or state number
 * and another time is another person, who must not step into the first one's requests. */
static bool is_another(const struct store_booking *old, const struct store_booking *new)
{
    const struct identity *x = &old->who, *y = &new->who;
    bool name = x->family.n && y->family.n && !str_ieq(x->family, y->family);
    bool born = x->birth_date != DAYS_UNKNOWN && y->birth_date != DAYS_UNKNOWN &&
                x->birth_date != y->birth_date;
    bool state_id = x->state_id.n && y->state_id.n && !str_eq(x->state_id, y->state_id);
    bool time =
        old->booked_at != INSTANT_NONE &&
        new->booked_at != INSTANT_NONE &&llabs(old->booked_at - new->booked_at) > HOURS(24);
    return time && name && (born || state_id);
}

RC casework_import_booking(struct import *in, const struct booking_row *row, struct err *e)
{
    struct store_booking old;
    /* it failed before; nothing more is taken until it succeeds */
    if (in->n == CHUNK) TRY(flush(in, false, e));
    if (!row->booking_number.n)
        return FAIL(e, RC_INVALID, "CASE-0007", "the row has no booking number");
    TRY(bad_text(row->family, true, "family", e));
    TRY(bad_text(row->given, true, "given", e));
    TRY(bad_text(row->middle, true, "middle", e));
    TRY(bad_text(row->booking_number, false, "booking_number", e));
    TRY(bad_text(row->state_id, false, "state_id", e));
    TRY(bad_text(row->sex, false, "sex", e));
    in->booking_rows++;
    struct store_booking b = booking_of(&in->chunk, row);
    struct row *pending = map_get(&in->bookings, b.who.booking_number);
    enum rc rc = RC_OK;
    if (pending) {
        old = pending->booking;
    } else {
        TRY(look(in, e));
        rc = store_booking_find(in->c->store, &in->scratch, b.who.booking_number, &old, e);
        if (rc != RC_OK && rc != RC_NO) return rc;
    }
    if (rc == RC_OK && is_another(&old, &b))
        return FAIL(
            e, RC_INVALID, "CASE-0012",
            "booking " STR_FMT
            " is an earlier stay of another person; give the new stay a number of its own",
            STR_ARG(b.who.booking_number));
    if (rc == RC_OK) keep_known(&in->chunk, &b, &old);
    if (rc == RC_OK && same_booking(&old, &b)) {
        in->count++;
        in->same++;
        return RC_NO;
    }
    struct row *r = take(in, b.who.booking_number);
    r->booking = b;
    r->known = pending ? pending->known : rc == RC_OK;
    r->release_kind = str_dup(&in->chunk, row->release_reason);
    map_put(&in->bookings, r->number, r);
    return in->n == CHUNK ? flush(in, false, e) : RC_OK;
}

RC casework_import_charge(struct import *in, const struct charge_row *row, struct err *e)
{
    struct store_booking b;
    struct offence o = row->offence, old;
    if (in->n == CHUNK) TRY(flush(in, false, e));
    if (row->sequence < 0 || row->sequence > 65535)
        return FAIL(e, RC_INVALID, "CASE-0007", "the sequence of a charge is 0 to 65535");
    TRY(bad_text(o.citation, false, "citation", e));
    TRY(bad_text(o.class, false, "class", e));
    in->charge_rows++;
    /* the charge counts, the words about a status are not kept */
    if (status_text(o.text, NULL)) {
        o.text = STR("");
        in->texts_dropped++;
    }
    struct row *pending = map_get(&in->bookings, row->booking_number);
    enum rc rc = RC_NO;
    if (!pending) {
        TRY(look(in, e));
        rc = store_booking_find(in->c->store, &in->scratch, row->booking_number, &b, e);
        if (rc == RC_NO)
            return FAIL(e, RC_INVALID, "CASE-0007",
                        "there is no booking '" STR_FMT "' for this charge",
                        STR_ARG(row->booking_number));
        if (rc != RC_OK) return rc;
        rc = store_charge_find(in->c->store, &in->scratch, b.id, row->sequence, &old, e);
        if (rc != RC_OK && rc != RC_NO) return rc;
        if (rc == RC_OK) keep_stage(&o, &old);
        if (rc == RC_OK && same_offence(&old, &o)) {
            in->count++;
            in->same++;
            return RC_NO;
        }
    }
    struct row *r = take(in, str_dup(&in->chunk, row->booking_number));
    r->is_charge = true;
    r->known = !pending;
    r->id = pending ? 0 : b.id;
    r->charge.sequence = row->sequence;
    o.citation = str_dup(&in->chunk, o.citation);
    o.text = str_dup(&in->chunk, o.text);
    o.class = str_dup(&in->chunk, o.class);
    struct span *spans = arena_array(&in->chunk, struct span, o.n_incarcerated + 1);
    if (o.n_incarcerated) memcpy(spans, o.incarcerated, o.n_incarcerated * sizeof *spans);
    o.incarcerated = spans;
    r->charge.offence = o;
    return in->n == CHUNK ? flush(in, false, e) : RC_OK;
}

RC casework_import_close(struct import *in, struct arena *a, struct json **ret, struct err *e)
{
    enum rc rc = flush(in, true, e);
    if (rc == RC_OK) {
        const struct {
            const char *name;
            uint64_t n;
        } counts[] = {{"rows", in->count},
                      {"new", in->new},
                      {"changed", in->changed},
                      {"same", in->same},
                      {"bookings", in->booking_rows},
                      {"charges", in->charge_rows},
                      {"releases", in->releases},
                      {"chunks", in->chunks},
                      {"redecided", in->redecided},
                      {"texts_dropped", in->texts_dropped}};
        *ret = json_object(a);
        json_set(a, *ret, "source", json_string(a, str_dup(a, in->source)));
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
            json_set(a, *ret, counts[i].name, json_int(a, (int64_t)counts[i].n));
    }
    casework_import_abandon(in);
    return rc;
}
