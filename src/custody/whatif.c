/* See whatif.h. A jail repeats itself: most decision points differ from an earlier one in
 * nothing but the instant, so answers are kept by what they rest on. The key of an answer is
 * the recorded decision and the recorded facts as canonical text, without the values of the
 * members below, and the era of each candidate's offence lists. It must never be less than all
 * that the candidates can look at; why it is not:
 *
 * 1. The program's own rules (decide.c) read asks, states, match, dispute and documents: all in
 * the key.
 * 2. A pack's model is given the members of the facts. A value is left out of the key only if
 * its name is one of `hideable` and reads_of() shows for every candidate that no expression of
 * its model can look at a value of that name. Whether the member is there stays in the key, and
 * so its type does.
 * 3. Offence lists are made from citation, grade, class and attempt, which are in the key, and
 * the day, of which only the era matters (offences_era). The recorded lists are those of the
 * pack of then; no candidate sees them.
 * 4. The instant of a decision is echoed in it (as_of) and in nothing that is counted here.
 *
 * test_whatif.c decides random lives with and without kept answers and compares. */
#include "custody/whatif.h"
#include "custody/pack_run.h"
#include "dmn/reads.h"
#include <stdlib.h>

enum {
    /* then everything kept is forgotten: memory stays flat */
    SLOTS = 1 << 18,
    ENTRIES = 1 << 17,
    KEPT_BYTES = 192 << 20,
    DUTIES = 13,
    /* bits of a case: see struct whatif */
    CASE_REVIEW = 1,
    CASE_TOLD = 2,
    CASE_CHANGED = 4,
    CASE_SEEN = 4,
    CASE_DUTY = 8,
};

#define OUTCOMES (OUTCOME_REFER + 1)

static const char *const hideable[] = {"as_of", "booked_at",   "convicted_on", "incarcerated",
                                       "on",    "received_at", "triggered_at"};
enum { HIDEABLE = sizeof hideable / sizeof *hideable };
#define LISTS_BIT (1u << HIDEABLE)

struct verdict {
    enum ask ask;
    enum outcome outcome;
    struct str rule, why;
    uint32_t group; /* of a candidate: which kind of change; UINT32_MAX: none */
};

struct told { /* one pack's answer at one point */
    struct verdict v[ASK_COUNT];
    size_t n;
    uint16_t duties; /* bits from CASE_DUTY on */
    bool tells, review;
};

enum same { SAME_OTHER_PACK, SAME_EXACT, SAME_DIFFERENT };
struct entry {
    uint64_t hash;
    struct str key;
    bool triggered;
    struct told before;
    struct told *after; /* of each candidate */
    uint8_t *same;      /* enum same */
    bool changed;
};

struct group { /* changes of one kind */
    size_t pack;
    enum ask ask;
    enum outcome before, after;
    struct str rule_before, rule_after, why_before, why_after; /* whys: of the first one met */
    uint64_t points;
};

struct load {
    uint64_t notices, reviews, duties;
};

struct tally { /* of a candidate */
    uint64_t table[ASK_COUNT][OUTCOMES][OUTCOMES];
    /* policy of then, person, candidate */
    uint64_t hands[ASK_COUNT][OUTCOMES][OUTCOMES][OUTCOMES];
    uint64_t changed_points, changed_cases, same_pack, exact;
};

struct whatif {
    struct whatif_setup s;
    struct pack_run *runs[WHATIF_PACKS];
    unsigned hidden; /* bits of hideable */
    struct arena arena, kept, scratch;
    uint32_t *slots; /* entry + 1 */
    struct entry *entries;
    size_t n_entries;
    char *key;
    size_t key_cap;
    char day[10]; /* the eras of this day stand in eras */
    size_t eras[WHATIF_PACKS];
    struct group *groups;
    size_t n_groups, cap_groups;
    struct str duties[DUTIES];
    size_t n_duties;
    /* n_packs + 1 for each case, the first of what was: bits of what has been counted */
    uint16_t *cases;
    size_t cap_cases;
    struct load *loads; /* by month, n_packs + 1 each */
    int first_month, last_month;
    uint64_t points, n_cases, decided, acts;
    struct tally *tallies;
};

