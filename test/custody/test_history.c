/* The tables of history.h: one life from the request to the release with each table looked at,
 * what expunged events leave, a ledger in two halves, and (SALLYPORT_HISTORY_EVENTS=1000000)
 * how long a million events take. */
#include "past.h"
#include "past_same.h"
#include "custody/plain.h"
#include <time.h>

static struct story new_story(struct arena *a)
{
    arena_init(a, 0);
    struct story s = {.a = a};
    assert_true(instant_parse(STR("2026-03-01T09:00:00Z"), &s.now, NULL));
    return s;
}

#define VIOLENT                                                                                \
    "{\"this_booking\":true,\"stage\":\"charged\",\"grade\":\"felony\",\"lists\":["            \
    "\"violent\"]}"
#define PETTY                                                                                  \
    "{\"this_booking\":true,\"stage\":\"convicted\",\"grade\":\"petty offence\",\"lists\":[]}"
#define UNCLASSIFIED "{\"this_booking\":true,\"stage\":\"arrested\"}"
#define DISMISSED                                                                              \
    "{\"this_booking\":true,\"stage\":\"dismissed\",\"grade\":\"felony\",\"lists\":["          \
    "\"serious\"]}"

static void one_life(void **state)
{
    (void)state;
    struct arena a;
    struct story s = new_story(&a);
    struct history *h = history_new();
    tell(&s, "pack.activated", "p.two", 0, 0,
         "{\"pack\":\"p\",\"version\":\"1\",\"sha256\":\"x\",\"starts\":\"2026-01-01T00:00:"
         "00Z\"}");
    tell_request(&s, 1, "fed-east", "\"notify\",\"hold\"",
                 "\"family\":\"Vanterpool\",\"given\":\"Odile\",\"birth_date\":\"1991-04-09\"",
                 ",\"documents\":[{\"kind\":\"administrative "
                 "warrant\"}],\"attests\":[\"convicted gang member\"]");
    tell_decision(&s, 1, 0, "unverified", "", "review");
    tell(&s, "match.found", "feed", 1, 7,
         "{\"match\":\"confirmed\",\"why\":\"number\",\"booking\":\"B-7\",\"state_id\":\"S-"
         "77\"}");
    tell_decision(&s, 1, 7, "confirmed", VIOLENT "," UNCLASSIFIED "," DISMISSED, "notify");
    tell_decision(&s, 1, 7, "confirmed", VIOLENT,
                  "notify"); /* the same answers: counted, not kept */
    tell(&s, "duty.opened", "system", 1, 0,
         "{\"duty\":\"serve a copy\",\"due\":\"2026-03-02T09:00:00Z\"}");
    tell(&s, "request.document", "m.ortiz", 1, 7,
         "{\"document\":{\"kind\":\"judicial warrant\"}}");
    tell(&s, "record.read", "auditor", 1, 0, "{\"what\":\"case\"}");
    tell(&s, "record.read", "auditor", 1, 0, "{\"what\":\"case\"}");
    tell(&s, "persons.read", "auditor", 0, 0, "{\"what\":\"search\",\"found\":[]}");
    tell(&s, "dispute.opened", "m.ortiz", 1, 7, "{\"reason\":\"x\"}");
    tell(&s, "dispute.settled", "t.lindgren", 1, 7, "{\"same_person\":true,\"reason\":\"x\"}");
    tell(&s, "review.opened", "m.ortiz", 1, 7,
         "{\"ask\":\"notify\",\"outcome\":\"decline\",\"first\":\"m.ortiz\",\"why\":\"x\"}");
    tell(&s, "decision.overridden", "t.lindgren", 1, 7,
         "{\"ask\":\"notify\",\"outcome\":\"decline\",\"reason\":\"x\",\"first\":\"m.ortiz\","
         "\"second\":\"t.lindgren\"}");
    tell(&s, "trigger", "jail", 0, 7,
         "{\"booking\":\"B-7\",\"kind\":\"bond posted\",\"at\":\"2026-03-01T09:10:00Z\"}");
    tell(&s, "trigger.undone", "jail", 0, 7, "{\"booking\":\"B-7\",\"reason\":\"x\"}");
    tell(&s, "trigger", "jail", 0, 7,
         "{\"booking\":\"B-7\",\"kind\":\"release order\",\"at\":\"2026-03-01T09:12:00Z\"}");
    size_t trigger = s.n - 1;
    tell(&s, "notice.queued", "system", 1, 0,
         "{\"notice\":\"C000001-release-9\",\"kind\":\"release\",\"channel\":\"fax\","
         "\"address\":\"+13035550100\",\"decision\":5}");
    tell(&s, "notice.attempt", "system", 1, 0,
         "{\"notice\":\"C000001-release-9\",\"attempt\":1}");
    instant first = s.now;
    tell(&s, "notice.failed", "system", 1, 0,
         "{\"notice\":\"C000001-release-9\",\"why\":\"busy\"}");
    tell(&s, "notice.attempt", "system", 1, 0,
         "{\"notice\":\"C000001-release-9\",\"attempt\":2}");
    tell(&s, "notice.confirmed", "system", 1, 0, "{\"notice\":\"C000001-release-9\"}");
    instant confirmed = s.now;
    tell(&s, "alert.opened", "system", 1, 0,
         "{\"alert\":\"unconfirmed\",\"name\":\"unconfirmed/1\",\"what\":\"x\"}");
    tell(&s, "alert.closed", "m.ortiz", 0, 0, "{\"alert\":\"1\",\"reason\":\"x\"}");
    tell(&s, "duty.late", "system", 1, 0,
         "{\"duty\":\"serve a copy\",\"due\":\"2026-03-02T09:00:00Z\"}");
    tell(&s, "duty.done", "m.ortiz", 1, 0, "{\"duty\":\"serve a copy\",\"how\":\"\"}");
    tell(&s, "release", "jail", 0, 7,
         "{\"booking\":\"B-7\",\"kind\":\"released\",\"at\":\"2031-01-01T00:00:00Z\"}");
    instant left = s.now;
    hear(h, &s, 0, s.n);

    struct past_case c = case_of(h, 1);
    assert_int_equal(c.asks, 1u << ASK_NOTIFY | 1u << ASK_HOLD);
    assert_int_equal(c.documents, 1u << DOC_ADMINISTRATIVE_WARRANT);
    assert_int_equal(c.documents_later, 1u << DOC_JUDICIAL_WARRANT);
    assert_int_equal(c.attests, ATTEST_GANG);
    assert_true(c.booking == 7 && c.match == MATCH_CONFIRMED && c.decided == 3 &&
                c.reads == 2 && !c.open);
    assert_true(str_is(history_name(h, c.agency), "fed-east") &&
                c.agency_kind == AGENCY_FEDERAL_IMMIGRATION);
    const struct past_features *f = &c.at_request;
    assert_true(f->known && f->unclassified && f->charged && !f->convicted &&
                f->grade == GRADE_FELONY && f->offences == 2);
    assert_int_equal(f->lists_charged, 1u << history_list_bit(h, STR("violent")));
    assert_int_equal(history_list_bit(h, STR("serious")), -1); /* only on what was dismissed */
    assert_true(h->n_decisions == 2 && h->decisions[0].outcome[ASK_NOTIFY] == OUTCOME_REVIEW &&
                h->decisions[1].outcome[ASK_NOTIFY] == OUTCOME_NOTIFY);
    assert_true(h->decisions[1].outcome[ASK_HOLD] == -1 && history_decision_at(h, &c, 3) == 0 &&
                history_decision_at(h, &c, 5) == 1);
    assert_true(history_decision_at(h, &c, 1) == HISTORY_NONE);
    assert_true(h->n_by_hand == 2 && h->by_hand[1].what == HAND_OVERRIDDEN &&
                str_is(history_name(h, h->by_hand[1].second), "t.lindgren"));
    assert_true(h->n_disputes == 1 && h->disputes[0].same_person &&
                h->disputes[0].settled_at > h->disputes[0].opened_at);
    assert_true(h->n_notices == 1 && h->notices[0].attempts == 2 &&
                h->notices[0].failures == 1 && h->notices[0].first_attempt_at == first);
    assert_true(h->notices[0].end == NOTICE_WAS_CONFIRMED &&
                h->notices[0].confirmed_at == confirmed && h->notices[0].decision == 5);
    const struct past_custody *b = &h->custody[history_custody(h, 7)];
    assert_true(h->notices[0].triggered_at == b->triggered_at && b->trigger_event == trigger &&
                b->undone == 1);
    assert_true(str_is(history_name(h, b->trigger_kind), "release order") &&
                b->left_at == left && b->leave == LEAVE_RELEASED);
    assert_true(b->open_at_trigger == 1 && b->open_at_leave == 1 && b->open_now == 0);
    assert_true(h->n_duties == 1 && h->duties[0].late_at != INSTANT_NONE &&
                h->duties[0].done_at > h->duties[0].late_at);
    assert_true(h->n_reads == 2 && h->reads[0].n == 2 && h->reads[1].n == 1 &&
                h->reads[0].month == 2026 * 12 + 2);
    assert_true(h->n_alerts == 1 && h->alerts[0].closed_at != INSTANT_NONE &&
                str_is(history_name(h, h->alerts[0].closed_by), "m.ortiz"));
    assert_true(h->n_packs == 1 && str_is(history_name(h, h->packs[0].pack), "p 1"));
    history_free(h);
    arena_done(&a);
}

