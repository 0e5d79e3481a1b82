/* Random lives of many cases, checked after every step against a model of the world and the
 * oracle: the invariants of docs/invariants.md, tried from outside through the verbs of
 * casework only. Prints its seed; LIVES_SEED and LIVES_STEPS repeat or lengthen a run (./dev
 * soak runs a million steps). */
#include "oracle.h"
#include "base/buf.h"
#include "base/json.h"
#include "casework/casework.h"
#include "os/clock.h"
#include "world.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct actor officer = {"m.ortiz"}, supervisor = {"t.lindgren"},
                          second = {"k.abara"}, jail = {"jail-feed"};

struct life {
    char number[24], state_id[16], family[24], given[24];
    int64_t born;
    enum custody_state custody;
    instant triggered_at, released_at;
    struct charge charges[6];
    int n_charges;
};

struct asked {
    char case_id[48], reference[32];
    int life, agency;
    bool match_confirmed, open, disputed, by_hand[ASK_COUNT];
    enum outcome hand[ASK_COUNT];
    bool overridden[ASK_COUNT]; /* by two, over the facts of hand_world */
    struct world hand_world[ASK_COUNT];
    enum known written;
    enum paper paper;
    enum ask asks[ASK_COUNT];
    size_t n_asks;
    char booking[24];
    int told; /* release notices confirmed since the trigger */
    bool expunged;
    /* the person left; a notice was owed since the trigger and may still be tried for an
     * hour */
    bool over, owed;
    instant over_at;
};

enum { LIVES = 60, ASKED = 4000 };
static struct life lives[LIVES];
static struct asked asked[ASKED];
static int n_asked, next_number = 1;
static long requests;
static uint64_t rng;
static long steps, checks, sent, broken;

static uint64_t next(void)
{
    rng ^= rng >> 12;
    rng ^= rng << 25;
    rng ^= rng >> 27;
    return rng * 2685821657736338717u;
}
static int below(int n) { return (int)((next() >> 33) % (uint64_t)n); }

static void fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void fail(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    printf("# step %ld: ", steps);
    vprintf(fmt, ap);
    printf("\n");
    va_end(ap);
    if (++broken > 20) {
        printf("not ok 1 random lives keep the invariants\n");
        exit(1);
    }
}

static void expect_ok(const char *what, enum rc rc, const struct err *e)
{
    char text[700];
    checks++;
    if (rc != RC_OK) fail("%s: %s", what, err_print(e, text, sizeof text));
}

/* ---- the world ------------------------------------------------------------------------- */

static struct world world_of(const struct asked *q)
{
    const struct life *l = &lives[q->life];
    struct world w = {.custody = l->custody,
                      .request_open = q->open,
                      .match_confirmed = q->match_confirmed,
                      .disputed = q->disputed,
                      .written = q->written,
                      .paper = q->paper,
                      .n_charges = l->n_charges};
    memcpy(w.charges, l->charges, sizeof w.charges);
    return w;
}

static struct asked *find_case(struct str id)
{
    for (int i = n_asked - 1; i >= 0; i--)
        if (str_is(id, asked[i].case_id)) return &asked[i];
    return NULL;
}

static void arrive(struct life *l)
{
    static const char *const families[] = {"Okafor",   "Lindqvist", "Montoya",
                                           "Hargrove", "Zamora",    "Brannigan"};
    static const char *const givens[] = {"Adrian",  "Beatriz", "Calvin",
                                         "Dolores", "Emmett",  "Felicia"};
    *l = (struct life){
        .custody = CUSTODY_IN, .triggered_at = INSTANT_NONE, .released_at = INSTANT_NONE};
    snprintf(l->number, sizeof l->number, "B%07d", next_number);
    snprintf(l->state_id, sizeof l->state_id, "CO%07d", 1000000 + next_number++);
    snprintf(l->family, sizeof l->family, "%s", families[below(6)]);
    snprintf(l->given, sizeof l->given, "%s", givens[below(6)]);
    l->born = date_days(1960 + below(45), 1 + below(12), 1 + below(28));
    l->n_charges = 1 + below(2);
    for (int i = 0; i < l->n_charges; i++)
        l->charges[i] = (struct charge){(enum kind)below(KIND_COUNT),
                                        below(3) ? STAGE_CHARGED : STAGE_ARRESTED};
}

