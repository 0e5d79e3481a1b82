/* What-if, pure: random decision points decided again with and without kept answers must give
 * the same page, also under packs that look at dates and at offences as a whole; lists are the
 * candidate's own; load is counted once a case. */
#include "help.h"
#include "custody/pack_run.h"
#include "custody/whatif.h"
#include "dmn/reads.h"
#include "ledger/event.h"

static struct str canonical(struct arena *a, const struct json *v)
{
    struct buf b = buf_in(a);
    json_write(&b, v);
    return buf_str(&b);
}

/* The 2025 pack with one text of its model replaced. */
static struct pack *pack_with(struct arena *a, const char *from, const char *to)
{
    struct pack_file *files;
    struct pack *p;
    struct err e = {0};
    size_t n = pack_files(a, "us-co-denver-2025-stated", &files);
    for (size_t i = 0; i < n; i++) {
        if (!str_is(files[i].name, "policy.dmn")) continue;
        ptrdiff_t at = str_find(files[i].bytes, str_c(from));
        assert_true(at > 0);
        struct buf b = buf_in(a);
        buf_add(&b, files[i].bytes.p, (size_t)at);
        buf_c(&b, to);
        buf_str_add(&b, str_sub(files[i].bytes, (size_t)at + strlen(from), files[i].bytes.n));
        files[i].bytes = buf_str(&b);
    }
    if (pack_load(files, n, NULL, &p, &e) != RC_OK) fail_msg("%s: %s [%s]", to, e.text, e.id);
    return p;
}

static const char arrests[] = "<text>count(Violent arrests) &gt; 0</text>";
static struct pack *pack_of_dates(struct arena *a)
{
    return pack_with(
        a, arrests, "<text>count(Violent arrests[on &gt; date(\"2024-01-01\")]) &gt; 0</text>");
}
static struct pack *pack_of_spans(struct arena *a)
{
    return pack_with(a, arrests,
                     "<text>count(Violent arrests[on &gt; date(request.received_at) - "
                     "duration(\"P2Y\")]) &gt; 0</text>");
}
static struct pack *pack_of_wholes(struct arena *a)
{
    return pack_with(a, arrests, "<text>count(distinct values(Violent arrests)) &gt; 1</text>");
}

static struct offence offence_drawn(uint64_t *seed)
{
    static const char *const citations[] = {"C.R.S. 18-3-202(1)(a)", "C.R.S. 18-4-203",
                                            "C.R.S. 18-4-401", "720 ILCS 5/9-1", ""};
    static const char *const texts[] = {"A CHARGE", "said \"so\" \\ twice", "",
                                        "caf\xc3\xa9, \"facts\":{"};
    static const enum stage stages[] = {STAGE_ARRESTED, STAGE_CHARGED, STAGE_CONVICTED,
                                        STAGE_SENTENCED, STAGE_DISMISSED};
    struct offence o = {.this_booking = below(seed, 2),
                        .citation = str_c(citations[below(seed, 5)]),
                        .text = str_c(texts[below(seed, 4)]),
                        .class = STR("F3"),
                        .grade = GRADE_FELONY,
                        .stage = stages[below(seed, 5)],
                        .on = 19600 + below(seed, 300),
                        .convicted_on = DAYS_UNKNOWN};
    if (below(seed, 5) == 0) o.on = DAYS_UNKNOWN;
    return o;
}

/* Half of them are one of a few but for their times. */
static struct facts facts_drawn(struct arena *a, uint64_t *times)
{
    static const enum custody_state states[] = {CUSTODY_IN, CUSTODY_TRIGGERED,
                                                CUSTODY_RELEASED};
    uint64_t of = below(times, 2) ? below(times, 60) : next_random(times), *seed = &of;
    struct facts f = {.match = below(seed, 6) ? MATCH_CONFIRMED : MATCH_UNVERIFIED,
                      .custody = states[below(seed, 3)],
                      .disputed = below(seed, 20) == 0};
    f.as_of = INT64_C(1640000000000) + (instant)below(times, 1000) * HOURS(24);
    f.booked_at = below(seed, 3) ? f.as_of - HOURS(5) : INSTANT_NONE;
    f.request.received_at = f.as_of - HOURS(1 + below(times, 9));
    f.triggered_at = f.custody == CUSTODY_TRIGGERED ? f.as_of : INSTANT_NONE;
    f.request.form = STR("I-247A");
    f.request.asks[f.request.n_asks++] = ASK_NOTIFY;
    if (below(seed, 2)) f.request.asks[f.request.n_asks++] = ASK_HOLD;
    f.request.written = (enum known)below(seed, 3);
    f.request.complete = (enum known)below(seed, 3);
    f.n_offences = f.match == MATCH_CONFIRMED ? 1 + below(seed, 2) : 0;
    f.offences = arena_array(a, struct offence, 3);
    for (size_t i = 0; i < f.n_offences; i++) f.offences[i] = offence_drawn(seed);
    for (size_t i = 0; i < f.n_offences; i++)
        if (f.offences[i].on != DAYS_UNKNOWN) f.offences[i].on += below(times, 90);
    return f;
}