/* Who is meant: two bookings of one state number are one person, a namesake without any is
 * another. */
static void persons(void **state)
{
    (void)state;
    struct arena a;
    struct story s = new_story(&a);
    struct history *h = history_new();
    const char *name = "\"family\":\"Vanterpool\",\"given\":\"Odile\"";
    for (int i = 1; i <= 4; i++)
        tell_request(&s, i, "fed-east", "\"notify\"", name, i == 4 ? ",\"amends\":\"r\"" : "");
    hear(h, &s, 0, s.n);
    assert_true(case_of(h, 1).person == case_of(h, 2).person && case_of(h, 1).person);
    tell(&s, "match.found", "feed", 1, 7,
         "{\"match\":\"confirmed\",\"why\":\"x\",\"state_id\":\"S-1\"}");
    tell(&s, "match.found", "feed", 2, 8,
         "{\"match\":\"confirmed\",\"why\":\"x\",\"state_id\":\"S-1\"}");
    tell(&s, "match.found", "feed", 3, 9, "{\"match\":\"confirmed\",\"why\":\"x\"}");
    tell(&s, "request.superseded", "feed", 3, 9, "{\"by\":\"C000004\"}");
    hear(h, &s, 4, s.n);
    assert_true(case_of(h, 1).person == case_of(h, 2).person &&
                case_of(h, 1).person != case_of(h, 3).person);
    assert_true(case_of(h, 3).superseded_by == 4 && case_of(h, 4).supersedes == 3 &&
                case_of(h, 3).amended == 1 && !case_of(h, 3).open);
    assert_true(case_of(h, 1).open && h->custody[history_custody(h, 7)].open_now == 1 &&
                h->custody[history_custody(h, 9)].open_now == 0);
    size_t before = s.n;
    tell(&s, "match.confirmed", "m.ortiz", 1, 9, "{\"booking\":\"B-9\",\"reason\":\"x\"}");
    tell(&s, "match.found", "feed", 2, 0, "{\"match\":\"unverified\",\"why\":\"x\"}");
    hear(h, &s, before, s.n);
    assert_true(case_of(h, 1).person == case_of(h, 3).person &&
                h->custody[history_custody(h, 7)].open_now == 0 &&
                h->custody[history_custody(h, 9)].open_now == 1);
    assert_true(case_of(h, 2).person == case_of(h, 2).subject && !case_of(h, 2).open &&
                h->custody[history_custody(h, 8)].open_now == 0);
    history_free(h);
    arena_done(&a);
}

