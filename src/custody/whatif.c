/* See whatif.h. A jail repeats itself: most decision points differ from an earlier one in
 * nothing but the times, so answers are kept by what they rest on. The key of an answer is the
 * recorded decision and the recorded facts as canonical text, without the values of the members
 * below, and the era of each candidate's offence lists. It must never be less than all that the
 * kept answers rest on; why it is not:
 *
 * 1. The program's own rules (decide.c) read asks, states, match, dispute and documents: all in
 * the key.
 * 2. A pack's model is given the members of the facts. If reads_of() shows that no expression
 * of a candidate's model can look at a time, its answer is kept. If one can, that candidate is
 * asked anew at each point, from facts that stand ready but for their times. Spells in custody
 * (`incarcerated`) are left out only if no candidate can look at them.
 * 3. Offence lists are made from citation, grade, class and attempt, which are in the key, and
 * the day, of which only the era matters (offences_era). The recorded lists are those of the
 * pack of then; no candidate sees them.
 * 4. The instant of a decision is echoed in it (as_of) and in nothing that is counted here; it
 * is left out of the recorded decision only if it is the one of the facts.
 *
 * And why a text whose key is met again needs no reader: what is left out is left out only in
 * one shape, a date, a time in UTC or a list of printable texts, each a whole JSON value; what
 * has another shape stays in the key. So a text with the key of one that was read is read with
 * the same end. All others, and all that is not as plain as the ledger writes it, go to the
 * careful reader (fuzz_whatif.c compares the two, test_whatif.c whole lives). */
#include "custody/whatif.h"
#include "base/utf8.h"
#include "custody/pack_run.h"
#include "dmn/reads.h"
#include <stdlib.h>

enum {
    /* then everything kept is forgotten: memory stays flat */
    SLOTS = 1 << 18,
    ENTRIES = 1 << 17,
    KEPT_BYTES = 192 << 20,
    DUTIES = 13,
    TIMES = 64,            /* left out of one key; further ones stay in it */
    QUICK_BYTES = 1 << 20, /* longer texts go to the careful reader */
    /* bits of a case: see struct whatif */
    CASE_REVIEW = 1,
    CASE_TOLD = 2,
    CASE_CHANGED = 4,
    CASE_SEEN = 4,
    CASE_DUTY = 8,
};

#define OUTCOMES (OUTCOME_REFER + 1)

/* The members whose values are left out of keys. */
enum shape { SHAPE_TIME, SHAPE_DAY, SHAPE_LISTS, SHAPE_SPELLS };
struct hideable {
    const char *name, *quoted;
    size_t n;
    enum shape shape;
};
#define HIDEABLE(name, shape)                                                                  \
    {                                                                                          \
        name, "\"" name "\"", sizeof name + 1, shape                                           \
    }
static const struct hideable hideable[] = {
    HIDEABLE("as_of", SHAPE_TIME),        HIDEABLE("on", SHAPE_DAY),
    HIDEABLE("lists", SHAPE_LISTS),       HIDEABLE("convicted_on", SHAPE_DAY),
    HIDEABLE("received_at", SHAPE_TIME),  HIDEABLE("booked_at", SHAPE_TIME),
    HIDEABLE("triggered_at", SHAPE_TIME), HIDEABLE("incarcerated", SHAPE_SPELLS)};
enum { HIDEABLES = sizeof hideable / sizeof *hideable };

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

struct said { /* a recorded decision, without its instant */
    bool read;
    struct told told; /* duties: all that it names */
    struct str sha256;
};

struct lists { /* of an offence, by a candidate's tables */
    bool classified;
    struct str *lists;
    size_t n_lists;
};

struct patch { /* a time of the facts that differs from point to point */
    int64_t *field;
    struct str *text; /* may be NULL */
    size_t which;     /* of the times left out of the key */
};

enum same { SAME_OTHER_PACK, SAME_EXACT, SAME_DIFFERENT };
struct entry {
    const struct said *said;
    bool triggered, owes, anew; /* anew: looks has one */
    bool looks[WHATIF_PACKS];   /* these are asked anew */
    struct told *after;         /* of each other candidate */
    uint8_t *same;              /* enum same */
    /* for candidates that look at times */
    struct facts *facts;
    struct lists **lists; /* of each candidate, of each offence */
    struct patch *patches;
    size_t n_patches;
};

/* Texts, each with an item. A slot holds what a search needs, so that memory is waited for once
 * and not three times. */