static struct booking_row row_of(const struct life *l)
{
    return (struct booking_row){.booking_number = str_c(l->number),
                                .state_id = str_c(l->state_id),
                                .family = str_c(l->family),
                                .given = str_c(l->given),
                                .sex = STR("M"),
                                .birth_date = l->born,
                                .booked_at = world_now() - HOURS(4),
                                .released_at = l->released_at};
}

static void feed_charges(struct import *in, const struct life *l)
{
    for (int i = 0; i < l->n_charges; i++) {
        const struct kind_row *k = &kinds[l->charges[i].kind];
        struct charge_row c = {.booking_number = str_c(l->number),
                               .sequence = i + 1,
                               .offence = {.this_booking = true,
                                           .citation = str_c(k->citation),
                                           .text = str_c(k->text),
                                           .grade = k->grade,
                                           .class = str_c(k->class),
                                           .stage = l->charges[i].stage,
                                           .on = DAYS_UNKNOWN,
                                           .convicted_on = DAYS_UNKNOWN}};
        struct err e;
        enum rc rc = casework_import_charge(in, &c, &e);
        if (rc != RC_NO) expect_ok("charge", rc, &e);
    }
}

static void feed(struct casework *c, struct arena *a, const struct life *l)
{
    struct import *in;
    struct json *report;
    struct err e;
    struct booking_row row = row_of(l);
    expect_ok("import open", casework_import_open(c, jail, STR("feed"), &in, &e), &e);
    enum rc rc = casework_import_booking(in, &row, &e);
    if (rc != RC_NO) expect_ok("booking", rc, &e);
    feed_charges(in, l);
    expect_ok("import close", casework_import_close(in, a, &report, &e), &e);
}

/* ---- what is checked --------------------------------------------------------------------- */

static bool outcome_of(const struct json *view, enum ask ask, enum outcome *ret)
{
    const struct json *asks = json_get(json_get(view, "decision"), "asks");
    for (size_t i = 0; i < json_len(asks); i++)
        if (str_is(json_text(json_at(asks, i), "ask"), ask_word(ask)))
            return outcome_from_word(json_text(json_at(asks, i), "outcome"), ret);
    return false;
}

/* Invariants 2 and 5: the case says what the oracle says, or what a person answered to a
 * review. */
static void check_case(struct casework *c, struct arena *a, const struct asked *q)
{
    struct json *view;
    struct err e;
    expect_ok("case", casework_case(c, supervisor, str_c(q->case_id), a, &view, &e), &e);
    struct world w = world_of(q);
    for (size_t i = 0; i < q->n_asks; i++) {
        enum outcome got, want = oracle(q->asks[i], &w);
        checks++;
        if (!outcome_of(view, q->asks[i], &got))
            fail("%s has no answer to %s", q->case_id, ask_word(q->asks[i]));
        else if (got != want)
            fail("%s %s: %s, should be %s (written %d paper %d custody %d)", q->case_id,
                 ask_word(q->asks[i]), outcome_word(got), outcome_word(want), (int)q->written,
                 (int)q->paper, (int)w.custody);
    }
}

/* What a person looks at, without the way out of the door. */
static bool same_facts(const struct world *x, const struct world *y)
{
    bool same = x->request_open == y->request_open &&
                x->match_confirmed == y->match_confirmed && x->disputed == y->disputed &&
                x->n_charges == y->n_charges;
    for (int i = 0; same && i < x->n_charges; i++)
        same = x->charges[i].kind == y->charges[i].kind &&
               x->charges[i].stage == y->charges[i].stage;
    return same;
}

static bool may_notify(const struct asked *q)
{
    if (q->over) return q->owed && world_now() <= q->over_at + HOURS(1);
    struct world w = world_of(q);
    enum outcome o = oracle(ASK_NOTIFY, &w);
    bool in_time = w.custody == CUSTODY_TRIGGERED;
    bool hand = q->by_hand[ASK_NOTIFY] && q->hand[ASK_NOTIFY] == OUTCOME_NOTIFY &&
                o == OUTCOME_REVIEW && q->open && q->match_confirmed && !q->disputed;
    enum outcome transfer = oracle(ASK_TRANSFER, &w);
    /* what two people said over these facts stands instead of the policy's own */
    if (q->overridden[ASK_NOTIFY] && q->hand[ASK_NOTIFY] == OUTCOME_DECLINE &&
        same_facts(&w, &q->hand_world[ASK_NOTIFY]))
        o = OUTCOME_DECLINE;
    return in_time &&
           (o == OUTCOME_NOTIFY || o == OUTCOME_HONOR || hand || transfer == OUTCOME_HONOR);
}

