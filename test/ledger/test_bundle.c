/* Events to bytes and back, proof bundles and exports: what is right passes, what was touched
 * does not. */
#include "ledger/bundle.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define N 11
#define ORIGIN "jail.example.gov/sallyport"

static struct arena arena;
static struct ledger_item items[N];
static struct ledger_edge edge;
static struct sign_key key;
static struct str key_text, note;

static struct event an_event(int64_t n, const char *of_case)
{
    struct json *body = json_object(&arena);
    json_set(&arena, body, "why", json_c(&arena, "booking number and state id agree"));
    json_set(&arena, body, "match", json_int(&arena, n));
    return (struct event){.at = n * 1000,
                          .kind = EVENT_KIND_MATCH_FOUND,
                          .case_id = str_c(of_case),
                          .actor = STR("system"),
                          .body = body};
}

static RC read_node(void *ctx, unsigned level, uint64_t index, struct hash *ret, struct err *e)
{
    (void)ctx, (void)e;
    struct hash nodes[16];
    assert_true(((index + 1) << level) <= N);
    for (size_t i = 0; i < (size_t)1 << level; i++)
        nodes[i] = ledger_leaf(items[(index << level) + i].commitment);
    *ret = ledger_fold(nodes, (size_t)1 << level);
    return RC_OK;
}

static int make_ledger(void **state)
{
    (void)state;
    struct err e;
    unsigned char seed[32] = {9};
    arena_init(&arena, 0);
    key = sign_key_from_seed(seed);
    key_text = checkpoint_verifier_key(&arena, STR(ORIGIN), key.public_key);
    for (size_t i = 0; i < N; i++) {
        struct event ev = an_event((int64_t)i, "C-7");
        items[i] = (struct ledger_item){.index = i, .expunged = i == 4};
        memset(items[i].salt, (int)i, LEDGER_SALT);
        if (event_write(&arena, &ev, &items[i].event, &e) != RC_OK) return -1;
        items[i].commitment = ledger_commitment(items[i].salt, items[i].event);
        ledger_append(&edge, ledger_leaf(items[i].commitment));
    }
    struct checkpoint c = {STR(ORIGIN), N, ledger_root(&edge)};
    note = checkpoint_sign(&arena, &c, &key);
    return 0;
}