static void what_is_forgotten_is_counted(void **state)
{
    (void)state;
    struct arena a;
    struct story s = new_story(&a);
    struct history *h = history_new();
    tell_request(&s, 1, "fed-east", "\"notify\"", "\"family\":\"Vanterpool\"", "");
    tell(&s, "match.found", "feed", 1, 7, "{\"match\":\"confirmed\",\"why\":\"x\"}");
    tell_decision(&s, 1, 7, "confirmed", VIOLENT, "notify");
    tell(&s, "trigger", "jail", 0, 7,
         "{\"booking\":\"B-7\",\"kind\":\"bond posted\",\"at\":\"2026-03-01T09:00:00Z\"}");
    tell(&s, "record.read", "auditor", 1, 0, "{\"what\":\"case\"}");
    tell(&s, "a.kind.of.later", "x", 0, 0, "{}");
    for (size_t i = 0; i < 5; i++) s.list[i].ev.text = (struct str){NULL, 0};
    hear(h, &s, 0, s.n);
    struct past_case c = case_of(h, 1);
    assert_true(c.expunged && c.expunged_events == 4 && c.person == 0 &&
                c.agency == HISTORY_NONE && c.received_at == s.list[0].ev.at);
    assert_true(c.decided == 1 && h->n_decisions == 0 && !c.at_request.known && c.reads == 1 &&
                h->n_reads == 0);
    assert_true(h->custody[history_custody(h, 7)].triggered_at == INSTANT_NONE &&
                h->custody[history_custody(h, 7)].expunged);
    assert_true(h->expunged == 5 && h->events == 6 && h->unread == 1);
    struct err e;
    struct history_event broken = s.list[5].ev;
    broken.kind = STR("trigger");
    broken.text = STR("{");
    assert_int_not_equal(history_feed(h, &broken, &e), RC_OK);
    history_free(h);
    arena_done(&a);
}