struct slot {
    uint64_t hash;
    const char *text;
    uint32_t n, item; /* item + 1; 0: free */
};
struct table {
    struct slot *slots;
    char *items;
    size_t n, wide;
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
    bool looks[WHATIF_PACKS]; /* at times */
    bool any_looks, spells;   /* spells: nobody looks at them */
    struct arena arena, kept, scratch;
    struct table said, entries;
    char *key;
    size_t key_cap;
    struct str times[TIMES]; /* left out of the key, in order, without quotes */
    size_t n_times;
    struct told now[WHATIF_PACKS]; /* answers of those that look, at this point */
    uint8_t now_same[WHATIF_PACKS];
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

/* ---- what is kept ------------------------------------------------------------------------ */

static struct table table_new(size_t wide)
{
    struct table t = {
        .slots = calloc(SLOTS, sizeof *t.slots), .items = calloc(ENTRIES, wide), .wide = wide};
    if (!t.slots || !t.items) abort();
    return t;
}

static void table_free(struct table *t)
{
    free(t->slots);
    free(t->items);
}

static void table_clear(struct table *t)
{
    memset(t->slots, 0, SLOTS * sizeof *t->slots);
    memset(t->items, 0, t->n * t->wide);
    t->n = 0;
}

/* Only spreads keys over slots; equal keys are compared to the byte. Two lanes, so that one
 * multiplication need not wait for the other. */
static uint64_t spread(struct str s)
{
    uint64_t h = s.n * UINT64_C(0x9e3779b97f4a7c15), g = ~h, x, y;
    size_t i = 0;
    for (; i + 16 <= s.n; i += 16) {
        memcpy(&x, s.p + i, 8);
        memcpy(&y, s.p + i + 8, 8);
        h = (h ^ x) * UINT64_C(0xff51afd7ed558ccd);
        g = (g ^ y) * UINT64_C(0xc4ceb9fe1a85ec53);
        h ^= h >> 32;
        g ^= g >> 32;
    }
    for (x = 0, y = 0; i < s.n; i++) {
        y = y << 8 | x >> 56;
        x = x << 8 | (unsigned char)s.p[i];
    }
    h = (h ^ x) * UINT64_C(0xff51afd7ed558ccd) ^ (g ^ y) * UINT64_C(0xc4ceb9fe1a85ec53);
    return h ^ h >> 29;
}

/* The slot of the text, or the free one where it would be. */
static struct slot *table_find(const struct table *t, struct str text, uint64_t hash)
{
    size_t i = hash % SLOTS;
    for (; t->slots[i].item; i = (i + 1) % SLOTS) {
        const struct slot *at = &t->slots[i];
        if (at->hash == hash && str_eq(str_n(at->text, at->n), text)) break;
    }
    return &t->slots[i];
}

static void *table_item(const struct table *t, const struct slot *at)
{
    return at->item ? t->items + (at->item - 1) * t->wide : NULL;
}

/* There is room (make_room). */
static void *table_add(struct table *t, struct slot *at, uint64_t hash, struct str text)
{
    *at = (struct slot){hash, text.p, (uint32_t)text.n, (uint32_t)++t->n};
    return table_item(t, at);
}

static void make_room(struct whatif *w)
{
    if (w->said.n < ENTRIES && w->entries.n < ENTRIES && w->kept.used <= KEPT_BYTES) return;
    table_clear(&w->said);
    table_clear(&w->entries);
    arena_reset(&w->kept);
}

struct whatif *whatif_new(const struct whatif_setup *s)
{
    struct whatif *w = calloc(1, sizeof *w);
    if (!w) abort();
    w->s = *s;
    if (w->s.n_packs > WHATIF_PACKS) w->s.n_packs = WHATIF_PACKS;
    arena_init(&w->arena, 0);
    arena_init(&w->kept, 0);
    arena_init(&w->scratch, 0);
    w->spells = true;
    for (size_t i = 0; i < w->s.n_packs; i++) {
        struct reads r;
        w->runs[i] = pack_run_new(s->packs[i]);
        reads_of(pack_model(s->packs[i]), &w->arena, &r);
        for (size_t k = 0; k < HIDEABLES; k++) {
            bool read = reads_name(&r, str_c(hideable[k].name));
            if (hideable[k].shape == SHAPE_SPELLS)
                w->spells &= !read;
            else if (hideable[k].shape != SHAPE_LISTS)
                w->looks[i] |= read;
        }
        w->any_looks |= w->looks[i];
    }
    if (!s->plain) {
        w->said = table_new(sizeof(struct said));
        w->entries = table_new(sizeof(struct entry));
    }
    w->loads = calloc((size_t)WHATIF_MONTHS * (w->s.n_packs + 1), sizeof *w->loads);
    if (!w->loads) abort();
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
    table_free(&w->said);
    table_free(&w->entries);
    free(w->key);
    free(w->cases);
    free(w->loads);
    free(w);
}

/* ---- the parts of an event --------------------------------------------------------------- */

struct parts {
    struct str decision, facts; /* canonical */
    struct str facts_kept;      /* what the tree of the facts borrows from, if that is kept */
    struct json *recorded, *known; /* the same as trees; NULL: not read yet */
};

/* What stands between quotes and needs no second look: printable, no quote, no backslash. */
static bool printable(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

static bool pass(const char **at, const char *end, struct str what)
{
    if ((size_t)(end - *at) < what.n || memcmp(*at, what.p, what.n) != 0) return false;
    *at += what.n;
    return true;
}

static bool pass_text(const char **at, const char *end)
{
    const char *p = *at;
    while (p < end && printable(*p)) p++;
    *at = p;
    return p < end && *p == '"';
}

/* {"actor":"…","at":"…","body":{"decision":{…},"facts":{…}},"case":"…","kind":"decision.made"}
 * as event.c and life.c write it. Whether decision and facts are JSON is not seen here: they
 * are read, or they are those that were read before. */
static bool split_quick(struct str text, struct parts *ret)
{
    static const struct str tail = STR("\",\"kind\":\"decision.made\"}"),
                            middle = STR("},\"facts\":{"), of_case = STR("}},\"case\":\"");
    const char *p = text.p, *end = p + text.n, *from;
    if (text.n > QUICK_BYTES || text.n < tail.n) return false;
    end -= tail.n;
    if (memcmp(end, tail.p, tail.n) != 0 || !pass(&p, end, STR("{\"actor\":\"")) ||
        !pass_text(&p, end) || !pass(&p, end, STR("\",\"at\":\"")) || !pass_text(&p, end) ||
        !pass(&p, end, STR("\",\"body\":{\"decision\":")))
        return false;
    while (end > p && printable(end[-1])) end--; /* to the quote before the case's name */
    if ((size_t)(end - p) < of_case.n || memcmp(end - of_case.n, of_case.p, of_case.n) != 0)
        return false;
    end -= of_case.n - 1; /* behind the facts */
    for (from = p; (p = memchr(p, '}', (size_t)(end - p))); p++)
        if ((size_t)(end - p) > middle.n && memcmp(p, middle.p, middle.n) == 0) break;
    if (!p) return false;
    *ret = (struct parts){.decision = str_n(from, (size_t)(p + 1 - from))};
    p += middle.n - 1;
    ret->facts = str_n(p, (size_t)(end - p));
    return true;
}

static struct str canonical(struct arena *a, const struct json *v)
{
    struct buf b = buf_in(a);
    json_write(&b, v);
    return buf_str(&b);
}

static RC split_carefully(struct whatif *w, struct str text, struct parts *ret, struct err *e)
{
    struct json *v;
    TRY(json_parse(&w->scratch, text, "event", NULL, &v, e));
    const struct json *body = json_get(v, "body");
    ret->recorded = json_get(body, "decision");
    ret->known = json_get(body, "facts");
    if (!ret->recorded || !ret->known)
        return FAIL(e, RC_INVALID, "EVENT-0002",
                    "an event decision.made has a decision and facts");
    ret->decision = canonical(&w->scratch, ret->recorded);
    ret->facts = canonical(&w->scratch, ret->known);
    return RC_OK;
}

/* ---- keys -------------------------------------------------------------------------------- */

static bool two(const char *p, int least, int most)
{
    int n = (p[0] - '0') * 10 + (p[1] - '0');
    return p[0] >= '0' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9' && n >= least && n <= most;
}

/* 1000-01-01 … 2999-12-31 */
static bool is_day(const char *p)
{
    int64_t day;
    if ((p[0] != '1' && p[0] != '2') || !two(p, 10, 29) || !two(p + 2, 0, 99) || p[4] != '-' ||
        !two(p + 5, 1, 12) || p[7] != '-' || !two(p + 8, 1, 31))
        return false;
    return p[8] < '2' || (p[8] == '2' && p[9] < '9') || date_parse(str_n(p, 10), &day);
}

/* Behind a day between quotes; NULL: it is none. */
static const char *day_end(const char *p, const char *end)
{
    return end - p >= 12 && p[0] == '"' && p[11] == '"' && is_day(p + 1) ? p + 12 : NULL;
}

/* "2026-03-01T09:12:00Z", "2026-03-01T09:12:00.250Z" */
static const char *time_end(const char *p, const char *end)
{
    if (end - p < 22 || p[0] != '"' || !is_day(p + 1) || p[11] != 'T' || !two(p + 12, 0, 23) ||
        p[14] != ':' || !two(p + 15, 0, 59) || p[17] != ':' || !two(p + 18, 0, 59))
        return NULL;
    if (p[20] == 'Z' && p[21] == '"') return p + 22;
    if (end - p < 26 || p[20] != '.' || !two(p + 21, 0, 99) || !two(p + 22, 0, 99) ||
        p[24] != 'Z' || p[25] != '"')
        return NULL;
    return p + 26;
}

static const char *lists_end(const char *p, const char *end)
{
    if (end - p < 2 || *p++ != '[') return NULL;
    if (*p == ']') return p + 1;
    for (;;) {
        if (!pass(&p, end, STR("\"")) || !pass_text(&p, end) || ++p == end) return NULL;
        if (*p == ']') return p + 1;
        if (*p++ != ',') return NULL;
    }
}

/* [{"from":"2020-01-02","to":"2021-03-04"},{"from":"2022-05-06"}] */
static const char *spells_end(const char *p, const char *end)
{
    if (end - p < 2 || *p++ != '[') return NULL;
    if (*p == ']') return p + 1;
    for (;;) {
        if (!pass(&p, end, STR("{\"from\":")) || !(p = day_end(p, end))) return NULL;
        if (pass(&p, end, STR(",\"to\":")) && !(p = day_end(p, end))) return NULL;
        if (!pass(&p, end, STR("}")) || p == end) return NULL;
        if (*p == ']') return p + 1;
        if (*p++ != ',') return NULL;
    }
}

/* The name in front of a colon, if its value may be left out. A quote behind a brace or a comma
 * cannot be an escaped one. */
static const struct hideable *name_before(const char *from, const char *colon)
{
    for (const struct hideable *h = hideable; h < hideable + HIDEABLES; h++) {
        const char *open = colon - h->n;
        if ((size_t)(colon - from) > h->n && open[h->n - 2] == h->quoted[h->n - 2] &&
            memcmp(open, h->quoted, h->n) == 0 && (open[-1] == '{' || open[-1] == ','))
            return h;
    }
    return NULL;
}

/* Behind the value at p if it is left out of the key, else NULL. The instant of the facts is
 * left out only where find_eras() looks for it, at their head. */
static const char *left_out(struct whatif *w, struct str facts, const char *p)
{
    const char *end = facts.p + facts.n, *behind = NULL;
    const struct hideable *h = name_before(facts.p, p - 1);
    if (!h) return NULL;
    switch (h->shape) {
    case SHAPE_TIME:
        if (h != hideable || p == facts.p + h->n + 2) behind = time_end(p, end);
        break;
    case SHAPE_DAY: behind = day_end(p, end); break;
    case SHAPE_LISTS: return lists_end(p, end);
    case SHAPE_SPELLS: return w->spells ? spells_end(p, end) : NULL;
    }
    if (!behind || w->n_times == TIMES) return NULL;
    w->times[w->n_times++] = str_n(p + 1, (size_t)(behind - p) - 2);
    return behind;
}

/* The facts without those values, and how many there were: then a text that has nothing where
 * another had a value that was left out is not taken for it. */
static char *project(struct whatif *w, struct str facts, char *out)
{
    const char *p = facts.p, *end = p + facts.n, *kept = p, *behind;
    uint32_t count = 0;
    w->n_times = 0;
    while ((p = memchr(p, ':', (size_t)(end - p)))) {
        if (++p == end) break;
        if (*p == '[' ? p[-2] != '"' : *p != '"' || end - p < 2 || (p[1] != '1' && p[1] != '2'))
            continue;
        if (!(behind = left_out(w, facts, p))) continue;
        memcpy(out, kept, (size_t)(p - kept));
        out += p - kept;
        p = kept = behind;
        count++;
    }
    memcpy(out, kept, (size_t)(end - kept));
    out += end - kept;
    memcpy(out, &count, sizeof count);
    return out + sizeof count;
}

static int64_t day_of(instant t)
{
    return (t - (t % HOURS(24) + HOURS(24)) % HOURS(24)) / HOURS(24);
} /* as casework/facts.c */

/* {"as_of":"2026-03-01T09:12:00Z",… — an instant of another shape or at another place stays in
 * the key, and with it the era. */
static void find_eras(struct whatif *w, struct str facts)
{
    static const struct str head = STR("{\"as_of\":");
    const char *p = facts.p, *end = p + facts.n;
    int64_t day = 0;
    if (pass(&p, end, head) && time_end(p, end)) {
        if (memcmp(w->day, p + 1, sizeof w->day) == 0) return;
        memcpy(w->day, p + 1, sizeof w->day);
        (void)date_parse(str_n(w->day, sizeof w->day), &day);
    } else {
        memset(w->day, 0, sizeof w->day);
    }
    for (size_t i = 0; i < w->s.n_packs; i++) w->eras[i] = pack_era(w->s.packs[i], day);
}

/* The recorded decision without its instant, if that is the one of the facts. */
static struct str without_instant(const struct parts *p)
{
    static const struct str head = STR("{\"as_of\":\"");
    const char *q = p->decision.p, *end = q + p->decision.n, *f = p->facts.p;
    if (!pass(&q, end, head) || !pass(&f, f + p->facts.n, head)) return p->decision;
    const char *from = q;
    if (!pass_text(&q, end)) return p->decision;
    size_t n = (size_t)(q + 1 - from); /* with the quote */
    if ((size_t)(p->facts.p + p->facts.n - f) < n || memcmp(from, f, n) != 0)
        return p->decision;
    return str_sub(p->decision, (size_t)(q + 1 - p->decision.p), p->decision.n);
}

/* What the kept answer rests on: which recorded decision, the eras, the facts. The head is
 * filled in last. */
static struct str make_key(struct whatif *w, struct str facts)
{
    size_t head = sizeof(uint64_t) + w->s.n_packs * sizeof *w->eras, room = head + facts.n + 8;
    if (room > w->key_cap) {
        w->key_cap = room * 2;
        w->key = realloc(w->key, w->key_cap);
        if (!w->key) abort();
    }
    find_eras(w, facts);
    memcpy(w->key + sizeof(uint64_t), w->eras, head - sizeof(uint64_t));
    return str_n(w->key, (size_t)(project(w, facts, w->key + head) - w->key));
}

/* ---- canonical text as a tree ------------------------------------------------------------ */

/* What the ledger holds was written by json_write(), so most of it needs no careful reader.
 * Whatever json_write() would have written otherwise gives NULL here. Texts without escapes are
 * borrowed. */
enum { PLAIN_DEPTH = 16 };
static struct json *plain(struct arena *a, const char **at, const char *end, int depth);

/* Behind the quote that ends the text which begins behind p; NULL: there is none. */
static const char *string_end(const char *p, const char *end)
{
    for (; p < end && *p != '"'; p++)
        if (*p == '\\') p++;
    return p < end ? p + 1 : NULL;
}

static bool escaped_string(struct arena *a, struct str quoted, struct str *ret)
{
    struct json *v;
    struct err e;
    if (json_parse(a, quoted, "event", NULL, &v, &e) != RC_OK || v->type != JSON_STRING ||
        !str_eq(canonical(a, v), quoted))
        return false;
    *ret = v->string;
    return true;
}

/* What json_write() leaves as it is. */
static bool unescaped(char c) { return (unsigned char)c >= ' ' && c != '"' && c != '\\'; }

static bool plain_string(struct arena *a, const char **at, const char *end, struct str *ret)
{
    const char *p = *at + 1, *q = p;
    bool all = true;
    if (*at >= end || **at != '"') return false;
    for (; q < end && unescaped(*q); q++) all &= printable(*q);
    if (q < end && *q == '"' && (all || utf8_bad(str_n(p, (size_t)(q - p))) < 0)) {
        *ret = str_n(p, (size_t)(q - p));
        *at = q + 1;
        return true;
    }
    if (!(q = string_end(p, end)) || !escaped_string(a, str_n(*at, (size_t)(q - *at)), ret))
        return false;
    *at = q;
    return true;
}

/* Members in canonical order, so that none is there twice. */
static bool in_order(const struct json *object, struct str name)
{
    size_t n = object->object.n;
    return n == 0 || str_cmp(object->object.members[n - 1].key, name) < 0;
}

static void append(struct arena *a, struct json *object, struct str name, struct json *v)
{
    arena_push(a, object->object.members, object->object.n, object->object.cap);
    object->object.members[object->object.n++] = (struct json_member){name, v};
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
        if (object && (!plain_string(a, at, end, &name) || !in_order(v, name) || *at >= end ||
                       *(*at)++ != ':'))
            return NULL;
        if (!(item = plain(a, at, end, depth + 1))) return NULL;
        if (object)
            append(a, v, name, item);
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
    while (n < most && p[n] != ',' && p[n] != ']' && p[n] != '}') n++;
    *at += n;
    struct str word = str_n(p, n);
    if (str_is(word, "true") || str_is(word, "false")) return json_bool(a, p[0] == 't');
    if (str_is(word, "null")) return json_null(a);
    if (json_number(a, word, &v, &e) != RC_OK) return NULL;
    return str_eq(canonical(a, v), word) ? v : NULL;
}

static struct json *plain(struct arena *a, const char **at, const char *end, int depth)
{
    struct str text;
    if (*at >= end || depth > PLAIN_DEPTH) return NULL;
    if (**at == '{' || **at == '[') return plain_members(a, at, end, depth);
    if (**at == '"') return plain_string(a, at, end, &text) ? json_string(a, text) : NULL;
    return plain_word(a, at, end);
}

static struct json *plain_json(struct arena *a, struct str text)
{
    const char *p = text.p;
    struct json *v = plain(a, &p, text.p + text.n, 0);
    return p == text.p + text.n ? v : NULL;
}

/* The parts as trees; false: they are not as plain as that. The facts of those that look at
 * times live on and are read from a copy. */
static bool read_quick(struct whatif *w, struct parts *p, const struct said *said)
{
    bool escapes =
        memchr(p->facts.p, '\\', p->facts.n) != NULL; /* then texts are not borrowed */
    struct arena *a = w->any_looks && escapes ? &w->kept : &w->scratch;
    p->facts_kept = w->any_looks ? str_dup(&w->kept, p->facts) : p->facts;
    if (!said->read && !(p->recorded = plain_json(&w->scratch, p->decision))) return false;
    return (p->known = plain_json(a, p->facts_kept)) != NULL;
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

static RC said_read(struct whatif *w, struct arena *a, const struct json *decision,
                    struct said *ret, struct err *e)
{
    const struct json *asks = json_get(decision, "asks");
    struct told t = {0};
    for (size_t i = 0; i < json_len(asks) && t.n < ASK_COUNT; i++) {
        const struct json *v = json_at(asks, i), *duties = json_get(v, "obligations");
        struct verdict *one = &t.v[t.n++];
        if (!ask_from_word(json_text(v, "ask"), &one->ask) ||
            !outcome_from_word(json_text(v, "outcome"), &one->outcome))
            return FAIL(e, RC_INVALID, "EVENT-0002",
                        "a recorded decision has an ask or an outcome that is not known");
        one->rule = str_dup(a, json_text(v, "rule"));
        one->why = str_dup(a, json_text(v, "why"));
        for (size_t k = 0; k < json_len(duties); k++)
            t.duties |= duty_bit(w, json_text(json_at(duties, k), "duty"));
    }
    sum_up(&t);
    ret->told = t;
    ret->sha256 = str_dup(a, json_text(json_get(decision, "pack"), "sha256"));
    ret->read = true;
    return RC_OK;
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

static struct str shared(struct arena *a, struct str s, struct str other)
{
    return str_eq(s, other) ? other : str_dup(a, s);
}

/* What a candidate decided, with texts in a. */
static void told_of(struct whatif *w, struct arena *a, size_t pack, const struct decision *d,
                    const struct entry *x, struct told *ret)
{
    *ret = (struct told){.n = d->n_answers};
    for (size_t i = 0; i < d->n_answers; i++) {
        const struct answer *v = &d->answers[i];
        const struct verdict *before = &x->said->told.v[i];
        ret->v[i] = (struct verdict){.ask = v->ask,
                                     .outcome = v->outcome,
                                     .rule = shared(a, v->rule, before->rule),
                                     .why = shared(a, v->why, before->why),
                                     .group = UINT32_MAX};
        if (v->outcome != before->outcome)
            ret->v[i].group = group_of(w, pack, before, &ret->v[i]);
        for (size_t k = 0; x->owes && k < v->n_obligations; k++)
            ret->duties |= duty_bit(w, v->obligations[k].duty);
    }
    sum_up(ret);
}

static enum same compared(struct whatif *w, size_t pack, const struct said *said,
                          struct str text, const struct decision *d)
{
    if (!str_eq(said->sha256, pack_sha256(w->s.packs[pack]))) return SAME_OTHER_PACK;
    return str_eq(canonical(&w->scratch, decision_json(&w->scratch, d)), text) ? SAME_EXACT
                                                                               : SAME_DIFFERENT;
}

static void ask_pack(struct whatif *w, struct arena *a, size_t pack, const struct parts *p,
                     const struct facts *f, const struct entry *x, struct told *ret,
                     uint8_t *ret_same)
{
    struct decision d;
    decide(&w->scratch, w->runs[pack], f, false, &d);
    told_of(w, a, pack, &d, x, ret);
    *ret_same = (uint8_t)compared(w, pack, x->said, p->decision, &d);
}

static struct lists *classify(struct whatif *w, struct arena *a, size_t pack,
                              const struct facts *f)
{
    struct lists *list = arena_array(a, struct lists, f->n_offences + 1);
    for (size_t i = 0; i < f->n_offences; i++)
        list[i].classified =
            pack_classify(w->s.packs[pack], a, &f->offences[i], day_of(f->as_of),
                          &list[i].lists, &list[i].n_lists) == RC_OK;
    return list;
}

/* The recorded lists are those of the pack of then. */
static void put_lists(struct facts *f, const struct lists *list)
{
    for (size_t i = 0; i < f->n_offences; i++) {
        struct offence *o = &f->offences[i];
        o->classified = list[i].classified;
        o->lists = list[i].classified ? list[i].lists : NULL;
        o->n_lists = list[i].classified ? list[i].n_lists : 0;
    }
}

/* A member of the facts whose text was left out of the key, by its place in the copy. */
static void patch(struct whatif *w, struct arena *a, const struct parts *p, struct entry *x,
                  const struct json *object, const char *name, int64_t *field, struct str *text)
{
    struct str s = json_text(object, name);
    for (size_t i = 0; s.p && i < w->n_times; i++) {
        if (w->times[i].p - p->facts.p != s.p - p->facts_kept.p) continue;
        if (!x->patches) x->patches = arena_array(a, struct patch, w->n_times);
        x->patches[x->n_patches++] = (struct patch){field, text, i};
    }
}

static void patch_all(struct whatif *w, struct arena *a, const struct parts *p, struct entry *x)
{
    struct facts *f = x->facts;
    const struct json *custody = json_get(p->known, "custody"),
                      *list = json_get(p->known, "offences");
    patch(w, a, p, x, p->known, "as_of", &f->as_of, &f->as_of_text);
    patch(w, a, p, x, custody, "booked_at", &f->booked_at, NULL);
    patch(w, a, p, x, custody, "triggered_at", &f->triggered_at, NULL);
    patch(w, a, p, x, json_get(p->known, "request"), "received_at", &f->request.received_at,
          &f->request.received_text);
    for (size_t i = 0; i < f->n_offences; i++) {
        patch(w, a, p, x, json_at(list, i), "on", &f->offences[i].on, NULL);
        patch(w, a, p, x, json_at(list, i), "convicted_on", &f->offences[i].convicted_on, NULL);
    }
}

/* What looks at times is not asked: no ask reaches it, no duty arises, and nobody wants to know
 * whether it reproduces its own text. */
static bool all_same(const struct whatif *w, size_t pack, const struct said *said,
                     bool asks_pack, const struct entry *x)
{
    return !asks_pack && !x->owes && !str_eq(said->sha256, pack_sha256(w->s.packs[pack]));
}

/* Reads what stays the same at every point of this key, and asks those that look at no time. */
static RC decide_point(struct whatif *w, struct arena *a, const struct parts *p,
                       struct said *said, struct entry *x, struct err *e)
{
    struct facts *f = arena_new(a, struct facts);
    if (!said->read) TRY(said_read(w, a, p->recorded, said, e));
    TRY(facts_read_checked(a, p->known, f, e));
    if (f->as_of == INSTANT_NONE)
        return FAIL(e, RC_INVALID, "EVENT-0002", "the facts of a decision have no instant");
    bool answered = said->told.n == f->request.n_asks && f->request.n_asks;
    for (size_t i = 0; i < f->request.n_asks && answered; i++)
        answered = said->told.v[i].ask == f->request.asks[i];
    if (!answered)
        return FAIL(e, RC_INVALID, "EVENT-0002",
                    "a recorded decision does not answer what its facts ask");
    *x = (struct entry){.said = said,
                        .triggered = f->custody == CUSTODY_TRIGGERED,
                        .owes = owes(f),
                        .after = arena_array(a, struct told, w->s.n_packs),
                        .same = arena_array(a, uint8_t, w->s.n_packs),
                        .facts = f,
                        .lists = arena_array(a, struct lists *, w->s.n_packs)};
    bool asks_pack = decide_asks_pack(&w->scratch, f);
    for (size_t i = 0; i < w->s.n_packs; i++) {
        x->looks[i] = w->looks[i] && !all_same(w, i, said, asks_pack, x);
        x->lists[i] = classify(w, x->looks[i] ? a : &w->scratch, i, f);
        x->anew |= x->looks[i];
        if (x->looks[i]) continue;
        put_lists(f, x->lists[i]);
        ask_pack(w, a, i, p, f, x, &x->after[i], &x->same[i]);
    }
    return RC_OK;
}

/* Those that look at times are asked about the times of this point. */
static void look(struct whatif *w, const struct parts *p, const struct entry *x)
{
    for (size_t i = 0; i < x->n_patches; i++) {
        const struct patch *t = &x->patches[i];
        struct str s = w->times[t->which];
        /* both shapes were looked at when the key was made */
        if (!date_parse(s, t->field)) (void)instant_parse(s, t->field, NULL);
        if (t->text) *t->text = s;
    }
    for (size_t i = 0; i < w->s.n_packs; i++) {
        if (!x->looks[i]) continue;
        put_lists(x->facts, x->lists[i]);
        ask_pack(w, &w->scratch, i, p, x->facts, x, &w->now[i], &w->now_same[i]);
    }
}

static const struct told *told_by(const struct whatif *w, const struct entry *x, size_t pack)
{
    return x->looks[pack] ? &w->now[pack] : &x->after[pack];
}

/* From what is kept; NULL and RC_OK: the text is for the careful reader. Memory is asked for
 * early and waited for late. */
static RC quick_answers(struct whatif *w, struct parts *p, const struct entry **ret,
                        struct err *e)
{
    make_room(w);
    struct str words = without_instant(p);
    uint64_t hash = spread(words), which;
    __builtin_prefetch(&w->said.slots[hash % SLOTS]);
    struct str key = make_key(w, p->facts);
    uint64_t key_hash = spread(str_sub(key, sizeof which, key.n));
    struct slot *at = table_find(&w->said, words, hash), *place;
    struct said *said = table_item(&w->said, at);
    if (!said) said = table_add(&w->said, at, hash, str_dup(&w->kept, words));
    which = at->item;
    memcpy(w->key, &which, sizeof which);
    key_hash ^= which * UINT64_C(0x9e3779b97f4a7c15);
    place = table_find(&w->entries, key, key_hash);
    struct entry *x = table_item(&w->entries, place), fresh;
    *ret = x;
    if (x) {
        w->decided += x->anew;
        return RC_OK;
    }
    if (!read_quick(w, p, said)) return RC_OK;
    TRY(decide_point(w, &w->kept, p, said, &fresh, e));
    if (fresh.anew) patch_all(w, &w->kept, p, &fresh);
    w->decided++;
    x = table_add(&w->entries, place, key_hash, str_dup(&w->kept, key));
    *x = fresh;
    *ret = x;
    return RC_OK;
}

/* The answers at a point: kept ones, or decided now. They hold until the next point. */
static RC answers(struct whatif *w, struct str text, const struct entry **ret, struct err *e)
{
    struct parts p = {0};
    *ret = NULL;
    if (w->scratch.used) arena_reset(&w->scratch);
    if (!w->s.plain && split_quick(text, &p)) TRY(quick_answers(w, &p, ret, e));
    if (!*ret) {
        struct said *said = arena_new(&w->scratch, struct said);
        struct entry *x = arena_new(&w->scratch, struct entry);
        TRY(split_carefully(w, text, &p, e));
        TRY(decide_point(w, &w->scratch, &p, said, x, e));
        w->decided++;
        *ret = x;
    }
    if ((*ret)->anew) look(w, &p, *ret);
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
static void count_load(struct load *l, uint16_t *bits, const struct told *t, uint16_t duties,
                       bool triggered)
{
    if (t->review && !(*bits & CASE_REVIEW)) l->reviews++;
    *bits = (uint16_t)(t->review ? *bits | CASE_REVIEW : *bits & ~CASE_REVIEW);
    if (!triggered) *bits = (uint16_t)(*bits & ~CASE_TOLD);
    if (triggered && t->tells && !(*bits & CASE_TOLD)) {
        l->notices++;
        *bits |= CASE_TOLD;
    }
    uint16_t fresh = (uint16_t)(duties & ~*bits);
    l->duties += (uint64_t)__builtin_popcount(fresh);
    *bits |= fresh;
}

static RC report(struct whatif *w, const struct whatif_point *p, const struct entry *x,
                 size_t pack, struct err *e)
{
    const struct told *before = &x->said->told, *after = told_by(w, x, pack);
    for (size_t k = 0; k < before->n; k++) {
        const struct verdict *b = &before->v[k], *v = &after->v[k];
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
    const struct told *before = &x->said->told;
    count_load(&loads[0], &bits[0], before, x->owes ? before->duties : 0, x->triggered);
    for (size_t i = 0; i < w->s.n_packs; i++) {
        const struct told *t = told_by(w, x, i);
        uint8_t same = x->looks[i] ? w->now_same[i] : x->same[i];
        struct tally *sum = &w->tallies[i];
        bool changed = false;
        for (size_t k = 0; k < t->n; k++) {
            sum->table[t->v[k].ask][before->v[k].outcome][t->v[k].outcome]++;
            changed |= t->v[k].group != UINT32_MAX;
        }
        sum->changed_points += changed;
        sum->changed_cases += changed && !(bits[i + 1] & CASE_CHANGED);
        if (changed) bits[i + 1] |= CASE_CHANGED;
        sum->same_pack += same != SAME_OTHER_PACK;
        sum->exact += same == SAME_EXACT;
        count_load(&loads[i + 1], &bits[i + 1], t, t->duties, x->triggered);
        if (changed) TRY(report(w, p, x, i, e));
    }
    return RC_OK;
}

RC whatif_person(struct whatif *w, const struct whatif_point *p, enum ask ask,
                 enum outcome given, struct err *e)
{
    const struct entry *x;
    TRY(answers(w, p->text, &x, e));
    const struct told *before = &x->said->told;
    w->acts++;
    for (size_t i = 0; i < w->s.n_packs; i++)
        for (size_t k = 0; k < before->n; k++)
            if (before->v[k].ask == ask)
                w->tallies[i]
                    .hands[ask][before->v[k].outcome][given][told_by(w, x, i)->v[k].outcome]++;
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

/* which: 0 is what was, i + 1 candidate i. Months without a decision are months without
 * load. */
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