static int end_ledger(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static void test_event_form(void **state)
{
    (void)state;
    assert_true(str_is(
        items[1].event,
        "{\"actor\":\"system\",\"at\":\"1970-01-01T00:00:01Z\",\"body\":{\"match\":1,\"why\":"
        "\"booking number and state id agree\"},\"case\":\"C-7\",\"kind\":\"match.found\"}"));
    struct event ev;
    struct err e;
    assert_int_equal(event_read(&arena, items[1].event, &ev, &e), RC_OK);
    assert_int_equal(ev.kind, EVENT_KIND_MATCH_FOUND);
    assert_int_equal(ev.at, 1000);
    assert_true(str_is(ev.case_id, "C-7"));
    assert_true(str_is(ev.actor, "system"));
}

static void test_event_kinds(void **state)
{
    (void)state;
    for (int k = 0; k < EVENT_KIND_COUNT; k++) {
        enum event_kind back;
        assert_true(event_from_word(str_c(event_word((enum event_kind)k)), &back));
        assert_int_equal(back, k);
        assert_true(strlen(event_info((enum event_kind)k)->about) > 10);
        /* A body with exactly the members of the table is enough, and no one of them can be
         * missing. */
        struct event ev = an_event(1, "C-7");
        struct str rest = str_c(event_info((enum event_kind)k)->members), member;
        struct err e;
        ev.kind = (enum event_kind)k;
        ev.body = json_object(&arena);
        while (str_cut(&rest, ' ', &member)) {
            assert_int_equal(event_check(&ev, &e), RC_INVALID);
            assert_string_equal(e.id, "EVENT-0006");
            json_set_str(&arena, ev.body, member, json_null(&arena));
        }
        assert_int_equal(event_check(&ev, &e), RC_OK);
        ev.case_id = str_n("", 0);
        assert_int_equal(event_check(&ev, &e),
                         event_info(ev.kind)->scope == EVENT_CASE ? RC_INVALID : RC_OK);
    }
    enum event_kind k;
    assert_false(event_from_word(STR("match"), &k));
    assert_false(event_from_word(STR(""), &k));
}

static void test_event_refused(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"EVENT-0008", "{\"at\":\"1970-01-01T00:00:01Z\",\"actor\":\"a\",\"body\":{\"alert\":1,"
                       "\"what\":2},\"case\":null,\"kind\":\"alert.opened\"}"},
        {"EVENT-0008", "{\"actor\":\"a\",\"at\":\"1970-01-01T01:00:01+01:00\",\"body\":{"
                       "\"alert\":1,\"what\":2},\"case\":null,\"kind\":\"alert.opened\"}"},
        {"EVENT-0008", "{\"actor\":\"\\u0061\",\"at\":\"1970-01-01T00:00:01Z\",\"body\":{"
                       "\"alert\":1,\"what\":2},\"case\":null,\"kind\":\"alert.opened\"}"},
        {"EVENT-0008", "{\"actor\":\"a\", "
                       "\"at\":\"1970-01-01T00:00:01Z\",\"body\":{\"alert\":1,\"what\":2},"
                       "\"case\":null,\"kind\":\"alert.opened\"}"},
        {"EVENT-0006", "{\"actor\":\"a\",\"at\":\"1970-01-01T00:00:01Z\",\"body\":{\"alert\":1}"
                       ",\"case\":null,\"kind\":\"alert.opened\"}"},
        {"EVENT-0001", "{\"actor\":\"a\",\"at\":\"1970-01-01T00:00:01Z\",\"body\":{},\"case\":"
                       "null,\"kind\":\"hold\"}"},
        {"EVENT-0002", "{\"actor\":\"\",\"at\":\"1970-01-01T00:00:01Z\",\"body\":{\"alert\":1,"
                       "\"what\":2},\"case\":null,\"kind\":\"alert.opened\"}"},
        {"EVENT-0003", "{\"actor\":\"a\",\"at\":\"yesterday\",\"body\":{\"alert\":1,\"what\":2}"
                       ",\"case\":null,\"kind\":\"alert.opened\"}"},
        {"EVENT-0004", "{\"actor\":\"a\",\"at\":\"1970-01-01T00:00:01Z\",\"body\":{\"match\":1,"
                       "\"why\":2},\"case\":null,\"kind\":\"match.found\"}"},
        {"EVENT-0005", "{\"actor\":\"a\",\"at\":\"1970-01-01T00:00:01Z\",\"body\":[],\"case\":"
                       "null,\"kind\":\"alert.opened\"}"},
        {"EVENT-0007", "{\"actor\":\"a\",\"at\":\"1970-01-01T00:00:01Z\",\"body\":{\"alert\":1,"
                       "\"what\":2},\"case\":\"\",\"kind\":\"alert.opened\"}"},
        {"EVENT-0007", "{\"actor\":\"a\",\"at\":\"1970-01-01T00:00:01Z\",\"body\":{},\"kind\":"
                       "\"alert.opened\"}"},
        {"EVENT-0007", "[]"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct event ev;
        struct err e = {0};
        assert_int_equal(event_read(&arena, str_c(wrong[i][1]), &ev, &e), RC_INVALID);
        assert_string_equal(e.id, wrong[i][0]);
    }
}

static struct ledger_bundle made_bundle(void)
{
    struct err e;
    struct ledger_bundle b = {
        .case_id = STR("C-7"), .key = key_text, .checkpoint = note, .n = N};
    b.items = arena_array(&arena, struct ledger_item, N);
    memcpy(b.items, items, sizeof items);
    assert_int_equal(bundle_prove(&b, &(struct ledger_reader){NULL, read_node}, N, &e), RC_OK);
    return b;
}