/* As the casework records it: classified and decided by the pack in force. */
static struct str recorded(struct arena *a, struct pack_run *run, struct facts *f)
{
    struct json *body = json_object(a);
    struct decision d;
    struct str text;
    struct err e = {0};
    for (size_t i = 0; i < f->n_offences; i++) {
        struct offence *o = &f->offences[i];
        o->classified = pack_classify(pack_run_pack(run), a, o, f->as_of / HOURS(24), &o->lists,
                                      &o->n_lists) == RC_OK;
    }
    facts_write(a, f);
    decide(a, run, f, false, &d);
    json_set_str(a, body, STR("facts"), (struct json *)(uintptr_t)f->json);
    json_set(a, body, "decision", decision_json(a, &d));
    const struct event ev = {.at = f->as_of,
                             .kind = EVENT_KIND_DECISION_MADE,
                             .case_id = STR("C000007"),
                             .actor = STR("jail-feed"),
                             .body = body};
    if (event_write(a, &ev, &text, &e) != RC_OK) fail_msg("%s", e.text);
    return text;
}

static void feed(struct whatif *w, uint64_t index, int64_t case_id, instant at, struct str text)
{
    struct err e = {0};
    const struct whatif_point p = {.index = index,
                                   .at = at,
                                   .month = 2024 * 12 + (int)(index / 500 % 12),
                                   .case_id = case_id,
                                   .text = text};
    if (whatif_feed(w, &p, &e) != RC_OK) fail_msg("%s", e.text);
}

static struct json *page_without(struct whatif *w, struct arena *a, int64_t *ret_decided)
{
    struct json *v = whatif_json(w, a), *o = json_object(a);
    *ret_decided = json_whole(json_get(v, "decided"), -1);
    for (size_t i = 0; i < json_len(v); i++)
        if (!str_is(v->object.members[i].key, "decided"))
            json_set_str(a, o, v->object.members[i].key, v->object.members[i].value);
    return o;
}

enum { POINTS = 1500 };

static void kept_answers_change_nothing(void **state)
{
    uint64_t seed = (uint64_t)(getenv("SEED") ? atoll(getenv("SEED")) : 7);
    struct arena a, row;
    int64_t kept, plain;
    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    arena_init(&a, 0);
    arena_init(&row, 0);
    struct pack *base = pack_named(&a, "us-co-denver-2025-stated"),
                *trust = pack_named(&a, "us-il-trust-act"), *dates = pack_of_dates(&a),
                *wholes = pack_of_wholes(&a), *spans = pack_of_spans(&a);
    const struct pack *sets[][2] = {
        {base, trust}, {dates, base}, {wholes, base}, {spans, base}};
    struct pack_run *run = pack_run_new(base);
    for (size_t k = 0; k < sizeof sets / sizeof *sets; k++) {
        struct whatif_setup fast = {.packs = sets[k], .n_packs = 2}, slow = fast;
        slow.plain = true;
        struct whatif *x = whatif_new(&fast), *y = whatif_new(&slow);
        for (uint64_t i = 0; i < POINTS; i++) {
            struct facts f = facts_drawn(&row, &seed);
            struct str text = recorded(&row, run, &f);
            int64_t id = 1 + (int64_t)below(&seed, 90);
            feed(x, i, id, f.as_of, text);
            feed(y, i, id, f.as_of, text);
            arena_reset(&row);
        }
        struct json *p = page_without(x, &a, &kept), *q = page_without(y, &a, &plain);
        assert_string_equal(str_dupz(&a, canonical(&a, p)), str_dupz(&a, canonical(&a, q)));
        assert_int_equal(plain, POINTS);
        if (k == 0) assert_true(kept < POINTS * 9 / 10); /* it does keep something */
        const struct json *of_base = json_at(json_get(p, "packs"), k ? 1 : 0);
        assert_int_equal(json_whole(json_get(of_base, "decided_by_it"), 0), POINTS);
        assert_int_equal(json_whole(json_get(of_base, "reproduced"), 0),
                         POINTS); /* every one, to the byte */
        assert_int_equal(json_whole(json_get(of_base, "changed_points"), -1), 0);
        whatif_free(x);
        whatif_free(y);
    }
    pack_run_free(run);
    pack_free(base);
    pack_free(trust);
    pack_free(dates);
    pack_free(wholes);
    pack_free(spans);
    arena_done(&row);
    arena_done(&a);
}