struct whatif *whatif_new(const struct whatif_setup *s)
{
    struct whatif *w = calloc(1, sizeof *w);
    if (!w) abort();
    w->s = *s;
    if (w->s.n_packs > WHATIF_PACKS) w->s.n_packs = WHATIF_PACKS;
    arena_init(&w->arena, 0);
    arena_init(&w->kept, 0);
    arena_init(&w->scratch, 0);
    w->hidden = LISTS_BIT | ((1u << HIDEABLE) - 1);
    for (size_t i = 0; i < w->s.n_packs; i++) {
        struct reads r;
        w->runs[i] = pack_run_new(s->packs[i]);
        reads_of(pack_model(s->packs[i]), &w->arena, &r);
        for (unsigned k = 0; k < HIDEABLE; k++)
            if (reads_name(&r, str_c(hideable[k]))) w->hidden &= ~(1u << k);
    }
    w->slots = calloc(SLOTS, sizeof *w->slots);
    w->entries = calloc(ENTRIES, sizeof *w->entries);
    w->loads = calloc((size_t)WHATIF_MONTHS * (w->s.n_packs + 1), sizeof *w->loads);
    if (!w->slots || !w->entries || !w->loads) abort();
    w->tallies = arena_array(&w->arena, struct tally, w->s.n_packs + 1);
    w->first_month = WHATIF_MONTHS;
    w->last_month = -1;
    return w;
}

void whatif_free(struct whatif *w)
{
    if (!w) return;
    for (size_t i = 0; i < w->s.n_packs; i++) pack_run_free(w->runs[i]);
    arena_done(&w->arena);
    arena_done(&w->kept);
    arena_done(&w->scratch);
    free(w->slots);
    free(w->entries);
    free(w->key);
    free(w->cases);
    free(w->loads);
    free(w);
}

/* ---- the parts of an event --------------------------------------------------------------- */

struct parts {
    struct str decision, facts;
};

static struct str after(struct str text, struct str mark)
{
    const char *at = text.n >= mark.n ? memmem(text.p, text.n, mark.p, mark.n) : NULL;
    return at ? str_n(at, (size_t)(text.p + text.n - at)) : (struct str){NULL, 0};
}

/* In canonical text a quote inside a string has a backslash before it, so a mark that begins
 * and goes on with bare quotes can only be a member. The body of a decision has these two
 * members and no other (life.c). */
enum { TAIL = 160 };
static bool split_plain(struct str text, struct parts *ret)
{
    static const struct str head = {"\"body\":{\"decision\":", 19}, middle = {",\"facts\":", 9},
                            tail = {"}},\"case\":", 10};
    struct str body = after(text, head);
    if (!body.p) return false;
    body = str_sub(body, head.n, body.n);
    struct str facts = after(body, middle);
    if (!facts.p) return false;
    ret->decision = str_n(body.p, (size_t)(facts.p - body.p));
    facts = str_sub(facts, middle.n, facts.n);
    /* case and kind are short */
    struct str end = after(str_sub(facts, facts.n > TAIL ? facts.n - TAIL : 0, facts.n), tail);
    if (!end.p) return false;
    ret->facts = str_n(facts.p, (size_t)(end.p + 1 - facts.p));
    return true;
}

static struct str canonical(struct arena *a, const struct json *v)
{
    struct buf b = buf_in(a);
    json_write(&b, v);
    return buf_str(&b);
}

static RC split(struct whatif *w, struct str text, struct parts *ret, struct err *e)
{
    struct json *v;
    if (split_plain(text, ret)) return RC_OK;
    TRY(json_parse(&w->scratch, text, "event", NULL, &v, e));
    const struct json *body = json_get(v, "body");
    if (!json_get(body, "decision") || !json_get(body, "facts"))
        return FAIL(e, RC_INVALID, "EVENT-0002",
                    "an event decision.made has a decision and facts");
    *ret = (struct parts){canonical(&w->scratch, json_get(body, "decision")),
                          canonical(&w->scratch, json_get(body, "facts"))};
    return RC_OK;
}

/* ---- keys -------------------------------------------------------------------------------- */

static unsigned name_bit(const char *p, size_t n)
{
    if (n == 5 && memcmp(p, "lists", 5) == 0) return LISTS_BIT;
    for (unsigned i = 0; i < HIDEABLE; i++)
        if (strlen(hideable[i]) == n && memcmp(p, hideable[i], n) == 0) return 1u << i;
    return 0;
}

static bool may_hide(char c)
{
    return c == 'a' || c == 'b' || c == 'c' || c == 'i' || c == 'l' || c == 'o' || c == 'r' ||
           c == 't';
}