/* ---- many made-up events ----------------------------------------------------------------- */

static uint64_t dice;
static unsigned roll(unsigned n)
{
    dice = dice * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(dice >> 33) % n;
}

static void random_event(struct story *s, unsigned cases)
{
    int64_t c = 1 + (int64_t)roll(cases), b = 1 + (int64_t)roll(cases);
    const char *offences[] = {VIOLENT, PETTY, UNCLASSIFIED, DISMISSED, ""};
    switch (roll(12)) {
    case 0:
        tell_request(s, c, roll(2) ? "fed-east" : "fed-west", "\"notify\"",
                     roll(2) ? "\"family\":\"Vanterpool\"" : "\"state_id\":\"S-1\"",
                     roll(4) ? "" : ",\"amends\":\"r\"");
        break;
    case 1:
        tell(s, "match.found", "feed", c, b, "{\"match\":\"%s\",\"why\":\"x\"}",
             roll(3) ? "confirmed" : "unverified");
        break;
    case 2:
    case 3:
    case 4:
        tell_decision(s, c, b, roll(4) ? "confirmed" : "unverified", offences[roll(5)],
                      roll(2) ? "notify" : "decline");
        break;
    case 5:
        tell(s, "trigger", "jail", 0, b,
             "{\"booking\":\"B\",\"kind\":\"other\",\"at\":\"2026-03-01T09:00:00Z\"}");
        break;
    case 6:
        tell(s, roll(2) ? "release" : "trigger.undone", "jail", 0, b,
             "{\"booking\":\"B\",\"reason\":\"x\",\"at\":\"2026-03-01T09:00:00Z\"}");
        break;
    case 7:
        tell(s, "notice.queued", "system", c, 0,
             "{\"notice\":\"N-%zu\",\"kind\":\"release\",\"channel\":\"fax\",\"address\":\"1\","
             "\"decision\":1}",
             s->n);
        break;
    case 8:
        tell(s, "record.read", roll(2) ? "a" : "b", c, 0, "{\"what\":\"%s\"}",
             roll(2) ? "case" : "proof");
        break;
    case 9:
        tell(s, "request.superseded", "feed", c, 0, "{\"by\":\"C%06u\"}", 1 + roll(cases));
        break;
    case 10:
        tell(s, roll(2) ? "duty.opened" : "duty.done", "x", c, 0, "{\"duty\":\"%u\"}", roll(3));
        break;
    default:
        tell(s, roll(2) ? "escape" : "hospital", "jail", 0, b,
             "{\"booking\":\"B\",\"kind\":\"returned\",\"at\":\"2026-03-01T09:00:00Z\"}");
        break;
    }
    if (!roll(20)) s->list[s->n - 1].ev.text = (struct str){NULL, 0};
}

/* What an independent look at the rows gives, after any prefix. */
static void counts_agree(const struct history *h)
{
    for (size_t i = 0; i < h->n_custody; i++) {
        int open = 0;
        for (size_t k = 0; k < h->n_cases; k++)
            open += h->cases[k].booking == h->custody[i].booking && h->cases[k].open;
        assert_int_equal(open, h->custody[i].open_now);
        size_t linked = 0, meant = 0;
        for (history_id k = h->custody[i].cases; k != HISTORY_NONE;
             k = h->cases[k].next_of_booking)
            linked++;
        for (size_t k = 0; k < h->n_cases; k++)
            meant += h->cases[k].booking == h->custody[i].booking;
        assert_int_equal(linked, meant);
    }
    for (size_t i = 0; i < h->n_cases; i++) {
        const struct past_case *c = &h->cases[i];
        bool here = c->booking && c->closed_at == INSTANT_NONE &&
                    h->custody[history_custody(h, c->booking)].left_at == INSTANT_NONE;
        assert_int_equal(c->open, here && c->match == MATCH_CONFIRMED &&
                                      c->cancelled_at == INSTANT_NONE &&
                                      c->superseded_at == INSTANT_NONE);
    }
}