/* Invariant 1, at the moment a message would leave. */
static void check_notice(const struct notice *n)
{
    const struct asked *q = find_case(n->case_id);
    checks++;
    if (!q) {
        fail("a notice for a case nobody opened: " STR_FMT, STR_ARG(n->case_id));
        return;
    }
    if (n->kind != NOTICE_PERSON_COPY && !world_address(q->agency, n->channel, n->address))
        fail("%s would go to " STR_FMT ", which is not an address of the agency that asked",
             q->case_id, STR_ARG(n->address));
    if (n->kind == NOTICE_RELEASE && !may_notify(q))
        fail("%s: a release notice that policy does not permit", q->case_id);
    bool yes = str_find(n->answers, STR("\"outcome\":\"notify\"")) >= 0 ||
               str_find(n->answers, STR("\"outcome\":\"honor\"")) >= 0;
    if (n->kind == NOTICE_ANSWER && yes &&
        (!q->match_confirmed || q->disputed || (!q->open && !q->over)))
        fail("%s: an answer about a person who is not confirmed to be the one", q->case_id);
    if (n->kind == NOTICE_ANSWER && q->expunged)
        fail("%s: a message about a forgotten record", q->case_id);
    if (n->kind == NOTICE_RELEASE && !str_is(n->booking_number, q->booking))
        fail("%s: notice about another booking", q->case_id);
}

/* Empties the outbox as a worker would, with all the luck a network has. */
static void deliver(struct casework *c, struct arena *a)
{
    struct notice n;
    struct err e;
    for (int guard = 0; guard < 200; guard++) {
        enum rc rc = casework_outbox_claim(c, "w1", 60000, a, &n, &e);
        if (rc == RC_NO) return;
        expect_ok("claim", rc, &e);
        if (rc != RC_OK) return;
        check_notice(&n);
        if (below(20) == 0) return; /* the worker dies with the lease */
        expect_ok("begin", casework_outbox_begin(c, &n, &e), &e);
        enum delivery d = below(4)   ? DELIVERY_CONFIRMED
                          : below(2) ? DELIVERY_FAILED
                                     : DELIVERY_REFUSED;
        if (n.kind == NOTICE_RELEASE && d == DELIVERY_CONFIRMED) {
            struct asked *q = find_case(n.case_id);
            if (q && ++q->told > 1) fail("%s was told %d times", q->case_id, q->told);
            sent++;
        }
        expect_ok("result", casework_outbox_result(c, &n, d, STR(""), STR("{}"), STR(""), &e),
                  &e);
    }
    fail("the outbox does not come to rest");
}

static void check_ledger(struct casework *c, struct arena *a)
{
    struct json *report;
    struct err e;
    expect_ok("ledger verify", casework_ledger_verify(c, (struct progress){0}, a, &report, &e),
              &e);
    expect_ok("ledger replay", casework_ledger_replay(c, (struct progress){0}, a, &report, &e),
              &e);
}

/* ---- the steps --------------------------------------------------------------------------- */

static struct asked *any_open(void)
{
    for (int tries = 0; tries < 30 && n_asked; tries++) {
        struct asked *q = &asked[below(n_asked)];
        if (q->open) return q;
    }
    return NULL;
}

static void recheck_life(struct casework *c, struct arena *a, int life)
{
    int seen = 0;
    for (int i = n_asked - 1; i >= 0 && seen < 5; i--)
        if (asked[i].life == life && asked[i].open) {
            check_case(c, a, &asked[i]);
            seen++;
        }
}