/* Behind the quote that ends the string which begins at p. */
static const char *string_end(const char *p, const char *end)
{
    for (p++; p < end && *p != '"'; p++)
        if (*p == '\\') p++;
    return p < end ? p + 1 : end;
}

static const char *value_end(const char *p, const char *end)
{
    int depth = 0;
    for (; p < end; p++) {
        if (*p == '"')
            p = string_end(p, end) - 1;
        else if (*p == '[' || *p == '{')
            depth++;
        else if (*p == ']' || *p == '}')
            depth--;
        else if (depth == 0 && *p == ',')
            return p;
        if (depth == 0 && (*p == '"' || *p == ']' || *p == '}')) return p + 1;
        if (depth < 0) return p;
    }
    return end;
}

/* The facts without the values that nobody looks at. Canonical JSON: no white space, and a
 * string in front of ':' is a name. */
static char *project_escaped(const char *p, const char *end, unsigned hidden, char *out)
{
    while (p < end) {
        if (*p != '"') {
            *out++ = *p++;
            continue;
        }
        const char *q = string_end(p, end);
        size_t n = (size_t)(q - p);
        memcpy(out, p, n);
        out += n;
        bool name = q < end && *q == ':' && may_hide(p[1]);
        p = name && (name_bit(p + 1, n - 2) & hidden) ? value_end(q + 1, end) : q;
    }
    return out;
}

/* The same for texts without a backslash, where quotes come in pairs: almost all of them. */
static char *project(const char *p, const char *end, unsigned hidden, char *out)
{
    const char *kept = p, *open;
    if (memchr(p, '\\', (size_t)(end - p))) return project_escaped(p, end, hidden, out);
    while ((open = memchr(p, '"', (size_t)(end - p)))) {
        const char *close = memchr(open + 1, '"', (size_t)(end - open - 1));
        if (!close) break;
        p = close + 1;
        if (p == end || *p != ':' || !may_hide(open[1]) ||
            !(name_bit(open + 1, (size_t)(close - open - 1)) & hidden))
            continue;
        memcpy(out, kept, (size_t)(p - kept));
        out += p - kept;
        p = kept = value_end(p + 1, end);
    }
    memcpy(out, kept, (size_t)(end - kept));
    return out + (end - kept);
}

static int64_t day_of(instant t)
{
    return (t - (t % HOURS(24) + HOURS(24)) % HOURS(24)) / HOURS(24);
} /* as casework/facts.c */

/* {"as_of":"2026-03-01T09:12:00Z",… */
static void find_eras(struct whatif *w, struct str facts)
{
    static const size_t date = sizeof "{\"as_of\":\"" - 1;
    instant t = INSTANT_NONE;
    const char *quote =
        facts.n > date + 11 ? memchr(facts.p + date, '"', facts.n - date) : NULL;
    if (quote && quote[-1] == 'Z' && memcmp(w->day, facts.p + date, sizeof w->day) == 0) return;
    if (!quote ||
        !instant_parse(str_n(facts.p + date, (size_t)(quote - facts.p) - date), &t, NULL))
        t = 0;
    for (size_t i = 0; i < w->s.n_packs; i++) w->eras[i] = pack_era(w->s.packs[i], day_of(t));
    if (quote && quote[-1] == 'Z')
        memcpy(w->day, facts.p + date, sizeof w->day);
    else
        memset(w->day, 0, sizeof w->day);
}

static struct str make_key(struct whatif *w, const struct parts *p)
{
    struct str asks = after(p->decision, STR(",\"asks\":["));
    size_t room = p->decision.n + p->facts.n + sizeof w->eras;
    if (room > w->key_cap) {
        w->key_cap = room * 2;
        w->key = realloc(w->key, w->key_cap);
        if (!w->key) abort();
    }
    if (!asks.p) asks = p->decision;
    find_eras(w, p->facts);
    char *out = w->key;
    memcpy(out, w->eras, w->s.n_packs * sizeof *w->eras);
    out += w->s.n_packs * sizeof *w->eras;
    memcpy(out, asks.p, asks.n);
    out = project(p->facts.p, p->facts.p + p->facts.n, w->hidden, out + asks.n);
    return str_n(w->key, (size_t)(out - w->key));
}

/* Only spreads keys over slots; equal keys are compared to the byte. */
static uint64_t spread(struct str s)
{
    uint64_t h = s.n * UINT64_C(0x9e3779b97f4a7c15), x;
    size_t i = 0;
    for (; i + 8 <= s.n; i += 8) {
        memcpy(&x, s.p + i, 8);
        h = (h ^ x) * UINT64_C(0xff51afd7ed558ccd);
        h ^= h >> 32;
    }
    for (x = 0; i < s.n; i++) x = x << 8 | (unsigned char)s.p[i];
    h = (h ^ x) * UINT64_C(0xc4ceb9fe1a85ec53);
    return h ^ h >> 29;
}