static void what_a_model_reads(void **state)
{
    struct arena a;
    struct reads r;
    (void)state;
    arena_init(&a, 0);
    for (int i = 0; i < PACKS; i++) {
        struct pack *p = pack_named(&a, pack_names[i]);
        reads_of(pack_model(p), &a, &r);
        assert_false(r.all);
        assert_false(reads_name(&r, STR("received_at")) || reads_name(&r, STR("on")) ||
                     reads_name(&r, STR("as_of")));
        assert_true(reads_name(&r, STR("asks")));
        pack_free(p);
    }
    struct pack *dates = pack_of_dates(&a), *wholes = pack_of_wholes(&a);
    static const struct {
        const char *to;
        const char *name;
    } looks[] = {
        {"<text>request.received_at &gt; date and time(\"2024-01-01T00:00:00Z\")</text>",
         "received_at"},
        {"<text>get value(request, \"received_at\") = null</text>", "received_at"},
        {"<text>string(request) = \"\"</text>", "received_at"},
        {"<text>[request] = [request]</text>", "received_at"},
        {"<text>count(for o in Violent arrests return o.convicted_on) &gt; 0</text>",
         "convicted_on"},
        {"<text>list contains(Violent arrests, Violent arrests[1])</text>", "on"},
        {"<text>(function(x) x.on)(Violent arrests[1]) = null</text>", "on"},
        {"<text>Violent arrests[1] in (Violent arrests[2])</text>", "on"}};
    reads_of(pack_model(dates), &a, &r);
    assert_true(reads_name(&r, STR("on")));
    assert_false(reads_name(&r, STR("received_at")));
    reads_of(pack_model(wholes), &a, &r);
    assert_true(r.all);
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        struct pack *p = pack_with(&a, arrests, looks[i].to);
        reads_of(pack_model(p), &a, &r);
        if (!reads_name(&r, str_c(looks[i].name)))
            fail_msg("%s: %s is read", looks[i].to, looks[i].name);
        pack_free(p);
    }
    pack_free(dates);
    pack_free(wholes);
    arena_done(&a);
}

static const struct json *cell(const struct json *page, size_t pack, const char *ask,
                               const char *was, const char *now)
{
    const struct json *rows = json_get(json_at(json_get(page, "packs"), pack), "table");
    for (size_t i = 0; i < json_len(rows); i++) {
        const struct json *o = json_at(rows, i);
        if (str_is(json_text(o, "ask"), ask) && str_is(json_text(o, "old"), was) &&
            str_is(json_text(o, "new"), now))
            return json_get(o, "points");
    }
    return NULL;
}

/* Illinois has the charge on its list; Denver's lists do not know the citation: open, so a
 * person looks. */