static void papers(struct arena *a, struct json *request, enum paper p)
{
    static const struct {
        const char *kind, *issuer, *state;
        int criminal, verified;
    } rows[PAPER_COUNT] = {
        [PAPER_ADMINISTRATIVE] = {"administrative warrant", "immigration officer", "active", 0,
                                  -1},
        [PAPER_JUDICIAL_GOOD] = {"judicial warrant", "federal judge or magistrate", "active", 1,
                                 1},
        [PAPER_JUDICIAL_UNVERIFIED] = {"judicial warrant", "federal judge or magistrate",
                                       "active", 1, -1},
        [PAPER_JUDICIAL_RECALLED] = {"judicial warrant", "state judge", "recalled", 1, 1},
        [PAPER_CIVIL] = {"court order", "federal judge or magistrate", "active", 0, 1},
    };
    if (p == PAPER_NONE) return;
    struct json *list = json_array(a), *d = json_object(a);
    json_set(a, d, "kind", json_c(a, rows[p].kind));
    json_set(a, d, "issuer", json_c(a, rows[p].issuer));
    json_set(a, d, "state", json_c(a, rows[p].state));
    json_set(a, d, "criminal", json_bool(a, rows[p].criminal));
    if (rows[p].verified >= 0) json_set(a, d, "verified", json_bool(a, rows[p].verified));
    json_set(a, d, "for_this_person", json_bool(a, true));
    json_add(a, list, d);
    json_set(a, request, "documents", list);
}

static struct json *subject(struct arena *a, const struct life *l, bool right)
{
    char born[24];
    struct json *s = json_object(a);
    json_set(a, s, "booking_number", json_c(a, l->number));
    json_set(a, s, "family", json_c(a, l->family));
    json_set(a, s, "given", json_c(a, l->given));
    json_set(a, s, "birth_date",
             json_string(a, str_dup(a, str_c(date_print(l->born + (right ? 0 : 31), born)))));
    return s;
}

static void ask(struct casework *c, struct arena *a, struct asked *old)
{
    if (n_asked == ASKED) return;
    struct asked *q = &asked[n_asked];
    char now[40];
    *q = (struct asked){.life = below(LIVES),
                        .agency = below(world_agencies()),
                        .open = true,
                        .match_confirmed = below(6) != 0,
                        .written = (enum known)below(3),
                        .paper = (enum paper)below(PAPER_COUNT)};
    if (old) q->life = old->life;
    if (old) q->agency = old->agency;
    struct life *l = &lives[q->life];
    memcpy(q->booking, l->number, sizeof q->booking);
    snprintf(q->reference, sizeof q->reference, "REF-%07ld", ++requests);
    struct json *r = json_object(a), *asks = json_array(a), *view;
    json_set(a, r, "agency", json_c(a, world_agency(q->agency)));
    json_set(a, r, "reference", json_c(a, q->reference));
    json_set(a, r, "form", json_c(a, "I-247A"));
    json_set(a, r, "received_at",
             json_string(a, str_dup(a, str_c(instant_utc(world_now(), now)))));
    for (int k = 0; k < ASK_COUNT; k++)
        if (k == ASK_NOTIFY || below(4) == 0) {
            q->asks[q->n_asks++] = (enum ask)k;
            json_add(a, asks, json_c(a, ask_word((enum ask)k)));
        }
    json_set(a, r, "asks", asks);
    if (q->written != UNKNOWN) json_set(a, r, "written", json_bool(a, q->written == YES));
    if (below(2)) json_set(a, r, "complete", json_bool(a, true));
    if (old) json_set(a, r, below(2) ? "amends" : "supersedes", json_c(a, old->reference));
    papers(a, r, q->paper);
    json_set(a, r, "subject", subject(a, l, q->match_confirmed));
    if (below(5) == 0) { /* invariant 4: what must never be stored */
        json_set(a, r, "citizenship", json_c(a, "ZZSENTINELZZ"));
        json_set(a, r, "alien_number", json_c(a, "ZZSENTINELZZ"));
    }
    struct err e;
    enum rc rc = casework_request(c, officer, r, a, &view, &e);
    expect_ok("request", rc, &e);
    if (rc != RC_OK) return;
    struct str id = json_text(view, "case");
    snprintf(q->case_id, sizeof q->case_id, STR_FMT, STR_ARG(id));
    n_asked++;
    if (old) old->open = old->over = false;
    check_case(c, a, q);
    if (below(8) == 0) { /* the same document again is the same case */
        struct json *again;
        expect_ok("request again", casework_request(c, officer, r, a, &again, &e), &e);
        if (!str_eq(json_text(again, "case"), id)) fail("one document made two cases");
    }
}

static void step_request(struct casework *c, struct arena *a) { ask(c, a, NULL); }

static void step_amend(struct casework *c, struct arena *a)
{
    struct asked *old = any_open();
    if (old) ask(c, a, old);
}