static struct entry *find(struct whatif *w, struct str key, uint64_t hash, size_t *ret_slot)
{
    size_t slot = hash % SLOTS;
    for (; w->slots[slot]; slot = (slot + 1) % SLOTS) {
        struct entry *x = &w->entries[w->slots[slot] - 1];
        if (x->hash == hash && str_eq(x->key, key)) return x;
    }
    *ret_slot = slot;
    return NULL;
}

/* ---- canonical text as a tree ------------------------------------------------------------ */

/* What the ledger holds was written by json_write(), so most of it needs no careful reader: no
 * white space, no escapes in most texts. Whatever is not as plain as that gives NULL and goes
 * to json_parse(). Texts are borrowed. */
enum { PLAIN_DEPTH = 16 };
static struct json *plain(struct arena *a, const char **at, const char *end, int depth);

static bool plain_string(const char **at, const char *end, struct str *ret)
{
    const char *p = *at + 1,
               *q = *at < end && **at == '"' ? memchr(p, '"', (size_t)(end - p)) : NULL;
    if (!q || memchr(p, '\\', (size_t)(q - p))) return false;
    *ret = str_n(p, (size_t)(q - p));
    *at = q + 1;
    return true;
}

static struct json *plain_members(struct arena *a, const char **at, const char *end, int depth)
{
    bool object = *(*at)++ == '{';
    char close = object ? '}' : ']';
    struct json *v = object ? json_object(a) : json_array(a), *item;
    struct str name;
    if (*at < end && **at == close) {
        ++*at;
        return v;
    }
    for (;;) {
        if (object && (!plain_string(at, end, &name) || *at >= end || *(*at)++ != ':'))
            return NULL;
        if (!(item = plain(a, at, end, depth + 1))) return NULL;
        if (object)
            json_set_str(a, v, name, item);
        else
            json_add(a, v, item);
        if (*at >= end) return NULL;
        char c = *(*at)++;
        if (c == close) return v;
        if (c != ',') return NULL;
    }
}

static struct json *plain_word(struct arena *a, const char **at, const char *end)
{
    size_t n = 0, most = (size_t)(end - *at);
    const char *p = *at;
    struct json *v;
    struct err e;
    while (n < most && !strchr(",]}", p[n])) n++;
    *at += n;
    struct str word = str_n(p, n);
    if (str_is(word, "true") || str_is(word, "false")) return json_bool(a, p[0] == 't');
    if (str_is(word, "null")) return json_null(a);
    return json_number(a, word, &v, &e) == RC_OK ? v : NULL;
}

static struct json *plain(struct arena *a, const char **at, const char *end, int depth)
{
    struct str text;
    if (*at >= end || depth > PLAIN_DEPTH) return NULL;
    if (**at == '{' || **at == '[') return plain_members(a, at, end, depth);
    if (**at == '"') return plain_string(at, end, &text) ? json_string(a, text) : NULL;
    return plain_word(a, at, end);
}

static RC read_json(struct arena *a, struct str text, const char *name, struct json **ret,
                    struct err *e)
{
    const char *p = text.p;
    *ret = plain(a, &p, text.p + text.n, 0);
    if (*ret && p == text.p + text.n) return RC_OK;
    return json_parse(a, text, name, NULL, ret, e);
}

/* ---- deciding ---------------------------------------------------------------------------- */

static uint16_t duty_bit(struct whatif *w, struct str duty)
{
    size_t i = 0;
    while (i < w->n_duties && !str_eq(w->duties[i], duty)) i++;
    if (i == w->n_duties && i < DUTIES) w->duties[w->n_duties++] = str_dup(&w->arena, duty);
    /* more names than bits share the last one */
    return (uint16_t)(CASE_DUTY << (i < DUTIES ? i : DUTIES - 1));
}

static void sum_up(struct told *t)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct verdict *v = &t->v[i];
        /* life_tells() */
        bool asks_release =
            v->ask == ASK_NOTIFY || v->ask == ASK_HOLD || v->ask == ASK_TRANSFER;
        t->tells |=
            asks_release && (v->outcome == OUTCOME_NOTIFY || v->outcome == OUTCOME_HONOR);
        t->review |= v->outcome == OUTCOME_REVIEW;
    }
}