static void lists_are_the_candidates(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 0);
    struct pack *il = pack_named(&a, "us-il-2025-stated"),
                *denver = pack_named(&a, "us-co-denver-2025-stated");
    struct pack_run *run = pack_run_new(il);
    struct offence o = {.this_booking = true,
                        .citation = STR("720 ILCS 5/9-1"),
                        .text = STR("FIRST DEGREE MURDER"),
                        .grade = GRADE_FELONY,
                        .stage = STAGE_CONVICTED,
                        .on = DAYS_UNKNOWN,
                        .convicted_on = DAYS_UNKNOWN};
    struct facts f = {.match = MATCH_CONFIRMED,
                      .custody = CUSTODY_TRIGGERED,
                      .as_of = INT64_C(1740900000000),
                      .booked_at = INSTANT_NONE,
                      .triggered_at = INT64_C(1740900000000),
                      .request = {.received_at = INT64_C(1740800000000),
                                  .form = STR("I-247A"),
                                  .asks = {ASK_NOTIFY},
                                  .n_asks = 1,
                                  .written = YES,
                                  .complete = YES},
                      .offences = &o,
                      .n_offences = 1};
    struct str text = recorded(&a, run, &f);
    assert_true(str_find(text, STR("\"lists\":[\"violent\"")) > 0);
    const struct pack *one[] = {denver};
    const struct whatif_setup s = {.packs = one, .n_packs = 1};
    struct whatif *w = whatif_new(&s);
    feed(w, 0, 1, f.as_of, text);
    feed(w, 1, 1, f.as_of, text);
    struct json *page = whatif_json(w, &a);
    assert_int_equal(json_whole(cell(page, 0, "notify", "notify", "review"), 0), 2);
    const struct json *kind =
                          json_at(json_get(json_at(json_get(page, "packs"), 0), "kinds"), 0),
                      *was = json_get(page, "was");
    assert_true(str_is(json_text(kind, "new_rule"), "DEN25-3"));
    assert_int_equal(json_whole(json_get(page, "decided"), 0), 1);
    assert_int_equal(json_whole(json_get(was, "notices"), 0), 1); /* one trigger, one notice */
    assert_int_equal(json_whole(json_get(was, "reviews"), -1), 0);
    const struct json *load = json_get(json_at(json_get(page, "packs"), 0), "load");
    assert_int_equal(json_whole(json_get(load, "notices"), -1), 0);
    assert_int_equal(json_whole(json_get(load, "reviews"), -1), 1); /* opened once */
    assert_int_equal(json_whole(json_get(load, "duties"), -1),
                     2); /* serve a copy, advise: once each */
    struct err e = {0};
    const struct whatif_point p = {
        .index = 0, .at = f.as_of, .month = 2025 * 12, .case_id = 1, .text = text};
    assert_int_equal(whatif_person(w, &p, ASK_NOTIFY, OUTCOME_DECLINE, &e), RC_OK);
    const struct json *hand =
        json_at(json_get(json_at(json_get(whatif_json(w, &a), "packs"), 0), "by_hand"), 0);
    assert_true(str_is(json_text(hand, "old"), "notify") &&
                str_is(json_text(hand, "person"), "decline") &&
                str_is(json_text(hand, "new"), "review"));
    whatif_free(w);
    pack_run_free(run);
    pack_free(il);
    pack_free(denver);
    arena_done(&a);
}

/* Text that is no event of ours is refused, never counted. */
static void broken_events(void **state)
{
    static const char *const texts[] = {
        "",
        "{",
        "{}",
        "{\"body\":{\"decision\":{},\"facts\":{\"as_of\":1}},\"case\":\"C1\"}",
        "{\"body\":{\"decision\":{\"asks\":[{\"ask\":\"x\",\"outcome\":\"y\"}]},\"facts\":{"
        "\"as_of\":\"2024\"}},\"case\":null}",
        "{\"body\":{\"decision\":{\"asks\":[]},\"facts\":{\"as_of\":\"2024-01-01T00:00:00Z\","
        "\"request\":{\"asks\":[\"notify\"]}}},\"case\":null}"};
    struct arena a;
    (void)state;
    arena_init(&a, 0);
    struct pack *p = pack_named(&a, "us-il-trust-act");
    const struct pack *one[] = {p};
    const struct whatif_setup s = {.packs = one, .n_packs = 1};
    struct whatif *w = whatif_new(&s);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct err e = {0};
        const struct whatif_point point = {
            .month = 2024 * 12, .case_id = 1, .text = str_c(texts[i])};
        assert_int_not_equal(whatif_feed(w, &point, &e), RC_OK);
    }
    assert_int_equal(json_whole(json_get(whatif_json(w, &a), "points"), -1), 0);
    whatif_free(w);
    pack_free(p);
    arena_done(&a);
}

/* A text that is met again but for what is left out of keys: whatever stands there, the quick
 * way takes and refuses what the careful reader does, and counts the same. */