/* One that is open, or that ended while a notice may still be tried. */
static struct asked *any_cancellable(void)
{
    for (int tries = 0; tries < 30 && n_asked; tries++) {
        struct asked *q = &asked[below(n_asked)];
        if ((q->open || q->over) && !q->expunged) return q;
    }
    return NULL;
}

static void step_cancel(struct casework *c, struct arena *a)
{
    struct asked *q = any_cancellable();
    if (!q) return;
    struct json *r = json_object(a), *view;
    char now[40], ref[40];
    snprintf(ref, sizeof ref, "%s-C", q->reference);
    json_set(a, r, "agency", json_c(a, world_agency(q->agency)));
    json_set(a, r, "reference", json_c(a, ref));
    json_set(a, r, "form", json_c(a, "I-247A"));
    json_set(a, r, "received_at",
             json_string(a, str_dup(a, str_c(instant_utc(world_now(), now)))));
    json_set(a, r, "cancels", json_c(a, q->reference));
    struct err e;
    expect_ok("cancel", casework_request(c, officer, r, a, &view, &e), &e);
    q->open = q->over = q->owed = false;
    q->over_at = world_now();
}

static char left_last[24]; /* who left last, for step_expunge */

static void step_trigger(struct casework *c, struct arena *a)
{
    int i = below(LIVES);
    struct life *l = &lives[i];
    struct json *r;
    struct err e;
    if (l->custody == CUSTODY_IN) {
        expect_ok("trigger",
                  casework_trigger(c, jail, str_c(l->number), STR("bond posted"), world_now(),
                                   a, &r, &e),
                  &e);
        l->custody = CUSTODY_TRIGGERED;
        l->triggered_at = world_now();
    } else if (l->custody == CUSTODY_TRIGGERED && below(5) == 0) {
        expect_ok(
            "trigger undone",
            casework_trigger_undo(c, jail, str_c(l->number), STR("bond revoked"), a, &r, &e),
            &e);
        l->custody = CUSTODY_IN;
        for (int k = 0; k < n_asked; k++)
            if (asked[k].life == i) asked[k].told = 0;
        /* there and back: custody goes on */
    } else if (below(10) == 0 &&
               (l->custody == CUSTODY_IN || l->custody == CUSTODY_TRIGGERED)) {
        expect_ok("hospital",
                  casework_release(c, jail, str_c(l->number),
                                   below(2) ? STR("hospital") : STR("returned"), STR(""),
                                   world_now(), a, &r, &e),
                  &e);
    } else if (l->custody == CUSTODY_TRIGGERED || below(6) == 0) {
        bool moved = below(8) == 0;
        for (int k = 0; k < n_asked; k++)
            if (asked[k].life == i && asked[k].open)
                asked[k].owed = !moved && may_notify(&asked[k]);
        static const char *const ways[] = {"transferred", "died", "escaped"};
        int way = below(3);
        expect_ok("release",
                  casework_release(
                      c, jail, str_c(l->number), moved ? str_c(ways[way]) : STR("released"),
                      below(2) ? STR("North County Sheriff") : STR(""), world_now(), a, &r, &e),
                  &e);
        l->custody = moved && way == 0 ? CUSTODY_TRANSFERRED : CUSTODY_RELEASED;
        memcpy(left_last, l->number, sizeof left_last);
        l->released_at = world_now();
    }
    if (l->custody != CUSTODY_RELEASED && l->custody != CUSTODY_TRANSFERRED)
        recheck_life(c, a, i);
    else { /* the place is free for another */
        for (int k = 0; k < n_asked; k++)
            if (asked[k].life == i && asked[k].open) {
                asked[k].open = false;
                asked[k].over = true;
                asked[k].over_at = world_now();
            }
        deliver(c, a);
        arrive(l);
        feed(c, a, l);
    }
}