static void test_bundle_round_trip(void **state)
{
    (void)state;
    struct ledger_bundle b = made_bundle(), back;
    struct json *parsed, *report;
    struct err e = {0};
    struct buf text = buf_in(&arena), again = buf_in(&arena);
    json_write_pretty(&text, bundle_json(&arena, &b));
    assert_int_equal(json_parse(&arena, buf_str(&text), "bundle", NULL, &parsed, &e), RC_OK);
    assert_int_equal(bundle_read(&arena, parsed, &back, &e), RC_OK);
    json_write_pretty(&again, bundle_json(&arena, &back));
    assert_true(str_eq(buf_str(&text), buf_str(&again)));
    assert_int_equal(bundle_verify(&arena, &back, key_text, &report, &e), RC_OK);
    assert_true(json_is_true(json_get(report, "ok")));
    assert_true(json_is_true(json_get(report, "key_trusted")));
    assert_int_equal(json_len(json_get(report, "steps")), 1 + 3 * (N - 1) + 2);
    assert_int_equal(bundle_verify(&arena, &back, str_n("", 0), &report, &e), RC_OK);
    assert_false(json_is_true(json_get(report, "key_trusted")));
    assert_true(str_find(buf_str(&text), items[4].event) < 0); /* expunged: not a word of it */
}

/* Every way to bend one member of a good bundle, and the step that must notice. */
enum bend {
    BEND_SALT,
    BEND_EVENT,
    BEND_INDEX,
    BEND_COMMITMENT,
    BEND_EXPUNGED_COMMITMENT,
    BEND_PATH,
    BEND_SHORT_PATH,
    BEND_NOTE,
    BEND_CASE,
    BEND_EMPTY,
    BEND_TRUSTED,
    BEND_COUNT
};

static struct str bend(enum bend how, struct ledger_bundle *b)
{
    unsigned char seed[32] = {1};
    struct sign_key other = sign_key_from_seed(seed);
    char *text;
    switch (how) {
    case BEND_SALT: b->items[2].salt[15] ^= 1; break;
    case BEND_EVENT:
        text = str_dupz(&arena, b->items[2].event);
        text[10] ^= 1; /* a letter of the actor */
        b->items[2].event = str_n(text, b->items[2].event.n);
        break;
    case BEND_INDEX: b->items[2].index++; break;
    case BEND_COMMITMENT: b->items[2].commitment.b[0] ^= 1; break;
    case BEND_EXPUNGED_COMMITMENT: b->items[4].commitment.b[0] ^= 1; break;
    case BEND_PATH: b->items[2].path.nodes[3].b[31] ^= 128; break;
    case BEND_SHORT_PATH: b->items[2].path.n--; break;
    case BEND_NOTE: b->checkpoint = str_sub(b->checkpoint, 0, b->checkpoint.n - 1); break;
    case BEND_CASE: b->case_id = STR("C-8"); break;
    case BEND_EMPTY: b->n = 0; break;
    case BEND_TRUSTED: return checkpoint_verifier_key(&arena, STR(ORIGIN), other.public_key);
    case BEND_COUNT: break;
    }
    return key_text;
}

static void test_bundle_bent(void **state)
{
    (void)state;
    static const char *const notices[] = {
        "commitment:", "commitment:", "inclusion:", "commitment:", "inclusion:", "inclusion:",
        "inclusion:",  "checkpoint:", "event:",     "events:",     "checkpoint:"};
    for (int how = 0; how < BEND_COUNT; how++) {
        struct ledger_bundle b = made_bundle();
        struct json *report;
        struct err e = {0};
        struct str trusted = bend((enum bend)how, &b);
        assert_int_equal(bundle_verify(&arena, &b, trusted, &report, &e), RC_NO);
        assert_false(json_is_true(json_get(report, "ok")));
        assert_string_equal(e.id, "LEDGER-0010");
        assert_true(str_starts(str_c(e.text), str_c(notices[how])));
    }
}

