/* Proof of notice on paper from a small ledger of our own: the same bundle gives the same
 * bytes, and a bundle with one changed letter gives a page that says so. With an argument:
 * writes the PDF there, for looking at. */
#include "cm.h"
#include "fixture.h"
#include "ledger/bundle.h"
#include "os/file.h"
#include <stdlib.h>

#define N 8
static struct arena arena;
static struct ledger_item items[N];

static RC read_node(void *ctx, unsigned level, uint64_t index, struct hash *ret, struct err *e)
{
    (void)ctx, (void)e;
    if (level == 0) {
        *ret = ledger_leaf(items[index].commitment);
        return RC_OK;
    }
    struct hash left, right;
    TRY(read_node(NULL, level - 1, index * 2, &left, e));
    TRY(read_node(NULL, level - 1, index * 2 + 1, &right, e));
    *ret = ledger_node(left, right);
    return RC_OK;
}

static struct json *bundle(void)
{
    static const struct {
        enum event_kind kind;
        int64_t after;
        const char *actor, *body;
    } story[N] = {
        {EVENT_KIND_REQUEST_RECEIVED, -86400, "intake",
         "{\"request\":{\"asks\":[\"notify\",\"hold\"],\"form\":\"I-247A\"}}"},
        {EVENT_KIND_MATCH_FOUND, -86399, "system",
         "{\"match\":\"confirmed\",\"why\":\"booking number and name agree\"}"},
        {EVENT_KIND_DECISION_MADE, -86398, "system",
         "{\"decision\":{\"asks\":[{\"ask\":\"notify\",\"outcome\":\"notify\",\"rule\":\"N-2\"}"
         ","
         "{\"ask\":\"hold\",\"outcome\":\"decline\",\"rule\":\"INV-3\"}]},\"facts\":{}}"},
        {EVENT_KIND_TRIGGER, 0, "jail-feed",
         "{\"at\":\"2026-11-22T09:40:15Z\",\"booking\":\"B-2026-01187\",\"kind\":\"bond "
         "posted\"}"},
        {EVENT_KIND_NOTICE_QUEUED, 1, "system",
         "{\"address\":\"303-555-0100\",\"channel\":\"fax\",\"kind\":\"release\",\"notice\":"
         "\"k1\"}"},
        {EVENT_KIND_NOTICE_ATTEMPT, 2, "system", "{\"attempt\":1,\"notice\":\"k1\"}"},
        {EVENT_KIND_NOTICE_RECEIPT, 141, "system",
         "{\"notice\":\"k1\",\"receipt\":{\"channel\":\"fax\",\"job\":\"41\",\"log\":"
         "\"000000042\",\"pages\":\"1\",\"state\":\"DONE\",\"why\":\"done\"}}"},
        {EVENT_KIND_NOTICE_CONFIRMED, 141, "system", "{\"notice\":\"k1\"}"},
    };
    struct err e = {0};
    unsigned char seed[32] = {42};
    struct sign_key k = sign_key_from_seed(seed);
    struct ledger_edge edge = {0};
    for (size_t i = 0; i < N; i++) {
        struct json *body;
        assert_int_equal(json_parse(&arena, str_c(story[i].body), "body", NULL, &body, &e),
                         RC_OK);
        struct event ev = {.at = 1795340415000 + SECONDS(story[i].after),
                           .kind = story[i].kind,
                           .case_id = STR("000123"),
                           .actor = str_c(story[i].actor),
                           .body = body};
        items[i] = (struct ledger_item){.index = i};
        memset(items[i].salt, (int)i + 1, sizeof items[i].salt);
        assert_int_equal(event_write(&arena, &ev, &items[i].event, &e), RC_OK);
        items[i].commitment = ledger_commitment(items[i].salt, items[i].event);
        ledger_append(&edge, ledger_leaf(items[i].commitment));
    }
    struct checkpoint c = {STR("jail.example.gov/sallyport"), N, ledger_root(&edge)};
    struct ledger_bundle b = {.case_id = STR("000123"),
                              .key = checkpoint_verifier_key(&arena, c.origin, k.public_key),
                              .checkpoint = checkpoint_sign(&arena, &c, &k),
                              .items = items,
                              .n = N};
    assert_int_equal(bundle_prove(&b, &(struct ledger_reader){NULL, read_node}, N, &e), RC_OK);
    return bundle_json(&arena, &b);
}

static const char *save_to;

static void same_bundle_same_bytes(void **state)
{
    (void)state;
    struct outbound_setup s = fixture_setup(&arena);
    struct str one, two;
    struct err e = {0};
    assert_int_equal(outbound_proof_pdf(&arena, &s, bundle(), &one, &e), RC_OK);
    assert_int_equal(outbound_proof_pdf(&arena, &s, bundle(), &two, &e), RC_OK);
    assert_true(str_eq(one, two) && str_starts(one, STR("%PDF-1.5")));
    if (save_to) assert_int_equal(file_write_atomic(save_to, one, 0644, &e), RC_OK);
}

static void changed_bundle_says_so(void **state)
{
    (void)state;
    struct outbound_setup s = fixture_setup(&arena);
    struct str good, bad;
    struct err e = {0};
    struct json *b = bundle(), *event = json_pointer(b, STR("/events/7/event"));
    assert_int_equal(outbound_proof_pdf(&arena, &s, b, &good, &e), RC_OK);
    char *text = str_dupz(&arena, event->string);
    *strstr(text, "k1") = 'j';
    event->string = str_c(text);
    assert_int_equal(outbound_proof_pdf(&arena, &s, b, &bad, &e), RC_OK);
    assert_false(str_eq(good, bad));
    assert_int_not_equal(outbound_proof_pdf(&arena, &s, json_object(&arena), &bad, &e), RC_OK);
}

int main(int argc, char **argv)
{
    save_to = argc > 1 ? argv[1] : NULL;
    arena_init(&arena, 0);
    const struct CMUnitTest tests[] = {cmocka_unit_test(same_bundle_same_bytes),
                                       cmocka_unit_test(changed_bundle_says_so)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_done(&arena);
    return failed;
}