static void step_charge(struct casework *c, struct arena *a)
{
    int i = below(LIVES);
    struct life *l = &lives[i];
    static const enum stage stages[] = {STAGE_ARRESTED,  STAGE_CHARGED,   STAGE_CONVICTED,
                                        STAGE_DISMISSED, STAGE_SENTENCED, STAGE_ACQUITTED};
    if (l->custody != CUSTODY_IN && l->custody != CUSTODY_TRIGGERED) return;
    if (l->n_charges < 6 && below(3) == 0)
        l->charges[l->n_charges++] =
            (struct charge){(enum kind)below(KIND_COUNT), STAGE_ARRESTED};
    else {
        struct charge *change = &l->charges[below(l->n_charges)];
        enum stage to = stages[below(6)];
        /* a later report of the mere arrest takes nothing back */
        if (to != STAGE_ARRESTED) change->stage = to;
    }
    feed(c, a, l);
    recheck_life(c, a, i);
}

static void step_dispute(struct casework *c, struct arena *a)
{
    struct asked *q = any_open();
    struct json *r;
    struct err e;
    if (!q) return;
    if (!q->disputed) {
        expect_ok("dispute",
                  casework_dispute(c, officer, str_c(q->case_id),
                                   STR("says it is another person"), a, &r, &e),
                  &e);
        q->disputed = true;
    } else {
        bool same = below(4) != 0;
        expect_ok("settle",
                  casework_dispute_settle(c, supervisor, str_c(q->case_id), same,
                                          STR("fingerprints compared"), a, &r, &e),
                  &e);
        q->disputed = false;
        q->match_confirmed &= same;
    }
    check_case(c, a, q);
}

static void step_resolve(struct casework *c, struct arena *a)
{
    struct asked *q = any_open();
    struct json *r;
    struct err e;
    if (!q) return;
    struct world w = world_of(q);
    enum ask ask = q->asks[below((int)q->n_asks)];
    enum outcome want = below(2) ? OUTCOME_NOTIFY : OUTCOME_DECLINE, said = oracle(ask, &w);
    enum rc rc = casework_resolve(c, supervisor, str_c(q->case_id), ask, want,
                                  STR("read the file"), a, &r, &e);
    bool opens = ask == ASK_HOLD || ask == ASK_TRANSFER;
    checks++;
    if (rc == RC_OK && said != OUTCOME_REVIEW)
        fail("%s: resolved what was not in review", q->case_id);
    if (rc == RC_OK && want == OUTCOME_NOTIFY && (opens || !q->match_confirmed || q->disputed))
        fail("%s: a person gave what the house refuses", q->case_id);
    if (rc == RC_OK) {
        q->by_hand[ask] = true;
        q->overridden[ask] = false; /* the last word of a person counts */
        q->hand[ask] = want;
    }
}

/* Cases that ended more than a day ago have been checked; nothing is sent about them any
 * more. */
static void forget(void)
{
    int kept = 0;
    for (int i = 0; i < n_asked; i++)
        if (asked[i].open || world_now() < asked[i].over_at + HOURS(24))
            asked[kept++] = asked[i];
    n_asked = kept;
}

static void step_confirm(struct casework *c, struct arena *a)
{
    struct asked *q = any_open();
    struct json *r;
    struct err e;
    if (!q || q->match_confirmed) return;
    expect_ok("confirm match",
              casework_confirm_match(c, officer, str_c(q->case_id), str_c(q->booking),
                                     STR("fingerprints"), a, &r, &e),
              &e);
    q->match_confirmed = true;
    check_case(c, a, q);
}

static void check_stands(const struct asked *q, const struct json *view, enum ask ask,
                         enum outcome want)
{
    const struct json *list = json_get(view, "answers");
    for (size_t i = 0; i < json_len(list); i++)
        if (str_is(json_text(json_at(list, i), "ask"), ask_word(ask)) &&
            !str_is(json_text(json_at(list, i), "outcome"), outcome_word(want)))
            fail("%s: two people said %s to %s and it does not stand", q->case_id,
                 outcome_word(want), ask_word(ask));
}