static void test_bundle_malformed(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "{}",
        "[]",
        "{\"format\":\"sallyport proof v2\",\"key\":\"k\",\"checkpoint\":\"c\",\"events\":[]}",
        "{\"format\":\"sallyport proof v1\",\"key\":\"k\",\"checkpoint\":\"c\"}",
        "{\"format\":\"sallyport proof v1\",\"key\":\"k\",\"checkpoint\":\"c\",\"events\":[7]}",
        "{\"format\":\"sallyport proof "
        "v1\",\"key\":\"k\",\"checkpoint\":\"c\",\"events\":[{\"index\":-1}]}",
        "{\"format\":\"sallyport proof "
        "v1\",\"key\":\"k\",\"checkpoint\":\"c\",\"events\":[{\"index\":0,\"commitment\":"
        "\"AAAA\"}]}",
        "{\"format\":\"sallyport proof "
        "v1\",\"key\":\"k\",\"checkpoint\":\"c\",\"events\":[{\"index\":0,\"salt\":null,"
        "\"event\":\"{}\","
        "\"commitment\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"path\":[]}]}",
        "{\"format\":\"sallyport proof "
        "v1\",\"key\":\"k\",\"checkpoint\":\"c\",\"events\":[{\"index\":0,\"salt\":null,"
        "\"event\":null,"
        "\"commitment\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"path\":[1]}]}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct json *v;
        struct ledger_bundle b;
        struct err e;
        assert_int_equal(json_parse(&arena, str_c(wrong[i]), "", NULL, &v, &e), RC_OK);
        assert_int_equal(bundle_read(&arena, v, &b, &e), RC_INVALID);
    }
}

/* Lines 0 head, 1 … N leaves, N+1 checkpoint. `skip` leaves one out. */
static enum rc check_export(size_t skip, size_t bent, struct export_check *c, struct err *e)
{
    *c = (struct export_check){.key = key_text};
    for (size_t i = 0; i < N + 2; i++) {
        struct ledger_item item = items[i >= 1 && i <= N ? i - 1 : 0];
        if (i == bent) item.commitment.b[5] ^= 4;
        if (i == skip) continue;
        struct str line = i == 0       ? export_head(&arena, key_text)
                          : i == N + 1 ? export_checkpoint(&arena, note)
                                       : export_leaf(&arena, &item);
        TRY(export_check_line(c, &arena, line, e));
    }
    return RC_OK;
}

static void test_export(void **state)
{
    (void)state;
    struct export_check c;
    struct err e;
    assert_int_equal(check_export(SIZE_MAX, SIZE_MAX, &c, &e), RC_OK);
    assert_int_equal(c.edge.size, N);
    assert_int_equal(c.signed_size, N);
    assert_int_equal(c.expunged, 1);
    assert_int_equal(c.events, N - 1);
    assert_int_equal(c.checkpoints, 1);
    assert_int_equal(check_export(0, SIZE_MAX, &c, &e), RC_INVALID);
    for (size_t i = 1; i <= N; i++) {
        assert_int_equal(check_export(i, SIZE_MAX, &c, &e), RC_NO);
        assert_int_equal(check_export(SIZE_MAX, i, &c, &e), RC_NO);
        assert_string_equal(e.id, "LEDGER-0012");
    }
    assert_int_equal(check_export(N + 1, SIZE_MAX, &c, &e), RC_OK);
    assert_int_equal(c.signed_size, 0); /* whole, but nobody has signed it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_event_form),    cmocka_unit_test(test_event_kinds),
        cmocka_unit_test(test_event_refused), cmocka_unit_test(test_bundle_round_trip),
        cmocka_unit_test(test_bundle_bent),   cmocka_unit_test(test_bundle_malformed),
        cmocka_unit_test(test_export),
    };
    return cmocka_run_group_tests(tests, make_ledger, end_ledger);
}
