/* See history.h. One event changes a few rows; which, is a function for each kind. The text of
 * an event is read only for the kinds that need it, in an arena that is emptied after each. */
#include "custody/history.h"
#include "base/hash.h"
#include "custody/match.h"
#include "custody/plain.h"
#include <stdatomic.h>
#include <stdlib.h>

struct numbers { /* int64 → row, open addressing; a key is never 0 and never taken out */
    int64_t *keys;
    history_id *rows;
    size_t n, cap;
};

struct history_fold {
    atomic_uint holders; /* a history may be read by several at once, though not here */
    struct arena keep, scratch;
    struct map names, lists, notices, reads; /* → row + 1 as a pointer */
    struct str *name_of;
    size_t n_names, cap_names;
    struct numbers cases, custody;
};

static void *as_pointer(size_t row) { return (void *)(uintptr_t)(row + 1); }
static history_id as_row(const void *p)
{
    return p ? (history_id)((uintptr_t)p - 1) : HISTORY_NONE;
}

/* Running out of memory ends the process, as with an arena. */
static void *more(void *p, size_t n, size_t size)
{
    void *grown = n > SIZE_MAX / size ? NULL : realloc(p, n * size);
    if (!grown) abort();
    return grown;
}

#define PUSH(h, name, ...)                                                                     \
    ((h)->n_##name < (h)->cap_##name                                                           \
         ? (void)0                                                                             \
         : (void)((h)->cap_##name = (h)->cap_##name ? (h)->cap_##name * 2 : 16,                \
                  (h)->name = more((h)->name, (h)->cap_##name, sizeof *(h)->name)),            \
     (h)->name[(h)->n_##name] = (__VA_ARGS__), (history_id)(h)->n_##name++)

static size_t slot_of(const struct numbers *m, int64_t key)
{
    uint64_t x = (uint64_t)key * 0x9E3779B97F4A7C15u;
    size_t i = (size_t)(x >> 20) & (m->cap - 1);
    while (m->keys[i] && m->keys[i] != key) i = (i + 1) & (m->cap - 1);
    return i;
}

static history_id number_get(const struct numbers *m, int64_t key)
{
    if (!m->cap || !key) return HISTORY_NONE;
    size_t i = slot_of(m, key);
    return m->keys[i] ? m->rows[i] : HISTORY_NONE;
}

static void number_put(struct numbers *m, int64_t key, history_id row)
{
    if (2 * m->n >= m->cap) {
        struct numbers old = *m;
        m->cap = old.cap ? old.cap * 2 : 64;
        m->keys = more(NULL, m->cap, sizeof *m->keys);
        m->rows = more(NULL, m->cap, sizeof *m->rows);
        memset(m->keys, 0, m->cap * sizeof *m->keys);
        for (size_t i = 0; i < old.cap; i++)
            if (old.keys[i]) {
                size_t to = slot_of(m, old.keys[i]);
                m->keys[to] = old.keys[i];
                m->rows[to] = old.rows[i];
            }
        free(old.keys);
        free(old.rows);
    }
    size_t i = slot_of(m, key);
    if (!m->keys[i]) m->n++;
    m->keys[i] = key;
    m->rows[i] = row;
}

struct history *history_new(void)
{
    struct history *h = more(NULL, 1, sizeof *h);
    struct history_fold *f = more(NULL, 1, sizeof *f);
    *h = (struct history){.first_at = INSTANT_NONE,
                          .last_at = INSTANT_NONE,
                          .first_import_at = INSTANT_NONE,
                          .latest = INSTANT_NONE,
                          .fold = f};
    *f = (struct history_fold){0};
    atomic_init(&f->holders, 1);
    arena_init(&f->keep, 0);
    arena_init(&f->scratch, 0);
    f->names = f->lists = f->notices = f->reads = map_in(&f->keep);
    return h;
}

struct history *history_share(struct history *h)
{
    atomic_fetch_add(&h->fold->holders, 1);
    return h;
}

bool history_is_shared(const struct history *h) { return atomic_load(&h->fold->holders) > 1; }

static void *copy_of(const void *p, size_t n, size_t size)
{
    if (!n) return NULL;
    void *to = more(NULL, n, size);
    memcpy(to, p, n * size);
    return to;
}

static struct numbers numbers_copy(const struct numbers *m)
{
    struct numbers to = *m;
    to.keys = copy_of(m->keys, m->cap, sizeof *m->keys);
    to.rows = copy_of(m->rows, m->cap, sizeof *m->rows);
    return to;
}

static struct map map_copy(struct arena *keep, const struct map *m)
{
    struct map to = map_in(keep);
    for (size_t i = 0; i < m->n; i++)
        map_put(&to, str_dup(keep, m->entries[i].key), m->entries[i].value);
    return to;
}

struct history *history_copy(const struct history *h)
{
    struct history *to = more(NULL, 1, sizeof *to);
    struct history_fold *f = more(NULL, 1, sizeof *f);
    const struct history_fold *from = h->fold;
    *to = *h;
    to->fold = f;
#define _(name, type)                                                                          \
    to->name = copy_of(h->name, h->n_##name, sizeof *h->name);                                 \
    to->cap_##name = h->n_##name;
    HISTORY_TABLES(_)
#undef _
    to->bookings = copy_of(h->bookings, h->n_bookings, sizeof *h->bookings);
    *f = (struct history_fold){.n_names = from->n_names, .cap_names = from->n_names};
    atomic_init(&f->holders, 1);
    arena_init(&f->keep, 0);
    arena_init(&f->scratch, 0);
    f->names = map_copy(&f->keep, &from->names);
    f->lists = map_copy(&f->keep, &from->lists);
    f->notices = map_copy(&f->keep, &from->notices);
    f->reads = map_copy(&f->keep, &from->reads);
    if (f->n_names) f->name_of = more(NULL, f->n_names, sizeof *f->name_of);
    for (size_t i = 0; i < f->n_names; i++) f->name_of[i] = f->names.entries[i].key;
    f->cases = numbers_copy(&from->cases);
    f->custody = numbers_copy(&from->custody);
    return to;
}

void history_free(struct history *h)
{
    if (!h || atomic_fetch_sub(&h->fold->holders, 1) > 1) return;
#define _(name, type) free(h->name);
    HISTORY_TABLES(_)
#undef _
    struct history_fold *f = h->fold;
    free(h->bookings);
    free(f->cases.keys);
    free(f->cases.rows);
    free(f->custody.keys);
    free(f->custody.rows);
    free(f->name_of);
    arena_done(&f->keep);
    arena_done(&f->scratch);
    free(f);
    free(h);
}

void history_set_bookings(struct history *h, const struct past_bookings *list, size_t n)
{
    h->bookings = more(h->bookings, n + 1, sizeof *list);
    if (n) memcpy(h->bookings, list, n * sizeof *list);
    h->n_bookings = n;
}

/* ---- names ------------------------------------------------------------------------------- */

static history_id name_id(struct history_fold *f, struct str s)
{
    if (!s.n) return HISTORY_NONE;
    history_id found = as_row(map_get(&f->names, s));
    if (found != HISTORY_NONE) return found;
    if (f->n_names == f->cap_names) {
        f->cap_names = f->cap_names ? f->cap_names * 2 : 64;
        f->name_of = more(f->name_of, f->cap_names, sizeof *f->name_of);
    }
    struct str kept = str_dup(&f->keep, s);
    f->name_of[f->n_names] = kept;
    map_put(&f->names, kept, as_pointer(f->n_names));
    return (history_id)f->n_names++;
}

struct str history_name(const struct history *h, history_id id)
{
    return id < h->fold->n_names ? h->fold->name_of[id] : STR("");
}
history_id history_find_name(const struct history *h, struct str name)
{
    return as_row(map_get(&h->fold->names, name));
}
size_t history_lists(const struct history *h) { return h->fold->lists.n; }
struct str history_list(const struct history *h, size_t bit)
{
    return bit < h->fold->lists.n ? h->fold->lists.entries[bit].key : STR("");
}

enum { LIST_BITS = 63 };

int history_list_bit(const struct history *h, struct str name)
{
    history_id row = as_row(map_get(&h->fold->lists, name));
    return row == HISTORY_NONE ? -1 : row < LIST_BITS ? (int)row : LIST_BITS;
}

static uint64_t list_bit(struct history_fold *f, struct str name)
{
    history_id row = as_row(map_get(&f->lists, name));
    if (row == HISTORY_NONE) {
        row = (history_id)f->lists.n;
        map_put(&f->lists, str_dup(&f->keep, name), as_pointer(row));
    }
    return UINT64_C(1) << (row < LIST_BITS ? row : LIST_BITS);
}

const char *past_leave_word(enum past_leave k)
{
    switch (k) {
    case LEAVE_NONE: return "here";
    case LEAVE_RELEASED: return "released";
    case LEAVE_TRANSFERRED: return "transferred";
    case LEAVE_DIED: return "died";
    case LEAVE_ESCAPED: return "escaped";
    }
    return "here";
}

/* A person is a number that says "the same" or "another" and nothing else. */
static uint64_t person_of(struct arena *a, char kind, struct str text)
{
    struct hash h = hash_of(str_c(arena_printf(a, "%c" STR_FMT, kind, STR_ARG(text))));
    uint64_t n = 0;
    for (int i = 0; i < 8; i++) n = n << 8 | h.b[i];
    return n ? n : 1;
}

static uint64_t subject_of(struct arena *a, const struct json *s)
{
    struct buf b = buf_in(a);
    if (json_text(s, "state_id").n) return person_of(a, 's', json_text(s, "state_id"));
    if (json_text(s, "booking_number").n)
        return person_of(a, 'n', json_text(s, "booking_number"));
    buf_printf(&b, STR_FMT "\x1f" STR_FMT "\x1f" STR_FMT, STR_ARG(json_text(s, "family")),
               STR_ARG(json_text(s, "given")), STR_ARG(json_text(s, "birth_date")));
    return person_of(a, 'p', buf_str(&b));
}

/* ---- rows -------------------------------------------------------------------------------- */

struct feeding {
    struct history *h;
    struct history_fold *f;
    const struct history_event *ev;
    struct arena *a;         /* scratch */
    const struct json *body; /* NULL: expunged */
    struct str actor;
};

static history_id case_row(struct feeding *x)
{
    history_id row = number_get(&x->f->cases, x->ev->case_id);
    if (row != HISTORY_NONE || !x->ev->case_id) return row;
    row = PUSH(x->h, cases,
               (struct past_case){.id = x->ev->case_id,
                                  .event = x->ev->index,
                                  .recorded_at = x->ev->at,
                                  .received_at = x->ev->at,
                                  .agency = HISTORY_NONE,
                                  .form = HISTORY_NONE,
                                  .agency_kind = AGENCY_OTHER,
                                  .cancelled_at = INSTANT_NONE,
                                  .superseded_at = INSTANT_NONE,
                                  .closed_at = INSTANT_NONE,
                                  .matched_at = INSTANT_NONE,
                                  .match = MATCH_UNVERIFIED,
                                  .next_of_booking = HISTORY_NONE,
                                  .decisions = HISTORY_NONE,
                                  .by_hand = HISTORY_NONE,
                                  .disputes = HISTORY_NONE,
                                  .notices = HISTORY_NONE,
                                  .duties = HISTORY_NONE,
                                  .last_decision = HISTORY_NONE,
                                  .last_by_hand = HISTORY_NONE,
                                  .last_dispute = HISTORY_NONE,
                                  .last_notice = HISTORY_NONE,
                                  .last_duty = HISTORY_NONE});
    number_put(&x->f->cases, x->ev->case_id, row);
    return row;
}

static struct past_custody *custody_of(struct feeding *x, int64_t booking)
{
    history_id row = number_get(&x->f->custody, booking);
    if (row == HISTORY_NONE) {
        row = PUSH(x->h, custody,
                   (struct past_custody){.booking = booking,
                                         .triggered_at = INSTANT_NONE,
                                         .left_at = INSTANT_NONE,
                                         .trigger_kind = HISTORY_NONE,
                                         .to = HISTORY_NONE,
                                         .cases = HISTORY_NONE});
        number_put(&x->f->custody, booking, row);
    }
    return &x->h->custody[row];
}

/* Puts the new last row of a table at the end of its case's chain. */
#define CHAIN(x, of_, table, last, row)                                                        \
    do {                                                                                       \
        struct past_case *c_ = &(x)->h->cases[of_];                                            \
        if (c_->last == HISTORY_NONE)                                                          \
            c_->table = (row);                                                                 \
        else                                                                                   \
            (x)->h->table[c_->last].next = (row);                                              \
        c_->last = (row);                                                                      \
    } while (0)

/* Open or not, counted at its booking. */
static void weigh(struct feeding *x, struct past_case *c)
{
    struct past_custody *b = c->booking ? custody_of(x, c->booking) : NULL;
    bool open = b && c->match == MATCH_CONFIRMED && c->cancelled_at == INSTANT_NONE &&
                c->superseded_at == INSTANT_NONE && c->closed_at == INSTANT_NONE &&
                b->left_at == INSTANT_NONE;
    if (b) b->open_now += (int)open - (int)c->open;
    c->open = open;
}

static void move_to(struct feeding *x, history_id row, int64_t booking)
{
    struct past_case *c = &x->h->cases[row];
    if (c->booking == booking) return;
    if (c->booking) {
        struct past_custody *old = custody_of(x, c->booking);
        history_id *at = &old->cases;
        while (*at != row) at = &x->h->cases[*at].next_of_booking;
        *at = c->next_of_booking;
        old->open_now -= c->open;
        c->open = false;
        c->next_of_booking = HISTORY_NONE;
    }
    c->booking = booking;
    if (!booking) return;
    struct past_custody *b = custody_of(x, booking);
    c->next_of_booking = b->cases;
    b->cases = row;
}

/* ---- requests ---------------------------------------------------------------------------- */

static unsigned documents_in(const struct json *list)
{
    unsigned bits = 0;
    enum document_kind k;
    for (size_t i = 0; i < json_len(list); i++)
        if (document_kind_from_word(json_text(json_at(list, i), "kind"), &k)) bits |= 1u << k;
    return bits;
}

static void received(struct feeding *x, history_id row, enum event_kind kind)
{
    struct past_case *c = &x->h->cases[row];
    const struct json *r = json_get(x->body, "request"), *asks = json_get(r, "asks"),
                      *attests = json_get(r, "attests");
    enum ask ask;
    enum attest attest;
    (void)kind;
    c->has_request = true;
    /* the row may be older: something may have happened in a case that nobody asked for */
    c->event = x->ev->index;
    c->recorded_at = c->received_at = x->ev->at;
    c->expunged = !x->body;
    if (!x->body) return;
    if (!instant_parse(json_text(r, "received_at"), &c->received_at, NULL))
        c->received_at = x->ev->at;
    c->agency = name_id(x->f, json_text(r, "agency"));
    c->form = name_id(x->f, json_text(r, "form"));
    for (size_t i = 0; i < json_len(asks); i++)
        if (ask_from_word(json_str(json_at(asks, i)), &ask)) c->asks |= 1u << ask;
    for (size_t i = 0; i < json_len(attests); i++)
        if (attest_from_word(json_str(json_at(attests, i)), &attest)) c->attests |= attest;
    c->documents = documents_in(json_get(r, "documents"));
    c->amends = json_get(r, "amends") != NULL;
    c->subject = c->person = subject_of(x->a, json_get(r, "subject"));
}

static int64_t case_number(struct str name)
{
    int64_t id;
    return name.n > 1 && name.p[0] == 'C' && str_to_i64(str_sub(name, 1, name.n), &id) ? id : 0;
}

static void superseded(struct feeding *x, history_id row, enum event_kind kind)
{
    struct past_case *c = &x->h->cases[row];
    (void)kind;
    c->superseded_at = x->ev->at;
    c->superseded_by = case_number(json_text(x->body, "by"));
    history_id by = number_get(&x->f->cases, c->superseded_by);
    if (by != HISTORY_NONE) {
        x->h->cases[by].supersedes = c->id;
        c->amended += x->h->cases[by].amends;
    }
    weigh(x, c);
}

static void matched(struct feeding *x, history_id row, enum event_kind kind)
{
    struct past_case *c = &x->h->cases[row];
    enum match m = c->match;
    if (kind == EVENT_KIND_MATCH_CONFIRMED)
        m = MATCH_CONFIRMED;
    else if (x->body && !match_from_word(json_text(x->body, "match"), &m))
        m = MATCH_UNVERIFIED;
    weigh(x, c);
    move_to(x, row, x->ev->booking);
    c->match = m;
    if (m == MATCH_CONFIRMED && c->matched_at == INSTANT_NONE) c->matched_at = x->ev->at;
    struct str state = json_text(x->body, "state_id");
    if (m != MATCH_CONFIRMED || !c->booking)
        c->person = c->subject;
    else if (state.n)
        c->person = person_of(x->a, 's', state);
    else
        c->person =
            person_of(x->a, 'b', str_c(arena_printf(x->a, "%lld", (long long)c->booking)));
    weigh(x, c);
}

/* ---- decisions --------------------------------------------------------------------------- */

static void features(struct feeding *x, struct past_case *c, const struct json *facts)
{
    struct past_features *p = &c->at_request;
    const struct json *offences = json_get(facts, "offences");
    enum match m;
    (void)agency_kind_from_word(json_text(json_get(facts, "request"), "agency_kind"),
                                &c->agency_kind);
    if (!match_from_word(json_text(facts, "match"), &m) || m != MATCH_CONFIRMED) return;
    p->known = true;
    for (size_t i = 0; i < json_len(offences); i++) {
        const struct json *o = json_at(offences, i), *lists = json_get(o, "lists");
        enum stage stage;
        enum grade grade;
        if (!stage_from_word(json_text(o, "stage"), &stage)) stage = STAGE_ARRESTED;
        if (stage == STAGE_DISMISSED || stage == STAGE_ACQUITTED || stage == STAGE_SEALED)
            continue;
        bool convicted = stage == STAGE_CONVICTED || stage == STAGE_SENTENCED;
        p->offences++;
        p->convicted |= convicted;
        p->charged |= !convicted;
        p->unclassified |= !lists;
        for (size_t k = 0; k < json_len(lists); k++)
            *(convicted ? &p->lists_convicted : &p->lists_charged) |=
                list_bit(x->f, json_str(json_at(lists, k)));
        bool graver = grade_from_word(json_text(o, "grade"), &grade) &&
                      grade != GRADE_UNKNOWN && (p->grade == GRADE_UNKNOWN || grade < p->grade);
        if (json_is_true(json_get(o, "this_booking")) && graver) p->grade = grade;
    }
}

static bool same_answers(const struct past_decision *a, const struct past_decision *b)
{
    return a->pack == b->pack && !memcmp(a->outcome, b->outcome, sizeof a->outcome) &&
           !memcmp(a->rule, b->rule, sizeof a->rule);
}

static void decided(struct feeding *x, history_id row, enum event_kind kind)
{
    struct past_case *c = &x->h->cases[row];
    struct past_decision d = {
        .of = row, .next = HISTORY_NONE, .event = x->ev->index, .at = x->ev->at};
    const struct json *said = json_get(x->body, "decision"), *pack = json_get(said, "pack"),
                      *asks = json_get(said, "asks");
    enum ask ask;
    enum outcome outcome;
    (void)kind;
    c->decided++;
    if (!x->body) return;
    d.pack = name_id(
        x->f, str_c(arena_printf(x->a, STR_FMT " " STR_FMT, STR_ARG(json_text(pack, "id")),
                                 STR_ARG(json_text(pack, "version")))));
    for (size_t i = 0; i < ASK_COUNT; i++) {
        d.outcome[i] = -1;
        d.rule[i] = HISTORY_NONE;
    }
    for (size_t i = 0; i < json_len(asks); i++) {
        const struct json *one = json_at(asks, i);
        if (!ask_from_word(json_text(one, "ask"), &ask) ||
            !outcome_from_word(json_text(one, "outcome"), &outcome))
            continue;
        d.outcome[ask] = (signed char)outcome;
        d.rule[ask] = name_id(x->f, json_text(one, "rule"));
    }
    if (!c->at_request.known) features(x, c, json_get(x->body, "facts"));
    if (c->last_decision != HISTORY_NONE &&
        same_answers(&x->h->decisions[c->last_decision], &d))
        return;
    history_id at = PUSH(x->h, decisions, d);
    CHAIN(x, row, decisions, last_decision, at);
}

history_id history_decision_at(const struct history *h, const struct past_case *c,
                               uint64_t event)
{
    history_id found = HISTORY_NONE;
    for (history_id i = c->decisions; i != HISTORY_NONE && h->decisions[i].event <= event;
         i = h->decisions[i].next)
        found = i;
    return found;
}

static void by_hand(struct feeding *x, history_id row, enum event_kind kind)
{
    enum past_hand what = kind == EVENT_KIND_REVIEW_OPENED         ? HAND_PROPOSED
                          : kind == EVENT_KIND_DECISION_OVERRIDDEN ? HAND_OVERRIDDEN
                                                                   : HAND_RESOLVED;
    struct past_by_hand p = {.of = row,
                             .next = HISTORY_NONE,
                             .event = x->ev->index,
                             .at = x->ev->at,
                             .what = what,
                             .second = HISTORY_NONE};
    if (!ask_from_word(json_text(x->body, "ask"), &p.ask) ||
        !outcome_from_word(json_text(x->body, "outcome"), &p.outcome))
        return;
    p.first = name_id(x->f, what == HAND_RESOLVED ? x->actor : json_text(x->body, "first"));
    if (what == HAND_OVERRIDDEN) p.second = name_id(x->f, json_text(x->body, "second"));
    history_id at = PUSH(x->h, by_hand, p);
    CHAIN(x, row, by_hand, last_by_hand, at);
}

static void dispute_opened(struct feeding *x, history_id row, enum event_kind kind)
{
    (void)kind;
    history_id at = PUSH(x->h, disputes,
                         (struct past_dispute){.of = row,
                                               .next = HISTORY_NONE,
                                               .opened_at = x->ev->at,
                                               .settled_at = INSTANT_NONE,
                                               .opened_by = name_id(x->f, x->actor),
                                               .settled_by = HISTORY_NONE});
    CHAIN(x, row, disputes, last_dispute, at);
}

static void dispute_settled(struct feeding *x, history_id row, enum event_kind kind)
{
    history_id last = x->h->cases[row].last_dispute;
    (void)kind;
    if (last == HISTORY_NONE) return;
    struct past_dispute *d = &x->h->disputes[last];
    d->settled_at = x->ev->at;
    d->settled_by = name_id(x->f, x->actor);
    d->same_person = json_is_true(json_get(x->body, "same_person"));
}

/* ---- notices and duties ------------------------------------------------------------------ */

static void queued(struct feeding *x, history_id row, enum event_kind kind)
{
    (void)kind;
    struct past_case *c = &x->h->cases[row];
    if (!x->body) return;
    struct str key = str_dup(&x->f->keep, json_text(x->body, "notice"));
    int64_t decision = json_whole(json_get(x->body, "decision"), -1);
    struct past_notice n = {.of = row,
                            .next = HISTORY_NONE,
                            .key = name_id(x->f, key),
                            .kind = name_id(x->f, json_text(x->body, "kind")),
                            .channel = name_id(x->f, json_text(x->body, "channel")),
                            .address = name_id(x->f, json_text(x->body, "address")),
                            .event = x->ev->index,
                            .decision = decision < 0 ? UINT64_MAX : (uint64_t)decision,
                            .queued_at = x->ev->at,
                            .first_attempt_at = INSTANT_NONE,
                            .confirmed_at = INSTANT_NONE,
                            .withdrawn_at = INSTANT_NONE,
                            .failed_at = INSTANT_NONE,
                            .triggered_at = INSTANT_NONE,
                            .last_attempt_at = INSTANT_NONE,
                            .first_failed_at = INSTANT_NONE,
                            .last_attempt = UINT64_MAX};
    if (c->booking) n.triggered_at = custody_of(x, c->booking)->triggered_at;
    history_id at = PUSH(x->h, notices, n);
    CHAIN(x, row, notices, last_notice, at);
    map_put(&x->f->notices, key, as_pointer(at));
}

static void noticed(struct feeding *x, history_id row, enum event_kind kind)
{
    history_id at = as_row(map_get(&x->f->notices, json_text(x->body, "notice")));
    if (at == HISTORY_NONE || x->h->notices[at].of != row) return;
    struct past_notice *n = &x->h->notices[at];
    if (kind == EVENT_KIND_NOTICE_ATTEMPT) {
        n->attempts++;
        if (n->first_attempt_at == INSTANT_NONE) n->first_attempt_at = x->ev->at;
        n->last_attempt_at = x->ev->at;
        n->last_attempt = x->ev->index;
    } else if (kind == EVENT_KIND_NOTICE_CONFIRMED) {
        n->confirmed_at = x->ev->at;
        n->end = NOTICE_WAS_CONFIRMED;
    } else if (kind == EVENT_KIND_NOTICE_WITHDRAWN) {
        n->withdrawn_at = x->ev->at;
        n->end = NOTICE_WAS_WITHDRAWN;
    } else {
        n->failures++;
        n->failed_at = x->ev->at;
        if (n->first_failed_at == INSTANT_NONE) n->first_failed_at = x->ev->at;
        if (json_is_true(json_get(x->body, "final"))) n->end = NOTICE_WAS_GIVEN_UP;
    }
}

static void duty(struct feeding *x, history_id row, enum event_kind kind)
{
    history_id what = name_id(x->f, json_text(x->body, "duty")), at = x->h->cases[row].duties;
    if (what == HISTORY_NONE) return;
    while (at != HISTORY_NONE && x->h->duties[at].what != what) at = x->h->duties[at].next;
    if (at == HISTORY_NONE) {
        at = PUSH(x->h, duties,
                  (struct past_duty){.of = row,
                                     .next = HISTORY_NONE,
                                     .what = what,
                                     .since = x->ev->at,
                                     .due = INSTANT_NONE,
                                     .done_at = INSTANT_NONE,
                                     .late_at = INSTANT_NONE,
                                     .done_by = HISTORY_NONE});
        CHAIN(x, row, duties, last_duty, at);
    }
    struct past_duty *d = &x->h->duties[at];
    if (kind == EVENT_KIND_DUTY_OPENED &&
        !instant_parse(json_text(x->body, "due"), &d->due, NULL))
        d->due = INSTANT_NONE;
    if (kind == EVENT_KIND_DUTY_LATE) d->late_at = x->ev->at;
    if (kind == EVENT_KIND_DUTY_DONE) {
        d->done_at = x->ev->at;
        d->done_by = name_id(x->f, x->actor);
    }
}

/* ---- custody ----------------------------------------------------------------------------- */

/* What was reported for later by a slip of the hand happened when it was recorded, as casework
 * takes it. */
static instant reported_at(const struct feeding *x)
{
    instant at = INSTANT_NONE;
    if (!instant_parse(json_text(x->body, "at"), &at, NULL)) return INSTANT_NONE;
    return at > x->ev->at ? x->ev->at : at;
}

static void triggered(struct feeding *x, struct past_custody *b)
{
    instant at = reported_at(x);
    b->expunged |= !x->body;
    /* the first counts */
    if (at == INSTANT_NONE || b->triggered_at != INSTANT_NONE || b->left_at != INSTANT_NONE)
        return;
    b->triggered_at = at;
    b->trigger_event = x->ev->index;
    b->trigger_kind = name_id(x->f, json_text(x->body, "kind"));
    b->open_at_trigger = b->open_now;
}

static void undone(struct feeding *x, struct past_custody *b)
{
    b->expunged |= !x->body;
    b->undone++;
    b->triggered_at = INSTANT_NONE;
    b->trigger_event = 0;
    b->trigger_kind = HISTORY_NONE;
    b->open_at_trigger = 0;
}

static void gone(struct feeding *x, struct past_custody *b, enum past_leave leave)
{
    instant at = reported_at(x);
    b->expunged |= !x->body;
    if (at == INSTANT_NONE || b->left_at != INSTANT_NONE) return;
    b->left_at = at;
    b->leave_event = x->ev->index;
    b->leave = leave;
    b->to = name_id(x->f, json_text(x->body, "to"));
    b->open_at_leave = b->open_now;
    for (history_id i = b->cases; i != HISTORY_NONE; i = x->h->cases[i].next_of_booking) {
        struct past_case *c = &x->h->cases[i];
        if (c->closed_at == INSTANT_NONE && c->cancelled_at == INSTANT_NONE &&
            c->superseded_at == INSTANT_NONE)
            c->closed_at = at;
        weigh(x, c);
    }
}

static void hospital(struct feeding *x, struct past_custody *b)
{
    b->expunged |= !x->body;
    if (b->leave != LEAVE_ESCAPED || !str_is(json_text(x->body, "kind"), "returned")) return;
    b->to = HISTORY_NONE;
    b->left_at = INSTANT_NONE; /* back in the same stay; the requests of then are closed */
    b->leave = LEAVE_NONE;
    /* one that came meanwhile was never closed */
    for (history_id i = b->cases; i != HISTORY_NONE; i = x->h->cases[i].next_of_booking)
        weigh(x, &x->h->cases[i]);
}

/* ---- the rest ---------------------------------------------------------------------------- */

static void note_read(struct feeding *x, bool persons)
{
    int64_t days = x->ev->at / HOURS(24) - (x->ev->at % HOURS(24) < 0), year;
    int month, day;
    if (!x->body) return;
    date_civil(days, &year, &month, &day);
    struct past_read r = {.who = name_id(x->f, x->actor),
                          .what = name_id(x->f, json_text(x->body, "what")),
                          .month = (int)year * 12 + month - 1,
                          .persons = persons};
    const char *key = arena_printf(x->a, "%u/%u/%d/%d", r.who, r.what, r.month, persons);
    history_id row = as_row(map_get(&x->f->reads, str_c(key)));
    if (row == HISTORY_NONE) {
        row = PUSH(x->h, reads, r);
        map_put(&x->f->reads, str_dup(&x->f->keep, str_c(key)), as_pointer(row));
    }
    x->h->reads[row].n++;
}

static void was_read(struct feeding *x, history_id of, enum event_kind kind)
{
    (void)kind;
    x->h->cases[of].reads++;
    note_read(x, false);
}

static void was_searched(struct feeding *x, enum event_kind kind)
{
    (void)kind;
    note_read(x, true);
}

static void alert_opened(struct feeding *x, enum event_kind kind)
{
    (void)kind;
    PUSH(x->h, alerts,
         (struct past_alert){.kind = name_id(x->f, json_text(x->body, "alert")),
                             .name = name_id(x->f, json_text(x->body, "name")),
                             .event = x->ev->index,
                             .case_id = x->ev->case_id,
                             .opened_at = x->ev->at,
                             .closed_at = INSTANT_NONE,
                             .closed_by = HISTORY_NONE});
}

/* Alerts are numbered as they are opened. */
static void alert_closed(struct feeding *x, enum event_kind kind)
{
    (void)kind;
    int64_t id;
    if (!str_to_i64(json_text(x->body, "alert"), &id) || id < 1 || (size_t)id > x->h->n_alerts)
        return;
    x->h->alerts[id - 1].closed_at = x->ev->at;
    x->h->alerts[id - 1].closed_by = name_id(x->f, x->actor);
}

static void pack_activated(struct feeding *x, enum event_kind kind)
{
    (void)kind;
    struct past_pack p = {
        .event = x->ev->index, .signed_at = x->ev->at, .starts = INSTANT_NONE};
    if (!instant_parse(json_text(x->body, "starts"), &p.starts, NULL)) return;
    p.pack = name_id(
        x->f, str_c(arena_printf(x->a, STR_FMT " " STR_FMT, STR_ARG(json_text(x->body, "pack")),
                                 STR_ARG(json_text(x->body, "version")))));
    PUSH(x->h, packs, p);
}

/* The whole list of an agency stands in each event: what was there before ends here. */
static void agency_changed(struct feeding *x, enum event_kind kind)
{
    const struct json *agency = json_get(x->body, "agency"),
                      *list = json_get(agency, "addresses");
    history_id id = name_id(x->f, json_text(agency, "id"));
    (void)kind;
    if (id == HISTORY_NONE) return;
    for (size_t i = 0; i < x->h->n_addresses; i++)
        if (x->h->addresses[i].agency == id && x->h->addresses[i].until == UINT64_MAX)
            x->h->addresses[i].until = x->ev->index;
    for (size_t i = 0; i < json_len(list); i++) {
        const struct json *one = json_at(list, i);
        PUSH(x->h, addresses,
             (struct past_address){.agency = id,
                                   .channel = name_id(x->f, json_text(one, "channel")),
                                   .address = name_id(x->f, json_text(one, "address")),
                                   .from = x->ev->index,
                                   .until = UINT64_MAX,
                                   .verified = json_text(one, "verified_by").n &&
                                               json_text(one, "verified_on").n});
    }
}

static void staff_changed(struct feeding *x, enum event_kind kind)
{
    history_id name = name_id(x->f, json_text(x->body, "name"));
    history_id role = kind == EVENT_KIND_ACCESS_TOKEN
                          ? name_id(x->f, STR("token"))
                          : name_id(x->f, json_text(x->body, "role"));
    if (kind == EVENT_KIND_ACCESS_TOKEN) name = name_id(x->f, json_text(x->body, "token"));
    if (name != HISTORY_NONE)
        PUSH(x->h, people,
             (struct past_person){
                 .name = name, .role = role, .event = x->ev->index, .at = x->ev->at});
}

static void about_booking(struct feeding *x, enum event_kind kind)
{
    if (!x->ev->booking) return;
    struct past_custody *b = custody_of(x, x->ev->booking);
    if (kind == EVENT_KIND_TRIGGER) triggered(x, b);
    if (kind == EVENT_KIND_TRIGGER_UNDONE) undone(x, b);
    if (kind == EVENT_KIND_RELEASE) gone(x, b, LEAVE_RELEASED);
    if (kind == EVENT_KIND_TRANSFER) gone(x, b, LEAVE_TRANSFERRED);
    if (kind == EVENT_KIND_DEATH) gone(x, b, LEAVE_DIED);
    if (kind == EVENT_KIND_ESCAPE) gone(x, b, LEAVE_ESCAPED);
    if (kind == EVENT_KIND_HOSPITAL) hospital(x, b);
}

static void cancelled(struct feeding *x, history_id row, enum event_kind kind)
{
    (void)kind;
    x->h->cases[row].cancelled_at = x->ev->at;
    weigh(x, &x->h->cases[row]);
}

static void document_came(struct feeding *x, history_id row, enum event_kind kind)
{
    enum document_kind k;
    (void)kind;
    if (document_kind_from_word(json_text(json_get(x->body, "document"), "kind"), &k))
        x->h->cases[row].documents_later |= 1u << k;
}

/* Kinds that stand in neither table are counted and not read. */
typedef void about_case(struct feeding *x, history_id row, enum event_kind kind);
typedef void about_all(struct feeding *x, enum event_kind kind);
static about_case *const of_case[EVENT_KIND_COUNT] = {
    [EVENT_KIND_REQUEST_RECEIVED] = received,
    [EVENT_KIND_REQUEST_CANCELLED] = cancelled,
    [EVENT_KIND_REQUEST_SUPERSEDED] = superseded,
    [EVENT_KIND_REQUEST_DOCUMENT] = document_came,
    [EVENT_KIND_MATCH_FOUND] = matched,
    [EVENT_KIND_MATCH_CONFIRMED] = matched,
    [EVENT_KIND_DECISION_MADE] = decided,
    [EVENT_KIND_DECISION_OVERRIDDEN] = by_hand,
    [EVENT_KIND_REVIEW_OPENED] = by_hand,
    [EVENT_KIND_REVIEW_RESOLVED] = by_hand,
    [EVENT_KIND_DISPUTE_OPENED] = dispute_opened,
    [EVENT_KIND_DISPUTE_SETTLED] = dispute_settled,
    [EVENT_KIND_NOTICE_QUEUED] = queued,
    [EVENT_KIND_NOTICE_ATTEMPT] = noticed,
    [EVENT_KIND_NOTICE_CONFIRMED] = noticed,
    [EVENT_KIND_NOTICE_FAILED] = noticed,
    [EVENT_KIND_NOTICE_WITHDRAWN] = noticed,
    [EVENT_KIND_DUTY_OPENED] = duty,
    [EVENT_KIND_DUTY_DONE] = duty,
    [EVENT_KIND_DUTY_LATE] = duty,
    [EVENT_KIND_RECORD_READ] = was_read};
static about_all *const of_all[EVENT_KIND_COUNT] = {
    [EVENT_KIND_TRIGGER] = about_booking,         [EVENT_KIND_TRIGGER_UNDONE] = about_booking,
    [EVENT_KIND_RELEASE] = about_booking,         [EVENT_KIND_TRANSFER] = about_booking,
    [EVENT_KIND_DEATH] = about_booking,           [EVENT_KIND_HOSPITAL] = about_booking,
    [EVENT_KIND_ESCAPE] = about_booking,          [EVENT_KIND_ALERT_OPENED] = alert_opened,
    [EVENT_KIND_ALERT_CLOSED] = alert_closed,     [EVENT_KIND_PERSONS_READ] = was_searched,
    [EVENT_KIND_PACK_ACTIVATED] = pack_activated, [EVENT_KIND_AGENCY_CHANGED] = agency_changed,
    [EVENT_KIND_PERSON_ADDED] = staff_changed,    [EVENT_KIND_ACCESS_TOKEN] = staff_changed};

static void mark(struct history *h, instant at)
{
    if (h->latest == INSTANT_NONE || at > h->latest) h->latest = at;
    if (h->events % HISTORY_MARK == 0) PUSH(h, marks, (struct past_mark){h->events, h->latest});
}

bool history_before(const struct history *h, instant at, uint64_t *ret_from, uint64_t *ret_to)
{
    size_t low = 0, high = h->n_marks; /* the marks before `low` are all before the instant */
    if (h->latest == INSTANT_NONE || h->latest < at) return false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (h->marks[middle].latest < at)
            low = middle + 1;
        else
            high = middle;
    }
    *ret_from = low ? h->marks[low - 1].events : 0;
    *ret_to = low < h->n_marks ? h->marks[low].events : h->events;
    return true;
}

RC history_feed(struct history *h, const struct history_event *ev, struct err *e)
{
    struct feeding x = {.h = h, .f = h->fold, .ev = ev, .a = &h->fold->scratch};
    enum event_kind kind;
    struct json *all = NULL;
    h->events++;
    h->expunged += !ev->text.p;
    if (h->first_at == INSTANT_NONE)
        h->first_at = ev->at;
    else if (ev->at - h->last_at >= HISTORY_SILENCE)
        PUSH(h, silences, (struct past_silence){h->last_at, ev->at});
    h->last_at = ev->at;
    mark(h, ev->at);
    if (!event_from_word(ev->kind, &kind)) {
        h->unread++;
        return RC_OK;
    }
    h->by_kind[kind]++;
    if (kind == EVENT_KIND_BOOKINGS_IMPORTED && h->first_import_at == INSTANT_NONE)
        h->first_import_at = ev->at;
    if (!of_all[kind] && !(of_case[kind] && ev->case_id)) return RC_OK;
    if (ev->text.p && !(all = plain_json(x.a, ev->text)))
        TRY(json_parse(x.a, ev->text, "event", NULL, &all, e));
    x.body = json_get(all, "body");
    x.actor = json_text(all, "actor");
    if (of_all[kind])
        of_all[kind](&x, kind);
    else
        of_case[kind](&x, case_row(&x), kind);
    if (!ev->text.p && ev->case_id && number_get(&x.f->cases, ev->case_id) != HISTORY_NONE)
        h->cases[number_get(&x.f->cases, ev->case_id)].expunged_events++;
    arena_reset(x.a);
    return RC_OK;
}

history_id history_case(const struct history *h, int64_t id)
{
    return number_get(&h->fold->cases, id);
}
history_id history_custody(const struct history *h, int64_t booking)
{
    return number_get(&h->fold->custody, booking);
}