/* Duties arise while the person is here and the matter is open (life.c, follow()). */
static bool owes(const struct facts *f)
{
    return f->match == MATCH_CONFIRMED && f->request.state == REQUEST_OPEN &&
           (f->custody == CUSTODY_IN || f->custody == CUSTODY_TRIGGERED);
}

static RC told_read(struct whatif *w, const struct json *decision, const struct facts *f,
                    struct told *ret, struct err *e)
{
    const struct json *asks = json_get(decision, "asks");
    for (size_t i = 0; i < json_len(asks) && ret->n < ASK_COUNT; i++) {
        const struct json *v = json_at(asks, i), *duties = json_get(v, "obligations");
        struct verdict *t = &ret->v[ret->n++];
        if (!ask_from_word(json_text(v, "ask"), &t->ask) ||
            !outcome_from_word(json_text(v, "outcome"), &t->outcome))
            return FAIL(e, RC_INVALID, "EVENT-0002",
                        "a recorded decision has an ask or an outcome that is not known");
        t->rule = str_dup(&w->kept, json_text(v, "rule"));
        t->why = str_dup(&w->kept, json_text(v, "why"));
        for (size_t k = 0; owes(f) && k < json_len(duties); k++)
            ret->duties |= duty_bit(w, json_text(json_at(duties, k), "duty"));
    }
    sum_up(ret);
    return RC_OK;
}

static void told_of(struct whatif *w, const struct decision *d, const struct facts *f,
                    struct told *ret)
{
    for (size_t i = 0; i < d->n_answers; i++) {
        const struct answer *v = &d->answers[i];
        ret->v[ret->n++] = (struct verdict){.ask = v->ask,
                                            .outcome = v->outcome,
                                            .rule = str_dup(&w->kept, v->rule),
                                            .why = str_dup(&w->kept, v->why)};
        for (size_t k = 0; owes(f) && k < v->n_obligations; k++)
            ret->duties |= duty_bit(w, v->obligations[k].duty);
    }
    sum_up(ret);
}

static uint32_t group_of(struct whatif *w, size_t pack, const struct verdict *before,
                         const struct verdict *now)
{
    for (size_t i = 0; i < w->n_groups; i++) {
        const struct group *g = &w->groups[i];
        if (g->pack == pack && g->ask == now->ask && g->before == before->outcome &&
            g->after == now->outcome && str_eq(g->rule_before, before->rule) &&
            str_eq(g->rule_after, now->rule))
            return (uint32_t)i;
    }
    arena_push(&w->arena, w->groups, w->n_groups, w->cap_groups);
    w->groups[w->n_groups] = (struct group){.pack = pack,
                                            .ask = now->ask,
                                            .before = before->outcome,
                                            .after = now->outcome,
                                            .rule_before = str_dup(&w->arena, before->rule),
                                            .rule_after = str_dup(&w->arena, now->rule),
                                            .why_before = str_dup(&w->arena, before->why),
                                            .why_after = str_dup(&w->arena, now->why)};
    return (uint32_t)w->n_groups++;
}

static enum same compared(struct whatif *w, size_t i, const struct json *recorded,
                          struct str text, const struct decision *d)
{
    if (!str_eq(json_text(json_get(recorded, "pack"), "sha256"), pack_sha256(w->s.packs[i])))
        return SAME_OTHER_PACK;
    return str_eq(canonical(&w->scratch, decision_json(&w->scratch, d)), text) ? SAME_EXACT
                                                                               : SAME_DIFFERENT;
}

static void classify(struct whatif *w, size_t pack, struct facts *f)
{
    for (size_t i = 0; i < f->n_offences; i++) {
        struct offence *o = &f->offences[i];
        o->lists = NULL;
        o->n_lists = 0;
        o->classified = pack_classify(w->s.packs[pack], &w->scratch, o, day_of(f->as_of),
                                      &o->lists, &o->n_lists) == RC_OK;
    }
}