static void quick_and_careful_agree(void **state)
{
    static const struct {
        const char *from, *to;
        bool good;
    } cases[] = {{"\"lists\":[\"violent\"]", "\"lists\":[\"violent]", false},
                 {"\"lists\":[\"violent\"]", "\"lists\":[violent\"]", false},
                 {"\"lists\":[\"violent\"]", "\"lists\":", false},
                 {"\"lists\":[\"violent\"]", "\"lists\":[\"a\",\"b\"]", true},
                 {"\"lists\":[\"violent\"]", "\"lists\":[\"a\",]", false},
                 {"\"lists\":[\"violent\"]", "\"lists\":[\"\x01\"]", false},
                 {"\"on\":\"2023-10-03\"", "\"on\":", false},
                 {"\"on\":\"2023-10-03\"", "\"on\":\"2023-02-30\"", true},
                 {"\"on\":\"2023-10-03\"", "\"on\":\"2024-02-29\"", true},
                 {"\"on\":\"2023-10-03\"", "\"on\":\"2023-10-03", false},
                 {"\"on\":\"2023-10-03\"", "\"on\":\"\\u0032023-10-03\"", true},
                 {"\"on\":\"2023-10-03\"", "\"on\":\"2023-10-03T00:00:00Z\"", true},
                 {"\"received_at\":\"2", "\"received_at\" :\"2", true},
                 {"\"received_at\":\"2", "\"received_at\":\"x", true},
                 {"{\"as_of\":\"2025", "{\"as_of\":\"2024", true}, /* the decision's alone */
                 {"\"facts\":{\"as_of\":\"2025-03", "\"facts\":{\"as_of\":\"2025-13", false},
                 {"\"facts\":", "\"x\":1,\"facts\":", true},
                 {"\"facts\":", "\"facts\":1,\"facts\":", false},
                 {"\"actor\":\"", "\"actor\":\"\t", false},
                 {"\"text\":\"A", "\"text\":\"\xff", false},
                 {"\"text\":\"A", "\"text\":\"\\\"A", true},
                 {"\"text\":\"A", "\"text\":\"\x7f\xc2\xa7", true},
                 {"}},\"case\"", "}}},\"case\"", false},
                 {"\"kind\":\"decision.made\"}", "\"kind\":\"decision.made\"", false}};
    struct arena a;
    int64_t decided;
    (void)state;
    arena_init(&a, 0);
    struct pack *p = pack_named(&a, "us-il-2025-stated"), *dates = pack_of_dates(&a);
    const struct pack *both[] = {p, dates};
    struct pack_run *run = pack_run_new(p);
    struct offence o = {.this_booking = true,
                        .citation = STR("720 ILCS 5/9-1"),
                        .text = STR("A CHARGE"),
                        .grade = GRADE_FELONY,
                        .stage = STAGE_CONVICTED,
                        .on = 19633, /* 2023-10-03 */
                        .convicted_on = DAYS_UNKNOWN};
    struct facts f = {.match = MATCH_CONFIRMED,
                      .as_of = INT64_C(1740900000000), /* in March 2025 */
                      .booked_at = INSTANT_NONE,
                      .triggered_at = INSTANT_NONE,
                      .request = {.received_at = INT64_C(1740800000000),
                                  .form = STR("I-247A"),
                                  .asks = {ASK_NOTIFY},
                                  .n_asks = 1,
                                  .written = YES,
                                  .complete = YES},
                      .offences = &o,
                      .n_offences = 1};
    struct str text = recorded(&a, run, &f);
    const struct whatif_setup fast = {.packs = both, .n_packs = 2},
                              slow = {.packs = both, .n_packs = 2, .plain = true};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct whatif *x = whatif_new(&fast), *y = whatif_new(&slow);
        ptrdiff_t at = str_find(text, str_c(cases[i].from));
        struct buf b = buf_in(&a);
        struct err e = {0};
        if (at < 0) fail_msg("no %s in " STR_FMT, cases[i].from, STR_ARG(text));
        buf_add(&b, text.p, (size_t)at);
        buf_c(&b, cases[i].to);
        buf_str_add(&b, str_sub(text, (size_t)at + strlen(cases[i].from), text.n));
        feed(x, 0, 1, f.as_of, text);
        feed(y, 0, 1, f.as_of, text);
        for (uint64_t k = 1; k < 3; k++) {
            const struct whatif_point point = {
                .index = k, .month = 2025 * 12, .case_id = 1, .text = buf_str(&b)};
            enum rc one = whatif_feed(x, &point, &e), other = whatif_feed(y, &point, &e);
            if (one != other || (one == RC_OK) != cases[i].good)
                fail_msg("%s: %d and %d", cases[i].to, one, other);
        }
        assert_string_equal(str_dupz(&a, canonical(&a, page_without(x, &a, &decided))),
                            str_dupz(&a, canonical(&a, page_without(y, &a, &decided))));
        whatif_free(x);
        whatif_free(y);
    }
    pack_run_free(run);
    pack_free(p);
    pack_free(dates);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kept_answers_change_nothing), cmocka_unit_test(what_a_model_reads),
        cmocka_unit_test(lists_are_the_candidates), cmocka_unit_test(broken_events),
        cmocka_unit_test(quick_and_careful_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