static void halves(void **state)
{
    (void)state;
    const char *seed = getenv("SALLYPORT_SEED");
    dice = seed ? strtoull(seed, NULL, 10) : 20260301;
    print_message("# seed %llu\n", (unsigned long long)dice);
    for (int round = 0; round < 30; round++) {
        struct arena a;
        struct story s = new_story(&a);
        struct history *whole = history_new(), *parts = history_new();
        for (int i = 0; i < 300; i++) random_event(&s, 12);
        size_t cut = roll(300);
        hear(whole, &s, 0, s.n);
        hear(parts, &s, 0, cut);
        counts_agree(parts);
        hear(parts, &s, cut, s.n);
        past_same(whole, parts);
        history_free(parts);
        parts = history_copy(whole); /* and goes on as the one it was made of */
        for (int i = 0; i < 50; i++) random_event(&s, 12);
        hear(parts, &s, whole->events, s.n);
        hear(whole, &s, whole->events, s.n);
        past_same(whole, parts);
        counts_agree(whole);
        history_free(whole);
        history_free(parts);
        arena_done(&a);
    }
}

/* What the fast reader takes it reads as the strict one does; it takes most, and nothing that
 * the strict one refuses or that is not canonical. */
static void reads_the_same(struct arena *a, struct str text)
{
    struct json *fast = plain_json(a, text), *strict = NULL;
    struct buf x = buf_in(a), y = buf_in(a);
    struct err e;
    if (!fast) return;
    assert_int_equal(json_parse(a, text, "", NULL, &strict, &e), RC_OK);
    json_write(&x, fast);
    json_write(&y, strict);
    assert_true(str_eq(buf_str(&x), buf_str(&y)) && str_eq(buf_str(&x), text));
}

static void plain(void **state)
{
    static const char *const refused[] = {"",
                                          "{",
                                          "{\"a\":1,\"a\":1}",
                                          "{\"b\":1,\"a\":1}",
                                          "[1,]",
                                          "[01]",
                                          "[1.5]",
                                          "[1e3]",
                                          "[-1]",
                                          "[1234567890123456]",
                                          "tru",
                                          "\"\\n\"",
                                          "\"\x7f\"",
                                          "\"\xc3\xa9\"",
                                          "[1] ",
                                          " [1]",
                                          "[1][2]",
                                          "\"a"};
    (void)state;
    struct arena a;
    struct story s = new_story(&a);
    size_t taken = 0, texts = 0;
    dice = 11;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_null(plain_json(&a, str_c(refused[i])));
    for (int i = 0; i < 400; i++) random_event(&s, 12);
    for (size_t i = 0; i < s.n; i++) {
        struct str t = s.list[i].ev.text;
        if (!t.p) continue;
        struct json *v;
        struct buf canonical = buf_in(&a);
        struct err e;
        assert_int_equal(json_parse(&a, t, "", NULL, &v, &e), RC_OK);
        json_write(&canonical, v);
        t = buf_str(&canonical);
        texts++;
        taken += plain_json(&a, t) != NULL;
        reads_the_same(&a, t);
        char *spoilt = arena_printf(&a, STR_FMT, STR_ARG(t));
        for (int k = 0; k < 20; k++) {
            spoilt[roll((unsigned)t.n)] = "{}[]\",:0a\\ -."[roll(14)];
            reads_the_same(&a, str_n(spoilt, t.n));
        }
    }
    assert_true(taken * 10 > texts * 9);
    arena_done(&a);
}

static void many(void **state)
{
    (void)state;
    const char *asked = getenv("SALLYPORT_HISTORY_EVENTS");
    size_t n = asked ? strtoull(asked, NULL, 10) : 20000;
    struct arena a;
    struct story s = new_story(&a);
    struct history *h = history_new();
    struct timespec t0, t1;
    size_t bytes = 0;
    dice = 7;
    for (size_t i = 0; i < 20000; i++) random_event(&s, 2000);
    for (size_t i = 0; i < s.n; i++) bytes += s.list[i].ev.text.n;
    clock_gettime(CLOCK_MONOTONIC, &t0);
    for (size_t done = 0; done < n; done += s.n) hear(h, &s, 0, s.n);
    clock_gettime(CLOCK_MONOTONIC, &t1);
    print_message("# %llu events of %zu bytes on average in %.2f s\n",
                  (unsigned long long)h->events, bytes / s.n,
                  (double)(t1.tv_sec - t0.tv_sec) + (double)(t1.tv_nsec - t0.tv_nsec) / 1e9);
    assert_true(h->events >= n && h->n_cases <= 2000);
    history_free(h);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_life),
                                       cmocka_unit_test(persons),
                                       cmocka_unit_test(what_is_forgotten_is_counted),
                                       cmocka_unit_test(halves),
                                       cmocka_unit_test(plain),
                                       cmocka_unit_test(many)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