static void step_override(struct casework *c, struct arena *a)
{
    struct asked *q = any_open();
    struct json *r;
    struct err e;
    if (!q) return;
    struct world w = world_of(q);
    enum ask what = q->asks[below((int)q->n_asks)];
    enum outcome want = below(2) ? OUTCOME_NOTIFY : OUTCOME_DECLINE;
    enum rc rc = casework_override(c, supervisor, str_c(q->case_id), what, want,
                                   STR("the witness is at risk"), a, &r, &e);
    bool opens = what == ASK_HOLD || what == ASK_TRANSFER;
    checks++;
    if (rc != RC_OK) return;
    if (want == OUTCOME_NOTIFY && (opens || !q->match_confirmed || q->disputed))
        fail("%s: an override proposes what the house refuses", q->case_id);
    if (casework_override(c, supervisor, str_c(q->case_id), what, want, STR("I said so"), a, &r,
                          &e) == RC_OK)
        fail("%s: one person overrode alone", q->case_id);
    if (casework_override(c, officer, str_c(q->case_id), what, want, STR("I agree"), a, &r,
                          &e) == RC_OK)
        fail("%s: an officer confirmed an override", q->case_id);
    expect_ok(
        "override",
        casework_override(c, second, str_c(q->case_id), what, want, STR("I agree"), a, &r, &e),
        &e);
    check_stands(q, r, what, want);
    q->by_hand[what] = q->overridden[what] = true;
    q->hand[what] = want;
    q->hand_world[what] = w;
}

/* Who left last is forgotten by order, also while a notice about them is still being tried. */
static void step_expunge(struct casework *c, struct arena *a)
{
    struct json *r;
    struct err e;
    if (!*left_last || below(3)) return;
    expect_ok(
        "expunge",
        casework_expunge(c, supervisor, str_c(left_last), STR("order of the court"), a, &r, &e),
        &e);
    if (casework_expunge(c, supervisor, str_c(left_last), STR("order of the court"), a, &r,
                         &e) == RC_OK)
        fail("one person expunged alone");
    expect_ok(
        "expunge by a second",
        casework_expunge(c, second, str_c(left_last), STR("order of the court"), a, &r, &e),
        &e);
    for (int k = 0; k < n_asked; k++)
        if (strcmp(asked[k].booking, left_last) == 0) {
            asked[k].expunged = true;
            asked[k].owed = false;
        }
    *left_last = 0;
}

static void step(struct casework *c, struct arena *a)
{
    world_pass(SECONDS(1 + below(900)));
    switch (below(16)) {
    case 0:
    case 1:
    case 2: step_request(c, a); break;
    case 3: step_cancel(c, a); break;
    case 4:
    case 5:
    case 6: step_trigger(c, a); break;
    case 7:
    case 8: step_charge(c, a); break;
    case 9: step_dispute(c, a); break;
    case 10: step_resolve(c, a); break;
    case 12: step_confirm(c, a); break;
    case 13: step_amend(c, a); break;
    case 14: step_override(c, a); break;
    case 15: step_expunge(c, a); break;
    case 11: {
        struct err e;
        instant later;
        expect_ok("tick", casework_tick(c, &later, &e), &e);
        break;
    }
    }
    deliver(c, a);
}

static void add_second(struct casework *c, struct arena *a)
{
    struct json *p = json_object(a), *r;
    struct err e;
    json_set(a, p, "name", json_c(a, second.name));
    json_set(a, p, "role", json_c(a, "supervisor"));
    expect_ok("person", casework_person_set(c, (struct actor){"admin"}, p, a, &r, &e), &e);
}

static long from_env(const char *name, long otherwise)
{
    const char *s = getenv(name);
    return s ? atol(s) : otherwise;
}

int main(void)
{
    long want = from_env("LIVES_STEPS", 3000);
    rng = (uint64_t)from_env("LIVES_SEED", 20250303);
    printf("1..1\n# seed %llu, %ld steps\n", (unsigned long long)rng, want);
    struct arena a;
    arena_init(&a, 0);
    /* the command line and the service use one file */
    struct casework *c = world_open(&a), *other = world_reopen();
    add_second(c, &a);
    for (int i = 0; i < LIVES; i++) {
        arrive(&lives[i]);
        feed(c, &a, &lives[i]);
    }
    for (steps = 1; steps <= want; steps++) {
        if (n_asked > ASKED - 2) forget();
        step(below(2) ? c : other, &a);
        if (steps % 1000 == 0) check_ledger(c, &a);
        arena_reset(&a);
    }
    check_ledger(c, &a);
    casework_close(other);
    long left = world_close_and_search(c, "ZZSENTINELZZ");
    if (left) fail("%ld traces of a status in the database file", left);
    printf("# %ld steps, %ld checks, %ld requests, %ld release notices\n", steps - 1, checks,
           requests, sent);
    printf(broken ? "not ok 1 random lives keep the invariants\n"
                  : "ok 1 random lives keep the invariants\n");
    arena_done(&a);
    return broken != 0;
}