static RC decide_point(struct whatif *w, const struct parts *p, struct entry *x, struct err *e)
{
    struct json *facts, *recorded;
    struct facts f;
    TRY(read_json(&w->scratch, p->decision, "decision", &recorded, e));
    TRY(read_json(&w->scratch, p->facts, "facts", &facts, e));
    TRY(facts_read_checked(&w->scratch, facts, &f, e));
    w->decided++;
    x->triggered = f.custody == CUSTODY_TRIGGERED;
    x->after = arena_array(&w->kept, struct told, w->s.n_packs);
    x->same = arena_array(&w->kept, uint8_t, w->s.n_packs);
    TRY(told_read(w, recorded, &f, &x->before, e));
    for (size_t i = 0; i < w->s.n_packs; i++) {
        struct told *t = &x->after[i];
        struct decision d;
        classify(w, i, &f);
        decide(&w->scratch, w->runs[i], &f, false, &d);
        told_of(w, &d, &f, t);
        x->same[i] = (uint8_t)compared(w, i, recorded, p->decision, &d);
        if (t->n != x->before.n || !t->n)
            return FAIL(e, RC_INVALID, "EVENT-0002",
                        "a recorded decision does not answer what its facts ask");
        for (size_t k = 0; k < t->n; k++) {
            bool moved = t->v[k].outcome != x->before.v[k].outcome;
            t->v[k].group = moved ? group_of(w, i, &x->before.v[k], &t->v[k]) : UINT32_MAX;
            x->changed |= moved;
        }
    }
    return RC_OK;
}

static void forget(struct whatif *w)
{
    memset(w->slots, 0, SLOTS * sizeof *w->slots);
    memset(w->entries, 0, w->n_entries * sizeof *w->entries);
    w->n_entries = 0;
    arena_reset(&w->kept);
}

/* The answers at a point: kept ones, or decided now. */
static RC answers(struct whatif *w, struct str text, const struct entry **ret, struct err *e)
{
    struct parts p;
    size_t slot = 0;
    TRY(split(w, text, &p, e));
    struct str key = make_key(w, &p);
    uint64_t hash = spread(key);
    struct entry *x = w->s.plain ? NULL : find(w, key, hash, &slot);
    if (!x) {
        if (w->s.plain || w->n_entries == ENTRIES || w->kept.used > KEPT_BYTES) {
            forget(w);
            slot = hash % SLOTS;
        }
        x = &w->entries[w->n_entries];
        *x = (struct entry){.hash = hash, .key = str_dup(&w->kept, key)};
        enum rc rc = decide_point(w, &p, x, e);
        if (rc == RC_OK) w->slots[slot] = (uint32_t)++w->n_entries;
        arena_reset(&w->scratch);
        TRY(rc);
    }
    *ret = x;
    return RC_OK;
}

/* ---- counting ---------------------------------------------------------------------------- */

static uint16_t *case_bits(struct whatif *w, int64_t id)
{
    size_t wide = w->s.n_packs + 1, i = id > 0 ? (size_t)id : 0;
    if (i >= w->cap_cases) {
        size_t cap = w->cap_cases ? w->cap_cases : 1024;
        while (cap <= i) cap *= 2;
        w->cases = realloc(w->cases, cap * wide * sizeof *w->cases);
        if (!w->cases) abort();
        memset(w->cases + w->cap_cases * wide, 0,
               (cap - w->cap_cases) * wide * sizeof *w->cases);
        w->cap_cases = cap;
    }
    return w->cases + i * wide;
}

/* A review is opened when a case that waited for nobody waits for a person; a release notice is
 * owed once a trigger; a duty arises once a case. */
static void count_load(struct load *l, uint16_t *bits, const struct told *t, bool triggered)
{
    if (t->review && !(*bits & CASE_REVIEW)) l->reviews++;
    *bits = (uint16_t)(t->review ? *bits | CASE_REVIEW : *bits & ~CASE_REVIEW);
    if (!triggered) *bits = (uint16_t)(*bits & ~CASE_TOLD);
    if (triggered && t->tells && !(*bits & CASE_TOLD)) {
        l->notices++;
        *bits |= CASE_TOLD;
    }
    uint16_t fresh = (uint16_t)(t->duties & ~*bits);
    l->duties += (uint64_t)__builtin_popcount(fresh);
    *bits |= fresh;
}

static RC report(struct whatif *w, const struct whatif_point *p, const struct entry *x,
                 size_t pack, struct err *e)
{
    for (size_t k = 0; k < x->before.n; k++) {
        const struct verdict *b = &x->before.v[k], *v = &x->after[pack].v[k];
        if (v->group == UINT32_MAX) continue;
        w->groups[v->group].points++;
        struct whatif_change c = {.index = p->index,
                                  .at = p->at,
                                  .case_id = p->case_id,
                                  .pack = pack,
                                  .ask = v->ask,
                                  .before = b->outcome,
                                  .after = v->outcome,
                                  .policy = pack_id(w->s.packs[pack]),
                                  .version = pack_version(w->s.packs[pack]),
                                  .rule_before = b->rule,
                                  .why_before = b->why,
                                  .rule_after = v->rule,
                                  .why_after = v->why};
        if (w->s.change) TRY(w->s.change(w->s.ctx, &c, e));
    }
    return RC_OK;
}

RC whatif_feed(struct whatif *w, const struct whatif_point *p, struct err *e)
{
    const struct entry *x;
    TRY(answers(w, p->text, &x, e));
    uint16_t *bits = case_bits(w, p->case_id);
    int month = p->month - WHATIF_MONTH_FIRST;
    if (month < 0 || month >= WHATIF_MONTHS)
        return FAIL(e, RC_INVALID, "EVENT-0002", "event %llu is of no year that is known",
                    (unsigned long long)p->index);
    struct load *loads = &w->loads[(size_t)month * (w->s.n_packs + 1)];
    if (month < w->first_month) w->first_month = month;
    if (month > w->last_month) w->last_month = month;
    w->points++;
    w->n_cases += !(bits[0] & CASE_SEEN);
    bits[0] |= CASE_SEEN;
    count_load(&loads[0], &bits[0], &x->before, x->triggered);
    for (size_t i = 0; i < w->s.n_packs; i++) {
        const struct told *t = &x->after[i];
        struct tally *sum = &w->tallies[i];
        bool changed = false;
        for (size_t k = 0; k < t->n; k++) {
            sum->table[t->v[k].ask][x->before.v[k].outcome][t->v[k].outcome]++;
            changed |= t->v[k].group != UINT32_MAX;
        }
        sum->changed_points += changed;
        sum->changed_cases += changed && !(bits[i + 1] & CASE_CHANGED);
        if (changed) bits[i + 1] |= CASE_CHANGED;
        sum->same_pack += x->same[i] != SAME_OTHER_PACK;
        sum->exact += x->same[i] == SAME_EXACT;
        count_load(&loads[i + 1], &bits[i + 1], t, x->triggered);
        if (changed) TRY(report(w, p, x, i, e));
    }
    return RC_OK;
}

RC whatif_person(struct whatif *w, const struct whatif_point *p, enum ask ask,
                 enum outcome given, struct err *e)
{
    const struct entry *x;
    TRY(answers(w, p->text, &x, e));
    w->acts++;
    for (size_t i = 0; i < w->s.n_packs; i++)
        for (size_t k = 0; k < x->before.n; k++)
            if (x->before.v[k].ask == ask)
                w->tallies[i]
                    .hands[ask][x->before.v[k].outcome][given][x->after[i].v[k].outcome]++;
    return RC_OK;
}

/* ---- the page ---------------------------------------------------------------------------- */

static void set_count(struct arena *a, struct json *o, const char *name, uint64_t n)
{
    json_set(a, o, name, json_int(a, (int64_t)n));
}
static void set_outcome(struct arena *a, struct json *o, const char *name, enum outcome v)
{
    json_set(a, o, name, json_c(a, outcome_word(v)));
}

static struct json *table_json(struct arena *a, const struct tally *t)
{
    struct json *list = json_array(a);
    for (enum ask k = ASK_NOTIFY; k < ASK_COUNT; k++)
        for (enum outcome b = OUTCOME_NOTIFY; b <= OUTCOME_REFER; b++)
            for (enum outcome n = OUTCOME_NOTIFY; n <= OUTCOME_REFER; n++) {
                if (!t->table[k][b][n]) continue;
                struct json *o = json_object(a);
                json_set(a, o, "ask", json_c(a, ask_word(k)));
                set_outcome(a, o, "old", b);
                set_outcome(a, o, "new", n);
                set_count(a, o, "points", t->table[k][b][n]);
                json_add(a, list, o);
            }
    return list;
}

static struct json *hands_json(struct arena *a, const struct tally *t)
{
    struct json *list = json_array(a);
    for (enum ask k = ASK_NOTIFY; k < ASK_COUNT; k++)
        for (enum outcome b = OUTCOME_NOTIFY; b <= OUTCOME_REFER; b++)
            for (enum outcome g = OUTCOME_NOTIFY; g <= OUTCOME_REFER; g++)
                for (enum outcome n = OUTCOME_NOTIFY; n <= OUTCOME_REFER; n++) {
                    if (!t->hands[k][b][g][n]) continue;
                    struct json *o = json_object(a);
                    json_set(a, o, "ask", json_c(a, ask_word(k)));
                    set_outcome(a, o, "old", b);
                    set_outcome(a, o, "person", g);
                    set_outcome(a, o, "new", n);
                    set_count(a, o, "acts", t->hands[k][b][g][n]);
                    json_add(a, list, o);
                }
    return list;
}

static int most_first(const void *x, const void *y)
{
    const struct group *a = *(const struct group *const *)x,
                       *b = *(const struct group *const *)y;
    if (a->points != b->points) return a->points < b->points ? 1 : -1;
    return a < b ? -1 : a > b;
}

static struct json *groups_json(const struct whatif *w, struct arena *a, size_t pack)
{
    struct json *list = json_array(a);
    const struct group **of = arena_array(a, const struct group *, w->n_groups + 1);
    size_t n = 0;
    for (size_t i = 0; i < w->n_groups; i++)
        if (w->groups[i].pack == pack && w->groups[i].points) of[n++] = &w->groups[i];
    qsort(of, n, sizeof *of, most_first);
    for (size_t i = 0; i < n; i++) {
        struct json *o = json_object(a);
        json_set(a, o, "ask", json_c(a, ask_word(of[i]->ask)));
        set_outcome(a, o, "old", of[i]->before);
        json_set(a, o, "old_rule", json_string(a, str_dup(a, of[i]->rule_before)));
        json_set(a, o, "old_why", json_string(a, str_dup(a, of[i]->why_before)));
        set_outcome(a, o, "new", of[i]->after);
        json_set(a, o, "new_rule", json_string(a, str_dup(a, of[i]->rule_after)));
        json_set(a, o, "new_why", json_string(a, str_dup(a, of[i]->why_after)));
        set_count(a, o, "points", of[i]->points);
        json_add(a, list, o);
    }
    return list;
}

static void set_load(struct arena *a, struct json *o, const struct load *l)
{
    set_count(a, o, "notices", l->notices);
    set_count(a, o, "reviews", l->reviews);
    set_count(a, o, "duties", l->duties);
}

/* which: 0 is what was, i + 1 candidate i. Months without a decision are months without load.
 */
static struct json *load_json(const struct whatif *w, struct arena *a, size_t which)
{
    struct json *o = json_object(a), *months = json_array(a);
    struct load sum = {0};
    for (int m = w->first_month; m <= w->last_month; m++) {
        const struct load *l = &w->loads[(size_t)m * (w->s.n_packs + 1) + which];
        struct json *row = json_object(a);
        int month = m + WHATIF_MONTH_FIRST;
        json_set(a, row, "month",
                 json_c(a, arena_printf(a, "%04d-%02d", month / 12, month % 12 + 1)));
        set_load(a, row, l);
        json_add(a, months, row);
        sum.notices += l->notices;
        sum.reviews += l->reviews;
        sum.duties += l->duties;
    }
    set_load(a, o, &sum);
    json_set(a, o, "months", months);
    return o;
}

struct json *whatif_json(const struct whatif *w, struct arena *a)
{
    struct json *page = json_object(a), *packs = json_array(a);
    set_count(a, page, "points", w->points);
    set_count(a, page, "cases", w->n_cases);
    set_count(a, page, "acts", w->acts);
    set_count(a, page, "decided", w->decided);
    json_set(a, page, "was", load_json(w, a, 0));
    for (size_t i = 0; i < w->s.n_packs; i++) {
        const struct pack *p = w->s.packs[i];
        const struct tally *t = &w->tallies[i];
        struct json *o = json_object(a);
        json_set(a, o, "pack", json_string(a, str_dup(a, pack_id(p))));
        json_set(a, o, "version", json_string(a, str_dup(a, pack_version(p))));
        json_set(a, o, "sha256", json_string(a, str_dup(a, pack_sha256(p))));
        set_count(a, o, "changed_points", t->changed_points);
        set_count(a, o, "changed_cases", t->changed_cases);
        set_count(a, o, "decided_by_it", t->same_pack);
        set_count(a, o, "reproduced", t->exact);
        json_set(a, o, "table", table_json(a, t));
        json_set(a, o, "kinds", groups_json(w, a, i));
        json_set(a, o, "by_hand", hands_json(a, t));
        json_set(a, o, "load", load_json(w, a, i + 1));
        json_add(a, packs, o);
    }
    json_set(a, page, "packs", packs);
    return page;
}
